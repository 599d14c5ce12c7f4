/* Keys on which core and model agree; those that did are remembered, since the same few come again and again. */
#include "tests/sim/sim_keys.h"

#include "base/hash.h"
#include "coordinator/core/key/canonical_key.h"
#include "tests/model/model.h"

enum { AGREED_KEYS = 4096 };

static struct model *keys;           /* for its canonical keys alone */
static uint64_t agreed[AGREED_KEYS]; /* hashes of keys on which both agree */

/* Do core and model make the same of this key? */
static bool agree(struct span key, struct span in)
{
    const uint8_t gap = 0;
    const struct span pieces[] = {key, span_of(&gap, 1), in};
    uint64_t hash = hash_xxh3_128_pieces(pieces, 3).low;
    struct canonical_key ours;
    struct span theirs = {0};

    if (keys == NULL)
        keys = model_new();
    if (hash != 0 && agreed[hash % AGREED_KEYS] == hash)
        return true;
    bool refused = key_canonical(key, in, NULL, &ours) != FLAW_NONE;
    bool refused_too = !model_canonical(keys, key, in, &theirs);
    if (refused != refused_too || (!refused && !span_equal(span_of(ours.bytes, ours.size), theirs)))
        return false;
    agreed[hash % AGREED_KEYS] = hash;
    return true;
}

static bool agree_on_targets(const struct target *targets, uint32_t count, struct span in)
{
    for (uint32_t i = 0; i < count; i++) {
        if ((targets[i].kind == TARGET_KEY || targets[i].kind == TARGET_FENCED_KEY) && !agree(targets[i].key, in))
            return false;
    }
    return true;
}

static bool agree_on_items(const struct intent *intent)
{
    const struct offer_intent *offer = &intent->body.offer;
    const struct withdraw_intent *withdraw = &intent->body.withdraw;

    for (uint32_t i = 0; intent->verb == VERB_WITHDRAW && i < withdraw->key_count; i++) {
        if (!agree(withdraw->keys[i], withdraw->in))
            return false;
    }
    for (uint32_t i = 0; intent->verb == VERB_OFFER && i < offer->item_count; i++) {
        if (!agree(offer->items[i].key, offer->in))
            return false;
        for (uint32_t j = 0; j < offer->items[i].after_count; j++) {
            if (!agree(offer->items[i].after[j], offer->in))
                return false;
        }
    }
    return true;
}

bool sim_keys_agree(const struct intent *intent)
{
    const struct claim_intent *claim = &intent->body.claim;

    if (intent->verb == VERB_RENEW)
        return agree_on_targets(intent->body.renew.targets, intent->body.renew.target_count, intent->body.renew.in);
    if (intent->verb == VERB_CLOSE)
        return agree_on_targets(intent->body.close.targets, intent->body.close.target_count, intent->body.close.in);
    if (intent->verb == VERB_HANDOFF)
        return agree_on_targets(&intent->body.handoff.target, 1, intent->body.handoff.in);
    if (intent->verb == VERB_REVOKE)
        return agree_on_targets(&intent->body.revoke.target, 1, intent->body.revoke.in);
    if (intent->verb == VERB_SAME || intent->verb == VERB_DIFFERENT)
        return agree(intent->body.label.a, intent->body.label.in) && agree(intent->body.label.b, intent->body.label.in);
    if (intent->verb == VERB_OFFER || intent->verb == VERB_WITHDRAW)
        return agree_on_items(intent);
    if (intent->verb == VERB_QUERY)
        return agree(intent->body.query.key, intent->body.query.in);
    for (uint32_t i = 0; intent->verb == VERB_CLAIM && i < claim->key_count; i++) {
        if (!agree(claim->keys[i], claim->in))
            return false;
    }
    return true;
}
