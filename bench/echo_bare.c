/* An echo's end on bare librdkafka. */
#include <stdio.h>
#include <stdlib.h>

#include "base/check.h"
#include "bench/echo_end.h"
#include "bench/rdkafka_bare.h"

struct echo_end {
    rd_kafka_t *producer, *consumer;
    rd_kafka_topic_t *to, *from;
    rd_kafka_queue_t *queue;
};

static struct echo_end *bare_open(const char *brokers, const char *fleet, bool asks, bool many)
{
    (void)many;
    char to[300], from[300];
    (void)snprintf(to, sizeof to, "%s.%s", fleet, asks ? "intents" : "decisions");
    (void)snprintf(from, sizeof from, "%s.%s", fleet, asks ? "decisions" : "intents");
    struct echo_end *end = calloc(1, sizeof *end);
    CHECK(end != NULL);
    end->producer = bare_producer(brokers);
    end->to = rd_kafka_topic_new(end->producer, to, NULL);
    end->consumer = bare_consumer(brokers);
    end->from = rd_kafka_topic_new(end->consumer, from, NULL);
    end->queue = rd_kafka_queue_new(end->consumer);
    const struct rd_kafka_metadata *metadata;
    bare_read_from_end(end->consumer, end->from, 0, end->queue);
    while (rd_kafka_metadata(end->producer, 0, end->to, &metadata, 30) != RD_KAFKA_RESP_ERR_NO_ERROR)
        ;
    rd_kafka_metadata_destroy(metadata);
    return end;
}

static void bare_send(struct echo_end *end, const void *bytes, size_t size)
{
    bare_produce(end->producer, end->to, bytes, size);
}

static size_t bare_take(struct echo_end *end, uint32_t timeout_ms, echo_taker *taker, void *context)
{
    enum { BATCH = 1000 };
    rd_kafka_message_t *batch[BATCH];
    size_t count = bare_consume(end->queue, (int)timeout_ms, batch, BATCH);
    (void)rd_kafka_poll(end->producer, 0);
    for (size_t i = 0; i < count; i++) {
        taker(context, batch[i]->payload, batch[i]->len);
        rd_kafka_message_destroy(batch[i]);
    }
    return count;
}

static void bare_close(struct echo_end *end)
{
    (void)rd_kafka_flush(end->producer, 10000);
    (void)rd_kafka_consume_stop(end->from, 0);
    rd_kafka_queue_destroy(end->queue);
    rd_kafka_topic_destroy(end->from);
    rd_kafka_topic_destroy(end->to);
    rd_kafka_destroy(end->consumer);
    rd_kafka_destroy(end->producer);
    free(end);
}

const struct echo_kind echo_bare = {"bare librdkafka", bare_open, bare_send, bare_take, bare_close};
