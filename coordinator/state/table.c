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

bool table_get(struct state *state, enum table table, struct span key, struct span *value)
{
    struct tree_key tree_key;

    MDB_cursor *cursor = cursor_of(state, table);
    if (cursor == NULL || state->stored.counts[table] == 0)
        return false;
    tree_key_set(&tree_key, table, key);
    MDB_val tree = {tree_key.size, tree_key.bytes};
    MDB_val data;
    int code = mdb_cursor_get(cursor, &tree, &data, MDB_SET);
    if (code == 0)
        *value = span_of(data.mv_data, data.mv_size);
    else if (code != MDB_NOTFOUND)
        state_fail(state, code, "read");
    return code == 0;
}

/* The cursor stands on the row, `old` is its value. */
static void replace_row(struct state *state, MDB_cursor *cursor, enum table table, struct span key, struct span old,
                        MDB_val *tree)
{
    struct span value = span_skip(span_of(state->image.bytes, state->image.size), 3 + key.size);
    if (span_equal(old, value))
        return;
    row_image_set(&state->old_image, table, key, old);
    MDB_val data = {value.size, (void *)(uintptr_t)value.bytes};
    int code = mdb_cursor_put(cursor, tree, &data, MDB_CURRENT);
    if (code != 0) {
        state_fail(state, code, "change");
        return;
    }
    digest_row_removed(state, &state->old_image);
    digest_row_added(state, &state->image);
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
    struct span own_key = span_of(tree_key.bytes + 1, key.size);
    MDB_val tree = {tree_key.size, tree_key.bytes};
    MDB_val data = {value.size, state->image.bytes + 3 + key.size};
    int code = mdb_cursor_put(cursor, &tree, &data, MDB_NOOVERWRITE);
    if (code == MDB_KEYEXIST) {
        replace_row(state, cursor, table, own_key, span_of(data.mv_data, data.mv_size), &tree);
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

    MDB_cursor *cursor = writing_cursor_of(state, table);
    if (cursor == NULL || state->stored.counts[table] == 0)
        return false;
    tree_key_set(&tree_key, table, key);
    MDB_val tree = {tree_key.size, tree_key.bytes};
    MDB_val data;
    int code = mdb_cursor_get(cursor, &tree, &data, MDB_SET);
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

static bool seek_row(struct state *state, enum table table, const struct tree_key *from, struct span *key,
                     struct span *value)
{
    MDB_cursor *cursor = cursor_of(state, table);
    if (cursor == NULL || state->stored.counts[table] == 0)
        return false;
    MDB_val tree = {from->size, (void *)(uintptr_t)from->bytes};
    MDB_val data;
    int code = mdb_cursor_get(cursor, &tree, &data, MDB_SET_RANGE);
    if (code != 0) {
        if (code != MDB_NOTFOUND)
            state_fail(state, code, "read");
        return false;
    }
    struct span found = span_of(tree.mv_data, tree.mv_size);
    if (found.size == 0 || found.bytes[0] != (uint8_t)table)
        return false;
    *key = span_skip(found, 1);
    *value = span_of(data.mv_data, data.mv_size);
    return true;
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
        if (found.bytes[0] == 0)
            continue; /* the meta row is not in the digest */
        row_image_set(&state->old_image, (enum table)found.bytes[0], span_skip(found, 1),
                      span_of(data.mv_data, data.mv_size));
        digest = digest_plus(digest, row_image_digest(&state->old_image));
    }
    mdb_cursor_close(cursor);
    if (code != MDB_NOTFOUND)
        state_fail(state, code, "read");
    return digest;
}
