/* Which log a state was made from. */
#include "coordinator/daemon/log_identity.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { TRIES = 5, TRY_MS = 800 };

_Static_assert(sizeof(struct log_identity) == KAFKA_CLUSTER_ID_MAX + KAFKA_FLEET_MAX + 24 + 16 + 8 + 16 + 8,
               "log_identity has padding");

struct hash128 log_identity_hash(uint64_t ts_ms, struct span payload)
{
    const struct span pieces[] = {span_of((const uint8_t *)&ts_ms, sizeof ts_ms), payload};
    return hash_xxh3_128_pieces(pieces, 2);
}

static bool same(struct hash128 a, struct hash128 b)
{
    return a.low == b.low && a.high == b.high;
}

bool log_identity_load(struct state *state, struct log_identity *out)
{
    struct span value;
    if (!state_local_get(state, LOCAL_LOG_IDENTITY, &value) || !state_expect(state, value.size == sizeof *out))
        return false;
    memcpy(out, value.bytes, sizeof *out);
    return true;
}

void log_identity_keep(struct state *state, const struct log_identity *identity)
{
    state_local_put(state, LOCAL_LOG_IDENTITY, span_of((const uint8_t *)identity, sizeof *identity));
}

void log_genesis_keep(struct state *state, struct span genesis)
{
    struct span kept;
    bool is_kept = log_genesis_load(state, &kept) && span_equal(kept, genesis);
    if (!is_kept && genesis.size <= LOCAL_VALUE_MAX)
        state_local_put(state, LOCAL_GENESIS, genesis);
}

bool log_genesis_load(struct state *state, struct span *genesis)
{
    return state_local_get(state, LOCAL_GENESIS, genesis);
}

enum step log_identity_look(struct kafka *kafka, uint8_t *buffer, struct log_now *out, struct step_reason *reason)
{
    struct kafka_event event;
    *out = (struct log_now){0};
    (void)snprintf(out->identity.topic, sizeof out->identity.topic, "%s", kafka_topic_name(kafka, KAFKA_INTENTS));
    enum dibs_error error = kafka_cluster_id(kafka, out->identity.cluster, &reason->why);
    if (error == DIBS_OK)
        error = kafka_bounds(kafka, KAFKA_INTENTS, 0, &out->first, &out->end, &reason->why);
    if (error == DIBS_OK && out->first == 0 && out->end > 0) {
        error = kafka_read_one(kafka, KAFKA_INTENTS, 0, 0, buffer, KAFKA_RECORD_MAX, &event, &reason->why);
        if (error == DIBS_OK && event.kind == KAFKA_RECORD && event.offset == 0) {
            out->genesis = event.payload;
            out->identity.genesis = log_identity_hash(event.ts_ms, event.payload);
        }
    }
    return step_of_broker(error, reason, EXIT_BROKER);
}

/* ---------------------------------------------------------------- is it the same? */

static enum step truncated(const struct log_identity *of, uint64_t end, struct step_reason *reason)
{
    return step_end(
        reason, EXIT_LOG,
        "truncated: this state has applied record %" PRIu64 " of %s, and the log ends at %" PRIu64
        " now: acknowledged claims are lost, or this state is newer than this copy of the log. If the log's "
        "end can't be brought back: `dibsd recover --lost-records` with the operator's key, once; then start "
        "each coordinator without its old state",
        of->last, of->topic, end);
}

static enum step rewritten(const struct log_identity *of, struct step_reason *reason)
{
    return step_end(
        reason, EXIT_LOG,
        "truncated: record %" PRIu64 " of %s is not the one that this state has applied: the log was cut and "
        "written on, so acknowledged claims are lost. `dibsd recover --lost-records` with the operator's key, "
        "once; then start each coordinator without its old state",
        of->last, of->topic);
}

static enum step pruned(const struct log_identity *of, uint64_t next, uint64_t first, struct step_reason *reason)
{
    return step_end(reason, EXIT_LOG,
                    "pruned past this state: it needs record %" PRIu64 " of %s, and the log begins at %" PRIu64
                    " now: `dibsd restore` a newer snapshot, or copy the state of a replica that stands",
                    next, of->topic, first);
}

static enum step compare_last(struct kafka *kafka, const struct log_identity *of, struct step_reason *reason)
{
    uint64_t first = 0, end = 0;
    struct kafka_event event;
    uint8_t *buffer;
    enum dibs_error error = kafka_bounds(kafka, KAFKA_INTENTS, 0, &first, &end, &reason->why);
    if (error != DIBS_OK)
        return step_of_broker(error, reason, EXIT_BROKER);
    if (end <= of->last)
        return truncated(of, end, reason);
    if (first > of->last) /* its last record is gone in good order; the next must be there */
        return first > of->last + 1 ? pruned(of, of->last + 1, first, reason) : STEP_DONE;
    if ((buffer = malloc(KAFKA_RECORD_MAX)) == NULL)
        return step_end(reason, EXIT_LOCAL, "there is no memory to read a record");
    error = kafka_read_one(kafka, KAFKA_INTENTS, 0, of->last, buffer, KAFKA_RECORD_MAX, &event, &reason->why);
    enum step step = step_of_broker(error, reason, EXIT_BROKER);
    if (step == STEP_DONE && (event.kind != KAFKA_RECORD || event.offset != of->last ||
                              !same(log_identity_hash(event.ts_ms, event.payload), of->record)))
        step = rewritten(of, reason);
    free(buffer);
    return step;
}

enum step log_identity_check_last(struct kafka *kafka, const struct log_identity *of, struct step_reason *reason)
{
    enum step step = STEP_DONE;
    if (!of->has_last)
        return STEP_DONE;
    for (int i = 0; i < TRIES; i++) {
        step = compare_last(kafka, of, reason);
        if (step != STEP_END || reason->code != EXIT_LOG)
            return step;
        (void)nanosleep(&(struct timespec){.tv_nsec = TRY_MS * 1000000L}, NULL);
    }
    return step;
}

enum step log_identity_check(struct kafka *kafka, const struct log_identity *of, const struct log_now *now,
                             struct step_reason *reason)
{
    const struct log_identity *log = &now->identity;
    if (strcmp(of->topic, log->topic) != 0)
        return step_end(
            reason, EXIT_LOG,
            "this state was made from topic %.200s, not from %.200s: give each fleet a state directory of its "
            "own",
            of->topic, log->topic);
    if (strcmp(of->cluster, log->cluster) != 0)
        return step_end(
            reason, EXIT_LOG,
            "this state was made from topic %.200s of the cluster %s, and these brokers are %s: name the right "
            "brokers, or start with an empty state directory",
            of->topic, of->cluster, log->cluster);
    bool other_genesis =
        now->end == 0 || (now->first == 0 && now->genesis.size != 0 && !same(of->genesis, log->genesis));
    if (of->has_last && other_genesis)
        return step_end(
            reason, EXIT_LOG,
            "recreated: %.200s is not the log that this state was made from: the topic was deleted and made "
            "anew. If that was meant, start with an empty state directory; else restore the topic from your "
            "backup of Kafka",
            of->topic);
    return log_identity_check_last(kafka, of, reason);
}
