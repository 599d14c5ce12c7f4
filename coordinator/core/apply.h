/* apply: state(n+1), decisions(n) = apply(state(n), record(n)).
 *
 * Promises: the same records give the same state digest and the same decisions on every machine. Reads no clock,
 * random, environment or file; allocates nothing; every step is bounded (LIMIT_STEP_WORK). Not thread-safe: one
 * thread owns a core and its state. */
#ifndef CORE_APPLY_H
#define CORE_APPLY_H

#include "proto/messages.h"
#include "coordinator/core/key/canonical_key.h"
#include "coordinator/state/state.h"

enum core_progress {
    CORE_MORE,     /* call core_step again; a commit may fall here */
    CORE_FINISHED, /* the record is applied; the state stands at the next offset */
    CORE_FAILED    /* a local failure of the state (state_failure says which): abort the transaction and stop */
};

/* The record being applied. The intent must stay valid and unchanged until CORE_FINISHED. */
struct core_record {
    uint64_t offset;
    uint64_t ts_ms;
    const struct intent *intent;
};

/* One step of applying `record` within the state's open transaction; what it decides goes to `sink`, in order. After a
 * crash between steps the same record is given again, and goes on where the last commit left it. The record's offset
 * must be the one in progress, or at or above state_meta()->next_offset (topics have gaps). */
enum core_progress core_step(struct state *state, const struct core_record *record, struct decision_sink sink);

/* core_step until the record is finished or the state has failed. */
enum core_progress core_apply(struct state *state, const struct core_record *record, struct decision_sink sink);

/* Answers a query at the state as it stands, as if a record with this ts came now, without changing anything (no
 * bucket is charged). Claims whose lease is over by then are not shown; offers stand as the last record left them. */
enum core_progress core_query(struct state *state, uint64_t ts_ms, const struct intent *query,
                              struct decision_sink sink);

/* The digest of everything that the records so far have made: all rows, and the meta row with its clocks, counters and
 * policy as the one row of TABLE_META. Defined between records. Replicas that agree on the records agree on it. */
struct state_digest core_digest(struct state *state);

/* Would this claim be refused for its form or by a limit of policy, if it came now? Then the refusal goes to `sink`, as
 * it would be decided, and nothing changes: a store that is asked first need not log what is no good. */
bool core_refuses(struct state *state, uint64_t ts_ms, const struct intent *claim, struct decision_sink sink);

/* What a bare ENG-5 means as the state stands, for key_canonical: reads the state, whose transaction is open. */
struct key_prefixes core_prefixes(struct state *state);

/* Is anything due by a record with this ts: would a tick change something? */
bool core_is_due(struct state *state, uint64_t ts_ms);

#endif
