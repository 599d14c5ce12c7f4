/* What comes back: one answer object for every verb, and the names of the words in it.
 *
 * An answer is owned by whoever received it and freed with dibs_answer_free, once. Everything that its pointers
 * reach lives exactly as long as it does; nothing in it is to be changed. All texts are NUL-terminated UTF-8; a text
 * pointer is never NULL unless its comment says so (then NULL means absent). Fields are only ever added at the end
 * of `struct dibs_answer`.
 *
 * Times ending in _ts_ms are Unix milliseconds as the store's clock counts them; -1: none. Times ending in _in_ms are
 * milliseconds from as_of_boot_ms on. How long a holder may rely on a lease is said by dibs_answer_safe_ms (keep.h). */
#ifndef DIBS_ANSWER_H
#define DIBS_ANSWER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <dibs/error.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The numbers of all enums here are those on the wire; more may come: treat an unknown one by its name. */
enum dibs_verdict {
    DIBS_VERDICT_NONE = 0,    /* nothing is known yet: only the ticket counts */
    DIBS_VERDICT_GRANTED = 1, /* claim, take, next: the keys are this session's now, by this very call */
    DIBS_VERDICT_YOURS = 2,   /* claim: this session held them already; the lease was renewed */
    DIBS_VERDICT_WAITING = 3, /* claim: in the queue; wait on the ticket */
    DIBS_VERDICT_DENIED = 4,  /* any verb; `reason` says why */
    DIBS_VERDICT_ACCEPTED =
        5, /* offer, withdraw, renew, close, cancel, handoff, revoke, configure, check: it took effect, or is so */
    DIBS_VERDICT_ENDED = 6, /* log only: a claim granted earlier ended by expiry, revoke or take */
    DIBS_VERDICT_REPORT = 7 /* queries */
};

enum dibs_reason {
    DIBS_REASON_NONE = 0,
    DIBS_REASON_HELD = 1,
    DIBS_REASON_QUEUED = 2,
    DIBS_REASON_SIMILAR = 3, /* like somebody's live or lately done work: see rivals */
    DIBS_REASON_ALREADY_DONE = 4,
    DIBS_REASON_QUOTA = 5,
    DIBS_REASON_STALE_TOKEN = 6,
    DIBS_REASON_DEADLINE = 7,
    DIBS_REASON_QUEUE_FULL = 8,
    DIBS_REASON_BAD_REQUEST = 9,
    DIBS_REASON_DRAINED = 10, /* next: nothing fits; see obstacles */
    DIBS_REASON_NOT_HOLDER = 11,
    DIBS_REASON_FORBIDDEN = 12,
    DIBS_REASON_CANCELLED = 13,
    DIBS_REASON_FORGOTTEN = 14,
    DIBS_REASON_SEALED = 15,
    DIBS_REASON_UNSUPPORTED = 16
};

/* How a claim or a wait ended, or what a `quota` was about. */
enum dibs_why {
    DIBS_WHY_NONE = 0,
    DIBS_WHY_EXPIRED = 1,
    DIBS_WHY_REVOKED = 2,
    DIBS_WHY_TAKEN = 3,
    DIBS_WHY_LEASE = 4,
    DIBS_WHY_CLOSED = 5,
    DIBS_WHY_CANCELLED = 6,
    DIBS_WHY_RATE = 7,
    DIBS_WHY_CLAIMS = 8,
    DIBS_WHY_WAITERS = 9,
    DIBS_WHY_FULL = 10,
    DIBS_WHY_SCOPES = 11,
    DIBS_WHY_OFFERS = 64
};

enum dibs_advice { DIBS_ADVICE_NONE = 0, DIBS_ADVICE_WAIT = 1, DIBS_ADVICE_PIVOT = 2, DIBS_ADVICE_CREATE = 3 };

enum dibs_standing { DIBS_STANDING_NONE = 0, DIBS_STANDING_LIVE = 1, DIBS_STANDING_ENDED = 2 };

enum dibs_row_kind { DIBS_ROW_CLAIM = 1, DIBS_ROW_WAITER = 2, DIBS_ROW_DONE = 3, DIBS_ROW_OFFER = 4 };

/* What keeps offered items from being picked. */
enum dibs_obstacle_kind {
    DIBS_OBSTACLE_NONE = 0, /* it can be picked */
    DIBS_OBSTACLE_CLAIMED = 1,
    DIBS_OBSTACLE_BLOCKED = 2, /* by keys that are not done */
    DIBS_OBSTACLE_COOLING = 3, /* it was abandoned, or its claim expired */
    DIBS_OBSTACLE_NOT_YET = 4,
    DIBS_OBSTACLE_NEEDS = 5,    /* a capability that the asker doesn't have */
    DIBS_OBSTACLE_SIMILAR = 6,  /* like somebody's live or lately done work */
    DIBS_OBSTACLE_CATEGORY = 7, /* of a category that was not asked for */
    DIBS_OBSTACLE_BEYOND = 8    /* not looked at: too many come before */
};

