/* dibs migrate: a store moves. */
#include <inttypes.h>
#include <stdio.h>

#include <dibs/admin.h>

#include "output.h"
#include "session.h"

static void print_report(const struct dibs_migrate_report *report, bool copy)
{
    if (report->already) {
        printf("%s  is there already; nothing was changed\n", report->to);
        return;
    }
    printf("%s  %s, %" PRIu64 " records%s\ndigest      %s\n", report->to, copy ? "copied" : "moved", report->records,
           report->continued ? " (an interrupted migration was finished)" : "", report->digest);
    output_how_to_use(report->to);
}

int cmd_migrate(const struct command *command, const struct arguments *arguments)
{
    struct dibs_migrate_options options = {
        .to = arguments->words[1], .copy = arguments->copy, .map_bytes = arguments->map_bytes, .sync = arguments->sync};
    struct dibs_migrate_report report;
    struct arguments asker = *arguments;
    int code;

    if (arguments->store != NULL)
        return usage_error(command, arguments->json, "--store names one store; a migration has FROM and TO");
    asker.store = arguments->words[0];
    options.progress = output_progress_of(arguments);
    dibs_client *client = session_open(&asker, SESSION_NONE, &code);
    if (client == NULL)
        return code;
    enum dibs_error error = dibs_store_migrate(client, &options, &report);
    output_progress_end(options.progress);
    if (error != DIBS_OK)
        return session_close(client, output_error(error, dibs_store_url(client), arguments->json));
    if (arguments->json)
        output_json_migrate(&report, arguments->copy);
    else
        print_report(&report, arguments->copy);
    return session_close(client, EXIT_YES);
}
