/* The coordinator's loop: fetch, apply, publish, confirm, commit. Pure: events and time in, effects out; no clock, no
 * I/O, memory only in loop_new. The shell around it owns the state, the broker and the clock, and does what loop_next
 * says until that says no more.
 *
 * Promises: state is committed only when every decision made so far is settled: acknowledged to us, seen on the topic, or
 * below an authentic checkpoint. Nothing of a partition is published before what stood on the topic at the start was
 * read. A decision or checkpoint that differs halts this coordinator if it comes from a lower or equal rank or stood there
 * at the start, and is an alarm if it comes from a higher one: so new code is rolled out from the highest rank down, and
 * one that would answer otherwise stops itself before it ever answers. */
#ifndef DAEMON_LOOP_H
#define DAEMON_LOOP_H

#include "base/span.h"
#include "coordinator/daemon/outbox.h"
#include "coordinator/state/state.h"

enum {
    LOOP_COMMIT_MS = 100,
    LOOP_COMMIT_RECORDS = 10000,
    LOOP_RETRY_MS = 100, /* after a failed send */
    LOOP_PARTITIONS_MAX = 1024
};

struct loop_config {
    uint32_t rank, partitions;
    struct outbox_limits limits;
    uint64_t commit_ms, commit_records; /* 0: LOOP_COMMIT_MS, LOOP_COMMIT_RECORDS */
};

/* What differs. */
struct loop_divergence {
    bool is_checkpoint; /* else a decision */
    bool is_missing;    /* a decision that this coordinator does not make */
    uint64_t offset;
    uint32_t index, rank;
    struct state_digest mine, other; /* checkpoint */
    uint32_t rules;
    struct span build; /* the other's, borrowed until the next event */
};

enum loop_effect_kind {
    LOOP_PUBLISH,
    LOOP_COMMIT,                 /* then loop_on_committed */
    LOOP_TICK,                   /* append a tick to the intents */
    LOOP_CHECKPOINT,             /* append one to the checkpoints */
    LOOP_HALT,                   /* the last effect */
    LOOP_ALARM,                  /* a higher rank differs */
    LOOP_STOP_READING_DECISIONS, /* of this partition: rank 0 after its tail */
    LOOP_PAUSE,                  /* reading of the decisions' partition */
    LOOP_RESUME
};

struct loop_effect {
    enum loop_effect_kind kind;
    uint32_t partition;
    struct decision_id id; /* publish */
    struct span bytes;     /* publish: borrowed until the next event */
    uint64_t offset;       /* checkpoint */
    struct state_digest digest;
    struct loop_divergence divergence; /* halt, alarm */
};

struct loop; /* opaque */

/* Where the state stands. */
struct loop_applied {
    uint64_t next; /* logical offset that comes next */
    struct state_digest digest;
    uint64_t next_due_ms; /* T of what falls due first; UINT64_MAX: nothing will */
    uint64_t log_time_ms; /* T */
    uint64_t jump_max_ms; /* J; 0 before the genesis */
};

/* NULL: no memory. loop_init begins anew, as often as is liked; `standing` is the state's last commit. */
struct loop *loop_new(const struct loop_config *config);
void loop_free(struct loop *loop);
void loop_init(struct loop *loop, const struct loop_config *config, const struct loop_applied *standing,
               uint64_t now_ms);

/* ---- events */

/* Each decision the core makes, in order; copied. Between two core_steps ask loop_may_apply again. */
void loop_on_decision(struct loop *loop, struct decision_id id, uint32_t partition, struct span bytes, uint64_t now_ms);

/* A record is finished. */
void loop_on_applied(struct loop *loop, const struct loop_applied *applied, uint64_t now_ms);

/* A decision that was read from the topic; copied as far as needed. */
void loop_on_seen(struct loop *loop, uint32_t partition, struct decision_id id, struct span bytes, uint32_t rank,
                  uint64_t now_ms);
/* What stood in the partition at the start is read. */
void loop_on_seen_end(struct loop *loop, uint32_t partition, uint64_t now_ms);

void loop_on_ack(struct loop *loop, struct decision_id id, bool delivered, uint64_t now_ms);

/* Authentic ones only. */
struct loop_checkpoint {
    uint64_t offset;
    struct state_digest digest;
    uint32_t rules, rank;
    struct span build;
};
void loop_on_checkpoint(struct loop *loop, const struct loop_checkpoint *checkpoint, uint64_t now_ms);

/* A checkpoint that stood there at the start and that nobody can prove, for want of the operator's key. It halts nobody and
 * settles nothing but history: what is made below its offset before the log's end of the start is reached is not published
 * again. A false one thus costs what was open at the start, which its agents ask for again, and no more. */
void loop_on_unproved(struct loop *loop, uint64_t offset);
/* The log's end of the start is reached. */
void loop_on_caught_up(struct loop *loop);

void loop_on_committed(struct loop *loop, uint64_t now_ms);

/* Commit at once when all is settled: a graceful stop. loop_is_settled says when nothing is left to do. */
void loop_finish(struct loop *loop);

/* ---- effects */

/* May the next core_step be made? */
bool loop_may_apply(const struct loop *loop);

bool loop_next(struct loop *loop, uint64_t now_ms, struct loop_effect *effect);

/* When loop_next may have something if nothing happens before; UINT64_MAX: never. */
uint64_t loop_wake_ms(struct loop *loop, uint64_t now_ms);

bool loop_is_settled(const struct loop *loop); /* every decision is settled, and all is committed */
bool loop_is_halted(const struct loop *loop);

/* For metrics. */
struct loop_numbers {
    uint64_t unsettled, unsettled_bytes, seen_ahead, seen_dropped, alarms, published, ticks;
    uint64_t committed;  /* logical offset */
    uint64_t checkpoint; /* that of the newest authentic checkpoint */
};
struct loop_numbers loop_numbers(const struct loop *loop);
bool loop_stands_in(const struct loop *loop, uint64_t now_ms); /* every lower rank is silent */

#endif