#include <dibs/answer_supply.h>

/* A key that was granted, is held, is waited for, or ended. */
struct dibs_key {
    const char *key;       /* canonical */
    uint64_t token;        /* the fencing token; 0: waiting, a dry run, or not told */
    int64_t expires_ts_ms; /* -1: waiting, or not told */
    int64_t expires_in_ms; /* never negative; 0: waiting or ended */
    int64_t since_ts_ms;   /* yours: when it was granted; -1: not told */
};

/* Whom a denial (or a wait) is about: the holder, the older waiter, or who has done it. */
struct dibs_holder {
    const char *session, *about, *ref, *origin; /* "" when not given */
    const char *key;                            /* the canonical key that stood in the way */
    uint64_t token;                             /* 0 for a waiter */
    int64_t since_ts_ms, expires_ts_ms, expires_in_ms;
    const char *own_ticket; /* this session's own older wait for that key; else NULL */
};

/* How sure a denial of `similar` is. */
enum dibs_likeness {
    DIBS_LIKENESS_NONE = 0,
    DIBS_LIKENESS_MAYBE = 1, /* read the rivals; if it isn't the same work, claim with not_same_as */
    DIBS_LIKENESS_SAME = 2,  /* very likely the same; not_same_as is taken here, too */
    DIBS_LIKENESS_LINKED = 3 /* labelled the same */
};

/* One whose work is like what was claimed or asked about. */
struct dibs_rival {
    const char *key;                   /* canonical: the first of its claim, or the one that is done */
    const char *session, *about, *ref; /* about is cut to 200 bytes */
    uint64_t token;                    /* for not_same_as */
    uint32_t score;                    /* 0-1000 */
    bool done;                         /* it is finished and remembered; else live */
    bool linked;                       /* by a label */
    bool own;                          /* this session's; dibs_similar only */
    int64_t since_ts_ms, expires_ts_ms, expires_in_ms;
};

/* Scores from which a like idea is denied, left to the asker, or warned of; 1001: never. */
struct dibs_thresholds {
    uint32_t deny, ask, warn;
};

struct dibs_warning {
    const char *code;    /* stable, such as "ttl_clamped" */
    const char *message; /* a sentence */
};

/* One target of a renew, in the given order. */
struct dibs_renewed {
    enum dibs_verdict verdict; /* ACCEPTED or DENIED */
    enum dibs_reason reason;
    enum dibs_why why;
    const char *by; /* who took or revoked it; "" unknown */
    uint64_t token; /* 0: a waiter, or denied */
    int64_t expires_ts_ms, expires_in_ms;
    bool waiter;     /* it was a waiter's lease */
    const char *key; /* canonical; "" when it was named by token or ticket alone */
};

/* A line of a list: one (key, claim), one (key, waiter), one done key, or one offer. about, ref, origin and result are cut
 * to 200 bytes. */
struct dibs_row {
    enum dibs_row_kind kind;
    const char *key, *session, *about, *ref, *origin, *category, *result;
    uint64_t token;  /* 0 for a waiter */
    uint64_t offset; /* of the record that claimed, waits, or closed it */
    int64_t since_ts_ms, expires_ts_ms, expires_in_ms, ttl_ms;
    bool shared, any;
    /* Of an offer, which `session` offered last, which was first ready at since_ts_ms (-1: it never was), and which ends at
     * expires_ts_ms (-1: when it is done or withdrawn): */
    enum dibs_obstacle_kind obstacle; /* NONE: it can be picked; else CLAIMED, BLOCKED, COOLING or NOT_YET */
    int64_t until_ts_ms, until_in_ms; /* of the latter two; else -1 and 0 */
    const char *by;                   /* blocked: the first key that it waits for; "" */
    const char *needs;                /* capabilities, parted by a blank; "" */
    uint32_t priority;                /* 0-9, 9 the most urgent */
};

struct dibs_policy {
    const char *name, *unit; /* unit: "ms", "count", "per_min", "bytes", "score" or "share" */
    uint64_t value, initial, least, most;
    const char *scope;    /* of ideas that it is set for; "": for all */
    const char *category; /* that it is the own target of; "": for all */
};

/* Whose issues a bare ENG-5 means at that store: prefix ENG, tracker linear. */
struct dibs_prefix {
    const char *prefix, *tracker; /* in upper case; "jira" or "linear" */
};

struct dibs_status {
    uint64_t claims, waiters, sessions, client_rows, done, bad_records, done_evicted, last_token;
    bool sealed;
    uint64_t log_records; /* the next record's offset */
    uint64_t map_used_bytes, map_bytes;
    char digest[33];        /* of the state at digest_offset, hexadecimal; a fleet's as its newest checkpoint has it, ""
                             * before there is one */
    uint64_t digest_offset; /* the next record's offset there */
    char store_id[33];
};

