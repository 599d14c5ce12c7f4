/* Form, gate, rate, then steering's order of categories: the first of them that has an item for the asker; then limits. */
#include "coordinator/core/supply/next.h"

#include "coordinator/core/client.h"
#include "coordinator/core/denial.h"
#include "coordinator/core/form.h"
#include "coordinator/core/gate.h"
#include "coordinator/core/lease.h"
#include "coordinator/core/policy.h"
#include "coordinator/core/session.h"
#include "coordinator/core/supply/obstacles.h"
#include "coordinator/core/supply/signal.h"
#include "coordinator/core/supply/supply.h"

static const uint64_t shortest_ms = 1000;

/* The next in hand, and what its decision's spans point into. */
struct picking {
    struct gate gate;
    struct claim wish;
    struct pick pick;
    struct rivals rivals;
    struct steering steering;
    struct steering_names names;
    struct need_set can;
};

static enum flaw next_form(struct apply *apply, const struct next_intent *next, struct picking *picking)
{
    enum flaw flaw = form_head(apply_head(apply));

    if (flaw != FLAW_NONE)
        return flaw;
    if (next->has_ttl && next->ttl_ms < shortest_ms)
        return FLAW_TTL;
    if (!form_text(next->origin, LIMIT_REF_BYTES) || !form_text(next->scope, LIMIT_CATEGORY_BYTES))
        return FLAW_TEXT;
    for (uint32_t i = 0; i < next->category_count; i++)
        if (!form_text(next->categories[i], LIMIT_CATEGORY_BYTES))
            return FLAW_TEXT;
    return need_read(next->can, next->can_count, &picking->can) ? FLAW_NONE : FLAW_NEED;
}

/* Whose wish it is, for how long. */
static void wish_begin(struct apply *apply, const struct next_intent *next, struct picking *picking)
{
    const struct intent_head *head = apply_head(apply);
    uint64_t most = policy_value(apply->state, POLICY_TTL_MAX_MS);
    uint64_t initial = policy_value(apply->state, POLICY_TTL_DEFAULT_MS);
    struct claim *wish = &picking->wish;

    wish->row = (struct claim_row){.client = head->id.client,
                                   .seq = head->id.seq,
                                   .renew_client = head->id.client,
                                   .renew_seq = head->id.seq,
                                   .offset = apply->record->offset,
                                   .first_offset = apply->record->offset,
                                   .session = picking->gate.owner.session,
                                   .flags = CLAIM_PICKED,
                                   .reply_partition = head->reply_partition};
    wish->row.ttl_ms = next->has_ttl ? next->ttl_ms : initial < most ? initial : most;
    wish->texts[CLAIM_ORIGIN] = next->origin;
    wish->not_same_count = 0;
}

/* By steering's order, each once. */
static bool pick_any(struct apply *apply, const struct next_intent *next, struct picking *picking,
                     struct decision *decision)
{
    struct steering *steering = &picking->steering;
    struct pick *pick = &picking->pick;

    pick->can = &picking->can;
    pick->scope = next->scope;
    pick->wish = &picking->wish;
    pick->decision = decision;
    pick->rivals = &picking->rivals;
    pick_begin(pick);
    steering_gather(apply, next->categories, next->category_count, steering);
    steering_order(apply, steering);
    for (uint32_t i = 0; i < steering->count; i++)
        if (pick_item(apply, steering->candidates[i].arm, pick))
            return true;
    return false;
}

static void answer_denied(struct apply *apply, struct picking *picking, struct decision *decision)
{
    rivals_unwarn(decision);
    denial_advise(apply, picking->gate.owner.session, false, decision);
    gate_answer(apply, &picking->gate, decision, 0);
}

static void answer_drained(struct apply *apply, const struct next_intent *next, struct picking *picking,
                           struct decision *decision)
{
    denial_set(decision, REASON_DRAINED, WHY_NONE);
    obstacles_tell(apply, &picking->pick, &picking->steering);
    decision->has_pick = picking->pick.told.looked > 0;
    decision->pick = picking->pick.told;
    if (next->explain)
        steering_tell(apply, &picking->steering, &picking->names, decision);
    decision->advice = decision->obstacle_count == 0             ? ADVICE_CREATE
                       : supply_next_ready_ms(apply->state) != 0 ? ADVICE_WAIT
                                                                 : ADVICE_PIVOT;
    signal_denied(apply, (struct span){0}, &picking->names, decision);
    gate_answer(apply, &picking->gate, decision, 0);
}

static void answer_granted(struct apply *apply, const struct next_intent *next, struct picking *picking,
                           struct decision *decision)
{
    struct claim *wish = &picking->wish;
    enum why limit = lease_limit(apply, wish->row.session);

    if (limit == WHY_NONE && !rivals_have_scope(apply->state, &picking->rivals))
        limit = WHY_SCOPES;
    if (limit != WHY_NONE) {
        denial_set(decision, REASON_QUOTA, limit);
        answer_denied(apply, picking, decision);
        return;
    }
    decision->answer = ANSWER_GRANTED;
    decision->has_pick = true;
    decision->pick = picking->pick.told;
    decision->about = wish->texts[CLAIM_ABOUT];
    decision->category = wish->texts[CLAIM_CATEGORY];
    decision->ref = wish->texts[CLAIM_REF];
    uint64_t token = lease_grant(apply, wish, wish->row.ttl_ms, rivals_idea(&picking->rivals));
    lease_answer_keys(wish, token, decision);
    if (next->explain)
        steering_tell(apply, &picking->steering, &picking->names, decision);
    signal_granted(apply, wish, &picking->names, decision);
    gate_answer(apply, &picking->gate, decision, OUTCOME_LIVE);
}

/* Limits that policy can change, after the gate (S40). */
static enum flaw policy_flaw(struct apply *apply, const struct next_intent *next, const struct gate *gate)
{
    if (gate->remembered && client_use(apply, gate->owner) && apply->client.row.waiting_seq != 0)
        return FLAW_CLIENT; /* R6: one unanswered claim per client id */
    if (next->has_ttl && next->ttl_ms > policy_value(apply->state, POLICY_TTL_MAX_MS))
        return FLAW_TTL;
    return next->has_wait && !(next->has_wait_ms && next->wait_ms == 0) ? FLAW_WAIT : FLAW_NONE;
}

/* True: the gate has let it in, and it has paid. */
static bool next_enter(struct apply *apply, const struct next_intent *next, struct picking *picking,
                       struct decision *decision)
{
    struct form form = {.flaw = next_form(apply, next, picking)};

    picking->gate = gate_begin(apply, form, decision);
    if (picking->gate.answered)
        return false;
    enum flaw flaw = policy_flaw(apply, next, &picking->gate);
    if (flaw != FLAW_NONE) {
        denial_bad(decision, flaw, 0);
        gate_answer(apply, &picking->gate, decision, 0);
        return false;
    }
    gate_open_session(apply, &picking->gate);
    if (session_pay_claim(apply, picking->gate.owner.session)) {
        supply_demanded(apply);
        return true;
    }
    denial_set(decision, REASON_QUOTA, WHY_RATE);
    answer_denied(apply, picking, decision);
    return false;
}

void next_apply(struct apply *apply)
{
    const struct next_intent *next = &apply->record->intent->body.next;
    struct picking picking;
    struct decision decision;

    if (!next_enter(apply, next, &picking, &decision))
        return;
    wish_begin(apply, next, &picking);
    if (pick_any(apply, next, &picking, &decision))
        answer_granted(apply, next, &picking, &decision);
    else
        answer_drained(apply, next, &picking, &decision);
}
