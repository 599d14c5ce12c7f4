/* The settings of topics that exist: which of them would lose or reorder claims, and how each is set right. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "log/kafka_own.h"

#define DAY_MS (24LL * 3600 * 1000)

enum { LEAST_RECORD_BYTES = 196608, LARGEST_RECORD_BYTES = KAFKA_RECORD_MAX + 12 }; /* + 12: Kafka's own default */

/* What is looked at of one topic; NULL: the broker didn't say. */
struct look {
    struct kafka *kafka;
    struct kafka_findings *out;
    enum kafka_topic topic;
    const char *policy, *timestamps, *retention_ms, *retention_bytes, *min_insync, *unclean, *max_bytes;
    int partitions, replicas, brokers;
};

static __attribute__((format(printf, 3, 4))) void find(struct look *look, bool fatal, const char *format, ...)
{
    if (look->out->count == KAFKA_FINDINGS_MAX)
        return;
    struct kafka_finding *finding = &look->out->items[look->out->count++];
    finding->topic = look->topic;
    finding->fatal = fatal;
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(finding->words, sizeof finding->words, format, arguments);
    va_end(arguments);
}

/* A setting that is not what it must be, and the command that makes it so. */
static void find_setting(struct look *look, bool fatal, const char *name, const char *value, const char *better,
                         const char *because)
{
    const char *topic = look->kafka->names[look->topic];
    find(look, fatal,
         "topic %s has %s=%s, which %s: run kafka-configs.sh --bootstrap-server %.120s --alter --entity-type topics "
         "--entity-name %s --add-config %s=%s",
         topic, name, value, because, look->kafka->options.brokers, topic, name, better);
}

static bool is(const char *value, const char *expected)
{
    return value == NULL || strcmp(value, expected) == 0;
}

static long long number(const char *value, long long otherwise)
{
    return value == NULL ? otherwise : atoll(value); // NOLINT: a broker's own number
}

static void look_at_partitions(struct look *look)
{
    const char *topic = look->kafka->names[look->topic];
    if (look->topic != KAFKA_DECISIONS && look->partitions != 1)
        find(look, true,
             "topic %s has %d partitions and must have 1, or there is no order among claims; partitions can't be taken "
             "away: make the fleet's topics anew under another name (dibsd --create-topics)",
             topic, look->partitions);
    if (look->replicas == 1)
        find(look, false, "topic %s has 1 replica: if that broker's disk is lost, so are the claims%s", topic,
             look->brokers > 1 ? "; give it 3 with kafka-reassign-partitions.sh" : "");
}

static void look_at_replication(struct look *look)
{
    int insync = (int)number(look->min_insync, look->replicas > 1 ? 2 : 1);
    const char *given = look->min_insync;
    if (insync > look->replicas)
        find_setting(look, true, "min.insync.replicas", given, "1",
                     "is more than it has replicas: brokers before Kafka 4 take no record then");
    else if (look->replicas >= 3 && insync < 2)
        find_setting(look, true, "min.insync.replicas", given, "2", "loses acknowledged claims with one broker");
    else if (look->replicas == 2 && insync < 2)
        find_setting(look, false, "min.insync.replicas", given, "2",
                     "can lose acknowledged claims with one broker; with 2, one broker's stop stops the fleet: 3 "
                     "replicas are better");
    if (!is(look->unclean, "false"))
        find_setting(look, look->replicas > 1, "unclean.leader.election.enable", look->unclean, "false",
                     "lets a broker lead that lacks acknowledged claims");
}

static void look_at_retention(struct look *look)
{
    if (!is(look->policy, "delete"))
        find_setting(look, true, "cleanup.policy", look->policy, "delete", "deletes records out of the middle");
    long long ms = number(look->retention_ms, -1), bytes = number(look->retention_bytes, -1);
    if (look->topic == KAFKA_DECISIONS) {
        if (ms >= 0 && ms < DAY_MS / 24)
            find_setting(look, true, "retention.ms", look->retention_ms, "86400000",
                         "deletes decisions before those who wait have read them");
        if (bytes >= 0)
            find_setting(look, false, "retention.bytes", look->retention_bytes, "-1",
                         "may delete decisions before those who wait have read them");
        return;
    }
    bool long_enough = look->topic == KAFKA_INTENTS && ms >= 30 * DAY_MS;
    if (ms >= 0)
        find_setting(look, !long_enough, "retention.ms", look->retention_ms, "-1",
                     long_enough ? "deletes old claims: a replica then needs a snapshot that is newer"
                                 : "deletes records that claims depend on");
    if (bytes >= 0)
        find_setting(look, true, "retention.bytes", look->retention_bytes, "-1",
                     "deletes records that claims depend on");
}

static void look_at_records(struct look *look)
{
    if (!is(look->timestamps, "LogAppendTime"))
        find_setting(look, look->topic == KAFKA_INTENTS, "message.timestamp.type", look->timestamps, "LogAppendTime",
                     "lets each sender choose the time");
    long long most = number(look->max_bytes, LARGEST_RECORD_BYTES);
    if (most < LEAST_RECORD_BYTES)
        find_setting(look, true, "max.message.bytes", look->max_bytes, "1048576", "refuses large records");
    else if (most > LARGEST_RECORD_BYTES)
        find_setting(look, false, "max.message.bytes", look->max_bytes, "1048576",
                     "lets anyone send records that are larger than any good one");
}

static void look_at_all(struct look *look)
{
    look_at_partitions(look);
    look_at_records(look);
    look_at_retention(look);
    look_at_replication(look);
}

