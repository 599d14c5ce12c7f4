/* Records of a log to records of the core: hashes proofs, unpacks imports, numbers what comes after them. */
#include "coordinator/intake/intake.h"

#include "base/hash.h"
#include "coordinator/intake/place.h"
#include "coordinator/state/rows.h"
#include "proto/codec.h"

_Static_assert((int)LIMIT_IDENTITY_BYTES == (int)HASH_BLAKE2B_BYTES, "a verifier is a hash of a proof");

/* No log gets so far; what comes after it must still have an offset. */
static const uint64_t offset_most = UINT64_C(1) << 62;

static void hash_proof(uint8_t identity[LIMIT_IDENTITY_BYTES])
{
    uint8_t verifier[LIMIT_IDENTITY_BYTES];

    hash_blake2b_256(span_of(identity, LIMIT_IDENTITY_BYTES), verifier);
    memcpy(identity, verifier, sizeof verifier);
}

/* The operator's proof in an intent that has one; else NULL. */
static uint8_t *operator_proof(struct intent *intent)
{
    if (intent->flaw != FLAW_NONE)
        return NULL;
    if (intent->verb == VERB_REVOKE)
        return intent->body.revoke.operator_identity;
    if (intent->verb == VERB_CONFIGURE)
        return intent->body.configure.operator_identity;
    if (intent->verb == VERB_SEAL)
        return intent->body.seal.operator_identity;
    if (intent->verb == VERB_IMPORT)
        return intent->body.import.operator_identity;
    if (intent->verb == VERB_WITHDRAW)
        return intent->body.withdraw.operator_identity;
    return intent->verb == VERB_RECOVERED ? intent->body.recovered.operator_identity : NULL;
}

static void set_flaw(struct intent *intent, enum flaw flaw)
{
    intent->flaw = flaw;
    memset(&intent->body, 0, sizeof intent->body);
}

/* Decodes the record once, however many of its imported records are asked for. */
static void decode(struct intake *intake, enum intake_kind kind, const struct log_record *record)
{
    const struct span payload = record->payload;

    if (intake->decoded && record->offset == intake->offset && payload.bytes == intake->payload.bytes &&
        payload.size == intake->payload.size)
        return;
    intent_decode(payload, &intake->outer);
    intake->offset = record->offset;
    intake->payload = payload;
    if (kind == INTAKE_DIRECTORY)
        return;
    uint8_t *proof = operator_proof(&intake->outer);
    if (intake->outer.has_head)
        hash_proof(intake->outer.head.identity);
    if (proof != NULL)
        hash_proof(proof);
}

uint64_t intake_next(struct state *state)
{
    const struct intake_place place = intake_place(state);
    uint64_t next = state_meta(state)->next_offset - place.shift;

    return place.importing || next < place.next_physical ? place.next_physical : next;
}

bool intake_is_importing(struct state *state)
{
    return intake_place(state).importing != 0;
}

uint64_t intake_skipped(struct state *state)
{
    return intake_place(state).skipped;
}

static bool is_operator(const uint8_t verifier[LIMIT_IDENTITY_BYTES], const uint8_t given[LIMIT_IDENTITY_BYTES])
{
    return memcmp(verifier, given, LIMIT_IDENTITY_BYTES) == 0;
}

/* ---------------------------------------------------------------- importing */

/* A log of which the core has seen nothing opens with it. */
static bool opens_import(struct state *state, const struct intent *intent)
{
    const struct state_meta *meta = state_meta(state);

    return intent->flaw == FLAW_NONE && intent->verb == VERB_GENESIS && intent->body.genesis.import_follows &&
           !meta->has_genesis && meta->next_offset == 0 && meta->phase == PHASE_IDLE;
}

static void open_import(struct state *state, const struct intent *intent, uint64_t physical)
{
    struct intake_place place = {.importing = 1, .next_physical = physical + 1};

    memcpy(place.operator_identity, intent->body.genesis.operator_identity, sizeof place.operator_identity);
    intake_place_keep(state, &place);
}

/* The place moves behind this record. */
static void pass_record(struct state *state, struct intake_place *place, uint64_t physical)
{
    place->next_physical = physical + 1;
    place->next_inner = 0;
    intake_place_keep(state, place);
}

