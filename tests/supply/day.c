/* A day of 200 sessions with planted droughts: is the verdict that people are told the truth, and does it flap?
 *
 *   supply_day [SEEDS [FIRST]]
 *
 * The core is driven in simulated time. Sessions ask for work, do it for a while and close it; offers come in waves, at
 * the edge of enough, thinly, now and then, or not at all (plan.h). Each answer that carries supply, and a query every
 * few seconds, is a probe: what it tells must be what follows at that very record from the test's own books of what is
 * offered and who has it (yard.h) — which is more than to be within one probe of it. In a phase it may change no more
 * often than the phase accounts for, and each planted drought must have been told, after ten in vain and no sooner. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/check.h"
#include "base/hash.h"
#include "tests/supply/fleet.h"

enum { SEEDS = 4, SECOND_MS = 1000, MINUTE_MS = 60000 };

struct day {
    struct random dice;
    struct yard yard;
    struct plan plan;
    struct teller teller;
    struct fleet fleet;
    uint64_t watch_ms;
    uint32_t planted;
    uint32_t most_changes[PHASE_KINDS], most_allowed[PHASE_KINDS];
};

static void tell_genesis(struct day *day)
{
    struct intent *intent = &day->fleet.intent;
    struct told told;

    memset(intent, 0, sizeof *intent);
    intent->verb = VERB_GENESIS;
    intent->body.genesis =
        (struct genesis_intent){.format = 1, .jump_max_ms = UINT64_MAX, .row_keep_ms = 10 * MINUTE_MS, .rules = 1};
    hash_blake2b_256(span_from_text("operator"), intent->body.genesis.operator_identity);
    (void)teller_tell(&day->teller, intent, "genesis", &told);
}

/* The last probe is of the phase that ends; then its account is drawn up. */
static void end_phase(struct day *day)
{
    struct phase *phase = plan_phase(&day->plan);

    fleet_watch(&day->fleet);
    uint32_t bound = plan_bound(phase, &day->yard);
    if (phase->changes > bound)
        teller_fail(&day->teller, "the verdict flaps: %u changes in this phase, which accounts for %u", phase->changes,
                    bound);
    if (phase->kind == PHASE_DROUGHT && !phase->told_drought)
        teller_fail(&day->teller, "the planted drought was never told");
    day->planted += phase->kind == PHASE_DROUGHT;
    if (phase->changes >= day->most_changes[phase->kind]) {
        day->most_changes[phase->kind] = phase->changes;
        day->most_allowed[phase->kind] = bound;
    }
}

/* False: the day is over. */
static bool turn_phase(struct day *day)
{
    struct fleet *fleet = &day->fleet;

    end_phase(day);
    if (!plan_next(&day->plan, &day->yard))
        return false;
    fleet->withdraw_ms = UINT64_MAX;
    fleet->feed_ms = plan_phase(&day->plan)->kind == PHASE_SPARSE ? day->teller.now_ms + MINUTE_MS : UINT64_MAX;
    return true;
}

static uint32_t first_session(const struct fleet *fleet)
{
    uint32_t first = 0;

    for (uint32_t i = 1; i < FLEET_SESSIONS; i++)
        if (fleet->sessions[i].at_ms < fleet->sessions[first].at_ms)
            first = i;
    return first;
}

