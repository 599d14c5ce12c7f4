/* Form, gate, rate, the selection, limits; or the queue. Exactly one decision. */
#include "coordinator/core/supply/next.h"

#include "coordinator/core/client.h"
#include "coordinator/core/denial.h"
#include "coordinator/core/form.h"
#include "coordinator/core/gate.h"
#include "coordinator/core/policy.h"
#include "coordinator/core/supply/seek.h"
#include "coordinator/core/supply/signal.h"
#include "coordinator/core/supply/supply.h"

static const uint64_t shortest_ms = 1000;

/* The next in hand, and what its decision's spans point into. */
struct asking {
    const struct next_intent *intent;
    struct gate gate;
    struct seeking seeking;
    struct selecting selecting;
};

static bool waits(const struct next_intent *next)
{
    return next->has_wait && !(next->has_wait_ms && next->wait_ms == 0); /* S7 */
}

static enum flaw next_form(struct apply *apply, struct asking *asking)
{
    const struct next_intent *next = asking->intent;
    struct seeking *seeking = &asking->seeking;
    enum flaw flaw = form_head(apply_head(apply));

    if (flaw != FLAW_NONE)
        return flaw;
    if (next->has_ttl && next->ttl_ms < shortest_ms)
        return FLAW_TTL;
    if (!form_text(next->origin, LIMIT_REF_BYTES) || !form_text(next->scope, LIMIT_CATEGORY_BYTES))
        return FLAW_TEXT;
    for (uint32_t i = 0; i < next->category_count; i++) {
        if (!form_text(next->categories[i], LIMIT_CATEGORY_BYTES))
            return FLAW_TEXT;
        seeking->categories[i] = next->categories[i];
    }
    seeking->category_count = next->category_count;
    seeking->scope = next->scope;
    seeking->origin = next->origin;
    seeking->explain = next->explain;
    return need_read(next->can, next->can_count, &seeking->can) ? FLAW_NONE : FLAW_NEED;
}

/* Whose wish it is, for how long. */
static void wish_begin(struct apply *apply, const struct asking *asking, struct claim_row *row)
{
    const struct intent_head *head = apply_head(apply);
    const struct next_intent *next = asking->intent;
    uint64_t most = policy_value(apply->state, POLICY_TTL_MAX_MS);
    uint64_t initial = policy_value(apply->state, POLICY_TTL_DEFAULT_MS);

    *row = (struct claim_row){.client = head->id.client,
                              .seq = head->id.seq,
                              .renew_client = head->id.client,
                              .renew_seq = head->id.seq,
                              .offset = apply->record->offset,
                              .first_offset = apply->record->offset,
                              .session = asking->gate.owner.session,
                              .flags = CLAIM_PICKED,
                              .reply_partition = head->reply_partition};
    row->ttl_ms = next->has_ttl ? next->ttl_ms : initial < most ? initial : most;
}

static void answer_quota(struct apply *apply, struct asking *asking, struct decision *decision)
{
    denial_advise(apply, asking->gate.owner.session, false, decision);
    gate_answer(apply, &asking->gate, decision, 0);
}

static void answer_drained(struct apply *apply, struct asking *asking, struct decision *decision)
{
    denial_set(decision, REASON_DRAINED, WHY_NONE);
    selecting_tell_none(apply, &asking->seeking, &asking->selecting, decision);
    decision->advice = decision->obstacle_count == 0             ? ADVICE_CREATE
                       : supply_next_ready_ms(apply->state) != 0 ? ADVICE_WAIT
                                                                 : ADVICE_PIVOT;
    signal_denied(apply, (struct span){0}, asking->selecting.names.bytes, decision);
    gate_answer(apply, &asking->gate, decision, 0);
}

