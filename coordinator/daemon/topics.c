/* The fleet's topics. */
#include "coordinator/daemon/topics.h"

#include <stdlib.h>

#include "coordinator/core/genesis.h"
#include "coordinator/daemon/trace.h"
#include "log/kafka_url.h"
#include "proto/codec.h"
#include "base/random_secure.h"

enum { READY_MS = 1000, SEND_MS = 15000, ALL_TOPICS = (1 << KAFKA_TOPICS) - 1 };

static enum step open_fleet(const struct options *options, const char *brokers, struct kafka **out,
                            struct step_reason *reason)
{
    struct kafka_url *url = malloc(sizeof *url);
    const char *file = options->kafka_config[0] != '\0' ? options->kafka_config : getenv("DIBS_KAFKA_CONFIG");
    if (url == NULL)
        return step_end(reason, EXIT_LOCAL, "there is no memory for a connection");
    enum dibs_error error = kafka_url_parse(options->store, url, &reason->why);
    if (error == DIBS_OK)
        error = kafka_open(&(struct kafka_options){.brokers = brokers == NULL ? url->brokers : brokers,
                                                   .fleet = url->fleet,
                                                   .settings = url->settings,
                                                   .config_file = file,
                                                   .role = KAFKA_COORDINATOR,
                                                   .timeout_ms = 5000},
                           out, &reason->why);
    free(url);
    reason->code = error == DIBS_BAD_INPUT ? EXIT_CONFIG : EXIT_LOCAL;
    return error == DIBS_OK ? STEP_DONE : STEP_END;
}

enum step topics_connect(const struct options *options, struct kafka **out, struct step_reason *reason)
{
    return open_fleet(options, NULL, out, reason);
}

/* The library judges some settings only with a handle, which connects at once: to where nobody is. */
enum step topics_check_settings(const struct options *options, struct step_reason *reason)
{
    struct kafka *kafka = NULL;
    enum step step = open_fleet(options, "127.0.0.1:1", &kafka, reason);
    kafka_close(kafka, false);
    return step;
}

/* ---------------------------------------------------------------- made and checked */

static enum step create(struct kafka *kafka, const struct options *options, struct step_reason *reason)
{
    const struct kafka_plan plan = {.decision_partitions = (uint32_t)options->partitions,
                                    .replication = (uint32_t)options->replication,
                                    .min_insync = (uint32_t)options->min_insync,
                                    .decision_retention_ms = options->decisions_keep_ms};
    unsigned made = 0;
    enum dibs_error error = kafka_create_topics(kafka, &plan, &made, &reason->why);
    for (unsigned topic = 0; topic < KAFKA_TOPICS; topic++)
        if ((made & 1u << topic) != 0)
            trace_event(TRACE_INFO, "created", TRACE_WORDS("topic", kafka_topic_name(kafka, (enum kafka_topic)topic)));
    return step_of_broker(error, reason, EXIT_BROKER);
}

static enum step judge(struct kafka *kafka, const struct options *options, const struct kafka_findings *findings,
                       struct step_reason *reason)
{
    const struct kafka_finding *worst = NULL;
    for (uint32_t i = 0; i < findings->count; i++) {
        const struct kafka_finding *finding = &findings->items[i];
        bool refuses = finding->fatal && !options->allow_unsafe_topics;
        trace_event(refuses ? TRACE_ERROR : TRACE_WARN, "topic",
                    TRACE_WORDS("topic", kafka_topic_name(kafka, finding->topic)), TRACE_WORDS("why", finding->words));
        if (refuses && worst == NULL)
            worst = finding;
    }
    return worst == NULL ? STEP_DONE : step_end(reason, EXIT_TOPICS, "%s", worst->words);
}

/* Without these nothing works, whatever is allowed. */
static enum step check_shape(struct kafka *kafka, struct step_reason *reason)
{
    const enum kafka_topic single[] = {KAFKA_INTENTS, KAFKA_CHECKPOINTS};
    for (size_t i = 0; i < sizeof single / sizeof single[0]; i++) {
        uint32_t count = 0;
        enum dibs_error error = kafka_partitions(kafka, single[i], &count, &reason->why);
        if (error != DIBS_OK)
            return step_of_broker(error, reason, EXIT_BROKER);
        if (count != 1)
            return step_end(reason, EXIT_TOPICS, "topic %s has %u partitions and must have 1, or there is no order",
                            kafka_topic_name(kafka, single[i]), count);
    }
    return STEP_DONE;
}

