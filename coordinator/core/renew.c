/* The renew verb: each target is answered for itself; nothing is remembered, so a late copy is told by the claim's own
 * last renewal (INV-7, R7, R25, R29, S31). */
#include "coordinator/core/renew.h"

#include "coordinator/core/denial.h"
#include "coordinator/core/form.h"
#include "coordinator/core/lease.h"
#include "coordinator/core/outcome.h"
#include "coordinator/core/policy.h"
#include "coordinator/core/queue.h"
#include "coordinator/core/seal.h"
#include "coordinator/core/session.h"
#include "coordinator/core/target.h"

static const uint64_t shortest_ms = 1000;

struct renewing {
    struct canonical_key keys[LIMIT_RENEW_ITEMS];
    uint64_t session;
    bool has_ttl, shorten;
    uint64_t ttl_ms;
    uint8_t by[LIMIT_RENEW_ITEMS][LIMIT_SESSION_BYTES]; /* what the items' `by` points into */
    struct ending first;                                /* of the first that is denied */
    bool has_first;
    struct found found;
    struct told_keys told; /* of whole claims */
};

static struct form renew_form(const struct apply *apply, const struct renew_intent *renew, struct renewing *renewing)
{
    enum flaw flaw = form_head(apply_head(apply));

    if (flaw != FLAW_NONE)
        return (struct form){.flaw = flaw};
    if (renew->target_count == 0 || renew->target_count > LIMIT_RENEW_ITEMS)
        return (struct form){.flaw = FLAW_TARGET};
    if (!form_in(renew->in))
        return (struct form){.flaw = FLAW_TEXT};
    for (uint32_t i = 0; i < renew->target_count; i++) {
        flaw = renew->targets[i].kind == TARGET_SESSION
                   ? FLAW_TARGET
                   : target_form(apply->state, &renew->targets[i], renew->in, &renewing->keys[i]);
        if (flaw != FLAW_NONE)
            return (struct form){.flaw = flaw, .index = i};
    }
    return (struct form){0};
}

/* R7: has a renew of this client with this seq or a later one been here? Else notes that this one has. */
static bool renew_is_late(const struct apply *apply, struct claim_row *row)
{
    struct intent_id id = apply_head(apply)->id;

    if (row->renew_client == id.client && id.seq <= row->renew_seq)
        return true;
    row->renew_client = id.client;
    row->renew_seq = id.seq;
    return false;
}

static uint64_t renew_claim(struct apply *apply, const struct renewing *renewing, uint64_t token)
{
    struct claim_row row = {0};

    if (!claim_load_row(apply->state, TABLE_CLAIM, token, &row) || renew_is_late(apply, &row))
        return row.expires_ms;
    if (renewing->has_ttl)
        row.ttl_ms = renewing->ttl_ms;
    uint64_t expires_ms = apply->meta->now_ms + row.ttl_ms;
    if (!renewing->shorten && expires_ms < row.expires_ms)
        expires_ms = row.expires_ms;
    lease_extend(apply, token, &row, expires_ms);
    return expires_ms;
}

static void item_denied(struct renewing *renewing, uint32_t index, enum reason reason, const struct ending *ending,
                        struct renewed_item *item)
{
    item->answer = ANSWER_DENIED;
    item->reason = reason;
    item->why = ending->why;
    if (ending->by_size != 0)
        memcpy(renewing->by[index], ending->by, ending->by_size);
    item->by = span_of(renewing->by[index], ending->by_size);
    if (!renewing->has_first)
        renewing->first = *ending;
    renewing->has_first = true;
}

static void item_renewed(struct renewed_item *item, uint64_t token, uint64_t expires_ms)
{
    item->answer = ANSWER_ACCEPTED;
    item->token = token;
    item->expires_ms = expires_ms;
}

/* R25: by key, all own claims on it. */
static void renew_key(struct apply *apply, struct renewing *renewing, uint32_t index, struct renewed_item *item)
{
    struct span key = span_of(renewing->keys[index].bytes, renewing->keys[index].size);
    uint64_t token = 0;

    while ((token = target_next_own(apply->state, renewing->session, key, token)) != 0) {
        uint64_t expires_ms = renew_claim(apply, renewing, token);
        if (item->token == 0)
            item_renewed(item, token, expires_ms);
        else if (expires_ms < item->expires_ms)
            item->expires_ms = expires_ms;
    }
    if (item->token == 0) {
        struct ending *ending = &renewing->found.ending;
        ended_by_key(apply->state, renewing->session, key, ending);
        item_denied(renewing, index, REASON_NOT_HOLDER, ending, item);
    }
}

static void renew_token(struct apply *apply, struct renewing *renewing, uint32_t index, const struct target *target,
                        struct decision *decision)
{
    struct renewed_item *item = &decision->items[index];
    struct found *found = &renewing->found;
    struct claim claim;