static void answer_waiting(struct apply *apply, struct asking *asking, struct decision *decision)
{
    const struct next_intent *next = asking->intent;
    struct claim *waiter = &asking->selecting.wish;
    uint64_t now_ms = apply->meta->now_ms;
    struct form_wait wait =
        form_wait(apply, next->has_wait_ms, next->wait_ms, next->has_waiter_lease, next->waiter_lease_ms);

    if (session_use(apply, waiter->row.session)->row.waiter_count >=
        policy_value(apply->state, POLICY_WAITERS_PER_SESSION)) {
        denial_set(decision, REASON_QUOTA, WHY_WAITERS);
        answer_quota(apply, asking, decision);
        return;
    }
    selecting_tell_none(apply, &asking->seeking, &asking->selecting, decision);
    waiter->row.key_count = 0; /* nor texts: what was looked at is nothing to it */
    memset(waiter->texts, 0, sizeof waiter->texts);
    waiter->row.lease_ask_ms = wait.lease_ms;
    waiter->row.since_ms = now_ms;
    waiter->row.deadline_ms = now_ms + wait.wait_ms;
    waiter->row.expires_ms = now_ms + wait.lease_ms;
    seek_enter(apply, &asking->seeking, waiter);
    decision->answer = ANSWER_WAITING;
    decision->final = false;
    decision->advice = ADVICE_WAIT;
    decision->ttl_ms = waiter->row.ttl_ms;
    decision->deadline_ms = waiter->row.deadline_ms;
    decision->waiter_lease_ms = waiter->row.expires_ms;
    gate_answer(apply, &asking->gate, decision, OUTCOME_WAITING);
}

/* Limits that policy can change, after the gate (S40). */
static enum flaw policy_flaw(struct apply *apply, const struct next_intent *next, const struct gate *gate)
{
    if (gate->remembered && client_use(apply, gate->owner) && apply->client.row.waiting_seq != 0)
        return FLAW_CLIENT; /* R6: one unanswered claim per client id */
    if (next->has_ttl && next->ttl_ms > policy_value(apply->state, POLICY_TTL_MAX_MS))
        return FLAW_TTL;
    if (next->has_wait && next->has_wait_ms && next->wait_ms > policy_value(apply->state, POLICY_WAIT_MAX_MS))
        return FLAW_WAIT;
    return FLAW_NONE;
}

/* True: the gate has let it in, and it has paid. */
static bool next_enter(struct apply *apply, struct asking *asking, struct decision *decision)
{
    struct form form = {.flaw = next_form(apply, asking)};

    asking->gate = gate_begin(apply, form, decision);
    if (asking->gate.answered)
        return false;
    enum flaw flaw = policy_flaw(apply, asking->intent, &asking->gate);
    if (flaw != FLAW_NONE) {
        denial_bad(decision, flaw, 0);
        gate_answer(apply, &asking->gate, decision, 0);
        return false;
    }
    gate_open_session(apply, &asking->gate);
    if (session_pay_claim(apply, asking->gate.owner.session)) {
        supply_demanded(apply);
        return true;
    }
    denial_rate(apply, asking->gate.owner.session, decision);
    answer_quota(apply, asking, decision);
    return false;
}

void next_apply(struct apply *apply)
{
    struct asking asking;
    struct decision decision;

    asking.intent = &apply->record->intent->body.next;
    if (!next_enter(apply, &asking, &decision))
        return;
    wish_begin(apply, &asking, &asking.selecting.wish.row);
    if (!selecting_find(apply, &asking.seeking, &asking.selecting, &decision)) {
        if (waits(asking.intent))
            answer_waiting(apply, &asking, &decision);
        else
            answer_drained(apply, &asking, &decision);
    } else if (!selecting_fits(apply, &asking.selecting, &decision)) {
        answer_quota(apply, &asking, &decision);
    } else {
        selecting_grant(apply, &asking.seeking, asking.selecting.wish.row.ttl_ms, &asking.selecting, &decision);
        gate_answer(apply, &asking.gate, &decision, OUTCOME_LIVE);
    }
}
