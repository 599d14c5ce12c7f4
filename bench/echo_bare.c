/* An echo's end on bare librdkafka. */
#include "bench/echo_end.h"

#include <librdkafka/rdkafka.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/check.h"

struct echo_end {
    rd_kafka_t *producer, *consumer;
    rd_kafka_topic_t *to, *from;
    rd_kafka_queue_t *queue;
};

static rd_kafka_conf_t *settings(const char *brokers, const char *const *table)
{
    static const char *const common[] = {"socket.nagle.disable",
                                         "true",
                                         "reconnect.backoff.ms",
                                         "20",
                                         "reconnect.backoff.max.ms",
                                         "500",
                                         "topic.metadata.refresh.fast.interval.ms",
                                         "50",
                                         "allow.auto.create.topics",
                                         "false",
                                         NULL};
    char cause[256];
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    CHECK(rd_kafka_conf_set(conf, "bootstrap.servers", brokers, cause, sizeof cause) == RD_KAFKA_CONF_OK);
    const char *const *const tables[] = {common, table};
    for (int i = 0; i < 2; i++)
        for (const char *const *row = tables[i]; *row != NULL; row += 2)
            CHECK(rd_kafka_conf_set(conf, row[0], row[1], cause, sizeof cause) == RD_KAFKA_CONF_OK);
    return conf;
}

static rd_kafka_t *handle(rd_kafka_type_t type, rd_kafka_conf_t *conf)
{
    char cause[256];
    rd_kafka_t *rk = rd_kafka_new(type, conf, cause, sizeof cause);
    CHECK(rk != NULL);
    return rk;
}

static struct echo_end *bare_open(const char *brokers, const char *fleet, bool asks, bool many)
{
    static const char *const producing[] = {"linger.ms",
                                            "0",
                                            "acks",
                                            "all",
                                            "retry.backoff.ms",
                                            "20",
                                            "compression.type",
                                            "none",
                                            "max.in.flight",
                                            "1",
                                            "queue.buffering.max.messages",
                                            "200000",
                                            NULL};
    static const char *const consuming[] = {"fetch.wait.max.ms",
                                            "100",
                                            "fetch.min.bytes",
                                            "1",
                                            "fetch.error.backoff.ms",
                                            "10",
                                            "check.crcs",
                                            "true",
                                            "isolation.level",
                                            "read_uncommitted",
                                            "auto.offset.reset",
                                            "error",
                                            "enable.auto.commit",
                                            "false",
                                            NULL};
    (void)many;
    char to[300], from[300];
    (void)snprintf(to, sizeof to, "%s.%s", fleet, asks ? "intents" : "decisions");
    (void)snprintf(from, sizeof from, "%s.%s", fleet, asks ? "decisions" : "intents");
    struct echo_end *end = calloc(1, sizeof *end);
    CHECK(end != NULL);
    end->producer = handle(RD_KAFKA_PRODUCER, settings(brokers, producing));
    end->to = rd_kafka_topic_new(end->producer, to, NULL);
    end->consumer = handle(RD_KAFKA_CONSUMER, settings(brokers, consuming));
    end->from = rd_kafka_topic_new(end->consumer, from, NULL);
    end->queue = rd_kafka_queue_new(end->consumer);
    int64_t low, high;
    const struct rd_kafka_metadata *metadata;
    while (rd_kafka_query_watermark_offsets(end->consumer, from, 0, &low, &high, 30) != RD_KAFKA_RESP_ERR_NO_ERROR)
        ;
    CHECK(rd_kafka_consume_start_queue(end->from, 0, high, end->queue) == 0);
    while (rd_kafka_metadata(end->producer, 0, end->to, &metadata, 30) != RD_KAFKA_RESP_ERR_NO_ERROR)
        ;
    rd_kafka_metadata_destroy(metadata);
    return end;
}

static void bare_send(struct echo_end *end, const void *bytes, size_t size)
{
    while (rd_kafka_produce(end->to, 0, RD_KAFKA_MSG_F_COPY, (void *)(uintptr_t)bytes, size, NULL, 0, NULL) != 0) {
        CHECK(rd_kafka_last_error() == RD_KAFKA_RESP_ERR__QUEUE_FULL);
        (void)rd_kafka_poll(end->producer, 100);
    }
    (void)rd_kafka_poll(end->producer, 0);
}

static size_t bare_take(struct echo_end *end, uint32_t timeout_ms, echo_taker *taker, void *context)
{
    enum { BATCH = 1000 };
    rd_kafka_message_t *batch[BATCH];
    ssize_t count = rd_kafka_consume_batch_queue(end->queue, (int)timeout_ms, batch, 1);
    if (count == 1)
        count += rd_kafka_consume_batch_queue(end->queue, 0, batch + 1, BATCH - 1);
    (void)rd_kafka_poll(end->producer, 0);
    for (ssize_t i = 0; i < count; i++) {
        CHECK(batch[i]->err == RD_KAFKA_RESP_ERR_NO_ERROR);
        taker(context, batch[i]->payload, batch[i]->len);
        rd_kafka_message_destroy(batch[i]);
    }
    return count < 0 ? 0 : (size_t)count;
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
