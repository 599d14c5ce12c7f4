/* The claim verb: form, gate, rate, then the verdict on the wish, then limits (R5). Exactly one decision. */
#include "coordinator/core/claim.h"

#include "coordinator/core/client.h"
#include "coordinator/core/denial.h"
#include "coordinator/core/done.h"
#include "coordinator/core/form.h"
#include "coordinator/core/gate.h"
#include "coordinator/core/idea/rivals.h"
#include "coordinator/core/lease.h"
#include "coordinator/core/outcome.h"
#include "coordinator/core/policy.h"
#include "coordinator/core/queue.h"
#include "coordinator/core/session.h"
#include "coordinator/core/supply/signal.h"
#include "coordinator/core/supply/supply.h"
#include "coordinator/core/wish.h"
#include "coordinator/core/yours.h"

/* The wish of a claim intent and what its answer is made of. */
struct claiming {
    const struct claim_intent *intent;
    struct gate gate;
    struct claim wish;
    struct form_keys keys;
    struct verdict verdict;
    struct denial_texts texts;
    struct rivals rivals;
    uint8_t names[STEERING_NEGLECTED][LIMIT_CATEGORY_BYTES];
    uint64_t wait_ms;
};

static void answer_denied(struct apply *apply, struct claiming *claiming, struct decision *decision)
{
    bool dry = claiming->intent->dry_run;

    if (decision->reason != REASON_SIMILAR)
        rivals_unwarn(decision);
    denial_advise(apply, claiming->gate.owner.session, !dry, decision);
    rivals_advise(apply, &claiming->wish, &claiming->rivals, decision);
    signal_denied(apply, claiming->wish.texts[CLAIM_CATEGORY], claiming->names, decision);
    gate_answer(apply, &claiming->gate, decision, 0);
}

static void answer_granted(struct apply *apply, struct claiming *claiming, struct decision *decision)
{
    struct claim *wish = &claiming->wish;
    if (wish->row.flags & CLAIM_ANY) {
        wish->keys[0] = wish->keys[claiming->verdict.key];
        wish->row.key_count = 1;
    }
    if (rivals_refuse(apply, wish, false, &claiming->rivals, decision)) {
        answer_denied(apply, claiming, decision);
        return;
    }
    enum why limit = lease_limit(apply, wish->row.session);
    if (limit == WHY_NONE && !rivals_have_scope(apply->state, &claiming->rivals))
        limit = WHY_SCOPES;
    if (limit != WHY_NONE) {
        denial_set(decision, REASON_QUOTA, limit);
        answer_denied(apply, claiming, decision);
        return;
    }
    decision->answer = ANSWER_GRANTED;
    if (claiming->intent->dry_run) {
        wish->row.expires_ms = apply->meta->now_ms + wish->row.ttl_ms;
        lease_answer_keys(wish, 0, decision);
        signal_granted(apply, wish, claiming->names, decision);
        apply_emit(apply, decision);
        return;
    }
    uint64_t token = lease_grant(apply, wish, wish->row.ttl_ms, rivals_idea(&claiming->rivals));
    lease_answer_keys(wish, token, decision);
    signal_granted(apply, wish, claiming->names, decision);
    gate_answer(apply, &claiming->gate, decision, OUTCOME_LIVE);
}

/* May it queue? Else the decision says why not. */
static bool queue_has_room(struct apply *apply, const struct claiming *claiming, struct decision *decision)
{
    const struct claim *wish = &claiming->wish;
    uint64_t per_session = policy_value(apply->state, POLICY_WAITERS_PER_SESSION);
    uint64_t per_key = policy_value(apply->state, POLICY_WAITERS_PER_KEY);

    if (session_use(apply, wish->row.session)->row.waiter_count >= per_session) {
        decision->has_holder = false;
        decision->holder = (struct holder){0};
        decision->queue_length = 0;
        denial_set(decision, REASON_QUOTA, WHY_WAITERS);
        return false;
    }
    for (uint32_t i = 0; i < wish->row.key_count; i++) {
        if (queue_length(apply->state, wish->keys[i]) >= per_key) {
            denial_set(decision, REASON_QUEUE_FULL, WHY_NONE);
            return false;
        }
    }
    return true;
}

/* R21: an any-of wish does not wait for a candidate that is done already. */
static void drop_done(struct apply *apply, struct claim *wish)
{
    bool again = (wish->row.flags & CLAIM_AGAIN) != 0;
    uint32_t kept = 0;

    for (uint32_t i = 0; i < wish->row.key_count; i++) {
        if (!done_refuses(apply->state, wish->keys[i], again, wish->row.offset))
            wish->keys[kept++] = wish->keys[i];
    }
    wish->row.key_count = (uint16_t)kept;
}

