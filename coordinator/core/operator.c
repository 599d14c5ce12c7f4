/* The operators' verbs. Revoke ends claims and waits of others; configure changes policy, in the log. */
#include "coordinator/core/operator.h"

#include "coordinator/core/denial.h"
#include "coordinator/core/form.h"
#include "coordinator/core/gate.h"
#include "coordinator/core/lease.h"
#include "coordinator/core/policy.h"
#include "coordinator/core/queue.h"
#include "coordinator/core/session.h"
#include "coordinator/core/subtree.h"
#include "coordinator/core/target.h"
#include "coordinator/state/keys.h"

/* One record ends at most this many; `more` says that there are others. */
enum { REVOKE_MOST = 256 };

struct revoked {
    uint64_t offset; /* of the intent that it ends */
    uint64_t id;     /* token, or the waiter's offset */
    bool waiter;
};

struct revoking {
    uint32_t count;
    bool more;
    struct revoked items[REVOKE_MOST];
};

static struct form revoke_form(const struct intent_head *head, const struct revoke_intent *revoke,
                               struct canonical_key *key)
{
    const struct target *target = &revoke->target;
    enum flaw flaw = form_head(head);

    if (flaw == FLAW_NONE && (target->kind == TARGET_TICKET || target->kind == TARGET_FENCED_KEY))
        flaw = FLAW_TARGET;
    if (flaw == FLAW_NONE && (revoke->reason.size == 0 || !form_text(revoke->reason, LIMIT_TEXT_BYTES)))
        flaw = FLAW_TEXT;
    if (flaw == FLAW_NONE && !form_in(revoke->in))
        flaw = FLAW_TEXT;
    if (flaw == FLAW_NONE && target->kind == TARGET_SESSION &&
        (target->session.size == 0 || !form_text(target->session, LIMIT_SESSION_BYTES)))
        flaw = FLAW_SESSION;
    if (flaw == FLAW_NONE)
        flaw = target_form(target, revoke->in, key);
    return (struct form){.flaw = flaw};
}

/* Keeps the list in the order of offsets. */
static void revoking_add(struct revoking *revoking, uint64_t offset, uint64_t id, bool waiter)
{
    uint32_t at = revoking->count;

    if (revoking->count == REVOKE_MOST) {
        revoking->more = true;
        return;
    }
    for (; at > 0 && revoking->items[at - 1].offset > offset; at--)
        revoking->items[at] = revoking->items[at - 1];
    revoking->items[at] = (struct revoked){.offset = offset, .id = id, .waiter = waiter};
    revoking->count++;
}

static void revoking_add_claim(struct apply *apply, struct revoking *revoking, uint64_t token)
{
    struct claim_row row;

    if (claim_load_row(apply->state, TABLE_CLAIM, token, &row))
        revoking_add(revoking, row.offset, token, false);
}

static void find_by_key(struct apply *apply, struct revoking *revoking, struct span key)
{
    uint64_t token = 0;

    while (!revoking->more && (token = subtree_exact_any(apply->state, TABLE_HOLD, key, token)) != UINT64_MAX)
        revoking_add_claim(apply, revoking, token++);
}

static void find_of_session(struct apply *apply, struct revoking *revoking, uint64_t session)
{
    struct row_key from;
    struct span found, value;
    uint64_t token = 0, offset = 0;

    while (!revoking->more && (token = target_next_of_session(apply->state, session, token)) != 0)
        revoking_add_claim(apply, revoking, token);
    for (; !revoking->more; offset++) {
        row_key_begin(&from);
        row_key_u64(&from, session);
        row_key_u64(&from, offset);
        if (!table_seek(apply->state, TABLE_WAITER_SESSION, row_key_as_span(&from), &found, &value) ||
            row_key_read_u64(found, 0) != session)
            return;
        offset = row_key_read_u64(found, 8);
        revoking_add(revoking, offset, offset, true);
    }
}

static void find_by_name(struct apply *apply, struct revoking *revoking, struct span name)
{
    struct row_key prefix, from;
    struct span found, value;
    uint64_t number;

    row_key_begin(&prefix);
    row_key_span(&prefix, name);
    row_key_u8(&prefix, 0);
    from = prefix;
    while (!revoking->more && table_seek(apply->state, TABLE_SESSION_NAME, row_key_as_span(&from), &found, &value) &&
           span_starts_with(found, row_key_as_span(&prefix))) {
        row_key_begin(&from);
        row_key_span(&from, found);
        row_key_u8(&from, 0); /* the next one after */
        memcpy(&number, value.bytes, sizeof number);
        find_of_session(apply, revoking, number);
    }
}

