/* The pure life of one request in flight: events and time in, effects out. No I/O, no clock, no memory of its own.
 *
 * The owner starts it, tells it of delivery reports and of every decision it reads, and does what pending_next says until
 * that says PENDING_NOTHING; then it sleeps until pending_wake_ms or the next event. All times are CLOCK_BOOTTIME in
 * milliseconds.
 *
 * Promises: an intent is sent again only with the same id, and for at most 5 minutes after the first send that may be in
 * the log (INV-3); then its ticket is only asked. PENDING_UNAVAILABLE is said only of what surely never was in the log;
 * what may be there and has no answer is PENDING_UNKNOWN. A waiter's lease is renewed at a third of its length, and a
 * grant out of the queue is renewed before it is an answer (R17). */
#ifndef SHIM_PENDING_H
#define SHIM_PENDING_H

#include "proto/messages.h"

enum {
    PENDING_SEND_AGAIN_MS = 300000,   /* how long the intent itself is sent again */
    PENDING_FIRST_PAUSE_MS = 1000,    /* doubled from try to try */
    PENDING_LONGEST_PAUSE_MS = 64000, /* the longest between two tries */
    PENDING_WAIT_SLACK_MS = 5000,     /* after a wait's deadline its end should have been heard */
    PENDING_RENEWALS = 8,
    PENDING_TAKE_BACK_MS = 1000 /* after giving up: for reports about what was not sent yet */
};

/* What a delivery report says of one send. */
enum pending_ack {
    PENDING_DELIVERED, /* in the log */
    PENDING_MAYBE,     /* perhaps */
    PENDING_NOT,       /* surely not; another try may do better */
    PENDING_REFUSED    /* surely not, and no other try will do better */
};

enum pending_effect {
    PENDING_NOTHING,
    PENDING_SEND,      /* produce the intent: the same bytes, the same id */
    PENDING_ASK,       /* produce a query of the ticket with the id pending_question(): QUERY_TICKET */
    PENDING_RENEW,     /* produce a renewal of the ticket with the id pending_question(): TARGET_TICKET, no ttl */
    PENDING_TAKE_BACK, /* take back what has not left this process; the reports tell what came of it */
    PENDING_FINISH     /* see result; said once, the last one */
};

enum pending_result {
    PENDING_OPEN,
    PENDING_ANSWERED,   /* the last decision of which pending_on_decision said PENDING_KEEP */
    PENDING_UNKNOWN,    /* it may be in the log (and may wait there): DIBS_NO_ANSWER */
    PENDING_UNAVAILABLE /* it never was in the log: DIBS_UNAVAILABLE */
};

enum pending_heard {
    PENDING_NOT_MINE, /* answers another intent, or tells nothing new */
    PENDING_NOTED,    /* taken in */
    PENDING_KEEP      /* taken in, and it is the best answer so far: keep a copy */
};

enum pending_place { PENDING_NOWHERE, PENDING_PERHAPS, PENDING_SURELY };

struct pending_start {
    struct intent_id id;        /* of the intent, or of the ticket */
    struct intent_id questions; /* ids of queries and renewals: this client, seqs above this one */
    bool is_ticket;             /* it was sent by somebody else: never send it, ask */
    bool is_remembered;         /* false: a renew or a query, which cannot be asked for (R7) */
    uint64_t give_up_ms;        /* UINT64_MAX: never */
};

/* A renewal, and when it was sent: from then on it has held when it is confirmed. */
struct pending_renewal {
    uint64_t seq, sent_ms;
};

struct pending {
    struct intent_id id, questions; /* questions.seq: the last one used */
    uint64_t first_question_seq;
    uint64_t surely_seq; /* questions from this one on were sent when the intent surely was in the log; 0: not yet */
    bool is_ticket, is_remembered;
    enum pending_result result;
    enum pending_place place; /* of any send so far that is reported */
    bool refused, stopped;
    bool out;          /* a send has no report yet */
    bool question_out; /* the same of a query or renewal */
    bool gave_up;
    bool told; /* FINISH was said */

    uint64_t give_up_ms, take_back_until_ms;
    uint64_t first_sent_ms; /* of the sends that may be in the log; 0: none */
    uint64_t next_ms;       /* the next try */
    uint64_t pause_ms;      /* the pause after the next try */

    bool waits;                                        /* it is in the queue, as far as is known */
    bool has_waited;                                   /* it was */
    bool confirms;                                     /* a grant is kept and not yet renewed */
    uint64_t deadline_ms;                              /* the wait's, in log time */
    uint64_t wait_ends_ms;                             /* by then the wait's end should have been heard */
    uint64_t wait_lease_ms;                            /* the length of the waiter's lease; 0: not known */
    uint64_t renew_at_ms;                              /* the next renewal */
    struct pending_renewal renewals[PENDING_RENEWALS]; /* the latest, by seq */

    uint64_t confirmed_ms; /* first send of the last confirmed claim or renewal */
    uint64_t lease_ms;     /* what was granted from then on; 0: nothing */
};

void pending_init(struct pending *pending, const struct pending_start *start, uint64_t now_ms);

/* The report about the last PENDING_SEND, or about the last PENDING_ASK or PENDING_RENEW. */
void pending_on_ack(struct pending *pending, enum pending_ack ack, uint64_t now_ms);
void pending_on_question_ack(struct pending *pending, enum pending_ack ack, uint64_t now_ms);

/* Any decision that was read; those that are not about this request are PENDING_NOT_MINE. */
enum pending_heard pending_on_decision(struct pending *pending, const struct decision *decision, uint64_t now_ms);

/* The caller cancels: the intent is not sent again. The cancel itself is a request of its own, sent after what is out. */
void pending_stop(struct pending *pending);

/* Give up then, and not before. */
void pending_be_patient(struct pending *pending, uint64_t give_up_ms);

/* Somebody has come back to it: ask at once how it stands. */
void pending_look(struct pending *pending, uint64_t now_ms);

/* Give up now. */
void pending_give_up(struct pending *pending, uint64_t now_ms);

enum pending_effect pending_next(struct pending *pending, uint64_t now_ms);

/* When pending_next has something to say if nothing happens before; UINT64_MAX: never. */
uint64_t pending_wake_ms(const struct pending *pending);

/* The id for the query or renewal that pending_next has just asked for. */
static inline struct intent_id pending_question(const struct pending *pending)
{
    return pending->questions;
}

/* Known to be in the log from now on; pending.c and pending_hear.c say so. */
void pending_is_surely_there(struct pending *pending);

/* A decision with this id is about this request. */
bool pending_is_mine(const struct pending *pending, struct intent_id id);

#endif
