/* What can go wrong, as opposed to what can be answered.
 *
 * "Held by someone else" is an answer (see dibs.h), never one of these. An error means that dibs could not do
 * its work; nothing was changed unless the text of the code says otherwise. */
#ifndef DIBS_ERROR_H
#define DIBS_ERROR_H

#ifdef __cplusplus
extern "C" {
#endif

enum dibs_error {
    DIBS_OK = 0,
    DIBS_BAD_INPUT = 1,   /* the caller's text, number or option is not acceptable; nothing was sent */
    DIBS_NO_ANSWER = 2,   /* the intent is in the log, its answer is not known yet; ask again with the ticket */
    DIBS_NO_STORE = 3,    /* the named store does not exist; `dibs init` makes one */
    DIBS_UNAVAILABLE = 4, /* the store exists and cannot be used now: permissions, full disk, full map, no memory */
    DIBS_BUSY = 5,        /* the store's lock was not had in time; the text names who holds it */
    DIBS_DAMAGED = 6,     /* the store's bytes are not what was written; the text names file and offset */
    DIBS_NEWER = 7,       /* the store was written by a newer format than this library knows */
    DIBS_FORKED = 8,      /* this client was opened by another process; open one after fork */
    DIBS_UNSUPPORTED = 9, /* this build or this kind of store does not do that */
    DIBS_ENDED = 10       /* an iteration has no more to give */
};

/* A short constant name such as "damaged"; never NULL, also for values not listed. Thread-safe. */
const char *dibs_error_name(enum dibs_error error);

#ifdef __cplusplus
}
#endif
#endif
