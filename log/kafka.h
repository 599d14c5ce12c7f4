/* One fleet on Kafka: its three topics, read and written; the only room that knows librdkafka.
 *
 * The library (librdkafka.so.1) is loaded on first use, so that a store in a directory never pays for it.
 * Everything that it says becomes an enum dibs_error with words: what happened, on which broker or topic, what to do.
 * No secret is ever in words. Waits are bounded by the timeouts given here, nothing else blocks.
 *
 * Threads: sending, acks and administration belong to one thread at a time, each reader to one thread at a time;
 * different threads may use them at once. kafka_trouble may be called by any. Callbacks come only out of kafka_acks. */
#ifndef LOG_KAFKA_H
#define LOG_KAFKA_H

#include <poll.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "base/span.h"
#include "log/log.h"

struct kafka;        /* a connection to one fleet; made by kafka_open, its handles lazily */
struct kafka_reader; /* a consumer of its own; made by kafka_reader_open */

enum kafka_topic { KAFKA_INTENTS, KAFKA_DECISIONS, KAFKA_CHECKPOINTS, KAFKA_TOPICS };

enum kafka_role {
    KAFKA_AGENT,      /* resends by itself under the same intent id: no idempotence, sending ends after 60 s */
    KAFKA_COORDINATOR /* idempotent, sends until it is settled or fatal; deeper queues */
};

struct kafka_options {
    const char *brokers;     /* host:port[,host:port]; copied, like all below */
    const char *fleet;       /* as in kafka_url.h */
    const char *settings;    /* name=value lines out of the URL (kafka_url.h); NULL or "": none */
    const char *config_file; /* what $DIBS_KAFKA_CONFIG names: name=value lines, may hold secrets; NULL: none */
    enum kafka_role role;
    uint32_t timeout_ms; /* patience of one administrative request; 0: 10,000 */
};

/* Reads the config file, checks every setting, loads the library and makes the handle. Connects in the background; use
 * kafka_ready to wait. DIBS_BAD_INPUT: a setting, or a file that others can read; DIBS_UNSUPPORTED: no librdkafka here
 * (names the package); DIBS_UNAVAILABLE: no memory or threads. */
MUST_USE enum dibs_error kafka_open(const struct kafka_options *options, struct kafka **out, struct error_text *why);

/* What was sent and not acknowledged is given up. `forked`: this is a child of fork, which has none of the library's
 * threads; only memory of ours is freed. NULL is allowed. Close readers and logs first. */
void kafka_close(struct kafka *kafka, bool forked);

/* FLEET.intents and so on; borrowed until close. */
const char *kafka_topic_name(const struct kafka *kafka, enum kafka_topic topic);

/* Waits until a broker has told about the topics in `topics` (bits 1 << KAFKA_INTENTS …), at most timeout_ms; best
 * called before the first send: with a dead broker first in the list it saves a second. DIBS_NO_STORE: a topic is
 * missing; DIBS_BAD_INPUT: refused (password, certificate, ACL), told at once; DIBS_UNAVAILABLE: nobody answered. */
MUST_USE enum dibs_error kafka_ready(struct kafka *kafka, unsigned topics, uint32_t timeout_ms, struct error_text *why);

/* How many partitions the topic has now (asks a broker). Errors as kafka_ready. */
MUST_USE enum dibs_error kafka_partitions(struct kafka *kafka, enum kafka_topic topic, uint32_t *count,
                                          struct error_text *why);

/* The same as kafka_ready saw it last; 0: it hasn't. Asks nobody. */
uint32_t kafka_partitions_seen(const struct kafka *kafka, enum kafka_topic topic);

/* The first offset that is kept, and the one that the next record will get. May be stale for a while when a leader
 * wakes from a pause: never proof of loss by itself. DIBS_UNAVAILABLE after the options' timeout. */
MUST_USE enum dibs_error kafka_bounds(struct kafka *kafka, enum kafka_topic topic, uint32_t partition, uint64_t *first,
                                      uint64_t *end, struct error_text *why);

/* The offset of the first record whose time is ts_ms or later; the end when there is none. */
MUST_USE enum dibs_error kafka_offset_at(struct kafka *kafka, enum kafka_topic topic, uint32_t partition,
                                         uint64_t ts_ms, uint64_t *offset, struct error_text *why);

enum { KAFKA_CLUSTER_ID_MAX = 128 };
MUST_USE enum dibs_error kafka_cluster_id(struct kafka *kafka, char out[KAFKA_CLUSTER_ID_MAX], struct error_text *why);

/* The latest thing that is wrong with the connection and has not been followed by a success since: DIBS_BAD_INPUT:
 * authentication failed, or fatal for want of a permission; DIBS_UNAVAILABLE: all brokers down, or fatal. DIBS_OK:
 * nothing known. Heard of in kafka_ready, kafka_acks, kafka_reader_next and whatever asks a broker. */
