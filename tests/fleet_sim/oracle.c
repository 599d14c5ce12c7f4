/* What must come of the intents. */
#include "tests/fleet_sim/agents.h"
#include "tests/fleet_sim/replicas.h"

#include "base/hash.h"
#include "proto/codec.h"
#include "tests/sim/names.h"
#include "tests/sim/sim_codec.h"

void oracle_clear(struct fleet *fleet)
{
    struct oracle *oracle = &fleet->oracle;

    model_free(oracle->model);
    oracle->model = model_new();
    oracle->entry_count = oracle->offset_count = oracle->logged_count = 0;
    oracle->bytes.size = 0;
    if (oracle->intent == NULL)
        oracle->intent = calloc(1, sizeof *oracle->intent);
    CHECK(oracle->intent != NULL);
}

void oracle_free(struct fleet *fleet)
{
    struct oracle *oracle = &fleet->oracle;

    model_free(oracle->model);
    free(oracle->entries);
    free(oracle->first_of);
    free(oracle->digests);
    free(oracle->intent);
    free(oracle->logged);
    free(oracle->is_well_formed);
    bytes_free(&oracle->bytes);
}

/* ---------------------------------------------------------------- intents */

static void make_room(struct oracle *oracle)
{
    if (oracle->offset_count + 2 <= oracle->offset_room)
        return;
    oracle->offset_room = oracle->offset_room * 2 + 512;
    oracle->first_of = realloc(oracle->first_of, oracle->offset_room * sizeof *oracle->first_of);
    oracle->digests = realloc(oracle->digests, oracle->offset_room * sizeof *oracle->digests);
    CHECK(oracle->first_of != NULL && oracle->digests != NULL);
}

static void hash_proof(uint8_t proof[LIMIT_IDENTITY_BYTES])
{
    uint8_t verifier[LIMIT_IDENTITY_BYTES];

    hash_blake2b_256(span_of(proof, LIMIT_IDENTITY_BYTES), verifier);
    memcpy(proof, verifier, sizeof verifier);
}

/* What the topic's proofs stand for; told here once more, apart from coordinator/intake. */
static void proofs_to_verifiers(struct oracle *oracle)
{
    struct intent *intent = oracle->intent;

    if (intent->has_head)
        hash_proof(intent->head.identity);
    if (intent->flaw != FLAW_NONE)
        return;
    if (intent->verb == VERB_REVOKE)
        hash_proof(intent->body.revoke.operator_identity);
    if (intent->verb == VERB_CONFIGURE)
        hash_proof(intent->body.configure.operator_identity);
    if (intent->verb == VERB_SEAL)
        hash_proof(intent->body.seal.operator_identity);
    if (intent->verb == VERB_RECOVERED) {
        hash_proof(intent->body.recovered.operator_identity);
        if (memcmp(intent->body.recovered.operator_identity, oracle->operator_verifier, LIMIT_IDENTITY_BYTES) != 0)
            intent->flaw = FLAW_OPERATOR;
    }
}

static void note_decision(void *context, const struct decision *decision)
{
    struct fleet *fleet = context;
    struct oracle *oracle = &fleet->oracle;

    if (oracle->entry_count == oracle->entry_room) {
        oracle->entry_room = oracle->entry_room * 2 + 256;
        oracle->entries = realloc(oracle->entries, oracle->entry_room * sizeof *oracle->entries);
        CHECK(oracle->entries != NULL);
    }
    struct entry *entry = &oracle->entries[oracle->entry_count++];
    *entry = (struct entry){.offset = decision->offset,
                            .index = decision->index,
                            .partition = decision->reply_partition % PARTITIONS,
                            .bytes_at = oracle->bytes.size,
                            .decided_ms = fleet->now_ms,
                            .log_ms = decision->now_ms,
                            .id = decision->id,
                            .verb = decision->verb,
                            .answer = decision->answer,
                            .reason = decision->reason,
                            .why = decision->why,
                            .final = decision->final,
                            .repeat = decision->repeat};
    CHECK(sim_codec_encode_decision(decision, &oracle->bytes));
    entry->size = oracle->bytes.size - entry->bytes_at;
    fleet_trace(fleet, "  decides %llu.%u to %llx:%llu %s%s %s %s", (unsigned long long)entry->offset, entry->index,
                (unsigned long long)entry->id.client, (unsigned long long)entry->id.seq,
                name_of_answer((uint64_t)entry->answer), entry->repeat ? " again" : "",
                name_of_reason((uint64_t)entry->reason), name_of_why((uint64_t)entry->why));
    agents_on_decided(fleet, decision);
}

static bool is_remembered(enum verb verb)
{
    return verb == VERB_CLAIM || verb == VERB_CLOSE || verb == VERB_CANCEL || verb == VERB_HANDOFF || verb == VERB_TAKE;
}

static void note_logged(struct oracle *oracle, const struct intent *intent)
{
    if (!intent->has_head || intent->head.id.client == 0 || intent->head.id.seq == 0)
        return;
    if (oracle->logged_count == oracle->logged_room) {
        oracle->logged_room = oracle->logged_room * 2 + 256;
        oracle->logged = realloc(oracle->logged, oracle->logged_room * sizeof *oracle->logged);
        oracle->is_well_formed = realloc(oracle->is_well_formed, oracle->logged_room * sizeof *oracle->is_well_formed);
        CHECK(oracle->logged != NULL && oracle->is_well_formed != NULL);
    }
    oracle->is_well_formed[oracle->logged_count] = intent->flaw == FLAW_NONE && is_remembered(intent->verb);
    oracle->logged[oracle->logged_count++] = intent->head.id;
}

