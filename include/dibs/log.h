/* What happened and what happens: reading the log, and watching decisions. A part of dibs.h, which includes it: errors,
 * texts and threads as there. */
#ifndef DIBS_LOG_H
#define DIBS_LOG_H

#include <dibs/dibs.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---------------------------------------------------------------- the log */

typedef struct dibs_log dibs_log; /* opaque: one reading of the log; used by one thread at a time */

struct dibs_log_options {
    bool has_from_offset, has_to_offset; /* inclusive, exclusive */
    uint64_t from_offset, to_offset;
    bool has_from_ts, has_to_ts; /* inclusive, exclusive; Unix ms */
    int64_t from_ts_ms, to_ts_ms;
    const char *key; /* records and decisions about this key (any spelling), or a subtree over or under it */
    const char *in;
    const char *session; /* records and decisions of sessions of this name */
};

/* A record and what was decided at it. Owned by the dibs_log, good until its next call. */
struct dibs_log_entry {
    uint64_t offset;
    int64_t ts_ms;
    const char *verb;        /* "claim", "done", "tick", …; "bad" for a record that could not be decoded */
    const char *session;     /* "" for the log's own records */
    const char *ticket;      /* NULL for the log's own records */
    const char *const *keys; /* as given */
    size_t key_count;
    const char *about;
    const char *result;                         /* done: what came of it; "" none */
    const char *reason;                         /* abandon, revoke: why; "" none */
    const struct dibs_answer *const *decisions; /* those that the filters let through, in order */
    size_t decision_count;
};

/* Reads what is in the log now; decisions are computed anew from its start, in a temporary directory. The client must
 * outlive *out. */
enum dibs_error dibs_log_open(dibs_client *client, const struct dibs_log_options *options, dibs_log **out);
enum dibs_error dibs_log_next(dibs_log *log, const struct dibs_log_entry **entry); /* DIBS_ENDED after the last */
void dibs_log_close(dibs_log *log);                                                /* NULL is allowed */

/* ---------------------------------------------------------------- to watch */

typedef struct dibs_watch dibs_watch; /* opaque: hears decisions; used by one thread at a time */

struct dibs_watch_options {
    const char *key; /* decisions that name this key, or a subtree over or under it; NULL: all */
    const char *in;
    const char *session; /* of sessions of this name; NULL: all */
};

/* From now on decisions are heard, but for those about questions. Of a directory its log is followed, after it was read
 * once; of a fleet the decisions topic is read. Decisions name the keys that were granted, waited for, lost, closed (the
 * first 32 of a close) or in the way; not those of a renewal or hand-off by key, and of a wait that is cancelled none. The
 * client must outlive *out. */
enum dibs_error dibs_watch_open(dibs_client *client, const struct dibs_watch_options *options, dibs_watch **out);

/* The next decision, which is good until the next call; *event is NULL when none came in that time (UINT64_MAX: waits for
 * one), or after dibs_interrupt. A directory's come in the order of the log; a fleet's about so: their offsets tell. */
enum dibs_error dibs_watch_next(dibs_watch *watch, uint64_t timeout_ms, const struct dibs_answer **event);
void dibs_watch_close(dibs_watch *watch); /* NULL is allowed */

#ifdef __cplusplus
}
#endif
#endif
