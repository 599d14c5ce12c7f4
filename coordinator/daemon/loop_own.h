/* What loop.c and loop_effects.c share. */
#ifndef DAEMON_LOOP_OWN_H
#define DAEMON_LOOP_OWN_H

#include "coordinator/daemon/checkpoints.h"
#include "coordinator/daemon/loop.h"
#include "coordinator/daemon/rank.h"
#include "coordinator/daemon/tick.h"

/* Of the decisions topic. */
struct loop_partition {
    bool ended;        /* what stood there at the start is read */
    bool stop_reading; /* to be said */
    bool paused;
    uint32_t seen; /* in the outbox's seen ones */
};

struct loop {
    struct outbox outbox;
    struct checkpoints checkpoints;
    struct rank rank;
    struct tick tick;
    uint32_t partition_count;
    struct loop_partition partitions[LOOP_PARTITIONS_MAX];

    uint64_t next, committed; /* logical offsets */
    uint64_t history;         /* what is below was answered before this coordinator came, or so it is said */
    struct state_digest digest;
    uint64_t commit_every_ms, commit_every_records;
    uint64_t records, commit_ms; /* since the last commit, and when that was */
    bool barrier;                /* nothing more is applied until all is settled and committed */
    bool committing;             /* COMMIT was said */

    bool halts, halted, has_alarm;
    struct loop_divergence halt, alarm;
    uint64_t alarms, published, ticks, seen_dropped;
};

#endif
