/* A reader's inside, shared by its files. */
#ifndef LOG_KAFKA_READER_OWN_H
#define LOG_KAFKA_READER_OWN_H

#include "log/kafka_own.h"

enum { KAFKA_BATCH = 1000 };

struct kafka_part {
    bool started, paused;
    bool shaken;            /* a connection broke: to be told before what is read next */
    uint64_t next;          /* the first offset that was not given */
    uint64_t gone_since_ms; /* out of range since; 0: it isn't */
    uint64_t retry_ms;      /* when to ask again; 0: not at all */
    uint32_t gone_times;    /* how often that was said */
};

struct kafka_reader {
    struct kafka *kafka;
    struct kafka_link link;
    rd_kafka_t *rk;
    rd_kafka_queue_t *queue, *events;
    rd_kafka_topic_t *topics[KAFKA_TOPICS]; /* NULL: never started */
    struct kafka_part *parts[KAFKA_TOPICS];
    uint32_t counts[KAFKA_TOPICS];

    rd_kafka_message_t *batch[KAFKA_BATCH]; /* NULL: dropped since */
    uint32_t at, size;
    rd_kafka_message_t *given; /* the event's payload is in it */

    int wake, timer; /* an eventfd and a timerfd */
    bool is_timed;   /* the timer is set */
    uint64_t breaks; /* of the link, as far as they were seen */

    bool noted; /* trouble of a topic that waits to be told */
    rd_kafka_resp_err_t noted_error;
    enum kafka_topic noted_topic;
    struct error_text words;
};

/* --- kafka_reader_parts.c --- */

/* NULL: there is no memory for it, or (without `make`) it was never started. */
struct kafka_part *kafka_part_of(struct kafka_reader *reader, enum kafka_topic topic, uint32_t partition, bool make);
/* The reader knows the topic from now on; false: the library can't. */
bool kafka_part_has_topic(struct kafka_reader *reader, enum kafka_topic topic);
/* What was fetched of it is not given any more. */
void kafka_part_drop(struct kafka_reader *reader, enum kafka_topic topic, uint32_t partition);
/* Fetches from part->next on, anew. */
rd_kafka_resp_err_t kafka_part_restart(struct kafka_reader *reader, enum kafka_topic topic, uint32_t partition);
/* Said to be out of range: asks again in a while. True: it has been for long enough to believe it. */
bool kafka_part_gone(struct kafka_reader *reader, struct kafka_part *part);
/* Restarts those whose time to ask again has come. */
void kafka_parts_retry(struct kafka_reader *reader);
/* If connections broke since the last look: reads all anew, so that each tells. */
void kafka_parts_shake(struct kafka_reader *reader);

#endif
