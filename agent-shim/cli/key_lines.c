/* Sets of keys from a file. */
#include "key_lines.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "read_all.h"

bool key_lines_open(struct key_lines *lines, const char *path, char why[KEY_LINE_WHY_BYTES])
{
    *lines = (struct key_lines){0};
    lines->text = read_all(path, KEY_LINES_BYTES, &lines->size, why);
    if (lines->text == NULL)
        return false;
    if (memchr(lines->text, '\0', lines->size) != NULL) {
        snprintf(why, KEY_LINE_WHY_BYTES, "it has a NUL byte, and is no text");
        key_lines_close(lines);
        return false;
    }
    return true;
}

void key_lines_close(struct key_lines *lines)
{
    free(lines->text);
    *lines = (struct key_lines){0};
}

/* One word from *at on, unquoted in its place; *at is what follows. False: a quote has no end. */
static bool take_word(char **at, const char **word)
{
    char *out = *at, quote = 0;

    *word = out;
    for (; **at != '\0' && (quote != 0 || strchr(" \t", **at) == NULL); (*at)++) {
        if (**at == quote)
            quote = 0;
        else if (quote == 0 && (**at == '\'' || **at == '"'))
            quote = **at;
        else if (**at == '\\' && quote != '\'' && (*at)[1] != '\0')
            *out++ = *++(*at);
        else
            *out++ = **at;
    }
    if (**at != '\0')
        (*at)++;
    *out = '\0';
    return quote == 0;
}

static bool take_keys(char *text, struct key_line *line, char why[KEY_LINE_WHY_BYTES])
{
    line->count = 0;
    for (text += strspn(text, " \t"); *text != '\0'; text += strspn(text, " \t")) {
        if (line->count == KEY_LINE_KEYS) {
            snprintf(why, KEY_LINE_WHY_BYTES, "there are more than %d keys", KEY_LINE_KEYS);
            return false;
        }
        if (!take_word(&text, &line->keys[line->count++])) {
            snprintf(why, KEY_LINE_WHY_BYTES, "a quote has no end");
            return false;
        }
    }
    return true;
}

/* A `#` by itself begins a comment; `#42` and `'#'` are keys. */
static bool is_comment(const char *text)
{
    text += strspn(text, " \t");
    return text[0] == '#' && (text[1] == '\0' || strchr(" \t", text[1]) != NULL);
}

bool key_lines_next(struct key_lines *lines, struct key_line *line, char why[KEY_LINE_WHY_BYTES])
{
    why[0] = '\0';
    while (lines->at < lines->size) {
        char *text = lines->text + lines->at;
        size_t length = strcspn(text, "\n");
        lines->at += length + 1;
        line->number = ++lines->number;
        text[length] = '\0';
        if (length > 0 && text[length - 1] == '\r')
            text[length - 1] = '\0';
        if (is_comment(text))
            continue;
        if (!take_keys(text, line, why))
            return false;
        if (line->count > 0)
            return true;
    }
    return false;
}