static void take_config(struct look *look, const char *name, const char *value)
{
    const struct {
        const char *name, **to;
    } rows[] = {
        {"cleanup.policy", &look->policy},          {"message.timestamp.type", &look->timestamps},
        {"retention.ms", &look->retention_ms},      {"retention.bytes", &look->retention_bytes},
        {"min.insync.replicas", &look->min_insync}, {"unclean.leader.election.enable", &look->unclean},
        {"max.message.bytes", &look->max_bytes},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (strcmp(name, rows[i].name) == 0)
            *rows[i].to = value;
}

static enum dibs_error look_at_resource(struct look *look, const rd_kafka_ConfigResource_t *resource,
                                        struct error_text *why)
{
    rd_kafka_resp_err_t error = rdk.ConfigResource_error(resource);
    if (error != RD_KAFKA_RESP_ERR_NO_ERROR)
        return kafka_error_say(look->kafka, why, error, "describe the settings of", look->kafka->names[look->topic]);
    size_t count = 0;
    const rd_kafka_ConfigEntry_t **entries = rdk.ConfigResource_configs(resource, &count);
    for (size_t i = 0; i < count; i++)
        take_config(look, rdk.ConfigEntry_name(entries[i]), rdk.ConfigEntry_value(entries[i]));
    look_at_all(look);
    return DIBS_OK;
}

/* Fills `looks` with what metadata tells. Returns the bits of those that are there. */
static unsigned look_at_metadata(struct kafka *kafka, const struct rd_kafka_metadata *metadata,
                                 struct kafka_findings *out, struct look looks[KAFKA_TOPICS])
{
    unsigned there = 0;
    for (unsigned t = 0; t < KAFKA_TOPICS; t++) {
        looks[t] =
            (struct look){.kafka = kafka, .out = out, .topic = (enum kafka_topic)t, .brokers = metadata->broker_cnt};
        const struct rd_kafka_metadata_topic *found = kafka_metadata_topic(kafka, metadata, (enum kafka_topic)t);
        if (found == NULL || kafka_error_is_missing(found->err)) {
            find(&looks[t], true, "topic %s is not there; make it with dibsd --create-topics", kafka->names[t]);
            continue;
        }
        if (found->err == RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED) {
            find(&looks[t], true, "topic %s may not be seen by this user, or is not there", kafka->names[t]);
            continue;
        }
        there |= 1u << t;
        looks[t].partitions = found->partition_cnt;
        looks[t].replicas = found->partition_cnt > 0 ? found->partitions[0].replica_cnt : 0;
        for (int i = 1; i < found->partition_cnt; i++)
            if (found->partitions[i].replica_cnt < looks[t].replicas)
                looks[t].replicas = found->partitions[i].replica_cnt;
    }
    return there;
}

static enum dibs_error describe(struct kafka *kafka, unsigned topics, struct look looks[KAFKA_TOPICS],
                                struct error_text *why)
{
    struct kafka_request request;
    enum dibs_error error = kafka_request_begin(kafka, RD_KAFKA_ADMIN_OP_DESCRIBECONFIGS, &request, why);
    if (error != DIBS_OK)
        return error;
    rd_kafka_ConfigResource_t *asked[KAFKA_TOPICS];
    size_t count = 0;
    for (unsigned t = 0; t < KAFKA_TOPICS; t++)
        if ((topics & (1u << t)) != 0)
            asked[count++] = rdk.ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, kafka->names[t]);
    rdk.DescribeConfigs(kafka->producer, asked, count, request.options, request.queue);
    rdk.ConfigResource_destroy_array(asked, count);
    error = kafka_request_wait(kafka, &request, "describe the topics' settings", why);
    const rd_kafka_ConfigResource_t **told = NULL;
    size_t told_count = 0;
    if (error == DIBS_OK)
        told = rdk.DescribeConfigs_result_resources(rdk.event_DescribeConfigs_result(request.event), &told_count);
    for (size_t i = 0; i < told_count && error == DIBS_OK; i++)
        for (unsigned t = 0; t < KAFKA_TOPICS && error == DIBS_OK; t++)
            if (strcmp(rdk.ConfigResource_name(told[i]), kafka->names[t]) == 0)
                error = look_at_resource(&looks[t], told[i], why);
    kafka_request_end(&request);
    return error;
}

/* `*missing`: a topic isn't there, says the broker that was asked. */
static enum dibs_error check_once(struct kafka *kafka, struct kafka_findings *out, bool *missing,
                                  struct error_text *why)
{
    out->count = 0;
    struct kafka_patience patience = kafka_patience_begin(kafka, kafka->options.timeout_ms);
    const struct rd_kafka_metadata *metadata;
    enum dibs_error error = kafka_ask_metadata(kafka, &patience, &metadata, why);
    if (error != DIBS_OK)
        return error;
    struct look looks[KAFKA_TOPICS];
    unsigned there = look_at_metadata(kafka, metadata, out, looks);
    rdk.metadata_destroy(metadata);
    error = there == 0 ? DIBS_OK : describe(kafka, there, looks, why);
    *missing = error == DIBS_NO_STORE || there != (1u << KAFKA_TOPICS) - 1;
    return error;
}

/* Each broker hears of a new topic in its own time: "missing" is believed after a second, or longer if we made it. */
enum dibs_error kafka_check_topics(struct kafka *kafka, struct kafka_findings *out, struct error_text *why)
{
    uint64_t end_ms = clock_now_ms() + 1000;
    if (end_ms < kafka->new_until_ms)
        end_ms = kafka->new_until_ms;
    for (;;) {
        bool missing = false;
        enum dibs_error error = check_once(kafka, out, &missing, why);
        if (!missing || clock_now_ms() >= end_ms)
            return error;
        kafka_serve(kafka, 50);
    }
}
