/* `dibsd prune`: a second replay, and deleting what a snapshot that it agrees with covers. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/private_file.h"
#include "base/clock.h"
#include "coordinator/core/apply.h"
#include "coordinator/daemon/commands.h"
#include "coordinator/daemon/record.h"
#include "coordinator/daemon/snapshot.h"
#include "coordinator/daemon/topics.h"
#include "coordinator/daemon/trace.h"
#include "coordinator/intake/intake.h"
#include "proto/nobody.h"

enum { BATCH = 1000, SILENCE_MS = 10000, HOLD_TRIES = 100 };

struct pruning {
    const struct options *options;
    struct folder folder;
    struct kafka *kafka;
    struct kafka_reader *reader;
    struct state *state; /* of the second replay, or the snapshot's */
    struct intake *intake;
    struct snapshot_name snapshot;
    int held; /* the snapshot; -1: not yet */
};

/* ---------------------------------------------------------------- the second replay */

/* Where it begins: at the newest snapshot that was verified, else at record 0. */
static enum step open_second(struct pruning *pruning, struct step_reason *reason)
{
    char place[PATH_MAX], from[PATH_MAX + SNAPSHOT_NAME + 16];
    struct snapshot_name verified;
    const struct state_options fresh = {.map_bytes = pruning->options->map_bytes, .resize = true, .create = true};
    const struct state_options reading = {.read_only = true};
    if (directory_make(folder_path(&pruning->folder, "verify", place), 0700, &reason->why) != DIBS_OK) {
        reason->code = EXIT_LOCAL;
        return STEP_END;
    }
    char file[PATH_MAX];
    (void)unlink(folder_path(&pruning->folder, "verify/data.mdb", file));
    if (snapshot_newest(&pruning->folder, true, &verified)) {
        struct state *old = NULL;
        (void)snprintf(from, sizeof from, "%s/snapshots/%s", pruning->folder.path, verified.text);
        enum dibs_error error = state_open(from, &reading, &old, &reason->why);
        if (error == DIBS_OK)
            error = state_copy(old, place, &reason->why);
        state_close(old);
        if (error != DIBS_OK)
            return step_of_state(error, reason);
    }
    return step_of_state(state_open(place, &fresh, &pruning->state, &reason->why), reason);
}

static enum step apply(struct pruning *pruning, const struct kafka_event *event, struct step_reason *reason)
{
    const struct log_record record = record_of_event(pruning->state, event);
    struct core_record core;
    while (intake_begin(pruning->intake, pruning->state, INTAKE_TOPIC, &record, &core)) {
        if (core_apply(pruning->state, &core, nobody) != CORE_FINISHED)
            break;
        intake_end(pruning->intake, pruning->state);
    }
    return step_of_state(state_failure(pruning->state, &reason->why), reason);
}

static enum step read_on(struct pruning *pruning, struct step_reason *reason)
{
    enum step step = STEP_DONE;
    for (unsigned count = 1; step == STEP_DONE && state_meta(pruning->state)->next_offset < pruning->snapshot.offset;
         count++) {
        struct kafka_event event;
        enum kafka_event_kind kind = kafka_reader_next(pruning->reader, SILENCE_MS, &event);
        if (kind == KAFKA_RECORD)
            step = apply(pruning, &event, reason);
        else if (kind == KAFKA_NOTHING || kind == KAFKA_END)
            step = step_end(reason, EXIT_BROKER, "the log ends before the snapshot %s, or its broker is silent",
                            pruning->snapshot.text);
        else if (kind == KAFKA_GONE || !event.retriable)
            step = step_end(reason, EXIT_BROKER, "%s", event.words);
        if (step == STEP_DONE && count % BATCH == 0) {
            enum dibs_error error = state_commit(pruning->state, &reason->why);
            if (error == DIBS_OK)
                error = state_begin(pruning->state, false, &reason->why);
            step = step_of_state(error, reason);
        }
    }
    return step;
}

static enum step compare(struct pruning *pruning, struct step_reason *reason)
{
    char digest[STATE_DIGEST_TEXT], path[PATH_MAX], name[SNAPSHOT_NAME + 32];
    state_digest_print(core_digest(pruning->state), digest);
    if (state_meta(pruning->state)->next_offset != pruning->snapshot.offset ||
        strcmp(digest, pruning->snapshot.digest) != 0)
        return step_end(reason, EXIT_DIVERGED,
                        "the snapshot %s is not what a second replay makes, which is %s at offset %" PRIu64
                        ": nothing is deleted. Keep the snapshot; `dibs replay --verify` tells more",
                        pruning->snapshot.text, digest, state_meta(pruning->state)->next_offset);
    (void)snprintf(name, sizeof name, "snapshots/%s/verified", pruning->snapshot.text);
    if (file_replace(folder_path(&pruning->folder, name, path), "a second replay came to the same digest\n",
                     &reason->why) == DIBS_OK)
        return STEP_DONE;
    reason->code = EXIT_LOCAL;
    return STEP_END;
}

