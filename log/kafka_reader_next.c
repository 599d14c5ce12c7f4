/* A reader's events, one by one. */
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <unistd.h>

#include "log/kafka_reader_own.h"

static int rank_of(rd_kafka_message_t *message)
{
    rd_kafka_headers_t *headers;
    const void *value;
    size_t size;
    if (rdk.message_headers(message, &headers) != RD_KAFKA_RESP_ERR_NO_ERROR ||
        rdk.header_get_last(headers, RANK_HEADER, &value, &size) != RD_KAFKA_RESP_ERR_NO_ERROR || value == NULL ||
        size == 0 || size > 6)
        return -1;
    int rank = 0;
    for (const char *digit = value; size > 0; digit++, size--) {
        if (*digit < '0' || *digit > '9')
            return -1;
        rank = rank * 10 + (*digit - '0');
    }
    return rank;
}

static void take_record(struct kafka_part *part, rd_kafka_message_t *message, struct kafka_event *event)
{
    rd_kafka_timestamp_type_t type;
    int64_t ts_ms = rdk.message_timestamp(message, &type);
    event->kind = KAFKA_RECORD;
    event->offset = (uint64_t)message->offset;
    event->ts_ms = ts_ms < 0 ? 0 : (uint64_t)ts_ms;
    event->ts_by_broker = type == RD_KAFKA_TIMESTAMP_LOG_APPEND_TIME;
    event->has_payload = message->payload != NULL;
    event->payload = span_of(message->payload, message->payload == NULL ? 0 : message->len);
    event->rank = rank_of(message);
    part->next = event->offset + 1;
    part->gone_since_ms = 0;
}

/* For good: where the records are now is worth a question. */
static void take_gone(struct kafka_reader *reader, struct kafka_part *part, struct kafka_event *event)
{
    const char *name = kafka_topic_name(reader->kafka, event->topic);
    int64_t low = -1, high = -1;
    (void)rdk.query_watermark_offsets(reader->rk, name, (int32_t)event->partition, &low, &high, 500);
    event->kind = KAFKA_GONE;
    event->offset = part->next;
    event->error =
        error_say(&reader->words, DIBS_DAMAGED,
                  "offset %llu of topic %s is out of its range, which is %lld to %lld: records were deleted, "
                  "or the topic was cut or made anew",
                  (unsigned long long)part->next, name, (long long)low, (long long)high);
    event->words = reader->words.text;
    part->gone_since_ms = 0;
}

static void take_trouble(struct kafka_reader *reader, rd_kafka_resp_err_t error, struct kafka_event *event)
{
    const char *name = kafka_topic_name(reader->kafka, event->topic);
    event->kind = KAFKA_TROUBLE;
    event->error = kafka_error_say(reader->kafka, &reader->words, error, "read", name);
    event->retriable = event->error == DIBS_UNAVAILABLE;
    event->words = reader->words.text;
}

/* False: nothing that is to be told. */
static bool take_message(struct kafka_reader *reader, struct kafka_part *part, rd_kafka_message_t *message,
                         struct kafka_event *event)
{
    switch ((int)message->err) {
    case RD_KAFKA_RESP_ERR_NO_ERROR:
        if ((uint64_t)message->offset < part->next)
            return false;
        take_record(part, message, event);
        return true;
    case RD_KAFKA_RESP_ERR__PARTITION_EOF:
        event->kind = KAFKA_END;
        event->offset = (uint64_t)message->offset;
        if (event->offset > part->next) /* what is between are holes */
            part->next = event->offset;
        part->gone_since_ms = 0;
        return true;
    case RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET:
    case RD_KAFKA_RESP_ERR_OFFSET_OUT_OF_RANGE:
        if (!kafka_part_gone(reader, part))
            return false;
        take_gone(reader, part, event);
        return true;
    default:
        take_trouble(reader, message->err, event);
        return true;
    }
}

