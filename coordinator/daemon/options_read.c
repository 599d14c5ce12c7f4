/* Settings from a configuration file and from the command line. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/private_file.h"
#include "coordinator/daemon/options.h"

enum { FILE_BYTES_MAX = 65536 };

static struct span trim(struct span text)
{
    while (text.size > 0 && (text.bytes[0] == ' ' || text.bytes[0] == '\t'))
        text = span_skip(text, 1);
    while (text.size > 0 &&
           (text.bytes[text.size - 1] == ' ' || text.bytes[text.size - 1] == '\t' || text.bytes[text.size - 1] == '\r'))
        text.size--;
    return text;
}

static struct span take_line(struct span *left)
{
    const uint8_t *end = left->size == 0 ? NULL : memchr(left->bytes, '\n', left->size);
    size_t size = end == NULL ? left->size : (size_t)(end - left->bytes);
    struct span line = span_first(*left, size);
    *left = span_skip(*left, end == NULL ? size : size + 1);
    return line;
}

enum dibs_error options_read_text(struct options *options, struct span text, const char *file, struct error_text *why)
{
    bool seen[64] = {false};
    char where[PATH_MAX + 32];
    for (unsigned number = 1; text.size > 0; number++) {
        struct span line = trim(take_line(&text));
        (void)snprintf(where, sizeof where, "%s:%u", file, number);
        if (line.size == 0 || line.bytes[0] == '#' || line.bytes[0] == ';')
            continue;
        const uint8_t *equals = memchr(line.bytes, '=', line.size);
        if (equals == NULL)
            return error_say(why, DIBS_BAD_INPUT, "%s: a line is `name = value`, or begins with # or ;", where);
        size_t size = (size_t)(equals - line.bytes);
        struct span name = trim(span_first(line, size));
        enum dibs_error error = options_set(options, name, trim(span_skip(line, size + 1)), where, why);
        if (error != DIBS_OK)
            return error;
        const struct option_row *row = options_find(name);
        if (seen[row - option_table])
            return error_say(why, DIBS_BAD_INPUT, "%s: %s was set above already", where, row->name);
        seen[row - option_table] = true;
    }
    return DIBS_OK;
}

static enum dibs_error read_file(struct options *options, const char *path, struct error_text *why)
{
    char *text = malloc(FILE_BYTES_MAX);
    if (text == NULL)
        return error_say(why, DIBS_UNAVAILABLE, "there is no memory to read %s", path);
    enum dibs_error error = file_read_text(path, text, FILE_BYTES_MAX, why);
    if (error == DIBS_NO_STORE)
        error = error_say(why, DIBS_BAD_INPUT, "there is no configuration file %s", path);
    if (error == DIBS_OK)
        error = options_read_text(options, span_from_text(text), path, why);
    free(text);
    return error;
}

/* The value after `--name`, in `--name=value` or as the next word; moves *at on. NULL: none. */
static const char *value_of(int argc, char **argv, int *at)
{
    const char *equals = strchr(argv[*at], '=');
    if (equals != NULL)
        return equals + 1;
    return *at + 1 < argc ? argv[++*at] : NULL;
}

static bool is_flag(const char *word, const char *flag)
{
    size_t size = strlen(flag);
    return strncmp(word, flag, size) == 0 && (word[size] == '\0' || word[size] == '=');
}

