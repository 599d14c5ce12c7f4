/* Offers: each item stands alone. Offering again changes what is offered, and leaves where it stands. */
#include "coordinator/core/supply/offer.h"

#include "coordinator/core/done.h"
#include "coordinator/core/due.h"
#include "coordinator/core/form.h"
#include "coordinator/core/gate.h"
#include "coordinator/core/log_time.h"
#include "coordinator/core/policy.h"
#include "coordinator/core/session.h"
#include "coordinator/core/subtree.h"
#include "coordinator/core/supply/after.h"
#include "coordinator/core/supply/category.h"
#include "coordinator/core/supply/offer_form.h"
#include "coordinator/core/supply/standing.h"
#include "coordinator/core/supply/supply.h"

enum { PRIORITY_DEFAULT = 5 };

/* A time as people have it, on T: never before now. */
static uint64_t on_log_time(const struct apply *apply, uint64_t ts_ms)
{
    uint64_t ts_now = log_time_ts(apply->record->ts_ms), ts = log_time_ts(ts_ms);

    return ts > ts_now ? apply->meta->now_ms + (ts - ts_now) : apply->meta->now_ms;
}

/* The row takes what the item says. */
static void row_fill(struct apply *apply, const struct offer_item *item, const struct offering *offering,
                     struct offer_row *row)
{
    struct span key = offering_key(offering);

    row->priority = (uint8_t)(item->has_priority ? item->priority : PRIORITY_DEFAULT);
    row->not_before_ms = item->has_not_before ? on_log_time(apply, item->not_before_ts_ms) : 0;
    row->expires_ms = item->has_expires ? on_log_time(apply, item->expires_ts_ms) : 0;
    row->category = (uint16_t)category_number(apply, item->category);
    row->needs = need_hash(offering->needs.words, offering->needs.count);
    row->claimed = subtree_exact_any(apply->state, TABLE_HOLD, key, 0) != UINT64_MAX;
    memcpy(row->verifier, apply_head(apply)->identity, sizeof row->verifier);
}

/* Of an offer that is known its number, age and rests stay. */
static void offer_write(struct apply *apply, const struct offer_item *item, const struct offering *offering,
                        const struct offer_row *known)
{
    struct span key = offering_key(offering);
    struct offer_row row = {0};

    if (known != NULL) {
        row = *known;
        standing_leave(apply, key, known);
        if (known->expires_ms != 0)
            due_remove(apply, DUE_OFFER_OVER, known->expires_ms, key);
        after_unlink(apply, key);
    } else {
        row.number = supply_number(apply);
    }
    row_fill(apply, item, offering, &row);
    row.open = after_link(apply, key, &offering->told);
    offer_save_told(apply->state, key, &offering->told);
    if (row.expires_ms != 0)
        due_add(apply, DUE_OFFER_OVER, row.expires_ms, key);
    standing_enter(apply, key, &row, known != NULL ? (enum offer_place)known->place : PLACE_NONE);
}

static struct offered_item refused(enum reason reason, enum why why, enum flaw flaw)
{
    return (struct offered_item){.answer = ANSWER_DENIED, .reason = reason, .why = why, .flaw = flaw};
}

static struct offered_item offer_one(struct apply *apply, const struct offer_item *item, struct span in,
                                     struct offering *offering)
{
    enum flaw flaw = offer_form(apply, item, in, offering);
    struct span key = offering_key(offering);
    struct state *state = apply->state;
    struct offer_row row;

    if (flaw != FLAW_NONE)
        return refused(REASON_BAD_REQUEST, WHY_NONE, flaw);
    bool known = supply_is_used(apply) && offer_load(state, key, &row);
    if (!item->again && done_refuses(state, key, false, 0))
        return refused(REASON_ALREADY_DONE, WHY_NONE, FLAW_NONE);
    if (!known && table_count(state, TABLE_OFFER) >= policy_value(state, POLICY_OFFERS_MAX))
        return refused(REASON_QUOTA, WHY_OFFERS, FLAW_NONE);
    if (!after_has_room(state, key, &offering->told))
        return refused(REASON_QUOTA, WHY_OFFERS, FLAW_AFTER);
    if (after_is_cycle(state, key, &offering->told))
        return refused(REASON_BAD_REQUEST, WHY_NONE, FLAW_CYCLE);
    if (!item->has_expires || on_log_time(apply, item->expires_ts_ms) > apply->meta->now_ms)
        offer_write(apply, item, offering, known ? &row : NULL);
    else if (known)
        standing_end(apply, key, &row);
    return (struct offered_item){.answer = ANSWER_ACCEPTED, .updated = known};
}

/* Remembers the items in the outcome's words, and tells them as they are. */
static void answer_items(struct apply *apply, const struct gate *gate, struct decision *decision)
{
    uint8_t words[OFFERED_WORDS_BYTES];

    decision->words = offered_pack(decision, words);
    gate_remember(apply, gate, decision, 0);
    decision->words = (struct span){0};
    apply_emit(apply, decision);
}

