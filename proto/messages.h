/* What travels on the log and back, as plain structs: the contract between agents, core, model and printers.
 *
 * Spans are borrowed: an intent's point into the decoded record, a decision's are valid until the callback that
 * receives it returns. Times ending in _ms are milliseconds of log time T unless the name says ts (the log's clock).
 * A count says how many entries of the array before it are in use. "has_x false" means absent, which is not 0.
 * The numbers of every enum are on the wire and in state: never change or reuse one (docs/WIRE.md). */
#ifndef PROTO_MESSAGES_H
#define PROTO_MESSAGES_H

#include "base/limits.h"
#include "base/span.h"

#include "proto/policy_table.h"

/* ---------------------------------------------------------------- numbers */

/* 1-31 claims, 32-63 ideas, 64-95 supply and selection, 96-127 fleet. Reserved ones are named and answered
 * `unsupported`. */
enum verb {
    VERB_NONE = 0, /* undecodable: see intent.flaw */
    VERB_CLAIM = 1,
    VERB_RENEW = 2,
    VERB_CLOSE = 3,
    VERB_CANCEL = 4,
    VERB_HANDOFF = 5,
    VERB_TAKE = 6,
    VERB_QUERY = 7,
    VERB_REVOKE = 8,
    VERB_CONFIGURE = 9,
    VERB_GENESIS = 10,
    VERB_RECOVERED = 11,
    VERB_SEAL = 12,
    VERB_TICK = 13,
    VERB_SAME = 32,
    VERB_DIFFERENT = 33,
    VERB_OFFER = 64,
    VERB_WITHDRAW = 65,
    VERB_NEXT = 66,
    VERB_IMPORT = 96
};

enum close_outcome { CLOSE_DONE = 1, CLOSE_ABANDONED = 2, CLOSE_RELEASED = 3 };

enum answer {
    ANSWER_NONE = 0,
    ANSWER_GRANTED = 1,  /* claim, take: the keys are this intent's now */
    ANSWER_YOURS = 2,    /* claim: one's own session held it already; renewed */
    ANSWER_WAITING = 3,  /* claim: in the queue; not final */
    ANSWER_DENIED = 4,   /* any verb: see reason */
    ANSWER_ACCEPTED = 5, /* renew, close, cancel, handoff, revoke, configure, seal: it took effect */
    ANSWER_ENDED = 6,    /* a claim granted to this intent ended by expiry, revoke or take; not final (R11) */
    ANSWER_REPORT = 7    /* query */
};

enum reason {
    REASON_NONE = 0,
    REASON_HELD = 1,
    REASON_QUEUED = 2,
    REASON_SIMILAR = 3,
    REASON_ALREADY_DONE = 4,
    REASON_QUOTA = 5,
    REASON_STALE_TOKEN = 6,
    REASON_DEADLINE = 7,
    REASON_QUEUE_FULL = 8,
    REASON_BAD_REQUEST = 9,
    REASON_DRAINED = 10, /* next: there is nothing to pick */
    REASON_NOT_HOLDER = 11,
    REASON_FORBIDDEN = 12,
    REASON_CANCELLED = 13,
    REASON_FORGOTTEN = 14,
    REASON_SEALED = 15,
    REASON_UNSUPPORTED = 16
};

/* How a claim or a wait ended, or what a denial of quota was about. */
enum why {
    WHY_NONE = 0,
    WHY_EXPIRED = 1,   /* a claim's lease ran out */
    WHY_REVOKED = 2,   /* an operator broke it */
    WHY_TAKEN = 3,     /* somebody took it with its hand-off code */
    WHY_LEASE = 4,     /* a waiter's own lease ran out */
    WHY_CLOSED = 5,    /* its holder closed it */
    WHY_CANCELLED = 6, /* given back by cancel */
    WHY_RATE = 7,      /* quota: intents a minute */
    WHY_CLAIMS = 8,    /* quota: live claims of the session */
    WHY_WAITERS = 9,   /* quota: waiters of the session */
    WHY_FULL = 10,     /* quota: live claims, sessions, client rows or labelled keys of the whole store */
    WHY_SCOPES = 11,   /* quota: scopes of ideas */
    WHY_OFFERS = 64    /* quota: offers of the whole store */
};