static enum dibs_error set_flag(struct options *options, int argc, char **argv, int *at, struct error_text *why)
{
    const char *word = argv[*at] + 2;
    char name[64];
    size_t size = strcspn(word, "=");
    if (size >= sizeof name)
        return error_say(why, DIBS_BAD_INPUT, "there is no flag %.80s; `dibsd --help` lists them", argv[*at]);
    for (size_t i = 0; i < size; i++)
        name[i] = (char)(word[i] == '-' ? '_' : word[i]);
    const struct option_row *row = options_find(span_of(name, size));
    if (row == NULL)
        return error_say(why, DIBS_BAD_INPUT, "there is no flag %.80s; `dibsd --help` lists them", argv[*at]);
    const char *value = "yes";
    bool is_said = *at + 1 < argc && (strcmp(argv[*at + 1], "yes") == 0 || strcmp(argv[*at + 1], "no") == 0);
    if (row->kind != OPTION_SWITCH || word[size] == '=' || is_said)
        value = value_of(argc, argv, at);
    if (value == NULL)
        return error_say(why, DIBS_BAD_INPUT, "--%.*s needs a value: %s", (int)size, word, row->argument);
    return options_set(options, span_of(name, size), span_from_text(value), "the command line", why);
}

static enum dibs_error set_command(struct command_line *line, const char *word, struct error_text *why)
{
    if (line->command == COMMAND_RESTORE && line->snapshot == NULL) {
        line->snapshot = word;
        return DIBS_OK;
    }
    if (line->command != COMMAND_RUN)
        return error_say(why, DIBS_BAD_INPUT, "'%.60s' is one word too many", word);
    if (strcmp(word, "recover") == 0)
        line->command = COMMAND_RECOVER;
    else if (strcmp(word, "snapshot") == 0)
        line->command = COMMAND_SNAPSHOT;
    else if (strcmp(word, "restore") == 0)
        line->command = COMMAND_RESTORE;
    else if (strcmp(word, "prune") == 0)
        line->command = COMMAND_PRUNE;
    else
        return error_say(why, DIBS_BAD_INPUT, "there is no command '%.60s'; `dibsd --help` lists them", word);
    return DIBS_OK;
}

static enum dibs_error read_word(struct options *options, int argc, char **argv, int *at, struct command_line *line,
                                 struct error_text *why)
{
    const char *word = argv[*at];
    if (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0)
        line->command = COMMAND_HELP;
    else if (strcmp(word, "--man") == 0)
        line->command = COMMAND_MANUAL;
    else if (strcmp(word, "--version") == 0)
        line->command = COMMAND_VERSION;
    else if (strcmp(word, "--check-config") == 0)
        line->check_config = true;
    else if (strcmp(word, "--lost-records") == 0)
        line->lost_records = true;
    else if (is_flag(word, "--config"))
        (void)value_of(argc, argv, at); /* read before the flags */
    else if (strncmp(word, "--", 2) == 0)
        return set_flag(options, argc, argv, at, why);
    else
        return set_command(line, word, why);
    return DIBS_OK;
}

static enum dibs_error read_config(struct options *options, int argc, char **argv, struct error_text *why)
{
    for (int at = 1; at < argc; at++) {
        if (!is_flag(argv[at], "--config"))
            continue;
        const char *path = value_of(argc, argv, &at);
        if (path == NULL)
            return error_say(why, DIBS_BAD_INPUT, "--config needs a file");
        enum dibs_error error = read_file(options, path, why);
        if (error != DIBS_OK)
            return error;
    }
    return DIBS_OK;
}

enum dibs_error options_read_arguments(struct options *options, int argc, char **argv, struct command_line *line,
                                       struct error_text *why)
{
    *line = (struct command_line){.command = COMMAND_RUN};
    enum dibs_error error = read_config(options, argc, argv, why);
    for (int at = 1; error == DIBS_OK && at < argc && line->command != COMMAND_HELP; at++)
        error = read_word(options, argc, argv, &at, line, why);
    if (error == DIBS_OK && line->command == COMMAND_RESTORE && line->snapshot == NULL)
        error = error_say(why, DIBS_BAD_INPUT, "restore needs a snapshot: a directory that `dibsd snapshot` made");
    if (error == DIBS_OK && line->lost_records && line->command != COMMAND_RECOVER)
        error = error_say(why, DIBS_BAD_INPUT, "--lost-records belongs to `dibsd recover`");
    return error;
}
