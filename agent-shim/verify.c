/* Proves a store: the state built anew from the log must equal the live one, row by row and by digest. */
#include "agent-shim/embedded.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "agent-shim/client.h"
#include "agent-shim/note.h"
#include "agent-shim/replay.h"
#include "coordinator/core/apply.h"
#include "coordinator/state/rows.h"
#include "proto/nobody.h"

enum dibs_error embedded_replay(struct backend *backend, const char *into, struct replay **out, struct error_text *why)
{
    struct embedded *embedded = (struct embedded *)backend;
    uint64_t end = 0;
    enum dibs_error error = embedded_begin(embedded, "reading", why);
    if (error != DIBS_OK)
        return error;
    error = log_end(embedded->store.log, &end, why);
    if (error == DIBS_OK)
        error = replay_open(&embedded->store, end, into, out, why);
    embedded_end(embedded);
    return error;
}

static void say_difference(struct dibs_verify_report *report, int table, uint64_t row, const char *what)
{
    if (report->difference[0] == '\0')
        (void)snprintf(report->difference, sizeof report->difference, "table %d, row %" PRIu64 ": %s", table, row,
                       what);
}

static void compare_table(struct state *live, struct state *built, enum table table, struct dibs_verify_report *report)
{
    struct span live_key = {0}, live_value, built_key = {0}, built_value;
    bool more_live = table_seek(live, table, live_key, &live_key, &live_value);
    bool more_built = table_seek(built, table, built_key, &built_key, &built_value);
    for (uint64_t row = 0; more_live || more_built; row++) { /* bounded by the rows */
        if (more_live != more_built || !span_equal(live_key, built_key)) {
            say_difference(report, (int)table, row, "the keys differ");
            return;
        }
        if (!span_equal(live_value, built_value)) {
            say_difference(report, (int)table, row, "the values differ");
            return;
        }
        more_live = table_next(live, table, live_key, &live_key, &live_value);
        more_built = table_next(built, table, built_key, &built_key, &built_value);
    }
}

static void compare(struct state *live, struct state *built, struct dibs_verify_report *report)
{
    struct state_digest live_digest = core_digest(live), built_digest = core_digest(built);
    const struct state_meta *live_meta = state_meta(live), *built_meta = state_meta(built);
    state_digest_print(live_digest, report->live_digest);
    state_digest_print(built_digest, report->built_digest);
    report->records = built_meta->next_offset;
    report->bad_records = built_meta->bad_records;
    for (int table = 1; table < TABLE_END; table++)
        compare_table(live, built, (enum table)table, report);
    if (memcmp(live_meta, built_meta, sizeof *live_meta) != 0)
        say_difference(report, 0, 0, "the counters and clocks differ");
    if (!state_digest_equal(state_digest(live), state_digest_recomputed(live)))
        say_difference(report, 0, 0, "the live digest is not that of its rows");
    if (!state_digest_equal(live_digest, built_digest))
        say_difference(report, 0, 0, "the digests differ");
    report->equal = report->difference[0] == '\0';
}

/* Under the lock: what came since the replay began is applied, then both states stand at the same offset. */
static enum dibs_error compare_locked(struct store *store, struct replay *replay, struct dibs_verify_report *report,
                                      struct error_text *why)
{
    uint64_t end = 0;
    struct state *built = NULL;
    enum dibs_error error = store_transaction(store, why);
    if (error == DIBS_OK)
        error = log_end(store->log, &end, why);
    if (error == DIBS_OK) {
        replay_extend(replay, end);
        error = replay_run(replay, nobody, why);
    }
    if (error == DIBS_OK)
        error = replay_state(replay, &built, why);
    if (error == DIBS_OK && state_meta(store->state)->next_offset != state_meta(built)->next_offset) /* a reader's */
        error = error_say(why, DIBS_UNAVAILABLE,
                          "the state of %s is not up to date (it has %" PRIu64 " records of %" PRIu64
                          "): whoever may write there brings it up to date, by any claim; then verify again",
                          store->place.url, state_meta(store->state)->next_offset, state_meta(built)->next_offset);
    if (error != DIBS_OK)
        return error;
    compare(store->state, built, report);
    /* what could not be read looks like rows that are not there */
    error = state_failure(store->state, why);
    return error == DIBS_OK ? state_failure(built, why) : error;
}

struct state_checker {
    struct checker checker; /* first */
    struct embedded *embedded;
};

/* The most of the log was applied without the lock. */
static enum dibs_error finish(struct checker *checker, struct replay *replay, struct dibs_verify_report *report,
                              struct error_text *why)
{
    struct embedded *embedded = ((struct state_checker *)checker)->embedded;
    enum dibs_error error = embedded_begin(embedded, "verifying", why);
    if (error == DIBS_OK) {
        error = compare_locked(&embedded->store, replay, report, why);
        embedded_end(embedded);
    }
    return error;
}

static void see_nothing(struct checker *checker, struct replay *replay)
{
    (void)checker;
    (void)replay;
}

static void close_checker(struct checker *checker)
{
    free(checker);
}

enum dibs_error embedded_check(struct backend *backend, struct replay *replay, struct checker **out,
                               struct error_text *why)
{
    struct state_checker *checker = calloc(1, sizeof *checker);
    (void)replay;
    if (checker == NULL)
        return error_say(why, DIBS_UNAVAILABLE, "there is no memory to compare the state");
    checker->checker =
        (struct checker){.sink = nobody, .applied = see_nothing, .finish = finish, .close = close_checker};
    checker->embedded = (struct embedded *)backend;
    *out = &checker->checker;
    return DIBS_OK;
}
