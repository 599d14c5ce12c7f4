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

static void ready_key(struct row_key *key, const struct offer_row *row)
{
    set_key(key, row->category, row->needs);
    row_key_u64(key, row->at_ms);
    row_key_u64(key, row->number);
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
    struct row_key at;

    ready_key(&at, row);
    table_put(apply->state, TABLE_READY, row_key_as_span(&at), key);
    count_set(apply->state, row->category, row->needs, +1);
    count_category(apply, row->category, +1);
}

void ready_take_out(struct apply *apply, const struct offer_row *row)
{
    struct row_key at;

    ready_key(&at, row);
    (void)table_delete(apply->state, TABLE_READY, row_key_as_span(&at));
    count_set(apply->state, row->category, row->needs, -1);
    count_category(apply, row->category, -1);
}
