/* Bare librdkafka, tuned as the client behind log/kafka.h is: the floor's handles. */
#ifndef BENCH_RDKAFKA_BARE_H
#define BENCH_RDKAFKA_BARE_H

#include <librdkafka/rdkafka.h>

/* Ends the bench when there is none. */
rd_kafka_t *bare_producer(const char *brokers);
rd_kafka_t *bare_consumer(const char *brokers);

/* Reads this partition into the queue from the end that it has now. */
void bare_read_from_end(rd_kafka_t *consumer, rd_kafka_topic_t *topic, int partition, rd_kafka_queue_t *queue);

/* Waits while the queue is full. The bytes are copied. */
void bare_produce(rd_kafka_t *producer, rd_kafka_topic_t *topic, const void *bytes, size_t size);

/* Up to `room` records; waits at most so long for the first. */
size_t bare_consume(rd_kafka_queue_t *queue, int timeout_ms, rd_kafka_message_t **batch, size_t room);

#endif
