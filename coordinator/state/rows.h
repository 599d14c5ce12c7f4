/* The layout of every row: fixed little-endian structs, some followed by bytes whose sizes the struct tells.
 *
 * Rows are hashed into the digest, so every byte counts: no padding (checked below), unused fields are zero. The sizes
 * and the order of fields are part of the format (docs/WIRE.md). Row keys are made in keys.h. */
#ifndef STATE_ROWS_H
#define STATE_ROWS_H

#include <stdint.h>

#include "base/limits.h"

#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "rows are read in place: dibs needs a little-endian machine"
#endif

enum phase {
    PHASE_IDLE = 0,        /* between records */
    PHASE_DUE = 1,         /* what falls due before the record */
    PHASE_INTENT = 2,      /* the record's own intent */
    PHASE_SERVE = 3,       /* waiters that the intent let in */
    PHASE_REVOKE_FIND = 4, /* of the intent: looking for what a revoke ends */
    PHASE_REVOKE_END = 5   /* of the intent: ending it */
};

enum { POLICY_SLOTS = 96 };

/* The one row of clocks and counters. */
struct state_meta {
    uint64_t digest_low, digest_high; /* of all rows; kept by state.c */
    uint64_t next_offset;             /* the record to apply next, or the one in progress */
    uint64_t now_ms;                  /* T */
    uint64_t last_ts_ms;              /* raw ts of the last record */
    uint64_t last_token;
    uint64_t jump_max_ms; /* J */
    uint64_t row_keep_ms;
    uint64_t last_session; /* number of the session seen last */
    uint64_t next_due_ms;  /* nothing is due before; UINT64_MAX: nothing is */
    uint64_t bad_records, done_evicted;
    /* the record in progress (R3) */
    uint64_t until_ms;       /* T(n) */
    uint64_t revoke_session; /* a revoke has looked at the sessions up to this number's; 0: at none */
    uint32_t phase;          /* enum phase */
    uint32_t next_index;
    uint32_t has_genesis, sealed;
    uint32_t format, rules;
    uint8_t store_id[16];
    uint8_t operator_identity[LIMIT_IDENTITY_BYTES];
    uint64_t policy[POLICY_SLOTS]; /* by id; where policy_is_set; else the default holds */
    uint8_t policy_is_set[POLICY_SLOTS];
};

/* Key: session number. Followed by the name. */
struct session_row {
    uint64_t claim_level, claim_last_ms; /* token bucket of claims, in 1/60,000 (R31) */
    uint64_t query_level, query_last_ms;
    uint64_t last_denial_ms; /* R34 */
    uint64_t due_ms;         /* when its fading is looked at; 0: not armed */
    uint32_t has_denial;
    uint32_t claim_count, waiter_count, client_count;
    uint8_t verifier[LIMIT_IDENTITY_BYTES];
    uint32_t name_size;
    uint32_t zero;
};

/* Key: client, session number. */
struct client_row {
    uint64_t floor_seq;   /* highest seq evicted (R8) */
    uint64_t idle_ms;     /* since when nothing of it waits or lives, while busy is 0 */
    uint64_t due_ms;      /* when its fading is looked at; 0: not armed */
    uint64_t waiting_seq; /* its one unanswered claim; 0: none (R6) */
    uint32_t busy;        /* waiters and live claims of its intents */
    uint32_t outcome_count;
};

enum outcome_flag {
    OUTCOME_WAITING = 1 << 0,   /* in the queue: waiter_offset says where */
    OUTCOME_TOMBSTONE = 1 << 1, /* cancelled before it came */
    OUTCOME_LIVE = 1 << 3,      /* granted or taken, and the claim lives */
    OUTCOME_ENDED = 1 << 4,     /* it lived, ended_why says how it ended */
    OUTCOME_RIVALS = 1 << 5     /* TABLE_OUTCOME_RIVALS has a row of it */
};

/* Key: client, session number, seq. Followed by outcome_key + bytes for each key, then the texts in the order of
 * enum outcome_text. */
enum outcome_text {
    OUTCOME_ABOUT,
    OUTCOME_HOLDER_SESSION,
    OUTCOME_HOLDER_ABOUT,
    OUTCOME_HOLDER_REF,
    OUTCOME_HOLDER_ORIGIN,
    OUTCOME_HOLDER_KEY,
    OUTCOME_RESULT,
    OUTCOME_BY,
    OUTCOME_WORDS,
    OUTCOME_TEXTS
};
struct outcome_row {
    uint64_t offset;        /* where it was decided */
    uint64_t waiter_offset; /* waiting: the waiter's row */
    uint64_t token;         /* granted, taken or yours: the first key's */
    uint64_t keep_until_ms; /* waited: kept at least so long */
    uint64_t ttl_ms;
    uint64_t holder_token, holder_since_ms, holder_expires_ms, holder_client, holder_seq;
    uint32_t flags; /* enum outcome_flag */
    uint32_t warnings, flaw_key, queue_length, ended_count;
    uint8_t verb, answer, reason, why, advice, flaw, ended_why, has_holder;
    uint16_t key_count;
    uint16_t text_sizes[OUTCOME_TEXTS];
};
struct outcome_key {
    uint64_t token, expires_ms;
    uint16_t size;
    uint16_t zero[3];
};

