/* Rows of categories, and their names, which lead to the numbers. */
#include "coordinator/core/supply/category.h"

#include "coordinator/state/keys.h"

static void number_key(struct row_key *key, uint32_t number)
{
    row_key_begin(key);
    row_key_u8(key, (uint8_t)(number >> 8));
    row_key_u8(key, (uint8_t)number);
}

/* Names may be empty, row keys not. */
static void name_key(struct row_key *key, struct span name)
{
    row_key_begin(key);
    row_key_u8(key, 'c');
    row_key_span(key, name);
}

uint32_t category_find(struct state *state, struct span name)
{
    uint64_t count = table_count(state, TABLE_CATEGORY);
    struct row_key key;
    struct span value;
    uint32_t number;

    name_key(&key, name);
    if (count == 0 || !table_get(state, TABLE_CATEGORY_NAME, row_key_as_span(&key), &value))
        return count >= LIMIT_CATEGORIES ? LIMIT_CATEGORIES : 0;
    if (!state_expect(state, value.size == sizeof number))
        return 0;
    memcpy(&number, value.bytes, sizeof number);
    return number;
}

bool category_load(struct state *state, uint32_t number, struct category_row *out)
{
    struct row_key key;
    struct span value;

    number_key(&key, number);
    if (!state_expect(state, table_get(state, TABLE_CATEGORY, row_key_as_span(&key), &value) &&
                                 value.size >= sizeof *out && value.size <= sizeof *out + LIMIT_CATEGORY_BYTES))
        return false;
    memcpy(out, value.bytes, sizeof *out);
    return true;
}

static void put(struct state *state, uint32_t number, const struct category_row *row, struct span name)
{
    uint8_t bytes[sizeof *row + LIMIT_CATEGORY_BYTES];
    struct row_key key;

    memcpy(bytes, row, sizeof *row);
    if (name.size != 0)
        memcpy(bytes + sizeof *row, name.bytes, name.size);
    number_key(&key, number);
    table_put(state, TABLE_CATEGORY, row_key_as_span(&key), span_of(bytes, sizeof *row + name.size));
}

struct span category_name(struct state *state, uint32_t number, uint8_t out[LIMIT_CATEGORY_BYTES])
{
    struct row_key key;
    struct span value;

    number_key(&key, number);
    if (!table_get(state, TABLE_CATEGORY, row_key_as_span(&key), &value) ||
        !state_expect(state, value.size >= sizeof(struct category_row) &&
                                 value.size <= sizeof(struct category_row) + LIMIT_CATEGORY_BYTES))
        return (struct span){0};
    struct span name = span_skip(value, sizeof(struct category_row));
    if (name.size != 0)
        memcpy(out, name.bytes, name.size);
    return span_of(out, name.size);
}

void category_save(struct state *state, uint32_t number, const struct category_row *row)
{
    uint8_t name[LIMIT_CATEGORY_BYTES];

    put(state, number, row, category_name(state, number, name));
}

uint32_t category_number(struct apply *apply, struct span name)
{
    const struct category_row fresh = {0};
    struct state *state = apply->state;
    uint32_t number = category_find(state, name);
    struct row_key key;

    if (number != 0)
        return number;
    number = (uint32_t)table_count(state, TABLE_CATEGORY) + 1;
    put(state, number, &fresh, name);
    name_key(&key, name);
    table_put(state, TABLE_CATEGORY_NAME, row_key_as_span(&key), span_of(&number, sizeof number));
    return number;
}