static void revoke_item(struct apply *apply, const struct revoked *item)
{
    const struct span reason = apply->record->intent->body.revoke.reason;
    struct claim claim;
    struct session_name name;
    struct decision final;

    if (!claim_load(apply->state, item->waiter ? TABLE_WAITER : TABLE_CLAIM, item->id, &claim))
        return; /* only after a failure of the state */
    if (item->waiter) {
        queue_answer_begin(apply, &claim, &name, &final);
        denial_set(&final, REASON_CANCELLED, WHY_REVOKED);
        final.words = reason;
        queue_deny(apply, &claim, false, &final);
        return;
    }
    lease_end(apply, item->id, &claim, WHY_REVOKED, (struct span){0});
    lease_tell_ended(apply, item->id, &claim, WHY_REVOKED, (struct span){0}, reason);
}

static void revoke_find(struct apply *apply, struct revoking *revoking, const struct canonical_key *key)
{
    const struct target *target = &apply->record->intent->body.revoke.target;

    revoking->count = 0;
    revoking->more = false;
    if (target->kind == TARGET_SESSION)
        find_by_name(apply, revoking, target->session);
    else if (target->kind == TARGET_KEY)
        find_by_key(apply, revoking, span_of(key->bytes, key->size));
    else
        revoking_add_claim(apply, revoking, target->token);
}

void revoke_apply(struct apply *apply)
{
    const struct revoke_intent *revoke = &apply->record->intent->body.revoke;
    struct canonical_key key;
    struct form form = revoke_form(apply_head(apply), revoke, &key);
    struct revoking revoking;
    struct decision decision;

    apply_answer_begin(apply, &decision);
    if (form.flaw != FLAW_NONE) {
        denial_bad(&decision, form.flaw, form.index);
        apply_emit(apply, &decision);
        return;
    }
    struct gate gate = gate_enter(apply, &decision);
    if (gate.answered)
        return;
    if (!gate_is_operator(apply, revoke->operator_identity)) {
        denial_set(&decision, REASON_FORBIDDEN, WHY_NONE);
        gate_answer(apply, &gate, &decision, 0);
        return;
    }
    revoke_find(apply, &revoking, &key);
    if (revoking.count == 0)
        denial_set(&decision, REASON_NOT_HOLDER, WHY_NONE);
    else
        decision.answer = ANSWER_ACCEPTED;
    decision.ended_count = revoking.count;
    decision.more = revoking.more;
    gate_answer(apply, &gate, &decision, 0);
    for (uint32_t i = 0; i < revoking.count; i++)
        revoke_item(apply, &revoking.items[i]);
}

static struct form configure_form(const struct configure_intent *configure)
{
    if (configure->entry_count > POLICY_END)
        return (struct form){.flaw = FLAW_POLICY_NAME};
    for (uint32_t i = 0; i < configure->entry_count; i++) {
        enum flaw flaw = policy_check(&configure->entries[i]);
        if (flaw != FLAW_NONE)
            return (struct form){.flaw = flaw, .index = i};
    }
    return (struct form){0};
}

void configure_apply(struct apply *apply)
{
    const struct configure_intent *configure = &apply->record->intent->body.configure;
    struct form form = {.flaw = form_head(apply_head(apply))};
    struct decision decision;

    apply_answer_begin(apply, &decision);
    if (form.flaw != FLAW_NONE) {
        denial_bad(&decision, form.flaw, form.index);
        apply_emit(apply, &decision);
        return;
    }
    struct gate gate = gate_enter(apply, &decision);
    if (gate.answered)
        return;
    if (!gate_is_operator(apply, configure->operator_identity)) {
        denial_set(&decision, REASON_FORBIDDEN, WHY_NONE);
        gate_answer(apply, &gate, &decision, 0);
        return;
    }
    form = configure_form(configure);
    if (form.flaw != FLAW_NONE) {
        denial_bad(&decision, form.flaw, form.index);
        gate_answer(apply, &gate, &decision, 0);
        return;
    }
    decision.answer = ANSWER_ACCEPTED;
    gate_answer(apply, &gate, &decision, 0);
    for (uint32_t i = 0; i < configure->entry_count; i++) /* S35: for what comes after its own outcome */
        policy_set(apply->state, &configure->entries[i]);
}
