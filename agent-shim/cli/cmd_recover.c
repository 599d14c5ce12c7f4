/* dibs status --check, dibs recover: what is the matter with a store's files, and mending them. */
#include <stdio.h>
#include <stdlib.h>

#include <dibs/admin.h>

#include "command.h"
#include "output.h"

static void print(const struct dibs_store_report *report)
{
    for (size_t i = 0; i < report->finding_count; i++) {
        (void)fputs(report->findings[i].is_damage ? "damaged: " : "note: ", stdout);
        output_text(stdout, report->findings[i].words);
        (void)fputc('\n', stdout);
    }
    printf("%llu whole records in the log\n", (unsigned long long)report->records);
}

int cmd_examine(const struct command *command, const struct arguments *arguments)
{
    (void)command;
    struct dibs_store_report *report = calloc(1, sizeof *report);
    enum dibs_error error = report == NULL ? DIBS_UNAVAILABLE : dibs_store_examine(arguments->store, NULL, report);
    int code = EXIT_YES;
    if (error != DIBS_OK) {
        code = output_error(error, arguments->store, arguments->json);
    } else if (arguments->json) {
        output_json_report(report, report->damaged ? "damaged" : "sound");
    } else {
        print(report);
        printf("%s: %s\n", report->damaged ? "damaged" : "sound", report->advice);
    }
    if (error == DIBS_OK && report->damaged)
        code = dibs_error_exit_code(DIBS_DAMAGED);
    free(report);
    return code;
}

int cmd_recover(const struct command *command, const struct arguments *arguments)
{
    (void)command;
    struct dibs_store_report *report = calloc(1, sizeof *report);
    enum dibs_error error = report == NULL ? DIBS_UNAVAILABLE : dibs_store_recover(arguments->store, NULL, report);
    int code = EXIT_YES;
    if (error != DIBS_OK) {
        code = output_error(error, arguments->store, arguments->json);
    } else if (arguments->json) {
        output_json_report(report, report->aside[0] == '\0' ? "sound" : "recovered");
    } else {
        print(report);
        if (report->aside[0] == '\0')
            printf("sound: nothing was changed\n");
        else
            printf("recovered%s; the damaged originals are in %s\n",
                   report->loses_records ? ", with what was answered after the damage lost: tokens go on far ahead"
                                         : "",
                   report->aside);
    }
    free(report);
    return code;
}
