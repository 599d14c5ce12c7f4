/* The log applied once more: a second log handle that only reads, and a state that is thrown away. */
#include "agent-shim/replay.h"

#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "agent-shim/config.h"
#include "agent-shim/store_state.h"
#include "base/private_file.h"
#include "coordinator/intake/intake.h"
#include "log/log_local.h"
#include "log/log_salvage.h"

enum { REPLAY_BATCH = 1000 };

struct replay {
    char directory[PATH_MAX]; /* where the state is … */
    bool is_ours;             /* … and we made it to delete it at the end, … */
    pid_t maker;              /* … in this process, not in a child of fork */
    struct state *state;
    struct log *log;
    bool is_local;
    enum intake_kind kind;
    bool in_transaction;
    uint64_t end;
    unsigned in_batch;
    struct intake intake;
    struct log_record record; /* read last, … */
    bool within;              /* … and it may stand for more */
    struct core_record applied;
};

static enum dibs_error make_directory(struct replay *replay, struct error_text *why)
{
    const char *base = environment("TMPDIR");
    int length =
        snprintf(replay->directory, sizeof replay->directory, "%s/dibs-replay-XXXXXX", base == NULL ? "/tmp" : base);
    if (length < 0 || (size_t)length >= sizeof replay->directory || mkdtemp(replay->directory) == NULL) {
        replay->directory[0] = '\0';
        return error_say(why, DIBS_UNAVAILABLE, "cannot make a temporary directory: %s; set $TMPDIR", strerror(errno));
    }
    replay->is_ours = true;
    return DIBS_OK;
}

/* A directory that somebody named: new, or empty. */
static enum dibs_error use_directory(struct replay *replay, const char *into, struct error_text *why)
{
    int length = snprintf(replay->directory, sizeof replay->directory, "%s", into);
    if (length <= 0 || (size_t)length >= sizeof replay->directory)
        return error_say(why, DIBS_BAD_INPUT, "the directory's name is empty or too long");
    enum dibs_error error = directory_make(into, 0777, why);
    if (error != DIBS_OK)
        return error;
    DIR *directory = opendir(into);
    if (directory == NULL)
        return error_say(why, DIBS_BAD_INPUT, "cannot list %s: %s", into, strerror(errno));
    bool is_empty = true;
    for (struct dirent *entry; (entry = readdir(directory)) != NULL;)
        is_empty = is_empty && (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0);
    (void)closedir(directory);
    return is_empty ? DIBS_OK
                    : error_say(why, DIBS_BAD_INPUT, "%s is not empty; name an empty or a new directory", into);
}

/* A log whose oldest records were deleted begins where a snapshot was made. */
static enum dibs_error begin_at_snapshot(struct replay *replay, const struct store_place *place, struct error_text *why)
{
    char path[PATH_MAX + 16];
    uint64_t first = log_local_first(replay->log), offset = 0;
    if (first == 0)
        return DIBS_OK;
    (void)snprintf(path, sizeof path, "%s/data.mdb", replay->directory);
    enum dibs_error error = snapshots_restore(place, first, replay->end, true, path, &offset, why);
    if (error == DIBS_OK && offset == 0)
        error = error_say(why, DIBS_DAMAGED,
                          "the log in %s/log begins with record %" PRIu64
                          ", and there is no snapshot from which it can be read; see `dibs status --check`",
                          place->path, first);
    return error;
}

enum dibs_error replay_new(const struct replay_source *source, const char *into, struct replay **out,
                           struct error_text *why)
{
    struct replay *replay = calloc(1, sizeof *replay);
    if (replay == NULL) {
        log_close(source->log);
        return error_say(why, DIBS_UNAVAILABLE, "there is no memory to read the log");
    }
    const struct state_options options = {.map_bytes = source->map_bytes, .create = true};
    replay->maker = getpid();
    replay->log = source->log;
    replay->kind = source->kind;
    replay->end = source->end;
    enum dibs_error error = into == NULL ? make_directory(replay, why) : use_directory(replay, into, why);
    if (error == DIBS_OK && source->place != NULL)
        error = begin_at_snapshot(replay, source->place, why);
    if (error == DIBS_OK)
        error = state_open(replay->directory, &options, &replay->state, why);
    if (error != DIBS_OK) {
        replay_close(replay);
        return error;
    }
    *out = replay;
    return DIBS_OK;
}

enum dibs_error replay_open(const struct store *store, uint64_t end, const char *into, struct replay **out,
                            struct error_text *why)
{
    char path[PATH_MAX];
    struct log_local_options options = {.clock = store->manifest.clock, .read_only = true};
    struct replay_source source = {
        .kind = INTAKE_DIRECTORY, .end = end, .map_bytes = store->manifest.map_bytes, .place = &store->place};
    memcpy(options.store_id, store->manifest.store_id, sizeof options.store_id);
    enum dibs_error error = log_local_open(store_path(&store->place, "log", path), &options, &source.log, why);
    if (error == DIBS_OK)
        error = replay_new(&source, into, out, why);
    if (error != DIBS_OK)
        return error;
    (*out)->is_local = true;
    replay_extend(*out, end);
    return DIBS_OK;
}

