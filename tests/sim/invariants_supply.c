/* S53 to S59, as far as they show in rows and decisions alone: where each offer stands, that indexes and counters are a
 * recount, and that only what can be picked is picked. */
#include "tests/sim/invariants.h"

#define NUMBER(value) ((unsigned long long)(value))

/* ---------------------------------------------------------------- where an offer stands: S54, S56 */

static bool is_held(const struct snapshot *s, struct span key)
{
    for (uint32_t i = 0; i < s->claim_count; i++) {
        for (uint32_t j = 0; j < s->claims[i].row.key_count; j++) {
            if (span_equal(snapshot_key(s, &s->claims[i], j), key))
                return true;
        }
    }
    return false;
}

static uint32_t open_keys(const struct snap_supply *supply, struct span offer)
{
    uint32_t open = 0;

    for (uint32_t i = 0; i < supply->after_count; i++)
        open += span_equal(bytes_part(&supply->bytes, supply->afters[i].offer), offer);
    return open;
}

static enum offer_place place_of(const struct snapshot *s, const struct snap_offer *offer)
{
    uint64_t now_ms = s->meta.now_ms, rests_ms = offer->row.cool_until_ms, begins_ms = offer->row.not_before_ms;
    struct span key = bytes_part(&s->supply.bytes, offer->key);

    if (is_held(s, key))
        return PLACE_CLAIMED;
    if (open_keys(&s->supply, key) > 0)
        return PLACE_BLOCKED;
    if (rests_ms <= now_ms && begins_ms <= now_ms)
        return PLACE_READY;
    return rests_ms > begins_ms ? PLACE_COOLING : PLACE_NOT_YET;
}

static void check_offer(struct invariants *invariants, const struct snapshot *s, const struct snap_offer *offer)
{
    const struct offer_row *row = &offer->row;
    enum offer_place place = place_of(s, offer);

    if (row->place != (uint8_t)place)
        invariants_break(invariants, "S54: offer %llu stands at %d and should at %d", NUMBER(row->number),
                         (int)row->place, (int)place);
    if (row->open != open_keys(&s->supply, bytes_part(&s->supply.bytes, offer->key)))
        invariants_break(invariants, "S56: offer %llu counts %u open keys", NUMBER(row->number), row->open);
    if (row->expires_ms != 0 && row->expires_ms <= s->meta.now_ms)
        invariants_break(invariants, "S54: offer %llu is over and still there", NUMBER(row->number));
    if (row->number == 0 || row->number > s->supply.row.last_number)
        invariants_break(invariants, "S53: offer %llu was never given out", NUMBER(row->number));
    if (row->category == 0 || row->category > s->supply.category_count)
        invariants_break(invariants, "S58: offer %llu is of category %u", NUMBER(row->number), row->category);
    if (place == PLACE_READY && (row->was_ready == 0 || row->ready_ms > s->meta.now_ms))
        invariants_break(invariants, "S54: offer %llu is ready and never was", NUMBER(row->number));
}

/* What is done is no longer waited for, nor is anything by an offer that is gone. */
static void check_afters(struct invariants *invariants, const struct snapshot *s)
{
    for (uint32_t i = 0; i < s->supply.after_count; i++) {
        const struct snap_after *after = &s->supply.afters[i];
        bool found = false;
        for (uint32_t j = 0; j < s->supply.offer_count; j++)
            found = found || span_equal(bytes_part(&s->supply.bytes, s->supply.offers[j].key),
                                        bytes_part(&s->supply.bytes, after->offer));
        if (!found)
            invariants_break(invariants, "S56: an offer that is gone waits for a key");
        for (uint32_t j = 0; j < s->done_count; j++) {
            if (span_equal(s->keys[s->done[j].key], bytes_part(&s->supply.bytes, after->key)))
                invariants_break(invariants, "S56: an offer waits for a key that is done");
        }
    }
}

