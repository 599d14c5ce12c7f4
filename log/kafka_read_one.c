/* One record, looked up with a reader of its own. */
#include "log/kafka_own.h"

static enum dibs_error take_record(struct kafka *kafka, uint8_t *buffer, size_t size, struct kafka_event *event,
                                   struct error_text *why)
{
    if (event->payload.size > size)
        return error_say(why, DIBS_DAMAGED, "record %llu of topic %s has %zu bytes; at most %zu were expected",
                         (unsigned long long)event->offset, kafka_topic_name(kafka, event->topic), event->payload.size,
                         size);
    if (event->payload.size > 0)
        memcpy(buffer, event->payload.bytes, event->payload.size);
    event->payload.bytes = buffer;
    event->words = "";
    return DIBS_OK;
}

static enum dibs_error read_one(struct kafka *kafka, struct kafka_reader *reader, uint8_t *buffer, size_t size,
                                struct kafka_event *event, struct error_text *why)
{
    uint64_t end_ms = clock_now_ms() + kafka->options.timeout_ms;
    for (;;) {
        uint64_t now = clock_now_ms();
        switch (kafka_reader_next(reader, now < end_ms ? (uint32_t)(end_ms - now) : 0, event)) {
        case KAFKA_RECORD:
            return take_record(kafka, buffer, size, event, why);
        case KAFKA_TROUBLE:
            if (event->error != DIBS_UNAVAILABLE || now >= end_ms)
                return error_say(why, event->error, "%s", event->words);
            break;
        case KAFKA_NOTHING: {
            enum dibs_error error = kafka_trouble(kafka, why);
            return error != DIBS_OK ? error
                                    : kafka_link_say(kafka, why, DIBS_UNAVAILABLE, "did not give a record in time");
        }
        case KAFKA_SHAKEN:
            break;
        case KAFKA_END:
        case KAFKA_GONE:
        default:
            event->words = event->kind == KAFKA_GONE ? "the offset is out of the topic's range" : "";
            return DIBS_OK;
        }
    }
}

enum dibs_error kafka_read_one(struct kafka *kafka, enum kafka_topic topic, uint32_t partition, uint64_t offset,
                               uint8_t *buffer, size_t size, struct kafka_event *event, struct error_text *why)
{
    struct kafka_reader *reader;
    enum dibs_error error = kafka_reader_open(kafka, &reader, why);
    if (error != DIBS_OK)
        return error;
    error = kafka_reader_start(reader, topic, partition, offset, why);
    if (error == DIBS_OK)
        error = read_one(kafka, reader, buffer, size, event, why);
    kafka_reader_close(reader, false);
    return error;
}
