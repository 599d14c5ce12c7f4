/* The cancel verb: takes an intent back, whatever became of it, even before it comes (R12-R14, S28). */
#include "coordinator/core/cancel.h"

#include "coordinator/core/client.h"
#include "coordinator/core/denial.h"
#include "coordinator/core/form.h"
#include "coordinator/core/gate.h"
#include "coordinator/core/lease.h"
#include "coordinator/core/outcome.h"
#include "coordinator/core/queue.h"
#include "coordinator/core/session.h"
#include "coordinator/core/target.h"
#include "coordinator/state/keys.h"

struct cancelling {
    struct gate gate;
    struct row_owner owner; /* of the target */
    uint64_t seq;
    struct outcome outcome;
};

static void accept(struct apply *apply, const struct cancelling *cancelling, uint32_t ended_count,
                   struct decision *decision)
{
    decision->answer = ANSWER_ACCEPTED;
    decision->ended_count = ended_count;
    gate_answer(apply, &cancelling->gate, decision, 0);
}

static void refuse(struct apply *apply, const struct cancelling *cancelling, enum reason reason,
                   struct decision *decision)
{
    denial_set(decision, reason, WHY_NONE);
    gate_answer(apply, &cancelling->gate, decision, 0);
}

/* The target's outcome from now on. */
static void remember_cancelled(struct apply *apply, const struct cancelling *cancelling, enum verb verb, uint32_t flags)
{
    struct decision cancelled;

    decision_clear(&cancelled);
    cancelled.verb = verb;
    cancelled.offset = apply->record->offset;
    denial_set(&cancelled, REASON_CANCELLED, WHY_NONE);
    outcome_remember(apply, cancelling->owner, cancelling->seq, &cancelled, flags, 0);
}

/* Never seen: what comes later is told so. */
static void cancel_unseen(struct apply *apply, struct cancelling *cancelling, struct decision *decision)
{
    if (client_use(apply, cancelling->owner) && cancelling->seq <= apply->client.row.floor_seq) {
        refuse(apply, cancelling, REASON_FORGOTTEN, decision);
        return;
    }
    if (cancelling->gate.owner.session == 0 && cancelling->gate.remembered)
        cancelling->owner.session = session_ensure(apply, apply_head(apply));
    if (cancelling->owner.session != 0 && client_fits(apply, cancelling->owner)) {
        client_make(apply, cancelling->owner);
        remember_cancelled(apply, cancelling, VERB_CLAIM, OUTCOME_TOMBSTONE);
    }
    accept(apply, cancelling, 0, decision);
}

static void deny_cancelled(struct apply *apply, struct claim *waiter)
{
    struct session_name name;
    struct decision final;

    queue_answer_begin(apply, waiter, &name, &final);
    denial_set(&final, REASON_CANCELLED, WHY_NONE);
    queue_deny(apply, waiter, false, &final);
}

static void cancel_waiting(struct apply *apply, struct cancelling *cancelling, struct decision *decision)
{
    struct claim waiter;

    if (!claim_load(apply->state, TABLE_WAITER, cancelling->outcome.row.waiter_offset, &waiter))
        return; /* only after a failure of the state */
    accept(apply, cancelling, 1, decision);
    deny_cancelled(apply, &waiter);
}

/* The first of the session's waits at or above that offset; UINT64_MAX: none. */
static uint64_t next_wait(struct apply *apply, uint64_t session, uint64_t offset)
{
    struct row_key from;
    struct span found, value;

    row_key_begin(&from);
    row_key_u64(&from, session);
    row_key_u64(&from, offset);
    if (!table_seek(apply->state, TABLE_WAITER_SESSION, row_key_as_span(&from), &found, &value) ||
        row_key_read_u64(found, 0) != session)
        return UINT64_MAX;
    return row_key_read_u64(found, 8);
}

uint32_t cancel_count_waits(struct apply *apply, uint64_t session)
{
    uint32_t count = 0;

    for (uint64_t at = 0; (at = next_wait(apply, session, at)) != UINT64_MAX; at++)
        count++;
    return count;
}

void cancel_waits(struct apply *apply, uint64_t session)
{
    struct claim waiter;

    for (uint64_t at = 0; (at = next_wait(apply, session, at)) != UINT64_MAX; at++) {
        if (claim_load(apply->state, TABLE_WAITER, at, &waiter))
            deny_cancelled(apply, &waiter);
    }
}

/* R13: only what that very intent got, and only while nobody was told `yours` on it. */
static void cancel_granted(struct apply *apply, struct cancelling *cancelling, struct decision *decision)
{
    uint64_t token = cancelling->outcome.row.token;
    struct told_keys told;
    struct claim claim;

    if (!claim_load(apply->state, TABLE_CLAIM, token, &claim))
        return; /* only after a failure of the state */
    if (claim.row.flags & CLAIM_YOURS_TOLD) {
        refuse(apply, cancelling, REASON_NOT_HOLDER, decision);
        return;
    }
    told.used = 0;
    target_tell_keys(&told, &claim, UINT32_MAX, token, 0, decision);
    lease_end(apply, token, &claim, &(struct claim_end){.why = WHY_CANCELLED});
    remember_cancelled(apply, cancelling, (enum verb)cancelling->outcome.row.verb, 0); /* R14 */
    accept(apply, cancelling, 1, decision);
}

static enum flaw cancel_form(const struct intent_head *head, const struct cancel_intent *cancel)
{
    bool own = cancel->target.client == head->id.client && cancel->target.seq == head->id.seq;

    if (cancel->target.client == 0 || cancel->target.seq == 0 || own)
        return FLAW_TARGET;
    return FLAW_NONE;
}

void cancel_apply(struct apply *apply)
{
    const struct cancel_intent *cancel = &apply->record->intent->body.cancel;
    enum flaw flaw = form_head(apply_head(apply));
    struct cancelling cancelling;
    struct decision decision;

    if (flaw == FLAW_NONE)
        flaw = cancel_form(apply_head(apply), cancel);
    cancelling.gate = gate_begin(apply, (struct form){.flaw = flaw}, &decision);
    if (cancelling.gate.answered)
        return;
    cancelling.owner = (struct row_owner){.client = cancel->target.client, .session = cancelling.gate.owner.session};
    cancelling.seq = cancel->target.seq;
    if (cancelling.owner.session == 0 ||
        !outcome_load(apply->state, cancelling.owner, cancelling.seq, &cancelling.outcome))
        cancel_unseen(apply, &cancelling, &decision);
    else if (cancelling.outcome.row.flags & OUTCOME_TOMBSTONE)
        accept(apply, &cancelling, 0, &decision);
    else if (cancelling.outcome.row.flags & OUTCOME_WAITING)
        cancel_waiting(apply, &cancelling, &decision);
    else if (cancelling.outcome.row.flags & OUTCOME_LIVE)
        cancel_granted(apply, &cancelling, &decision);
    else
        refuse(apply, &cancelling, REASON_NOT_HOLDER, &decision);
}