/* ---------------------------------------------------------------- indexes and counters: INV-9 */

static bool is_indexed(const struct snap_supply *supply, const struct snap_offer *offer)
{
    bool ready = offer->row.place == PLACE_READY;
    const struct snap_placed *list = ready ? supply->ready : supply->aside;
    uint32_t count = ready ? supply->ready_count : supply->aside_count, found = 0;

    for (uint32_t i = 0; i < count; i++) {
        const struct snap_placed *placed = &list[i];
        bool is_it = placed->number == offer->row.number && placed->place == offer->row.place &&
                     placed->at_ms == offer->row.at_ms &&
                     span_equal(bytes_part(&supply->bytes, placed->key), bytes_part(&supply->bytes, offer->key));
        found += is_it && (!ready || (placed->category == offer->row.category && placed->needs == offer->row.needs));
    }
    return found == 1;
}

static void check_counters(struct invariants *invariants, const struct snap_supply *supply)
{
    uint64_t counts[PLACES] = {0};

    for (uint32_t i = 0; i < supply->offer_count; i++) {
        counts[supply->offers[i].row.place]++;
        if (!is_indexed(supply, &supply->offers[i]))
            invariants_break(invariants, "S54: offer %llu is not where it is looked for",
                             NUMBER(supply->offers[i].row.number));
    }
    if (supply->ready_count != counts[PLACE_READY] || supply->aside_count != supply->offer_count - counts[PLACE_READY])
        invariants_break(invariants, "S54: %u and %u indexed of %u offers", supply->ready_count, supply->aside_count,
                         supply->offer_count);
    for (enum offer_place place = PLACE_READY; place < PLACES; place++) {
        if (supply->row.counts[place] != counts[place])
            invariants_break(invariants, "S59: %llu offers are counted at place %d and %llu are there",
                             NUMBER(supply->row.counts[place]), (int)place, NUMBER(counts[place]));
    }
    for (uint32_t i = 0; i < supply->category_count; i++) {
        uint64_t ready = 0;
        for (uint32_t j = 0; j < supply->offer_count; j++)
            ready += supply->offers[j].row.place == PLACE_READY &&
                     supply->offers[j].row.category == supply->categories[i].number;
        if (ready != supply->categories[i].row.ready)
            invariants_break(invariants, "S58: category %llu counts %llu ready offers of %llu",
                             NUMBER(supply->categories[i].number), NUMBER(supply->categories[i].row.ready),
                             NUMBER(ready));
    }
}

/* INV-8: a limit holds for what is new; and the verdict is of the figures. */
static void check_bounds(struct invariants *invariants, const struct snap_supply *before,
                         const struct snap_supply *after)
{
    uint64_t ready = after->row.counts[PLACE_READY];
    bool dry = after->row.verdict == SUPPLY_DRY || after->row.verdict == SUPPLY_DROUGHT;

    if (after->offer_count > before->offer_count && after->offer_count > invariants->policy_before[POLICY_OFFERS_MAX] &&
        after->offer_count > invariants->policy[POLICY_OFFERS_MAX])
        invariants_break(invariants, "INV-8: %u offers", after->offer_count);
    if (after->category_count > LIMIT_CATEGORIES)
        invariants_break(invariants, "INV-8: %u categories", after->category_count);
    if ((after->row.last_number == 0) != (after->row.verdict == SUPPLY_NONE) ||
        (after->row.last_number != 0 && dry != (ready == 0)))
        invariants_break(invariants, "S59: %llu ready, and the verdict is %u", NUMBER(ready), after->row.verdict);
}

void invariants_supply(struct invariants *invariants, const struct snapshot *before, const struct snapshot *after)
{
    for (uint32_t i = 0; i < after->supply.offer_count; i++)
        check_offer(invariants, after, &after->supply.offers[i]);
    check_afters(invariants, after);
    check_counters(invariants, &after->supply);
    check_bounds(invariants, &before->supply, &after->supply);
}
