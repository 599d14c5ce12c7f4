/* An imported log: same decisions, same digest, wherever a replica is killed; and what comes after it. */
#include <criterion/criterion.h>

#include "coordinator/state/rows.h"
#include "tests/unit/intake/tape.h"

enum { OPERATOR = 7, ANN = 1, BOB = 2, CARL = 3 };

static struct tape source_tape, tape;
static struct replica source, target, third;

static void end_all(void)
{
    replica_end(&source);
    replica_end(&target);
    replica_end(&third);
}
TestSuite(import, .fini = end_all);

/* A claim, one that waits for it, garbage, a record of a newer version, the hand-over by a close, a lease that ends. */
static void fill_source(void)
{
    struct intent genesis = genesis_of(OPERATOR, UINT64_MAX, false);
    struct intent first = claim_of("ann", ANN, 1, "note:x", false), second = claim_of("bob", BOB, 1, "note:x", true);
    struct intent close = close_of("ann", ANN, 2, "note:x"), tick = {.verb = VERB_TICK};
    first.body.claim.about = span_from_text("an idea");
    tape_append(&source_tape, 1000, &genesis);
    tape_append(&source_tape, 1001, &first);
    tape_append(&source_tape, 1002, &second);
    tape_append_raw(&source_tape, 1003, "\xff\xff", 2);
    tape_append_raw(&source_tape, 1004,
                    "\x08\x02\x12\x27\x10\x05\x1a\x01s\x22\x20"
                    "0123456789abcdef0123456789abcdef",
                    43);
    tape_append(&source_tape, 1005, &close);
    tape_append(&source_tape, 500000, &tick);
}

static void append_end(uint8_t proof_byte, uint64_t ts_ms)
{
    struct intent end = {.verb = VERB_IMPORT,
                         .body.import = {.end = true, .jump_max_ms = 60000, .row_keep_ms = 660000}};
    memset(end.body.import.operator_identity, proof_byte, LIMIT_IDENTITY_BYTES);
    tape_append(&tape, ts_ms, &end);
}

/* `noise`: what others write in between. */
static void make_target(bool noise)
{
    struct intent outer = genesis_of(OPERATOR, 60000, true), tick = {.verb = VERB_TICK};
    struct intent foreign = {.verb = VERB_IMPORT, .body.import = {.record_count = 1}};
    foreign.body.import.records[0] = (struct imported_record){.offset = 99, .ts_ms = 99};
    fill_source();
    tape_append(&tape, 900000, &outer);
    if (noise) {
        tape_append(&tape, 900001, &tick);
        tape_append(&tape, 900001, &foreign); /* nobody's proof */
        tape_append_raw(&tape, 900001, "\xff", 1);
        append_end(CARL, 900001);
    }
    replica_begin(&source, INTAKE_DIRECTORY);
    source.export = true;
    source.to = &tape;
    memset(source.proof, OPERATOR, sizeof source.proof);
    replica_run(&source, &source_tape, 0);
    if (noise) {
        tape_append(&tape, 900001, &tick);
        tape_append_raw(&tape, 900001, (const char *)tape.records[6].payload.bytes, tape.records[6].payload.size);
    }
}

static void expect_same_decisions(void)
{
    cr_assert_gt(source.heard_size, 0);
    cr_assert(span_equal(span_of(source.heard, source.heard_size), span_of(target.heard, target.heard_size)));
}

static void expect_same_digest(void)
{
    struct state_digest a = replica_digest(&source), b = replica_digest(&target);
    cr_assert(a.low == b.low && a.high == b.high);
}

Test(import, gives_the_same_decisions_and_the_same_digest)
{
    make_target(false);
    replica_begin(&target, INTAKE_TOPIC);
    replica_run(&target, &tape, 0);
    expect_same_decisions();
    expect_same_digest();
    begin_reading(target.state);
    cr_assert(intake_is_importing(target.state));
    cr_assert_eq(intake_skipped(target.state), 0);
    state_abort(target.state);
}

Test(import, is_not_touched_by_what_others_write_in_between)
{
    make_target(true);
    replica_begin(&target, INTAKE_TOPIC);
    replica_run(&target, &tape, 0);
    expect_same_decisions();
    expect_same_digest();
    begin_reading(target.state);
    cr_assert_eq(intake_skipped(target.state), 6);
    state_abort(target.state);
}

