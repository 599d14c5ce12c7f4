/* Leases: granting, renewing, and every way of ending them (INV-2, INV-6, INV-7, R11, R15). */
#ifndef CORE_LEASE_H
#define CORE_LEASE_H

#include "coordinator/core/context.h"
#include "coordinator/core/ended.h"
#include "coordinator/state/claim_store.h"

static inline struct row_owner lease_owner(const struct claim_row *row)
{
    return (struct row_owner){.client = row->client, .session = row->session};
}

/* Grants `claim` (with its idea, or NULL) to the session and intent in its row, for lease_ms from now, with a new token, which is returned. The
 * caller remembers the outcome. Waiters of that session that this satisfies are to be looked at (R18). */
struct idea;
uint64_t lease_grant(struct apply *apply, struct claim *claim, uint64_t lease_ms, const struct idea *idea);

/* The keys, token, end and ttl of a grant, as its answer shows them. */
void lease_answer_keys(const struct claim *claim, uint64_t token, struct decision *decision);

/* Would a grant break a limit? WHY_NONE, WHY_CLAIMS or WHY_FULL. */
enum why lease_limit(struct apply *apply, uint64_t session);

/* Sets a live claim's end (INV-7: nothing else changes) and writes its row. */
void lease_extend(struct apply *apply, uint64_t token, struct claim_row *row, uint64_t expires_ms);

/* Ends a claim: it is gone, its outcome says why, and what it blocked is offered (R15). */
void lease_end(struct apply *apply, uint64_t token, const struct claim *claim, const struct claim_end *end);

/* Tells the last granted intent that its claim has ended (R11). */
void lease_tell_ended(struct apply *apply, uint64_t token, const struct claim *claim, const struct claim_end *end);

/* R27: the claim lives on without the keys whose bit is set in `gone`; some must be left. With `cools` those that are
 * offered rest before they are picked again. */
void lease_shrink(struct apply *apply, uint64_t token, struct claim *claim, uint32_t gone, bool cools);

/* A take: the claim becomes that of the intent in `to` under a new token, which is returned; nothing is offered. `to`
 * starts as a copy of `from`. Once the take's own outcome is remembered, lease_taken ends the old one, so that what
 * was lost can be told for as long as possible. */
uint64_t lease_move(struct apply *apply, uint64_t token, const struct claim *from, struct claim *to);
void lease_taken(struct apply *apply, const struct claim *from, const struct claim *to, struct span taker);

/* A due event. */
void lease_due(struct apply *apply, uint64_t token);

#endif
