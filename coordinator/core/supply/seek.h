/* Waiting for work: a next that found none stands in the queue as a waiter without keys, and is looked at when something may
 * have become free for it (S65). */
#ifndef CORE_SUPPLY_SEEK_H
#define CORE_SUPPLY_SEEK_H

#include "coordinator/core/supply/selecting.h"

/* Puts a waiter in, as queue_enter does; what it asks for is kept beside its row. */
void seek_enter(struct apply *apply, const struct seeking *seeking, struct claim *waiter);

/* It has left the queue. */
void seek_left(struct state *state, uint64_t offset);

/* The first that waits for work at or after this offset; UINT64_MAX: none. */
uint64_t seek_from(struct state *state, uint64_t offset);

/* Looks at one: if there is something for it, it gets it. */
void seek_look(struct apply *apply, uint64_t offset);

#endif
