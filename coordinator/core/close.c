/* The close verb. All targets are found before any is closed, so a mistake in one changes nothing (S29). */
#include "coordinator/core/close.h"

#include "coordinator/core/cancel.h"
#include "coordinator/core/done.h"
#include "coordinator/core/form.h"
#include "coordinator/core/gate.h"
#include "coordinator/core/lease.h"
#include "coordinator/core/queue.h"
#include "coordinator/core/supply/standing.h"
#include "coordinator/core/supply/steering.h"
#include "coordinator/core/target.h"

/* What the targets are made of: their keys, and the first one's claim, which no other can have closed before. */
struct closing {
    struct canonical_key keys[LIMIT_RENEW_ITEMS];
    struct found first;
    struct found found; /* another one; what a denial's texts point into */
    struct told_keys told;
    uint64_t learned[LIMIT_RENEW_ITEMS]; /* claims whose reward is learned of already */
    uint32_t learned_count;
};

static struct form close_form(const struct apply *apply, const struct close_intent *close, struct closing *closing)
{
    bool known = close->outcome == CLOSE_DONE || close->outcome == CLOSE_ABANDONED || close->outcome == CLOSE_RELEASED;
    enum flaw flaw = form_head(apply_head(apply));

    if (flaw != FLAW_NONE)
        return (struct form){.flaw = flaw};
    if (!known || close->target_count > LIMIT_RENEW_ITEMS || close->all != (close->target_count == 0) ||
        (close->all && close->outcome != CLOSE_RELEASED))
        return (struct form){.flaw = FLAW_TARGET};
    if (!form_text(close->result, LIMIT_TEXT_BYTES) || !form_text(close->reason, LIMIT_TEXT_BYTES) ||
        !form_in(close->in))
        return (struct form){.flaw = FLAW_TEXT};
    if (close->has_reward && (close->reward > 10000 || close->outcome != CLOSE_DONE))
        return (struct form){.flaw = FLAW_REWARD};
    for (uint32_t i = 0; i < close->target_count; i++) {
        const struct target *target = &close->targets[i];
        struct canonical_key *key = &closing->keys[i];
        flaw = target_form(apply->state, target, close->in, key);
        if (target->kind == TARGET_TICKET || target->kind == TARGET_SESSION)
            flaw = FLAW_TARGET;
        else if (flaw == FLAW_NONE && close->outcome == CLOSE_DONE && key->size != 0 &&
                 key_is_subtree(span_of(key->bytes, key->size)))
            flaw = FLAW_SUBTREE_DONE;
        if (flaw != FLAW_NONE)
            return (struct form){.flaw = flaw, .index = i};
    }
    return (struct form){0};
}

static uint32_t keys_bits(const struct claim *claim, const struct found *found)
{
    if (found->whole)
        return claim->row.key_count == 32 ? UINT32_MAX : (UINT32_C(1) << claim->row.key_count) - 1;
    return UINT32_C(1) << claim_key_index(claim, span_of(found->key.bytes, found->key.size));
}

static bool names_subtree(const struct claim *claim, uint32_t keys)
{
    for (uint32_t i = 0; i < claim->row.key_count; i++) {
        if ((keys & (UINT32_C(1) << i)) && key_is_subtree(claim->keys[i]))
            return true;
    }
    return false;
}

/* What a target names now. */
static void close_find(struct apply *apply, uint64_t session, const struct closing *closing, uint32_t index,
                       struct found *found)
{
    const struct close_intent *close = &apply->record->intent->body.close;
    struct claim claim;

    target_find(apply, session, &close->targets[index], &closing->keys[index], found);
    if (close->outcome != CLOSE_DONE || found->reason != REASON_NONE ||
        !claim_load(apply->state, TABLE_CLAIM, found->token, &claim) ||
        !names_subtree(&claim, keys_bits(&claim, found)))
        return;
    found->reason = REASON_BAD_REQUEST;
    found->flaw = FLAW_SUBTREE_DONE;
}