enum advice { ADVICE_NONE = 0, ADVICE_WAIT = 1, ADVICE_PIVOT = 2, ADVICE_CREATE = 3 };

/* What exactly was wrong, for the words of a `bad_request` or `unsupported`. */
enum flaw {
    FLAW_NONE = 0,
    FLAW_UNDECODABLE = 1,
    FLAW_UNKNOWN_FIELD = 2,
    FLAW_UNKNOWN_VERB = 3,
    FLAW_NEWER_FORMAT = 4,
    FLAW_TOO_LARGE = 5,
    FLAW_SESSION = 6,  /* empty, over-long, not UTF-8 or with control characters */
    FLAW_IDENTITY = 7, /* not 32 bytes */
    FLAW_CLIENT = 8,   /* client or seq is 0 */
    FLAW_NO_KEYS = 9,
    FLAW_TOO_MANY_KEYS = 10,
    FLAW_KEY_EMPTY = 11,
    FLAW_KEY_LONG = 12,
    FLAW_KEY_BYTES = 13, /* control characters or bad UTF-8 */
    FLAW_KEY_SEGMENTS = 14,
    FLAW_KEY_GLOB = 15,    /* a glob other than a final slash and two stars */
    FLAW_KEY_ESCAPES = 16, /* `..` above the repository's root */
    FLAW_KEY_NO_REPO = 17, /* a bare reference without --in */
    FLAW_KEY_FORM = 18,    /* anything else a key cannot be */
    FLAW_TTL = 19,
    FLAW_WAIT = 20,
    FLAW_TEXT = 21, /* a text is over-long, not UTF-8 or has control characters */
    FLAW_REWARD = 22,
    FLAW_PARTIAL = 23,   /* R23: some of it is one's own already, some not; flaw_key says which */
    FLAW_MODE = 24,      /* one's own claim on it has the other mode */
    FLAW_AMBIGUOUS = 25, /* R25: two own claims on that key, name the token */
    FLAW_SUBTREE_DONE = 26,
    FLAW_CODE = 27,
    FLAW_CODE_TAKEN = 28, /* R30: that code is in use on another claim */
    FLAW_POLICY_NAME = 29,
    FLAW_POLICY_VALUE = 30,
    FLAW_TARGET = 31,            /* nothing named to act on, or too much */
    FLAW_NOT_FIRST = 32,         /* R4: a second genesis; an import where none is open */
    FLAW_NO_GENESIS = 33,        /* R4: a record before genesis */
    FLAW_OPERATOR = 34,          /* of the log's own, without the operator's proof */
    FLAW_SCOPE = 35,             /* a scope that there is no room for, or that is none */
    FLAW_LABEL = 36,             /* two labelled keys are one */
    FLAW_LABEL_FULL = 37,        /* too many keys would be the same, or different from one */
    FLAW_LABEL_CONTRADICTS = 38, /* they were labelled otherwise before */
    FLAW_ITEMS = 64,             /* no item, or too many */
    FLAW_SUBTREE_OFFERED = 65,
    FLAW_AFTER = 66, /* a key that it comes after is none, or itself */
    FLAW_CYCLE = 67, /* it would come after itself by way of other offers */
    FLAW_NEED = 68,  /* not 1-64 bytes of letters, digits, `.`, `_` and `-` */
    FLAW_PRIORITY = 69,
    FLAW_CATEGORY = 70 /* a category that there is no room for, or that is none */
};

