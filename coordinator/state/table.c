/* Rows: get, put, delete, seek, count. All tables live in one tree; a key is the table's number, then the row's key.
 *
 * A failed call leaves its mark in the state (state_fail) and looks like "not there" to the caller. */
#include "coordinator/state/environment.h"

#include "base/check.h"

/* The key in the tree. Room for one byte more than a key may have: table_next looks behind the longest. */
struct tree_key {
    size_t size;
    uint8_t bytes[1 + TABLE_KEY_MAX + 1];
};

static void tree_key_set(struct tree_key *tree_key, enum table table, struct span key)
{
    CHECK(key.size <= TABLE_KEY_MAX);
    tree_key->bytes[0] = (uint8_t)table;
    if (key.size != 0)
        memcpy(tree_key->bytes + 1, key.bytes, key.size);
    tree_key->size = 1 + key.size;
}

/* The table's cursor; NULL after a failure. */
static MDB_cursor *cursor_of(struct state *state, enum table table)
{
    CHECK(state->txn != NULL && table > 0 && table < (enum table)TABLE_NUMBERS);
    if (state->failure != DIBS_OK)
        return NULL;
    MDB_cursor **cursor = &state->cursors[table];
    if (*cursor == NULL) {
        int code = mdb_cursor_open(state->txn, state->rows, cursor);
        if (code != 0) {
            *cursor = NULL;
            state_fail(state, code, "read");
        }
    }
    return *cursor;
}

static MDB_cursor *writing_cursor_of(struct state *state, enum table table)
{
    CHECK(!state->txn_read_only);
    return cursor_of(state, table);
}

static void set_digest(struct state *state, struct state_digest digest)
{
    state->stored.meta.digest_low = digest.low;
    state->stored.meta.digest_high = digest.high;
}

static void digest_row_added(struct state *state, const struct row_image *image)
{
    set_digest(state, digest_plus(state_digest(state), row_image_digest(image)));
}

static void digest_row_removed(struct state *state, const struct row_image *image)
{
    set_digest(state, digest_minus(state_digest(state), row_image_digest(image)));
}

static bool is_key(const MDB_val *tree, const struct tree_key *key)
{
    return tree->mv_size == key->size && memcmp(tree->mv_data, key->bytes, key->size) == 0;
}

/* Where the table's cursor stands; false: nowhere. */
static bool standing_row(MDB_cursor *cursor, MDB_val *tree, MDB_val *data)
{
    return mdb_cursor_get(cursor, tree, data, MDB_GET_CURRENT) == 0;
}

/* Is `from` in the run of numbers in which the cursor stands: keys that differ in their last eight bytes alone? Then
 * the row wanted is often the next one. */
static bool same_run(const MDB_val *standing, const struct tree_key *from)
{
    return standing->mv_size == from->size && from->size > 8 &&
           memcmp(standing->mv_data, from->bytes, from->size - 8) == 0;
}

/* The first row at or after `from`, by one step of the cursor if that does it. */
static int find_at_or_after(MDB_cursor *cursor, const struct tree_key *from, MDB_val *tree, MDB_val *data)
{
    struct span wanted = span_of(from->bytes, from->size);
    if (standing_row(cursor, tree, data) && same_run(tree, from)) {
        int order = span_compare(span_of(tree->mv_data, tree->mv_size), wanted);
        if (order == 0)
            return 0;
        if (order < 0 && mdb_cursor_get(cursor, tree, data, MDB_NEXT) == 0 &&
            span_compare(span_of(tree->mv_data, tree->mv_size), wanted) >= 0)
            return 0;
    }
    *tree = (MDB_val){from->size, (void *)(uintptr_t)from->bytes};
    return mdb_cursor_get(cursor, tree, data, MDB_SET_RANGE);
}

/* 0, MDB_NOTFOUND or a failure; the cursor stands on the row or behind where it would be. */
static int find_row(MDB_cursor *cursor, const struct tree_key *key, MDB_val *data)
{
    MDB_val tree;
    int code = find_at_or_after(cursor, key, &tree, data);
    return code == 0 && !is_key(&tree, key) ? MDB_NOTFOUND : code;
}

bool table_get(struct state *state, enum table table, struct span key, struct span *value)
{
    struct tree_key tree_key;
    MDB_val data;

    MDB_cursor *cursor = cursor_of(state, table);
    if (cursor == NULL || state->stored.counts[table] == 0)
        return false;
    tree_key_set(&tree_key, table, key);
    int code = find_row(cursor, &tree_key, &data);
    if (code == 0)
        *value = span_of(data.mv_data, data.mv_size);
    else if (code != MDB_NOTFOUND)
        state_fail(state, code, "read");
    return code == 0;
}

/* The cursor stands on the row, `old` is its value, state->image has the new one. */
static void replace_row(struct state *state, MDB_cursor *cursor, enum table table, const struct tree_key *tree_key,
                        struct span old)
{
    struct span key = span_of(tree_key->bytes + 1, tree_key->size - 1);
    struct span value = span_skip(span_of(state->image.bytes, state->image.size), 3 + key.size);
    if (span_equal(old, value))
        return;
    row_image_set(&state->old_image, table, key, old);
    MDB_val tree = {tree_key->size, (void *)(uintptr_t)tree_key->bytes};
    MDB_val data = {value.size, (void *)(uintptr_t)value.bytes};
    int code = mdb_cursor_put(cursor, &tree, &data, MDB_CURRENT);
    if (code != 0) {
        state_fail(state, code, "change");
        return;
    }
    digest_row_removed(state, &state->old_image);
    digest_row_added(state, &state->image);
}

