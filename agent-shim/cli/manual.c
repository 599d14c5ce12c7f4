/* The manual pages, in man(7)'s roff: made from the table of commands. */
#include <ctype.h>
#include <stdio.h>

#include "command.h"

/* Of the texts, not of the build: the same source gives the same pages. */
static const char date[] = "2026-11-29";

static const struct told_variable variables[] = {
    {"DIBS_STORE", "the store, where no --store names one"},
    {"DIBS_SESSION", "who claims, where no --session says so"},
    {"DIBS_SECRET",
     "the session's secret, at least 32 bytes; else it is derived from the session's name and the per-user key"},
    {"DIBS_SECRET_FILE", "the per-user key (32 bytes, mode 0600); else secret.key in the configuration directory"},
    {"DIBS_TOKEN", "a fencing token for the keys that $DIBS_KEYS lists, as a command of dibs exec has it"},
    {"DIBS_KEYS", "those keys, one a line"},
    {"DIBS_CODE", "the code that dibs take takes when none is named"},
    {"DIBS_OPERATOR_KEY_FILE", "the operator's key, where the store has none of its own"},
    {"DIBS_PATIENCE", "how long a call takes at most, such as 30s"},
    {"DIBS_KAFKA_CONFIG", "a file with settings and passwords for kafka: stores, mode 0600"},
    {"DIBS_NETWORK_FS", "allow: a store on a network file system is not refused; for a share that one host alone uses"},
    {"XDG_CONFIG_HOME", "where the configuration directory is; else $HOME/.config"},
    {"XDG_STATE_HOME", "where the default store is; else $HOME/.local/state"},
    {"HOME", "where those two are, where they are not named"},
    {"TMPDIR", "where dibs replay builds its state, which goes when it ends; else /tmp"},
    {"NO_COLOR", "no colours on a terminal"},
    {NULL, NULL},
};

static const char *const files[][2] = {
    {"$XDG_CONFIG_HOME/dibs/config", "a line store = URL names the store where nothing else does"},
    {"$XDG_CONFIG_HOME/dibs/secret.key", "the per-user key, made when it is missing"},
    {"$XDG_STATE_HOME/dibs", "the store where nothing names one"},
};

/* A text as roff takes it: nothing in it is a request or an escape. */
static void print_text(const char *text)
{
    if (*text == '.' || *text == '\'')
        fputs("\\&", stdout);
    for (; *text != '\0'; text++) {
        if (*text == '\\')
            fputs("\\e", stdout);
        else if (*text == '-')
            fputs("\\-", stdout);
        else if (*text == '\'')
            fputs("\\(aq", stdout);
        else
            putchar(*text);
    }
}

static void print_bold(const char *text)
{
    fputs("\\fB", stdout);
    print_text(text);
    fputs("\\fR", stdout);
}

static void print_title(const char *name)
{
    fputs(".TH ", stdout);
    for (; *name != '\0'; name++)
        putchar(toupper((unsigned char)*name));
    printf(" 1 %s \"dibs %s\" \"User Commands\"\n", date, dibs_version());
}

static void print_pair(const char *name, const char *help)
{
    puts(".TP");
    print_bold(name);
    putchar('\n');
    print_text(help);
    puts(".");
}

static void print_option(const struct command *command, enum option_id id)
{
    const struct option own = option_for(command, id), *option = &own;

    puts(".TP");
    fputs("\\fB\\-\\-", stdout);
    print_text(option->name);
    fputs("\\fR", stdout);
    if (option->value != NULL) {
        fputs(option->optional ? "[=\\fI" : " \\fI", stdout);
        print_text(option->value);
        fputs(option->optional ? "\\fR]" : "\\fR", stdout);
    }
    putchar('\n');
    print_text(option->help);
    puts(".");
}

static void print_variables(const struct told_variable *variable)
{
    puts(".SH ENVIRONMENT");
    for (; variable->name != NULL; variable++)
        print_pair(variable->name, variable->help);
}

static void print_description(const struct description *description)
{
    puts(".SH DESCRIPTION");
    for (size_t i = 0; description->paragraphs[i] != NULL; i++) {
        fputs(i == 0 ? "" : ".PP\n", stdout);
        print_text(description->paragraphs[i]);
        putchar('\n');
    }
}

static void print_options(const struct command *command)
{
    puts(".SH OPTIONS");
    for (const enum option_id *id = command == NULL ? common_options : command->options; *id != OPTION_END; id++)
        print_option(command, *id);
    for (const enum option_id *id = common_options; command != NULL && *id != OPTION_END; id++)
        print_option(command, *id);
}

void manual_of_command(const struct command *command)
{
    const struct description *description = description_of(command);
    char name[64];

    snprintf(name, sizeof name, "dibs-%s", command->name);
    print_title(name);
    puts(".SH NAME");
    print_text(name);
    fputs(" \\- ", stdout);
    print_text(command->summary);
    puts("\n.SH SYNOPSIS");
    print_bold("dibs ");
    print_bold(command->name);
    fputs(" [\\fIOPTIONS\\fR] ", stdout);
    print_text(command->words);
    putchar('\n');
    if (description != NULL)
        print_description(description);
    print_options(command);
    if (command->example[0] != '\0') {
        puts(".SH EXAMPLES\n.nf");
        print_text("dibs ");
        print_text(command->example);
        puts("\n.fi");
    }
    puts(".SH EXIT STATUS");
    print_text(exit_codes_of(command));
    putchar('\n');
    if (description != NULL)
        print_variables(description->variables);
    puts(".SH SEE ALSO\n.BR dibs (1)");
}

void manual(void)
{
    print_title("dibs");
    puts(".SH NAME\ndibs \\- call dibs on work before you start it\n.SH SYNOPSIS");
    puts("\\fBdibs\\fR \\fICOMMAND\\fR [\\fIOPERANDS\\fR] [\\fIOPTIONS\\fR]\n.SH DESCRIPTION");
    puts("Agents claim work over an ordered log: who was first is granted, all others are told who has it. A store is\n"
         "a directory, or a fleet on Kafka that\n.BR dibsd\nserves.\n.SH COMMANDS");
    for (const struct command *command = commands; command->name != NULL; command++)
        print_pair(command->name, command->summary);
    print_options(NULL);
    puts(".SH EXIT STATUS");
    print_text(exit_codes_of(NULL));
    putchar('\n');
    print_variables(variables);
    puts(".SH FILES");
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++)
        print_pair(files[i][0], files[i][1]);
    puts(".SH SEE ALSO");
    for (const struct command *command = commands; command->name != NULL; command++)
        printf(".BR dibs\\-%s (1),\n", command->name);
    puts(".BR dibsd (8)\n.PP\nThe documents are in share/doc/dibs, beside the bin directory of this program, such as\n"
         "/usr/share/doc/dibs: CLI.md about every command, KEYS.md about keys, OPERATIONS.md about fleets, FAULTS.md "
         "about\n"
         "what can go wrong.");
}
