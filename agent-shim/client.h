/* The client handle, and how each verb of the public API runs: call_begin, fill in the intent, call_submit or call_ask,
 * call_end. */
#ifndef SHIM_CLIENT_H
#define SHIM_CLIENT_H

#include <dibs/dibs.h>

#include <pthread.h>
#include <sys/types.h>

#include "agent-shim/backend.h"
#include "agent-shim/identity.h"
#include "agent-shim/intent_ids.h"
#include "agent-shim/origin.h"
#include "agent-shim/prefixes.h"
#include "agent-shim/store_url.h"

struct dibs_client {
    struct backend *backend;
    struct store_place place;
    char session[DIBS_SESSION_SIZE];
    bool session_is_new, store_is_new;
    char origin[ORIGIN_TEXT_MAX]; /* of claims that name none */
    char operator_key[PATH_MAX];
    uint32_t patience_ms; /* how long a call takes at most: for the lock, or for a fleet's answer */
    pid_t pid;            /* of the process that opened it */
    atomic_bool interrupted;
    atomic_uint_least64_t remembered; /* its intents so far of which the store remembers the last few's outcomes */
    struct intent_ids ids;
    pthread_mutex_t mutex; /* of identities */
    struct identity_source identities;
    struct keeper *keeper; /* owned, under mutex; NULL: nothing was kept yet (keeper.h) */
};

/* One call of a verb. */
struct call {
    dibs_client *client;
    struct dibs_answer **out;
    struct intent intent;
    struct intent_id id;             /* taken from client->ids */
    char session[DIBS_SESSION_SIZE]; /* what intent.head.session borrows */
    uint32_t ticket_partition;       /* of the ticket waited for */
    char ticket[DIBS_TICKET_SIZE];   /* the answer's, when it is not the intent's own; else empty */
    struct prefixes prefixes;        /* what bare keys of the intent mean, for the words */
    const char *verb;                /* the answer's, when it is not the intent's own; else NULL */
    bool want_status;                /* the answer gets the status that the decision tells */
    uint64_t as_of_ms;               /* what the answer's times count from; 0: not known */
    bool logged;
    bool more; /* the last decision said that there is more */
    bool out_of_memory;
};

/* DIBS_FORKED in a child of the process that opened the client; DIBS_BAD_INPUT for NULL. */
MUST_USE enum dibs_error client_check(const dibs_client *client);

/* A new intent of that session (NULL: the client's); sets *out to NULL. After DIBS_OK call_end is due. */
MUST_USE enum dibs_error call_begin(struct call *call, dibs_client *client, const char *session, enum verb verb,
                                    struct dibs_answer **out);
MUST_USE enum dibs_error call_submit(struct call *call); /* logged */
MUST_USE enum dibs_error call_ask(struct call *call);    /* a query */

/* A question of the client's own session, from begin to end. */
MUST_USE enum dibs_error call_question(dibs_client *client, const struct query_intent *query, const char *verb,
                                       bool want_status, struct dibs_answer **out);
MUST_USE enum dibs_error call_wait(struct call *call, struct intent_id ticket, uint64_t timeout_ms,
                                   bool submitted_here);
/* What was submitted is in the queue: waits for what becomes of it. Whatever happens, the caller gets its ticket. */
MUST_USE enum dibs_error call_wait_for_own(struct call *call, const char *verb);
/* The answer becomes one of which only the ticket counts; returns DIBS_NO_ANSWER. */
MUST_USE enum dibs_error call_no_answer(struct call *call);
void call_end(struct call *call);

/* Borrows a public target. DIBS_BAD_INPUT: it names nothing. `ticket`: tickets are allowed, of the call's session. */
MUST_USE enum dibs_error call_target(const struct dibs_target *from, bool ticket, struct target *to);

/* What this store's log holds of sessions and operators. */
enum identity_form client_identity_form(const dibs_client *client);

/* The operator's identity for revoke, configure and seal, in that form. */
MUST_USE enum dibs_error client_operator(const dibs_client *client, enum identity_form form,
                                         uint8_t out[LIMIT_IDENTITY_BYTES]);

#endif
