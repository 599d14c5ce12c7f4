/* Sixty buckets of a minute each, counts of places, and a verdict that does not flap (docs/SUPPLY.md). */
#include "coordinator/core/supply/supply.h"

#include "coordinator/core/due.h"
#include "coordinator/core/policy.h"

enum { MINUTE_MS = 60000 };

static const uint8_t the_row = 0;

bool supply_load(struct state *state, struct supply_row *out)
{
    struct span value;

    if (table_count(state, TABLE_SUPPLY) == 0 || !table_get(state, TABLE_SUPPLY, span_of(&the_row, 1), &value) ||
        !state_expect(state, value.size == sizeof *out))
        return false;
    memcpy(out, value.bytes, sizeof *out);
    return true;
}

static void supply_save(struct state *state, const struct supply_row *row)
{
    table_put(state, TABLE_SUPPLY, span_of(&the_row, 1), span_of(row, sizeof *row));
}

/* Empties the buckets of the minutes that have passed, and takes this minute's in hand. */
static uint32_t *bucket_now(const struct apply *apply, struct supply_row *row)
{
    uint64_t minute = apply->meta->now_ms / MINUTE_MS;
    uint64_t passed = minute - row->minute < SUPPLY_MINUTES ? minute - row->minute : SUPPLY_MINUTES;

    for (uint64_t i = 1; i <= passed; i++)
        memset(row->minutes[(row->minute + i) % SUPPLY_MINUTES], 0, sizeof row->minutes[0]);
    row->minute = minute;
    return row->minutes[minute % SUPPLY_MINUTES];
}

/* Hysteresis: between thin and healthy what was healthy stays so. */
static enum supply_verdict verdict_now(struct apply *apply, const struct supply_row *row)
{
    uint64_t ready = row->counts[PLACE_READY];

    if (ready == 0)
        return row->dry_probes >= policy_value(apply->state, POLICY_SUPPLY_DROUGHT) ? SUPPLY_DROUGHT : SUPPLY_DRY;
    if (ready >= policy_value(apply->state, POLICY_SUPPLY_HEALTHY))
        return SUPPLY_HEALTHY;
    return ready >= policy_value(apply->state, POLICY_SUPPLY_THIN) && row->verdict == SUPPLY_HEALTHY ? SUPPLY_HEALTHY
                                                                                                     : SUPPLY_THIN;
}

uint64_t supply_number(struct apply *apply)
{
    struct supply_row row;

    if (!supply_load(apply->state, &row))
        row = (struct supply_row){.minute = apply->meta->now_ms / MINUTE_MS};
    row.last_number++;
    bucket_now(apply, &row)[SUPPLY_OFFERS]++;
    supply_save(apply->state, &row);
    return row.last_number;
}

void supply_move(struct apply *apply, enum offer_place from, enum offer_place to)
{
    struct supply_row row;

    if (!state_expect(apply->state, supply_load(apply->state, &row) && (from == PLACE_NONE || row.counts[from] > 0)))
        return;
    if (from != PLACE_NONE)
        row.counts[from]--;
    if (to != PLACE_NONE)
        row.counts[to]++;
    row.verdict = verdict_now(apply, &row);
    supply_save(apply->state, &row);
}

void supply_demanded(struct apply *apply)
{
    struct supply_row row;

    if (!supply_load(apply->state, &row))
        return;
    bucket_now(apply, &row)[SUPPLY_DEMANDS]++;
    supply_save(apply->state, &row);
}

static bool is_counted(enum reason reason)
{
    return reason == REASON_HELD || reason == REASON_QUEUED || reason == REASON_SIMILAR ||
           reason == REASON_ALREADY_DONE || reason == REASON_DRAINED;
}

static void count_answer(struct apply *apply, const struct decision *decision)
{
    bool granted = decision->answer == ANSWER_GRANTED;
    struct supply_row row;

    if (!supply_load(apply->state, &row))
        return; /* only after a failure of the state */
    bucket_now(apply, &row)[granted ? SUPPLY_GRANTS : SUPPLY_DENIALS]++;
    if (granted)
        row.dry_probes = 0;
    else if (decision->reason == REASON_DRAINED || row.counts[PLACE_READY] == 0)
        row.dry_probes++;
    row.verdict = verdict_now(apply, &row);
    supply_save(apply->state, &row);
}

void supply_heard(struct apply *apply, struct decision *decision)
{
    bool denied = decision->answer == ANSWER_DENIED && is_counted(decision->reason);

    if (!supply_is_kept(apply->state) || (!denied && decision->answer != ANSWER_GRANTED))
        return;
    if (!decision->dry_run)
        count_answer(apply, decision);
    decision->has_supply = denied;
    if (denied)
        supply_report(apply, &decision->supply);
}

/* Of the 60 minutes up to this one. */
static uint64_t hour(const struct apply *apply, const struct supply_row *row, enum supply_counter counter)
{
    uint64_t minute = apply->meta->now_ms / MINUTE_MS, sum = 0;

    for (uint64_t back = 0; back < SUPPLY_MINUTES && back <= row->minute; back++)
        if (row->minute - back + SUPPLY_MINUTES > minute)
            sum += row->minutes[(row->minute - back) % SUPPLY_MINUTES][counter];
    return sum;
}

uint64_t supply_next_ready_ms(struct state *state)
{
    struct due_entry entry;

    return due_first_of(state, DUE_OFFER_READY, &entry) ? entry.time_ms : 0;
}

void supply_report(struct apply *apply, struct report_supply *out)
{
    struct supply_row row;

    *out = (struct report_supply){0};
    if (!supply_load(apply->state, &row))
        return;
    *out = (struct report_supply){
        .verdict = (enum supply_verdict)row.verdict,
        .offers = table_count(apply->state, TABLE_OFFER),
        .dispatchable = row.counts[PLACE_READY],
        .blocked = row.counts[PLACE_BLOCKED],
        .cooling = row.counts[PLACE_COOLING],
        .not_yet = row.counts[PLACE_NOT_YET],
        .next_ready_ms = supply_next_ready_ms(apply->state),
        .offers_hour = hour(apply, &row, SUPPLY_OFFERS),
        .demands_hour = hour(apply, &row, SUPPLY_DEMANDS),
        .grants_hour = hour(apply, &row, SUPPLY_GRANTS),
        .denials_hour = hour(apply, &row, SUPPLY_DENIALS),
        .dry_probes = row.dry_probes,
    };
    if (out->grants_hour > 0)
        out->runway_ms = out->dispatchable * SUPPLY_MINUTES * MINUTE_MS / out->grants_hour;
}
