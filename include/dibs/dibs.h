/* dibs: call dibs on work before you start it. The C API for agents.
 *
 * Caveats first:
 *  - A grant is not mutual exclusion of side effects. A process that was paused may act after its lease ended; only
 *    dibs_check (or a store that refuses old tokens) at the moment of the effect settles it.
 *  - "Held by someone else" is an answer, not an error: look at answer->verdict when a call gave DIBS_OK.
 *  - Leases end by themselves. Whoever needs longer than the ttl calls dibs_renew in time, or once dibs_keep (keep.h).
 *  - After fork() a client belongs to the parent: in the child every call on it gives DIBS_FORKED and changes
 *    nothing, dibs_close then frees memory only. Open a new one in the child.
 *  - In one directory (file:) sessions are safe from each other's mistakes, not from malice: whoever can write the
 *    directory can do anything to it.
 *
 * To link: $(pkg-config --cflags --libs dibs), or in CMake find_package(dibs) and dibs::dibs; from the build folder as examples/first_claim.c says.
 *
 * Threads: a client may be used by any number of threads at once; calls take turns, a blocked wait lets others in.
 * Stack: a call needs up to 256 KiB of its thread's stack; give threads that claim 512 KiB.
 * Signals: only dibs_interrupt is async-signal-safe. Texts given are borrowed for the call and are NUL-terminated
 * UTF-8; NULL means "not given". Option structs are zero for defaults: start from `= {0}`.
 * Pointers that must not be NULL: `out`, `entry`, `event`, `report`; the options of claim, renew, close, revoke and
 * migrate, and its `to`; an array with a count above 0; handoff's `target`. Each gives DIBS_BAD_INPUT otherwise. Options
 * that may be NULL: open, list, log, watch, replay, init. Calls that return no error take a client, watch or answer that
 * is there.
 *
 * Errors: each call returns DIBS_OK or says what went wrong; dibs_error_text then has the words. On an error nothing
 * was changed and *out is NULL, except for DIBS_NO_ANSWER: the intent is in the log, *out is an answer with verdict
 * NONE and a ticket, owned by the caller, and dibs_wait on the ticket tells what became of it (NULL, if there was no
 * memory for it). Any call may give DIBS_UNAVAILABLE, DIBS_BUSY (the lock was not had in time), DIBS_DAMAGED or
 * DIBS_FORKED. */
#ifndef DIBS_DIBS_H
#define DIBS_DIBS_H

#include <dibs/answer.h>
#include <dibs/error.h>
#include <dibs/text.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct dibs_client dibs_client; /* opaque: one session at one store */

enum {
    DIBS_SESSION_SIZE = 129, /* a session name and its NUL */
    DIBS_KEY_SIZE = 401,     /* a canonical key and its NUL */
    DIBS_TICKET_SIZE = 257,  /* a ticket and its NUL */
    DIBS_CODE_SIZE = 65,     /* a hand-off code and its NUL */
    DIBS_TEXT_MAX = 2048     /* bytes of a result or a reason, without a NUL */
};

/* ---------------------------------------------------------------- errors */

/* What the last failing call of this thread was about: what, where, what to do next. Never NULL; "" when nothing
 * failed yet. Borrowed until this thread's next dibs call. */
const char *dibs_error_text(void);

/* The library's version, such as "0.1.0". */
const char *dibs_version(void);

/* ---------------------------------------------------------------- a client */

