/* Puts records through the core, and holds what it tells of supply against the yard. */
#ifndef TEST_SUPPLY_TELLER_H
#define TEST_SUPPLY_TELLER_H

#include "proto/messages.h"
#include "tests/sim/core_side.h"
#include "tests/supply/plan.h"
#include "tests/supply/yard.h"

/* What the sender of a record was told. */
struct told {
    uint32_t answers;
    enum answer answer;
    enum reason reason;
    bool repeat, has_supply;
    enum supply_verdict verdict;
    char key[32]; /* granted */
    uint32_t refused_items;
};

struct teller {
    struct core_side core;
    uint64_t seed, offset, now_ms;
    struct yard *yard;
    struct plan *plan;
    char who[16];     /* the record at hand, for words */
    const char *what; /* borrowed */
    bool failed;

    uint32_t probes, changes, bare_changes; /* bare: had the verdict no memory */
    uint32_t droughts, ended_by_grant;
    enum supply_verdict last_told, last_truth, last_bare;
};

/* Time comes to now, in the yard and in the core. False: it failed, and was said. */
bool teller_tell(struct teller *teller, const struct intent *intent, const char *what, struct told *told);

/* Is the verdict that was told the truth? To be asked once the yard knows what the record did. */
void teller_probe(struct teller *teller, const struct told *told);

/* Says what is wrong with the record at hand. */
__attribute__((format(printf, 2, 3))) void teller_fail(struct teller *teller, const char *format, ...);

const char *teller_verdict_name(enum supply_verdict verdict);

#endif
