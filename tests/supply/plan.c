/* Five kinds of phases, shuffled. */
#include "tests/supply/plan.h"

enum { MINUTE_MS = 60000, SHORTEST_MIN = 35, LONGEST_MIN = 75 };

static void shuffle(enum phase_kind kinds[PHASE_KINDS], struct random *dice)
{
    for (uint32_t i = 0; i < PHASE_KINDS; i++)
        kinds[i] = (enum phase_kind)i;
    for (uint32_t i = PHASE_KINDS - 1; i > 0; i--) {
        uint32_t j = (uint32_t)random_below(dice, i + 1);
        enum phase_kind kind = kinds[i];
        kinds[i] = kinds[j];
        kinds[j] = kind;
    }
}

void plan_make(struct plan *plan, struct random *dice)
{
    enum phase_kind kinds[PHASE_KINDS];
    uint64_t from_ms = 0;

    *plan = (struct plan){0};
    while (from_ms < PLAN_DAY_MS) {
        uint64_t until_ms = from_ms + random_between(dice, SHORTEST_MIN, LONGEST_MIN) * MINUTE_MS;
        if (until_ms + SHORTEST_MIN * MINUTE_MS > PLAN_DAY_MS)
            until_ms = PLAN_DAY_MS;
        if (plan->count % PHASE_KINDS == 0)
            shuffle(kinds, dice);
        plan->phases[plan->count] =
            (struct phase){.kind = kinds[plan->count % PHASE_KINDS], .from_ms = from_ms, .until_ms = until_ms};
        plan->count++;
        from_ms = until_ms;
    }
}

const char *plan_kind_name(enum phase_kind kind)
{
    static const char *const names[] = {"waves", "edge", "thin", "sparse", "drought"};

    return kind < PHASE_KINDS ? names[kind] : "?";
}

void plan_feed(enum phase_kind kind, uint32_t *least, uint32_t *most)
{
    static const uint32_t levels[PHASE_KINDS][2] = {
        [PHASE_WAVES] = {12, 40},
        [PHASE_EDGE] = {5, 9},
        [PHASE_THIN] = {1, 6},
    };

    *least = levels[kind][0];
    *most = levels[kind][1];
}

/* In waves and at the edge there are never fewer than five once it is healthy: one change, to healthy. Between one and
 * six it becomes thin, once; only what comes back can fill it up to eight, which is healthy, and then thin again. Where
 * little or nothing is offered it falls to thin, dry and drought; whatever becomes ready makes it climb to thin and
 * fall to dry and drought again, and a grant of something else ends a drought for ten in vain. */
uint32_t plan_bound(const struct phase *phase, const struct yard *yard)
{
    uint32_t rises = yard->rises - phase->rises, fills = yard->fills - phase->fills;

    if (phase->kind == PHASE_WAVES || phase->kind == PHASE_EDGE)
        return 1;
    if (phase->kind == PHASE_THIN)
        return 1 + 2 * fills;
    return 3 + 3 * rises + 2 * phase->lone_grants + 2 * fills;
}

bool plan_next(struct plan *plan, const struct yard *yard)
{
    if (plan->at + 1 >= plan->count)
        return false;
    plan->at++;
    plan_phase(plan)->rises = yard->rises;
    plan_phase(plan)->fills = yard->fills;
    return true;
}