/* The next of the imported records that is not in the state yet; false: no more in this log record. */
static bool next_inner(struct intake *intake, struct state *state, struct intake_place *place, struct core_record *out)
{
    const struct import_intent *import = &intake->outer.body.import;
    const struct state_meta *meta = state_meta(state);

    for (; place->next_inner < import->record_count; place->next_inner++) {
        const struct imported_record *record = &import->records[place->next_inner];
        bool in_progress = meta->phase != PHASE_IDLE;
        if (in_progress ? record->offset != meta->next_offset
                        : record->offset < meta->next_offset || record->offset > offset_most) {
            place->skipped++;
            continue;
        }
        intent_decode(record->payload, &intake->inner);
        if (record->flaw != FLAW_NONE)
            set_flaw(&intake->inner, record->flaw);
        *out = (struct core_record){.offset = record->offset, .ts_ms = record->ts_ms, .intent = &intake->inner};
        return true;
    }
    return false;
}

/* From here on offsets are the log's own again. Kept before the end is applied, so that wherever it is interrupted it
 * has the same offset. */
static void close_import(struct state *state, struct intake_place *place, uint64_t physical)
{
    uint64_t logical = state_meta(state)->next_offset;

    place->importing = 0;
    place->next_physical = physical;
    place->next_inner = 0;
    place->has_end = 1;
    place->shift = logical > physical ? logical - physical : 0;
    intake_place_keep(state, place);
}

/* ---------------------------------------------------------------- records */

static bool give_outer(struct intake *intake, const struct intake_place *place, const struct log_record *record,
                       struct core_record *out)
{
    intake->importing = false;
    *out =
        (struct core_record){.offset = record->offset + place->shift, .ts_ms = record->ts_ms, .intent = &intake->outer};
    return true;
}

/* What only the operator may write, outside of an import. */
static void judge(const struct state_meta *meta, enum intake_kind kind, const struct intake_place *place,
                  uint64_t physical, struct intent *intent)
{
    if (intent->flaw != FLAW_NONE)
        return;
    bool ends_import = place->has_end && place->next_physical == physical;
    if (intent->verb == VERB_IMPORT && !ends_import)
        set_flaw(intent, FLAW_NOT_FIRST);
    else if (intent->verb == VERB_RECOVERED && kind == INTAKE_TOPIC &&
             !is_operator(meta->operator_identity, intent->body.recovered.operator_identity))
        set_flaw(intent, FLAW_OPERATOR);
}

static bool give_imported(struct intake *intake, struct state *state, struct intake_place *place,
                          const struct log_record *record, struct core_record *out)
{
    const struct intent *outer = &intake->outer;
    const struct import_intent *import = &outer->body.import;

    if (outer->flaw != FLAW_NONE || outer->verb != VERB_IMPORT ||
        !is_operator(place->operator_identity, import->operator_identity)) {
        place->skipped++;
        pass_record(state, place, record->offset);
        return false;
    }
    intake->importing = true;
    if (next_inner(intake, state, place, out)) {
        intake_place_keep(state, place);
        return true;
    }
    if (!import->end || import->record_count != 0) {
        pass_record(state, place, record->offset);
        return false;
    }
    close_import(state, place, record->offset);
    return give_outer(intake, place, record, out);
}

bool intake_begin(struct intake *intake, struct state *state, enum intake_kind kind, const struct log_record *record,
                  struct core_record *out)
{
    struct intake_place place = intake_place(state);

    if (record->offset < intake_next(state))
        return false;
    decode(intake, kind, record);
    intake->decoded = false;
    if (opens_import(state, &intake->outer) && !place.importing) {
        open_import(state, &intake->outer, record->offset);
        return false;
    }
    if (place.importing)
        return give_imported(intake, state, &place, record, out);
    judge(state_meta(state), kind, &place, record->offset, &intake->outer);
    return give_outer(intake, &place, record, out);
}

void intake_end(struct intake *intake, struct state *state)
{
    if (!intake->importing)
        return;
    struct intake_place place = intake_place(state);
    place.next_inner++;
    intake_place_keep(state, &place);
    intake->decoded = true; /* the same log record is asked for its next */
}