/* False: the decision is denied, with the first target that fails. */
static bool close_find_all(struct apply *apply, uint64_t session, struct closing *closing, struct decision *decision)
{
    const struct close_intent *close = &apply->record->intent->body.close;

    for (uint32_t i = 0; i < close->target_count; i++) {
        struct found *found = i == 0 ? &closing->first : &closing->found;
        close_find(apply, session, closing, i, found);
        if (found->reason == REASON_NONE)
            continue;
        ending_deny(&found->ending, found->reason, decision);
        decision->flaw = found->flaw;
        decision->flaw_key = i;
        return false;
    }
    return true;
}

/* A reward is of a claim, however many of its keys are closed in this record. */
static void close_learn(struct apply *apply, uint64_t token, const struct claim *claim, struct closing *closing)
{
    const struct close_intent *close = &apply->record->intent->body.close;

    if (close->outcome != CLOSE_DONE || !close->has_reward)
        return;
    for (uint32_t i = 0; i < closing->learned_count; i++)
        if (closing->learned[i] == token)
            return;
    closing->learned[closing->learned_count++] = token;
    steering_learn(apply, claim->texts[CLAIM_CATEGORY], token, close->reward);
}

static uint32_t close_claim(struct apply *apply, const struct found *found, struct closing *closing,
                            struct decision *decision)
{
    const struct close_intent *close = &apply->record->intent->body.close;
    struct claim claim;
    uint32_t closed = 0;

    if (!claim_load(apply->state, TABLE_CLAIM, found->token, &claim))
        return 0; /* only after a failure of the state */
    uint32_t keys = keys_bits(&claim, found);
    target_tell_keys(&closing->told, &claim, keys, found->token, 0, decision);
    bool cools = close->outcome == CLOSE_ABANDONED;
    close_learn(apply, found->token, &claim, closing);
    for (uint32_t i = 0; i < claim.row.key_count; i++) {
        if (!(keys & (UINT32_C(1) << i)))
            continue;
        closed++;
        if (close->outcome != CLOSE_DONE)
            continue;
        done_remember(apply, claim.keys[i], found->token, &claim, close);
        if (supply_is_used(apply))
            standing_done(apply, claim.keys[i]);
        queue_offer(apply, claim.keys[i], false, 0); /* every waiter on it is told at once, shared ones too */
    }
    if (closed == claim.row.key_count)
        lease_end(apply, found->token, &claim, &(struct claim_end){.why = WHY_CLOSED, .cools = cools});
    else
        lease_shrink(apply, found->token, &claim, keys, cools);
    return closed;
}

static uint32_t close_all(struct apply *apply, uint64_t session, struct closing *closing, struct decision *decision)
{
    struct found *found = &closing->found;
    uint32_t closed = 0;

    found->whole = true;
    found->token = 0;
    /* At most as many as a session may hold (policy, at most 256). */
    while ((found->token = target_next_of_session(apply->state, session, found->token)) != 0)
        closed += close_claim(apply, found, closing, decision);
    return closed + cancel_count_waits(apply, session);
}

/* One target after the other; what an earlier one has closed already counts once. */
static uint32_t close_targets(struct apply *apply, uint64_t session, struct closing *closing, struct decision *decision)
{
    const struct close_intent *close = &apply->record->intent->body.close;
    uint32_t closed = 0;

    for (uint32_t i = 0; i < close->target_count; i++) {
        struct found *found = i == 0 ? &closing->first : &closing->found;
        if (i != 0)
            close_find(apply, session, closing, i, found);
        if (found->reason == REASON_NONE)
            closed += close_claim(apply, found, closing, decision);
    }
    return closed;
}

void close_apply(struct apply *apply)
{
    const struct close_intent *close = &apply->record->intent->body.close;
    struct closing closing;
    struct form form = close_form(apply, close, &closing);
    struct decision decision;
    struct gate gate = gate_begin(apply, form, &decision);
    if (gate.answered)
        return;
    if (!close_find_all(apply, gate.owner.session, &closing, &decision)) {
        gate_answer(apply, &gate, &decision, 0);
        return;
    }
    decision.answer = ANSWER_ACCEPTED;
    closing.told.used = 0;
    closing.learned_count = 0;
    decision.ended_count = close->all ? close_all(apply, gate.owner.session, &closing, &decision)
                                      : close_targets(apply, gate.owner.session, &closing, &decision);
    gate_answer(apply, &gate, &decision, 0);
    if (close->all)
        cancel_waits(apply, gate.owner.session);
}
