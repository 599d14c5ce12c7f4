/* Local rows: beside the tables, in no digest. */
#include "coordinator/state/environment.h"

#include "base/check.h"

bool state_local_get(struct state *state, enum local_row row, struct span *value)
{
    const uint8_t key[2] = {TABLE_LOCAL, (uint8_t)row};
    MDB_val tree = {sizeof key, (void *)(uintptr_t)key}, data;

    CHECK(state->txn != NULL);
    if (state->failure != DIBS_OK || state->stored.counts[0] == 0)
        return false;
    int code = mdb_get(state->txn, state->rows, &tree, &data);
    if (code == 0)
        *value = span_of(data.mv_data, data.mv_size);
    else if (code != MDB_NOTFOUND)
        state_fail(state, code, "read");
    return code == 0;
}

void state_local_put(struct state *state, enum local_row row, struct span value)
{
    const uint8_t key[2] = {TABLE_LOCAL, (uint8_t)row};
    MDB_val tree = {sizeof key, (void *)(uintptr_t)key}, data = {value.size, (void *)(uintptr_t)value.bytes}, old;

    CHECK(state->txn != NULL && !state->txn_read_only);
    if (state->failure != DIBS_OK)
        return;
    bool is_new = mdb_get(state->txn, state->rows, &tree, &old) == MDB_NOTFOUND;
    int code = mdb_put(state->txn, state->rows, &tree, &data, 0);
    if (code != 0)
        state_fail(state, code, "change");
    else if (is_new)
        state->stored.counts[0]++;
}
