/* How a turn at a store begins: its lock, and the state brought up to the log's end. See store_turn.c for what happens in it. */
#include "agent-shim/store.h"

#include <time.h>
#include <unistd.h>

#include "agent-shim/store_state.h"
#include "base/clock.h"
#include "coordinator/intake/intake.h"
#include "log/log_local.h"

enum { BEHIND_NAPS = 4, BEHIND_NAP_MS = 5 };

/* Files that were deleted or moved away stay good for us, but are no longer the store: others neither see what we add
 * to them nor wait for their lock. Deleting is seen at once; looking at paths, which costs as much as a write, is done at
 * most once a millisecond: nobody moves a store away and makes another in less. */
static enum dibs_error enter(struct store *store, const char *doing, struct lock_request *request,
                             struct error_text *why)
{
    char path[PATH_MAX];
    enum dibs_error error = store_lock_take_or_request(store->lock, store->lock_timeout_ms, doing, request, why);
    bool is_served = error == DIBS_OK && request != NULL && request->served;
    if (error != DIBS_OK || is_served)
        return error;
    uint64_t now_ms = clock_boot_ms();
    store->looks_at_paths = now_ms != store->looked_ms;
    if (store->looks_at_paths ? store_lock_is_current(store->lock) : store_lock_is_there(store->lock)) {
        store->looked_ms = now_ms;
        if (store->log != NULL)
            log_local_set_held(store->log, true);
        return DIBS_OK;
    }
    bool is_gone = access(store_path(&store->place, "store.json", path), F_OK) != 0;
    error = error_say(
        why, is_gone ? DIBS_NO_STORE : DIBS_UNAVAILABLE,
        is_gone ? "%s is gone; `dibs init` makes a new store"
                : "%s was recovered or replaced, or its lock deleted, while it was in use; open the store again",
        store->place.path);
    store_end(store);
    return error;
}

enum dibs_error store_enter(struct store *store, const char *doing, struct error_text *why)
{
    return enter(store, doing, NULL, why);
}

/* Another process has dropped the state. */
static enum dibs_error follow_state(struct store *store, struct error_text *why)
{
    if (store->looks_at_paths ? state_is_current(store) : store->state != NULL && state_is_there(store->state))
        return DIBS_OK;
    /* whoever dropped it has written store.json, perhaps with another clock */
    enum dibs_error error = store_read_manifest(store, why);
    if (error != DIBS_OK)
        return error;
    log_local_set_clock(store->log, &store->manifest.clock);
    return state_attach(store, why);
}

/* What others have committed since has taken in what this one kept, too. */
static void drop_overtaken(struct store *store)
{
    if (store->late == 0 || state_is_latest(store->state))
        return;
    state_abort(store->state);
    store->in_transaction = false;
    store->late = 0;
}

/* In a store that syncs: what one who died has left in the log is on the disk before anybody is told of it, or adds to it. */
static enum dibs_error sync_what_was_left(struct store *store, struct error_text *why)
{
    uint64_t reached = 0, end = 0;
    if (!store->manifest.sync)
        return DIBS_OK;
    enum dibs_error error = state_reached(store, &reached, why);
    if (error == DIBS_OK)
        error = log_end(store->log, &end, why);
    return error == DIBS_OK && reached < end ? log_local_sync(store->log, why) : error;
}

/* Takes in what the log has and the state has not. */
static enum dibs_error take_in(struct store *store, struct error_text *why)
{
    enum dibs_error error = sync_what_was_left(store, why);
    return error == DIBS_OK ? state_catch_up(store, why) : error;
}

static enum dibs_error catch_up(struct store *store, struct error_text *why)
{
    drop_overtaken(store);
    if (store->read_only)
        return store_transaction(store, why);
    store->damaged_state = false;
    enum dibs_error error = take_in(store, why);
    if (error != DIBS_DAMAGED || !store->damaged_state)
        return error;
    return store_rebuild(store, why); /* once: what is damaged now is the log, or the disk */
}

/* A reader can't apply what a busy writer has not committed yet, but will within some milliseconds (embedded_late.c). What
 * nobody commits was left by one that died, and waited for once. */
static bool is_behind(struct store *store)
{
    struct error_text ignored;
    uint64_t end = 0;
    if (!store->in_transaction || log_end(store->log, &end, &ignored) != DIBS_OK || end <= intake_next(store->state) ||
        end <= store->behind_end)
        return false;
    store->seen_end = end;
    return true;
}

static enum dibs_error enter_and_follow(struct store *store, const char *doing, struct lock_request *request,
                                        struct error_text *why)
{
    enum dibs_error error = enter(store, doing, request, why);
    if (error != DIBS_OK || (request != NULL && request->served))
        return error;
    error = follow_state(store, why);
    if (error == DIBS_OK)
        error = catch_up(store, why);
    if (error != DIBS_OK)
        store_end(store);
    return error;
}

static enum dibs_error wait_for_commit(struct store *store, const char *doing, struct error_text *why)
{
    const struct timespec nap = {.tv_nsec = BEHIND_NAP_MS * 1000000L};
    for (int naps = 0; is_behind(store); naps++) {
        if (naps == BEHIND_NAPS) {
            store->behind_end = store->seen_end;
            return DIBS_OK;
        }
        store_end(store);
        (void)nanosleep(&nap, NULL);
        enum dibs_error error = enter_and_follow(store, doing, NULL, why);
        if (error != DIBS_OK)
            return error;
    }
    return DIBS_OK;
}

enum dibs_error store_rebuild(struct store *store, struct error_text *why)
{
    enum dibs_error error = state_drop(store, why);
    if (error == DIBS_OK)
        error = state_attach(store, why);
    return error == DIBS_OK ? take_in(store, why) : error;
}

enum dibs_error store_begin(struct store *store, const char *doing, struct error_text *why)
{
    return store_begin_or_request(store, doing, NULL, why);
}

enum dibs_error store_begin_or_request(struct store *store, const char *doing, struct lock_request *request,
                                       struct error_text *why)
{
    enum dibs_error error = enter_and_follow(store, doing, request, why);
    if (error == DIBS_OK && store->read_only)
        error = wait_for_commit(store, doing, why);
    if (error != DIBS_OK || (request != NULL && request->served))
        return error;
    if (store->is_filling || !intake_is_importing(store->state))
        return DIBS_OK;
    store_end(store);
    return error_say(why, DIBS_UNAVAILABLE,
                     "%s holds a part of another store; run the same `dibs migrate` again to fill it",
                     store->place.path);
}
