/* Parsing a command's arguments, by the table of options. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "command.h"
#include "output.h"

int usage_error(const struct command *command, bool json, const char *format, ...)
{
    char text[1024];
    va_list list;

    va_start(list, format);
    vsnprintf(text, sizeof text, format, list);
    va_end(list);
    if (json) {
        output_json_error("bad_input", text, NULL);
        return EXIT_USAGE;
    }
    output_note("%s%s%s", command != NULL ? command->name : "", command != NULL ? ": " : "", text);
    return EXIT_USAGE;
}

static enum option_id find_in(const enum option_id *ids, const char *name, size_t size)
{
    for (; *ids != OPTION_END; ids++) {
        if (strlen(option_of(*ids)->name) == size && strncmp(option_of(*ids)->name, name, size) == 0)
            return *ids;
    }
    return OPTION_END;
}

bool arguments_is_nearly(const char *given, size_t size, const char *name)
{
    size_t length = strlen(name), same = 0;

    while (same < size && same < length && given[same] == name[same])
        same++;
    given += same, size -= same;
    name += same, length -= same;
    if (size == 0 || length == 0)
        return size + length <= 1;
    if (size != length)
        return size == length + 1   ? memcmp(given + 1, name, length) == 0
               : size + 1 == length ? memcmp(given, name + 1, size) == 0
                                    : false;
    return memcmp(given + 1, name + 1, size - 1) == 0 ||
           (size > 1 && given[0] == name[1] && given[1] == name[0] && memcmp(given + 2, name + 2, size - 2) == 0);
}

static const char *nearest_in(const enum option_id *ids, const char *name, size_t size)
{
    for (; *ids != OPTION_END; ids++) {
        if (size > 1 && arguments_is_nearly(name, size, option_of(*ids)->name))
            return option_of(*ids)->name;
    }
    return NULL;
}

static int no_such_option(const struct command *command, const char *text, const char *name, size_t size, bool json)
{
    const char *near = nearest_in(command->options, name, size);

    if (near == NULL)
        near = nearest_in(common_options, name, size);
    if (near != NULL)
        return usage_error(command, json, "there is no option %s; did you mean --%s?", text, near);
    return usage_error(command, json, "there is no option %s; `dibs help %s` lists them", text, command->name);
}

/* One option; *used is set when the next argument was its value. */
static int parse_option(const struct command *command, const char *text, const char *next, bool *used,
                        struct arguments *arguments)
{
    const char *name = text + 2, *equals = strchr(name, '='), *why;
    size_t size = equals != NULL ? (size_t)(equals - name) : strlen(name);
    enum option_id id = find_in(command->options, name, size);
    const char *value = equals != NULL ? equals + 1 : NULL;

    if (id == OPTION_END)
        id = find_in(common_options, name, size);
    if (id == OPTION_END)
        return no_such_option(command, text, name, size, arguments->json);
    const struct option *option = option_of(id);
    if (option->value != NULL && arguments->seen[id] && !option_is_repeatable(command, id))
        return usage_error(command, arguments->json, "--%s is given twice; give it once", option->name);
    arguments->seen[id] = true;
    if (option->value != NULL && value == NULL && !option->optional) {
        if (next == NULL)
            return usage_error(command, arguments->json, "--%s needs a value (%s)", option->name,
                               option_for(command, id).value);
        value = next;
        *used = true;
    }
    if (value == NULL) {
        uint64_t ms;
        arguments_set_flag(arguments, id);
        if (option->optional && next != NULL && dibs_parse_duration(next, &ms) == DIBS_OK)
            return usage_error(command, arguments->json,
                               "is %s how long to wait? Write --%s=%s; a key of that name "
                               "comes before the option or after --",
                               next, option->name, next);
        return EXIT_YES;
    }
    if (option->value == NULL)
        return usage_error(command, arguments->json, "--%s takes no value", option->name);
    if (id == OPTION_IN && value[0] == '\0') /* src/a.c would mean another key than with the repository */
        return usage_error(command, arguments->json,
                           "--in is empty (is a variable unset?); name the repository, such as github:o/r, or leave it "
                           "out");
    if (!arguments_set_value(arguments, id, value, &why))
        return usage_error(command, arguments->json, "--%s %s: %s", option->name, value, why);
    return EXIT_YES;
}

static int check_words(const struct command *command, const struct arguments *arguments)
{
    if (arguments->help)
        return EXIT_YES;
    if (arguments->word_count < command->least_words)
        return usage_error(command, arguments->json, "something is missing: dibs %s %s", command->name, command->words);
    if (arguments->word_count > 0 && command->run == cmd_status)
        return usage_error(command, arguments->json,
                           "\"%s\" is too much: it is about the store; one key's: dibs show %s", arguments->words[0],
                           arguments->words[0]);
    if (arguments->word_count > command->most_words && command->most_words == 0)
        return usage_error(command, arguments->json, "\"%s\" is too much: it takes options only", arguments->words[0]);
    if (arguments->word_count > command->most_words)
        return usage_error(command, arguments->json, "too many (%zu, at most %zu): dibs %s %s", arguments->word_count,
                           command->most_words, command->name, command->words);
    return EXIT_YES;
}

/* Does a common option at argv[i] have its value in argv[i + 1]? */
static bool takes_next(const char *text)
{
    enum option_id id = find_in(common_options, text + 2, strlen(text + 2));

    return id != OPTION_END && option_of(id)->value != NULL;
}

void arguments_name_first(int argc, char **argv)
{
    int at = 1;

    while (at < argc && strncmp(argv[at], "--", 2) == 0 &&
           find_in(common_options, argv[at] + 2, strcspn(argv[at] + 2, "=")) != OPTION_END)
        at += takes_next(argv[at]) ? 2 : 1;
    if (at >= argc)
        return;
    char *name = argv[at];
    memmove(argv + 2, argv + 1, (size_t)(at - 1) * sizeof *argv);
    argv[1] = name;
}

/* One of argv; *i is its number, and that of its value afterwards. */
static int parse_one(const struct command *command, int argc, char **argv, int *i, bool only_words,
                     struct arguments *arguments)
{
    const char *text = argv[*i];

    if (!only_words && strncmp(text, "--", 2) == 0) {
        bool used = false;
        int code = parse_option(command, text, *i + 1 < argc ? argv[*i + 1] : NULL, &used, arguments);
        *i += used;
        return code;
    }
    if (!only_words && strcmp(text, "-h") == 0) {
        arguments->help = true;
        return EXIT_YES;
    }
    if (!only_words && text[0] == '-' && text[1] != '\0')
        return usage_error(command, arguments->json,
                           "there is no option %s; options begin with two dashes, and -- "
                           "ends them",
                           text);
    if (arguments->word_count == WORDS_MOST)
        return usage_error(command, arguments->json, "too many arguments (at most %d)", WORDS_MOST);
    arguments->words[arguments->word_count++] = text;
    return EXIT_YES;
}

int arguments_parse(const struct command *command, int argc, char **argv, struct arguments *arguments)
{
    bool only_words = false;

    arguments->given = argv;
    arguments->given_count = argc;
    for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++) /* before any complaint, which has that form then */
        arguments->json = arguments->json || strcmp(argv[i], "--json") == 0;
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--") == 0 && command->run == cmd_exec && arguments->command == NULL) {
            arguments->command = argv + i + 1;
            break;
        }
        if (!only_words && strcmp(argv[i], "--") == 0) {
            only_words = true;
            continue;
        }
        int code = parse_one(command, argc, argv, &i, only_words, arguments);
        if (code != EXIT_YES)
            return code;
    }
    return check_words(command, arguments);
}
