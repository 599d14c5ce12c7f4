/* Proves a fleet: every decision and every checkpoint that its coordinators have published is what the log makes. */
#include "agent-shim/fleet_own.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "agent-shim/fleet_published.h"
#include "agent-shim/replay.h"
#include "coordinator/core/apply.h"
#include "coordinator/state/rows.h"
#include "proto/codec.h"

struct published_checker {
    struct checker checker; /* first */
    struct kafka *kafka;
    struct published published;
    size_t next_decision, next_checkpoint;
    bool failed; /* a decision of the replay could not be encoded */
    struct dibs_verify_report report;
    uint8_t encoded[LIMIT_RECORD_BYTES];
};

static bool has_difference(const struct published_checker *checker)
{
    return checker->report.difference[0] != '\0';
}

static void say_of_decision(struct published_checker *checker, const struct published_decision *decision,
                            const char *what)
{
    if (!has_difference(checker))
        (void)snprintf(checker->report.difference, sizeof checker->report.difference,
                       "record %" PRIu64 ", decision %" PRIu32 " (at %" PRIu64 " of partition %" PRIu32 "): %s",
                       decision->id.offset, decision->id.index, decision->place, decision->partition, what);
}

/* What was published below is made by no record: the replay comes in the same order. */
static void pass_below(struct published_checker *checker, struct decision_id here)
{
    struct published *published = &checker->published;
    for (; checker->next_decision < published->decision_count; checker->next_decision++) {
        const struct published_decision *next = &published->decisions[checker->next_decision];
        if (decision_id_compare(next->id, here) >= 0)
            return;
        say_of_decision(checker, next, "it was published, and the log does not make it");
    }
}

static void take_decision(void *context, const struct decision *decision)
{
    struct published_checker *checker = context;
    struct published *published = &checker->published;
    struct error_text why;
    size_t size;
    const struct decision_id here = {decision->offset, decision->index};
    pass_below(checker, here);
    if (checker->next_decision == published->decision_count ||
        decision_id_compare(published->decisions[checker->next_decision].id, here) != 0)
        return; /* it is not kept any more, or nobody was to hear it */
    if (decision_encode(decision, checker->encoded, sizeof checker->encoded, &size, &why) != DIBS_OK) {
        checker->failed = true;
        return;
    }
    struct hash128 hash = hash_xxh3_128(span_of(checker->encoded, size));
    for (; checker->next_decision < published->decision_count; checker->next_decision++) { /* replicas repeat them */
        const struct published_decision *next = &published->decisions[checker->next_decision];
        if (decision_id_compare(next->id, here) != 0)
            return;
        if (next->hash.low != hash.low || next->hash.high != hash.high)
            say_of_decision(checker, next, "the log makes another one");
        else
            checker->report.decisions++;
    }
}

/* ---------------------------------------------------------------- checkpoints */

static void compare_checkpoint(struct published_checker *checker, const struct published_checkpoint *checkpoint,
                               struct state *state)
{
    struct state_digest theirs = state_digest_read(checkpoint->digest);
    if (state_digest_equal(core_digest(state), theirs)) {
        checker->report.checkpoints++;
        checker->report.unproved += !checker->published.is_proved;
        state_digest_print(theirs, checker->report.live_digest);
    } else if (!has_difference(checker)) {
        (void)snprintf(checker->report.difference, sizeof checker->report.difference,
                       "checkpoint at offset %" PRIu64 " (record %" PRIu64
                       " of its topic, rank %u): the log makes another digest",
                       checkpoint->offset, checkpoint->place, (unsigned)checkpoint->rank);
    }
}

static void see_record(struct checker *base, struct replay *replay)
{
    struct published_checker *checker = (struct published_checker *)base;
    struct published *published = &checker->published;
    struct state *state = NULL;
    struct error_text why;
    uint64_t next = replay_record(replay)->offset + 1;
    while (checker->next_checkpoint < published->checkpoint_count &&
           published->checkpoints[checker->next_checkpoint].offset <= next) {
        const struct published_checkpoint *checkpoint = &published->checkpoints[checker->next_checkpoint++];
        if (checkpoint->offset == next && replay_state(replay, &state, &why) == DIBS_OK)
            compare_checkpoint(checker, checkpoint, state);
    }
}

/* ---------------------------------------------------------------- begin and end */

static enum dibs_error finish(struct checker *base, struct replay *replay, struct dibs_verify_report *report,
                              struct error_text *why)
{
    struct published_checker *checker = (struct published_checker *)base;
    struct state *state = NULL;
    enum dibs_error error = replay_state(replay, &state, why);
    if (error != DIBS_OK)
        return error;
    if (checker->failed)
        return error_say(why, DIBS_UNAVAILABLE, "a decision of the replay could not be encoded");
    pass_below(checker,
               (struct decision_id){
                   .offset = state_meta(state)->next_offset}); /* what is beyond came later, or is not looked at */
    state_digest_print(core_digest(state), checker->report.built_digest);
    checker->report.records = state_meta(state)->next_offset;
    checker->report.bad_records = state_meta(state)->bad_records;
    checker->report.equal = !has_difference(checker);
    *report = checker->report;
    return DIBS_OK;
}

static void close_checker(struct checker *base)
{
    struct published_checker *checker = (struct published_checker *)base;
    published_deinit(&checker->published);
    kafka_close(checker->kafka, false);
    free(checker);
}

enum dibs_error fleet_check(struct backend *backend, struct replay *replay, struct checker **out,
                            struct error_text *why)
{
    struct fleet *fleet = fleet_of(backend);
    struct published_checker *checker = calloc(1, sizeof *checker);
    (void)replay;
    if (checker == NULL)
        return error_say(why, DIBS_UNAVAILABLE, "there is no memory to compare what was published");
    checker->checker = (struct checker){
        .sink = {take_decision, checker}, .applied = see_record, .finish = finish, .close = close_checker};
    enum dibs_error error = fleet_connect(fleet->place, fleet->options.patience_ms, &checker->kafka, why);
    if (error == DIBS_OK)
        error = published_init(&checker->published, checker->kafka, fleet->options.operator_key, why);
    if (error != DIBS_OK) {
        close_checker(&checker->checker);
        return error;
    }
    *out = &checker->checker;
    return DIBS_OK;
}
