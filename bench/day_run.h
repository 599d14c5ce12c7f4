/* One simulated day of a fleet: sessions are started at times that are drawn beforehand, look for work in one of a few ways,
 * and work on it. Keeps its own book of what is offered, worked on and done, and believes no answer. */
#ifndef BENCH_DAY_RUN_H
#define BENCH_DAY_RUN_H

#include <stdbool.h>
#include <stdint.h>

#include "day_items.h"

enum {
    DAY_EVERY_S = 600,      /* each session is started once in so long, unless it is still at work */
    DAY_DECIDE_LEAST_S = 5, /* from reading the list, or from a denial, to the claim */
    DAY_DECIDE_MOST_S = 60,
    DAY_WORK_LEAST_S = 300, /* the same for an item, whoever does it */
    DAY_WORK_MOST_S = 2100,
    DAY_TRIES = 4,  /* items that a session tries, of the list that it has read */
    DAY_SPREAD = 20 /* items at the top of the list among which it chooses, if by chance */
};

enum day_way { DAY_UNCLAIMED, DAY_CLAIM, DAY_NEXT };

struct day_side {
    const char *name;
    enum day_way way;
    bool spread; /* chooses by chance among the first of its list, instead of the very first */
    bool ideas;  /* texts are compared */
};

struct day_figures {
    uint64_t started;     /* sessions; not those that were still at work */
    uint64_t grants;      /* times that somebody began to work */
    uint64_t doubled;     /* of these, on what somebody works on or has done */
    uint64_t done;        /* items */
    uint64_t denied;      /* claims and nexts, and lists with nothing on them */
    uint64_t denied_free; /* of these, while something was free that wasn't refused as like another's work */
    uint64_t idle;        /* sessions that ended without work */
    uint64_t idle_free;   /* of these, while something was free */
    uint64_t waited_s;    /* of items, from the offer to the first start, in all */
    uint64_t begun;       /* items */
};

/* The same day and seed give the same arrivals of items and starts of sessions to every side. */
struct day_figures day_run(const struct day_items *items, const struct day_side *side, uint32_t sessions,
                           uint32_t seconds, uint64_t seed);

#endif
