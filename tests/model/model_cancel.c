/* cancel (R13, R14, S28), hand-off and take (R30, S32). */
#include <string.h>

#include "base/hash.h"
#include "tests/model/model_state.h"

/* ---------------------------------------------------------------- cancel */

/* The claim that very intent was granted or took, if it may still be given back: not once a later claim was told
 * `yours` on it (R13). */
static struct claim *cancellable(const struct model *model, const struct asker *asker, const struct intent_id *target)
{
    struct claim *claim = claim_granted_to(model, target->client, target->seq, asker->session);
    return claim != NULL && !claim->yours_told ? claim : NULL;
}

/* R14: the target's outcome is `cancelled` from now on. S28: whoever cancels is told the keys. */
static void become_cancelled(struct model *model, struct claim *claim, struct outcome *outcome,
                             struct decision *decision)
{
    struct decision cancelled = {0};
    struct asker granted = claim->granted;
    tell_keys(claim, 0, decision);
    deny(&cancelled, REASON_CANCELLED, WHY_NONE);
    claim_end(model, claim, WHY_CANCELLED, (struct span){0}, (struct span){0}); /* no `ended` is told */
    outcome->ended = false;
    remember(model, &granted, &cancelled);
}

/* R12: a cancel that comes before its intent leaves a tombstone in the target's row. */
static void leave_tombstone(struct model *model, const struct asker *asker, const struct intent_id *target)
{
    struct asker later = *asker;
    struct decision cancelled = {0};
    later.id = *target;
    later.verb = VERB_NONE;
    deny(&cancelled, REASON_CANCELLED, WHY_NONE);
    struct outcome *outcome = remember(model, &later, &cancelled);
    if (outcome != NULL)
        outcome->tombstone = true;
}

void cancel_apply(struct model *model, struct asker *asker, const struct cancel_intent *intent)
{
    struct decision decision = {0};
    if (refused_before_deciding(model, asker, &decision))
        return;
    const struct intent_id *target = &intent->target;
    const struct row *row = row_find(model, target->client, asker->session);
    struct outcome *outcome = outcome_find(row, target->seq);
    struct waiter *waiter = waiter_of(model, target->client, target->seq, asker->session);
    struct claim *claim = cancellable(model, asker, target);

    decision.answer = ANSWER_ACCEPTED;
    decision.final = true;
    decision.ended_count = waiter != NULL || claim != NULL;
    if (claim != NULL)
        become_cancelled(model, claim, outcome, &decision);
    else if (outcome == NULL && row != NULL && target->seq <= row->floor)
        deny(&decision, REASON_FORGOTTEN, WHY_NONE);
    else if (outcome == NULL)
        leave_tombstone(model, asker, target);
    else if (waiter == NULL && !outcome->tombstone)
        deny(&decision, REASON_NOT_HOLDER, WHY_NONE); /* denied, yours, ended, other verbs: nothing changes */
    if (asker->session == 0 && session_find(model, asker->session_name, asker->identity) != NULL)
        asker->session = session_find(model, asker->session_name, asker->identity)->number; /* the tombstone's row */
    remember(model, asker, &decision);
    decision_emit(model, asker, &decision);

    if (waiter != NULL) { /* it is told after the cancel's own answer */
        struct decision cancelled = {.warnings = waiter->warnings};
        deny(&cancelled, REASON_CANCELLED, WHY_NONE);
        waiter_finish(model, waiter, &cancelled);
    }
}

/* ---------------------------------------------------------------- hand-off */

static struct claim *claim_with_code(const struct model *model, const uint8_t *hash)
{
    for (size_t i = 0; i < model->claims.count; i++) {
        struct claim *claim = model->claims.items[i];
        if (claim->has_code && memcmp(claim->code_hash, hash, LIMIT_IDENTITY_BYTES) == 0)
            return claim;
    }
    return NULL;
}