static enum step verify(struct pruning *pruning, struct step_reason *reason)
{
    char path[PATH_MAX];
    enum step step = open_second(pruning, reason);
    if (step == STEP_DONE)
        step = step_of_state(state_begin(pruning->state, false, &reason->why), reason);
    if (step == STEP_DONE) {
        enum dibs_error error = kafka_reader_open(pruning->kafka, &pruning->reader, &reason->why);
        if (error == DIBS_OK)
            error = kafka_reader_start(pruning->reader, KAFKA_INTENTS, 0, intake_next(pruning->state), &reason->why);
        step = step_of_broker(error, reason, EXIT_BROKER);
    }
    if (step == STEP_DONE)
        step = read_on(pruning, reason);
    if (step == STEP_DONE)
        step = compare(pruning, reason);
    kafka_reader_close(pruning->reader, false);
    pruning->reader = NULL;
    state_close(pruning->state);
    pruning->state = NULL;
    (void)unlink(folder_path(&pruning->folder, "verify/data.mdb", path));
    return step;
}

/* ---------------------------------------------------------------- deleting */

static enum step delete_old(struct pruning *pruning, struct step_reason *reason)
{
    const struct state_options reading = {.read_only = true};
    char path[PATH_MAX], name[SNAPSHOT_NAME + 32];
    uint64_t covered = 0, old = 0, first = 0, end = 0, now_ms = clock_wall_ms(),
             keep_ms = pruning->options->prune_keep_ms;
    (void)snprintf(name, sizeof name, "snapshots/%s", pruning->snapshot.text);
    enum dibs_error error =
        state_open(folder_path(&pruning->folder, name, path), &reading, &pruning->state, &reason->why);
    if (error == DIBS_OK)
        error = state_begin(pruning->state, true, &reason->why);
    if (error != DIBS_OK)
        return step_of_state(error, reason);
    covered = intake_next(pruning->state);
    error = kafka_bounds(pruning->kafka, KAFKA_INTENTS, 0, &first, &end, &reason->why);
    if (error == DIBS_OK)
        error = kafka_offset_at(pruning->kafka, KAFKA_INTENTS, 0, now_ms > keep_ms ? now_ms - keep_ms : 0, &old,
                                &reason->why);
    uint64_t until = old < covered ? old : covered;
    if (error == DIBS_OK && until > first)
        error = kafka_delete_before(pruning->kafka, KAFKA_INTENTS, 0, until, &reason->why);
    if (error == DIBS_OK)
        trace_event(TRACE_INFO, "pruned", TRACE_WORDS("snapshot", pruning->snapshot.text), TRACE_NUMBER("from", first),
                    TRACE_NUMBER("until", until > first ? until : first));
    return step_of_broker(error, reason, EXIT_BROKER);
}

/* The newest, kept in its place for as long as it takes: the dibsd beside us makes others and thins them out. */
static enum step hold_newest(struct pruning *pruning, struct step_reason *reason)
{
    for (int i = 0; i < HOLD_TRIES && snapshot_newest(&pruning->folder, false, &pruning->snapshot); i++) {
        pruning->held = snapshot_hold(&pruning->folder, &pruning->snapshot);
        if (pruning->held >= 0)
            return STEP_DONE; /* else it was thinned out just now, and there is a newer one */
    }
    return step_end(reason, EXIT_LOCAL, "there is no snapshot in %s/snapshots yet", pruning->folder.path);
}

static enum step prune(struct pruning *pruning, struct step_reason *reason)
{
    char path[PATH_MAX], name[SNAPSHOT_NAME + 32];
    struct snapshot_name seen;
    if (hold_newest(pruning, reason) != STEP_DONE)
        return STEP_END;
    (void)snprintf(name, sizeof name, "snapshots/%s", pruning->snapshot.text);
    enum step step = snapshot_check(folder_path(&pruning->folder, name, path), &seen, reason);
    if (step == STEP_DONE)
        step = topics_connect(pruning->options, &pruning->kafka, reason);
    if (step == STEP_DONE)
        step = step_of_broker(kafka_ready(pruning->kafka, 1u << KAFKA_INTENTS, SILENCE_MS, &reason->why), reason,
                              EXIT_BROKER);
    (void)snprintf(name, sizeof name, "snapshots/%s/verified", pruning->snapshot.text);
    if (step == STEP_DONE && access(folder_path(&pruning->folder, name, path), F_OK) != 0)
        step = verify(pruning, reason);
    return step == STEP_DONE ? delete_old(pruning, reason) : step;
}

enum exit_code prune_command(const struct options *options, struct step_reason *reason)
{
    struct pruning pruning = {.options = options, .intake = calloc(1, sizeof *pruning.intake), .held = -1};
    char path[PATH_MAX];
    enum step step = folder_open_shared(&pruning.folder, options->state, reason);
    int lock = step == STEP_DONE
                   ? open(folder_path(&pruning.folder, "prune.lock", path), O_RDWR | O_CREAT | O_CLOEXEC, 0600)
                   : -1;
    if (step == STEP_DONE && (pruning.intake == NULL || lock < 0))
        step = step_end(reason, EXIT_LOCAL, "cannot begin to prune: %s", strerror(errno));
    if (step == STEP_DONE && flock(lock, LOCK_EX | LOCK_NB) != 0)
        step = step_end(reason, EXIT_IN_USE, "another pruning of %s is under way", pruning.folder.path);
    if (step == STEP_DONE)
        step = prune(&pruning, reason);
    if (step == STEP_AGAIN)
        reason->code = EXIT_BROKER;
    state_close(pruning.state);
    kafka_close(pruning.kafka, false);
    free(pruning.intake);
    if (pruning.held >= 0)
        (void)close(pruning.held);
    if (lock >= 0)
        (void)close(lock);
    return step == STEP_DONE ? EXIT_STOPPED : reason->code;
}