struct dibs_client_options {
    const char *
        store; /* URL (file:/path, kafka://host:port/FLEET) or directory; NULL: $DIBS_STORE, else `store = …` in the file `config` of the
                                   config directory, else file: under $XDG_STATE_HOME/dibs (made on first use) */
    const char *session; /* 1-128 bytes; NULL: $DIBS_SESSION, else a new one that nobody has */
    const void *secret;  /* at least 32 bytes; NULL: $DIBS_SECRET (text, at least 32 bytes), else derived from
                                   the session's name and the per-user key */
    size_t secret_size;
    const char *secret_file;  /* the per-user key: 32 bytes, mode 0600, made when missing; NULL: $DIBS_SECRET_FILE,
                                   else `secret.key` in the config directory */
    const char *config_dir;   /* NULL: $XDG_CONFIG_HOME/dibs, else ~/.config/dibs */
    const char *operator_key; /* file with the operator's key; NULL: the store's own operator.key if there is one,
                                   else $DIBS_OPERATOR_KEY_FILE. Needed by revoke and configure only */
    bool no_create;           /* do not make the default store; an explicit one is never made by open */
    bool read_only;           /* only questions about the state as it was last committed; needs no write access.
                                   DIBS_UNAVAILABLE until somebody wrote after a boot or a copy of the directory */
    uint64_t lock_timeout_ms; /* how long a call takes at most: for the lock, or for a fleet's answer; there up to 1 s
                                   more, to take back what was not sent yet, so that it is known whether anything was.
                                   0: $DIBS_PATIENCE (a duration), else 10 s, of a fleet 30 s */
};

/* Opens a client; `options` may be NULL. On DIBS_OK *out is owned by the caller and closed with dibs_close.
 * In a process whose standard input, output or error is closed it takes those numbers for good, with descriptors that can
 * be neither read nor written: what is printed there must not get into the store's files.
 * DIBS_BAD_INPUT: unknown scheme, bad session name, secret too short, a key file that others can read.
 * DIBS_NO_STORE: that store is not there; DIBS_NEWER; DIBS_UNSUPPORTED: this build has no back end for that scheme. */
enum dibs_error dibs_open(const struct dibs_client_options *options, dibs_client **out);

/* The URL of the store that dibs_open would open (`store` and `config_dir` as in its options), whether or not it is there:
 * for words about one that could not be opened. "" in `url` when none is named, or not well. */
void dibs_find_store(const char *store, const char *config_dir, char *url, size_t size);

/* Frees the client and what it keeps (keep.h); claims and waits live on. No other call may be in progress. NULL is allowed. */
void dibs_close(dibs_client *client);

/* Borrowed until dibs_close. */
const char *dibs_store_url(const dibs_client *client); /* as named in every answer: file:/path */
const char *dibs_session(const dibs_client *client);
bool dibs_session_is_new(const dibs_client *client); /* its name was made up by dibs_open */
const char *dibs_secret_file(
    const dibs_client
        *client); /* the per-user key's path as it was found; NULL: a secret was given, or no place was found */
bool dibs_store_is_new(const dibs_client *client); /* dibs_open made the store: say so once */

/* What dibs_open made good in a store that a crash of the machine or a copy left, in words for people; "" nothing. */
const char *dibs_store_mended(const dibs_client *client);

/* From now on no dibs_wait or waiting dibs_claim of this client sleeps: they return what is so far, within
 * 50 ms as a rule. Async-signal-safe. */
void dibs_interrupt(dibs_client *client);

/* ---------------------------------------------------------------- to claim */

struct dibs_claim_options {
    const char *const *keys; /* all of 1-32, or with `any` the first free one of 1-64; 8 with wait */
    size_t key_count;
    bool any, shared;
    bool fresh;                  /* one's own session counts as a stranger */
    bool again;                  /* even if it was done already */
    bool dry_run;                /* what would be answered now; nothing changes */
    bool has_ttl;                /* else the store's default */
    uint64_t ttl_ms;             /* 1 s to the store's longest */
    bool wait;                   /* stay in the queue when it is not free */
    bool has_wait_ms;            /* else the store's default wait */
    uint64_t wait_ms;            /* 0: no wait; more than the store's longest (24 h unless configured) is refused */
    bool has_waiter_lease;       /* else the store's default; the library renews it while somebody waits here */
    uint64_t waiter_lease_ms;    /* cut to 1 s at least and the store's longest (1 h unless configured) */
    const char *in;              /* the repository that bare references mean, such as github:o/r; at most 400 bytes */
    const char *about, *aka;     /* the work in words, at most 2 KiB each */
    const char *category;        /* at most 64 bytes */
    const char *ref;             /* URL, pull request, branch; at most 1 KiB */
    const char *origin;          /* host, pid, run; at most 1 KiB; NULL: host and pid */
    const char *scope;           /* the domain in which `about` is compared with others'; at most 64 bytes */
    const uint64_t *not_same_as; /* tokens of rivals that were shown: it isn't the same work; at most 64 */
    size_t not_same_count;
};

