/* One turn at a store: lock, bring the state up to the log's end, append, apply, commit, unlock. */
#include "agent-shim/store.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <sys/statvfs.h>

#include "agent-shim/store_state.h"
#include "coordinator/core/apply.h"
#include "log/log_local.h"
#include "proto/codec.h"
#include "proto/nobody.h"

enum {
    HEADROOM_DISK_PART = 8,        /* of the disk stays free for what ends claims, a part at a time, … */
    HEADROOM_DISK_LEAST = 1 << 20, /* … at least and … */
    HEADROOM_DISK_MOST = 16 << 20, /* … at most this */
    HEADROOM_DISK_EVERY = 64,
    LATE_MOST = 32,        /* records; a transaction of so many takes no more pages than the file is kept longer */
    HEADROOM_MAP_PART = 2, /* of the map stays free for what ends claims, a part at a time, … */
    HEADROOM_MAP_MOST = 64 << 20 /* … but not more than this */
};

enum dibs_error store_commit(struct store *store, struct error_text *why)
{
    if (!store->in_transaction || store->read_only)
        return DIBS_OK;
    store->in_transaction = false;
    store->late = 0;
    return state_commit(store->state, why);
}

enum dibs_error store_commit_late(struct store *store, struct error_text *why)
{
    const uint32_t patience_ms = store->lock_timeout_ms;
    store->lock_timeout_ms = 0;
    enum dibs_error error = store_begin(store, "committing", why);
    store->lock_timeout_ms = patience_ms;
    if (error != DIBS_OK)
        return error;
    error = store_commit(store, why);
    if (error != DIBS_OK)
        state_detach(store);
    store_end(store);
    return error;
}

/* What was applied and not committed is applied again by whoever comes next. */
void store_end(struct store *store)
{
    if (store->in_transaction && store->late == 0) {
        state_abort(store->state);
        store->in_transaction = false;
    }
    if (store->log != NULL)
        log_local_set_held(store->log, false);
    store_lock_release(store->lock);
    store_finish_roll(store);
    if (store->wakers.count > 0) {
        char path[PATH_MAX];
        wakers_flush(&store->wakers, store_path(&store->place, "wake", path));
    }
}

/* What gives room back, or passes time, may use more of what is left than what takes room. */
static uint64_t part_for(enum verb verb, uint64_t spare)
{
    bool takes_room =
        verb == VERB_CLAIM || verb == VERB_TAKE || verb == VERB_HANDOFF || verb == VERB_OFFER || verb == VERB_NEXT;
    return takes_room ? spare : spare / 16;
}

static uint64_t spare_of_disk(enum verb verb, uint64_t size)
{
    uint64_t spare = size / HEADROOM_DISK_PART;
    spare = spare > HEADROOM_DISK_MOST ? HEADROOM_DISK_MOST : spare;
    return part_for(verb, spare < HEADROOM_DISK_LEAST ? HEADROOM_DISK_LEAST : spare);
}

/* Asking the file system costs as much as a write: the first append asks, and then every so many. */
static enum dibs_error check_disk(struct store *store, enum verb verb, struct error_text *why)
{
    struct statvfs disk;
    if (store->appends++ % HEADROOM_DISK_EVERY != 0)
        return DIBS_OK;
    if (statvfs(store->place.path, &disk) != 0)
        return error_say(why, DIBS_UNAVAILABLE, "cannot look at %s: %s", store->place.path, strerror(errno));
    uint64_t spare = spare_of_disk(verb, (uint64_t)disk.f_blocks * disk.f_frsize);
    if ((uint64_t)disk.f_bavail * disk.f_frsize >= spare)
        return DIBS_OK;
    store->appends = 0; /* the next one asks again: somebody may have made room, or not */
    return error_say(why, DIBS_UNAVAILABLE,
                     "the disk under %s is full (%" PRIu64 " KiB must be free); make room, nothing was changed",
                     store->place.path, spare >> 10);
}

static uint64_t spare_of_map(enum verb verb, uint64_t map)
{
    return part_for(verb, map / HEADROOM_MAP_PART < HEADROOM_MAP_MOST ? map / HEADROOM_MAP_PART : HEADROOM_MAP_MOST);
}

/* Is there room on the disk and in the map for another record and all that it may set in motion? */
static enum dibs_error check_headroom(struct store *store, enum verb verb, struct error_text *why)
{
    uint64_t used, map;
    state_space(store->state, &used, &map);
    if (used + spare_of_map(verb, map) > map)
        return error_say(
            why, DIBS_UNAVAILABLE,
            "the state of %s is full (%llu of %llu bytes); close claims, or move to a store with a larger map",
            store->place.path, (unsigned long long)used, (unsigned long long)map);
    return check_disk(store, verb, why);
}