enum warning {
    WARNING_SESSION_IN_KEY = 1 << 0, /* the key names this very session: it can never collide */
    WARNING_SUBTREE_SERIES = 1 << 1, /* R26: github:o/r and all below does not reach github:o/r#5 */
    WARNING_TTL_CLAMPED = 1 << 2,    /* R29 */
    WARNING_WAIT_CLAMPED = 1 << 3,   /* R19 */
    WARNING_SAME_NAME = 1 << 4,      /* R36: the holder has one's name and another secret */
    WARNING_WAITS_ON_SELF = 1 << 5,  /* R25, R20: what blocks is one's own session's */
    WARNING_SIMILAR = 1 << 6         /* somebody's idea is much like this one: see the rivals */
};

#define POLICY_ENUM(id, NAME, name, unit, initial, least, most) POLICY_##NAME = id,
enum policy { POLICY_TABLE(POLICY_ENUM) POLICY_END = 96 };
#undef POLICY_ENUM

/* ---------------------------------------------------------------- intents */

/* An intent's identity: who sent it and which of theirs it is (INV-3). `client` is 64 random bits, `seq` grows. */
struct intent_id {
    uint64_t client;
    uint64_t seq;
};

static inline bool intent_id_equal(struct intent_id a, struct intent_id b)
{
    return a.client == b.client && a.seq == b.seq;
}

struct intent_head {
    struct intent_id id;
    struct span session;                    /* its name, 1-128 bytes */
    uint8_t identity[LIMIT_IDENTITY_BYTES]; /* the verifier: BLAKE2b-256(BLAKE2b-256(secret)) */
    uint32_t reply_partition;
};

struct claim_intent {
    struct span keys[LIMIT_ANY_KEYS];
    uint32_t key_count;
    bool any;    /* the first free one instead of all */
    bool shared; /* else exclusive */
    bool fresh;  /* one's own session counts as a stranger */
    bool again;  /* override done-memory */
    bool dry_run;
    bool has_ttl, has_wait, has_wait_ms, has_waiter_lease;
    uint64_t ttl_ms, wait_ms, waiter_lease_ms; /* has_wait without has_wait_ms: the default wait */
    struct span in;                            /* the repository for bare references, or empty */
    struct span about, aka, category, ref, origin;
    struct span scope;                    /* the domain of its idea; only used with an `about` */
    uint64_t not_same_as[LIMIT_NOT_SAME]; /* tokens of like claims that it knows of and isn't the same as */
    uint32_t not_same_count;
};

enum target_kind { TARGET_TOKEN = 1, TARGET_KEY = 2, TARGET_FENCED_KEY = 3, TARGET_TICKET = 4, TARGET_SESSION = 5 };

/* What a mutation acts on. TOKEN: that claim. KEY: one's own live claims on it. FENCED_KEY: that key of that claim.
 * TICKET: what that intent of one's own session got or waits for (renew only). SESSION: by name (revoke only). */
struct target {
    enum target_kind kind;
    uint64_t token;
    struct span key; /* as given; canonicalised by the core with the intent's `in` */
    struct intent_id id;
    struct span session;
};

struct renew_intent {
    struct target targets[LIMIT_RENEW_ITEMS]; /* TOKEN, KEY, FENCED_KEY, TICKET */
    uint32_t target_count;
    struct span in;
    bool has_ttl, shorten;
    uint64_t ttl_ms;
};

struct close_intent {
    struct target targets[LIMIT_RENEW_ITEMS]; /* TOKEN, KEY, FENCED_KEY; none with all */
    uint32_t target_count;
    bool all; /* every claim of this session; outcome released only */
    struct span in;
    enum close_outcome outcome;
    struct span result, reason;
    bool has_reward;
    uint32_t reward; /* 0-10,000; done only */
};

struct cancel_intent {
    struct intent_id target; /* of the same session */
};

struct handoff_intent {
    struct target target; /* TOKEN, KEY, FENCED_KEY */
    struct span in;
    bool withdraw;                           /* R30: an empty code takes the old one back */
    uint8_t code_hash[LIMIT_IDENTITY_BYTES]; /* BLAKE2b-256(code) */
};

struct take_intent {
    struct span code; /* 16-64 bytes */
    struct span origin;
};

