/* A file: store: its directory, its lock, its log and the state derived from it.
 *
 *   store.json    what it is (manifest.h); written last when a store is made
 *   lock          the one lock (log/store_lock.h)
 *   wake          what those who wait sleep on (log/wake_page.h); may be missing
 *   log/          the truth
 *   state/        derived, may be dropped at any time
 *   snapshots/    copies of it, as it was when segments of the log began (snapshots.h)
 *   operator.key  who may revoke and configure, mode 0600
 *
 * All but make, open and close need the lock (store_begin … store_end). Not thread-safe. */
#ifndef SHIM_STORE_H
#define SHIM_STORE_H

#include "agent-shim/manifest.h"
#include "agent-shim/snapshots.h"
#include "agent-shim/store_url.h"
#include "agent-shim/wakers.h"
#include "coordinator/state/state.h"
#include "log/log.h"
#include "log/store_lock.h"
#include "proto/messages.h"

enum {
    STORE_SERVES_MOST = 128,                /* requests of others in one turn */
    STORE_TURN_MOST = STORE_SERVES_MOST + 1 /* records that a turn appends before it syncs, in a store that does */
};

struct store {
    struct store_place place;
    struct manifest manifest;
    struct store_lock *lock; /* owned, as are log and state */
    struct log *log;
    struct state *state;                /* NULL: to be opened or built by the next store_begin */
    uint64_t state_device, state_inode; /* of the file that `state` has open */
    uint32_t lock_timeout_ms;
    bool read_only;
    uint64_t looked_ms;  /* CLOCK_BOOTTIME of the last look at the paths of lock and state */
    bool looks_at_paths; /* in this turn */
    uint32_t appends;    /* tried so far: every so many look at the disk */
    bool in_transaction;
    bool is_unsettled; /* a record of this turn is in the log that is not committed */
    uint32_t
        late; /* records that the open transaction has applied and keeps beyond its turn; others read them from the log */
    bool may_be_late;              /* somebody will call store_commit_late soon */
    uint64_t seen_end, behind_end; /* a reader's: of the log, at the last look; and what was waited for in vain */
    bool caught_up;                /* this turn began with records that were not in the state */
    bool is_filling;               /* a migration's: a part of another store may be used */
    bool damaged_state;            /* what failed was the state, not the log: it can be built anew */
    struct wakers wakers;
    struct store_snapshot draft;         /* begun in this turn, … */
    bool has_draft;                      /* … to be finished after it */
    struct error_text mended;            /* what opening it had to make good, for people; "" nothing */
    struct serving *serving;             /* owned; store_serve.c */
    uint8_t encoded[LIMIT_RECORD_BYTES]; /* of the record appended last */
};

struct store_options {
    uint32_t lock_timeout_ms;
    bool read_only;
};

struct store_new_options {
    const char *operator_key; /* NULL: operator.key in the store */
    uint64_t map_bytes;       /* 0: 64 GiB */
    bool sync;
    uint64_t segment_bytes; /* 0: 64 MiB */
    bool has_retain;
    uint64_t retain_ms; /* else 90 days; 0: for ever */
    struct policy_entry entries[POLICY_END];
    uint32_t entry_count;
    const struct genesis_intent *import_of; /* the store whose records will be imported; NULL: a store of its own */
};

/* Makes the store when there is none (*already tells). Killed at any moment, it can be called again. */
MUST_USE enum dibs_error store_make(const struct store_place *place, const struct store_new_options *options,
                                    bool *already, struct error_text *why);

/* Could a store be made there? DIBS_BAD_INPUT: it holds other things. A directory that isn't there yet will do. */
MUST_USE enum dibs_error store_check_empty(const struct store_place *place, struct error_text *why);

/* Opens it; on an error *store is closed. DIBS_NO_STORE, DIBS_NEWER, DIBS_UNAVAILABLE (not a directory, read-only),
 * DIBS_DAMAGED. Drops a state that is not of this log and boot, and says so in the log (`recovered`). */
