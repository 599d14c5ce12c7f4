/* The handoff and take verbs. State and log keep the code's hash only; the code itself is spent by the one take. */
#include "coordinator/core/handoff.h"

#include "base/check.h"
#include "base/hash.h"
#include "coordinator/core/denial.h"
#include "coordinator/core/form.h"
#include "coordinator/core/gate.h"
#include "coordinator/core/lease.h"
#include "coordinator/core/outcome.h"
#include "coordinator/core/policy.h"
#include "coordinator/core/session.h"
#include "coordinator/core/target.h"

static uint64_t code_token(struct state *state, const uint8_t hash[LIMIT_IDENTITY_BYTES])
{
    struct span value;
    uint64_t token;

    if (!table_get(state, TABLE_CODE, span_of(hash, LIMIT_IDENTITY_BYTES), &value))
        return 0;
    if (!state_expect(state, value.size == sizeof token))
        return 0;
    memcpy(&token, value.bytes, sizeof token);
    return token;
}

static void code_clear(struct apply *apply, struct claim_row *row)
{
    if (!(row->flags & CLAIM_HAS_CODE))
        return;
    (void)table_delete(apply->state, TABLE_CODE, span_of(row->code_hash, sizeof row->code_hash));
    memset(row->code_hash, 0, sizeof row->code_hash);
    row->flags &= ~(uint32_t)CLAIM_HAS_CODE;
}

static void code_set(struct apply *apply, struct claim_row *row, uint64_t token,
                     const uint8_t hash[LIMIT_IDENTITY_BYTES])
{
    memcpy(row->code_hash, hash, sizeof row->code_hash);
    row->flags |= CLAIM_HAS_CODE;
    table_put(apply->state, TABLE_CODE, span_of(hash, LIMIT_IDENTITY_BYTES), span_of(&token, sizeof token));
}

static enum flaw handoff_form(const struct apply *apply, const struct handoff_intent *handoff,
                              struct canonical_key *key)
{
    enum flaw flaw = form_head(apply_head(apply));

    if (flaw != FLAW_NONE)
        return flaw;
    if (handoff->target.kind == TARGET_TICKET || handoff->target.kind == TARGET_SESSION)
        return FLAW_TARGET;
    if (!form_in(handoff->in))
        return FLAW_TEXT;
    return target_form(apply->state, &handoff->target, handoff->in, key);
}

static void handoff_set(struct apply *apply, const struct gate *gate, const struct found *found,
                        struct decision *decision)
{
    const struct handoff_intent *handoff = &apply->record->intent->body.handoff;
    uint64_t user = handoff->withdraw ? 0 : code_token(apply->state, handoff->code_hash);
    struct told_keys told = {.used = 0};
    struct claim claim;

    if (!claim_load(apply->state, TABLE_CLAIM, found->token, &claim))
        return; /* only after a failure of the state */
    if (user != 0 && user != found->token) {
        denial_bad(decision, FLAW_CODE_TAKEN, 0);
        gate_answer(apply, gate, decision, 0);
        return;
    }
    code_clear(apply, &claim.row);
    if (!handoff->withdraw)
        code_set(apply, &claim.row, found->token, handoff->code_hash);
    claim_save_row(apply->state, TABLE_CLAIM, found->token, &claim.row);
    if (found->whole)
        target_tell_keys(&told, &claim, UINT32_MAX, found->token, claim.row.expires_ms, decision);
    decision->answer = ANSWER_ACCEPTED;
    gate_answer(apply, gate, decision, 0);
}

void handoff_apply(struct apply *apply)
{
    const struct handoff_intent *handoff = &apply->record->intent->body.handoff;
    struct canonical_key key;
    enum flaw flaw = handoff_form(apply, handoff, &key);
    struct decision decision;

    struct gate gate = gate_begin(apply, (struct form){.flaw = flaw}, &decision);
    if (gate.answered)
        return;
    struct found found;
    target_find(apply, gate.owner.session, &handoff->target, &key, &found);
    if (found.reason == REASON_NONE) {
        handoff_set(apply, &gate, &found, &decision);
        return;
    }
    ending_deny(&found.ending, found.reason, &decision);
    decision.flaw = found.flaw;
    gate_answer(apply, &gate, &decision, 0);
}

static enum flaw take_form(const struct intent_head *head, const struct take_intent *take)
{
    enum flaw flaw = form_head(head);

    if (flaw != FLAW_NONE)
        return flaw;
    if (take->code.size < LIMIT_CODE_MIN_BYTES || take->code.size > LIMIT_CODE_BYTES)
        return FLAW_CODE;
    return form_text(take->origin, LIMIT_REF_BYTES) ? FLAW_NONE : FLAW_TEXT;
}

/* The claim as the taker's. */
static struct claim taken_claim(const struct apply *apply, const struct gate *gate, const struct claim *from)
{
    const struct intent_head *head = apply_head(apply);
    const struct take_intent *take = &apply->record->intent->body.take;
    struct claim to = *from;

    to.row.client = to.row.renew_client = head->id.client;
    to.row.seq = to.row.renew_seq = head->id.seq;
    to.row.offset = apply->record->offset;
    to.row.session = gate->owner.session;
    to.row.reply_partition = head->reply_partition;
    if (take->origin.size != 0)
        to.texts[CLAIM_ORIGIN] = take->origin;
    return to;
}

static void take_move(struct apply *apply, const struct gate *gate, uint64_t token, const struct claim *from,
                      struct decision *decision)
{
    struct claim to = taken_claim(apply, gate, from);
    struct span taker = apply_head(apply)->session;
    uint64_t new_token = lease_move(apply, token, from, &to);

    decision->answer = ANSWER_GRANTED;
    decision->about = to.texts[CLAIM_ABOUT];
    lease_answer_keys(&to, new_token, decision);
    gate_answer(apply, gate, decision, OUTCOME_LIVE);
    lease_taken(apply, from, &to, taker);
    lease_tell_ended(apply, token, from, &(struct claim_end){.why = WHY_TAKEN, .by = taker});
}

/* Why it may not be taken: the decision says; REASON_NONE if it may. */
static void take_refuse(struct apply *apply, const struct gate *gate, uint64_t token, const struct claim *from,
                        struct decision *decision)
{
    uint64_t session = gate->owner.session;

    if (token == 0)
        denial_set(decision, REASON_NOT_HOLDER, WHY_NONE);
    else if (from->row.session != session && lease_limit(apply, session) == WHY_CLAIMS)
        denial_set(decision, REASON_QUOTA, WHY_CLAIMS);
}

void take_apply(struct apply *apply)
{
    const struct take_intent *take = &apply->record->intent->body.take;
    enum flaw flaw = take_form(apply_head(apply), take);
    uint8_t hash[LIMIT_IDENTITY_BYTES];
    struct decision decision;
    struct claim from;

    struct gate gate = gate_begin(apply, (struct form){.flaw = flaw}, &decision);
    if (gate.answered)
        return;
    gate_open_session(apply, &gate);
    hash_blake2b_256(take->code, hash);
    uint64_t token = code_token(apply->state, hash);
    if (token != 0 && !claim_load(apply->state, TABLE_CLAIM, token, &from))
        return; /* only after a failure of the state */
    if (!session_pay_claim(apply, gate.owner.session))
        denial_rate(apply, gate.owner.session, &decision);
    else
        take_refuse(apply, &gate, token, &from, &decision);
    if (decision.reason == REASON_NONE) {
        take_move(apply, &gate, token, &from, &decision);
        return;
    }
    denial_advise(apply, gate.owner.session, true, &decision);
    gate_answer(apply, &gate, &decision, 0);
}
