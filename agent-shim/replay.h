/* The log applied once more from its start, into a state of its own in a temporary directory. Not thread-safe. */
#ifndef SHIM_REPLAY_H
#define SHIM_REPLAY_H

#include "agent-shim/store.h"
#include "coordinator/intake/intake.h"

struct replay; /* opaque */

/* Any log: what is read, how its records are meant, up to where (a physical offset, exclusive, that it has reached). */
struct replay_source {
    struct log *log; /* passes to replay_new, whatever that returns */
    enum intake_kind kind;
    uint64_t end;
    uint64_t map_bytes;
    const struct store_place *place; /* a directory's, whose snapshots may be used; else NULL */
};

/* `into`: a new or empty directory, where the state is left; NULL: a temporary one. On success *out is owned by the
 * caller. */
MUST_USE enum dibs_error replay_new(const struct replay_source *source, const char *into, struct replay **out,
                                    struct error_text *why);

/* The log of a file: store. Needs no lock, then or later. */
MUST_USE enum dibs_error replay_open(const struct store *store, uint64_t end, const char *into, struct replay **out,
                                     struct error_text *why);

/* DIBS_UNSUPPORTED: the log has lost its beginning to `retain`, so the store `url` cannot be `what` ("moved"); the words say
 * what can be done instead. (A fleet's replay isn't even opened then.) */
MUST_USE enum dibs_error replay_need_whole(const struct replay *replay, const char *url, const char *what,
                                           struct error_text *why);

/* The log of a store of which nothing but store.json and the log need be sound, as far as it can be read. */
MUST_USE enum dibs_error replay_open_damaged(const struct store_place *place, struct replay **out,
                                             struct error_text *why);
void replay_close(struct replay *replay); /* deletes what this process made; NULL is allowed */

/* Goes on to a later end. */
void replay_extend(struct replay *replay, uint64_t end);

/* Returns when the log may have grown beyond what was applied up to the end, or after timeout_ms (at most 1,000). */
MUST_USE enum dibs_error replay_wait(struct replay *replay, uint32_t timeout_ms, struct error_text *why);

/* The next record as the core sees it (an imported one with its own offset), decoded; both are good until the next
 * replay_read; the payload is that of the log's own record. DIBS_ENDED at the end; DIBS_DAMAGED names file
 * and offset. replay_apply is due after it. */
MUST_USE enum dibs_error replay_read(struct replay *replay, struct log_record *record, const struct intent **intent,
                                     struct error_text *why);

/* Applies the record read last; its decisions go to the sink during the call. */
MUST_USE enum dibs_error replay_apply(struct replay *replay, struct decision_sink sink, struct error_text *why);

/* All that is left; the decisions as in replay_apply. */
MUST_USE enum dibs_error replay_run(struct replay *replay, struct decision_sink sink, struct error_text *why);

/* Commits what was applied, so that it is in the directory. */
MUST_USE enum dibs_error replay_keep(struct replay *replay, struct error_text *why);

/* The physical offset that comes next, and where it ends. */
uint64_t replay_position(struct replay *replay);
uint64_t replay_end(const struct replay *replay);

/* What replay_read gave last, as the core sees it. */
const struct core_record *replay_record(const struct replay *replay);

/* The state so far, in an open transaction; borrowed until the next call. */
MUST_USE enum dibs_error replay_state(struct replay *replay, struct state **out, struct error_text *why);

#endif
