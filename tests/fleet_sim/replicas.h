/* The coordinators: each plays the daemon's loop over the real core and a state of its own, and crashes, freezes, loses
 * its state or starts from another's snapshot. */
#ifndef FLEET_SIM_REPLICAS_H
#define FLEET_SIM_REPLICAS_H

#include "tests/fleet_sim/fleet.h"

void replicas_new(struct fleet *fleet, const char *parent); /* once */
void replicas_free(struct fleet *fleet);
void replicas_begin(struct fleet *fleet); /* a new seed */

void replicas_on_append(struct fleet *fleet);
void replicas_on_report(struct fleet *fleet, uint32_t replica, uint64_t cookie, bool delivered);
void replicas_look(struct fleet *fleet, uint32_t replica); /* EVENT_REPLICA */

void replicas_freeze(struct fleet *fleet, uint32_t replica);
void replicas_crash(struct fleet *fleet, uint32_t replica);

/* One that has no good MAC: it says nothing of the log. */
void replicas_forge_checkpoint(struct fleet *fleet);

/* 0: it is not frozen. */
uint64_t replicas_frozen_until_ms(const struct fleet *fleet, uint32_t replica);

/* Was the first copy of a decision published in time? */
void replicas_on_first_copy(struct fleet *fleet, uint32_t number);

/* Has who differs stopped itself? */
void replicas_at_rest(struct fleet *fleet);

/* Have all applied, published and committed what was in the log when it became quiet? */
bool replicas_are_settled(const struct fleet *fleet);

#endif