static uint64_t least(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

/* What comes next; at one time in this order: the phase's end, the feeder, the watch, a session. */
static bool one_event(struct day *day)
{
    struct fleet *fleet = &day->fleet;
    uint32_t session = first_session(fleet);
    uint64_t session_ms = fleet->sessions[session].at_ms, end_ms = plan_phase(&day->plan)->until_ms;
    uint64_t now_ms = least(least(least(session_ms, day->watch_ms), least(fleet->feed_ms, fleet->withdraw_ms)), end_ms);

    day->teller.now_ms = now_ms;
    if (now_ms == end_ms) {
        if (!turn_phase(day))
            return false;
    } else if (now_ms == fleet->withdraw_ms) {
        fleet_withdraw(fleet);
    } else if (now_ms == fleet->feed_ms) {
        fleet_feed_few(fleet);
    } else if (now_ms == day->watch_ms) {
        fleet_watch(fleet);
        day->watch_ms = now_ms + random_between(&day->dice, 5 * SECOND_MS, 30 * SECOND_MS);
    } else {
        fleet_act(fleet, session);
    }
    fleet_feed(fleet);
    return !day->teller.failed;
}

static void print_day(const struct day *day)
{
    const struct teller *teller = &day->teller;

    (void)printf("supply_day: seed %" PRIu64 ": %" PRIu64
                 " records, %u items, %u probes, all true; %u droughts planted, "
                 "told %u times, %u ended by a grant alone; healthy to thin or back: %u times (without memory: %u)\n ",
                 teller->seed, teller->offset + 1, day->yard.item_count, teller->probes, day->planted, teller->droughts,
                 teller->ended_by_grant, teller->changes, teller->bare_changes);
    for (uint32_t kind = 0; kind < PHASE_KINDS; kind++)
        (void)printf(" %s: %u changes of %u at most%s", plan_kind_name((enum phase_kind)kind), day->most_changes[kind],
                     day->most_allowed[kind], kind + 1 < PHASE_KINDS ? ";" : "\n");
}

/* A day that tempts nobody proves nothing. */
static void demand_trouble(struct day *day)
{
    struct teller *teller = &day->teller;

    if (day->planted < 3 || teller->droughts < day->planted || teller->ended_by_grant == 0)
        teller_fail(teller, "the day has too few droughts to show anything");
    if (teller->bare_changes < 10 * teller->changes)
        teller_fail(teller, "without memory the verdict would have changed %u times, with it %u: hardly fewer",
                    teller->bare_changes, teller->changes);
}

static bool play_day(struct day *day, const char *directory, uint64_t seed)
{
    memset(day, 0, sizeof *day);
    day->watch_ms = SECOND_MS;
    random_init(&day->dice, seed);
    plan_make(&day->plan, &day->dice);
    day->teller = (struct teller){.seed = seed, .offset = UINT64_MAX, .yard = &day->yard, .plan = &day->plan};
    core_side_open(&day->teller.core, directory, "state");
    core_side_fresh(&day->teller.core);
    fleet_begin(&day->fleet, &day->teller, &day->dice);
    tell_genesis(day);
    fleet_feed_few(&day->fleet); /* before the first offer there is no supply */
    day->fleet.withdraw_ms = UINT64_MAX;
    if (plan_phase(&day->plan)->kind != PHASE_SPARSE)
        day->fleet.feed_ms = UINT64_MAX;
    fleet_feed(&day->fleet);
    while (one_event(day))
        continue;
    if (!day->teller.failed)
        demand_trouble(day);
    if (!day->teller.failed)
        print_day(day);
    core_side_close(&day->teller.core);
    return !day->teller.failed;
}

int main(int argc, char **argv)
{
    char directory[256];
    const char *parent = getenv("TMPDIR");
    uint64_t seeds = argc > 1 ? strtoull(argv[1], NULL, 10) : SEEDS, first = argc > 2 ? strtoull(argv[2], NULL, 10) : 1;
    struct day *day = malloc(sizeof *day);
    bool good = true;

    CHECK(day != NULL);
    (void)snprintf(directory, sizeof directory, "%s/dibs-supply-XXXXXX", parent != NULL ? parent : "/tmp");
    if (mkdtemp(directory) == NULL) {
        perror(directory);
        return 1;
    }
    for (uint64_t seed = first; seed < first + seeds && good; seed++)
        good = play_day(day, directory, seed);
    (void)rmdir(directory);
    free(day);
    return good ? 0 : 1;
}
