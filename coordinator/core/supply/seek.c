/* TABLE_SEEKER: offset of the waiter -> explain, number of categories, number of capabilities, then those and the origin. */
#include "coordinator/core/supply/seek.h"

#include "coordinator/core/denial.h"
#include "coordinator/core/lease.h"
#include "coordinator/core/outcome.h"
#include "coordinator/core/queue.h"
#include "coordinator/core/seal.h"
#include "coordinator/core/serve.h"
#include "coordinator/core/supply/pieces.h"
#include "coordinator/core/supply/signal.h"
#include "coordinator/state/keys.h"

enum {
    SEEKER_HEAD = 3,
    SEEKER_BYTES = SEEKER_HEAD + LIMIT_NEXT_CATEGORIES * (LIMIT_CATEGORY_BYTES + 2) +
                   LIMIT_NEEDS * (LIMIT_NEED_BYTES + 2) + LIMIT_CATEGORY_BYTES + 2 + LIMIT_REF_BYTES + 2
};

static void seeker_key(struct row_key *key, uint64_t offset)
{
    row_key_begin(key);
    row_key_u64(key, offset);
}

void seek_enter(struct apply *apply, const struct seeking *seeking, struct claim *waiter)
{
    uint8_t bytes[SEEKER_BYTES] = {seeking->explain, (uint8_t)seeking->category_count, (uint8_t)seeking->can.count};
    size_t used = SEEKER_HEAD;
    struct row_key key;

    pieces_put(bytes, &used, seeking->categories, seeking->category_count);
    pieces_put(bytes, &used, seeking->can.words, seeking->can.count);
    pieces_put(bytes, &used, &seeking->scope, 1);
    pieces_put(bytes, &used, &seeking->origin, 1);
    seeker_key(&key, waiter->row.offset);
    table_put(apply->state, TABLE_SEEKER, row_key_as_span(&key), span_of(bytes, used));
    queue_enter(apply, waiter);
}

void seek_left(struct state *state, uint64_t offset)
{
    struct row_key key;

    seeker_key(&key, offset);
    (void)table_delete(state, TABLE_SEEKER, row_key_as_span(&key));
}

uint64_t seek_from(struct state *state, uint64_t offset)
{
    struct row_key from;
    struct span key, value;

    seeker_key(&from, offset);
    if (table_count(state, TABLE_SEEKER) == 0 ||
        !table_seek(state, TABLE_SEEKER, row_key_as_span(&from), &key, &value) || !state_expect(state, key.size == 8))
        return UINT64_MAX;
    return row_key_read_u64(key, 0);
}

/* What it asks for; spans point into `storage`. */
static bool seek_load(struct state *state, uint64_t offset, struct seeking *out, uint8_t storage[SEEKER_BYTES])
{
    struct span can[LIMIT_NEEDS], value, rest;
    struct row_key key;

    seeker_key(&key, offset);
    if (!state_expect(state, table_get(state, TABLE_SEEKER, row_key_as_span(&key), &value) &&
                                 value.size >= SEEKER_HEAD && value.size <= SEEKER_BYTES))
        return false;
    memcpy(storage, value.bytes, value.size);
    out->explain = storage[0] != 0;
    out->category_count = storage[1];
    rest = span_of(storage + SEEKER_HEAD, value.size - SEEKER_HEAD);
    return state_expect(state, storage[1] <= LIMIT_NEXT_CATEGORIES && storage[2] <= LIMIT_NEEDS) &&
           pieces_take(state, &rest, out->categories, storage[1]) && pieces_take(state, &rest, can, storage[2]) &&
           pieces_take(state, &rest, &out->scope, 1) && pieces_take(state, &rest, &out->origin, 1) &&
           state_expect(state, need_read(can, storage[2], &out->can));
}

/* It leaves the queue, and the wish has its key again. */
static void leave(struct apply *apply, struct claim *wish, uint16_t key_count)
{
    wish->row.key_count = 0; /* a waiter for work has none */
    queue_leave(apply, wish);
    wish->row.key_count = key_count;
}

static void deny(struct apply *apply, struct claim *wish, struct decision *decision)
{
    leave(apply, wish, 0);
    queue_deny(apply, wish, true, decision);
}

static void grant(struct apply *apply, const struct seeking *seeking, struct selecting *selecting,
                  struct decision *decision)
{
    struct claim *wish = &selecting->wish;

    leave(apply, wish, 1);
    selecting_grant(apply, seeking, serve_lease_ms(apply, &wish->row), selecting, decision);
    outcome_remember(apply, lease_owner(&wish->row), wish->row.seq, decision, OUTCOME_LIVE, 0);
    apply_emit(apply, decision);
}

void seek_look(struct apply *apply, uint64_t offset)
{
    uint8_t storage[SEEKER_BYTES];
    struct selecting selecting;
    struct seeking seeking;
    struct session_name name;
    struct decision decision;
    struct claim *wish = &selecting.wish;

    if (!claim_load(apply->state, TABLE_WAITER, offset, wish) || !seek_load(apply->state, offset, &seeking, storage))
        return; /* only after a failure of the state */
    queue_answer_begin(apply, wish, &name, &decision);
    if (apply->meta->sealed) { /* S6 */
        seal_deny(apply, &decision);
        deny(apply, wish, &decision);
    } else if (!selecting_find(apply, &seeking, &selecting, &decision)) {
        return;
    } else if (!selecting_fits(apply, &selecting, &decision)) {
        deny(apply, wish, &decision);
    } else {
        grant(apply, &seeking, &selecting, &decision);
    }
}