enum dibs_error replay_need_whole(const struct replay *replay, const char *url, const char *what,
                                  struct error_text *why)
{
    uint64_t first = replay->is_local ? log_local_first(replay->log) : 0;
    if (first == 0)
        return DIBS_OK;
    return error_say(why, DIBS_UNSUPPORTED,
                     "%s cannot be %s: its log begins with record %" PRIu64
                     ", since older ones were deleted (\"retain_ms\" in store.json; 0 keeps all). Move or copy its "
                     "directory instead; to go elsewhere let the claims end, and begin a new store there",
                     url, what, first);
}

enum dibs_error replay_open_damaged(const struct store_place *place, struct replay **out, struct error_text *why)
{
    char path[PATH_MAX];
    struct store store = {.place = *place};
    struct replay_source source = {.kind = INTAKE_DIRECTORY, .end = UINT64_MAX};
    enum dibs_error error = store_read_manifest(&store, why);
    if (error == DIBS_OK)
        error = log_salvage_open(store_path(place, "log", path), store.manifest.store_id, &source.log, why);
    return error == DIBS_OK ? replay_new(&source, NULL, out, why) : error;
}

void replay_extend(struct replay *replay, uint64_t end)
{
    replay->end = end;
    if (replay->is_local)
        log_local_set_committed(replay->log, end);
}

static void delete_directory(const struct replay *replay)
{
    static const char *const files[] = {"data.mdb", "lock.mdb"};
    char path[PATH_MAX + 16];
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        (void)snprintf(path, sizeof path, "%s/%s", replay->directory, files[i]);
        (void)unlink(path);
    }
    (void)rmdir(replay->directory);
}

void replay_close(struct replay *replay)
{
    if (replay == NULL)
        return;
    state_close(replay->state);
    log_close(replay->log);
    if (replay->is_ours && replay->maker == getpid())
        delete_directory(replay);
    free(replay);
}

static enum dibs_error open_transaction(struct replay *replay, struct error_text *why)
{
    if (replay->in_transaction)
        return DIBS_OK;
    enum dibs_error error = state_begin(replay->state, false, why);
    replay->in_transaction = error == DIBS_OK;
    return error;
}

static enum dibs_error close_batch(struct replay *replay, struct error_text *why)
{
    if (++replay->in_batch < REPLAY_BATCH)
        return DIBS_OK;
    replay->in_batch = 0;
    replay->in_transaction = false;
    return state_commit(replay->state, why);
}

enum dibs_error replay_read(struct replay *replay, struct log_record *record, const struct intent **intent,
                            struct error_text *why)
{
    for (;;) { /* bounded by the end */
        enum dibs_error error = open_transaction(replay, why);
        if (error != DIBS_OK)
            return error;
        if (replay->within &&
            intake_begin(&replay->intake, replay->state, replay->kind, &replay->record, &replay->applied))
            break;
        replay->within = false;
        uint64_t next = intake_next(replay->state);
        if (next >= replay->end)
            return error_say(why, DIBS_ENDED, "the log ends here");
        error = log_read(replay->log, next, &replay->record, why);
        if (error != DIBS_OK)
            return error;
        replay->within = true;
    }
    *record = (struct log_record){
        .offset = replay->applied.offset, .ts_ms = replay->applied.ts_ms, .payload = replay->record.payload};
    *intent = replay->applied.intent;
    return DIBS_OK;
}

enum dibs_error replay_apply(struct replay *replay, struct decision_sink sink, struct error_text *why)
{
    if (core_apply(replay->state, &replay->applied, sink) != CORE_FINISHED)
        return state_failure(replay->state, why);
    intake_end(&replay->intake, replay->state);
    enum dibs_error error = state_failure(replay->state, why);
    return error == DIBS_OK ? close_batch(replay, why) : error;
}

enum dibs_error replay_run(struct replay *replay, struct decision_sink sink, struct error_text *why)
{
    for (;;) { /* bounded by the end */
        struct log_record record;
        const struct intent *intent;
        enum dibs_error error = replay_read(replay, &record, &intent, why);
        if (error == DIBS_ENDED)
            return DIBS_OK;
        if (error == DIBS_OK)
            error = replay_apply(replay, sink, why);
        if (error != DIBS_OK)
            return error;
    }
}

enum dibs_error replay_state(struct replay *replay, struct state **out, struct error_text *why)
{
    enum dibs_error error = open_transaction(replay, why);
    *out = replay->state;
    return error;
}

enum dibs_error replay_keep(struct replay *replay, struct error_text *why)
{
    if (!replay->in_transaction)
        return DIBS_OK;
    replay->in_transaction = false;
    replay->in_batch = 0;
    return state_commit(replay->state, why);
}

enum dibs_error replay_wait(struct replay *replay, uint32_t timeout_ms, struct error_text *why)
{
    return log_wait(replay->log, replay->end, timeout_ms, why);
}

uint64_t replay_position(struct replay *replay)
{
    return replay->in_transaction ? intake_next(replay->state) : replay->record.offset;
}

uint64_t replay_end(const struct replay *replay)
{
    return replay->end;
}

const struct core_record *replay_record(const struct replay *replay)
{
    return &replay->applied;
}
