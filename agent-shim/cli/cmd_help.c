/* dibs help, dibs version: made from the table of commands. */
#include <stdio.h>
#include <string.h>

#include "command.h"
#include "output.h"

enum { LINE_WIDTH = 110, NAME_WIDTH = 10, OPERANDS_WIDTH = 16 };

static const char exit_codes[] =
    "Exit codes: 0 yes, 1 no, 2 bad input, 3 no answer yet, 4 the store, 5 a claim that was yours has ended.";

/* One option may mean another thing to another command. */
struct option option_for(const struct command *command, enum option_id id)
{
    struct option option = *option_of(id);

    if (command == NULL)
        return option;
    if (id == OPTION_TOKEN && command->run == cmd_revoke)
        option.help = "the claim with that fencing token, in place of a key";
    else if (id == OPTION_TOKEN && command->most_words == 1)
        option.help = "the fencing token: that claim, or with a key that key of it";
    else if (id == OPTION_SESSION && command->session_help != NULL)
        option.help = command->session_help;
    if (id == OPTION_FROM && command->run == cmd_claim) {
        option.value = "FILE";
        option.help = "claim each line of it (-: of standard input): keys parted by blanks, quoted as in a shell";
    }
    if (id == OPTION_FROM && command->run == cmd_offer) {
        option.value = "FILE";
        option.help =
            "offer each line of it (-: of standard input), a JSON object with key, about, category, after, needs, ...";
    }
    if (id == OPTION_CATEGORY && command->run == cmd_next)
        option.help = "only of that kind of work; may be given again";
    else if (id == OPTION_CATEGORY && command->run == cmd_exec)
        option.help = "the kind of work, at most 64 bytes; with --next only of that kind";
    return option;
}

static const char exec_codes[] =
    "Exit codes: the command's own; 120 usage, 121 denied, 122 no answer yet, 123 the store, 125 the lease was lost,\n"
    "126 the command cannot be run, 127 it is not there.";

static const char supply_codes[] =
    "Exit codes: 0 healthy, 6 thin, 7 dry, 8 drought; 2 bad input, 3 no answer yet, 4 the store.";

const char *exit_codes_of(const struct command *command)
{
    if (command != NULL && command->run == cmd_supply)
        return supply_codes;
    return command != NULL && command->run == cmd_exec ? exec_codes : exit_codes;
}

static void print_option(const struct command *command, enum option_id id)
{
    const struct option own = option_for(command, id), *option = &own;
    char left[64];

    if (option->value == NULL)
        snprintf(left, sizeof left, "--%s", option->name);
    else if (option->optional)
        snprintf(left, sizeof left, "--%s[=%s]", option->name, option->value);
    else
        snprintf(left, sizeof left, "--%s %s", option->name, option->value);
    printf("  %-22s %s\n", left, option->help);
}

/* Broken into lines at blanks. */
static void print_paragraph(const char *text)
{
    size_t at = 0;

    while (*text != '\0') {
        size_t size = strcspn(text, " ");
        bool breaks = at > 0 && at + 1 + size > LINE_WIDTH;
        printf("%s%.*s", at == 0 ? "" : breaks ? "\n" : " ", (int)size, text);
        at = at == 0 || breaks ? size : at + 1 + size;
        text += size + strspn(text + size, " ");
    }
    printf("\n\n");
}

static void print_variables(const struct told_variable *variable)
{
    printf("\nThe command's environment has, beside dibs's own:\n");
    for (; variable->name != NULL; variable++)
        printf("  $%-21s %s\n", variable->name, variable->help);
}

int help_command(const struct command *command, bool json)
{
    const struct description *description = description_of(command);

    if (json) {
        output_json_commands(command);
        return EXIT_YES;
    }
    printf("dibs %s%s%s\n\n%s.\n\n", command->name, command->words[0] != '\0' ? " " : "", command->words,
           command->summary);
    for (size_t i = 0; description != NULL && description->paragraphs[i] != NULL; i++)
        print_paragraph(description->paragraphs[i]);
    for (const enum option_id *id = command->options; *id != OPTION_END; id++)
        print_option(command, *id);
    for (const enum option_id *id = common_options; *id != OPTION_END; id++)
        print_option(command, *id);
    if (description != NULL)
        print_variables(description->variables);
    if (command->example[0] != '\0')
        printf("\nExample: dibs %s\n", command->example);
    printf("\n%s\n", exit_codes_of(command));
    return EXIT_YES;
}

/* Where its operands don't fit into their column the summary comes below them. */
static void print_line(const struct command *command)
{
    bool fits = strlen(command->name) <= NAME_WIDTH && strlen(command->words) <= OPERANDS_WIDTH;

    if (!fits)
        printf("  %-*s %s\n%*s", NAME_WIDTH, command->name, command->words, 2 + NAME_WIDTH + 1, "");
    else
        printf("  %-*s ", NAME_WIDTH, command->name);
    printf("%-*s %s\n", OPERANDS_WIDTH, fits ? command->words : "", command->summary);
}

static void help_all(void)
{
    printf("dibs: call dibs on work before you start it.\n\n");
    for (const struct command *command = commands; command->name != NULL; command++)
        print_line(command);
    printf(
        "\nEvery command takes --store URL, --session NAME, --json and --help; `dibs help COMMAND` tells more.\n%s\n",
        exit_codes);
}

int cmd_help(const struct command *command, const struct arguments *arguments)
{
    const struct command *about = NULL;

    if (arguments->word_count > 0 && (about = command_find(arguments->words[0])) == NULL)
        return usage_error(command, arguments->json, "there is no command \"%s\"; `dibs help` lists them",
                           arguments->words[0]);
    if (arguments->man && about != NULL)
        manual_of_command(about);
    else if (arguments->man)
        manual();
    if (arguments->man)
        return EXIT_YES;
    if (about != NULL)
        return help_command(about, arguments->json);
    if (arguments->json)
        output_json_commands(NULL);
    else
        help_all();
    return EXIT_YES;
}

int cmd_version(const struct command *command, const struct arguments *arguments)
{
    (void)command;
    if (arguments->json)
        output_json_version(dibs_version());
    else
        printf("dibs %s\n", dibs_version());
    return EXIT_YES;
}