Test(import, carries_verifiers_out_of_a_topic)
{
    fill_source();
    replica_begin(&source, INTAKE_TOPIC);
    struct intent outer = genesis_of(OPERATOR, UINT64_MAX, true);
    tape_append(&tape, 1, &outer);
    source.export = true;
    source.to = &tape;
    verifier_of(OPERATOR, source.proof);
    replica_run(&source, &source_tape, 0);
    replica_begin(&target, INTAKE_DIRECTORY);
    replica_run(&target, &tape, 0);
    expect_same_decisions();
    expect_same_digest();
    uint8_t proof[LIMIT_IDENTITY_BYTES];
    memset(proof, ANN, sizeof proof);
    cr_assert_null(memmem(tape.bytes, tape.used, proof, sizeof proof));
}

/* After the end: J and row_keep are the log's own, offsets grow from the last imported one. */
static void append_after(void)
{
    struct intent claim = claim_of("carl", CARL, 1, "note:y", false);
    append_end(OPERATOR, 900010);
    tape_append(&tape, 900011, &claim);
}

Test(import, ends_with_the_logs_own_j_and_growing_offsets)
{
    make_target(false);
    append_after();
    replica_begin(&target, INTAKE_TOPIC);
    replica_run(&target, &tape, 0);
    begin(target.state);
    const struct state_meta *meta = state_meta(target.state);
    cr_assert(!intake_is_importing(target.state));
    cr_assert_eq(meta->jump_max_ms, 60000);
    cr_assert_eq(meta->row_keep_ms, 660000);
    cr_assert_eq(intake_next(target.state), tape.count);
    cr_assert_geq(target.last_offset, source_tape.count);
    cr_assert_eq(meta->next_offset, target.last_offset + 1);
    cr_assert_eq(meta->bad_records, 2);
    state_abort(target.state);
}

Test(import, of_more_records_than_the_log_has_shifts_the_offsets)
{
    struct intent outer = genesis_of(OPERATOR, 60000, true);
    struct intent import = {.verb = VERB_IMPORT};
    static uint8_t bytes[2][1000];
    struct intent genesis = genesis_of(OPERATOR, UINT64_MAX, false), tick = {.verb = VERB_TICK};
    const struct core_record records[] = {{.offset = 0, .ts_ms = 5, .intent = &genesis},
                                          {.offset = 1000, .ts_ms = 6, .intent = &tick}};
    memset(import.body.import.operator_identity, OPERATOR, LIMIT_IDENTITY_BYTES);
    for (uint32_t i = 0; i < 2; i++)
        cr_assert_eq(intake_export(&records[i], bytes[i], 1000, &import.body.import.records[i], NULL), DIBS_OK);
    import.body.import.record_count = 2;
    tape_append(&tape, 900000, &outer);
    tape_append(&tape, 900001, &import);
    append_after();
    replica_begin(&target, INTAKE_TOPIC);
    replica_run(&target, &tape, 0);
    cr_assert_eq(target.last_offset, 1002); /* the end was 1001 */
    begin(target.state);
    cr_assert_eq(intake_next(target.state), 4);
    state_abort(target.state);
}

Test(import, killed_between_any_two_steps_comes_to_the_same)
{
    make_target(true);
    append_after();
    replica_begin(&target, INTAKE_TOPIC);
    uint32_t steps = replica_run(&target, &tape, 0);
    struct state_digest whole = replica_digest(&target);
    static uint8_t heard[HEARD_BYTES];
    size_t heard_size = target.heard_size;
    memcpy(heard, target.heard, heard_size);
    cr_assert_gt(steps, 16);
    replica_end(&target);
    for (uint32_t turn = 2; turn < 2 * steps + 2; turn++) {
        uint32_t kill_at = turn / 2;
        replica_begin(&target, INTAKE_TOPIC);
        target.commits_when_killed = turn % 2 == 1;
        replica_run(&target, &tape, kill_at);
        struct state_digest digest = replica_digest(&target);
        cr_assert(digest.low == whole.low && digest.high == whole.high, "killed after step %u", kill_at);
        cr_assert(span_equal(span_of(heard, heard_size), span_of(target.heard, target.heard_size)), "after step %u",
                  kill_at);
        replica_end(&target);
    }
}

/* Twice: out of a log that was itself imported. */
Test(import, of_an_imported_log_keeps_all_of_it)
{
    static struct tape second;
    make_target(false);
    append_after();
    struct intent outer = genesis_of(OPERATOR, UINT64_MAX, true);
    tape_append(&second, 1, &outer);
    replica_begin(&target, INTAKE_TOPIC);
    target.export = true;
    target.to = &second;
    verifier_of(OPERATOR, target.proof);
    replica_run(&target, &tape, 0);
    replica_begin(&third, INTAKE_DIRECTORY);
    replica_run(&third, &second, 0);
    struct state_digest a = replica_digest(&target), b = replica_digest(&third);
    cr_assert(a.low == b.low && a.high == b.high);
    cr_assert(span_equal(span_of(target.heard, target.heard_size), span_of(third.heard, third.heard_size)));
}
