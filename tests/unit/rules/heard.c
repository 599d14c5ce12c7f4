/* Decisions as they were heard, and the words expected of them. */
#include "tests/unit/rules/heard.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/sim/decision_fields.h"
#include "tests/unit/rules/play.h"

void heard_add(void *context, const struct decision *decision)
{
    struct heard *heard = context;
    char text[PLAY_TEXT_MAX];
    cr_assert_eq(decision->index, heard->count, "S5: decisions at an offset are numbered from 0");
    if (heard->count == heard->room) {
        heard->room = heard->room * 2 + 8;
        heard->words = realloc(heard->words, heard->room * sizeof *heard->words);
        cr_assert_not_null(heard->words);
    }
    play_describe(decision, text, sizeof text);
    heard->words[heard->count++] = strdup(text);
    bytes_print(&heard->fields, "decision %zu\n", heard->count);
    decision_fields_print(decision, false, &heard->fields);
}

void heard_clear(struct heard *heard)
{
    while (heard->count > 0)
        free(heard->words[--heard->count]);
    free(heard->words);
    bytes_free(&heard->fields);
    *heard = (struct heard){0};
}

bool heard_equal(const struct heard *a, const struct heard *b)
{
    return a->count == b->count && a->fields.size == b->fields.size &&
           (a->fields.size == 0 || memcmp(a->fields.data, b->fields.data, a->fields.size) == 0);
}

size_t heard_split(char *text, char **words, size_t most)
{
    size_t count = 0;
    for (char *rest = text, *word; (word = strsep(&rest, " ")) != NULL;) {
        if (*word == '\0')
            continue;
        cr_assert_lt(count, most);
        words[count++] = word;
    }
    return count;
}

static bool occurs(const char *text, const char *word, const char **after)
{
    size_t size = strlen(word);
    bool open = word[size - 1] == '*';
    size -= open;
    for (const char *at = text; *at != '\0'; at++) {
        if ((at != text && at[-1] != ' ') || strncmp(at, word, size) != 0)
            continue;
        *after = open ? at + strcspn(at, " ") : at + size;
        if (**after == ' ' || **after == '\0')
            return true;
    }
    return false;
}

/* The first expected word that isn't there in its order; NULL: all is as expected. */
static const char *missing(const char *text, char *expected)
{
    char *words[PLAY_WORDS_MAX];
    size_t count = heard_split(expected, words, PLAY_WORDS_MAX);
    const char *at = text;
    for (size_t i = 0; i < count; i++) {
        const char *after;
        if (words[i][0] == '!' ? occurs(text, words[i] + 1, &after) : !occurs(at, words[i], &after))
            return words[i];
        if (words[i][0] != '!')
            at = after;
    }
    return NULL;
}

bool heard_as_expected(const struct heard *heard, char *expected, char *why, size_t why_size)
{
    size_t at = 0;
    expected += strspn(expected, " ");
    if (strcmp(expected, "nothing") == 0) {
        snprintf(why, why_size, "expected nothing");
        return heard->count == 0;
    }
    for (char *rest = expected, *one; (one = strsep(&rest, ";")) != NULL; at++) {
        snprintf(why, why_size, "expected more decisions");
        if (at >= heard->count)
            return false;
        const char *word = missing(heard->words[at], one);
        snprintf(why, why_size, "decision %zu: %s", at, word == NULL ? "" : word);
        if (word != NULL)
            return false;
    }
    snprintf(why, why_size, "expected fewer decisions");
    return at == heard->count;
}