    target_find(apply, renewing->session, target, &renewing->keys[index], found);
    if (found->reason != REASON_NONE) {
        item_denied(renewing, index, found->reason, &found->ending, item);
        return;
    }
    item_renewed(item, found->token, renew_claim(apply, renewing, found->token));
    if (found->whole && claim_load(apply->state, TABLE_CLAIM, found->token, &claim))
        target_tell_keys(&renewing->told, &claim, UINT32_MAX, found->token, item->expires_ms, decision);
}

static void renew_waiter(struct apply *apply, uint64_t offset, struct renewed_item *item)
{
    struct claim_row row;

    if (!claim_load_row(apply->state, TABLE_WAITER, offset, &row))
        return; /* only after a failure of the state */
    if (!renew_is_late(apply, &row))
        queue_renew(apply, &row, apply->meta->now_ms + row.lease_ask_ms);
    item_renewed(item, 0, row.expires_ms < row.deadline_ms ? row.expires_ms : row.deadline_ms);
    item->waiter = true;
}

static void renew_ticket(struct apply *apply, struct renewing *renewing, uint32_t index, struct intent_id id,
                         struct decision *decision)
{
    struct row_owner owner = {.client = id.client, .session = renewing->session};
    struct renewed_item *item = &decision->items[index];
    struct ending *ending = &renewing->found.ending;
    struct outcome outcome;

    ending_none(ending);
    if (renewing->session == 0 || !outcome_load(apply->state, owner, id.seq, &outcome)) {
        item_denied(renewing, index, REASON_FORGOTTEN, ending, item);
        return;
    }
    if (outcome.row.flags & OUTCOME_WAITING) {
        renew_waiter(apply, outcome.row.waiter_offset, item);
        return;
    }
    bool granted = outcome.row.answer == ANSWER_GRANTED || outcome.row.answer == ANSWER_YOURS;
    if (granted && !(outcome.row.flags & OUTCOME_ENDED)) {
        struct target target = {.kind = TARGET_TOKEN, .token = outcome.row.token};
        renew_token(apply, renewing, index, &target, decision);
        return;
    }
    if (granted)
        ended_by_token(apply->state, outcome.row.token, ending);
    ending->why = (enum why)outcome.row.ended_why; /* which knows of a close, too */
    item_denied(renewing, index, REASON_STALE_TOKEN, ending, item);
}

static void renew_target(struct apply *apply, struct renewing *renewing, uint32_t index, struct decision *decision)
{
    const struct renew_intent *renew = &apply->record->intent->body.renew;
    const struct target *target = &renew->targets[index];

    switch (target->kind) {
    case TARGET_KEY:
        renew_key(apply, renewing, index, &decision->items[index]);
        break;
    case TARGET_TICKET:
        renew_ticket(apply, renewing, index, target->id, decision);
        break;
    case TARGET_TOKEN:
    case TARGET_FENCED_KEY:
    case TARGET_SESSION: /* refused by form */
        renew_token(apply, renewing, index, target, decision);
        break;
    }
}

/* The answer is yes if every item's is; otherwise the first no is the answer's, too. */
static void renew_sum_up(const struct renewing *renewing, struct decision *decision)
{
    decision->answer = ANSWER_ACCEPTED;
    for (uint32_t i = 0; i < decision->item_count; i++) {
        const struct renewed_item *item = &decision->items[i];
        if (item->answer == ANSWER_ACCEPTED)
            continue;
        ending_deny(&renewing->first, item->reason, decision);
        decision->key_count = 0;
        return;
    }
}

static void renew_ttl(struct apply *apply, struct renewing *renewing, struct decision *decision)
{
    const struct renew_intent *renew = &apply->record->intent->body.renew;
    uint64_t most = policy_value(apply->state, POLICY_TTL_MAX_MS);

    renewing->has_ttl = renew->has_ttl;
    renewing->shorten = renew->shorten;
    renewing->ttl_ms = renew->ttl_ms < shortest_ms ? shortest_ms : renew->ttl_ms;
    if (renew->has_ttl && renewing->ttl_ms > most) { /* R29 */
        renewing->ttl_ms = most;
        decision->warnings |= WARNING_TTL_CLAMPED;
    }
}

void renew_apply(struct apply *apply)
{
    const struct renew_intent *renew = &apply->record->intent->body.renew;
    struct renewing renewing;
    struct form form = renew_form(apply, renew, &renewing);
    struct decision decision;

    apply_answer_begin(apply, &decision);
    if (form.flaw != FLAW_NONE) {
        denial_bad(&decision, form.flaw, form.index);
    } else if (apply->meta->sealed) {
        seal_deny(apply, &decision);
    } else {
        renewing.session = session_find(apply->state, apply_head(apply));
        renew_ttl(apply, &renewing, &decision);
        decision.item_count = renew->target_count;
        renewing.has_first = false;
        renewing.told.used = 0;
        for (uint32_t i = 0; i < renew->target_count; i++) {
            decision.items[i] = (struct renewed_item){0};
            renew_target(apply, &renewing, i, &decision);
        }
        renew_sum_up(&renewing, &decision);
    }
    apply_emit(apply, &decision);
}
