/* A fleet that a migration fills: its topics are made, and each import is a record of the intents with the operator's
 * proof. Nothing keeps a second migration away; what comes twice is skipped by all who read it (intake.h). */
#include "agent-shim/migrate_target.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent-shim/fleet.h"
#include "agent-shim/fleet_log.h"
#include "agent-shim/identity.h"
#include "agent-shim/replay.h"
#include "base/hash.h"
#include "coordinator/core/apply.h"
#include "coordinator/core/genesis.h"
#include "coordinator/intake/intake.h"
#include "coordinator/state/rows.h"
#include "proto/codec.h"
#include "proto/nobody.h"

enum { ACK_MS = 60000, UNACKED_MAX = 64, ALL_TOPICS = (1u << KAFKA_TOPICS) - 1 };

struct topic_target {
    struct migrate_target target; /* first */
    struct migrate_target_options options;
    struct kafka *kafka;
    uint8_t proof[LIMIT_IDENTITY_BYTES]; /* the operator's */
    struct genesis_intent source;
    struct replay *replay;  /* of what is there */
    enum dibs_error failed; /* of what was sent */
    struct error_text why;
    uint8_t encoded[LIMIT_IMPORT_BYTES];
};

static struct topic_target *topic_of(struct migrate_target *target)
{
    return (struct topic_target *)target;
}

/* ---------------------------------------------------------------- sending */

static void take_ack(void *context, uint64_t cookie, enum kafka_ack ack, const char *words)
{
    struct topic_target *topic = context;
    (void)cookie;
    if (ack != KAFKA_DELIVERED && topic->failed == DIBS_OK)
        topic->failed = error_say(&topic->why, ack == KAFKA_REFUSED ? DIBS_BAD_INPUT : DIBS_UNAVAILABLE,
                                  "%s did not take a record: %s; nothing is lost, begin the same migration again",
                                  topic->target.place.url, words);
}

static enum dibs_error await_acks(struct topic_target *topic, uint32_t left, struct error_text *why)
{
    while (topic->failed == DIBS_OK && kafka_unacked(topic->kafka) > left)
        if (kafka_acks(topic->kafka, ACK_MS, take_ack, topic) == 0)
            return error_say(why, DIBS_UNAVAILABLE, "%s said nothing in a minute; begin the same migration again",
                             topic->target.place.url);
    if (topic->failed != DIBS_OK)
        *why = topic->why;
    return topic->failed;
}

static enum dibs_error send(struct topic_target *topic, enum kafka_topic to, const struct intent *intent,
                            struct error_text *why)
{
    size_t size = 0;
    enum dibs_error error = intent_encode(intent, topic->encoded, sizeof topic->encoded, &size, why);
    if (error == DIBS_OK)
        error = await_acks(topic, UNACKED_MAX, why);
    if (error == DIBS_OK)
        error = kafka_send(topic->kafka, to, 0, span_of(topic->encoded, size), -1, 0, why);
    return error;
}

/* ---------------------------------------------------------------- looking */

static enum dibs_error connect(struct topic_target *topic, struct error_text *why)
{
    return topic->kafka != NULL ? DIBS_OK
                                : fleet_connect(&topic->target.place, topic->options.patience_ms, &topic->kafka, why);
}

/* The state that all which is there makes; borrowed. */
static enum dibs_error read_all(struct topic_target *topic, struct state **state, struct error_text *why)
{
    uint64_t end = 0;
    enum dibs_error error = DIBS_OK;
    if (topic->replay == NULL)
        error = fleet_log_replay(&topic->target.place, topic->options.patience_ms, NULL, &topic->replay, why);
    if (error == DIBS_OK)
        error = fleet_log_end(topic->kafka, &end, why);
    if (error != DIBS_OK)
        return error;
    replay_extend(topic->replay, end);
    error = replay_run(topic->replay, nobody, why);
    return error == DIBS_OK ? replay_state(topic->replay, state, why) : error;
}

