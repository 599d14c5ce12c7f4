/* The simulator's door to proto's codec and to the hash of hand-off codes. */
#include "tests/sim/sim_codec.h"

#include "base/hash.h"
#include "proto/codec.h"

struct sim_decoder {
    struct intent intent;
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
    return decoder;
}

void sim_decoder_free(struct sim_decoder *decoder)
{
    free(decoder);
}

bool (*sim_codec_reads)(const struct intent *intent);

struct intent *sim_codec_decode(struct sim_decoder *decoder, struct span payload)
{
    intent_decode(payload, &decoder->intent);
    if (decoder->intent.flaw == FLAW_NONE && sim_codec_reads != NULL && !sim_codec_reads(&decoder->intent))
        decoder->intent.flaw = FLAW_UNDECODABLE;
    return &decoder->intent;
}

void sim_codec_code_hash(struct span code, uint8_t out[LIMIT_IDENTITY_BYTES])
{
    hash_blake2b_256(code, out);
}
