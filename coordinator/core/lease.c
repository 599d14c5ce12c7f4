/* Leases: granting, renewing, and every way of ending them. A claim is in five places, which only this file writes: its
 * row, its session's list, the overlap index, the due index, and its hand-off code's entry. */
#include "coordinator/core/lease.h"

#include "coordinator/core/client.h"
#include "coordinator/core/due.h"
#include "coordinator/core/ended.h"
#include "coordinator/core/idea/idea_life.h"
#include "coordinator/core/outcome.h"
#include "coordinator/core/policy.h"
#include "coordinator/core/queue.h"
#include "coordinator/core/session.h"
#include "coordinator/core/subtree.h"
#include "coordinator/core/supply/standing.h"
#include "coordinator/state/keys.h"

static bool is_shared(const struct claim *claim)
{
    return (claim->row.flags & CLAIM_SHARED) != 0;
}

static void session_claim_key(struct row_key *key, uint64_t session, uint64_t token)
{
    row_key_begin(key);
    row_key_u64(key, session);
    row_key_u64(key, token);
}

static void list_keys(struct apply *apply, uint64_t token, const struct claim *claim)
{
    for (uint32_t i = 0; i < claim->row.key_count; i++)
        subtree_list(apply->state, TABLE_HOLD, claim->keys[i], is_shared(claim), token);
}

static void unlist_keys(struct apply *apply, uint64_t token, const struct claim *claim)
{
    for (uint32_t i = 0; i < claim->row.key_count; i++)
        subtree_unlist(apply->state, TABLE_HOLD, claim->keys[i], is_shared(claim), token);
}

/* Puts the claim under a new token (INV-2) in all its places but the code's. */
static uint64_t lease_write(struct apply *apply, struct claim *claim)
{
    uint64_t token = ++apply->meta->last_token;
    uint64_t session = claim->row.session;
    struct row_key key;

    claim->row.due_ms = claim->row.expires_ms;
    claim_save(apply->state, TABLE_CLAIM, token, claim);
    session_claim_key(&key, session, token);
    table_put(apply->state, TABLE_CLAIM_SESSION, row_key_as_span(&key), (struct span){0});
    list_keys(apply, token, claim);
    due_add_number(apply, DUE_CLAIM, claim->row.due_ms, token);
    for (uint32_t i = 0; i < claim->row.key_count; i++)
        ended_forget_key(apply, session, claim->keys[i]);
    session_use(apply, session)->row.claim_count++;
    session_touch(apply);
    session_reset_denials(apply, session); /* R34 */
    client_busy(apply, lease_owner(&claim->row), +1);
    return token;
}

/* Takes it out of all its places. */
static void lease_unwrite(struct apply *apply, uint64_t token, const struct claim *claim)
{
    struct row_key key;

    unlist_keys(apply, token, claim);
    session_claim_key(&key, claim->row.session, token);
    (void)table_delete(apply->state, TABLE_CLAIM_SESSION, row_key_as_span(&key));
    due_remove_number(apply, DUE_CLAIM, claim->row.due_ms, token);
    if (claim->row.flags & CLAIM_HAS_CODE)
        (void)table_delete(apply->state, TABLE_CODE, span_of(claim->row.code_hash, sizeof claim->row.code_hash));
    claim_erase(apply->state, TABLE_CLAIM, token, &claim->row);
    session_use(apply, claim->row.session)->row.claim_count--;
    session_touch(apply);
}

uint64_t lease_grant(struct apply *apply, struct claim *claim, uint64_t lease_ms, const struct idea *idea)
{
    claim->row.since_ms = apply->meta->now_ms;
    claim->row.expires_ms = apply->meta->now_ms + lease_ms;
    claim->row.flags &= (uint32_t)(CLAIM_SHARED | CLAIM_PICKED);
    claim->row.idea = idea != NULL ? apply->meta->last_token + 1 : 0;
    claim->row.lease_ask_ms = 0;
    claim->row.warnings = 0;
    claim->row.renew_client = claim->row.client; /* a new claim; its wait's renewals were the waiter's (S31) */
    claim->row.renew_seq = claim->row.seq;
    uint64_t token = lease_write(apply, claim);
    for (uint32_t i = 0; supply_is_used(apply) && i < claim->row.key_count; i++)
        standing_claimed(apply, claim->keys[i]);
    if (idea != NULL)
        idea_begin(apply, claim, idea);
    queue_look_again(apply, claim->row.session);
    return token;
}

void lease_answer_keys(const struct claim *claim, uint64_t token, struct decision *decision)
{
    decision->ttl_ms = claim->row.ttl_ms;
    decision->key_count = claim->row.key_count;
    for (uint32_t i = 0; i < claim->row.key_count; i++) {
        decision->keys[i] =
            (struct granted_key){.key = claim->keys[i], .token = token, .expires_ms = claim->row.expires_ms};
    }
}

enum why lease_limit(struct apply *apply, uint64_t session)
{
    uint64_t per_session = policy_value(apply->state, POLICY_CLAIMS_PER_SESSION);

    if (session != 0 && session_use(apply, session)->row.claim_count >= per_session)
        return WHY_CLAIMS;
    if (table_count(apply->state, TABLE_CLAIM) >= policy_value(apply->state, POLICY_LIVE_CLAIMS_MAX))
        return WHY_FULL;
    return WHY_NONE;
}

