/* The agents: processes that claim, hold, renew, close, cancel, die and come back, each request played by
 * agent-shim/pending and each lease by agent-shim/lease_keeper. */
#ifndef FLEET_SIM_AGENTS_H
#define FLEET_SIM_AGENTS_H

#include "tests/fleet_sim/fleet.h"

void agents_begin(struct fleet *fleet); /* a new seed */
void agents_free(struct fleet *fleet);

void agents_on_append(struct fleet *fleet, enum topic_kind topic, uint32_t partition);
void agents_on_report(struct fleet *fleet, uint32_t agent, uint64_t cookie, enum pending_ack ack);
void agents_look(struct fleet *fleet, uint32_t agent); /* EVENT_AGENT */
void agents_crash(struct fleet *fleet, uint32_t agent);

/* The model has decided: does a live agent rely on what has just ended? Was a waiter lost whose agent is there? */
void agents_on_decided(struct fleet *fleet, const struct decision *decision);

/* Is nothing of theirs open any more? */
bool agents_are_done(const struct fleet *fleet);

/* Was each told what is true? */
void agents_at_rest(struct fleet *fleet);

/* The first record of the log; then nonsense and forgeries now and then. */
struct span agents_genesis(struct fleet *fleet);
void agents_write_nonsense(struct fleet *fleet);

extern const uint8_t fleet_operator_proof[LIMIT_IDENTITY_BYTES];

#endif