/* Claims, and with `wait` blocks until there is a final answer, the deadline passed, or dibs_interrupt: then the
 * verdict may be WAITING. Renews the waiter's lease while it blocks, and a queue's grant before it is reported. */
enum dibs_error dibs_claim(dibs_client *client, const struct dibs_claim_options *options, struct dibs_answer **out);

/* The same without blocking: with `wait` the verdict may be WAITING; keep answer->ticket and call dibs_wait. */
enum dibs_error dibs_claim_submit(dibs_client *client, const struct dibs_claim_options *options,
                                  struct dibs_answer **out);

/* Waits for what becomes of a ticket, in any process that has the session's secret; never claims anew. Renews the
 * waiter's lease. timeout_ms: UINT64_MAX until the claim's own deadline, 0 just looks. Not final after that:
 * DIBS_OK with verdict WAITING. A ticket that the store no longer knows: DENIED, `forgotten`. The ticket's own
 * session counts, not the client's. DIBS_BAD_INPUT: not a ticket. */
enum dibs_error dibs_wait(dibs_client *client, const char *ticket, uint64_t timeout_ms, struct dibs_answer **out);

/* Leaves the queue, or gives back what that very claim or take was granted. A ticket that never reached the log is
 * barred from it. The ticket's own session counts. */
enum dibs_error dibs_cancel(dibs_client *client, const char *ticket, struct dibs_answer **out);

/* ---------------------------------------------------------------- to keep, pass on and end */

/* What a verb acts on. key alone: this session's live claim(s) on it. token alone: that claim. Both: that key of that
 * claim, refused when the token is old. ticket (renew only): what that intent got, or its wait. */
struct dibs_target {
    const char *key;
    uint64_t token;
    const char *ticket;
};

struct dibs_renew_options {
    const struct dibs_target *targets; /* 1-64 */
    size_t target_count;
    const char *in;
    bool has_ttl;    /* else each claim's own */
    uint64_t ttl_ms; /* becomes the claim's */
    bool shorten;    /* also when that ends the lease sooner */
};

/* answer->items has one entry for each target; ACCEPTED only if all were. */
enum dibs_error dibs_renew(dibs_client *client, const struct dibs_renew_options *options, struct dibs_answer **out);

enum dibs_outcome {
    DIBS_OUTCOME_DONE = 1,      /* the work is finished: remembered, others are told */
    DIBS_OUTCOME_ABANDONED = 2, /* it is not finished */
    DIBS_OUTCOME_RELEASED = 3   /* it was a mutex: nothing finished, nothing remembered */
};

struct dibs_close_options {
    enum dibs_outcome outcome;
    const struct dibs_target *targets; /* 1-64; all succeed or nothing happens */
    size_t target_count;
    bool
        all; /* every claim of this session, and every wait, which is told `cancelled`; without targets; RELEASED only */
    const char *in;
    const char *result; /* done: at most DIBS_TEXT_MAX */
    const char *reason; /* abandoned: at most DIBS_TEXT_MAX */
    bool has_reward;
    uint32_t reward; /* done: 0-10,000 */
};

enum dibs_error dibs_close_claims(dibs_client *client, const struct dibs_close_options *options,
                                  struct dibs_answer **out);

/* Makes a one-time code (answer->code) for that claim; whoever gives it to dibs_take becomes the holder with a new
 * token. The code is a secret, is shown once, replaces an earlier one, and dies with the claim. `withdraw` takes the
 * open code back instead. */
enum dibs_error dibs_handoff(dibs_client *client, const struct dibs_target *target, const char *in, bool withdraw,
                             struct dibs_answer **out);

