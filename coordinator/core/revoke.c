/* Revoke: ends claims and waits of others, at most REVOKE_MOST in a record; `more` says that there are others (S34).
 *
 * It is looked for and then ended in as many pieces as it takes, one session or one ending each (INV-8): a name may have
 * a million sessions. What has been found stands in TABLE_REVOKED, in the order in which it is told. */
#include "coordinator/core/operator.h"

#include "coordinator/core/denial.h"
#include "coordinator/core/form.h"
#include "coordinator/core/gate.h"
#include "coordinator/core/lease.h"
#include "coordinator/core/queue.h"
#include "coordinator/core/session.h"
#include "coordinator/core/subtree.h"
#include "coordinator/core/target.h"
#include "coordinator/state/keys.h"

enum { REVOKE_MOST = 256 };

static struct form revoke_form(const struct apply *apply, const struct revoke_intent *revoke, struct canonical_key *key)
{
    const struct target *target = &revoke->target;
    enum flaw flaw = form_head(apply_head(apply));

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
        flaw = target_form(apply->state, target, revoke->in, key);
    return (struct form){.flaw = flaw};
}

/* False: there are REVOKE_MOST already. */
static bool revoked_add(struct apply *apply, uint64_t offset, uint64_t id, bool waiter)
{
    struct row_key key;

    if (table_count(apply->state, TABLE_REVOKED) == REVOKE_MOST)
        return false;
    row_key_begin(&key);
    row_key_u64(&key, offset);
    row_key_u64(&key, id);
    row_key_u8(&key, waiter);
    table_put(apply->state, TABLE_REVOKED, row_key_as_span(&key), (struct span){0});
    return true;
}

static bool revoked_add_claim(struct apply *apply, uint64_t token)
{
    struct claim_row row;

    return !claim_load_row(apply->state, TABLE_CLAIM, token, &row) || revoked_add(apply, row.offset, token, false);
}

static bool find_by_key(struct apply *apply, struct span key)
{
    uint64_t token = 0;

    while ((token = subtree_exact_any(apply->state, TABLE_HOLD, key, token)) != UINT64_MAX) {
        if (!revoked_add_claim(apply, token++))
            return false;
    }
    return true;
}

static bool find_of_session(struct apply *apply, uint64_t session)
{
    struct row_key from;
    struct span found, value;
    uint64_t token = 0, offset = 0;

    while ((token = target_next_of_session(apply->state, session, token)) != 0) {
        if (!revoked_add_claim(apply, token))
            return false;
    }
    for (;; offset++) {
        row_key_begin(&from);
        row_key_u64(&from, session);
        row_key_u64(&from, offset);
        if (!table_seek(apply->state, TABLE_WAITER_SESSION, row_key_as_span(&from), &found, &value) ||
            row_key_read_u64(found, 0) != session)
            return true;
        offset = row_key_read_u64(found, 8);
        if (!revoked_add(apply, offset, offset, true))
            return false;
    }
}

/* The intent's answer, once all is found that this record ends. */
static void revoke_answer(struct apply *apply, bool more)
{
    struct decision decision;

    apply_answer_begin(apply, &decision);
    struct gate gate = gate_enter(apply, &decision); /* which let it pass before, and nothing has changed since */
    decision.ended_count = (uint32_t)table_count(apply->state, TABLE_REVOKED);
    decision.more = more;
    if (decision.ended_count == 0)
        denial_set(&decision, REASON_NOT_HOLDER, WHY_NONE);
    else
        decision.answer = ANSWER_ACCEPTED;
    gate_answer(apply, &gate, &decision, 0);
    apply->meta->revoke_session = 0;
    apply->meta->phase = PHASE_REVOKE_END;
}

void revoke_find(struct apply *apply)
{
    uint64_t number =
        session_next_of_name(apply, apply->record->intent->body.revoke.target.session, apply->meta->revoke_session);

    if (number == 0) {
        revoke_answer(apply, false);
    } else if (find_of_session(apply, number)) {
        apply->meta->revoke_session = number;
    } else {
        revoke_answer(apply, true);
    }
}

bool revoke_end(struct apply *apply)
{
    const struct claim_end end = {.why = WHY_REVOKED, .words = apply->record->intent->body.revoke.reason};
    struct span found, value;
    struct row_key key;
    struct claim claim;
    struct session_name name;
    struct decision final;

    if (!table_seek(apply->state, TABLE_REVOKED, (struct span){0}, &found, &value))
        return false;
    row_key_begin(&key);
    row_key_span(&key, found);
    uint64_t id = row_key_read_u64(row_key_as_span(&key), 8);
    bool waiter = row_key_as_span(&key).bytes[16] != 0;
    (void)table_delete(apply->state, TABLE_REVOKED, row_key_as_span(&key));
    if (!claim_load(apply->state, waiter ? TABLE_WAITER : TABLE_CLAIM, id, &claim))
        return true; /* only after a failure of the state */
    if (waiter) {
        queue_answer_begin(apply, &claim, &name, &final);
        denial_set(&final, REASON_CANCELLED, WHY_REVOKED);
        final.words = end.words;
        queue_deny(apply, &claim, false, &final);
    } else {
        lease_end(apply, id, &claim, &end);
        lease_tell_ended(apply, id, &claim, &end);
    }
    return true;
}

void revoke_apply(struct apply *apply)
{
    const struct revoke_intent *revoke = &apply->record->intent->body.revoke;
    const struct target *target = &revoke->target;
    struct canonical_key key;
    struct form form = revoke_form(apply, revoke, &key);
    struct decision decision;
    struct gate gate = gate_begin_operator(apply, form, revoke->operator_identity, &decision);
    if (gate.answered)
        return;
    if (target->kind == TARGET_SESSION) {
        apply->meta->phase = PHASE_REVOKE_FIND;
    } else if (target->kind == TARGET_KEY) {
        revoke_answer(apply, !find_by_key(apply, span_of(key.bytes, key.size)));
    } else {
        revoke_answer(apply, !revoked_add_claim(apply, target->token));
    }
}
