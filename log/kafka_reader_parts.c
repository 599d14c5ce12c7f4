/* The partitions of a reader: started, moved, asked again. */
#include <stdlib.h>
#include <sys/timerfd.h>

#include "log/kafka_reader_own.h"

/* A leader that wakes from a pause may say "out of range" of a place that is there, for a while. */
enum { GONE_AFTER_MS = 3000, GONE_RETRY_MS = 200, GONE_TIMES = 5 };

struct kafka_part *kafka_part_of(struct kafka_reader *reader, enum kafka_topic topic, uint32_t partition, bool make)
{
    if (partition < reader->counts[topic])
        return &reader->parts[topic][partition];
    if (!make || partition > INT32_MAX / 2)
        return NULL;
    uint32_t count = partition + 8;
    struct kafka_part *parts = realloc(reader->parts[topic], count * sizeof *parts);
    if (parts == NULL)
        return NULL;
    for (uint32_t i = reader->counts[topic]; i < count; i++)
        parts[i] = (struct kafka_part){0};
    reader->parts[topic] = parts;
    reader->counts[topic] = count;
    return &parts[partition];
}

void kafka_part_drop(struct kafka_reader *reader, enum kafka_topic topic, uint32_t partition)
{
    for (uint32_t i = reader->at; i < reader->size; i++) {
        rd_kafka_message_t *message = reader->batch[i];
        if (message == NULL || message->rkt != reader->topics[topic] || (uint32_t)message->partition != partition)
            continue;
        rdk.message_destroy(message);
        reader->batch[i] = NULL;
    }
}

static void pause_again(struct kafka_reader *reader, enum kafka_topic topic, uint32_t partition)
{
    if (reader->parts[topic][partition].paused)
        kafka_reader_pause(reader, topic, partition);
}

/* Only those that are read: a handle is told of each topic that it knows and that is missing. The topic's number is kept
 * in it, so that a record tells whose it is. */
bool kafka_part_has_topic(struct kafka_reader *reader, enum kafka_topic topic)
{
    if (reader->topics[topic] != NULL)
        return true;
    rd_kafka_topic_conf_t *conf = rdk.default_topic_conf_dup(reader->rk);
    rdk.topic_conf_set_opaque(conf, (void *)(intptr_t)topic); // NOLINT
    reader->topics[topic] = rdk.topic_new(reader->rk, kafka_topic_name(reader->kafka, topic), conf);
    return reader->topics[topic] != NULL;
}

/* Stopped and started, not sought: after "out of range" the library has stopped by itself. */
rd_kafka_resp_err_t kafka_part_restart(struct kafka_reader *reader, enum kafka_topic topic, uint32_t partition)
{
    struct kafka_part *part = &reader->parts[topic][partition];
    if (!kafka_part_has_topic(reader, topic))
        return rdk.last_error();
    if (part->started)
        (void)rdk.consume_stop(reader->topics[topic], (int32_t)partition);
    kafka_part_drop(reader, topic, partition);
    part->retry_ms = 0;
    part->started =
        rdk.consume_start_queue(reader->topics[topic], (int32_t)partition, (int64_t)part->next, reader->queue) == 0;
    if (!part->started)
        return rdk.last_error();
    pause_again(reader, topic, partition);
    return RD_KAFKA_RESP_ERR_NO_ERROR;
}

static void set_timer(struct kafka_reader *reader, uint64_t in_ms)
{
    struct itimerspec when = {
        .it_value = {.tv_sec = (time_t)(in_ms / 1000), .tv_nsec = (long)(in_ms % 1000) * 1000000}};
    (void)timerfd_settime(reader->timer, 0, &when, NULL);
    reader->is_timed = true;
}

bool kafka_part_gone(struct kafka_reader *reader, struct kafka_part *part)
{
    uint64_t now = clock_now_ms();
    if (part->gone_since_ms == 0) {
        part->gone_since_ms = now;
        part->gone_times = 0;
    }
    if (++part->gone_times >= GONE_TIMES && now - part->gone_since_ms >= GONE_AFTER_MS)
        return true;
    part->retry_ms = now + GONE_RETRY_MS;
    set_timer(reader, GONE_RETRY_MS);
    return false;
}

void kafka_parts_retry(struct kafka_reader *reader)
{
    uint64_t now = 0, next = UINT64_MAX;
    for (int topic = 0; topic < KAFKA_TOPICS; topic++)
        for (uint32_t i = 0; i < reader->counts[topic]; i++) {
            struct kafka_part *part = &reader->parts[topic][i];
            if (!part->started || part->retry_ms == 0)
                continue;
            now = now == 0 ? clock_now_ms() : now;
            if (part->retry_ms <= now)
                (void)kafka_part_restart(reader, (enum kafka_topic)topic, i);
            else if (part->retry_ms < next)
                next = part->retry_ms;
        }
    if (next != UINT64_MAX)
        set_timer(reader, next - now);
}

/* An idle partition would say nothing after a reconnect: started anew, it gives its next record or its end. */
void kafka_parts_shake(struct kafka_reader *reader)
{
    uint64_t breaks = atomic_load(&reader->link.breaks);
    if (breaks == reader->breaks)
        return;
    reader->breaks = breaks;
    for (int topic = 0; topic < KAFKA_TOPICS; topic++)
        for (uint32_t i = 0; i < reader->counts[topic]; i++) {
            struct kafka_part *part = &reader->parts[topic][i];
            if (!part->started)
                continue;
            part->shaken = true;
            (void)kafka_part_restart(reader, (enum kafka_topic)topic, i);
        }
}
