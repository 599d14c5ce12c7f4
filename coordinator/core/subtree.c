/* Who overlaps whom: the index from keys and subtrees to claims and waiters. See subtree.h for its shape. */
#include "coordinator/core/subtree.h"

#include "coordinator/core/key/canonical_key.h"
#include "coordinator/state/keys.h"

enum reach { REACH_EXACT = 0, REACH_SUBTREE = 1, REACH_UNDER = 2, REACH_ANY /* asked for, never listed */ };

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

/* Is nothing at all listed at this path with this reach? One look-up, and mostly the answer is yes. */
static bool reach_is_empty(struct state *state, enum table table, struct span path, enum reach reach)
{
    struct row_key row;
    struct span found, value;

    row_key_begin(&row);
    row_key_span(&row, path);
    row_key_u8(&row, 0);
    if (reach != REACH_ANY)
        row_key_u8(&row, (uint8_t)reach);
    return !table_seek(state, table, row_key_as_span(&row), &found, &value) ||
           !span_starts_with(found, row_key_as_span(&row));
}

/* A shared wish conflicts with exclusive ones only. */
static uint64_t reach_conflict(struct state *state, enum table table, struct span path, enum reach reach, bool shared,
                               uint64_t from)
{
    if (reach_is_empty(state, table, path, reach))
        return none;
    uint64_t first = reach_first(state, table, path, reach, false, from);
    return shared ? first : smaller(first, reach_first(state, table, path, reach, true, from));
}

uint64_t subtree_conflict(struct state *state, enum table table, struct span key, bool shared, uint64_t from)
{
    struct span path = key_path(key);
    uint64_t first = none;

    if (table_count(state, table) == 0)
        return none;
    if (!reach_is_empty(state, table, path, REACH_ANY)) {
        first = smaller(reach_conflict(state, table, path, REACH_EXACT, shared, from),
                        reach_conflict(state, table, path, REACH_SUBTREE, shared, from));
        if (key_is_subtree(key))
            first = smaller(first, reach_conflict(state, table, path, REACH_UNDER, shared, from));
    }
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
    uint64_t exclusive = subtree_exact(state, table, key, false, from);

    if (exclusive != none && table == TABLE_HOLD)
        return exclusive; /* INV-1: nobody else holds it */
    return smaller(exclusive, subtree_exact(state, table, key, true, from));
}

/* Where a prefix can begin: the tree `a` with its stars begins with `a/`, but is listed at `a`. */
static struct span prefix_path(struct span prefix)
{
    while (prefix.size > 0 && (prefix.bytes[prefix.size - 1] == '*' || prefix.bytes[prefix.size - 1] == '/'))
        prefix.size--;
    return prefix;
}

void subtree_walk_from(struct held_key *walk, struct span prefix)
{
    struct span path = prefix_path(prefix);

    *walk = (struct held_key){0};
    walk->key_size = path.size < sizeof walk->key ? path.size : sizeof walk->key;
    if (walk->key_size != 0)
        memcpy(walk->key, path.bytes, walk->key_size);
}

void subtree_walk_after(struct held_key *walk, struct span key, uint64_t id, struct span prefix)
{
    subtree_walk_from(walk, prefix);
    if (span_compare(key_path(key), span_of(walk->key, walk->key_size)) < 0)
        return; /* the row stands before all of them */
    *walk = (struct held_key){.id = id, .after = true};
    walk->key_size = key.size < sizeof walk->key ? key.size : sizeof walk->key;
    if (walk->key_size != 0)
        memcpy(walk->key, key.bytes, walk->key_size);
}

/* Fills the walk's place from a row; false: an UNDER entry, which names no key. */
static bool walk_read(struct held_key *walk, struct span row)
{
    enum { TAIL = 11 };
    static const uint8_t stars[] = {'/', '*', '*'};
    size_t path_size = row.size - TAIL;
    uint8_t reach = row.bytes[path_size + 1];

    if (reach == REACH_UNDER)
        return false;
    memcpy(walk->key, row.bytes, path_size);
    walk->key_size = path_size;
    if (reach == REACH_SUBTREE) {
        memcpy(walk->key + path_size, stars, sizeof stars);
        walk->key_size += sizeof stars;
    }
    walk->id = row_key_read_u64(row, path_size + 3);
    walk->after = true;
    walk->past = false;
    return true;
}

/* From an UNDER entry to past all of them at its path, in one look-up: there can be as many as there are claims. */
static void skip_under(struct row_key *at)
{
    enum { TAIL = 11 };

    at->size -= TAIL;
    row_key_u8(at, 0);
    row_key_u8(at, REACH_UNDER + 1);
}

bool subtree_walk(struct state *state, enum table table, struct held_key *walk, struct span prefix)
{
    const struct held_key start = *walk;
    struct span start_key = span_of(start.key, start.key_size), first = prefix_path(prefix);
    struct row_key at;
    struct span found, value;

    row_key_begin(&at);
    if (start.after)
        reach_key(&at, key_path(start_key), key_reach(start_key), start.past, start.past ? UINT64_MAX : start.id);
    else
        row_key_span(&at, start_key);
    while (table_next(state, table, row_key_as_span(&at), &found, &value) && span_starts_with(found, first)) {
        row_key_begin(&at);
        row_key_span(&at, found);
        if (!walk_read(walk, row_key_as_span(&at))) {
            skip_under(&at);
            continue;
        }
        /* A key is held in one mode only; shared rows come after where an exclusive one with this id would be. */
        bool before = start.after && walk->id <= start.id && span_equal(span_of(walk->key, walk->key_size), start_key);
        if (!before)
            return true;
    }
    return false;
}
