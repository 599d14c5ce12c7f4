/* Who overlaps whom: the index from keys and subtrees to claims and waiters. See subtree.h for its shape. */
#include "coordinator/core/subtree.h"

#include "coordinator/core/canonical_key.h"
#include "coordinator/state/keys.h"

enum reach { REACH_EXACT = 0, REACH_SUBTREE = 1, REACH_UNDER = 2 };

static const uint64_t none = UINT64_MAX;

static void reach_key(struct row_key *key, struct span path, enum reach reach, bool shared, uint64_t id)
{
    row_key_begin(key);
    row_key_span(key, path);
    row_key_u8(key, 0);
    row_key_u8(key, (uint8_t)reach);
    row_key_u8(key, shared);
    row_key_u64(key, id);
}

/* Shortens a path to its parent; false at the top. */
static bool path_parent(struct span *path)
{
    for (size_t size = path->size; size > 0; size--) {
        if (path->bytes[size - 1] == '/') {
            path->size = size - 1;
            return path->size > 0;
        }
    }
    return false;
}

static enum reach key_reach(struct span key)
{
    return key_is_subtree(key) ? REACH_SUBTREE : REACH_EXACT;
}

void subtree_list(struct state *state, enum table table, struct span key, bool shared, uint64_t id)
{
    struct span path = key_path(key);
    struct row_key row;

    reach_key(&row, path, key_reach(key), shared, id);
    table_put(state, table, row_key_as_span(&row), (struct span){0});
    while (path_parent(&path)) {
        reach_key(&row, path, REACH_UNDER, shared, id);
        table_put(state, table, row_key_as_span(&row), (struct span){0});
    }
}

void subtree_unlist(struct state *state, enum table table, struct span key, bool shared, uint64_t id)
{
    struct span path = key_path(key);
    struct row_key row;

    reach_key(&row, path, key_reach(key), shared, id);
    (void)table_delete(state, table, row_key_as_span(&row));
    while (path_parent(&path)) {
        reach_key(&row, path, REACH_UNDER, shared, id);
        (void)table_delete(state, table, row_key_as_span(&row));
    }
}

/* The smallest id >= from listed at this path with this reach and mode. */
static uint64_t reach_first(struct state *state, enum table table, struct span path, enum reach reach, bool shared,
                            uint64_t from)
{
    struct row_key row;
    struct span found, value;

    reach_key(&row, path, reach, shared, from);
    if (!table_seek(state, table, row_key_as_span(&row), &found, &value))
        return none;
    size_t prefix_size = row.size - 8;
    if (found.size != row.size || memcmp(found.bytes, row.bytes, prefix_size) != 0)
        return none;
    return row_key_read_u64(found, prefix_size);
}

static uint64_t smaller(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

/* A shared wish conflicts with exclusive ones only. */
static uint64_t reach_conflict(struct state *state, enum table table, struct span path, enum reach reach, bool shared,
                               uint64_t from)
{
    uint64_t first = reach_first(state, table, path, reach, false, from);
    return shared ? first : smaller(first, reach_first(state, table, path, reach, true, from));
}

uint64_t subtree_conflict(struct state *state, enum table table, struct span key, bool shared, uint64_t from)
{
    struct span path = key_path(key);

    if (table_count(state, table) == 0)
        return none;
    uint64_t first = smaller(reach_conflict(state, table, path, REACH_EXACT, shared, from),
                             reach_conflict(state, table, path, REACH_SUBTREE, shared, from));
    if (key_is_subtree(key))
        first = smaller(first, reach_conflict(state, table, path, REACH_UNDER, shared, from));
    while (path_parent(&path))
        first = smaller(first, reach_conflict(state, table, path, REACH_SUBTREE, shared, from));
    return first;
}

uint64_t subtree_exact(struct state *state, enum table table, struct span key, bool shared, uint64_t from)
{
    return reach_first(state, table, key_path(key), key_reach(key), shared, from);
}

uint64_t subtree_exact_any(struct state *state, enum table table, struct span key, uint64_t from)
{
    return smaller(subtree_exact(state, table, key, false, from), subtree_exact(state, table, key, true, from));
}
