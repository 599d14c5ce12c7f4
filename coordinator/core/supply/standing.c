/* One place decides where an offer stands, and one pair of functions carries it from one place to another. */
#include "coordinator/core/supply/standing.h"

#include "coordinator/core/due.h"
#include "coordinator/core/policy.h"
#include "coordinator/core/queue.h"
#include "coordinator/core/subtree.h"
#include "coordinator/core/supply/after.h"
#include "coordinator/core/supply/offer_store.h"
#include "coordinator/core/supply/ready.h"
#include "coordinator/core/supply/supply.h"
#include "coordinator/state/keys.h"

enum { PRIORITY_MOST = 9 };

/* When time alone has nothing against it any more. */
static uint64_t free_ms(const struct offer_row *row)
{
    return row->cool_until_ms > row->not_before_ms ? row->cool_until_ms : row->not_before_ms;
}

static enum offer_place place_now(const struct apply *apply, const struct offer_row *row)
{
    if (row->claimed)
        return PLACE_CLAIMED;
    if (row->open > 0)
        return PLACE_BLOCKED;
    if (apply->meta->now_ms >= free_ms(row))
        return PLACE_READY;
    return row->cool_until_ms > row->not_before_ms ? PLACE_COOLING : PLACE_NOT_YET;
}

static bool is_timed(const struct offer_row *row)
{
    return row->place == PLACE_COOLING || row->place == PLACE_NOT_YET;
}

/* Does it become ready, at row->at_ms? Else it ends before. */
static bool has_due(const struct offer_row *row)
{
    return is_timed(row) && (row->expires_ms == 0 || row->at_ms < row->expires_ms);
}

static void aside_key(struct row_key *key, const struct offer_row *row)
{
    row_key_begin(key);
    row_key_u8(key, row->place);
    row_key_u64(key, row->at_ms);
    row_key_u64(key, row->number);
}

void standing_leave(struct apply *apply, struct span key, const struct offer_row *row)
{
    struct row_key at;

    if (row->place == PLACE_READY) {
        ready_take_out(apply, row);
        return;
    }
    aside_key(&at, row);
    (void)table_delete(apply->state, TABLE_ASIDE, row_key_as_span(&at));
    if (has_due(row))
        due_remove(apply, DUE_OFFER_READY, row->at_ms, key);
}

static void enter_ready(struct apply *apply, struct span key, struct offer_row *row)
{
    if (!row->was_ready) /* aging is from the first time on */
        row->ready_ms = apply->meta->now_ms;
    row->was_ready = 1;
    row->at_ms = row->ready_ms + (PRIORITY_MOST - row->priority) * policy_value(apply->state, POLICY_PRIORITY_STEP_MS);
    ready_put_in(apply, row, key);
    queue_seek_again(apply);
}

static void enter_aside(struct apply *apply, struct span key, struct offer_row *row)
{
    struct row_key at;

    row->at_ms = is_timed(row) ? free_ms(row) : 0;
    aside_key(&at, row);
    table_put(apply->state, TABLE_ASIDE, row_key_as_span(&at), key);
    if (has_due(row))
        due_add(apply, DUE_OFFER_READY, row->at_ms, key);
}

void standing_enter(struct apply *apply, struct span key, struct offer_row *row, enum offer_place from)
{
    enum offer_place to = place_now(apply, row);

    row->place = (uint8_t)to;
    if (to == PLACE_READY)
        enter_ready(apply, key, row);
    else
        enter_aside(apply, key, row);
    offer_save(apply->state, key, row);
    supply_move(apply, from, to);
}

void standing_settle(struct apply *apply, struct span key, struct offer_row *row)
{
    standing_leave(apply, key, row);
    standing_enter(apply, key, row, (enum offer_place)row->place);
}

void standing_end(struct apply *apply, struct span key, const struct offer_row *row)
{
    standing_leave(apply, key, row);
    if (row->expires_ms != 0)
        due_remove(apply, DUE_OFFER_OVER, row->expires_ms, key);
    after_unlink(apply, key);
    offer_erase(apply->state, key);
    supply_move(apply, (enum offer_place)row->place, PLACE_NONE);
}

void standing_claimed(struct apply *apply, struct span key)
{
    struct offer_row row;

    if (!offer_load(apply->state, key, &row) || row.claimed)
        return;
    row.claimed = 1;
    standing_settle(apply, key, &row);
}

/* The first rest, doubled for each earlier one, up to the longest. */
static uint64_t rest_ms(struct apply *apply, uint32_t earlier)
{
    uint64_t most = policy_value(apply->state, POLICY_COOL_MAX_MS);
    uint64_t rest = policy_value(apply->state, POLICY_COOL_FIRST_MS);

    for (uint32_t i = 0; i < earlier && rest < most && rest != 0; i++)
        rest *= 2;
    return rest < most ? rest : most;
}

void standing_freed(struct apply *apply, struct span key, bool cools)
{
    struct offer_row row;

    if (!offer_load(apply->state, key, &row))
        return;
    if (cools) {
        row.cool_until_ms = apply->meta->now_ms + rest_ms(apply, row.cooled);
        row.cooled = row.cooled < UINT32_MAX ? row.cooled + 1 : row.cooled;
    }
    row.claimed = subtree_exact_any(apply->state, TABLE_HOLD, key, 0) != UINT64_MAX;
    if (row.claimed) /* by others, who share it: it stays where it is */
        offer_save(apply->state, key, &row);
    else
        standing_settle(apply, key, &row);
}

void standing_done(struct apply *apply, struct span key)
{
    struct offer_row row;

    if (offer_load(apply->state, key, &row))
        standing_end(apply, key, &row);
    after_done(apply, key);
}

void standing_over_due(struct apply *apply, struct span key)
{
    struct offer_row row;

    if (offer_load(apply->state, key, &row))
        standing_end(apply, key, &row);
}

/* Its due entry is gone already; taking it off again is taking nothing. */
void standing_ready_due(struct apply *apply, struct span key)
{
    struct offer_row row;

    if (offer_load(apply->state, key, &row))
        standing_settle(apply, key, &row);
}
