/* One end of an echo over Kafka: writes to one topic, reads another. Bare librdkafka, tuned as the client is, is the
 * floor; the client behind log/kafka.h is what dibs has on top. */
#ifndef BENCH_ECHO_END_H
#define BENCH_ECHO_END_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct echo_end;

typedef void echo_taker(void *context, const void *bytes, size_t size);

struct echo_kind {
    const char *name;
    /* `asks`: writes intents and reads decisions, partition 0; else the other way round. Reads from the end that it finds, and
     * returns when it is known. `many`: for throughput, with longer queues. */
    struct echo_end *(*open)(const char *brokers, const char *fleet, bool asks, bool many);
    void (*send)(struct echo_end *end, const void *bytes, size_t size); /* waits while the queue is full */
    /* Hands over what has come; waits for the first for at most that long. Returns how many. */
    size_t (*take)(struct echo_end *end, uint32_t timeout_ms, echo_taker *taker, void *context);
    void (*close)(struct echo_end *end);
};

extern const struct echo_kind echo_bare, echo_client;

#endif