/* The next of the batch; false: the batch is empty. */
static bool take_from_batch(struct kafka_reader *reader, struct kafka_event *event)
{
    while (reader->at < reader->size) {
        rd_kafka_message_t *message = reader->batch[reader->at];
        struct kafka_part *part = NULL;
        if (message != NULL && message->rkt != NULL) {
            event->topic = (enum kafka_topic)(intptr_t)rdk.topic_opaque(message->rkt);
            event->partition = (uint32_t)message->partition;
            part = kafka_part_of(reader, event->topic, event->partition, false);
        }
        bool known = part != NULL && part->started;
        if (known && part->shaken && (message->err == 0 || message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF)) {
            part->shaken = false;
            event->kind = KAFKA_SHAKEN;
            event->offset = part->next;
            return true; /* the message stays for the next call */
        }
        reader->at++;
        if (message == NULL)
            continue;
        reader->given = message;
        if (known && take_message(reader, part, message, event))
            return true;
        rdk.message_destroy(message);
        reader->given = NULL;
    }
    return false;
}

static bool take_noted(struct kafka_reader *reader, struct kafka_event *event)
{
    if (!reader->noted)
        return false;
    reader->noted = false;
    event->topic = reader->noted_topic;
    take_trouble(reader, reader->noted_error, event);
    return true;
}

/* Fills the batch, of which `got` are there. A break is looked for after: whatever was fetched after it is then fetched
 * again and told as shaken. */
static void take_in(struct kafka_reader *reader, uint32_t got)
{
    ssize_t more = rdk.consume_batch_queue(reader->queue, 0, reader->batch + got, KAFKA_BATCH - got);
    reader->at = 0;
    reader->size = got + (more > 0 ? (uint32_t)more : 0);
    (void)rdk.poll(reader->rk, 0);
    kafka_parts_shake(reader);
}

static bool fill(struct kafka_reader *reader)
{
    take_in(reader, 0);
    return reader->size > 0;
}

/* The library's own condition wakes a thread sooner than a descriptor does, which it writes to while it holds the lock that
 * the woken one needs: so there is no descriptor meanwhile. What came in between is found by the look at its end. */
bool kafka_reader_await(struct kafka_reader *reader, uint32_t timeout_ms)
{
    static const uint64_t one = 1;
    if (reader->at < reader->size || reader->noted)
        return true;
    rdk.queue_io_event_enable(reader->queue, -1, NULL, 0);
    ssize_t first = rdk.consume_batch_queue(reader->queue, (int)timeout_ms, reader->batch, 1);
    rdk.queue_io_event_enable(reader->queue, reader->wake, &one, sizeof one);
    uint32_t got = first > 0 ? (uint32_t)first : 0;
    take_in(reader, got);
    return reader->size > 0 || reader->noted;
}

static void clear_wakes(struct kafka_reader *reader)
{
    uint64_t count;
    if (reader->is_timed && read(reader->timer, &count, sizeof count) == (ssize_t)sizeof count) {
        reader->is_timed = false;
        kafka_parts_retry(reader);
    }
    if (read(reader->wake, &count, sizeof count) < 0)
        return; /* it was not readable */
}

/* What there is now. The descriptors are cleared before each look, so that what comes after it shows. */
static bool take(struct kafka_reader *reader, struct kafka_event *event)
{
    while (!take_from_batch(reader, event) && !take_noted(reader, event)) {
        clear_wakes(reader);
        if (!fill(reader) && !reader->noted)
            return false;
    }
    return true;
}

enum kafka_event_kind kafka_reader_next(struct kafka_reader *reader, uint32_t timeout_ms, struct kafka_event *event)
{
    if (reader->given != NULL)
        rdk.message_destroy(reader->given);
    reader->given = NULL;
    *event = (struct kafka_event){.rank = -1, .words = ""};
    if (take(reader, event))
        return event->kind;
    for (uint64_t end_ms = clock_now_ms() + timeout_ms, now; (now = clock_now_ms()) < end_ms;) {
        struct pollfd files[KAFKA_READER_FILES];
        uint64_t left = end_ms - now;
        kafka_reader_poll(reader, files);
        (void)poll(files, KAFKA_READER_FILES, left > 60000 ? 60000 : (int)left);
        if (take(reader, event))
            return event->kind;
    }
    *event = (struct kafka_event){.rank = -1, .words = ""};
    return KAFKA_NOTHING;
}