MUST_USE enum dibs_error kafka_trouble(struct kafka *kafka, struct error_text *why);

/* Is there a connection to any broker now? May be called by any thread. */
bool kafka_is_reached(struct kafka *kafka);

/* The producer has died (idempotence broken, fenced): close, open anew, read the decisions' tail again. */
bool kafka_is_fatal(struct kafka *kafka);

/* --- topics ------------------------------------------------------------------------------------------------------ */

struct kafka_plan {
    uint32_t decision_partitions;   /* 0: 8 */
    uint32_t replication;           /* 0: as many as there are brokers, at most 3 */
    uint32_t min_insync;            /* 0: 2 with replication 3, else 1 */
    uint64_t decision_retention_ms; /* 0: 24 h */
};

/* Makes the topics that are missing, with every setting explicit; `*made` gets bits of the new ones. What exists is left
 * alone: check it. Each broker hears of a new topic in its own time: for a while after this, who asks one that has not is told
 * DIBS_UNAVAILABLE and not DIBS_NO_STORE. */
MUST_USE enum dibs_error kafka_create_topics(struct kafka *kafka, const struct kafka_plan *plan, unsigned *made,
                                             struct error_text *why);

enum { KAFKA_FINDINGS_MAX = 32, KAFKA_FINDING_WORDS = 512 };

struct kafka_finding {
    enum kafka_topic topic;
    bool fatal;                      /* claims could be lost or reordered: don't run; else a warning */
    char words[KAFKA_FINDING_WORDS]; /* the setting, its value, what it must be, the command that sets it right */
};

struct kafka_findings {
    uint32_t count;
    struct kafka_finding items[KAFKA_FINDINGS_MAX];
};

/* Looks at every setting that claims depend on: partitions, timestamp type, cleanup policy, retention, replication,
 * min.insync.replicas, message size, unclean election. A missing topic is a finding too. */
MUST_USE enum dibs_error kafka_check_topics(struct kafka *kafka, struct kafka_findings *out, struct error_text *why);

/* Deletes the records below `offset` for good (pruning). */
MUST_USE enum dibs_error kafka_delete_before(struct kafka *kafka, enum kafka_topic topic, uint32_t partition,
                                             uint64_t offset, struct error_text *why);

/* --- reading ----------------------------------------------------------------------------------------------------- */

enum kafka_event_kind {
    KAFKA_NOTHING, /* the timeout has passed */
    KAFKA_RECORD,
    KAFKA_END,    /* all there is in the partition was given; again after each later batch */
    KAFKA_GONE,   /* the place asked for is out of the topic's range, and stayed so for several seconds, asked again */
    KAFKA_SHAKEN, /* a connection broke and this topic is read again: look at the last applied record once more */
    KAFKA_TROUBLE /* `error` and words; reading goes on by itself when `retriable`, else stop and start */
};

struct kafka_event {
    enum kafka_event_kind kind;
    enum kafka_topic topic;
    uint32_t partition;
    uint64_t offset; /* of the record; END: the end; GONE: where reading stood */
    /* of a record */
    uint64_t ts_ms;
    bool ts_by_broker;   /* LogAppendTime; false: the sender's own time, which counts for nothing */
    bool has_payload;    /* false: a null payload */
    struct span payload; /* borrowed until the next call on the reader */
    int rank;            /* of the header "rank"; -1 when there is none */
    /* of trouble, and of GONE */
    enum dibs_error error;
    bool retriable;
    const char *words; /* never NULL; borrowed until the next call on the reader */
};

/* A reader of as many partitions as are started on it, at absolute offsets. No consumer group, nothing is committed. */
MUST_USE enum dibs_error kafka_reader_open(struct kafka *kafka, struct kafka_reader **out, struct error_text *why);
void kafka_reader_close(struct kafka_reader *reader, bool forked);

/* Reads from `offset` on (take it from kafka_bounds). Starting what is started moves it there; what was fetched before
 * isn't given any more. */
MUST_USE enum dibs_error kafka_reader_start(struct kafka_reader *reader, enum kafka_topic topic, uint32_t partition,
                                            uint64_t offset, struct error_text *why);
/* The same from where the partition ends now, which it asks for itself and tells in *end. Errors also as kafka_bounds. */
MUST_USE enum dibs_error kafka_reader_start_at_end(struct kafka_reader *reader, enum kafka_topic topic,
                                                   uint32_t partition, uint64_t *end, struct error_text *why);
/* May it have more at once? If not, and an event was given, whatever comes next makes a descriptor readable: no look is
 * needed before. */
bool kafka_reader_has_more(const struct kafka_reader *reader);
/* The topic will be read: its leaders are asked for while the reader connects, not when it is started. */
void kafka_reader_expect(struct kafka_reader *reader, enum kafka_topic topic);

