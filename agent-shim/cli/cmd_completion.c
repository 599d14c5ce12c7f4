/* dibs completion: what a shell needs to complete commands, options and their values; made from the table of commands. */
#include <stdio.h>
#include <string.h>

#include "command.h"

/* How an option's value is completed. A store may be a plain path. */
static bool is_file(const struct option *option)
{
    return option->value != NULL && (strcmp(option->value, "FILE") == 0 || strcmp(option->value, "DIR") == 0 ||
                                     strcmp(option->name, "store") == 0);
}

static bool is_choice(const struct option *option)
{
    return option->value != NULL && strchr(option->value, '|') != NULL;
}

/* Its choices, parted by that; nothing when it is no choice. */
static void print_choices(const char *choices, char parted_by)
{
    for (; *choices != '\0'; choices++)
        putchar(*choices == '|' ? parted_by : *choices);
}

static bool is_last(const enum option_id *id)
{
    return id[1] == OPTION_END;
}

/* Walks over a command's own options and the common ones. */
static const enum option_id *next_option(const struct command *command, const enum option_id *id)
{
    if (id == NULL)
        return command->options[0] != OPTION_END ? command->options : common_options;
    if (!is_last(id))
        return id + 1;
    bool is_own = id >= command->options && id < command->options + COMMAND_OPTIONS;
    return is_own ? common_options : NULL;
}

/* Within single quotes of a shell, where a line's text may have some itself. */
static void print_quoted(const char *text, const char *quote, const char *also)
{
    for (; *text != '\0'; text++) {
        if (*text == '\'')
            fputs(quote, stdout);
        else if (strchr(also, *text) != NULL)
            printf("\\%c", *text);
        else
            putchar(*text);
    }
}

/* ---------------------------------------------------------------- bash */

static void bash_values(void)
{
    for (int id = 1; id < OPTION_COUNT; id++) {
        const struct option *option = option_of((enum option_id)id);
        bool is_path = is_file(option) || id == OPTION_FROM; /* of claim */
        if (!is_choice(option) && !is_path)
            continue;
        printf("        --%s) ", option->name);
        if (is_path) {
            puts("mapfile -t COMPREPLY < <(compgen -f -- \"$current\"); return ;;");
            continue;
        }
        fputs("COMPREPLY=($(compgen -W '", stdout);
        print_choices(option->value, ' ');
        puts("' -- \"$current\")); return ;;");
    }
    fputs("        ", stdout);
    const char *between = "";
    for (int id = 1; id < OPTION_COUNT; id++) {
        const struct option *option = option_of((enum option_id)id);
        if (option->value == NULL || option->optional || is_choice(option) || is_file(option) || id == OPTION_FROM)
            continue;
        printf("%s--%s", between, option->name);
        between = "|";
    }
    puts(") return ;;");
}

static void bash(void)
{
    puts("# bash completion of dibs; made by: dibs completion bash\n"
         "_dibs()\n{\n"
         "    local current=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} command= options= words= i\n"
         "    COMPREPLY=()\n"
         "    for ((i = 1; i < COMP_CWORD; i++)); do\n"
         "        case ${COMP_WORDS[i]} in\n"
         "            --) [ \"$command\" != exec ] || mapfile -t COMPREPLY < <(compgen -c -f -- \"$current\"); return "
         ";;\n"
         "            --store|--session) ((i++)) ;;\n"
         "            -*) ;;\n"
         "            *) [ -n \"$command\" ] || command=${COMP_WORDS[i]} ;;\n"
         "        esac\n"
         "    done\n"
         "    case $before in");
    bash_values();
    puts("    esac\n    case $command in");
    for (const struct command *command = commands; command->name != NULL; command++) {
        printf("        %s) options='", command->name);
        for (const enum option_id *id = next_option(command, NULL); id != NULL; id = next_option(command, id))
            printf("--%s ", option_of(*id)->name);
        fputs("'", stdout);
        if (command->run == cmd_completion)
            fputs(" words='bash zsh fish'", stdout);
        puts(command->run == cmd_help ? " words=$(_dibs_commands) ;;" : " ;;");
    }
    fputs("        '') words=$(_dibs_commands) options='", stdout);
    for (const enum option_id *id = common_options; *id != OPTION_END; id++)
        printf("--%s ", option_of(*id)->name);
    puts("' ;;\n"
         "    esac\n"
         "    [[ $current != -* ]] || words=$options\n"
         "    COMPREPLY=($(compgen -W \"$words\" -- \"$current\"))\n"
         "    [[ $current == -* || ${#COMPREPLY[@]} -gt 0 || -z $command ]] || mapfile -t COMPREPLY < <(compgen -f -- "
         "\"$current\")\n"
         "}\n"
         "_dibs_commands()\n{");
    fputs("    echo '", stdout);
    for (const struct command *command = commands; command->name != NULL; command++)
        printf("%s%s", command == commands ? "" : " ", command->name);
    puts("'\n}\ncomplete -o filenames -o nosort -F _dibs dibs");
}

