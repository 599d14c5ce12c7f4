/* Questions to a broker: which topics, how many partitions, where a partition begins and ends. */
#include <stdio.h>
#include <string.h>

#include "log/kafka_own.h"

static void set_well(struct kafka *kafka)
{
    (void)pthread_mutex_lock(&kafka->lock);
    if (!atomic_load(&kafka->fatal))
        kafka->trouble = DIBS_OK;
    (void)pthread_mutex_unlock(&kafka->lock);
}

enum dibs_error kafka_ask_metadata(struct kafka *kafka, struct kafka_patience *patience,
                                   const struct rd_kafka_metadata **out, struct error_text *why)
{
    for (;;) {
        /* Without a topic it is about those that the handle knows: the fleet's. */
        rd_kafka_resp_err_t error = rdk.metadata(kafka->producer, 0, NULL, out, kafka_patience_left(patience));
        if (error == RD_KAFKA_RESP_ERR_NO_ERROR) {
            kafka_patience_met(patience);
            set_well(kafka);
            return DIBS_OK;
        }
        enum dibs_error end = kafka_patience_again(patience, error, "tell about the fleet's topics", why);
        if (end != DIBS_OK)
            return end;
    }
}

const struct rd_kafka_metadata_topic *kafka_metadata_topic(const struct kafka *kafka,
                                                           const struct rd_kafka_metadata *metadata,
                                                           enum kafka_topic topic)
{
    for (int i = 0; i < metadata->topic_cnt; i++)
        if (strcmp(metadata->topics[i].topic, kafka->names[topic]) == 0)
            return &metadata->topics[i];
    return NULL;
}

/* NO_ERROR: the topic can be used; a partition that has no leader says so. */
static rd_kafka_resp_err_t look_at(const struct rd_kafka_metadata_topic *topic)
{
    if (topic == NULL)
        return RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART;
    if (topic->err != RD_KAFKA_RESP_ERR_NO_ERROR)
        return topic->err;
    for (int i = 0; i < topic->partition_cnt; i++)
        if (topic->partitions[i].leader < 0)
            return RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE;
    return topic->partition_cnt == 0 ? RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE : RD_KAFKA_RESP_ERR_NO_ERROR;
}

/* The first error of these topics; `*at` is whose. */
static rd_kafka_resp_err_t look_at_all(struct kafka *kafka, const struct rd_kafka_metadata *metadata, unsigned topics,
                                       enum kafka_topic *at)
{
    for (*at = KAFKA_INTENTS; *at < KAFKA_TOPICS; (*at)++) {
        if ((topics & (1u << *at)) == 0)
            continue;
        rd_kafka_resp_err_t error = look_at(kafka_metadata_topic(kafka, metadata, *at));
        if (error != RD_KAFKA_RESP_ERR_NO_ERROR)
            return error;
    }
    return RD_KAFKA_RESP_ERR_NO_ERROR;
}

static void note_partitions(struct kafka *kafka, const struct rd_kafka_metadata *metadata)
{
    for (enum kafka_topic topic = KAFKA_INTENTS; topic < KAFKA_TOPICS; topic++) {
        const struct rd_kafka_metadata_topic *found = kafka_metadata_topic(kafka, metadata, topic);
        if (found != NULL && found->err == RD_KAFKA_RESP_ERR_NO_ERROR)
            kafka->partitions_seen[topic] = (uint32_t)found->partition_cnt;
    }
}

uint32_t kafka_partitions_seen(const struct kafka *kafka, enum kafka_topic topic)
{
    return kafka->partitions_seen[topic];
}

enum dibs_error kafka_ready(struct kafka *kafka, unsigned topics, uint32_t timeout_ms, struct error_text *why)
{
    struct kafka_patience patience = kafka_patience_begin(kafka, timeout_ms);
    for (;;) {
        const struct rd_kafka_metadata *metadata;
        enum dibs_error end = kafka_ask_metadata(kafka, &patience, &metadata, why);
        if (end != DIBS_OK)
            return end;
        enum kafka_topic at;
        rd_kafka_resp_err_t error = look_at_all(kafka, metadata, topics, &at);
        note_partitions(kafka, metadata);
        rdk.metadata_destroy(metadata);
        if (error == RD_KAFKA_RESP_ERR_NO_ERROR)
            return DIBS_OK;
        if (kafka_error_of(error) != DIBS_UNAVAILABLE && !kafka_error_is_early(kafka, error))
            return kafka_error_say(kafka, why, error, "see", kafka->names[at]);
        end = kafka_patience_again(&patience, error, "find a leader for the fleet's topics", why);
        if (end != DIBS_OK)
            return end;
    }
}

enum dibs_error kafka_partitions(struct kafka *kafka, enum kafka_topic topic, uint32_t *count, struct error_text *why)
{
    struct kafka_patience patience = kafka_patience_begin(kafka, kafka->options.timeout_ms);
    const struct rd_kafka_metadata *metadata;
    enum dibs_error end = kafka_ask_metadata(kafka, &patience, &metadata, why);
    if (end != DIBS_OK)
        return end;
    const struct rd_kafka_metadata_topic *found = kafka_metadata_topic(kafka, metadata, topic);
    rd_kafka_resp_err_t error = found == NULL ? RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART : found->err;
    if (error == RD_KAFKA_RESP_ERR_NO_ERROR)
        *count = (uint32_t)found->partition_cnt;
    else
        end = kafka_error_say(kafka, why, error, "see", kafka->names[topic]);
    rdk.metadata_destroy(metadata);
    return end;
}