/* What stands at the beginning of the log. */
static enum dibs_error read_first(struct topic_target *topic, struct intent *first, struct error_text *why)
{
    struct log *log = NULL;
    struct log_record record;
    enum dibs_error error = fleet_log_open(&topic->target.place, topic->options.patience_ms, &log, why);
    if (error != DIBS_OK)
        return error;
    error = log_read(log, 0, &record, why);
    if (error == DIBS_OK)
        intent_decode(record.payload, first);
    log_close(log);
    return error;
}

static enum dibs_error look_at_store(struct topic_target *topic, enum target_found *found, struct error_text *why)
{
    struct state *state = NULL;
    struct intent *first = calloc(1, sizeof *first);
    if (first == NULL)
        return error_say(why, DIBS_UNAVAILABLE, "there is no memory to look at %s", topic->target.place.url);
    enum dibs_error error = read_first(topic, first, why);
    const struct genesis_intent *genesis = &first->body.genesis;
    bool is_same = error == DIBS_OK && first->flaw == FLAW_NONE && first->verb == VERB_GENESIS &&
                   genesis->import_follows &&
                   memcmp(genesis->store_id, topic->source.store_id, sizeof genesis->store_id) == 0;
    free(first);
    *found = TARGET_OTHER;
    if (error != DIBS_OK || !is_same)
        return error;
    error = read_all(topic, &state, why);
    if (error == DIBS_OK)
        *found = intake_is_importing(state) ? TARGET_PART : TARGET_WHOLE;
    return error;
}

static enum dibs_error check_key(struct topic_target *topic, struct error_text *why)
{
    uint8_t verifier[LIMIT_IDENTITY_BYTES];
    const char *key = topic->options.operator_key_file;
    if (key[0] == '\0')
        return error_say(why, DIBS_BAD_INPUT,
                         "a fleet takes records of its operator only; name the key's file "
                         "(--operator-key)");
    enum dibs_error error = identity_of_operator(key, false, IDENTITY_PROOF, topic->proof, why);
    if (error == DIBS_OK)
        hash_blake2b_256(span_of(topic->proof, sizeof topic->proof), verifier);
    if (error == DIBS_OK && memcmp(verifier, topic->source.operator_identity, sizeof verifier) != 0)
        error =
            error_say(why, DIBS_BAD_INPUT, "the key in %s is not the operator's of the store that is to be moved", key);
    return error == DIBS_NO_STORE ? DIBS_BAD_INPUT : error;
}

static enum dibs_error topic_look(struct migrate_target *target, const struct genesis_intent *source,
                                  enum target_found *found, struct error_text *why)
{
    struct topic_target *topic = topic_of(target);
    uint64_t end = 0;
    topic->source = *source;
    *found = TARGET_EMPTY;
    enum dibs_error error = check_key(topic, why);
    if (error == DIBS_OK)
        error = connect(topic, why);
    if (error == DIBS_OK)
        error = kafka_ready(topic->kafka, ALL_TOPICS, topic->options.patience_ms, why);
    if (error == DIBS_NO_STORE)
        return DIBS_OK;
    if (error == DIBS_OK)
        error = fleet_log_end(topic->kafka, &end, why);
    return error == DIBS_OK && end > 0 ? look_at_store(topic, found, why) : error;
}

/* ---------------------------------------------------------------- filling */

static struct intent *outer_genesis(const struct topic_target *topic)
{
    struct intent *intent = calloc(1, sizeof *intent);
    if (intent == NULL)
        return NULL;
    intent->verb = VERB_GENESIS;
    intent->body.genesis = topic->source;
    intent->body.genesis.import_follows = true;
    intent->body.genesis.jump_max_ms = FLEET_JUMP_MAX_MS;
    intent->body.genesis.row_keep_ms = FLEET_ROW_KEEP_MS;
    return intent;
}

