/* The intents topic as a log: for replay, migration and the log's own records, one caller, one record at a time. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/clock.h"
#include "log/kafka.h"

struct log_kafka {
    struct log log;
    struct kafka *kafka;
    struct kafka_reader *reader;
    bool owned; /* the connection */
    bool started;
    uint64_t next;        /* where the reader stands */
    uint64_t known;       /* no record that is appended from now on is below */
    uint64_t given_ts_ms; /* of the record that was given last */
    uint64_t last_ts_ms;  /* the latest of all */
    uint32_t timeout_ms;
};

enum { TIMEOUT_MS = 10000 };

static struct log_kafka *of(struct log *log)
{
    return (struct log_kafka *)log; /* `log` is its first member */
}

static enum dibs_error end_now(struct log_kafka *own, uint64_t *end, struct error_text *why)
{
    uint64_t first;
    return kafka_bounds(own->kafka, KAFKA_INTENTS, 0, &first, end, why);
}

static enum dibs_error stand_at(struct log_kafka *own, uint64_t offset, struct error_text *why)
{
    if (own->started && own->next == offset)
        return DIBS_OK;
    own->started = false;
    enum dibs_error error = kafka_reader_start(own->reader, KAFKA_INTENTS, 0, offset, why);
    own->started = error == DIBS_OK;
    own->next = offset;
    return error;
}

/* With a time that its sender chose, no time has passed: as a coordinator has it. */
static void take_record(struct log_kafka *own, const struct kafka_event *event, struct log_record *record)
{
    own->next = event->offset + 1;
    if (event->ts_by_broker)
        own->given_ts_ms = event->ts_ms;
    if (own->given_ts_ms > own->last_ts_ms)
        own->last_ts_ms = own->given_ts_ms;
    *record = (struct log_record){.offset = event->offset,
                                  .ts_ms = own->given_ts_ms,
                                  .payload = span_of(event->payload.bytes, event->payload.size)};
}

/* The next record, where there is one below `end`; DIBS_ENDED when the reader has come to it. */
static enum dibs_error read_below(struct log_kafka *own, uint64_t end, struct log_record *record,
                                  struct error_text *why)
{
    struct kafka_event event;
    while (own->next < end) {
        switch (kafka_reader_next(own->reader, own->timeout_ms, &event)) {
        case KAFKA_RECORD:
            take_record(own, &event, record);
            return DIBS_OK;
        case KAFKA_END:
            if (event.offset > own->next)
                own->next = event.offset;
            break;
        case KAFKA_GONE:
            own->started = false;
            return error_say(why, DIBS_DAMAGED, "%s", event.words);
        case KAFKA_TROUBLE:
            if (!event.retriable)
                return error_say(why, event.error, "%s", event.words);
            break;
        case KAFKA_SHAKEN:
            break;
        case KAFKA_NOTHING:
        default: {
            enum dibs_error error = kafka_trouble(own->kafka, why);
            return error != DIBS_OK ? error
                                    : error_say(why, DIBS_UNAVAILABLE, "topic %s did not give record %llu in %u ms",
                                                kafka_topic_name(own->kafka, KAFKA_INTENTS),
                                                (unsigned long long)own->next, own->timeout_ms);
        }
        }
    }
    return DIBS_ENDED;
}

static enum dibs_error kafka_log_read(struct log *log, uint64_t offset, struct log_record *record,
                                      struct error_text *why)
{
    enum dibs_error error = stand_at(of(log), offset, why);
    if (error != DIBS_OK)
        return error;
    uint64_t end = of(log)->known;
    for (int look = 0; look < 2; look++) {
        if (of(log)->next < end)
            error = read_below(of(log), end, record, why);
        else
            error = DIBS_ENDED;
        if (error != DIBS_ENDED)
            return error;
        if (look == 0) {
            error = end_now(of(log), &end, why);
            if (error != DIBS_OK)
                return error;
            of(log)->known = end;
        }
    }
    return error_say(why, DIBS_ENDED, "the topic ends at offset %llu", (unsigned long long)end);
}

struct acked {
    bool came;
    enum kafka_ack ack;
    char words[256];
};

static void take_ack(void *context, uint64_t cookie, enum kafka_ack ack, const char *words)
{
    (void)cookie;
    struct acked *acked = context;
    acked->came = true;
    acked->ack = ack;
    (void)snprintf(acked->words, sizeof acked->words, "%s", words);
}

