/* What the fleet back end's own files share. */
#ifndef SHIM_FLEET_OWN_H
#define SHIM_FLEET_OWN_H

#include <pthread.h>

#include "agent-shim/fleet.h"
#include "agent-shim/pending.h"
#include "base/clock.h"

enum {
    FLEET_PARTITIONS_MAX = 1024,
    FLEET_PARKED_MAX = 64,    /* waits that nobody waits for at the moment */
    FLEET_INTERRUPT_MS = 50,  /* how often somebody looks whether a caller was interrupted */
    FLEET_LOOK_MS = 1000,     /* and how often after the connection */
    FLEET_ACK_MS = 10,        /* after a send its report wakes nobody for so long */
    FLEET_COUNT_MS = 10000,   /* and how often after the number of partitions */
    FLEET_TRY_MS = 250,       /* one try to connect */
    FLEET_ENDED = 256,        /* how many claims that have ended are remembered */
    FLEET_CANCELLED_MS = 2000 /* how long a cancelled claim still listens */
};

enum request_state {
    REQUEST_OPEN,   /* a caller waits for it */
    REQUEST_DONE,   /* the caller may take it */
    REQUEST_PARKED, /* in the queue, as far as is known; nobody waits here, and only its decisions are heard */
};

/* One caller's request. Everything is under the fleet's mutex. */
struct request {
    struct request *next;
    enum request_state state;
    uint64_t number; /* what acks know it by */
    struct pending pending;
    pthread_cond_t done;

    const struct intent *intent; /* the caller's, while it waits; NULL: a ticket, or parked */
    uint8_t *bytes;              /* as it is sent; NULL: not yet encoded */
    size_t size;
    struct intent_head head; /* of questions; its session is … */
    char session[LIMIT_SESSION_BYTES];
    uint32_t slot; /* where its decisions come (intent_ids.h) */
    bool is_cancel;
    struct intent_id cancelled;
    bool is_withdrawn; /* its cancel is in the log */

    bool returns_waiting; /* `waiting` is answer enough */
    uint64_t until_ms;    /* from then on, too */
    uint64_t look_seq;    /* a wait that was taken up again: the question that tells how it stands now; 0: none */
    bool has_looked;
    const atomic_bool *interrupted;

    uint8_t *kept; /* the best decision so far; NULL: none */
    size_t kept_size;
    enum dibs_error error; /* of a request that is done; `why` has the words */
    struct error_text why;
};

struct fleet {
    struct backend backend; /* first */
    const struct store_place *place;
    struct fleet_options options;
    struct kafka *kafka;
    struct kafka_reader *reader; /* of who drives */

    pthread_mutex_t mutex;
    bool is_driven; /* somebody drives: one of the callers, for all of them */
    bool was_called, has_thread, stops;
    pthread_t thread;
    pthread_cond_t rests; /* the thread does */
    int wake;             /* eventfd: wakes who drives */
    struct request *requests;
    uint64_t last_number;
    uint64_t ended[FLEET_ENDED]; /* tokens of claims that ended by expiry, revoke or take; the oldest go */
    uint32_t ended_count;
    uint32_t parked;

    /* of who drives, under the mutex when they change */
    bool is_connected, is_asking; /* asking: the connection is in use without the mutex */
    uint32_t partitions;          /* how many there are */
    bool is_read[FLEET_PARTITIONS_MAX];
    enum dibs_error trouble; /* the last thing that went wrong with the connection */
    struct error_text trouble_why;
    uint64_t looked_ms, counted_ms;
    uint64_t sent_ms, acked_ms; /* the last send; when reports were taken last */
    struct intent question;
    struct decision decision;
    uint8_t encoded[LIMIT_RECORD_BYTES];
};

static inline struct fleet *fleet_of(struct backend *backend)
{
    return (struct fleet *)backend; /* its first member */
}

/* fleet_thread.c. Drives until that request is done, then hands over; only while nobody does. Wakes who drives. What the
 * thread runs. */
void fleet_drive(struct fleet *fleet, const struct request *own);
void fleet_wake(struct fleet *fleet);
void *fleet_run(void *fleet);

/* fleet_link.c: makes the connection, or says in fleet->trouble why there is none; lets go of the mutex meanwhile. */
void fleet_link(struct fleet *fleet);
/* Reads the partitions that requests need and nobody reads yet: an older ticket's, or one that is new. */
void fleet_link_partitions(struct fleet *fleet);
/* What is sent and unreported may be in the log; the connection is made anew when somebody needs it. */
void fleet_unlink(struct fleet *fleet);

/* fleet_requests.c: the caller's half; all with the mutex. NULL: no memory. */
struct request *request_new(struct fleet *fleet, const struct pending_start *start, const struct intent_head *head);
void request_free(struct fleet *fleet, struct request *request);
struct request *request_of(const struct fleet *fleet, struct intent_id id); /* open or parked, sent by this client */
void request_park(struct fleet *fleet, struct request *request);

/* fleet_drive.c: the half of who drives. */
void request_hear(struct fleet *fleet, struct span payload);
void request_drive(struct fleet *fleet, struct request *request, uint64_t now_ms);
void request_acked(struct fleet *fleet, uint64_t cookie, enum kafka_ack ack, const char *words);
void request_end(struct request *request, enum dibs_error error, const struct error_text *why);
uint64_t request_wake_ms(const struct request *request);

/* fleet.c: takes the mutex; from the second call on the client has its thread. */
void fleet_enter(struct fleet *fleet);

/* fleet_ends.c: one that ended was heard of (with the mutex); backend_methods.find_ended. */
void fleet_note_ended(struct fleet *fleet, const struct decision *decision);
void fleet_find_ended(struct backend *backend, const uint64_t *tokens, size_t count, bool *ended);

/* fleet_unheard.c: the decisions can't be read, says fleet->trouble_why: ends what might be granted unheard. Blocks for a
 * round trip to the brokers. */
void fleet_withdraw(struct fleet *fleet);

/* fleet_describe.c and so on: backend_methods */
enum dibs_error fleet_describe(struct backend *backend, struct dibs_status *status, struct error_text *why);
enum dibs_error fleet_replay(struct backend *backend, const char *into, struct replay **out, struct error_text *why);
enum dibs_error fleet_check(struct backend *backend, struct replay *replay, struct checker **out,
                            struct error_text *why);

enum dibs_error fleet_watch(struct backend *backend, struct watcher **out, struct error_text *why);

#endif
