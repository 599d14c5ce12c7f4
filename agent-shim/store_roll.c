/* What happens when a segment of the log is full: it is brought to the disk, a snapshot is begun, and what is old and
 * covered by a snapshot is deleted. See store_state.h. */
#include "agent-shim/store_state.h"

#include <stdlib.h>

#include "log/log_local.h"

/* A copy of the state is made while others wait, so it must be small beside the log that it saves from being read. */
enum { SNAPSHOT_PART = 4, SNAPSHOT_SMALL_BYTES = 4 << 20, SPACING_PART = 16 };

static bool is_worth_a_snapshot(struct store *store, const struct store_snapshots *all)
{
    uint64_t used, map, newest = all->count == 0 ? 0 : all->items[all->count - 1].offset;
    state_space(store->state, &used, &map);
    return used <= SNAPSHOT_SMALL_BYTES ||
           used <= SNAPSHOT_PART * log_local_segments_after(store->log, newest) * log_local_segment_bytes(store->log);
}

/* Somebody may have changed it in store.json. */
static uint64_t read_retain_ms(struct store *store)
{
    const struct manifest before = store->manifest;
    struct error_text ignored;
    uint64_t retain_ms = store_read_manifest(store, &ignored) == DIBS_OK ? store->manifest.retain_ms : before.retain_ms;
    store->manifest = before;
    store->manifest.retain_ms = retain_ms;
    return retain_ms;
}

enum dibs_error store_sync(struct store *store, struct error_text *why)
{
    uint64_t end = 0;
    enum dibs_error error = log_local_sync(store->log, why);
    if (error == DIBS_OK)
        error = log_end(store->log, &end, why);
    (void)read_retain_ms(store);
    if (error != DIBS_OK || store->manifest.synced_offset >= end)
        return error;
    store->manifest.synced_offset = end;
    return store_write_manifest(store, why);
}

/* The log may begin at the newest snapshot that is older than `retain`. */
static void delete_old(struct store *store, const struct store_snapshots *all)
{
    struct error_text ignored;
    uint64_t base = 0, now_ms = log_now_ms(store->log), retain_ms = read_retain_ms(store);
    for (size_t i = 0; retain_ms != 0 && i < all->count; i++)
        if (now_ms > retain_ms && all->items[i].ts_ms < now_ms - retain_ms)
            base = all->items[i].offset;
    if (base > log_local_first(store->log) && log_local_delete_below(store->log, base, &ignored) != DIBS_OK)
        return; /* and tried again when the next segment is full */
    snapshots_thin(&store->place, log_local_first(store->log), retain_ms / SPACING_PART);
}

static enum dibs_error begin_snapshot(struct store *store, const struct store_snapshots *all, struct error_text *why)
{
    struct error_text ignored;
    enum dibs_error error = store_transaction(store, why);
    if (error != DIBS_OK)
        return error;
    bool is_worth = is_worth_a_snapshot(store, all);
    state_abort(store->state);
    store->in_transaction = false;
    /* without one the log is read from further back, and nothing is deleted: no reason to refuse a claim */
    store->has_draft = is_worth && snapshots_begin(&store->place, store->state, &store->draft, &ignored) == DIBS_OK;
    return DIBS_OK;
}

enum dibs_error store_roll(struct store *store, struct error_text *why)
{
    enum dibs_error error = store_commit(store, why);
    if (error == DIBS_OK)
        error = log_local_roll(store->log, why);
    struct store_snapshots *all = error == DIBS_OK ? malloc(sizeof *all) : NULL;
    if (all != NULL) {
        struct error_text ignored;
        if (snapshots_list(&store->place, all, &ignored) == DIBS_OK) /* else when the next one is full */
            delete_old(store, all);
        error = begin_snapshot(store, all, why);
        free(all);
    }
    return error == DIBS_OK ? store_transaction(store, why) : error;
}

void store_finish_roll(struct store *store)
{
    struct error_text ignored;
    if (store->has_draft)
        (void)!snapshots_finish(&store->place, &store->draft, &ignored); /* else the next one will do */
    store->has_draft = false;
}
