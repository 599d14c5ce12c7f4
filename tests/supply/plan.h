/* The day as it is planted: phases of one kind after the other, and how often the verdict may change in each. */
#ifndef TEST_SUPPLY_PLAN_H
#define TEST_SUPPLY_PLAN_H

#include <stdbool.h>
#include <stdint.h>

#include "base/random.h"
#include "tests/supply/yard.h"

enum { PLAN_PHASES = 64, PLAN_DAY_MS = 24 * 3600000 };

enum phase_kind {
    PHASE_WAVES,   /* whenever there are 12 or fewer, up to 40 are offered */
    PHASE_EDGE,    /* five become nine become five: healthy throughout, though it is fewer than eight half the time */
    PHASE_THIN,    /* one becomes six becomes one */
    PHASE_SPARSE,  /* up to three at once, minutes apart */
    PHASE_DROUGHT, /* nothing */
    PHASE_KINDS
};

struct phase {
    enum phase_kind kind;
    uint64_t from_ms, until_ms;
    uint32_t probes, changes;
    uint32_t lone_grants;  /* of other keys, while nothing was ready */
    uint32_t rises, fills; /* of the yard, when it began */
    bool told_drought;
};

struct plan {
    struct phase phases[PLAN_PHASES];
    uint32_t count, at;
};

/* Each five phases have one of each kind, shuffled; a phase lasts 35 to 75 minutes. */
void plan_make(struct plan *plan, struct random *dice);

static inline struct phase *plan_phase(struct plan *plan)
{
    return &plan->phases[plan->at];
}

const char *plan_kind_name(enum phase_kind kind);

/* Below or at `least` ready ones as many are offered as make `most`; 0, 0: the feeder does not look. */
void plan_feed(enum phase_kind kind, uint32_t *least, uint32_t *most);

/* How many changes of the verdict the phase so far accounts for (why: plan.c). More than that, and it flaps. */
uint32_t plan_bound(const struct phase *phase, const struct yard *yard);

/* The phase is over, the next one begins; false: that was the last. */
bool plan_next(struct plan *plan, const struct yard *yard);

#endif
