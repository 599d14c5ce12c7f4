/* Proofs on a topic, verifiers in a directory; who may write what. */
#include <criterion/criterion.h>

#include "coordinator/state/rows.h"
#include "tests/unit/intake/tape.h"

enum { OPERATOR = 7, ANN = 1, BOB = 2 };

static struct tape tape;
static struct replica replica;

static void seal_and_look(enum intake_kind kind, uint8_t identity[LIMIT_IDENTITY_BYTES], bool sealed)
{
    struct intent genesis = genesis_of(OPERATOR, 60000, false);
    struct intent seal = claim_of("op", ANN, 1, "unused", false);
    seal.verb = VERB_SEAL;
    seal.body.seal = (struct seal_intent){.moved_to = span_from_text("elsewhere")};
    memcpy(seal.body.seal.operator_identity, identity, LIMIT_IDENTITY_BYTES);
    memset(&tape, 0, sizeof tape);
    tape_append(&tape, 1000, &genesis);
    tape_append(&tape, 1001, &seal);
    replica_begin(&replica, kind);
    replica_run(&replica, &tape, 0);
    begin_reading(replica.state);
    cr_assert_eq(state_meta(replica.state)->sealed, sealed);
    state_abort(replica.state);
    replica_end(&replica);
}

Test(intake, the_operators_proof_counts_on_a_topic_and_the_verifier_in_a_directory)
{
    uint8_t proof[LIMIT_IDENTITY_BYTES], verifier[LIMIT_IDENTITY_BYTES];
    memset(proof, OPERATOR, sizeof proof);
    verifier_of(OPERATOR, verifier);
    seal_and_look(INTAKE_TOPIC, proof, true);
    seal_and_look(INTAKE_TOPIC, verifier, false);
    seal_and_look(INTAKE_DIRECTORY, verifier, true);
    seal_and_look(INTAKE_DIRECTORY, proof, false);
}

static bool knows_session(const char *name, const uint8_t verifier[LIMIT_IDENTITY_BYTES])
{
    uint8_t key[LIMIT_SESSION_BYTES + 1 + LIMIT_IDENTITY_BYTES];
    struct span value;
    size_t size = strlen(name);
    memcpy(key, name, size + 1);
    memcpy(key + size + 1, verifier, LIMIT_IDENTITY_BYTES);
    begin_reading(replica.state);
    bool found = table_get(replica.state, TABLE_SESSION_NAME, span_of(key, size + 1 + LIMIT_IDENTITY_BYTES), &value);
    state_abort(replica.state);
    return found;
}

Test(intake, a_sessions_proof_on_a_topic_is_hashed_before_the_state_sees_it)
{
    uint8_t proof[LIMIT_IDENTITY_BYTES], verifier[LIMIT_IDENTITY_BYTES];
    struct intent genesis = genesis_of(OPERATOR, 60000, false), claim = claim_of("ann", ANN, 1, "note:x", false);
    memset(proof, ANN, sizeof proof);
    verifier_of(ANN, verifier);
    tape_append(&tape, 1000, &genesis);
    tape_append(&tape, 1001, &claim);
    for (int kind = INTAKE_DIRECTORY; kind <= INTAKE_TOPIC; kind++) {
        replica_begin(&replica, (enum intake_kind)kind);
        replica_run(&replica, &tape, 0);
        cr_assert_eq(knows_session("ann", verifier), kind == INTAKE_TOPIC);
        cr_assert_eq(knows_session("ann", proof), kind == INTAKE_DIRECTORY);
        replica_end(&replica);
    }
}

static void recover_and_look(enum intake_kind kind, uint8_t proof_byte, bool recovered, uint64_t bad)
{
    struct intent genesis = genesis_of(OPERATOR, 60000, false);
    struct intent intent = {.verb = VERB_RECOVERED, .body.recovered = {.lost_records = true}};
    struct intent after = claim_of("ann", ANN, 1, "note:x", false);
    if (proof_byte != 0)
        memset(intent.body.recovered.operator_identity, proof_byte, LIMIT_IDENTITY_BYTES);
    memset(&tape, 0, sizeof tape);
    tape_append(&tape, 1000, &genesis);
    tape_append(&tape, 1001, &intent);
    tape_append(&tape, 1002, &after);
    replica_begin(&replica, kind);
    replica_run(&replica, &tape, 0);
    begin_reading(replica.state);
    cr_assert_eq(state_meta(replica.state)->last_token > UINT64_C(1) << 32, recovered);
    cr_assert_eq(state_meta(replica.state)->bad_records, bad);
    cr_assert_eq(table_count(replica.state, TABLE_CLAIM), 1, "nobody stops");
    state_abort(replica.state);
    replica_end(&replica);
}

Test(intake, a_forged_recovered_on_a_topic_is_counted_and_changes_nothing)
{
    recover_and_look(INTAKE_TOPIC, OPERATOR, true, 0);
    recover_and_look(INTAKE_TOPIC, OPERATOR + 1, false, 1);
    recover_and_look(INTAKE_TOPIC, 0, false, 1);
    recover_and_look(INTAKE_DIRECTORY, 0, true, 0);
}

Test(intake, an_import_where_none_is_open_is_bad)
{
    struct intent genesis = genesis_of(OPERATOR, 60000, false);
    struct intent import = {.verb = VERB_IMPORT, .body.import = {.end = true, .jump_max_ms = 1}};
    memset(import.body.import.operator_identity, OPERATOR, LIMIT_IDENTITY_BYTES);
    tape_append(&tape, 1000, &genesis);
    tape_append(&tape, 1001, &import);
    replica_begin(&replica, INTAKE_TOPIC);
    replica_run(&replica, &tape, 0);
    begin_reading(replica.state);
    cr_assert_eq(state_meta(replica.state)->bad_records, 1);
    cr_assert_eq(state_meta(replica.state)->jump_max_ms, 60000);
    state_abort(replica.state);
    replica_end(&replica);
}

Test(intake, holes_in_a_topic_are_stepped_over)
{
    struct intent genesis = genesis_of(OPERATOR, 60000, false), claim = claim_of("ann", ANN, 1, "note:x", false);
    tape_append(&tape, 1000, &genesis);
    tape_hole(&tape);
    tape_hole(&tape);
    tape_append(&tape, 1001, &claim);
    replica_begin(&replica, INTAKE_TOPIC);
    replica_run(&replica, &tape, 0);
    begin(replica.state);
    cr_assert_eq(intake_next(replica.state), 4);
    state_abort(replica.state);
    replica_end(&replica);
}
