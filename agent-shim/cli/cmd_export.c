/* dibs export, dibs import: a whole store as one file, and back. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <dibs/admin.h>

#include "output.h"
#include "session.h"

int cmd_export(const struct command *command, const struct arguments *arguments)
{
    struct dibs_export_options options = {.path = arguments->words[0], .progress = output_progress_of(arguments)};
    struct dibs_export_report report;
    int code;

    if (strcmp(options.path, "-") == 0)
        return usage_error(
            command, arguments->json,
            "an export is put in its place when all of it is written, so it is a file, not standard output; "
            "name one (./- if it is to be called so)");
    dibs_client *client = session_open(arguments, SESSION_NONE, &code);
    if (client == NULL)
        return code;
    enum dibs_error error = dibs_store_export(client, &options, &report);
    output_progress_end(options.progress);
    if (error != DIBS_OK)
        return session_close(client, output_error(error, dibs_store_url(client), arguments->json));
    if (arguments->json)
        output_json_carried("exported", dibs_store_url(client), report.records, report.digest);
    else
        printf("%s  exported, %" PRIu64 " records, %" PRIu64 " bytes\ndigest      %s\n", options.path, report.records,
               report.bytes, report.digest);
    return session_close(client, EXIT_YES);
}

int cmd_import(const struct command *command, const struct arguments *arguments)
{
    struct dibs_import_options options = {.from = arguments->words[0],
                                          .to = arguments->words[1],
                                          .map_bytes = arguments->map_bytes,
                                          .sync = arguments->sync,
                                          .operator_key = arguments->operator_key,
                                          .progress = output_progress_of(arguments)};
    struct dibs_import_report report;

    if (arguments->store != NULL)
        return usage_error(command, arguments->json,
                           "--store names a store that is there; an import has FILE and STORE");
    enum dibs_error error = dibs_store_import(&options, &report);
    output_progress_end(options.progress);
    if (error != DIBS_OK)
        return output_error(error, options.to, arguments->json);
    if (arguments->json) {
        output_json_carried("imported", report.to, report.records, report.digest);
        return EXIT_YES;
    }
    printf("%s  imported, %" PRIu64 " records\ndigest      %s\n", report.to, report.records, report.digest);
    output_how_to_use(report.to);
    return EXIT_YES;
}