/* The topic has other partitions than before: looks at it at once. By itself the library looks every five minutes, and
 * until then what is started on a new partition reads nothing. Blocks for a round trip, at most the connection's timeout. */
void kafka_reader_learn(struct kafka_reader *reader, enum kafka_topic topic);
void kafka_reader_stop(struct kafka_reader *reader, enum kafka_topic topic, uint32_t partition);

/* Fetches no more of a partition until resumed; what was fetched still comes. */
void kafka_reader_pause(struct kafka_reader *reader, enum kafka_topic topic, uint32_t partition);
void kafka_reader_resume(struct kafka_reader *reader, enum kafka_topic topic, uint32_t partition);

/* The next event, at once if there is one; waits at most timeout_ms for it (0: doesn't wait). Offsets may have holes:
 * transactions' markers are records to Kafka. */
enum kafka_event_kind kafka_reader_next(struct kafka_reader *reader, uint32_t timeout_ms, struct kafka_event *event);

/* Waits for what is fetched next, and for nothing else: of trouble, breaks and timers nothing is heard meanwhile, and where
 * the clock is set back it may take as much longer. So it is for a moment in which a record is all but certain. True: there
 * is something for kafka_reader_next. */
bool kafka_reader_await(struct kafka_reader *reader, uint32_t timeout_ms);

/* What to poll: one of them is readable when there may be something; kafka_reader_next until KAFKA_NOTHING, or until
 * kafka_reader_has_more is false, makes them unreadable again. NULL: nothing is ever readable. */
enum { KAFKA_READER_FILES = 2 };
void kafka_reader_poll(const struct kafka_reader *reader, struct pollfd files[KAFKA_READER_FILES]);

/* One record, looked up with a short-lived reader: the first at or after `offset`. `*event` is a KAFKA_RECORD whose
 * payload is copied into `buffer` (KAFKA_RECORD_MAX bytes are always enough), or KAFKA_END or KAFKA_GONE. */
enum { KAFKA_RECORD_MAX = 1024 * 1024 };
MUST_USE enum dibs_error kafka_read_one(struct kafka *kafka, enum kafka_topic topic, uint32_t partition,
                                        uint64_t offset, uint8_t *buffer, size_t size, struct kafka_event *event,
                                        struct error_text *why);

/* --- writing ----------------------------------------------------------------------------------------------------- */

/* Queues a record, which is copied. rank -1: no header. DIBS_BUSY: the queue is full, take acks first; DIBS_BAD_INPUT:
 * too large; DIBS_UNAVAILABLE: fatal; DIBS_BAD_INPUT or DIBS_NO_STORE: known to be forbidden or missing. A payload without
 * an address is null, one of size 0 with an address is empty. Order within a partition is kept. `cookie` comes back with the ack. */
MUST_USE enum dibs_error kafka_send(struct kafka *kafka, enum kafka_topic topic, uint32_t partition,
                                    struct span payload, int rank, uint64_t cookie, struct error_text *why);

enum kafka_ack {
    KAFKA_DELIVERED, /* in the log, on every replica in sync */
    KAFKA_MAYBE,     /* nobody can say: it may be in the log */
    KAFKA_NOT,       /* certainly not in the log; trying again may help */
    KAFKA_REFUSED    /* certainly not in the log; trying again won't help: no permission, no such topic, too large */
};

/* `words` is "" for KAFKA_DELIVERED; borrowed during the call. The callback may call kafka_send, nothing else here. */
typedef void kafka_ack_taker(void *context, uint64_t cookie, enum kafka_ack ack, const char *words);

/* Hands over the acks that have come; waits at most timeout_ms for the first. Returns how many. */
uint32_t kafka_acks(struct kafka *kafka, uint32_t timeout_ms, kafka_ack_taker *taker, void *context);

/* Readable (poll) when acks may have come; kafka_acks until it returns 0 makes it unreadable again. */
int kafka_send_fd(const struct kafka *kafka);

/* Takes back what was sent and has not left this process; its acks (KAFKA_NOT) come as all others do. */
void kafka_take_back(struct kafka *kafka);

/* Records sent whose ack was not handed over yet. */
uint32_t kafka_unacked(const struct kafka *kafka);

/* --- the log seam ------------------------------------------------------------------------------------------------ */

/* The intents topic as a struct log: append waits for its ack (at most the options' timeout, then DIBS_NO_ANSWER), read
 * gives the first record at or after an offset; a null payload reads as an empty one; one whose time is its
 * sender's has that of the record read before. It must have the sending side of `kafka` for itself. `owned`: the
 * connection is closed with the log, and at once when this fails; else it is borrowed. */
MUST_USE enum dibs_error log_kafka_open(struct kafka *kafka, bool owned, struct log **out, struct error_text *why);

#endif