/* `origin` as in dibs_claim_options. GRANTED with keys and about, or DENIED `not_holder`: no live claim has it. */
enum dibs_error dibs_take(dibs_client *client, const char *code, const char *origin, struct dibs_answer **out);

/* ---------------------------------------------------------------- operators */

struct dibs_revoke_options {
    const char *key; /* every claim on that very key; one of the three, two are refused */
    const char *in;
    uint64_t token;      /* or that one */
    const char *session; /* or all that sessions of that name hold and wait for; 1-128 bytes */
    const char *reason;  /* not empty, at most DIBS_TEXT_MAX; those who lose it are told */
};

/* answer->ended_count says how many claims and waits were ended. DENIED `forbidden` without the operator's key. Very many
 * are ended a part at a time: when an error stops that, what was ended stays so, and the words say how many. */
enum dibs_error dibs_revoke(dibs_client *client, const struct dibs_revoke_options *options, struct dibs_answer **out);

struct dibs_setting {
    const char *name; /* as dibs_get_policy lists it, or prefix.ENG */
    const char
        *value; /* a number; with unit ms also a duration such as 90s; of a prefix jira or linear, "" takes it out */
};

/* Changes policy in the log: all entries or none (DIBS_BAD_INPUT: unknown name or unparsable value). At most 32 prefixes
 * in a store; a key that was granted, waited for or done before keeps its spelling. */
enum dibs_error dibs_configure(dibs_client *client, const struct dibs_setting *settings, size_t count,
                               struct dibs_answer **out);

/* ---------------------------------------------------------------- to ask (changes nothing, counts against nothing) */

/* All policy: answer->policy, answer->prefixes. */
enum dibs_error dibs_get_policy(dibs_client *client, struct dibs_answer **out);

/* Is this token the live one for this key? ACCEPTED with keys[0], or DENIED `stale_token` with why. */
enum dibs_error dibs_check(dibs_client *client, const char *key, const char *in, uint64_t token,
                           struct dibs_answer **out);

struct dibs_list_options {
    const char *prefix;  /* canonical keys that begin with it, at most 400 bytes; NULL: all */
    const char *session; /* NULL: all */
    bool held, done;     /* none of these, waits and offers: both */
    const char *after;   /* answer->next of the page before; NULL: from the start */
    bool waits;          /* also who waits, for which key */
    bool offers;         /* also what is offered (supply.h), whoever may pick it; `session`: who offered it last */
};

/* Held keys first, then waits, done keys and offers, each in the order of their keys. One page, at most 64 rows, as of one moment; pages together are not one snapshot. */
enum dibs_error dibs_list(dibs_client *client, const struct dibs_list_options *options, struct dibs_answer **out);

/* Who holds, waits for, or has done this very key, and who holds subtrees over it. No rows: nobody. */
enum dibs_error dibs_show(dibs_client *client, const char *key, const char *in, struct dibs_answer **out);

enum dibs_error dibs_get_status(dibs_client *client, struct dibs_answer **out);

/* The one spelling of a key. Needs no store. DIBS_BAD_INPUT with words. Safe in any thread. */
enum dibs_error dibs_canonical_key(const char *text, const char *in, char out[DIBS_KEY_SIZE]);

/* The same at this client's store, whose policy may say whose issue a bare ENG-5 is (prefix.ENG=linear): what a claim of
 * `text` would be granted now. Asks the store only where dibs_key_needs_store. */
enum dibs_error dibs_store_key(dibs_client *client, const char *text, const char *in, char out[DIBS_KEY_SIZE]);

/* Is the key a bare ENG-5, whose meaning is the store's to say? Otherwise dibs_canonical_key tells all. */
bool dibs_key_needs_store(const char *text, const char *in);

/* Puts all that was answered so far on the disk. */
enum dibs_error dibs_sync(dibs_client *client);

#ifdef __cplusplus
}
#endif

#include <dibs/ideas.h>
#include <dibs/log.h>
#include <dibs/supply.h>

#endif
