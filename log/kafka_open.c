/* A connection's life: made, and given up. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "log/kafka_own.h"

static const char *const suffixes[KAFKA_TOPICS] = {"intents", "decisions", "checkpoints"};

static enum dibs_error copy_options(struct kafka *kafka, const struct kafka_options *options, struct error_text *why)
{
    char *brokers = kafka->texts, *fleet = kafka->texts + KAFKA_BROKERS_MAX + 1;
    if (snprintf(brokers, KAFKA_BROKERS_MAX + 1, "%s", options->brokers) > KAFKA_BROKERS_MAX ||
        snprintf(fleet, KAFKA_FLEET_MAX + 1, "%s", options->fleet) > KAFKA_FLEET_MAX)
        return error_say(why, DIBS_BAD_INPUT, "the brokers' addresses or the fleet's name are too long");
    kafka->options = *options; /* settings and config_file are used while opening only */
    kafka->options.brokers = brokers;
    kafka->options.fleet = fleet;
    if (kafka->options.timeout_ms == 0)
        kafka->options.timeout_ms = 10000;
    for (int i = 0; i < KAFKA_TOPICS; i++)
        (void)snprintf(kafka->names[i], sizeof kafka->names[i], "%s.%s", fleet, suffixes[i]);
    return DIBS_OK;
}

/* The topics are named at once: the library asks for their partitions while it connects. */
static enum dibs_error make_handle(struct kafka *kafka, struct error_text *why)
{
    enum dibs_error error = kafka_config_handle(kafka, RD_KAFKA_PRODUCER, &kafka->link, &kafka->producer, why);
    if (error != DIBS_OK)
        return error;
    for (int i = 0; i < KAFKA_TOPICS; i++) {
        kafka->topics[i] = rdk.topic_new(kafka->producer, kafka->names[i], NULL);
        if (kafka->topics[i] == NULL)
            return error_say(why, DIBS_BAD_INPUT, "librdkafka does not take the topic %s: %s", kafka->names[i],
                             rdk.err2str(rdk.last_error()));
    }
    kafka->events = rdk.queue_get_main(kafka->producer);
    kafka->send_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (kafka->send_fd < 0)
        return error_say(why, DIBS_UNAVAILABLE, "no file descriptor is left for the fleet's connection");
    static const uint64_t one = 1;
    rdk.queue_io_event_enable(kafka->events, kafka->send_fd, &one, sizeof one);
    return DIBS_OK;
}

enum dibs_error kafka_open(const struct kafka_options *options, struct kafka **out, struct error_text *why)
{
    *out = NULL;
    enum dibs_error error = kafka_library_load(why);
    if (error != DIBS_OK)
        return error;
    struct kafka *kafka = calloc(1, sizeof *kafka);
    if (kafka == NULL)
        return error_say(why, DIBS_UNAVAILABLE, "no memory for the fleet's connection");
    (void)pthread_mutex_init(&kafka->lock, NULL);
    kafka->send_fd = -1;
    kafka->link.kafka = kafka;
    error = copy_options(kafka, options, why);
    if (error == DIBS_OK)
        error = kafka_config_make(kafka, why);
    if (error == DIBS_OK)
        error = make_handle(kafka, why);
    if (error == DIBS_OK)
        *out = kafka;
    else
        kafka_close(kafka, false);
    return error;
}

static void close_handle(struct kafka *kafka)
{
    rdk.queue_io_event_enable(kafka->events, -1, NULL, 0);
    if (kafka->unacked > 0)
        (void)rdk.purge(kafka->producer,
                        RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT | RD_KAFKA_PURGE_F_NON_BLOCKING);
    rdk.queue_destroy(kafka->events);
}

void kafka_close(struct kafka *kafka, bool forked)
{
    if (kafka == NULL)
        return;
    if (!forked) {
        if (kafka->events != NULL)
            close_handle(kafka);
        for (int i = 0; i < KAFKA_TOPICS; i++)
            if (kafka->topics[i] != NULL)
                rdk.topic_destroy(kafka->topics[i]);
        if (kafka->producer != NULL)
            rdk.destroy(kafka->producer);
        if (kafka->settings != NULL)
            rdk.conf_destroy(kafka->settings);
        (void)pthread_mutex_destroy(&kafka->lock);
    }
    if (kafka->send_fd >= 0)
        (void)close(kafka->send_fd);
    free(kafka->acks);
    free(kafka);
}

const char *kafka_topic_name(const struct kafka *kafka, enum kafka_topic topic)
{
    return kafka->names[topic];
}
