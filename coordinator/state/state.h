/* The granted state: sorted tables over one LMDB environment, a meta row, and a digest over all rows.
 *
 * Tables hold bytes; rows.h gives them their layouts. All calls but open and close need an open transaction.
 * Failures are sticky: after one, reads find nothing, writes do nothing, and state_failure tells what happened; the
 * caller aborts. So the core stays free of error plumbing and a local failure is never a decision. Not thread-safe.
 *
 * Digest = sum mod 2^128 of XXH3-128(table number as one byte, key size as u16 LE, key, value) over all rows,
 * kept at each put and delete. Which table a row is in and what is in it thus decide the digest; the order in which
 * rows came does not. */
#ifndef STATE_STATE_H
#define STATE_STATE_H

#include "base/endian.h"
#include "base/error.h"
#include "base/span.h"

/* Numbers are in the digest: never change or reuse one. 1-31 here, 32-63 ideas, 64-95 supply, 96-127 fleet. */
enum table {
    TABLE_META = 0,            /* the one row of clocks, counters and policy (rows.h) */
    TABLE_SESSION = 2,         /* session number -> session row */
    TABLE_SESSION_NAME = 3,    /* name, 0, verifier -> session number */
    TABLE_CLIENT = 4,          /* client, session number -> client row */
    TABLE_OUTCOME = 5,         /* client, session number, seq -> outcome row */
    TABLE_CLAIM = 6,           /* token -> claim row */
    TABLE_CLAIM_SESSION = 7,   /* session number, token -> nothing */
    TABLE_HOLD = 8,            /* path, 0, reach, mode, token -> nothing: who holds what */
    TABLE_WAITER = 9,          /* offset -> waiter row */
    TABLE_WAITER_SESSION = 10, /* session number, offset -> nothing */
    TABLE_WANT = 11,           /* path, 0, reach, mode, offset -> nothing: who waits for what */
    TABLE_WANT_COUNT = 12,     /* key -> number of waiters on it */
    TABLE_DONE = 13,           /* key -> done row */
    TABLE_DUE = 14,            /* kind, time, id -> nothing */
    TABLE_AGENDA = 15,         /* waiter offset, key -> nothing: re-checks still to do in this record */
    TABLE_ENDED = 16,          /* how a claim ended: by token, and by session and key */
    TABLE_CODE = 17,           /* hash of a hand-off code -> token */
    TABLE_TEXT = 18,           /* texts over 1 KiB */
    TABLE_REVOKED = 19,        /* offset, id, is it a waiter -> nothing: what a revoke is yet to end in this record */
    TABLE_PREFIX = 20,         /* a prefix in upper case -> the tracker whose issues begin with it */
    TABLE_END = 21,
    TABLE_SCOPE = 32,          /* name, 0 -> scope row */
    TABLE_SCOPE_POLICY = 33,   /* scope number, policy id -> value */
    TABLE_IDEA = 34,           /* idea -> idea row */
    TABLE_POSTING = 35,        /* scope number, stem, idea / 4096 -> which ideas of those have the stem */
    TABLE_POSTING_COUNT = 36,  /* scope number, stem -> how many ideas have it */
    TABLE_FREQUENCY = 37,      /* scope number, bucket -> how many ideas had a stem there */
    TABLE_LABEL = 38,          /* key -> group */
    TABLE_GROUP = 39,          /* group, key -> nothing: keys that are the same */
    TABLE_PARTED = 40,         /* group, group -> nothing: they are different; in both orders */
    TABLE_IDEA_DONE = 41,      /* idea, key -> nothing: the done keys that name it */
    TABLE_OUTCOME_RIVALS = 42, /* client, session number, seq -> what an outcome said of like ideas */
    TABLE_OFFER = 64,          /* key -> offer row */
    TABLE_OFFER_TOLD = 65,     /* key -> what was offered: texts, keys that it comes after, capabilities */
    TABLE_READY = 66,          /* category number, needs, rank, offer number -> key: what can be picked */
    TABLE_READY_SET = 67,      /* category number, needs -> how many of those */
    TABLE_ASIDE = 68,          /* place, until, offer number -> key: what can't be picked */
    TABLE_AFTER = 69,          /* key, 0, hash of the offer's -> offer's key: it waits until that one is done */
    TABLE_CATEGORY = 70,       /* number -> category row */
    TABLE_CATEGORY_NAME = 71,  /* name of a category -> number */
    TABLE_SUPPLY = 72,         /* the one row of supply */
    TABLE_SELECTIONS = 73,     /* the one row of the last selections */
    TABLE_SEEKER = 74,         /* offset of a waiting next -> what it asks for */
    TABLE_FLEET_FIRST = 96     /* reserved, section 9 */
};

struct state_options {
    uint64_t map_bytes; /* of one that is made; 0: 64 GiB, sparse */
    bool resize;        /* of one that is there, too */
    bool create;        /* make the environment when it is missing */
    bool sync;          /* commits reach the disk (default: they survive a process crash only) */
    bool read_only;
    uint64_t
        check_bytes; /* a file of which at most so much is in use is looked through before it is used (page_check.h) */
};

