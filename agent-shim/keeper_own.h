/* What the keeper's own files share. All is under the keeper's mutex but what says otherwise. */
#ifndef SHIM_KEEPER_OWN_H
#define SHIM_KEEPER_OWN_H

#include <pthread.h>
#include <sys/types.h>

#include "agent-shim/keeper.h"
#include "agent-shim/lease_keeper.h"
#include "base/limits.h"

enum {
    KEEPER_LEASES = 64,
    KEEPER_BY_BYTES = LIMIT_SESSION_BYTES + 1,
    KEEPER_WORDS_BYTES = 257
}; /* leases: as many as a renewal has targets */

struct dibs_kept {
    struct dibs_kept *next;
    struct keeper *keeper;            /* set before it is shared */
    struct dibs_keep_options options; /* likewise */
    enum dibs_kept_state state;
    bool untold;         /* lost, and the callback is still due */
    struct lease *doubt; /* denied, and why is not known: the session may have ended it, or a log that lost its end */
    char ticket[DIBS_TICKET_SIZE]; /* of the grant; "" unknown */
    uint64_t remembered;           /* the client's, when it was added */
    bool is_orphan;                /* dibs_keep_end was called in its callback: nobody has it any more */
    bool is_out;                   /* a renewal of it is in flight */
    bool is_going;                 /* dibs_keep_end waits for that one, and there will be no other */
    uint64_t lost_token;
    bool is_late;
    enum dibs_why why;
    char by[KEEPER_BY_BYTES];
    char words[KEEPER_WORDS_BYTES]; /* an operator's reason, cut to that; "" unknown */
    struct lease leases[KEEPER_LEASES];
    size_t count;
};

struct keeper {
    dibs_client *client; /* borrowed */
    pid_t pid;           /* of the process that has the threads */
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    pthread_t renewer, watchman;
    bool stops;
    struct dibs_kept *first;
    const struct dibs_kept *told; /* its callback is running */
    struct error_text trouble;    /* why no renewal was confirmed last; "" it was */
};

/* The threads' bodies; `context` is the keeper. */
void *keeper_renew(void *context);
void *keeper_watch(void *context);

/* As keeper_trouble. */
void keeper_say_trouble(const struct keeper *keeper, const struct dibs_kept *kept, char *out, size_t size);
/* It is lost; `by`: who took or revoked it, "" unknown, NULL: it was not renewed in time. */
void keeper_lose(struct dibs_kept *kept, uint64_t token, enum dibs_why why, const char *by);
/* What the renewal sent at `sent_ms` says of one lease; NULL: nothing. `words`: an operator's reason, where it was told of this
 * item. Sets kept->doubt where the answer doesn't tell who has ended it. */
void keeper_hear(struct dibs_kept *kept, struct lease *lease, const struct dibs_renewed *item, const char *words,
                 uint64_t sent_ms);
/* What the grant's ticket says of the doubt: whoever ended it himself, it is known there; what a log lost with its end is not. */
void keeper_settle(struct dibs_kept *kept, enum dibs_error error, const struct dibs_answer *answer);

/* Frees it. */
void keeper_drop(struct keeper *keeper, struct dibs_kept *kept);

#endif
