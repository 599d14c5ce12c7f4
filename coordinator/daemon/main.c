/* dibsd, the coordinator of a fleet: reads what it is told, and does it. */
#include <stdio.h>
#include <stdlib.h>

#include "base/standard_files.h"
#include "coordinator/daemon/commands.h"
#include "coordinator/daemon/exit_code.h"
#include "coordinator/daemon/options.h"
#include "coordinator/daemon/serve.h"
#include "coordinator/daemon/snapshot.h"
#include "coordinator/daemon/trace.h"

static int print(void (*fill)(struct text *out))
{
    static char array[OPTION_HELP_MAX];
    struct text text;
    TEXT_BEGIN(&text, array);
    fill(&text);
    return fputs(array, stdout) < 0 || fflush(stdout) != 0 ? EXIT_LOCAL : EXIT_STOPPED;
}

static struct options options;

static void show(struct text *out)
{
    options_show(&options, out);
}

static int check_config(void)
{
    static struct step_reason reason;
    enum exit_code code = serve_check(&options, &reason);
    if (code == EXIT_STOPPED)
        return print(show);
    (void)fprintf(stderr, "dibsd: %s\n", reason.why.text);
    return (int)code;
}

static enum exit_code run(const struct command_line *line, int argc, char **argv)
{
    static struct step_reason reason;
    enum exit_code code = EXIT_STOPPED;
    if (line->command == COMMAND_RUN)
        return serve(&options, argc, argv);
    if (line->command == COMMAND_RECOVER)
        code = recover_command(&options, line->lost_records, &reason);
    else if (line->command == COMMAND_SNAPSHOT)
        code = snapshot_command(&options, &reason);
    else if (line->command == COMMAND_RESTORE)
        code = restore_command(&options, line->snapshot, &reason);
    else if (line->command == COMMAND_PRUNE)
        code = prune_command(&options, &reason);
    if (code != EXIT_STOPPED)
        (void)fprintf(stderr, "dibsd: %s\n", reason.why.text);
    return fflush(stdout) != 0 ? EXIT_LOCAL : code;
}

int main(int argc, char **argv)
{
    struct command_line line;
    struct error_text why = {0};
    standard_files_hold();
    options_init(&options);
    enum dibs_error error = options_read_arguments(&options, argc, argv, &line, &why);
    if (error == DIBS_OK && line.command == COMMAND_HELP)
        return print(options_help);
    if (error == DIBS_OK && line.command == COMMAND_MANUAL)
        return print(options_manual);
    if (error == DIBS_OK && line.command == COMMAND_VERSION)
        return puts("dibsd " DIBS_VERSION) < 0 ? EXIT_LOCAL : EXIT_STOPPED;
    if (error == DIBS_OK)
        error = options_check(&options, &why);
    if (error != DIBS_OK) {
        (void)fprintf(stderr, "dibsd: %s\n", why.text);
        return EXIT_CONFIG;
    }
    if (line.check_config)
        return check_config();
    trace_init((enum trace_format)options.trace_format, (enum trace_level)options.trace_level);
    return (int)run(&line, argc, argv);
}
