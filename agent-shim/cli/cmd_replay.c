/* dibs replay: the state built anew from the log. */
#include <inttypes.h>
#include <stdio.h>

#include <dibs/admin.h>

#include "output.h"
#include "session.h"
#include "when.h"

/* On a terminal alone, on one line that is written over. */
static void show_progress(void *context, uint64_t so_far, uint64_t all)
{
    (void)context;
    fprintf(stderr, "\rdibs: record %" PRIu64 " of %" PRIu64 " (%" PRIu64 " %%) ", so_far, all,
            all == 0 ? 100 : so_far * 100 / all);
    fflush(stderr); /* there is no end of line, till the end */
}

static uint64_t rate_of(const struct dibs_replay_report *report)
{
    return report->records * 1000 / (report->elapsed_ms == 0 ? 1 : report->elapsed_ms);
}

static void print_verified(const struct dibs_verify_report *verified, bool is_fleet)
{
    const char *what = is_fleet ? "what was published" : "the live state";

    if (is_fleet)
        printf("published   %" PRIu64 " decisions, %" PRIu64 " checkpoints%s\n", verified->decisions,
               verified->checkpoints,
               verified->unproved > 0 ? " (whose is not known without the operator's key: --operator-key)" : "");
    else
        printf("live        %s\n", verified->live_digest);
    if (!verified->equal)
        output_note("%s is not what the log makes: %s", what, verified->difference);
    else
        printf("equal: %s is what the log makes%s\n", what, is_fleet ? "" : ", row by row");
}

static void print_report(const struct dibs_replay_report *report, bool verify, bool is_fleet)
{
    printf("records     %" PRIu64 " in %.3f s (%" PRIu64 " a second)\n", report->records,
           (double)report->elapsed_ms / 1000, rate_of(report));
    printf("offset      %" PRIu64 "\ndigest      %s\n", report->offset, report->digest);
    if (!verify)
        return;
    print_verified(&report->verified, is_fleet);
}

int cmd_replay(const struct command *command, const struct arguments *arguments)
{
    struct dibs_replay_options options = {.into = arguments->into, .verify = arguments->verify};
    struct dibs_replay_report report;
    struct arguments asker = *arguments;
    int code;

    if (arguments->word_count > 0 && arguments->store != NULL)
        return usage_error(command, arguments->json, "the store is named twice: as STORE and with --store");
    if (arguments->until != NULL && !parse_when(arguments->until, &options.has_until_offset, &options.until_offset,
                                                &options.has_until_ts, &options.until_ts_ms))
        return usage_error(command, arguments->json,
                           "--until %s: an offset, a time such as 2026-03-01T12:00:00Z, or how long ago, such as 2h",
                           arguments->until);
    if (arguments->word_count > 0)
        asker.store = arguments->words[0];
    if (output_progress_of(arguments) != NULL)
        options.progress = show_progress;
    dibs_client *client = session_open(&asker, SESSION_NONE, &code);
    if (client == NULL)
        return code;
    enum dibs_error error = dibs_store_replay(client, &options, &report);
    output_progress_end(options.progress);
    if (error != DIBS_OK)
        return session_close(client, output_error(error, dibs_store_url(client), arguments->json));
    if (arguments->json)
        output_json_replay(&report, arguments->verify, dibs_store_url(client));
    else
        print_report(&report, arguments->verify, session_is_fleet(client));
    return session_close(client, arguments->verify && !report.verified.equal ? EXIT_NO : EXIT_YES);
}
