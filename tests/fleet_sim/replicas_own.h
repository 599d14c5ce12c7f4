/* What the replicas' own files share. */
#ifndef FLEET_SIM_REPLICAS_OWN_H
#define FLEET_SIM_REPLICAS_OWN_H

#include "coordinator/core/apply.h"
#include "coordinator/daemon/loop.h"
#include "coordinator/intake/intake.h"
#include "tests/fleet_sim/replica_state.h"
#include "tests/fleet_sim/replicas.h"

enum { NOT_A_DECISION = INT32_MAX };

struct replica {
    uint32_t number, rank;
    bool in_use, has_key;
    struct replica_state state;
    struct loop *loop;
    struct intake intake;
    struct producer producer;
    uint64_t lag_ms, boot_ms;
    uint64_t down_until_ms, frozen_until_ms; /* 0: neither */
    uint64_t healthy_ms;                     /* since when it runs and keeps up; UINT64_MAX: it does not */
    uint64_t wake_ms;
    uint32_t read[PARTITIONS], tail_start[PARTITIONS], tail_end[PARTITIONS];
    bool reads[PARTITIONS];
    uint32_t read_checkpoints;
    bool is_altered;  /* another build: it would grant otherwise */
    bool has_altered; /* it has */
    bool halted;
    bool crashed;     /* in this very look */
    uint64_t settled; /* committed up to this offset, and nothing open */
};

struct replicas {
    struct replica list[REPLICAS_MAX];
    uint32_t count;
    uint64_t must_reach; /* what was in the log when it became quiet; 0: it is not quiet yet */
    struct bytes bytes;
    struct bytes tick;
};

static inline uint64_t replica_now(const struct fleet *fleet, const struct replica *replica)
{
    return fleet->now_ms + replica->boot_ms;
}

void replica_plan_look(struct fleet *fleet, struct replica *replica, uint64_t at_ms);
void replica_crash(struct fleet *fleet, struct replica *replica);
struct loop_applied replica_standing(const struct replica *replica);

/* replica_work.c: reads, applies and does what the loop says, until there is no more or it has crashed. */
void replica_work(struct fleet *fleet, struct replica *replica);

#endif
