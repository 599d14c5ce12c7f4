/* Turns a decision into what the caller gets: an answer that owns all it shows. */
#ifndef SHIM_ANSWER_H
#define SHIM_ANSWER_H

#include <dibs/answer.h>

#include "agent-shim/pool.h"
#include "coordinator/core/key/canonical_key.h"
#include "proto/messages.h"

struct answer_context {
    const char *store;                   /* its URL */
    const char *session;                 /* when the decision names none */
    const char *ticket;                  /* the ticket asked about; NULL: the decision's own, if it was logged */
    const char *verb;                    /* NULL: the decision's */
    bool is_fleet;                       /* its answers come by the client's slot (intent_ids.h) */
    bool logged;                         /* the intent is in the log: its id is a ticket */
    const struct intent *asked;          /* what the decision answers; NULL: not known */
    const struct key_prefixes *prefixes; /* what bare keys in it mean; NULL: only themselves */
};

/* A copy with words; NULL when memory is short. Owned by the caller, freed with dibs_answer_free. */
struct dibs_answer *answer_new(const struct decision *decision, const struct answer_context *context);

/* Gives the answer a status with the numbers that the decision tells; false when memory is short. */
bool answer_add_status(struct dibs_answer *answer, const struct decision *decision);

/* A ticket as text in the pool; NULL when the session's name cannot stand in one: a bad record may have any. */
const char *ticket_text(struct pool *pool, struct intent_id id, uint32_t reply_partition, struct span session);

/* The keys of the answer: those that a verb which took effect was given, by key or by token; else those that were
 * decided. NULL: none or no memory. */
const struct dibs_key *answer_keys(struct pool *pool, const struct decision *decision,
                                   const struct answer_context *context, size_t *count);

/* answer_rivals.c: whose work is like it, as many as the decision has; the thresholds, NULL: not told. */
const struct dibs_rival *answer_rivals(struct pool *pool, const struct decision *decision);
const struct dibs_thresholds *answer_thresholds(struct pool *pool, const struct decision *decision);

/* answer_supply.c: all that is about offers, picks, supply and steering. */
void answer_supply(struct dibs_answer *answer, struct pool *pool, const struct decision *decision,
                   const struct answer_context *context);

/* T as ts, -1 for 0; and how long from the decision until T, 0 when past. */
int64_t answer_ts(const struct decision *decision, uint64_t at_ms);
int64_t answer_left(const struct decision *decision, uint64_t until_ms);

/* More memory that lives as long as the answer. */
struct pool *answer_pool(struct dibs_answer *answer);

#endif
