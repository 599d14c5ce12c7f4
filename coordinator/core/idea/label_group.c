/* The tables of labels. Groups have at most LIMIT_LABEL_GROUP keys and are parted from at most LIMIT_LABEL_PARTED others,
 * so that whatever is done to one is bounded. */
#include "coordinator/core/idea/label_group.h"

#include "coordinator/state/keys.h"

static void pair_key(struct row_key *row, uint64_t group, uint64_t other)
{
    row_key_begin(row);
    row_key_u64(row, group);
    row_key_u64(row, other);
}

static void member_key(struct row_key *row, uint64_t group, struct span key)
{
    row_key_begin(row);
    row_key_u64(row, group);
    row_key_span(row, key);
}

uint64_t group_of(struct state *state, struct span key)
{
    struct span value;
    uint64_t group;

    if (table_count(state, TABLE_LABEL) == 0 || !table_get(state, TABLE_LABEL, key, &value) ||
        !state_expect(state, value.size == sizeof group))
        return 0;
    memcpy(&group, value.bytes, sizeof group);
    return group;
}

bool group_next(struct state *state, uint64_t group, struct span after, struct span *key)
{
    struct row_key row;
    struct span found, value;

    member_key(&row, group, after);
    bool more = after.size == 0 ? table_seek(state, TABLE_GROUP, row_key_as_span(&row), &found, &value)
                                : table_next(state, TABLE_GROUP, row_key_as_span(&row), &found, &value);
    if (!more || found.size <= 8 || row_key_read_u64(found, 0) != group)
        return false;
    *key = span_skip(found, 8);
    return true;
}

uint32_t group_size(struct state *state, uint64_t group)
{
    struct span key = {0};
    uint32_t count = 0;

    while (count <= LIMIT_LABEL_GROUP && group_next(state, group, key, &key))
        count++;
    return count;
}

void group_add(struct state *state, uint64_t group, struct span key)
{
    struct row_key row;

    member_key(&row, group, key);
    table_put(state, TABLE_GROUP, row_key_as_span(&row), (struct span){0});
    table_put(state, TABLE_LABEL, key, span_of(&group, sizeof group));
}

bool group_is_parted(struct state *state, uint64_t a, uint64_t b)
{
    struct row_key row;
    struct span value;

    pair_key(&row, a, b);
    return table_count(state, TABLE_PARTED) != 0 && table_get(state, TABLE_PARTED, row_key_as_span(&row), &value);
}

/* The group after `after` that this one is different from; 0: none. */
static uint64_t parted_next(struct state *state, uint64_t group, uint64_t after)
{
    struct row_key row;
    struct span found, value;

    pair_key(&row, group, after + 1);
    if (!table_seek(state, TABLE_PARTED, row_key_as_span(&row), &found, &value) ||
        !state_expect(state, found.size == row.size) || row_key_read_u64(found, 0) != group)
        return 0;
    return row_key_read_u64(found, 8);
}

uint32_t group_parted_count(struct state *state, uint64_t group)
{
    return group_parted_union(state, group, 0);
}

uint32_t group_parted_union(struct state *state, uint64_t a, uint64_t b)
{
    uint32_t count = 0;

    for (uint64_t other = 0; (other = parted_next(state, a, other)) != 0;)
        count++;
    for (uint64_t other = 0; b != 0 && (other = parted_next(state, b, other)) != 0;)
        count += !group_is_parted(state, a, other);
    return count;
}

void group_part(struct state *state, uint64_t a, uint64_t b)
{
    struct row_key row;

    pair_key(&row, a, b);
    table_put(state, TABLE_PARTED, row_key_as_span(&row), (struct span){0});
    pair_key(&row, b, a);
    table_put(state, TABLE_PARTED, row_key_as_span(&row), (struct span){0});
}

static void unpart(struct state *state, uint64_t a, uint64_t b)
{
    struct row_key row;

    pair_key(&row, a, b);
    (void)table_delete(state, TABLE_PARTED, row_key_as_span(&row));
    pair_key(&row, b, a);
    (void)table_delete(state, TABLE_PARTED, row_key_as_span(&row));
}

void group_merge(struct state *state, uint64_t from, uint64_t into)
{
    struct span key = {0};
    uint64_t other;

    while (group_next(state, from, (struct span){0}, &key)) {
        struct row_key row, kept;
        row_key_begin(&kept);
        row_key_span(&kept, key);
        member_key(&row, from, key);
        (void)table_delete(state, TABLE_GROUP, row_key_as_span(&row));
        group_add(state, into, row_key_as_span(&kept));
    }
    while ((other = parted_next(state, from, 0)) != 0) {
        unpart(state, from, other);
        group_part(state, into, other);
    }
}
