/* The back end for file: stores: the core runs in this process, over the log in the directory. */
#ifndef SHIM_EMBEDDED_H
#define SHIM_EMBEDDED_H

#include <pthread.h>

#include "agent-shim/backend.h"
#include "agent-shim/store.h"

struct embedded_options {
    uint32_t lock_timeout_ms;
    bool read_only;
};

/* Who claims often leaves its commits to a later claim, or to this thread if none comes (store_commit_late). */
struct late {
    pthread_t thread;
    pthread_cond_t changed; /* with the client's mutex */
    bool has_thread, is_closing, is_asleep;
    uint64_t last_ms; /* of submits, CLOCK_BOOTTIME */
    uint32_t run;     /* submits so far that came one right after the other */
};

struct embedded {
    struct backend backend; /* first */
    pthread_mutex_t mutex;  /* one thread at a time in `store`; never held while sleeping */
    struct store store;
    uint32_t patience_ms;
    uint64_t turn_ms; /* CLOCK_BOOTTIME when the turn began */
    struct late late; /* embedded_late.c */
};

/* Errors as store_open. On success *out is owned by the caller. */
MUST_USE enum dibs_error embedded_open(const struct store_place *place, const struct embedded_options *options,
                                       struct backend **out, struct error_text *why);

/* The mutex and a turn at the store, for `doing`; both within the patience, else DIBS_BUSY. */
MUST_USE enum dibs_error embedded_begin(struct embedded *embedded, const char *doing, struct error_text *why);
void embedded_end(struct embedded *embedded);

/* Under the mutex: before a submit, and after it. The thread ends in late_end, which is for the process that began it. */
void late_begin(struct embedded *embedded);
void late_submits(struct embedded *embedded);
void late_submitted(struct embedded *embedded);
void late_end(struct embedded *embedded);

/* backend_methods.wait */
enum dibs_error embedded_wait(struct backend *backend, const struct wait_request *request, struct decision_sink sink,
                              struct error_text *why);

/* verify.c */
enum dibs_error embedded_check(struct backend *backend, struct replay *replay, struct checker **out,
                               struct error_text *why);

enum dibs_error embedded_replay(struct backend *backend, const char *into, struct replay **out, struct error_text *why);

/* embedded_watch.c */
enum dibs_error embedded_watch(struct backend *backend, struct watcher **out, struct error_text *why);

#endif
