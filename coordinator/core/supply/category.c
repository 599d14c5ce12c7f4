/* Rows of categories, their names, which lead to the numbers, and their own targets. */
#include "coordinator/core/supply/category.h"

#include "coordinator/core/policy.h"
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

uint32_t category_named(struct state *state, struct span name)
{
    struct row_key key;
    struct span value;
    uint32_t number;

    name_key(&key, name);
    if (table_count(state, TABLE_CATEGORY) == 0 ||
        !table_get(state, TABLE_CATEGORY_NAME, row_key_as_span(&key), &value) ||
        !state_expect(state, value.size == sizeof number))
        return 0;
    memcpy(&number, value.bytes, sizeof number);
    return number;
}

uint32_t category_find(struct state *state, struct span name)
{
    uint64_t count = table_count(state, TABLE_CATEGORY);
    uint32_t number = category_named(state, name);

    if (number != 0)
        return number;
    return count >= LIMIT_CATEGORIES ? LIMIT_CATEGORIES : 0;
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
    return state_expect(state, out->target <= POLICY_TARGET_COMMON);
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

/* ---------------------------------------------------------------- targets */

static bool has_target(const struct category_row *row)
{
    return row->target != 0;
}

uint32_t category_target(struct state *state, const struct category_row *row)
{
    return has_target(row) ? row->target - 1 : (uint32_t)policy_value(state, POLICY_STEER_TARGET);
}

void category_set_target(struct apply *apply, const struct policy_entry *entry)
{
    bool sets = entry->value != POLICY_TARGET_COMMON;
    uint32_t number = category_named(apply->state, entry->category);
    struct category_row row;

    if (number == 0 && sets)
        number = category_number(apply, entry->category);
    if (number == 0 || !category_load(apply->state, number, &row))
        return;
    row.target = sets ? (uint32_t)entry->value + 1 : 0;
    category_save(apply->state, number, &row);
}

uint32_t category_policy_list(struct state *state, struct span name, struct policy_entry *out)
{
    uint32_t number = category_named(state, name);
    struct category_row row;

    if (number == 0 || !category_load(state, number, &row) || !has_target(&row))
        return 0;
    *out = (struct policy_entry){.id = POLICY_STEER_TARGET, .value = row.target - 1, .category = name};
    return 1;
}
