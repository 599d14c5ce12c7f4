/* The state of a store as something derived: opened if it is this log's own, else dropped and built again. */
#include "agent-shim/store_state.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/private_file.h"
#include "base/check.h"
#include "coordinator/core/apply.h"
#include "coordinator/intake/intake.h"
#include "log/log_local.h"
#include "proto/nobody.h"

enum {
    CATCH_UP_BATCH = 1000,
    CHECK_BYTES = 2 << 20 /* half a millisecond at most (docs/FORMAT.md) */
};

bool state_is_current(const struct store *store)
{
    struct stat status;
    return store->state != NULL && state_stat(&store->place, &status) &&
           (uint64_t)status.st_dev == store->state_device && (uint64_t)status.st_ino == store->state_inode;
}

void state_detach(struct store *store)
{
    state_close(store->state);
    store->state = NULL;
    store->in_transaction = false;
    store->late = 0;
}

enum dibs_error state_drop(struct store *store, struct error_text *why)
{
    static const char *const files[] = {"state/data.mdb", "state/lock.mdb"};
    char path[PATH_MAX];
    state_detach(store);
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++)
        if (unlink(store_path(&store->place, files[i], path)) != 0 && errno != ENOENT)
            return error_say(why, DIBS_UNAVAILABLE, "cannot delete %s: %s", path, strerror(errno));
    return DIBS_OK;
}

enum dibs_error store_write_manifest(const struct store *store, struct error_text *why)
{
    char text[MANIFEST_TEXT_MAX], path[PATH_MAX];
    manifest_print(&store->manifest, text);
    return file_replace(store_path(&store->place, "store.json", path), text, why);
}

static enum dibs_error remember_identity(struct store *store, struct error_text *why)
{
    struct stat status;
    if (!state_stat(&store->place, &status))
        return error_say(why, DIBS_UNAVAILABLE, "the state in %s went away while it was opened", store->place.path);
    store->state_device = (uint64_t)status.st_dev;
    store->state_inode = (uint64_t)status.st_ino;
    const uint64_t born_ns = store->read_only ? 0 : state_born_ns(&store->place);
    if (store->read_only ||
        (store->manifest.state_device == store->state_device && store->manifest.state_inode == store->state_inode &&
         store->manifest.state_born_ns == born_ns))
        return DIBS_OK;
    const struct manifest before = store->manifest;
    store->manifest.state_device = store->state_device;
    store->manifest.state_inode = store->state_inode;
    store->manifest.state_born_ns = born_ns;
    enum dibs_error error = store_write_manifest(store, why);
    if (error != DIBS_OK)
        store->manifest = before;
    return error;
}

/* One that is made anew begins as the newest snapshot that the log goes on from. */
static enum dibs_error restore(struct store *store, struct error_text *why)
{
    char path[PATH_MAX];
    struct stat status;
    struct error_text ignored;
    uint64_t end = 0, offset;
    if (store->read_only || state_stat(&store->place, &status))
        return DIBS_OK;
    if (log_end(store->log, &end, &ignored) != DIBS_OK)
        end = UINT64_MAX; /* not known yet; who finds it is told what the state has taken in */
    return snapshots_restore(&store->place, log_local_first(store->log), end, false,
                             store_path(&store->place, "state/data.mdb", path), &offset, why);
}

static bool must_be_made_anew(struct store *store)
{
    struct error_text ignored;
    if (state_begin(store->state, true, &ignored) != DIBS_OK)
        return false; /* who begins next is told why */
    bool is_other = state_is_of_another_store(store->state, store->manifest.store_id);
    state_abort(store->state);
    return is_other;
}

static enum dibs_error open_anew(struct store *store, const struct state_options *options, struct error_text *why)
{
    char path[PATH_MAX];
    enum dibs_error error = state_drop(store, why);
    if (error == DIBS_OK)
        error = restore(store, why);
    return error == DIBS_OK ? state_open(store_path(&store->place, "state", path), options, &store->state, why) : error;
}

enum dibs_error state_attach(struct store *store, struct error_text *why)
{
    char path[PATH_MAX];
    const struct state_options options = {.map_bytes = store->manifest.map_bytes,
                                          .create = !store->read_only,
                                          .read_only = store->read_only,
                                          .check_bytes = CHECK_BYTES};
    state_detach(store);
    if (!store->read_only && mkdir(store_path(&store->place, "state", path), 0777) != 0 && errno != EEXIST)
        return error_say(why, DIBS_UNAVAILABLE, "cannot make %s: %s", path, strerror(errno));
    enum dibs_error error = restore(store, why);
    if (error == DIBS_OK)
        error = state_open(store_path(&store->place, "state", path), &options, &store->state, why);
    bool is_wrong = error == DIBS_DAMAGED || (error == DIBS_OK && must_be_made_anew(store));
    if (is_wrong && !store->read_only)
        error = open_anew(store, &options, why);
    if (error == DIBS_OK)
        error = remember_identity(store, why);
    if (error != DIBS_OK)
        state_detach(store); /* the next turn begins again here */
    return error;
}

