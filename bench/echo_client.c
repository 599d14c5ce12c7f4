/* An echo's end on the client behind log/kafka.h. */
#include "bench/echo_end.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/check.h"
#include "log/kafka.h"

struct echo_end {
    struct kafka *kafka;
    struct kafka_reader *reader;
    enum kafka_topic to, from;
};

static void good(enum dibs_error error, const struct error_text *why)
{
    if (error == DIBS_OK)
        return;
    (void)fprintf(stderr, "%s\n", why->text);
    exit(1);
}

static struct echo_end *client_open(const char *brokers, const char *fleet, bool asks, bool many)
{
    struct error_text why;
    struct echo_end *end = calloc(1, sizeof *end);
    CHECK(end != NULL);
    end->to = asks ? KAFKA_INTENTS : KAFKA_DECISIONS;
    end->from = asks ? KAFKA_DECISIONS : KAFKA_INTENTS;
    struct kafka_options options = {
        .brokers = brokers, .fleet = fleet, .role = asks && !many ? KAFKA_AGENT : KAFKA_COORDINATOR};
    good(kafka_open(&options, &end->kafka, &why), &why);
    good(kafka_reader_open(end->kafka, &end->reader, &why), &why); /* connects meanwhile */
    good(kafka_ready(end->kafka, 1u << KAFKA_INTENTS | 1u << KAFKA_DECISIONS, 10000, &why), &why);
    uint64_t first, last;
    good(kafka_bounds(end->kafka, end->from, 0, &first, &last, &why), &why);
    good(kafka_reader_start(end->reader, end->from, 0, last, &why), &why);
    return end;
}

static void take_ack(void *context, uint64_t cookie, enum kafka_ack ack, const char *words)
{
    (void)context, (void)cookie, (void)words;
    CHECK(ack == KAFKA_DELIVERED);
}

static void client_send(struct echo_end *end, const void *bytes, size_t size)
{
    struct error_text why;
    enum dibs_error error;
    while ((error = kafka_send(end->kafka, end->to, 0, span_of(bytes, size), -1, 0, &why)) == DIBS_BUSY)
        (void)kafka_acks(end->kafka, 100, take_ack, NULL);
    good(error, &why);
}

static size_t client_take(struct echo_end *end, uint32_t timeout_ms, echo_taker *taker, void *context)
{
    struct kafka_event event;
    size_t count = 0;
    while (count < 1000 && kafka_reader_next(end->reader, count == 0 ? timeout_ms : 0, &event) != KAFKA_NOTHING)
        if (event.kind == KAFKA_RECORD) {
            taker(context, event.payload.bytes, event.payload.size);
            count++;
        } else if (event.kind != KAFKA_END) {
            (void)fprintf(stderr, "%s\n", event.words);
            exit(1);
        }
    (void)kafka_acks(end->kafka, 0, take_ack, NULL);
    return count;
}

static void client_close(struct echo_end *end)
{
    while (kafka_unacked(end->kafka) > 0 && kafka_acks(end->kafka, 10000, take_ack, NULL) > 0)
        ;
    kafka_reader_close(end->reader, false);
    kafka_close(end->kafka, false);
    free(end);
}

const struct echo_kind echo_client = {"the client", client_open, client_send, client_take, client_close};
