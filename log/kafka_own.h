/* What the files behind kafka.h share; nobody else includes it. */
#ifndef LOG_KAFKA_OWN_H
#define LOG_KAFKA_OWN_H

#include <pthread.h>
#include <stdatomic.h>

#include "log/kafka.h"
#include "base/clock.h"
#include "log/kafka_library.h"
#include "log/kafka_url.h"

#define RANK_HEADER "rank" /* its value is the rank in decimal */

enum { KAFKA_LINK_BROKERS = 64 };

/* The connections of one handle of the library; what its callbacks are given. */
struct kafka_link {
    struct kafka *kafka;
    struct kafka_reader *reader; /* NULL: the handle that sends */
    /* The rest but `breaks` is under kafka->lock. */
    struct {
        uint64_t name; /* a hash of host and port */
        bool up;
    } brokers[KAFKA_LINK_BROKERS];
    uint32_t count, ups;
    bool told_down;          /* since one was up last, the library said that all are down */
    _Atomic uint64_t breaks; /* connections that were up and broke */
};

struct kafka_sent {
    uint64_t cookie;
    rd_kafka_resp_err_t error;
    enum kafka_ack ack;
};

struct kafka {
    struct kafka_options options; /* its texts point into `texts` */
    char texts[KAFKA_BROKERS_MAX + KAFKA_FLEET_MAX + 2];
    char names[KAFKA_TOPICS][KAFKA_FLEET_MAX + 16];
    rd_kafka_conf_t *settings; /* what both handles have in common; owned */
    rd_kafka_t *producer;
    rd_kafka_topic_t *topics[KAFKA_TOPICS]; /* of the producer */
    uint32_t partitions_seen[KAFKA_TOPICS];
    uint64_t new_until_ms;    /* its topics are new, made or found: till then a broker may not have heard of them */
    rd_kafka_queue_t *events; /* of the producer */
    struct kafka_link link;
    uint32_t try_ms; /* of one try of a question: kafka_patience.c */
    int send_fd;

    /* The sending thread's: acks that have come and were not handed over, a ring; there is room for all unacked. */
    struct kafka_sent *acks;
    uint32_t acks_capacity, acks_first, acks_count, unacked;

    pthread_mutex_t lock;
    enum dibs_error trouble; /* under `lock`, as are the words */
    char trouble_words[512];
    char last_words[512]; /* what a broker or the library said last; not trouble by itself */
    atomic_bool fatal;
};

/* --- kafka_config.c --- */

/* Makes kafka->settings of the options. */
MUST_USE enum dibs_error kafka_config_make(struct kafka *kafka, struct error_text *why);
/* A handle with the settings of its kind; `link` gets its callbacks. */
MUST_USE enum dibs_error kafka_config_handle(struct kafka *kafka, rd_kafka_type_t type, struct kafka_link *link,
                                             rd_kafka_t **out, struct error_text *why);

/* --- kafka_link.c --- */

/* Sets the callbacks of a handle to be. */
void kafka_link_attach(struct kafka_link *link, rd_kafka_conf_t *conf);
/* Says `error` with words that end in what was last heard from the brokers. */
enum dibs_error kafka_link_say(struct kafka *kafka, struct error_text *why, enum dibs_error error, const char *doing);

/* --- kafka_error.c --- */

enum dibs_error kafka_error_of(rd_kafka_resp_err_t error);
/* A login or certificate is refused: waiting won't help. `reason` tells more about a failed TLS handshake. */
bool kafka_error_is_login(rd_kafka_resp_err_t error, const char *reason);
/* The topic (or the partition) is not there, or may not be seen: the library can't always tell the two apart. */
bool kafka_error_is_missing(rd_kafka_resp_err_t error);
/* The same, where the topic may be too new for the broker that was asked. */
bool kafka_error_is_early(const struct kafka *kafka, rd_kafka_resp_err_t error);
/* Words such as "the topic F.intents can't be DOING: REASON; what to do". */
enum dibs_error kafka_error_say(struct kafka *kafka, struct error_text *why, rd_kafka_resp_err_t error,
                                const char *doing, const char *topic);

/* --- kafka_patience.c --- */

/* One question, in tries until a deadline: a broker that is dead and first in the list must not cost a second. */
struct kafka_patience {
    struct kafka *kafka;
    uint64_t end_ms, begun_ms;
    uint32_t total_ms;
    bool is_cut; /* this try, by the deadline */
};
/* Has time for a whole try, even if that is more. */
struct kafka_patience kafka_patience_begin(struct kafka *kafka, uint32_t timeout_ms);
/* A try begins; 0: it is over. */
int kafka_patience_left(struct kafka_patience *patience);
/* Its answer came. */
void kafka_patience_met(struct kafka_patience *patience);
/* It failed: serves the callbacks. DIBS_OK: try again; else why not. */
MUST_USE enum dibs_error kafka_patience_again(struct kafka_patience *patience, rd_kafka_resp_err_t error,
                                              const char *doing, struct error_text *why);

/* --- kafka_ask.c --- */

/* What a broker says about the fleet's topics; to be destroyed. */
MUST_USE enum dibs_error kafka_ask_metadata(struct kafka *kafka, struct kafka_patience *patience,
                                            const struct rd_kafka_metadata **out, struct error_text *why);
const struct rd_kafka_metadata_topic *kafka_metadata_topic(const struct kafka *kafka,
                                                           const struct rd_kafka_metadata *metadata,
                                                           enum kafka_topic topic);
/* Where the partition ends, in one question, asked by this handle. */
MUST_USE enum dibs_error kafka_ask_end(struct kafka *kafka, rd_kafka_t *rk, enum kafka_topic topic, uint32_t partition,
                                       uint64_t *end, struct error_text *why);
/* Serves the producer's callbacks; acks go into the ring. */
void kafka_serve(struct kafka *kafka, int timeout_ms);

/* --- kafka_admin.c --- */

/* Options of a request, and the queue of its answer. */
struct kafka_request {
    rd_kafka_AdminOptions_t *options;
    rd_kafka_queue_t *queue;
    rd_kafka_event_t *event;
};
MUST_USE enum dibs_error kafka_request_begin(struct kafka *kafka, rd_kafka_admin_op_t op, struct kafka_request *request,
                                             struct error_text *why);
/* Waits for the answer, request->event. */
MUST_USE enum dibs_error kafka_request_wait(struct kafka *kafka, struct kafka_request *request, const char *doing,
                                            struct error_text *why);
void kafka_request_end(struct kafka_request *request);

/* --- kafka_send.c --- */

void kafka_send_delivered(struct kafka *kafka, const rd_kafka_message_t *message); /* out of the callback */

/* --- kafka_reader.c --- */

void kafka_reader_wake(struct kafka_reader *reader); /* by any thread */
/* A topic is missing or forbidden, which its queue doesn't tell; out of the reader's own poll. */
void kafka_reader_note(struct kafka_reader *reader, rd_kafka_resp_err_t error, const char *reason);

#endif
