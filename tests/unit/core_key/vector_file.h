/* Reads examples of keys out of a file, for the tests that run them: tests/golden/keys.tsv and docs/KEYS.md.
 *
 * A .tsv line is GIVEN, TAB, CANONICAL; a .md line is a table row whose first two cells are code spans. CANONICAL
 * beginning with `!` is the name of the flaw (!NO_REPO). In GIVEN and CANONICAL \xHH is a byte and \xHH*N that byte N
 * times. `@in REPO` (in a .md: <!-- in REPO -->) sets the repository for what follows, alone it clears it;
 * `@prefix ENG=linear` sets a prefix, alone it clears it. `#` begins a comment line in a .tsv. */
#ifndef TEST_VECTOR_FILE_H
#define TEST_VECTOR_FILE_H

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/unit/core_key/one_prefix.h"

enum { VECTOR_TEXT_MAX = 1024 };

struct vector {
    uint8_t given[VECTOR_TEXT_MAX], expected[VECTOR_TEXT_MAX];
    size_t given_size, expected_size;
    char in[VECTOR_TEXT_MAX];
    struct one_prefix prefix;
    int line;
};

struct vector_file {
    FILE *file;
    bool is_document;
    struct vector vector;
};

static const char *const flaw_names[] = {
    [FLAW_KEY_EMPTY] = "EMPTY",       [FLAW_KEY_LONG] = "LONG", [FLAW_KEY_BYTES] = "BYTES",
    [FLAW_KEY_SEGMENTS] = "SEGMENTS", [FLAW_KEY_GLOB] = "GLOB", [FLAW_KEY_ESCAPES] = "ESCAPES",
    [FLAW_KEY_NO_REPO] = "NO_REPO",   [FLAW_KEY_FORM] = "FORM"};

static inline const char *flaw_name(enum flaw flaw)
{
    bool named = (size_t)flaw < sizeof flaw_names / sizeof flaw_names[0] && flaw_names[flaw] != NULL;
    return named ? flaw_names[flaw] : "?";
}

static inline size_t vector_unescape(const char *text, size_t size, uint8_t *out)
{
    size_t used = 0;
    for (size_t i = 0; i < size; i++) {
        if (text[i] != '\\' || i + 3 >= size || text[i + 1] != 'x') {
            out[used++] = (uint8_t)text[i];
            continue;
        }
        char digits[3] = {text[i + 2], text[i + 3], 0};
        unsigned long times = 1;
        uint8_t byte = (uint8_t)strtoul(digits, NULL, 16);
        i += 3;
        if (i + 1 < size && text[i + 1] == '*') {
            char *end = NULL;
            times = strtoul(text + i + 2, &end, 10);
            i = (size_t)(end - text) - 1;
        }
        for (; times > 0 && used < VECTOR_TEXT_MAX; times--)
            out[used++] = byte;
    }
    return used;
}

static inline void vector_add_prefix(struct vector *vector, const char *text)
{
    const char *equals = strchr(text, '=');
    vector->prefix = (struct one_prefix){0};
    if (*text == 0)
        return;
    if (equals == NULL)
        abort();
    snprintf(vector->prefix.prefix, sizeof vector->prefix.prefix, "%.*s", (int)(equals - text), text);
    snprintf(vector->prefix.tracker, sizeof vector->prefix.tracker, "%s", equals + 1);
    for (char *letter = vector->prefix.prefix; *letter != 0; letter++)
        *letter = (char)toupper((unsigned char)*letter);
}

static inline bool vector_directive(struct vector_file *file, char *line)
{
    char *end = strstr(line, " -->");
    bool comment = strncmp(line, "<!-- ", 5) == 0 && end != NULL;
    if (file->is_document && comment) {
        *end = 0;
        line += 4;
    } else if (file->is_document || line[0] != '@') {
        return false;
    }
    char *value = strchr(line + 1, ' ');
    value = value == NULL ? strchr(line, 0) : value + 1;
    if (strncmp(line + 1, "in", 2) == 0)
        snprintf(file->vector.in, sizeof file->vector.in, "%s", value);
    else if (strncmp(line + 1, "prefix", 6) == 0)
        vector_add_prefix(&file->vector, value);
    return true;
}

/* The next code span at or after *at; NULL if there is none. */
static inline char *vector_code_span(char **at, size_t *size)
{
    char *begin = strchr(*at, '`');
    if (begin == NULL)
        return NULL;
    size_t ticks = strspn(begin, "`");
    char fence[8] = {0};
    memset(fence, '`', ticks < 7 ? ticks : 7);
    char *end = strstr(begin + ticks, fence);
    if (end == NULL)
        return NULL;
    *at = end + ticks;
    begin += ticks;
    bool padded = ticks > 1 && *begin == ' ' && end[-1] == ' ';
    *size = (size_t)(end - begin) - (padded ? 2 : 0);
    return begin + (padded ? 1 : 0);
}

static inline bool vector_open(struct vector_file *file, const char *path)
{
    memset(file, 0, sizeof *file);
    file->is_document = strlen(path) > 3 && strcmp(path + strlen(path) - 3, ".md") == 0;
    file->file = fopen(path, "r");
    if (file->file == NULL)
        perror(path);
    return file->file != NULL;
}

static inline bool vector_split(struct vector_file *file, char *line)
{
    struct vector *vector = &file->vector;
    char *given = line, *expected = strchr(line, '\t');
    size_t given_size = 0, expected_size = 0;
    if (file->is_document) {
        char *at = line;
        given = strncmp(line, "| `", 3) == 0 ? vector_code_span(&at, &given_size) : NULL;
        bool two_spans = given != NULL && strncmp(at, " | `", 4) == 0;
        expected = two_spans ? vector_code_span(&at, &expected_size) : NULL;
        if (expected == NULL)
            return false;
    } else {
        if (line[0] == 0 || (line[0] == '#' && strchr("# ", line[1]) != NULL) || expected == NULL)
            return false;
        given_size = (size_t)(expected - line);
        expected_size = strlen(++expected);
    }
    vector->given_size = vector_unescape(given, given_size, vector->given);
    vector->expected_size = vector_unescape(expected, expected_size, vector->expected);
    return true;
}

static inline bool vector_next(struct vector_file *file)
{
    char line[4096];
    while (fgets(line, sizeof line, file->file) != NULL) {
        line[strcspn(line, "\n")] = 0;
        file->vector.line++;
        if (!vector_directive(file, line) && vector_split(file, line))
            return true;
    }
    fclose(file->file);
    return false;
}

#endif