static enum dibs_error send_and_wait(struct log_kafka *own, struct span payload, struct error_text *why)
{
    struct acked acked = {0};
    const char *name = kafka_topic_name(own->kafka, KAFKA_INTENTS);
    if (payload.bytes == NULL)
        payload = span_of("", 0); /* empty, not null */
    enum dibs_error error = kafka_send(own->kafka, KAFKA_INTENTS, 0, payload, -1, 0, why);
    if (error != DIBS_OK)
        return error;
    (void)kafka_acks(own->kafka, own->timeout_ms, take_ack, &acked);
    if (!acked.came || acked.ack == KAFKA_MAYBE)
        return error_say(why, DIBS_NO_ANSWER, "topic %s did not say in %u ms whether it took the record%s%s", name,
                         own->timeout_ms, acked.words[0] == '\0' ? "" : ": ", acked.words);
    if (acked.ack == KAFKA_DELIVERED)
        return DIBS_OK;
    return error_say(why, acked.ack == KAFKA_REFUSED ? DIBS_BAD_INPUT : DIBS_UNAVAILABLE,
                     "topic %s did not take the record: %s", name, acked.words);
}

/* The library's word about the offset is wrong after a retry, so the record is looked for. An equal one by somebody else
 * is as good. */
static enum dibs_error find(struct log_kafka *own, struct span payload, uint64_t *offset, uint64_t *ts_ms,
                            struct error_text *why)
{
    uint64_t end = 0;
    enum dibs_error error = stand_at(own, own->known, why);
    if (error == DIBS_OK)
        error = end_now(own, &end, why);
    while (error == DIBS_OK) {
        struct log_record record = {0};
        error = read_below(own, end, &record, why);
        if (error == DIBS_OK && span_equal(record.payload, payload)) {
            *offset = record.offset;
            *ts_ms = record.ts_ms;
            own->known = own->next;
            return DIBS_OK;
        }
    }
    return error_say(why, DIBS_NO_ANSWER, "the record was taken and is not found again in topic %s",
                     kafka_topic_name(own->kafka, KAFKA_INTENTS));
}

static enum dibs_error kafka_log_append(struct log *log, struct span payload, uint64_t *offset, uint64_t *ts_ms,
                                        struct error_text *why)
{
    enum dibs_error error = end_now(of(log), &of(log)->known, why);
    if (error == DIBS_OK)
        error = send_and_wait(of(log), payload, why);
    return error == DIBS_OK ? find(of(log), payload, offset, ts_ms, why) : error;
}

static enum dibs_error kafka_log_end(struct log *log, uint64_t *offset, struct error_text *why)
{
    return end_now(of(log), offset, why);
}

/* This machine's clock: the brokers' can't be asked. Never below what they have shown. */
static uint64_t kafka_log_now_ms(struct log *log)
{
    uint64_t now_ms = clock_wall_ms();
    if (now_ms > of(log)->last_ts_ms)
        of(log)->last_ts_ms = now_ms;
    return of(log)->last_ts_ms;
}

static enum dibs_error kafka_log_wait(struct log *log, uint64_t offset, uint32_t timeout_ms, struct error_text *why)
{
    struct timespec pause = {.tv_nsec = 10000000};
    for (uint32_t waited = 0;; waited += 10) {
        uint64_t end;
        enum dibs_error error = end_now(of(log), &end, why);
        if (error != DIBS_OK || end > offset || waited >= timeout_ms)
            return error;
        (void)nanosleep(&pause, NULL);
    }
}

static void kafka_log_close(struct log *log)
{
    kafka_reader_close(of(log)->reader, false);
    if (of(log)->owned)
        kafka_close(of(log)->kafka, false);
    free(log);
}

enum dibs_error log_kafka_open(struct kafka *kafka, bool owned, struct log **out, struct error_text *why)
{
    static const struct log_methods methods = {.append = kafka_log_append,
                                               .read = kafka_log_read,
                                               .end = kafka_log_end,
                                               .now_ms = kafka_log_now_ms,
                                               .wait = kafka_log_wait,
                                               .close = kafka_log_close};
    *out = NULL;
    struct log_kafka *log = calloc(1, sizeof *log);
    if (log == NULL) {
        if (owned)
            kafka_close(kafka, false);
        return error_say(why, DIBS_UNAVAILABLE, "no memory for the fleet's log");
    }
    log->log.methods = &methods;
    log->kafka = kafka;
    log->owned = owned;
    log->timeout_ms = TIMEOUT_MS;
    enum dibs_error error = kafka_reader_open(kafka, &log->reader, why);
    if (error != DIBS_OK) {
        kafka_log_close(&log->log);
        return error;
    }
    *out = &log->log;
    return DIBS_OK;
}