struct state_digest {
    uint64_t low, high;
};

static inline bool state_digest_equal(struct state_digest a, struct state_digest b)
{
    return a.low == b.low && a.high == b.high;
}

enum { STATE_DIGEST_TEXT = 33 };
/* As people are shown it: 32 hex digits, the high half first. */
void state_digest_print(struct state_digest digest, char out[STATE_DIGEST_TEXT]);

/* As 16 bytes, in the order in which it is printed. */
static inline void state_digest_write(struct state_digest digest, uint8_t out[16])
{
    put_u64be(out, digest.high);
    put_u64be(out + 8, digest.low);
}

static inline struct state_digest state_digest_read(const uint8_t bytes[16])
{
    return (struct state_digest){.high = get_u64be(bytes), .low = get_u64be(bytes + 8)};
}

struct state;      /* opaque, owns the environment */
struct state_meta; /* rows.h: the one row of counters and clocks; kept in memory during a transaction */

/* Opens the environment in directory `path` (the directory exists). LMDB is opened without its own lock: the caller
 * serialises. On success *out is owned by the caller. */
MUST_USE enum dibs_error state_open(const char *path, const struct state_options *options, struct state **out,
                                    struct error_text *why);
void state_close(struct state *state); /* aborts an open transaction; NULL is allowed */

/* Is its file still anywhere, if not at its path? */
bool state_is_there(const struct state *state);

/* Writes the last commit, as a state that can be opened, into the directory `path`, which exists and has none; on the disk
 * when it returns. No transaction may be open. */
MUST_USE enum dibs_error state_copy(struct state *state, const char *path, struct error_text *why);

/* The same into a new file, which nobody has brought to the disk; beside an open transaction, of which nothing is in it. */
MUST_USE enum dibs_error state_copy_to_file(struct state *state, const char *file, struct error_text *why);

/* One transaction at a time. A read-only one sees the last commit; writes in it are a bug. */
MUST_USE enum dibs_error state_begin(struct state *state, bool read_only, struct error_text *why);
MUST_USE enum dibs_error state_commit(struct state *state, struct error_text *why); /* meta and digest go with it */
void state_abort(struct state *state);

/* Has nobody committed since the open transaction, which writes, began? One that is kept open while others may write is good
 * for nothing but state_abort afterwards. */
bool state_is_latest(const struct state *state);

/* The sticky failure of this transaction, DIBS_OK if none; `why` may be NULL. */
enum dibs_error state_failure(const struct state *state, struct error_text *why);

/* Is what was read from a row what only we can have written? If not, the state is damaged: that failure sticks, and the
 * caller reads no further. Returns `sane`. */
bool state_expect(struct state *state, bool sane);

/* Meta: loaded by state_begin, stored by state_commit; the pointer is good for the transaction. A fresh state has all
 * zeros. */
struct state_meta *state_meta(struct state *state);
struct state_digest state_digest(const struct state *state);

/* Found: true, and *value is borrowed until the next put, delete or end of transaction. */
bool table_get(struct state *state, enum table table, struct span key, struct span *value);
void table_put(struct state *state, enum table table, struct span key, struct span value); /* adds or replaces */
bool table_delete(struct state *state, enum table table, struct span key);                 /* false: was not there */

/* Room for the value of a row that is being made, so that it needs none on the stack: good until the next call of this. */
enum { STATE_ROW_BYTES = 128 * 1024 };
uint8_t *state_row_room(struct state *state);

/* The first row at or after `from` in bytewise key order. Both spans are borrowed as above. */
bool table_seek(struct state *state, enum table table, struct span from, struct span *key, struct span *value);
/* The row after the one that the last table_seek, table_next or table_following of this table has found, while nothing was
 * written since: the quickest way to look through many. */
bool table_following(struct state *state, enum table table, struct span *key, struct span *value);
/* The first row strictly after `from`. */
bool table_next(struct state *state, enum table table, struct span from, struct span *key, struct span *value);
/* The number of rows. */
uint64_t table_count(struct state *state, enum table table);

/* Rows of this replica alone, committed with the others and in no digest: where it stands in its log. Numbers are in the
 * files of states: never change or reuse one. */
enum local_row { LOCAL_INTAKE = 1, LOCAL_LOG_IDENTITY = 2, LOCAL_GENESIS = 3 };
enum { LOCAL_VALUE_MAX = 1024 };

/* As table_get and table_put. */
bool state_local_get(struct state *state, enum local_row row, struct span *value);
void state_local_put(struct state *state, enum local_row row, struct span value);

/* The digest computed anew from all rows: what state_digest must equal. Slow. */
struct state_digest state_digest_recomputed(struct state *state);

/* Used bytes of the map and its size: for headroom checks. */
void state_space(struct state *state, uint64_t *used_bytes, uint64_t *map_bytes);

#endif