struct dibs_answer {
    enum dibs_verdict verdict;
    bool final; /* false: there is more to come for this ticket */
    enum dibs_reason reason;
    enum dibs_why why;
    enum dibs_advice advice;
    const char *verb;    /* "claim", "renew", "done", ... */
    const char *message; /* one sentence for people and language models: what is so and what to do next */

    const char *store, *session;
    const char *ticket; /* opaque, at most 256 characters, holds no secret; NULL for queries that were not logged */
    uint64_t offset;    /* of the record that decided; for queries of the state that was asked */
    uint32_t index;     /* among that record's decisions */
    uint32_t rules;
    int64_t now_ts_ms; /* the store's clock at the decision */
    bool dry_run;

    bool repeat;           /* the same intent again: answered as at first */
    uint64_t first_offset; /* where it was decided first */
    enum dibs_standing standing;
    enum dibs_why standing_why;

    const struct dibs_key *keys; /* granted, yours, waited for, ended; what a renew, close, handoff or revoke that took
                                  * effect named by key */
    size_t key_count;
    int64_t ttl_ms;                             /* -1: none */
    int64_t deadline_ts_ms, waiter_lease_ts_ms; /* waiting only, else -1 */
    const char *about;                          /* take, next: what the work is */
    const char *code;                           /* handoff: the one-time code, shown once; else NULL */

    const struct dibs_holder *holder; /* NULL: nobody */
    uint32_t queue_length;            /* waiters on holder->key */
    const char *result;               /* already_done: its result */
    const char *by;                   /* who took or revoked it; "" unknown */
    const char *words;                /* an operator's reason, or where a sealed store went; "" none */

    const struct dibs_warning *warnings;
    size_t warning_count;
    const struct dibs_renewed *items; /* renew */
    size_t item_count;
    uint32_t ended_count; /* close, cancel, revoke: what this ended */

    const struct dibs_row *rows; /* list, show */
    size_t row_count;
    const char *next; /* list, dibs_get_steering: the cursor of the next page; NULL: this was the last */
    const struct dibs_policy *policy; /* configure without entries */
    size_t policy_count;
    const struct dibs_prefix *prefixes; /* the same */
    size_t prefix_count;
    const struct dibs_status *status; /* NULL but for dibs_get_status */
    int64_t
        as_of_boot_ms; /* from then on the times in _in_ms count, by this machine's CLOCK_BOOTTIME: a moment when the
                            * store had not decided yet, so that nothing seems longer than it is; -1: not known */
    const struct dibs_rival *rivals; /* nearest first: of a denial of `similar`, a warned grant, advice to
                                               * create, dibs_similar */
    size_t rival_count;
    enum dibs_likeness likeness;              /* of a denial of `similar` */
    const struct dibs_thresholds *thresholds; /* NULL but for dibs_similar */
    /* Denied: how long what stands in the way can last: the holder's lease, or wait; the done-memory; of `rate` until the
     * session may ask again. -1: not known, or time changes nothing. */
    int64_t retry_in_ms;

    const struct dibs_offered *offered; /* offer, withdraw: in the given order */
    size_t offered_count;
    const char *category, *ref;            /* next: of what was picked; "" */
    const struct dibs_pick *pick;          /* next: NULL when nothing was looked at, or not told */
    const struct dibs_supply *supply;      /* NULL: nothing was ever offered, or it is no matter of supply */
    const struct dibs_obstacle *obstacles; /* of a denial of `drained` */
    size_t obstacle_count;
    const struct dibs_draw *draws; /* next with explain: in the order in which they were tried;
                                                * dibs_get_steering: a page; of a claim, once anything was offered: the
                                                * most neglected category, then the claim's own */
    size_t draw_count;
    const struct dibs_steering *steering; /* NULL: not told */
};

/* Frees the answer and all it reaches; NULL is allowed. Any thread may do it. */
void dibs_answer_free(struct dibs_answer *answer);

/* The exit code that a program should end with: 0 yes; 1 denied, never the holder, already closed, or unknown; 2 bad
 * input; 3 no answer yet (also for NULL); 5 a claim that one held ended by expiry, revoke or take. */
int dibs_answer_exit_code(const struct dibs_answer *answer);

/* The same for an error: 0 for DIBS_OK and DIBS_ENDED, 2 bad input, 3 no answer yet, 4 the store. */
int dibs_error_exit_code(enum dibs_error error);

/* Constant names such as "granted", "already_done"; "" for 0, "unknown" for numbers not listed; never NULL.
 * Thread-safe. */
const char *dibs_verdict_name(enum dibs_verdict verdict);
const char *dibs_reason_name(enum dibs_reason reason);
const char *dibs_why_name(enum dibs_why why);
const char *dibs_advice_name(enum dibs_advice advice);
const char *dibs_row_kind_name(enum dibs_row_kind kind);     /* "claim", "waiter", "done", "offer" */
const char *dibs_likeness_name(enum dibs_likeness likeness); /* "maybe", "same", "linked" */

#ifdef __cplusplus
}
#endif
#endif