/* R30: one code per claim; a new one replaces it, an empty one withdraws it. */
void handoff_apply(struct model *model, struct asker *asker, const struct handoff_intent *intent)
{
    struct decision decision = {0};
    if (refused_before_deciding(model, asker, &decision))
        return;
    struct found found = resolve(model, asker, &intent->target, intent->in, true);
    struct claim *other = intent->withdraw ? NULL : claim_with_code(model, intent->code_hash);
    if (found.reason == REASON_NONE && other != NULL && other != found.claims[0]) {
        found.reason = REASON_BAD_REQUEST;
        found.flaw = FLAW_CODE_TAKEN;
    }
    if (found.reason != REASON_NONE) {
        deny(&decision, found.reason, found.why);
        decision.by = found.by;
        decision.words = found.words;
        decision.flaw = found.flaw;
    } else {
        decision.answer = ANSWER_ACCEPTED;
        decision.final = true;
        found.claims[0]->has_code = !intent->withdraw;
        memcpy(found.claims[0]->code_hash, intent->code_hash, LIMIT_IDENTITY_BYTES);
        if (intent->target.kind == TARGET_TOKEN)
            tell_keys(found.claims[0], found.claims[0]->expires_ms, &decision);
    }
    remember(model, asker, &decision);
    decision_emit(model, asker, &decision);
}

/* ---------------------------------------------------------------- take */

/* Rows, rate, code, limit, in this order. NULL: the decision says why not. */
static struct claim *claim_to_take(struct model *model, struct asker *asker, const struct take_intent *intent,
                                   struct decision *decision)
{
    if (rows_full_for(model, asker)) {
        deny(decision, REASON_QUOTA, WHY_FULL);
        return NULL;
    }
    struct session *session = session_find_or_add(model, asker);
    asker->session = session->number;
    asker->session_name = session->name;
    asker->identity = session->identity;
    uint64_t rate = model->policy[POLICY_CLAIMS_PER_MINUTE];
    if (!bucket_pay(model, rate, &session->claim_level, &session->claim_last_ms)) {
        deny_rate(decision, rate, session->claim_level);
        return NULL;
    }
    uint8_t hash[HASH_BLAKE2B_BYTES];
    hash_blake2b_256(intent->code, hash);
    struct claim *claim = claim_with_code(model, hash);
    if (claim == NULL) {
        deny(decision, REASON_NOT_HOLDER, WHY_NONE);
        return NULL;
    }
    if (claim->session != session->number && /* taking one's own is allowed */
        claims_of(model, session->number) >= model->policy[POLICY_CLAIMS_PER_SESSION]) {
        deny(decision, REASON_QUOTA, WHY_CLAIMS); /* the code stays good */
        return NULL;
    }
    return claim;
}

/* Who presents the code becomes the holder, with a new token and a whole lease. */
static void become_holder(struct model *model, const struct asker *asker, const struct take_intent *intent,
                          const struct claim *old, struct decision *decision)
{
    struct claim *claim = list_add(&model->claims, sizeof *claim);
    *claim = *old;
    claim->token = ++model->last_token;
    claim->since_ms = model->now_ms;
    claim->expires_ms = time_after(model->now_ms, claim->ttl_ms);
    claim->session = asker->session;
    claim->yours_told = false;
    claim->has_code = false; /* spent */
    if (intent->origin.size > 0)
        claim->texts.origin = text_keep(model, intent->origin);
    claim->granted = *asker;
    claim->granted_offset = model->offset;
    claim->guard = asker->id;
    struct idea *idea = idea_numbered(model, claim->idea);
    if (idea != NULL)
        memcpy(idea->verifier, asker->identity, LIMIT_IDENTITY_BYTES); /* S44 */

    session_numbered(model, asker->session)->was_denied = false;
    nexts_are_due(model, asker->session);
    decision->answer = ANSWER_GRANTED;
    decision->final = true;
    decision->ttl_ms = claim->ttl_ms;
    decision->about = claim->texts.about;
    for (uint32_t i = 0; i < claim->key_count; i++)
        decision->keys[decision->key_count++] =
            (struct granted_key){.key = claim->keys[i], .token = claim->token, .expires_ms = claim->expires_ms};
}

void take_apply(struct model *model, struct asker *asker, const struct take_intent *intent)
{
    struct decision decision = {0};
    if (refused_before_deciding(model, asker, &decision))
        return;
    struct claim *old = claim_to_take(model, asker, intent, &decision);
    if (old != NULL)
        become_holder(model, asker, intent, old, &decision);
    remember(model, asker, &decision);
    decision_emit(model, asker, &decision);
    if (old == NULL)
        return;
    struct span keys[LIMIT_ALL_KEYS];
    uint32_t count = old->key_count;
    memcpy(keys, old->keys, sizeof keys);
    emit_ended(model, old, WHY_TAKEN, asker->session_name, (struct span){0});
    claim_end(model, old, WHY_TAKEN, asker->session_name, (struct span){0});
    forget_losses(model, asker->session, keys, count); /* S27: also of one's own claim that one took */
}
