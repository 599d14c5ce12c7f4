/* Local rows: beside the tables, in no digest. */
#include "coordinator/state/environment.h"

#include "base/check.h"

/* Before each value stands its check. False: it isn't the value's. */
static bool open_value(struct state *state, struct span key, struct span stored, struct span *value)
{
    uint64_t check;

    if (!state_expect(state, stored.size >= sizeof check))
        return false;
    memcpy(&check, stored.bytes, sizeof check);
    *value = span_skip(stored, sizeof check);
    return state_expect(state, check == stored_check(key, *value));
}

bool state_local_get(struct state *state, enum local_row row, struct span *value)
{
    const uint8_t key[2] = {TABLE_LOCAL, (uint8_t)row};
    MDB_val tree = {sizeof key, (void *)(uintptr_t)key}, data;

    CHECK(state->txn != NULL);
    if (state->failure != DIBS_OK || state->stored.counts[0] == 0)
        return false;
    int code = mdb_get(state->txn, state->rows, &tree, &data);
    if (code == 0)
        return open_value(state, span_of(key, sizeof key), span_of(data.mv_data, data.mv_size), value);
    if (code != MDB_NOTFOUND)
        state_fail(state, code, "read");
    return false;
}

void state_local_put(struct state *state, enum local_row row, struct span value)
{
    const uint8_t key[2] = {TABLE_LOCAL, (uint8_t)row};
    MDB_val tree = {sizeof key, (void *)(uintptr_t)key}, old;
    uint64_t check = stored_check(span_of(key, sizeof key), value);
    uint8_t stored[sizeof check + LOCAL_VALUE_MAX];
    MDB_val data = {sizeof check + value.size, stored};

    CHECK(state->txn != NULL && !state->txn_read_only && value.size <= LOCAL_VALUE_MAX);
    if (state->failure != DIBS_OK)
        return;
    memcpy(stored, &check, sizeof check);
    if (value.size != 0)
        memcpy(stored + sizeof check, value.bytes, value.size);
    bool is_new = mdb_get(state->txn, state->rows, &tree, &old) == MDB_NOTFOUND;
    int code = mdb_put(state->txn, state->rows, &tree, &data, 0);
    if (code != 0)
        state_fail(state, code, "change");
    else if (is_new)
        state->stored.counts[0]++;
}
