/* The simulated broker: three topics, its clock, and producers whose sends arrive late, twice, out of order or never. */
#ifndef FLEET_SIM_TOPIC_H
#define FLEET_SIM_TOPIC_H

#include "agent-shim/pending.h"
#include "tests/sim/bytes.h"

enum topic_kind { TOPIC_INTENTS, TOPIC_DECISIONS, TOPIC_CHECKPOINTS };

/* A record; its offset is where it stands. */
struct record {
    uint64_t at_ms; /* when it really was appended */
    uint64_t ts_ms; /* what the broker's clock said */
    size_t bytes_at, size;
    uint32_t rank;
    uint32_t entry; /* of a decision: the oracle's number for it, or NO_ENTRY: nonsense */
    bool is_hole;   /* a control record: there is an offset and nothing to read */
    bool is_authentic;
};

enum { NO_ENTRY = INT32_MAX };

struct topic {
    struct record *records;
    uint32_t count, room;
    uint32_t first; /* what is before was deleted by retention */
    struct bytes bytes;
};

/* Who sends: agents 0.., replicas 0... A producer that died (epoch) hears no more. */
struct producer {
    bool is_replica;
    uint32_t who;
    uint32_t epoch;
    uint64_t busy_until_ms; /* one in flight: the next send arrives after the last */
    uint64_t lag_ms;        /* of this producer, all the time */
};

struct send {
    struct producer *producer;
    uint32_t epoch;
    enum topic_kind topic;
    uint32_t partition;
    struct record record; /* its bytes are in broker.sent */
    uint64_t cookie;
    enum pending_ack report;
    bool drop; /* dies with its producer if that dies before it arrives */
    bool arrived;
};

struct broker {
    int64_t skew_ms;
    uint64_t down_until_ms;
    uint64_t jumped_ms; /* forward, in all */
    struct send *sends;
    uint32_t send_count, send_room;
    struct bytes sent;
};

struct fleet;

void broker_clear(struct fleet *fleet);
void broker_free(struct fleet *fleet);

/* Produces a record; the report comes back with the cookie to agents_on_report or replicas_on_report. */
void broker_send(struct fleet *fleet, struct producer *producer, enum topic_kind topic, uint32_t partition,
                 struct span payload, const struct record *like, uint64_t cookie);

/* Appends without a producer. */
void broker_append(struct fleet *fleet, enum topic_kind topic, uint32_t partition, struct span payload,
                   const struct record *like);

void broker_on_arrive(struct fleet *fleet, uint32_t send);
void broker_on_report(struct fleet *fleet, uint32_t send);

static inline struct span topic_payload(const struct topic *topic, uint64_t offset)
{
    const struct record *record = &topic->records[offset];
    return span_of(topic->bytes.data + record->bytes_at, record->size);
}

struct topic *broker_topic(struct fleet *fleet, enum topic_kind kind, uint32_t partition);

#endif