enum query_kind {
    QUERY_TICKET = 1, /* what became of an intent of one's own session */
    QUERY_KEY = 2,    /* who holds, waits for or did this key */
    QUERY_CHECK = 3,  /* is this token the live one for this key */
    QUERY_LIST = 4,   /* a page of held and done keys */
    QUERY_POLICY = 5,
    QUERY_STATUS = 6,
    QUERY_SIMILAR = 7, /* whose idea is like this one? */
    QUERY_SUPPLY = 8,
    QUERY_STEER = 9 /* a page of categories */
};

struct list_cursor {
    bool done;       /* past the held ones and the waits */
    struct span key; /* canonical; empty: from the start */
    uint64_t token;  /* rows after (key, token); of waits the offset */
    bool waits;      /* past the held ones */
    bool offers;     /* past all of these */
};

struct query_intent {
    enum query_kind kind;
    struct intent_id ticket;
    struct span key, in;
    uint64_t token;
    struct span prefix, session;                        /* list: canonical prefix; session name, empty: all */
    bool want_held, want_done, want_waits, want_offers; /* list */
    struct list_cursor after;
    struct span about, aka, scope, category; /* similar; policy: scope, category */
};

/* Keys that are, or are not, one piece of work: for good. */
struct label_intent {
    struct span a, b, in;
};

/* Work that may be picked. Times are people's (the log's clock). */
struct offer_item {
    struct span key, about, aka, category, scope, ref;
    struct span after[LIMIT_OFFER_AFTER]; /* keys that must be done first */
    uint32_t after_count;
    struct span needs[LIMIT_NEEDS]; /* capabilities that a picker must have; case ignored */
    uint32_t need_count;
    bool has_priority, has_not_before, has_expires;
    uint32_t priority; /* 0-9, 9 the most urgent; 5 if not given */
    uint64_t not_before_ts_ms, expires_ts_ms;
    bool again; /* also if it is remembered as done */
};

struct offer_intent {
    struct offer_item items[LIMIT_OFFER_ITEMS];
    uint32_t item_count;
    struct span in;
};

struct withdraw_intent {
    struct span keys[LIMIT_WITHDRAW_KEYS];
    uint32_t key_count;
    struct span in;
    uint8_t operator_identity[LIMIT_IDENTITY_BYTES]; /* zeros: not given */
};

/* Pick and claim in one. */
struct next_intent {
    struct span categories[LIMIT_NEXT_CATEGORIES]; /* none: any */
    uint32_t category_count;
    struct span can[LIMIT_NEEDS]; /* capabilities of who asks */
    uint32_t can_count;
    bool has_ttl, has_wait, has_wait_ms, has_waiter_lease;
    uint64_t ttl_ms, wait_ms, waiter_lease_ms;
    struct span origin, scope;
    bool explain; /* tell the draws, too */
};

struct revoke_intent {
    uint8_t operator_identity[LIMIT_IDENTITY_BYTES];
    struct target target; /* TOKEN, KEY, SESSION */
    struct span in;
    struct span reason; /* not empty */
};

struct policy_entry {
    uint32_t id; /* enum policy */
    uint64_t value;
    struct span scope;    /* of ideas; empty: for all */
    struct span category; /* that it is the target of; empty: for all */
};

/* Whose issues a bare ENG-5 means: prefix ENG, tracker linear. */
struct prefix_entry {
    struct span prefix;  /* case ignored; in a decision in upper case */
    struct span tracker; /* jira or linear; in an intent, empty: take the prefix out */
};

struct configure_intent {
    uint8_t operator_identity[LIMIT_IDENTITY_BYTES];
    struct policy_entry entries[POLICY_END];
    uint32_t entry_count;
    struct prefix_entry prefixes[LIMIT_PREFIXES];
    uint32_t prefix_count;
};

struct genesis_intent {
    uint32_t format;
    uint8_t store_id[16];
    uint64_t jump_max_ms; /* J; UINT64_MAX: unlimited */
    uint64_t row_keep_ms;
    uint32_t rules;
    uint8_t operator_identity[LIMIT_IDENTITY_BYTES];
    bool import_follows; /* the store's own genesis comes in the `import` records after this one */
    struct policy_entry entries[POLICY_END];
    uint32_t entry_count;
};

