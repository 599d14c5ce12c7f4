/* What the test itself knows of the work that it offers: who has it, what it comes after, until when it rests; and the
 * verdict that follows by docs/SUPPLY.md. Nothing here is read from the core but whether a claim was granted. */
#ifndef TEST_SUPPLY_YARD_H
#define TEST_SUPPLY_YARD_H

#include <stdbool.h>
#include <stdint.h>

#include "proto/messages.h"

enum { YARD_ITEMS = 20000, YARD_NOBODY = 0, YARD_FIRST_REST_MS = 600000, YARD_LONGEST_REST_MS = 21600000 };

struct item {
    bool offered, done;
    uint32_t holder; /* session + 1; YARD_NOBODY */
    uint32_t after;  /* item + 1 that must be done first; 0: none */
    uint32_t rests;
    uint64_t free_ms;    /* not-before, or the end of its rest */
    uint64_t expires_ms; /* of its claim */
};

struct yard {
    struct item items[YARD_ITEMS];
    uint32_t item_count;
    uint32_t live[YARD_ITEMS]; /* the offered ones */
    uint32_t live_count;

    uint32_t ready;
    uint32_t in_vain; /* in a row, since the last grant */
    enum supply_verdict verdict;

    uint32_t rises; /* how often something became ready when nothing was */
    uint32_t fills; /* how often there came to be enough to be healthy, after too few for it */
    bool low;       /* too few to stay healthy since then */
};

/* The item's number. */
uint32_t yard_offer(struct yard *yard, uint64_t now_ms, uint32_t after, uint64_t not_before_ms);

/* Time has come to now: leases end, rests are over. To be called before what a record at now does. */
void yard_pass(struct yard *yard, uint64_t now_ms);

void yard_claimed(struct yard *yard, uint64_t now_ms, uint32_t item, uint32_t holder, uint64_t expires_ms);
void yard_closed(struct yard *yard, uint64_t now_ms, uint32_t item, enum close_outcome outcome);
void yard_withdrawn(struct yard *yard, uint64_t now_ms, uint32_t item);

/* Somebody's claim, or next, was granted, or asked in vain. */
void yard_granted(struct yard *yard);
void yard_in_vain(struct yard *yard);

bool yard_is_ready(const struct yard *yard, uint64_t now_ms, uint32_t item);

#endif