void lease_extend(struct apply *apply, uint64_t token, struct claim_row *row, uint64_t expires_ms)
{
    row->expires_ms = expires_ms;
    if (expires_ms < row->due_ms) { /* shortened: the due index must look earlier */
        due_remove_number(apply, DUE_CLAIM, row->due_ms, token);
        due_add_number(apply, DUE_CLAIM, expires_ms, token);
        row->due_ms = expires_ms;
    }
    claim_save_row(apply->state, TABLE_CLAIM, token, row);
}

static void offer_keys(struct apply *apply, const struct claim *claim, uint32_t which)
{
    for (uint32_t i = 0; i < claim->row.key_count; i++) {
        if (which & (UINT32_C(1) << i))
            queue_offer(apply, claim->keys[i], is_shared(claim), 0);
    }
}

/* Those of the keys that are offered may be picked again, at once or when they have cooled. */
static void supply_keys(struct apply *apply, const struct claim *claim, uint32_t which, bool cools)
{
    for (uint32_t i = 0; supply_is_used(apply) && i < claim->row.key_count; i++) {
        if (which & (UINT32_C(1) << i))
            standing_freed(apply, claim->keys[i], cools);
    }
}

void lease_end(struct apply *apply, uint64_t token, const struct claim *claim, const struct claim_end *end)
{
    lease_unwrite(apply, token, claim);
    supply_keys(apply, claim, UINT32_MAX, end->cools);
    queue_seek_again(apply);
    idea_ended(apply, claim);
    outcome_claim_ended(apply, lease_owner(&claim->row), claim->row.seq, end, claim->keys, claim->row.key_count);
    offer_keys(apply, claim, UINT32_MAX);
}

void lease_tell_ended(struct apply *apply, uint64_t token, const struct claim *claim, const struct claim_end *end)
{
    struct decision decision;
    struct session_name name;

    decision_clear(&decision);
    session_name_of(apply, claim->row.session, &name);
    decision.id = (struct intent_id){.client = claim->row.client, .seq = claim->row.seq};
    decision.session = session_name_span(&name);
    decision.reply_partition = claim->row.reply_partition;
    decision.verb = claim->row.flags & CLAIM_TAKEN    ? VERB_TAKE
                    : claim->row.flags & CLAIM_PICKED ? VERB_NEXT
                                                      : VERB_CLAIM;
    decision.answer = ANSWER_ENDED;
    decision.why = end->why;
    decision.by = end->by;
    decision.words = end->words;
    lease_answer_keys(claim, token, &decision);
    apply_emit(apply, &decision);
}

void lease_shrink(struct apply *apply, uint64_t token, struct claim *claim, uint32_t gone, bool cools)
{
    struct claim kept = *claim;
    uint32_t count = 0;

    for (uint32_t i = 0; i < claim->row.key_count; i++) {
        if (!(gone & (UINT32_C(1) << i)))
            kept.keys[count++] = claim->keys[i];
    }
    if (!state_expect(apply->state, count > 0))
        return;
    kept.row.key_count = (uint16_t)count;
    unlist_keys(apply, token, claim);
    claim_save(apply->state, TABLE_CLAIM, token, &kept);
    list_keys(apply, token, &kept); /* entries that a gone key shared with a kept one come back */
    supply_keys(apply, claim, gone, cools);
    queue_seek_again(apply);
    offer_keys(apply, claim, gone);
}

uint64_t lease_move(struct apply *apply, uint64_t token, const struct claim *from, struct claim *to)
{
    lease_unwrite(apply, token, from);
    to->row.since_ms = apply->meta->now_ms;
    to->row.expires_ms = apply->meta->now_ms + to->row.ttl_ms;
    to->row.flags = (to->row.flags & CLAIM_SHARED) | CLAIM_TAKEN;
    memset(to->row.code_hash, 0, sizeof to->row.code_hash);
    uint64_t new_token = lease_write(apply, to);
    idea_taken(apply, new_token, to);
    queue_look_again(apply, to->row.session);
    return new_token;
}

void lease_taken(struct apply *apply, const struct claim *from, const struct claim *to, struct span taker)
{
    const struct claim_end end = {.why = WHY_TAKEN, .by = taker};

    outcome_claim_ended(apply, lease_owner(&from->row), from->row.seq, &end, from->keys, from->row.key_count);
    for (uint32_t i = 0; from->row.session == to->row.session && i < from->row.key_count; i++)
        ended_forget_key(apply, from->row.session, from->keys[i]); /* one's own: it is held again */
}

/* R36: a grant out of the queue that its first, short lease ended. Whatever renews one makes its lease as long as its ttl,
 * but for a `yours` of a shorter one. */
static bool never_renewed(const struct claim_row *row)
{
    return row->expires_ms - row->since_ms < row->ttl_ms && !(row->flags & CLAIM_YOURS_TOLD);
}

void lease_due(struct apply *apply, uint64_t token)
{
    struct claim_end expired = {.why = WHY_EXPIRED};
    struct claim claim;

    if (!claim_load(apply->state, TABLE_CLAIM, token, &claim))
        return;                                       /* only after a failure of the state */
    if (claim.row.expires_ms > apply->meta->now_ms) { /* renewed since: look again then */
        claim.row.due_ms = claim.row.expires_ms;
        due_add_number(apply, DUE_CLAIM, claim.row.due_ms, token);
        claim_save_row(apply->state, TABLE_CLAIM, token, &claim.row);
        return;
    }
    expired.cools = !never_renewed(&claim.row);
    lease_end(apply, token, &claim, &expired);
    lease_tell_ended(apply, token, &claim, &expired);
}