static void offer_all(struct apply *apply, const struct offer_intent *offer, struct decision *decision)
{
    struct offering offering;

    decision->answer = ANSWER_ACCEPTED;
    for (uint32_t i = 0; i < offer->item_count; i++)
        decision->offered[i] = offer_one(apply, &offer->items[i], offer->in, &offering);
    decision->offered_count = offer->item_count;
}

void offer_apply(struct apply *apply)
{
    const struct offer_intent *offer = &apply->record->intent->body.offer;
    struct form form = {.flaw = form_head(apply_head(apply))};
    struct decision decision;

    if (form.flaw == FLAW_NONE && (offer->item_count == 0 || offer->item_count > LIMIT_OFFER_ITEMS))
        form.flaw = FLAW_ITEMS;
    if (form.flaw == FLAW_NONE && !form_in(offer->in))
        form.flaw = FLAW_TEXT;
    struct gate gate = gate_begin(apply, form, &decision);
    if (gate.answered)
        return;
    gate_open_session(apply, &gate);
    offer_all(apply, offer, &decision);
    answer_items(apply, &gate, &decision);
}

/* Did this session offer it? */
static bool is_own(struct apply *apply, struct span key, const struct offer_row *row)
{
    const struct intent_head *head = apply_head(apply);
    uint8_t storage[OFFER_STORAGE_BYTES];
    struct offer_told told;

    return memcmp(row->verifier, head->identity, sizeof row->verifier) == 0 &&
           offer_load_told(apply->state, key, &told, storage) && span_equal(told.texts[OFFER_SESSION], head->session);
}

static struct offered_item withdraw_one(struct apply *apply, const struct withdraw_intent *withdraw, struct span given)
{
    struct canonical_key canonical;
    enum flaw flaw = form_key(apply->state, given, withdraw->in, &canonical);
    struct span key = span_of(canonical.bytes, canonical.size);
    struct offer_row row;

    if (flaw != FLAW_NONE)
        return refused(REASON_BAD_REQUEST, WHY_NONE, flaw);
    if (!supply_is_used(apply) || !offer_load(apply->state, key, &row) ||
        (!is_own(apply, key, &row) && !gate_is_operator(apply, withdraw->operator_identity)))
        return refused(REASON_NOT_HOLDER, WHY_NONE, FLAW_NONE);
    standing_end(apply, key, &row);
    return (struct offered_item){.answer = ANSWER_ACCEPTED};
}

void withdraw_apply(struct apply *apply)
{
    const struct withdraw_intent *withdraw = &apply->record->intent->body.withdraw;
    struct form form = {.flaw = form_head(apply_head(apply))};
    struct decision decision;

    if (form.flaw == FLAW_NONE && (withdraw->key_count == 0 || withdraw->key_count > LIMIT_WITHDRAW_KEYS))
        form.flaw = withdraw->key_count == 0 ? FLAW_NO_KEYS : FLAW_TOO_MANY_KEYS;
    if (form.flaw == FLAW_NONE && !form_in(withdraw->in))
        form.flaw = FLAW_TEXT;
    struct gate gate = gate_begin(apply, form, &decision);
    if (gate.answered)
        return;
    decision.answer = ANSWER_ACCEPTED;
    for (uint32_t i = 0; i < withdraw->key_count; i++)
        decision.offered[i] = withdraw_one(apply, withdraw, withdraw->keys[i]);
    decision.offered_count = withdraw->key_count;
    answer_items(apply, &gate, &decision);
}

struct span offered_pack(const struct decision *decision, uint8_t out[OFFERED_WORDS_BYTES])
{
    for (uint32_t i = 0; i < decision->offered_count; i++) {
        const struct offered_item *item = &decision->offered[i];

        out[4 * i] = (uint8_t)item->answer;
        out[4 * i + 1] = (uint8_t)((uint32_t)item->reason | (item->updated ? 0x80u : 0));
        out[4 * i + 2] = (uint8_t)item->why;
        out[4 * i + 3] = (uint8_t)item->flaw;
    }
    return span_of(out, 4 * (size_t)decision->offered_count);
}

void offered_unpack(struct span words, struct decision *decision)
{
    decision->offered_count = (uint32_t)(words.size / 4);
    for (uint32_t i = 0; i < decision->offered_count; i++) {
        const uint8_t *at = words.bytes + 4 * (size_t)i;

        decision->offered[i] = (struct offered_item){.answer = (enum answer)at[0],
                                                     .reason = (enum reason)(at[1] & 0x7f),
                                                     .why = (enum why)at[2],
                                                     .flaw = (enum flaw)at[3],
                                                     .updated = (at[1] & 0x80) != 0};
    }
}