void oracle_on_intent(struct fleet *fleet, uint64_t offset, uint64_t ts_ms, struct span payload)
{
    struct oracle *oracle = &fleet->oracle;

    intent_decode(payload, oracle->intent);
    proofs_to_verifiers(oracle);
    note_logged(oracle, oracle->intent);
    fleet_trace(fleet, "log %llu: %s %llx:%llu", (unsigned long long)offset,
                name_of_verb((uint64_t)oracle->intent->verb), (unsigned long long)oracle->intent->head.id.client,
                (unsigned long long)oracle->intent->head.id.seq);
    make_room(oracle);
    for (; oracle->offset_count <= offset; oracle->offset_count++) { /* holes have none */
        make_room(oracle);
        oracle->first_of[oracle->offset_count] = oracle->entry_count;
        oracle->digests[oracle->offset_count + 1].known = false;
    }
    model_apply(oracle->model, offset, ts_ms, oracle->intent, (struct decision_sink){note_decision, fleet});
    oracle->first_of[oracle->offset_count] = oracle->entry_count;
    const char *broken = model_check(oracle->model); /* INV-1 among others */
    if (broken != NULL)
        fleet_fail(fleet, "the model itself is broken at offset %llu: %s", (unsigned long long)offset, broken);
}

/* ---------------------------------------------------------------- decisions */

uint32_t oracle_find(const struct fleet *fleet, uint64_t offset, uint32_t index)
{
    const struct oracle *oracle = &fleet->oracle;

    if (offset >= oracle->offset_count)
        return NO_ENTRY;
    uint32_t at = oracle->first_of[offset] + index;
    return at < oracle->first_of[offset + 1] ? at : NO_ENTRY;
}

void oracle_on_decision(struct fleet *fleet, uint32_t partition, const struct record *record, struct span payload)
{
    if (record->entry == NO_ENTRY)
        return;
    struct entry *entry = &fleet->oracle.entries[record->entry];
    if (!span_equal(payload, oracle_bytes(&fleet->oracle, record->entry)) || partition != entry->partition)
        fleet_fail(fleet, "decision %llu.%u was published with other bytes than the model gives",
                   (unsigned long long)entry->offset, entry->index);
    if (entry->copies++ == 0) {
        entry->published_ms = fleet->now_ms;
        entry->first_at = fleet->decisions[partition].count - 1;
        replicas_on_first_copy(fleet, record->entry);
    }
    fleet_trace(fleet, "published %llu.%u by rank %u (copy %u)", (unsigned long long)entry->offset, entry->index,
                record->rank, entry->copies);
}

void oracle_on_digest(struct fleet *fleet, uint32_t replica, uint64_t next, struct state_digest digest)
{
    struct oracle *oracle = &fleet->oracle;

    CHECK(next <= oracle->offset_count);
    struct digest_at *at = &oracle->digests[next];
    if (at->known && (at->digest.low != digest.low || at->digest.high != digest.high))
        fleet_fail(fleet, "replica %u has another digest at offset %llu", replica, (unsigned long long)next);
    *at = (struct digest_at){.known = true, .digest = digest};
}

/* ---------------------------------------------------------------- at the end */

bool oracle_is_logged(const struct fleet *fleet, struct intent_id id)
{
    const struct oracle *oracle = &fleet->oracle;

    for (uint32_t i = 0; i < oracle->logged_count; i++) {
        if (intent_id_equal(oracle->logged[i], id))
            return true;
    }
    return false;
}

uint32_t oracle_final_of(const struct fleet *fleet, struct intent_id id)
{
    const struct oracle *oracle = &fleet->oracle;

    for (uint32_t i = 0; i < oracle->entry_count; i++) {
        const struct entry *entry = &oracle->entries[i];
        bool is_old = entry->answer == ANSWER_DENIED && entry->reason == REASON_FORGOTTEN;
        if (entry->final && !entry->repeat && !is_old && intent_id_equal(entry->id, id))
            return i;
    }
    return NO_ENTRY;
}

bool oracle_is_settled(const struct fleet *fleet)
{
    const struct oracle *oracle = &fleet->oracle;

    for (uint32_t i = 0; i < oracle->logged_count; i++) {
        if (oracle->is_well_formed[i] && oracle_final_of(fleet, oracle->logged[i]) == NO_ENTRY)
            return false;
    }
    return true;
}

/* INV-3, INV-6: one final, whatever came twice. */
static void check_one_final(struct fleet *fleet, struct intent_id id)
{
    const struct oracle *oracle = &fleet->oracle;
    uint32_t finals = 0;

    for (uint32_t i = 0; i < oracle->entry_count; i++) {
        const struct entry *entry = &oracle->entries[i];
        bool is_old = entry->answer == ANSWER_DENIED && entry->reason == REASON_FORGOTTEN; /* R8: came again late */
        finals += entry->final && !entry->repeat && !is_old && intent_id_equal(entry->id, id);
    }
    if (finals != 1)
        fleet_fail(fleet, "intent %llx:%llu is in the log and has %u finals", (unsigned long long)id.client,
                   (unsigned long long)id.seq, finals);
}

void oracle_at_rest(struct fleet *fleet)
{
    const struct oracle *oracle = &fleet->oracle;

    for (uint32_t i = 0; i < oracle->logged_count && !fleet->failed; i++) {
        if (oracle->is_well_formed[i])
            check_one_final(fleet, oracle->logged[i]);
    }
    for (uint32_t i = 0; i < oracle->entry_count && !fleet->failed; i++) {
        const struct entry *entry = &oracle->entries[i];
        if (entry->copies == 0 && entry->decided_ms < fleet->quiet_ms)
            fleet_fail(fleet, "decision %llu.%u was never published", (unsigned long long)entry->offset, entry->index);
    }
}