/* ---------------------------------------------------------------- zsh */

static void zsh_option(const struct command *command, enum option_id id)
{
    const struct option own = option_for(command, id), *option = &own;

    printf("            '--%s%s[", option->name, option->value == NULL ? "" : option->optional ? "=-" : "=");
    print_quoted(option->help, "'\\''", "[]:\\");
    putchar(']');
    if (option->value != NULL) {
        fputs(option->optional ? "::" : ":", stdout);
        print_quoted(is_choice(option) ? option->name : option->value, "'\\''", ":\\");
        putchar(':');
    }
    if (is_choice(option)) {
        putchar('(');
        print_choices(option->value, ' ');
        putchar(')');
    } else if (is_file(option)) {
        fputs("_files", stdout);
    }
    puts("' \\");
}

static void zsh_command(const struct command *command)
{
    printf("        %s) _arguments -S \\\n", command->name);
    for (const enum option_id *id = next_option(command, NULL); id != NULL; id = next_option(command, id))
        zsh_option(command, *id);
    if (command->run == cmd_help)
        puts("            '1:command:_dibs_commands' ;;");
    else if (command->run == cmd_completion)
        puts("            '1:shell:(bash zsh fish)' ;;");
    else
        puts("            '*: :_files' ;;");
}

static void zsh(void)
{
    puts("#compdef dibs\n# zsh completion of dibs; made by: dibs completion zsh\n"
         "_dibs_commands()\n{\n    local -a names\n    names=(");
    for (const struct command *command = commands; command->name != NULL; command++) {
        printf("        '%s:", command->name);
        print_quoted(command->summary, "'\\''", ":\\");
        puts("'");
    }
    puts("    )\n    _describe command names\n}\n"
         "_dibs()\n{\n"
         "    if ((CURRENT == 2)); then\n        _dibs_commands\n        return\n    fi\n"
         "    local at=${words[(i)--]}\n"
         "    if [[ ${words[2]} == exec ]] && ((at < CURRENT)); then\n"
         "        shift $at words\n        ((CURRENT -= at))\n        _normal\n        return\n    fi\n"
         "    local name=${words[2]}\n"
         "    shift words\n    ((CURRENT--))\n"
         "    case $name in");
    for (const struct command *command = commands; command->name != NULL; command++)
        zsh_command(command);
    puts("    esac\n}\nif [[ $funcstack[1] == _dibs ]]; then\n    _dibs \"$@\"\nelse\n    compdef _dibs dibs\nfi");
}

/* ---------------------------------------------------------------- fish */

static void fish_option(const struct command *command, enum option_id id)
{
    const struct option own = option_for(command, id), *option = &own;

    printf("complete -c dibs -n '__fish_seen_subcommand_from %s' -l %s", command->name, option->name);
    if (is_choice(option)) {
        fputs(" -x -a '", stdout);
        print_choices(option->value, ' ');
        putchar('\'');
    } else if (option->value != NULL && !option->optional) {
        fputs(is_file(option) ? " -r -F" : " -x", stdout);
    }
    fputs(" -d '", stdout);
    print_quoted(option->help, "\\'", "\\");
    puts("'");
}

static void fish(void)
{
    puts("# fish completion of dibs; made by: dibs completion fish\ncomplete -c dibs -f -n __fish_use_subcommand");
    for (const struct command *command = commands; command->name != NULL; command++) {
        printf("complete -c dibs -n __fish_use_subcommand -a %s -d '", command->name);
        print_quoted(command->summary, "\\'", "\\");
        puts("'");
    }
    for (const struct command *command = commands; command->name != NULL; command++) {
        for (const enum option_id *id = next_option(command, NULL); id != NULL; id = next_option(command, id))
            fish_option(command, *id);
        if (command->run != cmd_help)
            continue;
        fputs("complete -c dibs -f -n '__fish_seen_subcommand_from help' -a '", stdout);
        for (const struct command *other = commands; other->name != NULL; other++)
            printf("%s%s", other == commands ? "" : " ", other->name);
        puts("'");
    }
    puts("complete -c dibs -f -n '__fish_seen_subcommand_from completion' -a 'bash zsh fish'");
}

int cmd_completion(const struct command *command, const struct arguments *arguments)
{
    const char *shell = arguments->words[0];

    if (strcmp(shell, "bash") == 0)
        bash();
    else if (strcmp(shell, "zsh") == 0)
        zsh();
    else if (strcmp(shell, "fish") == 0)
        fish();
    else
        return usage_error(command, arguments->json, "\"%s\" is none of bash, zsh and fish", shell);
    return EXIT_YES;
}
