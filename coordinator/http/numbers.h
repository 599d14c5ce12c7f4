/* What is counted, for the metrics: filled by the loop's thread, copied whole to whoever asks (mailbox.h). */
#ifndef HTTP_NUMBERS_H
#define HTTP_NUMBERS_H

#include <stdbool.h>
#include <stdint.h>

#include "coordinator/state/state.h"

/* Upper bounds of the latency histogram's buckets, in ms; one more bucket is for all above. */
#define LATENCY_BOUNDS 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000, 60000
enum { LATENCY_BUCKETS = 15, REASONS = 32 };

struct numbers {
    bool ready;
    char status[256]; /* a sentence for people */
    uint32_t rank;
    uint64_t offset;    /* logical offset that comes next */
    uint64_t committed; /* of what is committed */
    uint64_t checkpoint;
    uint64_t clock_jumps;
    uint64_t log_end;  /* physical, as it was last heard */
    uint64_t log_next; /* physical offset that comes next */
    struct state_digest digest;
    uint64_t log_time_ms, last_ts_ms;
    uint64_t claims, waiters, sessions, done, bad_records;

    uint64_t records, decisions, published, acknowledged, republished, ticks, checkpoints, alarms;
    uint64_t foreign;      /* records of decisions and checkpoints that are none, or not the operator's */
    uint64_t sender_times; /* records whose time is their sender's */
    uint64_t broker_errors, connects, snapshots;
    uint64_t unsettled, unsettled_bytes, seen_ahead, seen_dropped;
    uint64_t denied[REASONS]; /* by enum reason */
    uint64_t granted;
    bool stands_in; /* for a lower rank that is silent */

    uint64_t latency[LATENCY_BUCKETS]; /* from the log's append to the broker's ack of the decision */
    uint64_t latency_sum_ms;
};

static inline void numbers_latency(struct numbers *numbers, uint64_t ms)
{
    static const uint64_t bounds[] = {LATENCY_BOUNDS};
    unsigned i = 0;
    while (i < sizeof bounds / sizeof bounds[0] && ms > bounds[i])
        i++;
    numbers->latency[i]++;
    numbers->latency_sum_ms += ms;
}

#endif
