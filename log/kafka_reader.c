/* A reader: made, told what to read, given up. */
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "log/kafka_reader_own.h"

static bool make_descriptors(struct kafka_reader *reader)
{
    reader->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    reader->timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
    return reader->wake >= 0 && reader->timer >= 0;
}

static enum dibs_error make(struct kafka_reader *reader, struct error_text *why)
{
    if (!make_descriptors(reader))
        return error_say(why, DIBS_UNAVAILABLE, "no file descriptor is left for a reader of the fleet's topics");
    enum dibs_error error = kafka_config_handle(reader->kafka, RD_KAFKA_CONSUMER, &reader->link, &reader->rk, why);
    if (error != DIBS_OK)
        return error;
    static const uint64_t one = 1;
    reader->queue = rdk.queue_new(reader->rk);
    reader->events = rdk.queue_get_main(reader->rk);
    rdk.queue_io_event_enable(reader->queue, reader->wake, &one, sizeof one);
    rdk.queue_io_event_enable(reader->events, reader->wake, &one, sizeof one);
    return DIBS_OK;
}

enum dibs_error kafka_reader_open(struct kafka *kafka, struct kafka_reader **out, struct error_text *why)
{
    *out = NULL;
    struct kafka_reader *reader = calloc(1, sizeof *reader);
    if (reader == NULL)
        return error_say(why, DIBS_UNAVAILABLE, "no memory for a reader of the fleet's topics");
    reader->kafka = kafka;
    reader->link.kafka = kafka;
    reader->link.reader = reader;
    reader->wake = reader->timer = -1;
    enum dibs_error error = make(reader, why);
    if (error == DIBS_OK)
        *out = reader;
    else
        kafka_reader_close(reader, false);
    return error;
}

static void close_handle(struct kafka_reader *reader)
{
    if (reader->given != NULL)
        rdk.message_destroy(reader->given);
    for (; reader->at < reader->size; reader->at++)
        if (reader->batch[reader->at] != NULL)
            rdk.message_destroy(reader->batch[reader->at]);
    for (int topic = 0; topic < KAFKA_TOPICS; topic++)
        for (uint32_t i = 0; i < reader->counts[topic]; i++)
            kafka_reader_stop(reader, (enum kafka_topic)topic, i);
    if (reader->queue != NULL) {
        rdk.queue_io_event_enable(reader->queue, -1, NULL, 0);
        rdk.queue_io_event_enable(reader->events, -1, NULL, 0);
        rdk.queue_destroy(reader->events);
        rdk.queue_destroy(reader->queue);
    }
    for (int i = 0; i < KAFKA_TOPICS; i++)
        if (reader->topics[i] != NULL)
            rdk.topic_destroy(reader->topics[i]);
    if (reader->rk != NULL)
        rdk.destroy_flags(reader->rk, RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE);
}

void kafka_reader_close(struct kafka_reader *reader, bool forked)
{
    if (reader == NULL)
        return;
    if (!forked)
        close_handle(reader);
    const int files[] = {reader->wake, reader->timer};
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++)
        if (files[i] >= 0)
            (void)close(files[i]);
    for (int i = 0; i < KAFKA_TOPICS; i++)
        free(reader->parts[i]);
    free(reader);
}

enum dibs_error kafka_reader_start(struct kafka_reader *reader, enum kafka_topic topic, uint32_t partition,
                                   uint64_t offset, struct error_text *why)
{
    if (offset > INT64_MAX)
        return error_say(why, DIBS_BAD_INPUT, "no topic reaches to offset %llu", (unsigned long long)offset);
    struct kafka_part *part = kafka_part_of(reader, topic, partition, true);
    if (part == NULL)
        return error_say(why, DIBS_UNAVAILABLE, "no memory to read partition %u of topic %s", partition,
                         kafka_topic_name(reader->kafka, topic));
    part->next = offset;
    part->paused = part->shaken = false;
    part->gone_since_ms = 0;
    rd_kafka_resp_err_t error = kafka_part_restart(reader, topic, partition);
    if (error == RD_KAFKA_RESP_ERR_NO_ERROR)
        return DIBS_OK;
    return kafka_error_say(reader->kafka, why, error, "read", kafka_topic_name(reader->kafka, topic));
}

