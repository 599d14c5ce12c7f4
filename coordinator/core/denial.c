/* Denials: the holder's facts, the advice, the count. The words for people are not made here. */
#include "coordinator/core/denial.h"

#include "coordinator/core/policy.h"
#include "coordinator/core/queue.h"

/* R34: waiting is worth it when the lease left is at most this and nobody queues. */
static const uint64_t short_wait_ms = 120000;

void denial_set(struct decision *decision, enum reason reason, enum why why)
{
    decision->answer = ANSWER_DENIED;
    decision->final = true;
    decision->reason = reason;
    decision->why = why;
}

void denial_bad(struct decision *decision, enum flaw flaw, uint32_t index)
{
    denial_set(decision, REASON_BAD_REQUEST, WHY_NONE);
    decision->flaw = flaw;
    decision->flaw_key = index;
}

static void holder_from_claim(struct apply *apply, const struct claim *wish, struct span asker, enum table table,
                              uint64_t id, struct denial_texts *texts, struct decision *decision)
{
    struct claim *claim = &texts->claim;
    struct holder *holder = &decision->holder;

    if (!claim_load(apply->state, table, id, claim) || !session_name_of(apply, claim->row.session, &texts->name))
        return; /* only after a failure of the state */
    holder->session = session_name_span(&texts->name);
    holder->about = claim->texts[CLAIM_ABOUT];
    holder->ref = claim->texts[CLAIM_REF];
    holder->origin = claim->texts[CLAIM_ORIGIN];
    holder->since_ms = claim->row.since_ms;
    holder->expires_ms = claim->row.expires_ms;
    if (claim->row.session == wish->row.session)
        decision->warnings |= WARNING_WAITS_ON_SELF;
    else if (span_equal(holder->session, asker))
        decision->warnings |= WARNING_SAME_NAME; /* R36 */
}

static void fill_held(struct apply *apply, const struct claim *wish, struct span asker, uint64_t token,
                      struct denial_texts *texts, struct decision *decision)
{
    holder_from_claim(apply, wish, asker, TABLE_CLAIM, token, texts, decision);
    decision->holder.token = token;
}

static void fill_queued(struct apply *apply, const struct claim *wish, struct span asker, uint64_t offset,
                        struct denial_texts *texts, struct decision *decision)
{
    const struct claim_row *waiter = &texts->claim.row;
    struct holder *holder = &decision->holder;

    holder_from_claim(apply, wish, asker, TABLE_WAITER, offset, texts, decision);
    if (waiter->deadline_ms < holder->expires_ms)
        holder->expires_ms = waiter->deadline_ms;
}

/* R20: the session's own place in the queue, whoever else is shown. */
static void fill_own_waiter(struct apply *apply, const struct claim *wish, struct span key, struct decision *decision)
{
    struct claim_row row;
    uint64_t offset = queue_own(apply->state, wish->row.session, key, wish->row.offset);

    if (offset != UINT64_MAX && claim_load_row(apply->state, TABLE_WAITER, offset, &row))
        decision->holder.own_waiter = (struct intent_id){.client = row.client, .seq = row.seq};
}

static void fill_done(struct apply *apply, struct span key, struct denial_texts *texts, struct decision *decision)
{
    struct done *done = &texts->done;

    if (!done_load(apply->state, key, done))
        return; /* only after a failure of the state */
    decision->holder.session = done->texts[DONE_SESSION];
    decision->holder.about = done->texts[DONE_ABOUT];
    decision->holder.ref = done->texts[DONE_REF];
    decision->holder.origin = done->texts[DONE_ORIGIN];
    decision->holder.token = done->row.token;
    decision->holder.since_ms = done->row.since_ms;
    decision->holder.expires_ms = done->row.expires_ms;
    decision->result = done->texts[DONE_RESULT];
}

void denial_fill(struct apply *apply, const struct claim *wish, struct span asker, const struct verdict *verdict,
                 struct denial_texts *texts, struct decision *decision)
{
    struct span key = wish->keys[verdict->key];

    decision->has_holder = true;
    if (verdict->kind == VERDICT_DONE) {
        denial_set(decision, REASON_ALREADY_DONE, WHY_NONE);
        fill_done(apply, key, texts, decision);
    } else if (verdict->kind == VERDICT_HELD) {
        denial_set(decision, REASON_HELD, WHY_NONE);
        fill_held(apply, wish, asker, verdict->id, texts, decision);
    } else {
        denial_set(decision, REASON_QUEUED, WHY_NONE);
        fill_queued(apply, wish, asker, verdict->id, texts, decision);
    }
    if (verdict->kind != VERDICT_DONE)
        fill_own_waiter(apply, wish, key, decision);
    decision->holder.key = key;
    decision->queue_length = queue_length(apply->state, key);
}

static bool denial_counts(enum reason reason)
{
    return reason == REASON_HELD || reason == REASON_QUEUED || reason == REASON_ALREADY_DONE ||
           reason == REASON_SIMILAR;
}

/* Would counting this denial make it the second within the window? For dry runs. */
static bool denial_is_second(struct apply *apply, uint64_t session)
{
    const struct session_row *row = &session_use(apply, session)->row;

    return row->has_denial &&
           apply->meta->now_ms - row->last_denial_ms < policy_value(apply->state, POLICY_DENIAL_WINDOW_MS);
}

void denial_rate(struct apply *apply, uint64_t session, struct decision *decision)
{
    denial_set(decision, REASON_QUOTA, WHY_RATE);
    decision->retry_ms = session_claim_retry_ms(apply, session);
}

void denial_advise(struct apply *apply, uint64_t session, bool count, struct decision *decision)
{
    const struct holder *holder = &decision->holder;
    uint64_t now_ms = apply->meta->now_ms;

    if (decision->reason == REASON_QUOTA) {
        decision->advice = ADVICE_WAIT;
    } else if (decision->reason == REASON_DEADLINE || decision->reason == REASON_QUEUE_FULL) {
        decision->advice = ADVICE_PIVOT;
    } else if (denial_counts(decision->reason)) {
        bool second = session != 0 && (count ? session_count_denial(apply, session) : denial_is_second(apply, session));
        uint64_t left_ms = holder->expires_ms > now_ms ? holder->expires_ms - now_ms : 0;
        bool soon = decision->reason == REASON_HELD && left_ms <= short_wait_ms && decision->queue_length == 0;
        decision->advice = second ? ADVICE_CREATE : soon ? ADVICE_WAIT : ADVICE_PIVOT;
    }
}
