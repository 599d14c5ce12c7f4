/* dibsd, the coordinator of a fleet: reads what it is told, and does it. */
#include <stdio.h>
#include <stdlib.h>

#include "coordinator/daemon/exit_code.h"
#include "coordinator/daemon/options.h"
#include "coordinator/daemon/serve.h"
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

int main(int argc, char **argv)
{
    struct command_line line;
    struct error_text why = {0};
    options_init(&options);
    enum dibs_error error = options_read_arguments(&options, argc, argv, &line, &why);
    if (error == DIBS_OK && line.command == COMMAND_HELP)
        return print(options_help);
    if (error == DIBS_OK && line.command == COMMAND_VERSION)
        return puts("dibsd " DIBS_VERSION) < 0 ? EXIT_LOCAL : EXIT_STOPPED;
    if (error == DIBS_OK)
        error = options_check(&options, &why);
    if (error != DIBS_OK) {
        (void)fprintf(stderr, "dibsd: %s\n", why.text);
        return EXIT_CONFIG;
    }
    if (line.check_config)
        return print(show);
    trace_init((enum trace_format)options.trace_format, (enum trace_level)options.trace_level);
    return (int)serve(&options);
}
