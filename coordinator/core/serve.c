/* Serving: what a look at a waiter decides, in the order of R5: yours, done, blocked, limits. */
#include "coordinator/core/serve.h"

#include "coordinator/core/client.h"
#include "coordinator/core/denial.h"
#include "coordinator/core/done.h"
#include "coordinator/core/idea/rivals.h"
#include "coordinator/core/lease.h"
#include "coordinator/core/outcome.h"
#include "coordinator/core/policy.h"
#include "coordinator/core/queue.h"
#include "coordinator/core/seal.h"
#include "coordinator/core/session.h"
#include "coordinator/core/subtree.h"
#include "coordinator/core/supply/signal.h"
#include "coordinator/core/wish.h"
#include "coordinator/core/yours.h"

static void serve_yours(struct apply *apply, const struct claim *waiter, const struct verdict *verdict)
{
    struct decision decision;
    struct session_name name;

    queue_answer_begin(apply, waiter, &name, &decision);
    queue_leave(apply, waiter);
    yours_answer(apply, waiter, verdict, true, &decision);
    outcome_remember(apply, lease_owner(&waiter->row), waiter->row.seq, &decision, 0, 0);
    apply_emit(apply, &decision);
}

static void serve_done(struct apply *apply, const struct claim *waiter, uint32_t key)
{
    struct verdict verdict = {.kind = VERDICT_DONE, .key = key};
    struct denial_texts texts;
    struct decision decision;
    struct session_name name;

    queue_answer_begin(apply, waiter, &name, &decision);
    denial_fill(apply, waiter, session_name_span(&name), &verdict, &texts, &decision);
    queue_leave(apply, waiter);
    decision.queue_length = queue_length(apply->state, waiter->keys[key]);
    queue_deny(apply, waiter, true, &decision);
}

uint64_t serve_lease_ms(struct apply *apply, const struct claim_row *waiter)
{
    uint64_t lease_ms = policy_value(apply->state, POLICY_SERVED_LEASE_MS);

    if (waiter->lease_ask_ms > lease_ms)
        lease_ms = waiter->lease_ask_ms;
    return waiter->ttl_ms < lease_ms ? waiter->ttl_ms : lease_ms;
}

/* R16 */
static void serve_limit(struct apply *apply, const struct claim *wish, const struct rivals *rivals,
                        struct decision *decision)
{
    enum why limit = lease_limit(apply, wish->row.session);

    if (limit == WHY_NONE && !rivals_have_scope(apply->state, rivals))
        limit = WHY_SCOPES;
    if (limit == WHY_NONE)
        return;
    rivals_unwarn(decision);
    denial_set(decision, REASON_QUOTA, limit);
}

static void serve_grant(struct apply *apply, struct claim *waiter, uint32_t key)
{
    struct decision decision;
    uint8_t names[STEERING_NEGLECTED][LIMIT_CATEGORY_BYTES];
    struct session_name name;
    struct rivals rivals;

    rivals_begin(&rivals);
    queue_answer_begin(apply, waiter, &name, &decision);
    queue_leave(apply, waiter);
    if (waiter->row.flags & CLAIM_ANY) {
        waiter->keys[0] = waiter->keys[key];
        waiter->row.key_count = 1;
    }
    if (apply->meta->sealed) /* S6: nothing is granted any more, to nobody */
        seal_deny(apply, &decision);
    else if (!rivals_refuse(apply, waiter, false, &rivals, &decision))
        serve_limit(apply, waiter, &rivals, &decision);
    if (decision.answer == ANSWER_DENIED) {
        queue_deny(apply, waiter, true, &decision);
        return;
    }
    uint64_t token = lease_grant(apply, waiter, serve_lease_ms(apply, &waiter->row), rivals_idea(&rivals));
    decision.answer = ANSWER_GRANTED;
    lease_answer_keys(waiter, token, &decision);
    signal_granted(apply, waiter, names, &decision);
    outcome_remember(apply, lease_owner(&waiter->row), waiter->row.seq, &decision, OUTCOME_LIVE, 0);
    apply_emit(apply, &decision);
}

/* R21: an any-of waiter no longer wants this candidate; those behind it may. */
static void drop_candidate(struct apply *apply, struct claim *waiter, uint32_t key)
{
    struct span dropped = waiter->keys[key];
    bool shared = (waiter->row.flags & CLAIM_SHARED) != 0;

    queue_unwant(apply, waiter, dropped);
    for (uint32_t i = key + 1; i < waiter->row.key_count; i++)
        waiter->keys[i - 1] = waiter->keys[i];
    waiter->row.key_count--;
    claim_save(apply->state, TABLE_WAITER, waiter->row.offset, waiter);
    queue_offer(apply, dropped, shared, waiter->row.offset + 1);
}

/* True: it has lost its last candidate and was told so. */
static bool serve_drop_done(struct apply *apply, struct claim *waiter)
{
    bool again = (waiter->row.flags & CLAIM_AGAIN) != 0;
    uint32_t i = 0;

    while (i < waiter->row.key_count) {
        if (!done_refuses(apply->state, waiter->keys[i], again, waiter->row.offset)) {
            i++;
        } else if (waiter->row.key_count == 1) {
            serve_done(apply, waiter, i);
            return true;
        } else {
            drop_candidate(apply, waiter, i);
        }
    }
    return false;
}

struct verdict serve_judge(struct apply *apply, struct claim *waiter)
{
    struct verdict verdict = wish_judge(apply, waiter);

    if (verdict.kind == VERDICT_BAD) { /* it holds a part by now: the rest is judged as a stranger's */
        uint32_t flags = waiter->row.flags;
        waiter->row.flags |= CLAIM_FRESH;
        verdict = wish_judge(apply, waiter);
        waiter->row.flags = flags;
    }
    return verdict;
}

void serve_look(struct apply *apply, uint64_t offset)
{
    struct claim waiter;

    if (!claim_load(apply->state, TABLE_WAITER, offset, &waiter))
        return;
    struct verdict verdict = serve_judge(apply, &waiter);
    if (verdict.kind != VERDICT_YOURS && (waiter.row.flags & CLAIM_ANY)) {
        if (serve_drop_done(apply, &waiter))
            return;
        verdict = wish_judge(apply, &waiter);
    }
    if (verdict.kind == VERDICT_YOURS)
        serve_yours(apply, &waiter, &verdict);
    else if (verdict.kind == VERDICT_DONE)
        serve_done(apply, &waiter, verdict.key);
    else if (verdict.kind == VERDICT_FREE)
        serve_grant(apply, &waiter, verdict.key);
}