enum step topics_check(struct kafka *kafka, const struct options *options, struct step_reason *reason)
{
    enum step step = step_of_broker(kafka_ready(kafka, 0, READY_MS, &reason->why), reason, EXIT_BROKER);
    if (step == STEP_DONE && options->create_topics)
        step = create(kafka, options, reason);
    if (step != STEP_DONE)
        return step;
    struct kafka_findings *findings = malloc(sizeof *findings);
    if (findings == NULL)
        return step_end(reason, EXIT_LOCAL, "there is no memory to look at the topics");
    step = step_of_broker(kafka_check_topics(kafka, findings, &reason->why), reason, EXIT_BROKER);
    if (step == STEP_DONE)
        step = judge(kafka, options, findings, reason);
    free(findings);
    if (step == STEP_DONE)
        step = step_of_broker(kafka_ready(kafka, ALL_TOPICS, READY_MS, &reason->why), reason, EXIT_BROKER);
    return step == STEP_DONE ? check_shape(kafka, reason) : step;
}

/* ---------------------------------------------------------------- sending one */

struct waited {
    bool done;
    enum kafka_ack ack;
    char words[256];
};

static void take_ack(void *context, uint64_t cookie, enum kafka_ack ack, const char *words)
{
    struct waited *waited = context;
    struct text text;
    (void)cookie;
    *waited = (struct waited){.done = true, .ack = ack};
    TEXT_BEGIN(&text, waited->words);
    text_add(&text, words);
}

enum step topics_send(struct kafka *kafka, enum kafka_topic topic, struct span payload, struct step_reason *reason)
{
    struct waited waited = {0};
    enum dibs_error error = kafka_send(kafka, topic, 0, payload, -1, 0, &reason->why);
    if (error != DIBS_OK)
        return step_of_broker(error, reason, EXIT_BROKER);
    (void)kafka_acks(kafka, SEND_MS, take_ack, &waited);
    if (waited.done && waited.ack == KAFKA_DELIVERED)
        return STEP_DONE;
    (void)error_say(&reason->why, DIBS_UNAVAILABLE, "cannot write to topic %s: %s", kafka_topic_name(kafka, topic),
                    waited.done ? waited.words : "no broker has confirmed it");
    reason->code = EXIT_BROKER;
    return waited.done && waited.ack == KAFKA_REFUSED ? STEP_END : STEP_AGAIN;
}

/* ---------------------------------------------------------------- genesis */

static enum step write_genesis(struct kafka *kafka, const struct operator_key *key, struct intent *genesis,
                               struct step_reason *reason)
{
    uint8_t bytes[4096];
    size_t size = 0;
    *genesis = (struct intent){.verb = VERB_GENESIS};
    genesis->body.genesis = (struct genesis_intent){.format = GENESIS_FORMAT,
                                                    .jump_max_ms = FLEET_JUMP_MAX_MS,
                                                    .row_keep_ms = FLEET_ROW_KEEP_MS,
                                                    .rules = GENESIS_RULES};
    memcpy(genesis->body.genesis.operator_identity, key->verifier, LIMIT_IDENTITY_BYTES);
    reason->code = EXIT_LOCAL;
    if (random_secure(genesis->body.genesis.store_id, sizeof genesis->body.genesis.store_id, &reason->why) != DIBS_OK ||
        intent_encode(genesis, bytes, sizeof bytes, &size, &reason->why) != DIBS_OK)
        return STEP_END;
    enum step step = topics_send(kafka, KAFKA_INTENTS, span_of(bytes, size), reason);
    if (step == STEP_DONE)
        trace_event(TRACE_INFO, "genesis", TRACE_WORDS("topic", kafka_topic_name(kafka, KAFKA_INTENTS)));
    return step;
}