static enum dibs_error send_genesis(struct topic_target *topic, enum kafka_topic to, struct error_text *why)
{
    struct intent *genesis = outer_genesis(topic);
    enum dibs_error error = genesis == NULL ? error_say(why, DIBS_UNAVAILABLE, "there is no memory to make a store")
                                            : send(topic, to, genesis, why);
    free(genesis);
    return error == DIBS_OK ? await_acks(topic, 0, why) : error;
}

static enum dibs_error topic_make(struct migrate_target *target, const struct genesis_intent *source,
                                  struct error_text *why)
{
    struct topic_target *topic = topic_of(target);
    const struct kafka_plan plan = {0};
    unsigned made = 0;
    (void)source; /* look has kept it */
    enum dibs_error error = kafka_create_topics(topic->kafka, &plan, &made, why);
    return error == DIBS_OK ? send_genesis(topic, KAFKA_INTENTS, why) : error;
}

/* Agents read the genesis where they may: among the checkpoints. */
static enum dibs_error topic_open(struct migrate_target *target, uint64_t *next, struct error_text *why)
{
    struct topic_target *topic = topic_of(target);
    struct state *state = NULL;
    uint64_t first = 0, end = 0;
    enum dibs_error error = kafka_bounds(topic->kafka, KAFKA_CHECKPOINTS, 0, &first, &end, why);
    if (error == DIBS_OK && end == 0)
        error = send_genesis(topic, KAFKA_CHECKPOINTS, why);
    if (error == DIBS_OK)
        error = read_all(topic, &state, why);
    if (error == DIBS_OK)
        *next = state_meta(state)->next_offset;
    return error;
}

static enum dibs_error topic_append(struct migrate_target *target, struct intent *import, struct error_text *why)
{
    struct topic_target *topic = topic_of(target);
    memcpy(import->body.import.operator_identity, topic->proof, LIMIT_IDENTITY_BYTES);
    return send(topic, KAFKA_INTENTS, import, why);
}

static enum dibs_error topic_digest(struct migrate_target *target, struct state_digest *digest, struct error_text *why)
{
    struct topic_target *topic = topic_of(target);
    struct state *state = NULL;
    enum dibs_error error = await_acks(topic, 0, why);
    if (error == DIBS_OK)
        error = read_all(topic, &state, why);
    if (error == DIBS_OK)
        *digest = core_digest(state);
    return error;
}

static enum dibs_error topic_finish(struct migrate_target *target, struct error_text *why)
{
    struct topic_target *topic = topic_of(target);
    struct intent *end = calloc(1, sizeof *end);
    if (end == NULL)
        return error_say(why, DIBS_UNAVAILABLE, "there is no memory to end the migration");
    end->verb = VERB_IMPORT;
    end->body.import.end = true;
    end->body.import.jump_max_ms = FLEET_JUMP_MAX_MS;
    end->body.import.row_keep_ms = FLEET_ROW_KEEP_MS;
    enum dibs_error error = topic_append(target, end, why);
    free(end);
    return error == DIBS_OK ? await_acks(topic, 0, why) : error;
}

static void topic_close(struct migrate_target *target)
{
    struct topic_target *topic = topic_of(target);
    replay_close(topic->replay);
    kafka_close(topic->kafka, false);
    explicit_bzero(topic->proof, sizeof topic->proof);
    free(topic);
}

enum dibs_error migrate_target_topic(const struct store_place *place, const struct migrate_target_options *options,
                                     struct migrate_target **out, struct error_text *why)
{
    static const struct migrate_target_methods methods = {.look = topic_look,
                                                          .make = topic_make,
                                                          .open = topic_open,
                                                          .append = topic_append,
                                                          .digest = topic_digest,
                                                          .finish = topic_finish,
                                                          .close = topic_close};
    struct topic_target *topic = calloc(1, sizeof *topic);
    if (topic == NULL)
        return error_say(why, DIBS_UNAVAILABLE, "there is no memory to fill a store");
    topic->target = (struct migrate_target){.methods = &methods, .place = *place};
    topic->options = *options;
    *out = &topic->target;
    return DIBS_OK;
}
