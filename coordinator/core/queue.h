/* The queue: waiters with leases, served in offset order as soon as nothing older or live stands in their way (INV-5,
 * R11, R15-R22). */
#ifndef CORE_QUEUE_H
#define CORE_QUEUE_H

#include "coordinator/core/context.h"
#include "coordinator/state/claim_store.h"

/* Puts a waiter in: its row has session, intent, offset, flags, times; the caller remembers the outcome. */
void queue_enter(struct apply *apply, struct claim *waiter);

/* Takes it out, without an answer, and offers what it blocked to those behind it (R15). */
void queue_leave(struct apply *apply, const struct claim *waiter);

/* Takes it out with this final denial: remembered, counted where it counts, emitted. `decision` has the denial set. */
void queue_deny(struct apply *apply, const struct claim *waiter, bool left_already, struct decision *decision);

/* It stays, but no longer wants this one of its keys; the caller writes its row and offers the key. */
void queue_unwant(struct apply *apply, const struct claim *waiter, struct span key);

/* Begins a decision that answers this waiter; `name` keeps its session's name. */
struct session_name;
void queue_answer_begin(struct apply *apply, const struct claim *waiter, struct session_name *name,
                        struct decision *decision);

/* What this key in this mode blocked may be free: waiters on it at or after `from` are to be looked at. */
void queue_offer(struct apply *apply, struct span key, bool shared, uint64_t from);

/* The session holds something new: its waiters are to be looked at (R18). */
void queue_look_again(struct apply *apply, uint64_t session);

/* Something may have become free for those who wait for work: all are to be looked at. */
void queue_seek_again(struct apply *apply);

/* Looks at one waiter of those to be looked at. False: there was none. */
bool queue_serve(struct apply *apply);

/* The session's first waiter below offset `before` that wants this key or something that overlaps it, in any mode;
 * UINT64_MAX: none (R20). */
uint64_t queue_own(struct state *state, uint64_t session, struct span key, uint64_t before);

/* How many waiters want exactly this key. */
uint32_t queue_length(struct state *state, struct span key);

/* Moves the end of a waiter's lease. */
void queue_renew(struct apply *apply, struct claim_row *waiter, uint64_t lease_ends_ms);

/* A due event. */
void queue_due(struct apply *apply, uint64_t offset);

#endif