struct recovered_intent {
    bool lost_records;                               /* acknowledged records may be gone: advance the token by 2^32 */
    uint8_t operator_identity[LIMIT_IDENTITY_BYTES]; /* needed on a topic; zeros: not given */
};

/* A record of another log, as it stood there. */
struct imported_record {
    uint64_t offset, ts_ms;
    struct span payload; /* identities in it are verifiers */
    enum flaw flaw;      /* not NONE: it was bad, and of the payload only head and verb count */
};

/* Carries a store over. Its last record says `end`, with the J, and the least row_keep, that hold from there on. */
struct import_intent {
    uint8_t operator_identity[LIMIT_IDENTITY_BYTES];
    struct imported_record records[LIMIT_IMPORT_RECORDS];
    uint32_t record_count;
    bool end;
    uint64_t jump_max_ms, row_keep_ms; /* of an end */
};

struct seal_intent {
    uint8_t operator_identity[LIMIT_IDENTITY_BYTES];
    struct span moved_to; /* where claims go now */
};

/* One decoded record. When `flaw` is set the record is bad (INV-10): with a head (has_head) the sender is answered
 * (`unsupported` for UNKNOWN_VERB, UNKNOWN_FIELD and NEWER_FORMAT, else `bad_request`), without one it is only counted. */
struct intent {
    enum flaw flaw;
    bool has_head;
    struct intent_head head; /* genesis, recovered, import and tick have none */
    enum verb verb;
    union {
        struct claim_intent claim;
        struct renew_intent renew;
        struct close_intent close;
        struct cancel_intent cancel;
        struct handoff_intent handoff;
        struct take_intent take;
        struct query_intent query;
        struct revoke_intent revoke;
        struct configure_intent configure;
        struct genesis_intent genesis;
        struct recovered_intent recovered;
        struct seal_intent seal;
        struct import_intent import;
        struct label_intent label; /* same, different */
        struct offer_intent offer;
        struct withdraw_intent withdraw;
        struct next_intent next;
    } body;
};

/* ---------------------------------------------------------------- decisions */

struct granted_key {
    struct span key;     /* canonical */
    uint64_t token;      /* 0: waiting or dry run */
    uint64_t expires_ms; /* T; 0: waiting */
};

/* Whom a denial is about: the holder, the older waiter, or who has done it. */
struct holder {
    struct span session, about, ref, origin;
    struct span key;             /* the canonical key that stood in the way */
    uint64_t token;              /* 0 for a waiter */
    uint64_t since_ms;           /* T of grant, of queueing, or of done */
    uint64_t expires_ms;         /* T of lease end, of the waiter's end, or of the end of done-memory */
    struct intent_id own_waiter; /* R20: one's own session's older wait for it; else zeros */
};

/* Each target of a renew, in the given order. */
struct renewed_item {
    enum answer answer; /* ACCEPTED or DENIED */
    enum reason reason;
    enum why why;
    struct span by; /* whoever took or revoked it, when known */
    uint64_t token; /* 0: a waiter, or denied */
    uint64_t expires_ms;
    bool waiter; /* it was a waiter's lease */
};

/* What keeps items from being picked. */
enum obstacle {
    OBSTACLE_NONE = 0,
    OBSTACLE_CLAIMED = 1,
    OBSTACLE_BLOCKED = 2, /* by keys that are not done */
    OBSTACLE_COOLING = 3,
    OBSTACLE_NOT_YET = 4,
    OBSTACLE_NEEDS = 5,    /* a capability that the asker doesn't have */
    OBSTACLE_SIMILAR = 6,  /* like an idea that is taken */
    OBSTACLE_CATEGORY = 7, /* of a category that was not asked for */
    OBSTACLE_BEYOND = 8    /* not looked at: more than a record looks at come before them */
};

enum row_kind { ROW_CLAIM = 1, ROW_WAITER = 2, ROW_DONE = 3, ROW_OFFER = 4 };