static enum step judge_genesis(struct kafka *kafka, const struct operator_key *key, struct span bytes,
                               struct intent *genesis, struct step_reason *reason)
{
    const char *topic = kafka_topic_name(kafka, KAFKA_INTENTS);
    intent_decode(bytes, genesis);
    if (genesis->flaw == FLAW_NEWER_FORMAT)
        return step_end(reason, EXIT_NEWER, "the log in %s was made by a newer dibsd", topic);
    if (genesis->flaw != FLAW_NONE || genesis->verb != VERB_GENESIS)
        return step_end(
            reason, EXIT_GENESIS,
            "the first record of %s is no genesis: somebody wrote there before. Delete the fleet's topics and "
            "make them anew with --create-topics, before agents may write",
            topic);
    if (genesis->body.genesis.format != GENESIS_FORMAT || genesis->body.genesis.rules != GENESIS_RULES)
        return step_end(reason, EXIT_NEWER, "the log in %s has format %u and rules %u, which need a newer dibsd", topic,
                        (unsigned)genesis->body.genesis.format, (unsigned)genesis->body.genesis.rules);
    if (key->is_there && memcmp(genesis->body.genesis.operator_identity, key->verifier, LIMIT_IDENTITY_BYTES) != 0)
        return step_end(
            reason, EXIT_GENESIS,
            "the genesis of %s is another operator's: --operator-key names another key than the one it was made "
            "with, or somebody else made this fleet",
            topic);
    return STEP_DONE;
}

/* Agents may not read the intents, which hold proofs: they find the genesis among the checkpoints. */
enum step topics_copy_genesis(struct kafka *kafka, struct span genesis, struct step_reason *reason)
{
    uint64_t first = 0, end = 0;
    enum dibs_error error = kafka_bounds(kafka, KAFKA_CHECKPOINTS, 0, &first, &end, &reason->why);
    if (error != DIBS_OK)
        return step_of_broker(error, reason, EXIT_BROKER);
    if (end == 0 && genesis.size == 0)
        return step_end(
            reason, EXIT_TOPICS,
            "topic %s is empty, where agents look for the fleet's genesis: the log is pruned, and this state "
            "has no copy. Restore that topic from your backup of Kafka, or begin from another replica's state",
            kafka_topic_name(kafka, KAFKA_CHECKPOINTS));
    return end == 0 ? topics_send(kafka, KAFKA_CHECKPOINTS, genesis, reason) : STEP_DONE;
}

static enum step open_with(struct kafka *kafka, const struct options *options, const struct operator_key *key,
                           uint8_t *buffer, struct log_now *out, struct intent *genesis, struct step_reason *reason)
{
    enum step step = log_identity_look(kafka, buffer, out, reason);
    if (step == STEP_DONE && out->end == 0) {
        if (!options->create_topics || !key->is_there)
            return step_end(
                reason, EXIT_GENESIS,
                "the log in %s is empty: start dibsd once with --create-topics and --operator-key FILE, which "
                "writes its genesis",
                kafka_topic_name(kafka, KAFKA_INTENTS));
        step = write_genesis(kafka, key, genesis, reason);
        if (step == STEP_DONE)
            step = log_identity_look(kafka, buffer, out, reason);
    }
    if (step != STEP_DONE || out->first > 0)
        return step; /* pruned: the state knows the genesis */
    if (out->genesis.size == 0) {
        (void)error_say(&reason->why, DIBS_UNAVAILABLE, "the genesis of %s cannot be read yet",
                        kafka_topic_name(kafka, KAFKA_INTENTS));
        return STEP_AGAIN;
    }
    step = judge_genesis(kafka, key, out->genesis, genesis, reason);
    return step == STEP_DONE ? topics_copy_genesis(kafka, out->genesis, reason) : step;
}

enum step topics_open(struct kafka *kafka, const struct options *options, const struct operator_key *key,
                      uint8_t *buffer, struct log_now *out, struct step_reason *reason)
{
    struct intent *genesis = malloc(sizeof *genesis);
    if (genesis == NULL)
        return step_end(reason, EXIT_LOCAL, "there is no memory to read the genesis");
    enum step step = open_with(kafka, options, key, buffer, out, genesis, reason);
    free(genesis);
    return step;
}
