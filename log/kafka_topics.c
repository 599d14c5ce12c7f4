/* The fleet's topics are made, with every setting that claims depend on written out: a broker's defaults may change. */
#include <stdio.h>
#include <string.h>

#include "log/kafka_own.h"

enum { DECISION_PARTITIONS = 8, DECISION_RETENTION_MS = 24 * 3600 * 1000, REPLICATION = 3, NEW_MS = 10000 };

struct config {
    const char *name, *value;
};

static const struct config configs[] = {
    {"cleanup.policy", "delete"},     {"message.timestamp.type", "LogAppendTime"},
    {"retention.bytes", "-1"},        {"unclean.leader.election.enable", "false"},
    {"max.message.bytes", "1048576"}, {"compression.type", "producer"},
};

/* What is to be made, as the cluster stands. */
struct making {
    struct kafka_plan plan; /* its zeros filled in */
    unsigned there; /* bits of the topics that are: those aren't asked for, so that whoever may not create topics
                             * can use them */
    uint32_t brokers;
};

static enum dibs_error begin_making(struct kafka *kafka, const struct kafka_plan *given, struct making *making,
                                    struct error_text *why)
{
    struct kafka_plan *plan = &making->plan;
    *making = (struct making){.plan = *given};
    struct kafka_patience patience = kafka_patience_begin(kafka, kafka->options.timeout_ms);
    const struct rd_kafka_metadata *metadata;
    enum dibs_error error = kafka_ask_metadata(kafka, &patience, &metadata, why);
    if (error != DIBS_OK)
        return error;
    making->brokers = (uint32_t)metadata->broker_cnt;
    for (unsigned t = 0; t < KAFKA_TOPICS; t++) {
        const struct rd_kafka_metadata_topic *found = kafka_metadata_topic(kafka, metadata, (enum kafka_topic)t);
        if (found != NULL && found->err == RD_KAFKA_RESP_ERR_NO_ERROR)
            making->there |= 1u << t;
    }
    rdk.metadata_destroy(metadata);
    if (making->brokers == 0)
        return error_say(why, DIBS_UNAVAILABLE, "%s have no broker yet that takes topics", kafka->options.brokers);
    if (plan->decision_partitions == 0)
        plan->decision_partitions = DECISION_PARTITIONS;
    if (plan->decision_retention_ms == 0)
        plan->decision_retention_ms = DECISION_RETENTION_MS;
    if (plan->replication == 0)
        plan->replication = making->brokers < REPLICATION ? making->brokers : REPLICATION;
    if (plan->min_insync == 0)
        plan->min_insync = plan->replication >= 3 ? 2 : 1;
    if (plan->min_insync > plan->replication)
        return error_say(why, DIBS_BAD_INPUT,
                         "min.insync.replicas of %u with %u replicas would take no claim; ask for at most %u",
                         plan->min_insync, plan->replication, plan->replication);
    return DIBS_OK;
}

static rd_kafka_NewTopic_t *new_topic(struct kafka *kafka, const struct kafka_plan *plan, enum kafka_topic topic,
                                      struct error_text *why)
{
    char cause[256] = "";
    bool decisions = topic == KAFKA_DECISIONS;
    rd_kafka_NewTopic_t *made = rdk.NewTopic_new(kafka->names[topic], decisions ? (int)plan->decision_partitions : 1,
                                                 (int)plan->replication, cause, sizeof cause);
    if (made == NULL) {
        (void)error_say(why, DIBS_BAD_INPUT, "librdkafka does not take the topic %s: %s", kafka->names[topic], cause);
        return NULL;
    }
    char retention[24], insync[16];
    (void)snprintf(retention, sizeof retention, "%llu", (unsigned long long)plan->decision_retention_ms);
    (void)snprintf(insync, sizeof insync, "%u", plan->min_insync);
    (void)rdk.NewTopic_set_config(made, "retention.ms", decisions ? retention : "-1");
    (void)rdk.NewTopic_set_config(made, "min.insync.replicas", insync);
    for (size_t i = 0; i < sizeof configs / sizeof configs[0]; i++)
        (void)rdk.NewTopic_set_config(made, configs[i].name, configs[i].value);
    return made;
}

/* A broker that has just started is told of before it may have replicas. */
static bool is_too_early(const struct making *making, rd_kafka_resp_err_t error)
{
    return error == RD_KAFKA_RESP_ERR_INVALID_REPLICATION_FACTOR && making->plan.replication <= making->brokers;
}

static enum dibs_error take_results(struct kafka *kafka, rd_kafka_event_t *event, const struct making *making,
                                    unsigned *made, struct error_text *why)
{
    size_t count = 0;
    const rd_kafka_topic_result_t **results =
        rdk.CreateTopics_result_topics(rdk.event_CreateTopics_result(event), &count);
    enum dibs_error first = DIBS_OK;
    for (size_t i = 0; i < count; i++) {
        rd_kafka_resp_err_t error = rdk.topic_result_error(results[i]);
        const char *name = rdk.topic_result_name(results[i]), *cause = rdk.topic_result_error_string(results[i]);
        for (unsigned t = 0; t < KAFKA_TOPICS; t++)
            if (error == RD_KAFKA_RESP_ERR_NO_ERROR && strcmp(name, kafka->names[t]) == 0)
                *made |= 1u << t;
        if (error == RD_KAFKA_RESP_ERR_NO_ERROR || error == RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS || first != DIBS_OK)
            continue;
        first = kafka_error_say(kafka, why, error, "create", name);
        if (is_too_early(making, error))
            first = DIBS_UNAVAILABLE;
        if (first != DIBS_NO_STORE && error != RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED && cause != NULL)
            (void)error_say(why, first, "cannot create topic %s on %s: %s", name, kafka->options.brokers, cause);
    }
    return first;
}

static enum dibs_error request_topics(struct kafka *kafka, rd_kafka_NewTopic_t **topics, size_t count,
                                      const struct making *making, unsigned *made, struct error_text *why)
{
    struct kafka_request request;
    enum dibs_error error = kafka_request_begin(kafka, RD_KAFKA_ADMIN_OP_CREATETOPICS, &request, why);
    if (error != DIBS_OK)
        return error;
    rdk.CreateTopics(kafka->producer, topics, count, request.options, request.queue);
    error = kafka_request_wait(kafka, &request, "create topics", why);
    if (error == DIBS_OK)
        error = take_results(kafka, request.event, making, made, why);
    kafka_request_end(&request);
    return error;
}

enum dibs_error kafka_create_topics(struct kafka *kafka, const struct kafka_plan *given, unsigned *made,
                                    struct error_text *why)
{
    *made = 0;
    struct making making;
    enum dibs_error error = begin_making(kafka, given, &making, why);
    if (error != DIBS_OK)
        return error;
    rd_kafka_NewTopic_t *topics[KAFKA_TOPICS];
    size_t count = 0;
    for (unsigned t = 0; t < KAFKA_TOPICS && error == DIBS_OK; t++) {
        if ((making.there & 1u << t) != 0)
            continue;
        topics[count] = new_topic(kafka, &making.plan, (enum kafka_topic)t, why);
        if (topics[count] == NULL)
            error = DIBS_BAD_INPUT;
        else
            count++;
    }
    if (error == DIBS_OK && count > 0)
        error = request_topics(kafka, topics, count, &making, made, why);
    rdk.NewTopic_destroy_array(topics, count);
    if (error != DIBS_OK)
        return error;
    kafka->new_until_ms = clock_now_ms() + NEW_MS;
    return kafka_ready(kafka, *made, kafka->options.timeout_ms, why);
}
