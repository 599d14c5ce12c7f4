/* The simulator's door to proto's codec and to the hash of hand-off codes. */
#include "tests/sim/sim_codec.h"

#include "base/hash.h"
#include "coordinator/core/key/canonical_key.h"
#include "proto/codec.h"
#include "tests/model/model.h"

enum { AGREED_KEYS = 4096 };

struct sim_decoder {
    struct intent intent;
    struct model *keys;           /* for its canonical keys alone */
    uint64_t agreed[AGREED_KEYS]; /* hashes of keys on which both agree */
};

bool sim_codec_encode(const struct intent *intent, struct bytes *out)
{
    size_t used = 0;

    bytes_reserve(out, LIMIT_RECORD_BYTES);
    if (intent_encode(intent, out->data + out->size, LIMIT_RECORD_BYTES, &used, NULL) != DIBS_OK)
        return false;
    out->size += used;
    return true;
}

bool sim_codec_encode_decision(const struct decision *decision, struct bytes *out)
{
    size_t used = 0;

    bytes_reserve(out, LIMIT_RECORD_BYTES);
    if (decision_encode(decision, out->data + out->size, LIMIT_RECORD_BYTES, &used, NULL) != DIBS_OK)
        return false;
    out->size += used;
    return true;
}

bool sim_codec_decode_decision(struct span bytes, struct decision *out)
{
    return decision_decode(bytes, out, NULL) == DIBS_OK;
}

struct sim_decoder *sim_decoder_new(void)
{
    struct sim_decoder *decoder = calloc(1, sizeof *decoder);
    CHECK(decoder != NULL);
    decoder->keys = model_new();
    return decoder;
}

void sim_decoder_free(struct sim_decoder *decoder)
{
    if (decoder != NULL)
        model_free(decoder->keys);
    free(decoder);
}

/* Do core and model make the same of this key? */
static bool agree(struct sim_decoder *decoder, struct span key, struct span in)
{
    const uint8_t gap = 0;
    const struct span pieces[] = {key, span_of(&gap, 1), in};
    uint64_t hash = hash_xxh3_128_pieces(pieces, 3).low;
    struct canonical_key ours;
    struct span theirs = {0};

    if (hash != 0 && decoder->agreed[hash % AGREED_KEYS] == hash)
        return true;
    bool refused = key_canonical(key, in, NULL, &ours) != FLAW_NONE;
    bool refused_too = !model_canonical(decoder->keys, key, in, &theirs);
    if (refused != refused_too || (!refused && !span_equal(span_of(ours.bytes, ours.size), theirs)))
        return false;
    decoder->agreed[hash % AGREED_KEYS] = hash;
    return true;
}

static bool agree_on_targets(struct sim_decoder *decoder, const struct target *targets, uint32_t count, struct span in)
{
    for (uint32_t i = 0; i < count; i++) {
        if ((targets[i].kind == TARGET_KEY || targets[i].kind == TARGET_FENCED_KEY) &&
            !agree(decoder, targets[i].key, in))
            return false;
    }
    return true;
}

static bool agree_on_keys(struct sim_decoder *decoder)
{
    const struct intent *intent = &decoder->intent;
    const struct claim_intent *claim = &intent->body.claim;

    if (intent->verb == VERB_RENEW)
        return agree_on_targets(decoder, intent->body.renew.targets, intent->body.renew.target_count,
                                intent->body.renew.in);
    if (intent->verb == VERB_CLOSE)
        return agree_on_targets(decoder, intent->body.close.targets, intent->body.close.target_count,
                                intent->body.close.in);
    if (intent->verb == VERB_HANDOFF)
        return agree_on_targets(decoder, &intent->body.handoff.target, 1, intent->body.handoff.in);
    if (intent->verb == VERB_REVOKE)
        return agree_on_targets(decoder, &intent->body.revoke.target, 1, intent->body.revoke.in);
    if (intent->verb == VERB_QUERY)
        return agree(decoder, intent->body.query.key, intent->body.query.in);
    for (uint32_t i = 0; intent->verb == VERB_CLAIM && i < claim->key_count; i++) {
        if (!agree(decoder, claim->keys[i], claim->in))
            return false;
    }
    return true;
}

/* What a storm of flipped bytes makes of a key is the key tests' business: where the two canonical forms differ, the
 * record counts as one that nobody can read. */
struct intent *sim_codec_decode(struct sim_decoder *decoder, struct span payload)
{
    intent_decode(payload, &decoder->intent);
    if (decoder->intent.flaw == FLAW_NONE && !agree_on_keys(decoder))
        decoder->intent.flaw = FLAW_UNDECODABLE;
    return &decoder->intent;
}

void sim_codec_code_hash(struct span code, uint8_t out[LIMIT_IDENTITY_BYTES])
{
    hash_blake2b_256(code, out);
}
