/* Judging an intent before it is sent: every verb that is logged but configure, whose settings are parsed. A store's
 * prefixes don't matter here: with them a key that is good is another good one. */
#include "agent-shim/intent_flaw.h"

#include "agent-shim/asked.h"
#include "base/utf8.h"

enum { TTL_LEAST_MS = 1000, REWARD_MOST = 10000, CODE_LEAST_BYTES = 16, CODE_MOST_BYTES = 64 };

static bool is_text(struct span text, size_t most)
{
    return text.size <= most && utf8_is_clean(text, true);
}

static bool is_repository(struct span in)
{
    return in.size <= LIMIT_KEY_BYTES && utf8_is_clean(in, false);
}

static enum flaw claim_flaw(const struct claim_intent *claim, uint32_t *index)
{
    struct canonical_key key;
    if (claim->key_count == 0)
        return FLAW_NO_KEYS;
    if (claim->has_ttl && claim->ttl_ms < TTL_LEAST_MS)
        return FLAW_TTL;
    if (!is_text(claim->about, LIMIT_ABOUT_BYTES) || !is_text(claim->aka, LIMIT_ABOUT_BYTES) ||
        !is_text(claim->category, LIMIT_CATEGORY_BYTES) || !is_text(claim->ref, LIMIT_REF_BYTES) ||
        !is_text(claim->origin, LIMIT_REF_BYTES) || !is_text(claim->scope, LIMIT_CATEGORY_BYTES) ||
        !is_repository(claim->in))
        return FLAW_TEXT;
    for (*index = 0; *index < claim->key_count; (*index)++) {
        enum flaw flaw = asked_key_canonical(claim->keys[*index], claim->in, NULL, &key);
        if (flaw != FLAW_NONE)
            return flaw;
    }
    *index = 0;
    return FLAW_NONE;
}

static enum flaw target_flaw(const struct target *target, struct span in, struct canonical_key *key)
{
    key->size = 0;
    bool by_key = target->kind == TARGET_KEY || target->kind == TARGET_FENCED_KEY;
    return by_key ? asked_key_canonical(target->key, in, NULL, key) : FLAW_NONE;
}

static enum flaw renew_flaw(const struct renew_intent *renew, uint32_t *index)
{
    struct canonical_key key;
    if (renew->target_count == 0)
        return FLAW_TARGET;
    if (!is_repository(renew->in))
        return FLAW_TEXT;
    for (uint32_t i = 0; i < renew->target_count; i++) {
        *index = i;
        enum flaw flaw = target_flaw(&renew->targets[i], renew->in, &key);
        if (flaw != FLAW_NONE)
            return flaw;
    }
    return FLAW_NONE;
}

static enum flaw close_flaw(const struct close_intent *close, uint32_t *index)
{
    struct canonical_key key;
    if (close->all != (close->target_count == 0) || (close->all && close->outcome != CLOSE_RELEASED))
        return FLAW_TARGET;
    if (!is_text(close->result, LIMIT_TEXT_BYTES) || !is_text(close->reason, LIMIT_TEXT_BYTES) ||
        !is_repository(close->in))
        return FLAW_TEXT;
    if (close->has_reward && (close->reward > REWARD_MOST || close->outcome != CLOSE_DONE))
        return FLAW_REWARD;
    for (uint32_t i = 0; i < close->target_count; i++) {
        *index = i;
        enum flaw flaw = target_flaw(&close->targets[i], close->in, &key);
        if (flaw == FLAW_NONE && close->outcome == CLOSE_DONE && key.size != 0 &&
            key_is_subtree(span_of(key.bytes, key.size)))
            flaw = FLAW_SUBTREE_DONE;
        if (flaw != FLAW_NONE)
            return flaw;
    }
    return FLAW_NONE;
}

static enum flaw take_flaw(const struct take_intent *take)
{
    bool fits = take->code.size >= CODE_LEAST_BYTES && take->code.size <= CODE_MOST_BYTES;
    if (!fits || !utf8_is_clean(take->code, false))
        return FLAW_CODE;
    return is_text(take->origin, LIMIT_REF_BYTES) ? FLAW_NONE : FLAW_TEXT;
}

static enum flaw revoke_flaw(const struct revoke_intent *revoke)
{
    struct canonical_key key;
    struct span session = revoke->target.session;
    if (revoke->reason.size == 0 || !is_text(revoke->reason, LIMIT_TEXT_BYTES) || !is_repository(revoke->in))
        return FLAW_TEXT;
    if (revoke->target.kind == TARGET_SESSION && (session.size == 0 || !is_text(session, LIMIT_SESSION_BYTES)))
        return FLAW_SESSION;
    return target_flaw(&revoke->target, revoke->in, &key);
}

static enum flaw handoff_flaw(const struct handoff_intent *handoff)
{
    struct canonical_key key;
    return is_repository(handoff->in) ? target_flaw(&handoff->target, handoff->in, &key) : FLAW_TEXT;
}

static enum flaw label_flaw(const struct label_intent *label, uint32_t *index)
{
    struct canonical_key keys[2];
    const struct span given[2] = {label->a, label->b};
    if (!is_repository(label->in))
        return FLAW_TEXT;
    for (*index = 0; *index < 2; (*index)++) {
        enum flaw flaw = key_canonical(given[*index], label->in, NULL, &keys[*index]);
        if (flaw != FLAW_NONE)
            return flaw;
    }
    *index = 0;
    return span_equal(span_of(keys[0].bytes, keys[0].size), span_of(keys[1].bytes, keys[1].size)) ? FLAW_LABEL
                                                                                                  : FLAW_NONE;
}

static enum flaw next_flaw(const struct next_intent *next)
{
    if (next->has_ttl && next->ttl_ms < TTL_LEAST_MS)
        return FLAW_TTL;
    return is_text(next->origin, LIMIT_REF_BYTES) && is_text(next->scope, LIMIT_CATEGORY_BYTES) ? FLAW_NONE : FLAW_TEXT;
}

enum flaw intent_flaw(const struct intent *intent, uint32_t *index)
{
    *index = 0;
    if (intent->verb == VERB_CLAIM)
        return claim_flaw(&intent->body.claim, index);
    if (intent->verb == VERB_RENEW)
        return renew_flaw(&intent->body.renew, index);
    if (intent->verb == VERB_CLOSE)
        return close_flaw(&intent->body.close, index);
    if (intent->verb == VERB_HANDOFF)
        return handoff_flaw(&intent->body.handoff);
    if (intent->verb == VERB_TAKE)
        return take_flaw(&intent->body.take);
    if (intent->verb == VERB_OFFER) /* its items stand alone, and are judged there */
        return is_repository(intent->body.offer.in) ? FLAW_NONE : FLAW_TEXT;
    if (intent->verb == VERB_WITHDRAW)
        return is_repository(intent->body.withdraw.in) ? FLAW_NONE : FLAW_TEXT;
    if (intent->verb == VERB_NEXT)
        return next_flaw(&intent->body.next);
    if (intent->verb == VERB_SAME || intent->verb == VERB_DIFFERENT)
        return label_flaw(&intent->body.label, index);
    return intent->verb == VERB_REVOKE ? revoke_flaw(&intent->body.revoke) : FLAW_NONE;
}
