/* The log's own records. Neither is answered. */
#include "coordinator/core/genesis.h"

#include "coordinator/core/gate.h"
#include "coordinator/core/policy.h"

static const uint64_t GENESIS_ROW_KEEP_MAX_MS = UINT64_C(366) * 24 * 3600 * 1000;

bool genesis_apply(struct apply *apply)
{
    const struct genesis_intent *genesis = &apply->record->intent->body.genesis;
    struct state_meta *meta = apply->meta;

    if (genesis->row_keep_ms > GENESIS_ROW_KEEP_MAX_MS)
        return false;
    if (genesis->format != GENESIS_FORMAT || genesis->rules != GENESIS_RULES || genesis->entry_count > POLICY_END ||
        genesis->import_follows || genesis->jump_max_ms == 0)
        return false;
    for (uint32_t i = 0; i < genesis->entry_count; i++) {
        const struct policy_entry *entry = &genesis->entries[i];
        if (policy_check(entry) != FLAW_NONE || entry->scope.size != 0 || entry->category.size != 0)
            return false;
    }
    meta->has_genesis = 1;
    meta->format = genesis->format;
    meta->rules = genesis->rules;
    meta->jump_max_ms = genesis->jump_max_ms;
    meta->row_keep_ms = genesis->row_keep_ms;
    memcpy(meta->store_id, genesis->store_id, sizeof meta->store_id);
    memcpy(meta->operator_identity, genesis->operator_identity, sizeof meta->operator_identity);
    for (uint32_t i = 0; i < genesis->entry_count; i++)
        policy_set(apply->state, &genesis->entries[i]);
    return true;
}

/* A token stays below 2^53, safe in JSON. */
static const uint64_t token_most = UINT64_C(1) << 53, token_step = UINT64_C(1) << 32;

void recovered_apply(struct apply *apply)
{
    /* INV-2: tokens given out by records that are gone must not be given again. */
    if (apply->record->intent->body.recovered.lost_records && apply->meta->last_token < token_most - token_step)
        apply->meta->last_token += token_step;
}

bool import_apply(struct apply *apply)
{
    const struct import_intent *import = &apply->record->intent->body.import;

    if (!import->end || import->record_count != 0 || !gate_is_operator(apply, import->operator_identity) ||
        import->jump_max_ms == 0 || import->row_keep_ms > GENESIS_ROW_KEEP_MAX_MS)
        return false;
    apply->meta->jump_max_ms = import->jump_max_ms;
    if (import->row_keep_ms > apply->meta->row_keep_ms) /* rows are looked at no sooner than they were armed for */
        apply->meta->row_keep_ms = import->row_keep_ms;
    return true;
}
