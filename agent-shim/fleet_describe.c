/* What no decision tells of a fleet: how long its log is, which store it is, and what its state was lately. */
#include "agent-shim/fleet_own.h"

#include <stdlib.h>

#include "base/text.h"
#include "coordinator/state/state.h"
#include "proto/codec.h"

enum { CHECKPOINTS_LOOKED_AT = 16 };

/* The genesis is copied to the checkpoints, which agents can read; the intents hold proofs, and are for operators. */
static enum dibs_error read_genesis(struct kafka *kafka, const char *url, struct intent *genesis, uint8_t *buffer,
                                    struct error_text *why)
{
    struct kafka_event event;
    enum dibs_error error = kafka_read_one(kafka, KAFKA_CHECKPOINTS, 0, 0, buffer, KAFKA_RECORD_MAX, &event, why);
    if (error != DIBS_OK)
        return error;
    if (event.kind == KAFKA_RECORD && event.has_payload)
        intent_decode(event.payload, genesis);
    if (event.kind != KAFKA_RECORD || !event.has_payload || genesis->flaw != FLAW_NONE || genesis->verb != VERB_GENESIS)
        return error_say(why, DIBS_NO_STORE,
                         "the topics of %s hold no store yet; an operator makes one: dibsd --store %s --create-topics "
                         "--operator-key FILE",
                         url, url);
    return DIBS_OK;
}

/* The newest checkpoint: the last record there, but for what may have been written by somebody else. Agents can't prove whose
 * it is; `replay --verify` does. */
static enum dibs_error read_checkpoint(struct kafka *kafka, struct dibs_status *status, uint8_t *buffer,
                                       struct error_text *why)
{
    uint64_t first, end;
    enum dibs_error error = kafka_bounds(kafka, KAFKA_CHECKPOINTS, 0, &first, &end, why);
    for (int i = 0; error == DIBS_OK && i < CHECKPOINTS_LOOKED_AT && end > first; i++) {
        struct kafka_event event;
        struct checkpoint checkpoint;
        error = kafka_read_one(kafka, KAFKA_CHECKPOINTS, 0, --end, buffer, KAFKA_RECORD_MAX, &event, why);
        bool found = error == DIBS_OK && event.kind == KAFKA_RECORD && event.has_payload &&
                     checkpoint_decode(event.payload, &checkpoint, NULL) == DIBS_OK;
        if (!found)
            continue;
        state_digest_print(state_digest_read(checkpoint.digest), status->digest);
        status->digest_offset = checkpoint.offset;
        return DIBS_OK;
    }
    return error;
}

enum dibs_error fleet_describe(struct backend *backend, struct dibs_status *status, struct error_text *why)
{
    struct fleet *fleet = fleet_of(backend);
    struct kafka *kafka = NULL;
    uint64_t first;
    struct text id;
    uint8_t *buffer = malloc(KAFKA_RECORD_MAX);
    struct intent *genesis = calloc(1, sizeof *genesis);
    enum dibs_error error = buffer == NULL || genesis == NULL
                                ? error_say(why, DIBS_UNAVAILABLE, "there is no memory to read the genesis")
                                : fleet_connect(fleet->place, fleet->options.patience_ms, &kafka, why);
    if (error == DIBS_OK) /* a reader would not be told that it may not see a topic */
        error = kafka_ready(kafka, 1u << KAFKA_INTENTS | 1u << KAFKA_CHECKPOINTS, fleet->options.patience_ms, why);
    if (error == DIBS_OK)
        error = kafka_bounds(kafka, KAFKA_INTENTS, 0, &first, &status->log_records, why);
    if (error == DIBS_OK)
        error = read_genesis(kafka, fleet->place->url, genesis, buffer, why);
    if (error == DIBS_OK)
        error = read_checkpoint(kafka, status, buffer, why);
    if (error == DIBS_OK) {
        TEXT_BEGIN(&id, status->store_id);
        text_hex(&id, span_of(genesis->body.genesis.store_id, sizeof genesis->body.genesis.store_id));
    }
    kafka_close(kafka, false);
    free(genesis);
    free(buffer);
    return error;
}