enum dibs_error kafka_reader_start_at_end(struct kafka_reader *reader, enum kafka_topic topic, uint32_t partition,
                                          uint64_t *end, struct error_text *why)
{
    enum dibs_error error = kafka_ask_end(reader->kafka, reader->rk, topic, partition, end, why);
    return error == DIBS_OK ? kafka_reader_start(reader, topic, partition, *end, why) : error;
}

bool kafka_reader_has_more(const struct kafka_reader *reader)
{
    return reader->at < reader->size || reader->size == KAFKA_BATCH || reader->noted;
}

void kafka_reader_expect(struct kafka_reader *reader, enum kafka_topic topic)
{
    (void)kafka_part_has_topic(reader, topic); /* else kafka_reader_start will say so */
}

void kafka_reader_learn(struct kafka_reader *reader, enum kafka_topic topic)
{
    const struct rd_kafka_metadata *metadata;
    if (kafka_part_has_topic(reader, topic) &&
        rdk.metadata(reader->rk, 0, reader->topics[topic], &metadata, (int)reader->kafka->options.timeout_ms) ==
            RD_KAFKA_RESP_ERR_NO_ERROR)
        rdk.metadata_destroy(metadata); /* the library has taken it in */
}

void kafka_reader_stop(struct kafka_reader *reader, enum kafka_topic topic, uint32_t partition)
{
    struct kafka_part *part = kafka_part_of(reader, topic, partition, false);
    if (part == NULL || !part->started)
        return;
    (void)rdk.consume_stop(reader->topics[topic], (int32_t)partition);
    kafka_part_drop(reader, topic, partition);
    *part = (struct kafka_part){0};
}

static void set_paused(struct kafka_reader *reader, enum kafka_topic topic, uint32_t partition, bool paused)
{
    struct kafka_part *part = kafka_part_of(reader, topic, partition, false);
    if (part == NULL || !part->started)
        return;
    rd_kafka_topic_partition_list_t *list = rdk.topic_partition_list_new(1);
    (void)rdk.topic_partition_list_add(list, kafka_topic_name(reader->kafka, topic), (int32_t)partition);
    (void)(paused ? rdk.pause_partitions(reader->rk, list) : rdk.resume_partitions(reader->rk, list));
    rdk.topic_partition_list_destroy(list);
    part->paused = paused;
}

void kafka_reader_pause(struct kafka_reader *reader, enum kafka_topic topic, uint32_t partition)
{
    set_paused(reader, topic, partition, true);
}

void kafka_reader_resume(struct kafka_reader *reader, enum kafka_topic topic, uint32_t partition)
{
    set_paused(reader, topic, partition, false);
}

void kafka_reader_poll(const struct kafka_reader *reader, struct pollfd files[KAFKA_READER_FILES])
{
    files[0] = (struct pollfd){.fd = reader == NULL ? -1 : reader->wake, .events = POLLIN};
    files[1] = (struct pollfd){.fd = reader == NULL ? -1 : reader->timer, .events = POLLIN};
}

void kafka_reader_wake(struct kafka_reader *reader)
{
    static const uint64_t one = 1;
    if (write(reader->wake, &one, sizeof one) < 0)
        return; /* it is readable already */
}

void kafka_reader_note(struct kafka_reader *reader, rd_kafka_resp_err_t error, const char *reason)
{
    if (kafka_error_is_missing(error)) /* it may come back as another one */
        (void)atomic_fetch_add(&reader->link.breaks, 1);
    else if (error != RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED)
        return;
    reader->noted = true;
    reader->noted_error = error;
    for (int i = 0; i < KAFKA_TOPICS; i++)
        if (strstr(reason, kafka_topic_name(reader->kafka, (enum kafka_topic)i)) != NULL)
            reader->noted_topic = (enum kafka_topic)i;
}