enum dibs_error store_transaction(struct store *store, struct error_text *why)
{
    if (store->in_transaction)
        return DIBS_OK;
    enum dibs_error error = state_begin(store->state, store->read_only, why);
    store->in_transaction = error == DIBS_OK;
    store->damaged_state = error == DIBS_DAMAGED;
    return error;
}

enum dibs_error state_reached(struct store *store, uint64_t *offset, struct error_text *why)
{
    enum dibs_error error = store_transaction(store, why);
    if (error == DIBS_OK)
        *offset = intake_next(store->state);
    return error;
}

static enum dibs_error commit(struct store *store, struct error_text *why)
{
    store->in_transaction = false;
    store->late = 0;
    return state_commit(store->state, why);
}

/* A record that sets much in motion is committed in parts, so that it needs no more of the map than a part does, and
 * whoever is killed in the middle leaves what was done so far. The core goes on where the last commit was. */
static enum core_progress apply_in_parts(struct store *store, const struct core_record *record,
                                         struct decision_sink sink, struct error_text *why)
{
    enum core_progress progress;
    bool must_sync = store->manifest.sync; /* first the log, as at the turn's end */

    while ((progress = core_step(store->state, record, sink)) == CORE_MORE) {
        if (store->read_only)
            continue;
        if ((must_sync && log_local_sync(store->log, why) != DIBS_OK) || commit(store, why) != DIBS_OK ||
            store_transaction(store, why) != DIBS_OK)
            return CORE_FAILED;
        must_sync = false;
    }
    return progress;
}

/* Hears the decisions of a record: those for others are news to whoever waits for them. */
struct hearer {
    struct store *store;
    const struct intent *intent; /* that is being applied */
    struct decision_sink sink;
};

static void hear(void *context, const struct decision *decision)
{
    struct hearer *hearer = context;
    if (!hearer->intent->has_head || !intent_id_equal(decision->id, hearer->intent->head.id))
        wakers_note(&hearer->store->wakers, decision->id);
    hearer->sink.emit(hearer->sink.context, decision);
}

/* All that the log record stands for; its place in the log moves in the transaction that its last step is in. */
static enum core_progress apply_record(struct store *store, struct intake *intake, const struct log_record *record,
                                       struct decision_sink sink, struct error_text *why)
{
    struct core_record applied;
    struct hearer hearer = {.store = store, .sink = sink};

    while (intake_begin(intake, store->state, INTAKE_DIRECTORY, record, &applied)) { /* bounded by an import's size */
        hearer.intent = applied.intent;
        if (apply_in_parts(store, &applied, (struct decision_sink){hear, &hearer}, why) != CORE_FINISHED)
            return CORE_FAILED;
        intake_end(intake, store->state);
    }
    return state_failure(store->state, NULL) == DIBS_OK ? CORE_FINISHED : CORE_FAILED;
}

enum dibs_error state_apply(struct store *store, const struct log_record *record, struct decision_sink sink,
                            struct error_text *why)
{
    struct intake *intake = malloc(sizeof *intake);
    if (intake == NULL)
        return error_say(why, DIBS_UNAVAILABLE, "there is no memory to read a record");
    intake_init(intake);
    enum core_progress progress = apply_record(store, intake, record, sink, why);
    free(intake);
    if (progress == CORE_FINISHED)
        return DIBS_OK;
    enum dibs_error error = store->in_transaction ? state_failure(store->state, why) : DIBS_UNAVAILABLE;
    store->damaged_state = error == DIBS_DAMAGED;
    return error;
}

enum dibs_error state_catch_up(struct store *store, struct error_text *why)
{
    unsigned applied = 0;
    store->caught_up = false;
    for (;;) { /* bounded by the log: nobody can append while we hold the lock */
        enum dibs_error error = store_transaction(store, why);
        struct log_record record;
        uint64_t next = error == DIBS_OK ? intake_next(store->state) : 0;
        if (error == DIBS_OK)
            error = log_read(store->log, next, &record, why);
        if (error == DIBS_ENDED)
            return DIBS_OK;
        if (error == DIBS_OK && record.offset != next)
            error =
                error_say(why, DIBS_DAMAGED,
                          "the log in %s/log begins with record %" PRIu64 ", and there is no snapshot from which the "
                          "state can be built: records from %" PRIu64 " on are missing; restore them from a copy, "
                          "or see `dibs status --check`",
                          store->place.path, record.offset, next);
        if (error == DIBS_OK)
            error = state_apply(store, &record, nobody, why);
        store->caught_up = true;
        if (error == DIBS_OK && ++applied % CATCH_UP_BATCH == 0)
            error = commit(store, why);
        if (error != DIBS_OK)
            return error;
    }
}