static void answer_waiting(struct apply *apply, struct claiming *claiming, struct decision *decision)
{
    struct claim *wish = &claiming->wish;
    uint64_t now_ms = apply->meta->now_ms;

    drop_done(apply, wish);
    if (rivals_refuse(apply, wish, true, &claiming->rivals, decision)) {
        decision->queue_length = 0;
        answer_denied(apply, claiming, decision);
        return;
    }
    if (!queue_has_room(apply, claiming, decision)) {
        answer_denied(apply, claiming, decision);
        return;
    }
    wish->row.since_ms = now_ms;
    wish->row.deadline_ms = now_ms + claiming->wait_ms;
    wish->row.expires_ms = now_ms + wish->row.lease_ask_ms;
    wish->row.warnings = decision->warnings & ~(uint32_t)WARNING_SIMILAR; /* of now, not of the grant */
    queue_enter(apply, wish);
    decision->answer = ANSWER_WAITING;
    decision->final = false;
    decision->reason = REASON_NONE;
    decision->advice = ADVICE_WAIT;
    decision->ttl_ms = wish->row.ttl_ms;
    decision->deadline_ms = wish->row.deadline_ms;
    decision->waiter_lease_ms = wish->row.expires_ms;
    decision->key_count = wish->row.key_count;
    for (uint32_t i = 0; i < wish->row.key_count; i++)
        decision->keys[i] = (struct granted_key){.key = wish->keys[i]};
    gate_answer(apply, &claiming->gate, decision, OUTCOME_WAITING);
}

static void answer_verdict(struct apply *apply, struct claiming *claiming, struct decision *decision)
{
    const struct verdict *verdict = &claiming->verdict;
    struct claim *wish = &claiming->wish;

    switch (verdict->kind) {
    case VERDICT_FREE:
        answer_granted(apply, claiming, decision);
        return;
    case VERDICT_YOURS:
        yours_answer(apply, wish, verdict, !claiming->intent->dry_run, decision);
        gate_answer(apply, &claiming->gate, decision, 0);
        return;
    case VERDICT_BAD:
        denial_bad(decision, verdict->flaw, claiming->keys.given[verdict->key]);
        gate_answer(apply, &claiming->gate, decision, 0);
        return;
    case VERDICT_DONE:
    case VERDICT_HELD:
    case VERDICT_QUEUED:
        break;
    }
    denial_fill(apply, wish, apply_head(apply)->session, verdict, &claiming->texts, decision);
    if (verdict->kind == VERDICT_DONE || claiming->wait_ms == 0 || claiming->intent->dry_run)
        answer_denied(apply, claiming, decision);
    else
        answer_waiting(apply, claiming, decision);
}

/* Completes the wish: whose it is, and which intent's. */
static void own_wish(const struct apply *apply, struct claiming *claiming)
{
    const struct intent_head *head = apply_head(apply);
    struct claim_row *row = &claiming->wish.row;

    claiming->wait_ms = row->deadline_ms;
    row->deadline_ms = 0;
    row->client = row->renew_client = head->id.client;
    row->seq = row->renew_seq = head->id.seq;
    row->offset = row->first_offset = apply->record->offset;
    row->session = claiming->gate.owner.session;
    row->reply_partition = head->reply_partition;
}

void claim_apply(struct apply *apply)
{
    struct claiming claiming;
    struct decision decision;

    claiming.intent = &apply->record->intent->body.claim;
    rivals_begin(&claiming.rivals);
    apply_answer_begin(apply, &decision);
    decision.dry_run = claiming.intent->dry_run;
    struct form form = form_claim(apply, &claiming.keys, &claiming.wish);
    if (form.flaw != FLAW_NONE && !form.by_policy) {
        denial_bad(&decision, form.flaw, form.index);
        apply_emit(apply, &decision);
        return;
    }
    claiming.gate = claiming.intent->dry_run ? gate_enter_dry(apply, &decision) : gate_enter(apply, &decision);
    if (claiming.gate.answered)
        return;
    if (claiming.gate.remembered && client_use(apply, claiming.gate.owner) && apply->client.row.waiting_seq != 0) {
        form = (struct form){.flaw = FLAW_CLIENT}; /* R6: one unanswered claim per client id */
    }
    if (form.flaw != FLAW_NONE) {
        denial_bad(&decision, form.flaw, form.index);
        gate_answer(apply, &claiming.gate, &decision, 0);
        return;
    }
    decision.warnings = claiming.wish.row.warnings;
    gate_open_session(apply, &claiming.gate);
    own_wish(apply, &claiming);
    if (!session_pay_claim(apply, claiming.wish.row.session)) {
        denial_rate(apply, claiming.wish.row.session, &decision);
        answer_denied(apply, &claiming, &decision);
        return;
    }
    if (!claiming.intent->dry_run)
        supply_demanded(apply);
    claiming.verdict = wish_judge(apply, &claiming.wish);
    answer_verdict(apply, &claiming, &decision);
}

bool core_refuses(struct state *state, uint64_t ts_ms, const struct intent *claim, struct decision_sink sink)
{
    struct core_record record = {.offset = state_meta(state)->next_offset, .ts_ms = ts_ms, .intent = claim};
    struct state_meta meta;
    struct apply apply;
    struct form_keys keys;
    struct claim wish;
    struct decision decision;

    apply_beside(&apply, state, &record, &meta, sink);
    struct form form = form_claim(&apply, &keys, &wish);
    if (form.flaw == FLAW_NONE || !meta.has_genesis)
        return false;
    apply_answer_begin(&apply, &decision);
    decision.dry_run = claim->body.claim.dry_run;
    denial_bad(&decision, form.flaw, form.index);
    apply_emit(&apply, &decision);
    return true;
}
