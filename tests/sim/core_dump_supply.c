/* Work offered, of the core's tables, in the text form that core and model share. All is read by rows.h alone. */
#include "tests/model/dump.h"
#include "tests/sim/core_dump.h"

/* Of the last 60 minutes, the present one among them; what is older stands in the row yet. */
static uint64_t in_last_hour(const struct supply_row *row, uint64_t now_ms, enum supply_counter counter)
{
    uint64_t now = now_ms / 60000, sum = 0;

    for (uint64_t back = 0; back < SUPPLY_MINUTES && back <= row->minute; back++) {
        uint64_t minute = row->minute - back;
        if (minute + SUPPLY_MINUTES > now)
            sum += row->minutes[minute % SUPPLY_MINUTES][counter];
    }
    return sum;
}

static void dump_row(const struct snapshot *snapshot, FILE *out)
{
    const struct supply_row *row = &snapshot->supply.row;
    struct dump_supply line = {.last_offer = row->last_number,
                               .dry_probes = row->dry_probes,
                               .verdict = row->verdict,
                               .ready = row->counts[PLACE_READY],
                               .claimed = row->counts[PLACE_CLAIMED],
                               .blocked = row->counts[PLACE_BLOCKED],
                               .cooling = row->counts[PLACE_COOLING],
                               .not_yet = row->counts[PLACE_NOT_YET]};

    for (enum supply_counter i = SUPPLY_OFFERS; i < SUPPLY_COUNTERS; i++)
        line.hour[i] = in_last_hour(row, snapshot->meta.now_ms, i);
    dump_supply(out, &line);
}

static void dump_one(const struct snap_supply *supply, const struct snap_offer *offer, FILE *out)
{
    const struct offer_row *row = &offer->row;

    dump_offer(out, &(struct dump_offer){.key = bytes_part(&supply->bytes, offer->key),
                                         .verifier = row->verifier,
                                         .number = row->number,
                                         .category = row->category,
                                         .priority = row->priority,
                                         .ready_ms = row->was_ready != 0 ? row->ready_ms : 0,
                                         .rank = row->place == PLACE_READY ? row->at_ms : 0,
                                         .not_before_ms = row->not_before_ms,
                                         .expires_ms = row->expires_ms,
                                         .cools_to_ms = row->cool_until_ms,
                                         .cooled = row->cooled,
                                         .open = row->open});
}

static int after_order(const void *left, const void *right)
{
    const struct dump_after *a = left, *b = right;
    int order = span_compare(a->key, b->key);

    return order != 0 ? order : span_compare(a->offer, b->offer);
}

static void dump_afters(const struct snap_supply *supply, FILE *out)
{
    struct dump_after *lines = calloc(supply->after_count + 1, sizeof *lines);

    CHECK(lines != NULL);
    for (uint32_t i = 0; i < supply->after_count; i++)
        lines[i] = (struct dump_after){bytes_part(&supply->bytes, supply->afters[i].key),
                                       bytes_part(&supply->bytes, supply->afters[i].offer)};
    qsort(lines, supply->after_count, sizeof *lines, after_order);
    for (uint32_t i = 0; i < supply->after_count; i++)
        dump_after(out, &lines[i]);
    free(lines);
}

void core_dump_supply(const struct snapshot *snapshot, FILE *out)
{
    const struct snap_supply *supply = &snapshot->supply;

    dump_row(snapshot, out);
    for (uint32_t i = 0; i < supply->offer_count; i++)
        dump_one(supply, &supply->offers[i], out);
    dump_afters(supply, out);
    for (uint32_t i = 0; i < supply->category_count; i++) {
        const struct snap_category *category = &supply->categories[i];
        dump_category(out, &(struct dump_category){.name = bytes_part(&supply->bytes, category->name),
                                                   .number = category->number,
                                                   .ready = category->row.ready,
                                                   .selections = category->row.selections,
                                                   .target = category->row.target,
                                                   .seen = category->row.outcome_count,
                                                   .outcomes = category->row.outcomes});
    }
}