enum dibs_error store_append(struct store *store, const struct intent *intent, struct log_record *record,
                             struct error_text *why)
{
    size_t size = 0;
    enum dibs_error error = intent_encode(intent, store->encoded, sizeof store->encoded, &size, why);
    if (error != DIBS_OK)
        return error;
    record->payload = span_of(store->encoded, size);
    return log_append(store->log, record->payload, &record->offset, &record->ts_ms, why);
}

/* Whatever is wrong with it: the next turn opens it again, and applies what is in the log. */
static enum dibs_error give_up_state(struct store *store)
{
    state_detach(store);
    return DIBS_NO_ANSWER;
}

/* Not beside others, who would apply it, too; and not where the disk is waited for anyway. */
static bool is_late(const struct store *store)
{
    return store->may_be_late && !store->manifest.sync && !store->caught_up && store->late + 1 < LATE_MOST &&
           !store_lock_is_wanted(store->lock);
}

enum dibs_error store_settle(struct store *store, struct error_text *why)
{
    if (!store->is_unsettled)
        return DIBS_OK;
    store->is_unsettled = false;
    if (store->state == NULL)
        return error_say(why, DIBS_NO_ANSWER, "a record of the same turn could not be applied");
    /* first the log: what the state has taken in is on the disk, should this process end in between */
    enum dibs_error error = store->manifest.sync ? log_local_sync(store->log, why) : DIBS_OK;
    if (error == DIBS_OK && is_late(store))
        store->late++;
    else if (error == DIBS_OK)
        error = store_commit(store, why);
    return error == DIBS_OK ? DIBS_OK : give_up_state(store);
}

enum dibs_error store_submit_unsettled(struct store *store, const struct intent *intent, struct decision_sink sink,
                                       struct error_text *why)
{
    struct log_record record = {0};
    if (store->read_only)
        return error_say(why, DIBS_UNAVAILABLE, "%s was opened to be read only", store->place.url);
    enum dibs_error error = store_transaction(store, why);
    if (error == DIBS_OK && intent->verb == VERB_CLAIM &&
        core_refuses(store->state, log_now_ms(store->log), intent, sink))
        return DIBS_OK; /* bad input leaves no trace, not even in the log */
    if (error == DIBS_OK)
        error = check_headroom(store, intent->verb, why);
    if (error == DIBS_OK && log_local_is_full(store->log))
        error = store_roll(store, why);
    if (error == DIBS_OK)
        error = store_append(store, intent, &record, why);
    if (error != DIBS_OK)
        return error;
    store->is_unsettled = true; /* from here on, whatever fails, the answer is merely not known yet */
    return state_apply(store, &record, sink, why) == DIBS_OK ? DIBS_OK : give_up_state(store);
}

enum dibs_error store_submit(struct store *store, const struct intent *intent, struct decision_sink sink,
                             struct error_text *why)
{
    struct error_text ignored;
    enum dibs_error error = store_submit_unsettled(store, intent, sink, why);
    enum dibs_error settled = store_settle(store, error == DIBS_OK ? why : &ignored);
    return error == DIBS_OK ? settled : error;
}

/* Without room for a tick, questions are answered all the same: what is over by now is not shown. */
static enum dibs_error tick(struct store *store, struct error_text *why)
{
    const struct intent tick = {.verb = VERB_TICK};
    enum dibs_error error = store_submit(store, &tick, nobody, why);
    if (error == DIBS_NO_ANSWER) /* to a tick; the question was not asked */
        return DIBS_UNAVAILABLE;
    return error == DIBS_OK || error == DIBS_UNAVAILABLE ? store_transaction(store, why) : error;
}

enum dibs_error store_ask(struct store *store, const struct intent *query, struct decision_sink sink,
                          struct error_text *why)
{
    enum dibs_error error = store_transaction(store, why);
    if (error == DIBS_OK && !store->read_only && core_is_due(store->state, log_now_ms(store->log)))
        error = tick(store, why);
    if (error != DIBS_OK)
        return error;
    if (core_query(store->state, log_now_ms(store->log), query, sink) != CORE_FAILED)
        return DIBS_OK;
    error = state_failure(store->state, why);
    if (error != DIBS_DAMAGED || store->read_only)
        return error;
    error = store_rebuild(store, why); /* and asked once more */
    if (error == DIBS_OK && core_query(store->state, log_now_ms(store->log), query, sink) == CORE_FAILED)
        error = state_failure(store->state, why);
    return error;
}
