/* TABLE_READY and, for each (category, set of needs) that has items there, a row with their number in TABLE_READY_SET. */
#include "coordinator/core/supply/ready.h"

#include "coordinator/core/supply/category.h"

static void set_key(struct row_key *key, uint32_t category, uint64_t needs)
{
    row_key_begin(key);
    row_key_u8(key, (uint8_t)(category >> 8));
    row_key_u8(key, (uint8_t)category);
    row_key_u64(key, needs);
}

static void ready_key(struct row_key *key, const struct ready_place *at)
{
    set_key(key, at->category, at->needs);
    row_key_u64(key, at->rank);
    row_key_u64(key, at->number);
}

static struct ready_place place_of(const struct offer_row *row)
{
    return (struct ready_place){
        .category = row->category, .needs = row->needs, .rank = row->at_ms, .number = row->number};
}

static void count_category(struct apply *apply, uint32_t number, int change)
{
    struct category_row category;

    if (!category_load(apply->state, number, &category) ||
        !state_expect(apply->state, change > 0 || category.ready > 0))
        return;
    category.ready = (uint64_t)((int64_t)category.ready + change);
    category_save(apply->state, number, &category);
}

static void count_set(struct state *state, uint32_t category, uint64_t needs, int change)
{
    uint64_t count = 0;
    struct row_key key;
    struct span value;

    set_key(&key, category, needs);
    if (table_get(state, TABLE_READY_SET, row_key_as_span(&key), &value) &&
        state_expect(state, value.size == sizeof count))
        memcpy(&count, value.bytes, sizeof count);
    if (!state_expect(state, change > 0 || count > 0))
        return;
    count = (uint64_t)((int64_t)count + change);
    if (count == 0)
        (void)table_delete(state, TABLE_READY_SET, row_key_as_span(&key));
    else
        table_put(state, TABLE_READY_SET, row_key_as_span(&key), span_of(&count, sizeof count));
}

void ready_put_in(struct apply *apply, const struct offer_row *row, struct span key)
{
    struct ready_place place = place_of(row);
    struct row_key at;

    ready_key(&at, &place);
    table_put(apply->state, TABLE_READY, row_key_as_span(&at), key);
    count_set(apply->state, row->category, row->needs, +1);
    count_category(apply, row->category, +1);
}

void ready_take_out(struct apply *apply, const struct offer_row *row)
{
    struct ready_place place = place_of(row);
    struct row_key at;

    ready_key(&at, &place);
    (void)table_delete(apply->state, TABLE_READY, row_key_as_span(&at));
    count_set(apply->state, row->category, row->needs, -1);
    count_category(apply, row->category, -1);
}

enum { SET_BYTES = 2 + 8, READY_BYTES = SET_BYTES + 16 };

/* The first row at or after `from` of the same set becomes the place; after it, if `strictly`. */
static bool find(struct state *state, const struct row_key *from, bool strictly, struct ready_place *at)
{
    struct span key, value;
    bool found = strictly ? table_next(state, TABLE_READY, row_key_as_span(from), &key, &value)
                          : table_seek(state, TABLE_READY, row_key_as_span(from), &key, &value);

    if (!found || key.size != READY_BYTES || memcmp(key.bytes, from->bytes, SET_BYTES) != 0)
        return false;
    at->rank = row_key_read_u64(key, SET_BYTES);
    at->number = row_key_read_u64(key, SET_BYTES + 8);
    return true;
}

bool ready_set(struct state *state, struct ready_place *at, uint64_t *count)
{
    struct row_key from;
    struct span key, value;

    set_key(&from, at->category, at->needs);
    if (!table_seek(state, TABLE_READY_SET, row_key_as_span(&from), &key, &value) ||
        !state_expect(state, key.size == SET_BYTES && value.size == sizeof *count) ||
        memcmp(key.bytes, from.bytes, 2) != 0)
        return false;
    memcpy(count, value.bytes, sizeof *count);
    at->needs = row_key_read_u64(key, 2);
    set_key(&from, at->category, at->needs);
    return state_expect(state, find(state, &from, false, at));
}

bool ready_next(struct state *state, struct ready_place *at)
{
    struct row_key here;

    ready_key(&here, at);
    return find(state, &here, true, at);
}

struct span ready_at(struct state *state, const struct ready_place *at)
{
    struct row_key key;
    struct span value;

    ready_key(&key, at);
    if (!state_expect(state,
                      table_get(state, TABLE_READY, row_key_as_span(&key), &value) && value.size <= LIMIT_KEY_BYTES))
        return (struct span){0};
    return value;
}
