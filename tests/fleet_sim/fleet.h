/* One seed's world: a simulated topic, agents that play agent-shim/pending, coordinators that play the daemon's loop over
 * the real core, and an oracle that knows what must come of it. One thread, virtual time, all chance from the seed. */
#ifndef FLEET_SIM_FLEET_H
#define FLEET_SIM_FLEET_H

#include <stdio.h>

#include "tests/fleet_sim/events.h"
#include "tests/fleet_sim/oracle.h"
#include "tests/fleet_sim/topic.h"
#include "tests/sim/dice.h"

enum { AGENTS_MAX = 4, REPLICAS_MAX = 3, PARTITIONS = 2 };

/* What the genesis says. */
enum { JUMP_MAX_MS = 60000, ROW_KEEP_MS = JUMP_MAX_MS + 600000 };

/* What kind of trouble this seed has; times in milliseconds. */
struct trouble {
    uint32_t duplicates, lost, maybe, reordered; /* percent of the agents' sends */
    uint32_t cancels, crashes, resumes;          /* percent of the requests */
    uint32_t slow;                               /* the longest usual delay of a send or a read */
    uint32_t replica_crash;                      /* per mille of a replica's steps */
    uint32_t replica_freeze;                     /* percent: is frozen once for up to 5 minutes */
    uint32_t failed_acks;                        /* percent of the replicas' sends */
    uint32_t garbage;                            /* records of nonsense, in all */
    bool outage, jumps, retention, holes;        /* of the broker */
    bool lose_state, snapshots, false_checkpoints, foreign_decisions;
    bool is_long;
    bool calm; /* nothing keeps an agent from renewing: then no waiter may be lost */
};

struct fleet {
    uint64_t seed;
    struct random random;
    struct trouble trouble;
    uint64_t now_ms;
    uint64_t quiet_ms; /* from then on nothing new is started and nothing goes wrong */
    struct events events;
    struct topic intents, decisions[PARTITIONS], checkpoints;
    struct broker broker;
    struct oracle oracle;
    struct agents *agents;
    struct replicas *replicas;
    FILE *trace; /* NULL: none */
    bool failed;
    char words[600];
};

/* Notes the first violation. */
__attribute__((format(printf, 2, 3))) void fleet_fail(struct fleet *fleet, const char *format, ...);

/* One line of the trace. */
__attribute__((format(printf, 2, 3))) void fleet_trace(const struct fleet *fleet, const char *format, ...);

static inline bool fleet_is_quiet(const struct fleet *fleet)
{
    return fleet->now_ms >= fleet->quiet_ms;
}

/* Directories for states are made under `parent`. */
struct fleet *fleet_new(const char *parent);
void fleet_free(struct fleet *fleet);

/* Plays the seed; false: fleet->words says what went wrong. */
bool fleet_play(struct fleet *fleet, uint64_t seed);

#endif