/* A claim (key: token) or a waiter (key: offset of its intent): one layout, since the one becomes the other. Followed
 * by the keys, each with its size as u16, then by the texts in the order of enum claim_text. A text over
 * CLAIM_TEXT_INLINE bytes is in TABLE_TEXT instead. */
enum claim_text { CLAIM_ABOUT, CLAIM_AKA, CLAIM_CATEGORY, CLAIM_REF, CLAIM_ORIGIN, CLAIM_TEXTS };
enum { CLAIM_TEXT_INLINE = 1024 };
enum claim_flag {
    CLAIM_SHARED = 1 << 0,
    CLAIM_YOURS_TOLD = 1 << 1, /* R13 */
    CLAIM_HAS_CODE = 1 << 2,
    CLAIM_ANY = 1 << 3,       /* waiter: one of the keys is enough */
    CLAIM_FRESH = 1 << 4,     /* waiter */
    CLAIM_AGAIN = 1 << 5,     /* waiter */
    CLAIM_TAKEN = 1 << 6,     /* its last granted intent was a take */
    CLAIM_TTL_GIVEN = 1 << 7, /* the intent named a ttl */
    CLAIM_SCOPED = 1 << 8,    /* waiter: scope and not_same_as stand at the row's end */
    CLAIM_PICKED = 1 << 9     /* its intent was a next */
};
struct claim_row {
    uint64_t client, seq;  /* the last granted intent, or the waiting one */
    uint64_t offset;       /* of that intent */
    uint64_t first_offset; /* of the claim's own intent: names its texts */
    uint64_t session;      /* number */
    uint64_t since_ms;     /* granted, or queued */
    uint64_t expires_ms;   /* the claim's lease, or the waiter's */
    uint64_t due_ms;       /* where the due index looks at it: never after its end */
    uint64_t ttl_ms;       /* as asked */
    union {
        uint64_t deadline_ms; /* waiter: when the wait is over */
        uint64_t idea;        /* claim: the number of its idea; 0: none */
    };
    uint64_t lease_ask_ms;            /* waiter: the lease it asked for (R17) */
    uint64_t renew_client, renew_seq; /* R7 */
    uint32_t reply_partition;
    uint32_t flags;    /* enum claim_flag */
    uint32_t warnings; /* of the intent */
    uint16_t key_count;
    uint16_t text_sizes[CLAIM_TEXTS];
    uint8_t code_hash[LIMIT_IDENTITY_BYTES];
};

/* Key: canonical key. Followed by the texts, then by the number of the claim's idea if it has one. */
enum done_flag { DONE_HAS_IDEA = 1 << 0 };
enum done_text { DONE_SESSION, DONE_ABOUT, DONE_REF, DONE_ORIGIN, DONE_CATEGORY, DONE_RESULT, DONE_TEXTS };
struct done_row {
    uint64_t offset; /* of the close */
    uint64_t token;
    uint64_t since_ms, expires_ms;
    uint32_t reward; /* 0-10,000 */
    uint16_t has_reward;
    uint16_t flags; /* enum done_flag */
    uint16_t text_sizes[DONE_TEXTS];
    uint16_t zero2[2];
};

/* How a claim ended by expiry, revoke or take (S27). Key: 0, token. Followed by `by` and `words`. For each key that it
 * had, 1, session number, key, 0, token leads there, with no value. Both go with the outcome of the claim's last granted
 * intent. */
struct ended_row {
    uint64_t session; /* whose it was */
    uint32_t why;
    uint32_t by_size, words_size;
    uint32_t zero;
};

/* Key: the scope's name, 0. */
struct scope_row {
    uint64_t ideas; /* counted: N */
    uint64_t live;  /* in the index: K */
    uint32_t number;
    uint32_t epoch; /* how often N and the frequencies were halved */
};

/* Key: scope number (one byte), bucket (two bytes). */
struct frequency_row {
    uint32_t count;
    uint32_t epoch; /* the scope's when it was written: it is halved as often as the scope was since */
};

/* Key: the token of the claim's first grant. Followed by the features, the marks (four bytes each) and the kind. */
struct idea_row {
    uint64_t token;                         /* of the live claim; 0: there is none any more */
    uint8_t verifier[LIMIT_IDENTITY_BYTES]; /* of whoever holds it, or held it last */
    uint32_t norm;                          /* by the frequencies at its grant */
    uint32_t done_count;                    /* done keys that name it */
    uint16_t feature_count, mark_count, kind_size;
    uint16_t scope; /* number */
};

/* What a posting's value is made of, in the order of the ideas: the idea modulo 4096, and its norm. Six bytes each. */
enum { POSTING_SHIFT = 12, POSTING_BYTES = 6 };