/* The library says "unknown" also of what it may not see, and where it only was too early: a broker knows better. */
static enum dibs_error why_unknown(struct kafka *kafka, enum kafka_topic topic, uint32_t partition,
                                   struct error_text *why)
{
    uint32_t count = 0;
    enum dibs_error error = kafka_partitions(kafka, topic, &count, why);
    if (error == DIBS_OK && partition >= count)
        error = error_say(why, DIBS_NO_STORE, "the topic %s on %s has %u partitions: there is no partition %u",
                          kafka->names[topic], kafka->options.brokers, count, partition);
    return error;
}

/* After a failed question about a partition: DIBS_OK: ask again. */
static enum dibs_error ask_again(struct kafka *kafka, struct kafka_patience *patience, rd_kafka_resp_err_t error,
                                 enum kafka_topic topic, uint32_t partition, struct error_text *why)
{
    enum dibs_error end = DIBS_OK;
    if (kafka_error_is_missing(error))
        end = why_unknown(kafka, topic, partition, why);
    else if (kafka_error_of(error) != DIBS_UNAVAILABLE)
        end = kafka_error_say(kafka, why, error, "read", kafka->names[topic]);
    return end != DIBS_OK ? end : kafka_patience_again(patience, error, "say where a topic ends", why);
}

enum dibs_error kafka_bounds(struct kafka *kafka, enum kafka_topic topic, uint32_t partition, uint64_t *first,
                             uint64_t *end, struct error_text *why)
{
    struct kafka_patience patience = kafka_patience_begin(kafka, kafka->options.timeout_ms);
    for (;;) {
        int64_t low = 0, high = 0;
        rd_kafka_resp_err_t error = rdk.query_watermark_offsets(
            kafka->producer, kafka->names[topic], (int32_t)partition, &low, &high, kafka_patience_left(&patience));
        if (error == RD_KAFKA_RESP_ERR_NO_ERROR) {
            kafka_patience_met(&patience);
            *first = (uint64_t)low;
            *end = (uint64_t)high;
            return DIBS_OK;
        }
        enum dibs_error over = ask_again(kafka, &patience, error, topic, partition, why);
        if (over != DIBS_OK)
            return over;
    }
}

/* `when`: a time, or RD_KAFKA_OFFSET_END. */
static rd_kafka_resp_err_t offset_at(rd_kafka_t *rk, const char *name, uint32_t partition, int64_t when, int timeout_ms,
                                     int64_t *offset)
{
    rd_kafka_topic_partition_list_t *list = rdk.topic_partition_list_new(1);
    rdk.topic_partition_list_add(list, name, (int32_t)partition)->offset = when;
    rd_kafka_resp_err_t error = rdk.offsets_for_times(rk, list, timeout_ms);
    if (error == RD_KAFKA_RESP_ERR_NO_ERROR)
        error = list->elems[0].err;
    *offset = list->elems[0].offset;
    rdk.topic_partition_list_destroy(list);
    return error;
}

enum dibs_error kafka_offset_at(struct kafka *kafka, enum kafka_topic topic, uint32_t partition, uint64_t ts_ms,
                                uint64_t *offset, struct error_text *why)
{
    struct kafka_patience patience = kafka_patience_begin(kafka, kafka->options.timeout_ms);
    for (;;) {
        int64_t found = 0;
        rd_kafka_resp_err_t error =
            offset_at(kafka->producer, kafka->names[topic], partition, ts_ms > INT64_MAX ? INT64_MAX : (int64_t)ts_ms,
                      kafka_patience_left(&patience), &found);
        if (error == RD_KAFKA_RESP_ERR_NO_ERROR)
            kafka_patience_met(&patience);
        if (error == RD_KAFKA_RESP_ERR_NO_ERROR && found >= 0) {
            *offset = (uint64_t)found;
            return DIBS_OK;
        }
        if (error == RD_KAFKA_RESP_ERR_NO_ERROR) { /* no record is that late */
            uint64_t first;
            return kafka_bounds(kafka, topic, partition, &first, offset, why);
        }
        enum dibs_error over = ask_again(kafka, &patience, error, topic, partition, why);
        if (over != DIBS_OK)
            return over;
    }
}

enum dibs_error kafka_ask_end(struct kafka *kafka, rd_kafka_t *rk, enum kafka_topic topic, uint32_t partition,
                              uint64_t *end, struct error_text *why)
{
    struct kafka_patience patience = kafka_patience_begin(kafka, kafka->options.timeout_ms);
    for (;;) {
        int64_t found = -1;
        rd_kafka_resp_err_t error =
            offset_at(rk, kafka->names[topic], partition, RD_KAFKA_OFFSET_END, kafka_patience_left(&patience), &found);
        if (error == RD_KAFKA_RESP_ERR_NO_ERROR && found >= 0) {
            kafka_patience_met(&patience);
            *end = (uint64_t)found;
            return DIBS_OK;
        }
        if (error == RD_KAFKA_RESP_ERR_NO_ERROR)
            error = RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE;
        enum dibs_error over = ask_again(kafka, &patience, error, topic, partition, why);
        if (over != DIBS_OK)
            return over;
    }
}

enum dibs_error kafka_cluster_id(struct kafka *kafka, char out[KAFKA_CLUSTER_ID_MAX], struct error_text *why)
{
    struct kafka_patience patience = kafka_patience_begin(kafka, kafka->options.timeout_ms);
    for (;;) {
        char *id = rdk.clusterid(kafka->producer, kafka_patience_left(&patience));
        if (id != NULL) {
            (void)snprintf(out, KAFKA_CLUSTER_ID_MAX, "%s", id);
            rdk.mem_free(kafka->producer, id);
            return DIBS_OK;
        }
        enum dibs_error end =
            kafka_patience_again(&patience, RD_KAFKA_RESP_ERR__TIMED_OUT, "tell the cluster's id", why);
        if (end != DIBS_OK)
            return end;
    }
}
