/* Bare librdkafka: settings and handles. */
#include "bench/rdkafka_bare.h"

#include "base/check.h"

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

static rd_kafka_t *handle(rd_kafka_type_t type, const char *brokers, const char *const *table)
{
    char cause[256];
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    CHECK(rd_kafka_conf_set(conf, "bootstrap.servers", brokers, cause, sizeof cause) == RD_KAFKA_CONF_OK);
    const char *const *const tables[] = {common, table};
    for (int i = 0; i < 2; i++)
        for (const char *const *row = tables[i]; *row != NULL; row += 2)
            CHECK(rd_kafka_conf_set(conf, row[0], row[1], cause, sizeof cause) == RD_KAFKA_CONF_OK);
    rd_kafka_t *rk = rd_kafka_new(type, conf, cause, sizeof cause);
    CHECK(rk != NULL);
    return rk;
}

rd_kafka_t *bare_producer(const char *brokers)
{
    return handle(RD_KAFKA_PRODUCER, brokers, producing);
}

rd_kafka_t *bare_consumer(const char *brokers)
{
    return handle(RD_KAFKA_CONSUMER, brokers, consuming);
}

void bare_read_from_end(rd_kafka_t *consumer, rd_kafka_topic_t *topic, int partition, rd_kafka_queue_t *queue)
{
    int64_t low, high;
    while (rd_kafka_query_watermark_offsets(consumer, rd_kafka_topic_name(topic), partition, &low, &high, 30) !=
           RD_KAFKA_RESP_ERR_NO_ERROR)
        ;
    CHECK(rd_kafka_consume_start_queue(topic, partition, high, queue) == 0);
}

void bare_produce(rd_kafka_t *producer, rd_kafka_topic_t *topic, const void *bytes, size_t size)
{
    while (rd_kafka_produce(topic, 0, RD_KAFKA_MSG_F_COPY, (void *)(uintptr_t)bytes, size, NULL, 0, NULL) != 0) {
        CHECK(rd_kafka_last_error() == RD_KAFKA_RESP_ERR__QUEUE_FULL);
        (void)rd_kafka_poll(producer, 100);
    }
    (void)rd_kafka_poll(producer, 0);
}

size_t bare_consume(rd_kafka_queue_t *queue, int timeout_ms, rd_kafka_message_t **batch, size_t room)
{
    ssize_t count = rd_kafka_consume_batch_queue(queue, timeout_ms, batch, 1);
    if (count == 1)
        count += rd_kafka_consume_batch_queue(queue, 0, batch + 1, room - 1);
    for (ssize_t i = 0; i < count; i++)
        CHECK(batch[i]->err == RD_KAFKA_RESP_ERR_NO_ERROR);
    return count < 0 ? 0 : (size_t)count;
}