MUST_USE enum dibs_error store_open(struct store *store, const struct store_place *place,
                                    const struct store_options *options, struct error_text *why);
void store_close(struct store *store);

/* Takes the lock, and makes sure that it is the store's: DIBS_NO_STORE when the directory is gone, DIBS_UNAVAILABLE when
 * another one is in its place. */
MUST_USE enum dibs_error store_enter(struct store *store, const char *doing, struct error_text *why);

/* Enters and brings the state up to the log's end. `doing` is shown to others who wait for the lock. */
MUST_USE enum dibs_error store_begin(struct store *store, const char *doing, struct error_text *why);

/* As store_begin; but whoever has the lock meanwhile may do what is requested. Then request->served says so, and there is
 * nothing to end. */
MUST_USE enum dibs_error store_begin_or_request(struct store *store, const char *doing, struct lock_request *request,
                                                struct error_text *why);
void store_end(struct store *store);

/* Appends the intent without applying it; record->payload is borrowed until the next append. */
MUST_USE enum dibs_error store_append(struct store *store, const struct intent *intent, struct log_record *record,
                                      struct error_text *why);

/* Appends the intent and applies it; its decisions go to the sink. An error that is DIBS_NO_ANSWER: it is in the log.
 * Any other: nothing has changed. */
MUST_USE enum dibs_error store_submit(struct store *store, const struct intent *intent, struct decision_sink sink,
                                      struct error_text *why);

/* The two halves of it: several intents may be settled at once. When one was not answered, none is from then on. */
MUST_USE enum dibs_error store_submit_unsettled(struct store *store, const struct intent *intent,
                                                struct decision_sink sink, struct error_text *why);
MUST_USE enum dibs_error store_settle(struct store *store, struct error_text *why);

/* A commit is a third of what a claim costs, and only saves others from applying the record, too. So who claims often and
 * alone (may_be_late) commits some records at once. This commits those that are left, without waiting for the lock;
 * DIBS_BUSY: not had. */
MUST_USE enum dibs_error store_commit_late(struct store *store, struct error_text *why);

/* As store_submit, and does what those who wait for the lock have requested in the same turn. */
MUST_USE enum dibs_error store_submit_and_serve(struct store *store, const struct intent *intent,
                                                struct decision_sink sink, struct error_text *why);

/* What others may do instead: some verbs, in few bytes; else NULL. Good until the next call. */
struct lock_request *store_request(struct store *store, const struct intent *intent);

/* Gives the sink what another holder of the lock answered to the intent `id`. */
MUST_USE enum dibs_error store_hear_answer(struct store *store, const struct lock_request *request, struct intent_id id,
                                           struct decision_sink sink, struct error_text *why);

/* Of the decisions of one record those that answer its own intent: others' ends and served waiters are decided there, too. */
struct own_answers {
    struct intent_id id;
    struct decision_sink sink;
    bool had_final;
};
void own_answers_emit(void *own_answers, const struct decision *decision);

/* Appends a tick if anything is due; then asks the state as it stands. */
MUST_USE enum dibs_error store_ask(struct store *store, const struct intent *query, struct decision_sink sink,
                                   struct error_text *why);

/* Drops the state and builds it anew from the log. */
MUST_USE enum dibs_error store_rebuild(struct store *store, struct error_text *why);

/* Opens or replaces the transaction in which submit and ask work; store_begin leaves one open. */
MUST_USE enum dibs_error store_transaction(struct store *store, struct error_text *why);

/* Brings the log to the disk, and remembers how far it is there. */
MUST_USE enum dibs_error store_sync(struct store *store, struct error_text *why);

/* Ends the open transaction, if there is one, and keeps what it did. */
MUST_USE enum dibs_error store_commit(struct store *store, struct error_text *why);

/* A file or folder of the store; cut at PATH_MAX. */
const char *store_path(const struct store_place *place, const char *name, char out[PATH_MAX]);

#endif
