/* `dibsd recover`: goes on with a log that lost its end. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "coordinator/daemon/commands.h"
#include "base/clock.h"
#include "coordinator/daemon/folder.h"
#include "coordinator/daemon/log_identity.h"
#include "coordinator/daemon/operator_key.h"
#include "coordinator/daemon/topics.h"
#include "proto/codec.h"

enum { PATIENCE_MS = 15000, PAUSE_MS = 300 };

struct recovery {
    const struct options *options;
    struct folder folder;
    struct operator_key key;
    struct kafka *kafka;
    struct log_now now;
    uint8_t *buffer; /* KAFKA_RECORD_MAX */
};

/* A copy of the genesis first, so that agents find one at every moment; then nothing before it. */
static enum step clear_checkpoints(struct recovery *recovery, struct step_reason *reason)
{
    struct kafka *kafka = recovery->kafka;
    struct kafka_event event;
    uint64_t first = 0, end = 0;
    enum dibs_error error = kafka_bounds(kafka, KAFKA_CHECKPOINTS, 0, &first, &end, &reason->why);
    if (error == DIBS_OK)
        error = kafka_read_one(kafka, KAFKA_CHECKPOINTS, 0, first, recovery->buffer, KAFKA_RECORD_MAX, &event,
                               &reason->why);
    enum step step = step_of_broker(error, reason, EXIT_BROKER);
    if (step == STEP_DONE && event.kind == KAFKA_RECORD)
        step = topics_send(kafka, KAFKA_CHECKPOINTS, event.payload, reason);
    return step == STEP_DONE ? step_of_broker(kafka_delete_before(kafka, KAFKA_CHECKPOINTS, 0, end, &reason->why),
                                              reason, EXIT_BROKER)
                             : step;
}

static enum step clear_decisions(struct recovery *recovery, struct step_reason *reason)
{
    struct kafka *kafka = recovery->kafka;
    uint32_t count = 0;
    enum dibs_error error = kafka_partitions(kafka, KAFKA_DECISIONS, &count, &reason->why);
    for (uint32_t i = 0; error == DIBS_OK && i < count; i++) {
        uint64_t first = 0, end = 0;
        error = kafka_bounds(kafka, KAFKA_DECISIONS, i, &first, &end, &reason->why);
        if (error == DIBS_OK && first < end)
            error = kafka_delete_before(kafka, KAFKA_DECISIONS, i, end, &reason->why);
    }
    return step_of_broker(error, reason, EXIT_BROKER);
}

static enum step append(struct recovery *recovery, bool lost_records, struct step_reason *reason)
{
    struct intent *intent = calloc(1, sizeof *intent);
    uint8_t bytes[256];
    size_t size = 0;
    if (intent == NULL)
        return step_end(reason, EXIT_LOCAL, "there is no memory for a record");
    intent->verb = VERB_RECOVERED;
    intent->body.recovered.lost_records = lost_records;
    memcpy(intent->body.recovered.operator_identity, recovery->key.proof, LIMIT_IDENTITY_BYTES);
    reason->code = EXIT_LOCAL;
    enum dibs_error error = intent_encode(intent, bytes, sizeof bytes, &size, &reason->why);
    free(intent);
    return error == DIBS_OK ? topics_send(recovery->kafka, KAFKA_INTENTS, span_of(bytes, size), reason) : STEP_END;
}

/* A state that has applied what the log does not have (any more) is of no use to anybody. */
static enum step drop_lost_state(struct recovery *recovery, struct step_reason *reason)
{
    struct log_identity identity;
    struct state *state = NULL;
    bool dropped, known = false;
    if (!folder_has_state(&recovery->folder))
        return STEP_DONE;
    enum step step = folder_open_state(&recovery->folder, recovery->options->map_bytes, &state, &dropped, reason);
    if (step == STEP_DONE)
        step = step_of_state(state_begin(state, true, &reason->why), reason);
    if (step == STEP_DONE)
        known = log_identity_load(state, &identity);
    state_close(state);
    if (step != STEP_DONE || !known)
        return step;
    step = log_identity_check(recovery->kafka, &identity, &recovery->now, reason);
    if (step != STEP_END || reason->code != EXIT_LOG)
        return step;
    (void)printf("the state in %s is deleted: %s\n", recovery->folder.path, reason->why.text);
    return folder_drop_state(&recovery->folder, reason);
}

static enum step recover(struct recovery *recovery, bool lost_records, struct step_reason *reason)
{
    struct options as_told = *recovery->options;
    as_told.create_topics = false;
    if (recovery->kafka == NULL) {
        enum step step = topics_connect(&as_told, &recovery->kafka, reason);
        if (step != STEP_DONE)
            return step;
    }
    enum step step = topics_check(recovery->kafka, &as_told, reason);
    if (step == STEP_DONE)
        step = topics_open(recovery->kafka, &as_told, &recovery->key, recovery->buffer, &recovery->now, reason);
    if (step == STEP_DONE)
        step = drop_lost_state(recovery, reason);
    if (step == STEP_DONE && lost_records)
        step = clear_checkpoints(recovery, reason);
    if (step == STEP_DONE && lost_records)
        step = clear_decisions(recovery, reason);
    return step == STEP_DONE ? append(recovery, lost_records, reason) : step;
}

/* A broker that doesn't answer is asked for a quarter of a minute. */
static enum step try_for_a_while(struct recovery *recovery, bool lost_records, struct step_reason *reason)
{
    uint64_t end_ms = clock_now_ms() + PATIENCE_MS;
    enum step step;
    while ((step = recover(recovery, lost_records, reason)) == STEP_AGAIN && clock_now_ms() < end_ms)
        (void)nanosleep(&(struct timespec){.tv_nsec = PAUSE_MS * 1000000L}, NULL);
    if (step == STEP_AGAIN)
        reason->code = EXIT_BROKER;
    return step;
}

enum exit_code recover_command(const struct options *options, bool lost_records, struct step_reason *reason)
{
    struct recovery recovery = {.options = options, .folder = {.lock = -1}};
    enum step step = folder_open(&recovery.folder, options->state, reason);
    if (step == STEP_DONE)
        step = operator_key_read(&recovery.key, options->operator_key, false, reason);
    if (step == STEP_DONE && !recovery.key.is_there)
        step =
            step_end(reason, EXIT_CONFIG, "only the operator may say that the log goes on: give --operator-key FILE");
    if (step == STEP_DONE && (recovery.buffer = malloc(KAFKA_RECORD_MAX)) == NULL)
        step = step_end(reason, EXIT_LOCAL, "there is no memory to read a record");
    if (step == STEP_DONE)
        step = try_for_a_while(&recovery, lost_records, reason);
    kafka_close(recovery.kafka, false);
    free(recovery.buffer);
    operator_key_wipe(&recovery.key);
    folder_close(&recovery.folder);
    if (step == STEP_DONE)
        (void)printf("recovered%s\n", lost_records ? ": every token that was given out before is void" : "");
    return step == STEP_DONE ? EXIT_STOPPED : reason->code;
}
