/* The seam between the public API and a kind of store. Methods may be called by any thread; none blocks the others for
 * longer than one turn at the store. Decisions that answer the given intent go to the sink; they are valid during the
 * call only, and the last one given is the answer. */
#ifndef SHIM_BACKEND_H
#define SHIM_BACKEND_H

#include <dibs/admin.h>

#include <stdatomic.h>

#include "base/error.h"
#include "proto/messages.h"

struct backend;
struct replay;

/* Who sends an intent, beside what the log gets of it. */
struct asker {
    struct intent_id *id;           /* the intent's; seq is counted up for each question asked about it */
    const atomic_bool *interrupted; /* ends the wait for an answer; NULL: nothing does */
    uint64_t *as_of_ms; /* CLOCK_BOOTTIME of a moment before `now` of the decision, set before it is given */
};

struct wait_request {
    const struct intent_head *head; /* session and identity of the ticket */
    struct intent_id ticket;
    uint32_t reply_partition;       /* the ticket's: where its answer comes */
    struct intent_id *renew_id;     /* an id that the caller owns; seq is counted up for each renewal */
    uint64_t timeout_ms;            /* UINT64_MAX: until the answer is final; 0: look once */
    bool submitted_here;            /* the waiter's lease is fresh: this process has just sent the claim */
    const atomic_bool *interrupted; /* ends the wait */
    uint64_t *as_of_ms;             /* as an asker's */
};

/* Compares a replay with what else is known of the store: its live state, or what was published. */
struct checker {
    struct decision_sink sink; /* hears every decision of the replay */
    /* After each record; at the end the replay has applied all. */
    void (*applied)(struct checker *, struct replay *);
    enum dibs_error (*finish)(struct checker *, struct replay *, struct dibs_verify_report *report,
                              struct error_text *why);
    void (*close)(struct checker *); /* frees it */
};

/* Decisions as they are made, from when it was opened. Used by one thread. */
struct watcher {
    /* Those that are there, else the first that comes within timeout_ms (at most 1,000); maybe none. */
    enum dibs_error (*next)(struct watcher *, uint32_t timeout_ms, struct decision_sink, struct error_text *why);
    void (*close)(struct watcher *, bool forked); /* frees it */
};

struct backend_methods {
    /* Puts the intent into the log. DIBS_NO_ANSWER: it is (or may be) there, its answer is not known. */
    enum dibs_error (*submit)(struct backend *, const struct intent *, const struct asker *, struct decision_sink,
                              struct error_text *why);
    /* A query about now; a fleet's is in its log, too. */
    enum dibs_error (*ask)(struct backend *, const struct intent *query, const struct asker *, struct decision_sink,
                           struct error_text *why);
    /* What becomes of a ticket; the last decision given may be WAITING when the time is over. */
    enum dibs_error (*wait)(struct backend *, const struct wait_request *, struct decision_sink,
                            struct error_text *why);
    /* The `interrupted` of waits was just set: may wake them sooner than they would look. Async-signal-safe; NULL: there
     * is no need. */
    void (*interrupt)(struct backend *);
    /* What opening had to make good, "" nothing; NULL: there is never anything. */
    const char *(*mended)(const struct backend *);
    /* Sets `ended` for each of these claims that is known to be over, false for the rest: asked once a second, it writes
     * nothing and asks nobody over a network. Nothing is known when the store is out of reach. */
    void (*find_ended)(struct backend *, const uint64_t *tokens, size_t count, bool *ended);
    enum dibs_error (*sync)(struct backend *, struct error_text *why);
    /* Fills in what no decision tells: log_records, map, digest, store_id. */
    enum dibs_error (*describe)(struct backend *, struct dibs_status *status, struct error_text *why);
    /* For a replay that has begun and applied nothing yet. On success *out is the caller's. */
    enum dibs_error (*check)(struct backend *, struct replay *, struct checker **out, struct error_text *why);
    bool checks_whole; /* nothing is known of how the store was before: a replay to be compared must reach the end */
    /* The log from its start to what is there now, with its decisions; `into` as in replay_new. On success *out is the
     * caller's. */
    enum dibs_error (*replay)(struct backend *, const char *into, struct replay **out, struct error_text *why);
    enum dibs_error (*watch)(struct backend *, struct watcher **out, struct error_text *why);
    enum dibs_error (*rebuild)(struct backend *, struct error_text *why);
    /* Frees it; `forked`: in a child, that must not touch what it shares with its parent. */
    void (*close)(struct backend *, bool forked);
};

struct backend {
    const struct backend_methods *methods;
};

#endif