/* A line of a query's answer: one (key, claim), (key, waiter), done key or offer. */
struct report_row {
    enum row_kind kind;
    struct span key, session, about, ref, origin, category, result;
    uint64_t token;  /* 0 for a waiter */
    uint64_t offset; /* of the intent that claimed, waits, or closed it */
    uint64_t since_ms, expires_ms, ttl_ms;
    bool shared, any;
    /* an offer: `session` offered it last, since_ms is when it was first ready, 0 if never */
    enum obstacle obstacle; /* NONE: it can be picked; else CLAIMED, BLOCKED, COOLING, NOT_YET */
    uint64_t until_ms;      /* of the latter two */
    struct span by;         /* blocked: the first key that it waits for */
    struct span needs;      /* capabilities, parted by a blank */
    uint32_t priority;
};

/* How like a claim's idea is to another's, as a denial of `similar` means it. */
enum likeness {
    LIKENESS_NONE = 0,
    LIKENESS_MAYBE = 1, /* for the asker to judge: it may ask again with not_same_as */
    LIKENESS_SAME = 2,  /* very like, of one kind, and no number or identifier sets them apart */
    LIKENESS_LINKED = 3 /* a key was labelled the same as one that is held or done */
};

/* One whose idea is like the asker's. */
struct rival {
    struct span key; /* the first of its claim, or the one that is done */
    struct span session, about, ref;
    uint64_t token;
    uint32_t score; /* 0-1000 */
    bool done;      /* remembered as done; else live */
    bool linked;    /* by a label */
    bool own;       /* of the asker's own session; query only */
    uint64_t since_ms, expires_ms;
};

/* Scores from which a like idea is denied, left to the asker, or warned of. */
struct report_thresholds {
    uint32_t deny, ask, warn;
};

/* What became of each item of an offer, or of each key of a withdrawal, in the given order. */
struct offered_item {
    enum answer answer; /* ACCEPTED or DENIED */
    enum reason reason;
    enum why why;
    enum flaw flaw;
    bool updated; /* it was offered before */
};

/* Enough to do? */
enum supply_verdict { SUPPLY_NONE = 0, SUPPLY_HEALTHY = 1, SUPPLY_THIN = 2, SUPPLY_DRY = 3, SUPPLY_DROUGHT = 4 };

struct report_supply {
    enum supply_verdict verdict;
    uint64_t offers; /* all that are offered: the four below, and those that a claim holds */
    uint64_t dispatchable, blocked, cooling, not_yet;
    uint64_t next_ready_ms; /* when the next one is, by time alone; 0: none will be */
    uint64_t offers_hour, demands_hour, grants_hour, denials_hour; /* of the last 60 minutes */
    uint64_t dry_probes;                                           /* in a row */
    uint64_t runway_ms; /* until nothing is left at the last hour's rate; 0 without grants */
};

/* Of one kind of obstacle: how many items, and the one nearest to becoming free. */
struct report_obstacle {
    enum obstacle kind;
    uint64_t count;
    struct span key;   /* the item */
    struct span by;    /* the key it waits for, the capability, the category, or who has it */
    uint64_t until_ms; /* T; 0: nothing by time alone */
};

/* A category, as steering sees it. Scores are fractions of 2^32 (docs/STEERING.md). */
struct report_draw {
    struct span category;
    uint32_t successes, failures; /* observations that count */
    uint32_t share, target;       /* of 10,000 */
    uint64_t dispatchable, selections;
    uint64_t draw, mean, boost, score; /* next: of this pick; else only mean and boost */
    bool own_target;                   /* not the one that is common to all */
};

struct report_steering {
    uint64_t selections;
    uint32_t plateaus; /* of the last 60 selections, how many stood in a plateau */
    bool plateau, soft;
};

/* How an item was picked from its category. */
struct report_pick {
    uint64_t offer;           /* its number */
    uint32_t penalty;         /* steps of priority that its family cost it */
    uint32_t looked, similar; /* items looked at, and of them passed over as like another's idea */
    bool family_saturated;    /* 3 or more of the last 5 selections were of its family */
};

