/* A sequence of records as a log would hold them, and the tokens that tie them together. */
#include "tests/sim/sequence.h"

#include "base/check.h"

void sequence_clear(struct sequence *sequence)
{
    sequence->count = 0;
    sequence->payloads.size = 0;
}

void sequence_free(struct sequence *sequence)
{
    bytes_free(&sequence->payloads);
    sequence->count = 0;
}

bool sequence_add(struct sequence *sequence, const struct sim_record *record, struct span payload)
{
    if (sequence->count == SEQUENCE_MAX)
        return false;
    struct sim_record *added = &sequence->records[sequence->count++];
    *added = *record;
    added->payload_at = sequence->payloads.size;
    added->payload_size = payload.size;
    bytes_add(&sequence->payloads, payload.bytes, payload.size);
    return true;
}

struct span sequence_payload(const struct sequence *sequence, const struct sim_record *record)
{
    return span_of(sequence->payloads.data + record->payload_at, record->payload_size);
}

void grants_note(struct grants *grants, const struct decision *decision)
{
    if (decision->answer != ANSWER_GRANTED || decision->repeat || decision->dry_run || decision->key_count == 0 ||
        grants->count == GRANTS_MAX || grants_find(grants, decision->id) != 0)
        return;
    grants->list[grants->count].id = decision->id;
    grants->list[grants->count++].token = decision->keys[0].token;
}

uint64_t grants_find(const struct grants *grants, struct intent_id id)
{
    for (uint32_t i = grants->count; i > 0; i--) {
        if (intent_id_equal(grants->list[i - 1].id, id))
            return grants->list[i - 1].token;
    }
    return 0;
}

uint64_t *intent_token(struct intent *intent, uint32_t target)
{
    switch ((int)intent->verb) {
    case VERB_RENEW:
        return target < intent->body.renew.target_count ? &intent->body.renew.targets[target].token : NULL;
    case VERB_CLOSE:
        return target < intent->body.close.target_count ? &intent->body.close.targets[target].token : NULL;
    case VERB_HANDOFF:
        return target == 0 ? &intent->body.handoff.target.token : NULL;
    case VERB_REVOKE:
        return target == 0 ? &intent->body.revoke.target.token : NULL;
    case VERB_QUERY:
        return target == 0 ? &intent->body.query.token : NULL;
    default:
        return NULL;
    }
}

const struct intent *sequence_intent(struct sequence *sequence, uint32_t at, const struct grants *grants,
                                     struct sim_decoder *decoder)
{
    struct sim_record *record = &sequence->records[at];
    struct intent *intent = sim_codec_decode(decoder, sequence_payload(sequence, record));

    for (uint32_t i = 0; i < record->ref_count && intent->flaw == FLAW_NONE; i++) {
        struct token_ref *ref = &record->refs[i];
        uint64_t *place = intent_token(intent, ref->target);
        if (grants != NULL)
            ref->token = grants_find(grants, ref->id);
        if (ref->token != 0 && place != NULL)
            *place = ref->token;
    }
    return intent;
}
