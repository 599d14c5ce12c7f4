/* What one step carries through the core's files: the state, the record, where decisions go, and the two rows that
 * nearly every verb touches, kept out of the tables for the length of the step. */
#ifndef CORE_CONTEXT_H
#define CORE_CONTEXT_H

#include "coordinator/core/apply.h"
#include "coordinator/state/rows.h"
#include "coordinator/state/state.h"

/* The session row in hand (session.c). */
struct session_cache {
    bool loaded, dirty;
    uint64_t number;
    struct session_row row;
    uint8_t name[LIMIT_SESSION_BYTES];
};

/* The client row in hand (outcome.c). */
struct client_cache {
    bool loaded, dirty;
    uint64_t client, session;
    struct client_row row;
};

struct apply {
    struct state *state;
    struct state_meta *meta;
    const struct core_record *record;
    struct decision_sink sink;
    struct session_cache session;
    struct client_cache client;
    uint8_t moved_to[LIMIT_REF_BYTES]; /* where a sealed store went, for a denial's words (seal.c) */
};

/* The name of a session number and an intent id: whose row an outcome is in. */
struct row_owner {
    uint64_t client;
    uint64_t session;
};

/* Makes `apply` look at the state as a record with this ts would find it, on a copy of the meta row: for answers beside
 * the log, which change nothing. */
void apply_beside(struct apply *apply, struct state *state, const struct core_record *record, struct state_meta *meta,
                  struct decision_sink sink);

/* Gives the decision its identity and clocks, and hands it out. */
void apply_emit(struct apply *apply, struct decision *decision);

/* Begins a decision that answers the record's own intent. */
void apply_answer_begin(const struct apply *apply, struct decision *decision);

static inline const struct intent_head *apply_head(const struct apply *apply)
{
    return &apply->record->intent->head;
}

#endif
