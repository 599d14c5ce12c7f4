/* One record at a time; the first thing that is wrong ends the day. */
#include "tests/supply/teller.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

struct hearing {
    struct intent_id id;
    struct told *told;
};

const char *teller_verdict_name(enum supply_verdict verdict)
{
    static const char *const names[] = {"none", "healthy", "thin", "dry", "drought"};

    return (uint32_t)verdict < sizeof names / sizeof names[0] ? names[verdict] : "?";
}

void teller_fail(struct teller *teller, const char *format, ...)
{
    uint64_t second = teller->now_ms / 1000;
    const struct phase *phase = plan_phase(teller->plan);
    va_list arguments;

    if (teller->failed)
        return;
    teller->failed = true;
    (void)fprintf(stderr,
                  "supply_day: seed %" PRIu64 ", record %" PRIu64 " (%02" PRIu64 ":%02" PRIu64 ":%02" PRIu64
                  ", %s of %s; phase %u, %s): ",
                  teller->seed, teller->offset, second / 3600, second / 60 % 60, second % 60, teller->what, teller->who,
                  teller->plan->at, plan_kind_name(phase->kind));
    va_start(arguments, format);
    (void)vfprintf(stderr, format, arguments);
    va_end(arguments);
    (void)fputc('\n', stderr);
}

static void hear(void *context, const struct decision *decision)
{
    struct hearing *hearing = context;
    struct told *told = hearing->told;

    if (!intent_id_equal(decision->id, hearing->id))
        return; /* a lease that ended */
    *told = (struct told){.answers = told->answers + 1,
                          .answer = decision->answer,
                          .reason = decision->reason,
                          .repeat = decision->repeat,
                          .has_supply = decision->has_supply};
    if (decision->has_supply)
        told->verdict = decision->supply.verdict;
    if (decision->key_count > 0)
        (void)snprintf(told->key, sizeof told->key, "%.*s", (int)decision->keys[0].key.size,
                       (const char *)decision->keys[0].key.bytes);
    for (uint32_t i = 0; i < decision->offered_count; i++)
        told->refused_items += decision->offered[i].answer != ANSWER_ACCEPTED;
}

bool teller_tell(struct teller *teller, const struct intent *intent, const char *what, struct told *told)
{
    const struct core_record record = {.offset = ++teller->offset, .ts_ms = teller->now_ms, .intent = intent};
    struct hearing hearing = {.id = intent->head.id, .told = told};

    *told = (struct told){0};
    teller->what = what;
    (void)snprintf(teller->who, sizeof teller->who, "%.*s", (int)intent->head.session.size,
                   (const char *)intent->head.session.bytes);
    yard_pass(teller->yard, teller->now_ms);
    if (core_apply(teller->core.state, &record, (struct decision_sink){hear, &hearing}) != CORE_FINISHED)
        teller_fail(teller, "the state failed");
    else if (intent->has_head && told->answers != 1)
        teller_fail(teller, "%u answers instead of one", told->answers);
    return !teller->failed;
}

/* A verdict without memory changes whenever the eighth comes or goes. */
static enum supply_verdict bare(const struct yard *yard)
{
    return yard->ready >= 8 ? SUPPLY_HEALTHY : yard->ready > 0 ? SUPPLY_THIN : SUPPLY_DRY;
}

static bool flipped(enum supply_verdict a, enum supply_verdict b)
{
    return (a == SUPPLY_HEALTHY && b == SUPPLY_THIN) || (a == SUPPLY_THIN && b == SUPPLY_HEALTHY);
}

void teller_probe(struct teller *teller, const struct told *told)
{
    const struct yard *yard = teller->yard;
    struct phase *phase = plan_phase(teller->plan);

    if (told->verdict != yard->verdict)
        teller_fail(teller, "told %s, but it is %s: %u ready, %u in vain in a row%s",
                    teller_verdict_name(told->verdict), teller_verdict_name(yard->verdict), yard->ready, yard->in_vain,
                    told->verdict == teller->last_truth ? " (it was that at the probe before)" : "");
    teller->probes++;
    phase->probes++;
    phase->changes += told->verdict != teller->last_told;
    if (told->verdict == SUPPLY_DROUGHT && teller->last_told != SUPPLY_DROUGHT)
        teller->droughts++;
    if (told->verdict == SUPPLY_DROUGHT)
        phase->told_drought = true;
    teller->changes += flipped(teller->last_told, told->verdict);
    teller->bare_changes += flipped(teller->last_bare, bare(yard));
    teller->last_told = told->verdict;
    teller->last_truth = yard->verdict;
    teller->last_bare = bare(yard);
}