/* Key: as the outcome's. Followed by the rivals, each with its texts: key, session, about, ref. */
struct outcome_rivals_row {
    uint32_t likeness, rival_count;
};
struct outcome_rival {
    uint64_t token, since_ms, expires_ms;
    uint32_t score;
    uint16_t flags; /* 1: done, 2: linked */
    uint16_t text_sizes[4];
    uint16_t zero;
};

/* Where an offer stands. */
enum offer_place {
    PLACE_NONE = 0,
    PLACE_READY = 1,   /* it can be picked: dispatchable */
    PLACE_CLAIMED = 2, /* somebody has its key */
    PLACE_BLOCKED = 3, /* keys that it comes after are not done */
    PLACE_COOLING = 4,
    PLACE_NOT_YET = 5,
    PLACES = 6
};

/* Key: canonical key. What was offered is in TABLE_OFFER_TOLD. */
struct offer_row {
    uint64_t number;                                   /* the store's first offer is 1 */
    uint64_t ready_ms;                                 /* when it was ready for the first time; with was_ready */
    uint64_t at_ms;                                    /* ready: its rank; cooling, not yet: until when; else 0 */
    uint64_t not_before_ms, expires_ms, cool_until_ms; /* 0: none */
    uint64_t needs;                                    /* stands for the set; 0: none */
    uint32_t open;                                     /* keys to be done first */
    uint32_t cooled;                                   /* times */
    uint16_t category;                                 /* number */
    uint8_t priority, place, claimed, was_ready;
    uint8_t zero[2];
    uint8_t verifier[LIMIT_IDENTITY_BYTES]; /* of whoever offered it last */
};

/* Key: number of the category (two bytes, from 1). Followed by its name. */
struct category_row {
    uint64_t outcomes; /* bit 0 the newest reward; 1: a success */
    uint64_t ready;    /* items that can be picked */
    uint64_t selections;
    uint32_t outcome_count;
    uint32_t target; /* its own, of 10,000, and 1; 0: it has the common one */
};

enum supply_counter { SUPPLY_OFFERS, SUPPLY_DEMANDS, SUPPLY_GRANTS, SUPPLY_DENIALS, SUPPLY_COUNTERS };
enum { SUPPLY_MINUTES = 60 };

enum { SELECTIONS_FAMILIES = 5, SELECTIONS_ARMS = 128 };

/* The one row of TABLE_SELECTIONS (docs/STEERING.md). */
struct selections_row {
    uint64_t selections, plateaus;
    uint64_t families[SELECTIONS_FAMILIES]; /* hashes; that of selection i at i modulo 5 */
    uint16_t arms[SELECTIONS_ARMS];         /* categories; that of selection i at i modulo 128 */
};

/* The one row of TABLE_SUPPLY. */
struct supply_row {
    uint64_t last_number; /* of an offer */
    uint64_t minute;      /* T / 60,000 of the newest bucket */
    uint64_t dry_probes;
    uint64_t counts[PLACES];
    uint32_t minutes[SUPPLY_MINUTES][SUPPLY_COUNTERS]; /* that of minute m at m modulo 60 */
    uint32_t verdict;
    uint32_t zero;
};

#define ROW_HAS_SIZE(row, bytes) _Static_assert(sizeof(struct row) == (bytes), #row " has padding or changed")
ROW_HAS_SIZE(state_meta, 14 * 8 + 6 * 4 + 16 + 32 + 9 * POLICY_SLOTS);
ROW_HAS_SIZE(session_row, 6 * 8 + 6 * 4 + 32);
ROW_HAS_SIZE(client_row, 4 * 8 + 2 * 4);
ROW_HAS_SIZE(outcome_row, 10 * 8 + 5 * 4 + 8 + 2 + 2 * OUTCOME_TEXTS);
ROW_HAS_SIZE(outcome_key, 24);
ROW_HAS_SIZE(claim_row, 13 * 8 + 3 * 4 + 2 + 2 * CLAIM_TEXTS + 32);
ROW_HAS_SIZE(done_row, 4 * 8 + 4 + 2 + 2 + 2 * DONE_TEXTS + 4);
ROW_HAS_SIZE(ended_row, 8 + 4 * 4);
ROW_HAS_SIZE(offer_row, 7 * 8 + 2 * 4 + 2 + 6 + 32);
ROW_HAS_SIZE(category_row, 3 * 8 + 2 * 4);
ROW_HAS_SIZE(supply_row, 3 * 8 + 8 * PLACES + 60 * 4 * 4 + 2 * 4);
ROW_HAS_SIZE(selections_row, 2 * 8 + 5 * 8 + 128 * 2);
ROW_HAS_SIZE(scope_row, 2 * 8 + 2 * 4);
ROW_HAS_SIZE(frequency_row, 8);
ROW_HAS_SIZE(idea_row, 8 + 32 + 2 * 4 + 4 * 2);
ROW_HAS_SIZE(outcome_rivals_row, 8);
ROW_HAS_SIZE(outcome_rival, 3 * 8 + 4 + 6 * 2);

#endif