/* Adds the row, or stands on the one that is there and returns MDB_KEYEXIST with its value in *data: one descent, none
 * when the row was just read. */
static int add_row(MDB_cursor *cursor, const struct tree_key *key, MDB_val *data)
{
    MDB_val tree, old;
    if (standing_row(cursor, &tree, &old) && is_key(&tree, key)) {
        *data = old;
        return MDB_KEYEXIST;
    }
    tree = (MDB_val){key->size, (void *)(uintptr_t)key->bytes};
    return mdb_cursor_put(cursor, &tree, data, MDB_NOOVERWRITE);
}

void table_put(struct state *state, enum table table, struct span key, struct span value)
{
    struct tree_key tree_key;

    MDB_cursor *cursor = writing_cursor_of(state, table);
    if (cursor == NULL)
        return;
    tree_key_set(&tree_key, table, key);
    /* A copy also because key and value may be borrowed from a page that this very put moves. */
    row_image_set(&state->image, table, key, value);
    MDB_val data = {value.size, state->image.bytes + 3 + key.size};
    int code = add_row(cursor, &tree_key, &data);
    if (code == MDB_KEYEXIST) {
        replace_row(state, cursor, table, &tree_key, span_of(data.mv_data, data.mv_size));
        return;
    }
    if (code != 0) {
        state_fail(state, code, "change");
        return;
    }
    state->stored.counts[table]++;
    digest_row_added(state, &state->image);
}

bool table_delete(struct state *state, enum table table, struct span key)
{
    struct tree_key tree_key;
    MDB_val data;

    MDB_cursor *cursor = writing_cursor_of(state, table);
    if (cursor == NULL || state->stored.counts[table] == 0)
        return false;
    tree_key_set(&tree_key, table, key);
    int code = find_row(cursor, &tree_key, &data);
    if (code == MDB_NOTFOUND)
        return false;
    if (code == 0) {
        row_image_set(&state->old_image, table, span_of(tree_key.bytes + 1, key.size),
                      span_of(data.mv_data, data.mv_size));
        code = mdb_cursor_del(cursor, 0);
    }
    if (code != 0) {
        state_fail(state, code, "change");
        return false;
    }
    state->stored.counts[table]--;
    digest_row_removed(state, &state->old_image);
    return true;
}

/* What a search has found, if it is in this table. */
static bool found_row(struct state *state, enum table table, int code, const MDB_val *tree, const MDB_val *data,
                      struct span *key, struct span *value)
{
    if (code != 0) {
        if (code != MDB_NOTFOUND)
            state_fail(state, code, "read");
        return false;
    }
    struct span found = span_of(tree->mv_data, tree->mv_size);
    if (found.size == 0 || found.bytes[0] != (uint8_t)table)
        return false;
    *key = span_skip(found, 1);
    *value = span_of(data->mv_data, data->mv_size);
    return true;
}

static bool seek_row(struct state *state, enum table table, const struct tree_key *from, struct span *key,
                     struct span *value)
{
    MDB_val tree, data;
    MDB_cursor *cursor = cursor_of(state, table);
    if (cursor == NULL || state->stored.counts[table] == 0)
        return false;
    int code = find_at_or_after(cursor, from, &tree, &data);
    return found_row(state, table, code, &tree, &data, key, value);
}

bool table_following(struct state *state, enum table table, struct span *key, struct span *value)
{
    MDB_val tree, data;
    MDB_cursor *cursor = cursor_of(state, table);
    if (cursor == NULL)
        return false;
    int code = mdb_cursor_get(cursor, &tree, &data, MDB_NEXT);
    return found_row(state, table, code, &tree, &data, key, value);
}

bool table_seek(struct state *state, enum table table, struct span from, struct span *key, struct span *value)
{
    struct tree_key tree_key;

    tree_key_set(&tree_key, table, from);
    return seek_row(state, table, &tree_key, key, value);
}

bool table_next(struct state *state, enum table table, struct span from, struct span *key, struct span *value)
{
    struct tree_key tree_key;

    tree_key_set(&tree_key, table, from);
    tree_key.bytes[tree_key.size++] = 0; /* the least key after `from` is `from` and a zero byte */
    return seek_row(state, table, &tree_key, key, value);
}

uint8_t *state_row_room(struct state *state)
{
    return state->room;
}

uint64_t table_count(struct state *state, enum table table)
{
    return cursor_of(state, table) == NULL ? 0 : state->stored.counts[table];
}

struct state_digest state_digest_recomputed(struct state *state)
{
    struct state_digest digest = {0};
    MDB_cursor *cursor;
    MDB_val tree, data;

    CHECK(state->txn != NULL);
    if (state->failure != DIBS_OK)
        return digest;
    int code = mdb_cursor_open(state->txn, state->rows, &cursor);
    if (code != 0) {
        state_fail(state, code, "read");
        return digest;
    }
    while ((code = mdb_cursor_get(cursor, &tree, &data, MDB_NEXT)) == 0) {
        struct span found = span_of(tree.mv_data, tree.mv_size);
        if (found.bytes[0] == 0 || found.bytes[0] == TABLE_LOCAL)
            continue; /* neither the meta row nor those of this replica alone are in the digest */
        row_image_set(&state->old_image, (enum table)found.bytes[0], span_skip(found, 1),
                      span_of(data.mv_data, data.mv_size));
        digest = digest_plus(digest, row_image_digest(&state->old_image));
    }
    mdb_cursor_close(cursor);
    if (code != MDB_NOTFOUND)
        state_fail(state, code, "read");
    return digest;
}