struct report_status {
    uint64_t claims, waiters, sessions, client_rows, done, bad_records, done_evicted, last_token;
    bool sealed;
};

/* Is the repeated intent's grant still alive (R10)? */
enum standing { STANDING_NONE = 0, STANDING_LIVE = 1, STANDING_ENDED = 2 };

struct decision {
    /* its identity, and the two clocks at it */
    uint64_t offset;
    uint32_t index;
    uint64_t now_ms; /* T */
    uint64_t ts_ms;  /* the record's own ts; people see ts_ms + (x - now_ms) */
    uint32_t rules;

    /* whom it answers */
    struct intent_id id;
    struct span session;
    uint32_t reply_partition;
    enum verb verb;

    enum answer answer;
    bool final;
    enum reason reason;
    enum why why;
    enum advice advice;
    enum flaw flaw;
    uint32_t flaw_key; /* index of the given key, target or setting (entries first, then prefixes) a flaw is about */
    uint32_t warnings; /* of enum warning */
    bool dry_run;

    /* a repeated intent (INV-3, R10) */
    bool repeat;
    uint64_t first_offset; /* where it was decided first; == offset unless repeat */
    enum standing standing;
    enum why standing_why;

    /* granted, yours, waiting; ended: the keys that ended */
    uint32_t key_count;
    uint64_t ttl_ms;
    uint64_t deadline_ms;     /* waiting: when the wait is over, T */
    uint64_t waiter_lease_ms; /* waiting: when its lease ends, T */
    struct span about;        /* take: what it is about */

    /* denied */
    bool has_holder;
    struct holder holder;
    uint32_t queue_length; /* waiters on the key in `holder.key` */
    uint64_t retry_ms;     /* rate: until the session may ask again; 0: not told, as in a repeat */
    struct span result;    /* already_done: its result */
    struct span by;        /* ended, stale: who took or revoked it */
    struct span words;     /* an operator's reason, or where a sealed store went */

    /* renew */
    uint32_t item_count;

    /* close, revoke */
    uint32_t ended_count; /* claims and waiters this record ended */
    bool more;            /* revoke: there is more to end; report: there is another page */

    /* query */
    uint32_t row_count;
    struct list_cursor next;
    uint32_t policy_count, prefix_count;
    struct report_status status;
    struct report_thresholds thresholds; /* similar */

    /* offer, withdraw */
    uint32_t offered_count;

    /* next: of what was picked, or why nothing was; draws also of a report of steering */
    struct span category, ref;
    bool has_pick, has_supply, has_steering;
    struct report_pick pick;
    struct report_supply supply; /* of a report, and of every counted denial once anything was offered */
    struct report_steering steering;
    uint32_t obstacle_count, draw_count;

    /* ideas: of a denial of `similar`, of a warned grant or wait, of advice to create, of a query */
    enum likeness likeness;
    uint32_t rival_count;

    /* The arrays that the counts above are of; last, so that a fresh decision need not clear them. */
    struct granted_key keys[LIMIT_ANY_KEYS];
    struct renewed_item items[LIMIT_RENEW_ITEMS];
    struct report_row rows[LIMIT_PAGE_ROWS];
    struct policy_entry policy[POLICY_END];
    struct prefix_entry prefixes[LIMIT_PREFIXES];
    struct rival rivals[LIMIT_RIVALS];
    struct offered_item offered[LIMIT_WITHDRAW_KEYS];
    struct report_obstacle obstacles[LIMIT_OBSTACLES];
    struct report_draw draws[LIMIT_DRAWS];
};

/* A decision with nothing in it: everything is zero but the unused entries of its arrays. */
static inline void decision_clear(struct decision *decision)
{
    memset(decision, 0, offsetof(struct decision, keys));
}

/* Where decisions go: called once for each, in index order; the decision is valid during the call only. */
struct decision_sink {
    void (*emit)(void *context, const struct decision *decision);
    void *context;
};

#endif
