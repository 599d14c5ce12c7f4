/* dibs_store_replay: the state built anew from the log, for people who look. */
#include <dibs/admin.h>

#include "agent-shim/client.h"
#include "agent-shim/note.h"
#include "agent-shim/replay.h"
#include "base/clock.h"
#include "coordinator/state/rows.h"
#include "proto/nobody.h"

enum { PROGRESS_EVERY_MS = 100, PROGRESS_LOOK_EVERY = 256 };

struct run {
    const struct dibs_replay_options *options;
    struct dibs_replay_report *report;
    uint64_t begun_ms, told_ms;
    struct checker *checker; /* NULL: nothing is compared */
};

static void tell_progress(struct run *run, struct replay *replay)
{
    uint64_t now = clock_now_ms();
    if (run->options->progress == NULL || now - run->told_ms < PROGRESS_EVERY_MS)
        return;
    run->told_ms = now;
    run->options->progress(run->options->context, replay_position(replay), replay_end(replay));
}

static bool is_beyond(const struct dibs_replay_options *options, const struct log_record *record)
{
    return (options->has_until_offset && record->offset >= options->until_offset) ||
           (options->has_until_ts &&
            options->until_ts_ms <= (int64_t)(record->ts_ms >> 1 > INT64_MAX / 2 ? INT64_MAX : record->ts_ms));
}

static enum dibs_error run_until(struct run *run, struct replay *replay)
{
    for (;;) { /* bounded by the log's end */
        struct log_record record;
        const struct intent *intent;
        enum dibs_error error = replay_read(replay, &record, &intent, note());
        if (error == DIBS_ENDED || (error == DIBS_OK && is_beyond(run->options, &record)))
            return DIBS_OK;
        if (error == DIBS_OK)
            error = replay_apply(replay, run->checker == NULL ? nobody : run->checker->sink, note());
        if (error != DIBS_OK)
            return error;
        if (run->checker != NULL)
            run->checker->applied(run->checker, replay);
        if (++run->report->records % PROGRESS_LOOK_EVERY == 0)
            tell_progress(run, replay);
    }
}

static enum dibs_error finish(struct run *run, struct replay *replay)
{
    struct state *state = NULL;
    struct dibs_replay_report *report = run->report;
    enum dibs_error error = replay_state(replay, &state, note());
    if (error != DIBS_OK)
        return error;
    state_digest_print(core_digest(state), report->digest);
    report->offset = state_meta(state)->next_offset;
    report->elapsed_ms = clock_now_ms() - run->begun_ms;
    return replay_keep(replay, note());
}

enum dibs_error dibs_store_replay(dibs_client *client, const struct dibs_replay_options *options,
                                  struct dibs_replay_report *report)
{
    static const struct dibs_replay_options everything = {0};
    struct run run = {.options = options == NULL ? &everything : options, .report = report, .begun_ms = clock_now_ms()};
    struct replay *replay = NULL;
    enum dibs_error error = note_need(report, "report");
    if (error != DIBS_OK)
        return error;
    *report = (struct dibs_replay_report){0};
    error = client_check(client);
    bool has_until = run.options->has_until_offset || run.options->has_until_ts;
    if (error == DIBS_OK && run.options->verify && has_until && client->backend->methods->checks_whole)
        error = error_say(note(), DIBS_BAD_INPUT,
                          "a directory's live state can be compared with the whole log alone; leave --until away");
    if (error == DIBS_OK)
        error = client->backend->methods->replay(client->backend, run.options->into, &replay, note());
    if (error == DIBS_OK && run.options->verify)
        error = client->backend->methods->check(client->backend, replay, &run.checker, note());
    if (error == DIBS_OK)
        error = run_until(&run, replay);
    if (error == DIBS_OK && run.checker != NULL)
        error = run.checker->finish(run.checker, replay, &report->verified, note());
    if (error == DIBS_OK)
        error = finish(&run, replay);
    if (run.checker != NULL)
        run.checker->close(run.checker);
    replay_close(replay);
    return error;
}
