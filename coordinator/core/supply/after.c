/* TABLE_AFTER: a key that is waited for, 0, the offer that waits. */
#include "coordinator/core/supply/after.h"

#include "base/hash.h"
#include "coordinator/core/done.h"
#include "coordinator/core/supply/standing.h"
#include "coordinator/state/keys.h"

/* Two keys are longer than a row key may be, so the second is in the value, and its hash in the key. */
enum { LINK_TAIL = 1 + 16 };

static void link_begin(struct row_key *link, struct span waited)
{
    row_key_begin(link);
    row_key_span(link, waited);
    row_key_u8(link, 0);
}

static void link_key(struct row_key *link, struct span waited, struct span offer)
{
    struct hash128 hash = hash_xxh3_128_pieces(&offer, 1);

    link_begin(link, waited);
    row_key_u64(link, hash.low);
    row_key_u64(link, hash.high);
}

bool after_is_open(struct state *state, struct span waited, struct span offer)
{
    struct row_key link;
    struct span value;

    link_key(&link, waited, offer);
    return table_count(state, TABLE_AFTER) != 0 && table_get(state, TABLE_AFTER, row_key_as_span(&link), &value);
}

/* Is this row one of the key whose links begin with `from`? */
static bool is_link_of(struct span key, const struct row_key *from)
{
    return key.size == from->size - 1 + LINK_TAIL && memcmp(key.bytes, from->bytes, from->size) == 0;
}

uint32_t after_link(struct apply *apply, struct span key, const struct offer_told *told)
{
    uint32_t open = 0;

    for (uint32_t i = 0; i < told->after_count; i++) {
        struct row_key link;

        if (done_refuses(apply->state, told->after[i], false, 0) || after_is_open(apply->state, told->after[i], key))
            continue; /* the second: it is named twice */
        link_key(&link, told->after[i], key);
        table_put(apply->state, TABLE_AFTER, row_key_as_span(&link), key);
        open++;
    }
    return open;
}

void after_unlink(struct apply *apply, struct span key)
{
    uint8_t storage[OFFER_STORAGE_BYTES];
    struct offer_told told;
    struct row_key link;

    if (!offer_load_told(apply->state, key, &told, storage))
        return; /* only after a failure of the state */
    for (uint32_t i = 0; i < told.after_count; i++) {
        link_key(&link, told.after[i], key);
        (void)table_delete(apply->state, TABLE_AFTER, row_key_as_span(&link));
    }
}

void after_done(struct apply *apply, struct span done)
{
    struct row_key from, offer;
    struct offer_row row;
    struct span key, value;

    link_begin(&from, done);
    /* At most LIMIT_DEPENDENTS. */
    while (table_count(apply->state, TABLE_AFTER) != 0 &&
           table_seek(apply->state, TABLE_AFTER, row_key_as_span(&from), &key, &value) && is_link_of(key, &from) &&
           state_expect(apply->state, value.size <= LIMIT_KEY_BYTES)) {
        struct row_key link;

        row_key_begin(&link);
        row_key_span(&link, key);
        row_key_begin(&offer);
        row_key_span(&offer, value);
        (void)table_delete(apply->state, TABLE_AFTER, row_key_as_span(&link));
        if (!state_expect(apply->state, offer_load(apply->state, row_key_as_span(&offer), &row) && row.open > 0))
            return;
        row.open--;
        standing_settle(apply, row_key_as_span(&offer), &row);
    }
}

static uint32_t count_links(struct state *state, struct span waited)
{
    struct row_key from;
    struct span key, value;
    uint32_t count = 0;

    link_begin(&from, waited);
    for (bool more = table_seek(state, TABLE_AFTER, row_key_as_span(&from), &key, &value);
         more && count < LIMIT_DEPENDENTS && is_link_of(key, &from);
         more = table_next(state, TABLE_AFTER, key, &key, &value))
        count++;
    return count;
}

bool after_has_room(struct state *state, struct span key, const struct offer_told *told)
{
    for (uint32_t i = 0; i < told->after_count; i++) {
        if (table_count(state, TABLE_AFTER) >= LIMIT_DEPENDENTS && !after_is_open(state, told->after[i], key) &&
            !done_refuses(state, told->after[i], false, 0) && count_links(state, told->after[i]) >= LIMIT_DEPENDENTS)
            return false;
    }
    return true;
}

/* Keys to look at, breadth first, each once: in the room that the state has for rows. */
struct walk {
    uint8_t *bytes; /* of key i at i * LIMIT_KEY_BYTES */
    uint16_t sizes[LIMIT_CYCLE_STEPS];
    uint32_t count;
};
_Static_assert((int)LIMIT_CYCLE_STEPS *(int)LIMIT_KEY_BYTES <= (int)STATE_ROW_BYTES, "the walk fits");

static struct span walk_at(const struct walk *walk, uint32_t at)
{
    return span_of(walk->bytes + (size_t)at * LIMIT_KEY_BYTES, walk->sizes[at]);
}

static void walk_add(struct walk *walk, const struct offer_told *told)
{
    for (uint32_t i = 0; i < told->after_count && walk->count < LIMIT_CYCLE_STEPS; i++) {
        struct span key = told->after[i];
        bool known = false;

        for (uint32_t at = 0; at < walk->count && !known; at++)
            known = span_equal(walk_at(walk, at), key);
        if (known)
            continue;
        memcpy(walk->bytes + (size_t)walk->count * LIMIT_KEY_BYTES, key.bytes, key.size);
        walk->sizes[walk->count++] = (uint16_t)key.size;
    }
}

bool after_is_cycle(struct state *state, struct span key, const struct offer_told *told)
{
    struct walk walk = {.bytes = state_row_room(state)};
    uint8_t storage[OFFER_STORAGE_BYTES];
    struct offer_told found;

    walk_add(&walk, told);
    for (uint32_t at = 0; at < walk.count; at++) {
        if (span_equal(walk_at(&walk, at), key))
            return true;
        if (table_count(state, TABLE_OFFER) != 0 && offer_load_told(state, walk_at(&walk, at), &found, storage))
            walk_add(&walk, &found);
    }
    return false;
}
