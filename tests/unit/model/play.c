/* The loop over a scenario's lines. */
#include "tests/unit/model/play.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/model/model.h"

enum { SAID_MAX = 512 };

struct said {
    char *texts[SAID_MAX];
    size_t count;
};

static void hear(void *context, const struct decision *decision)
{
    struct said *said = context;
    char text[PLAY_TEXT_MAX];
    cr_assert_lt(said->count, SAID_MAX);
    cr_assert_eq(decision->index, said->count, "S5: indexes count from 0");
    play_describe(decision, text, sizeof text);
    said->texts[said->count++] = strdup(text);
}

static void forget(struct said *said)
{
    while (said->count > 0)
        free(said->texts[--said->count]);
}

static size_t split(char *text, char **words)
{
    size_t count = 0;
    for (char *rest = text, *word; (word = strsep(&rest, " ")) != NULL;) {
        if (*word == '\0')
            continue;
        cr_assert_lt(count, PLAY_WORDS_MAX);
        words[count++] = word;
    }
    return count;
}

static bool occurs(const char *text, const char *word, const char **after)
{
    size_t size = strlen(word);
    for (const char *at = text; (at = strstr(at, word)) != NULL; at++) {
        if ((at == text || at[-1] == ' ') && (at[size] == ' ' || at[size] == '\0')) {
            *after = at + size;
            return true;
        }
    }
    return false;
}

/* The first expected word that isn't there in its order; NULL: all is as expected. */
static const char *missing(const char *text, char *expected)
{
    char *words[PLAY_WORDS_MAX];
    size_t count = split(expected, words);
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

static void fail(const char *line, const struct said *said, const char *why)
{
    char text[PLAY_TEXT_MAX * 4] = "";
    for (size_t i = 0; i < said->count && strlen(text) + strlen(said->texts[i]) + 64 < sizeof text; i++) {
        strcat(text, "\n    ");
        strcat(text, said->texts[i]);
    }
    cr_assert(false, "%s\n  %s\n  decided:%s", line, why, said->count == 0 ? " nothing" : text);
    abort();
}

static void compare(const char *line, const struct said *said, char *expected)
{
    size_t at = 0;
    char why[256];
    while (*expected == ' ')
        expected++;
    if (strcmp(expected, "nothing") == 0) {
        if (said->count > 0)
            fail(line, said, "expected nothing");
        return;
    }
    for (char *rest = expected, *one; (one = strsep(&rest, ";")) != NULL; at++) {
        if (at >= said->count)
            fail(line, said, "expected more decisions");
        const char *word = missing(said->texts[at], one);
        snprintf(why, sizeof why, "decision %zu: %s", at, word == NULL ? "" : word);
        if (word != NULL)
            fail(line, said, why);
    }
    if (at < said->count)
        fail(line, said, "expected fewer decisions");
}

static void play_line(struct play *play, char *line)
{
    static struct intent intent;
    char *words[PLAY_WORDS_MAX], whole[PLAY_TEXT_MAX];
    struct said said = {.count = 0};
    snprintf(whole, sizeof whole, "%s", line);
    char *arrow = strstr(line, "->");
    if (arrow != NULL)
        *arrow = '\0';
    size_t count = split(line, words);
    if (count == 0 || words[0][0] == '%')
        return; /* a remark */
    cr_assert_geq(count, 2, "%s", whole);
    struct decision_sink sink = {.emit = hear, .context = &said};
    if (play->offset == 0 && strcmp(words[1], "genesis") != 0) {
        play_read(play, (char *[]){"genesis"}, 1, &intent);
        model_apply(play->model, play->offset++, 0, &intent, sink);
    }
    play_read(play, words + 1, count - 1, &intent);
    model_apply(play->model, play->offset++, strtoull(words[0], NULL, 10), &intent, sink);
    if (arrow != NULL)
        compare(whole, &said, arrow + 2);
    forget(&said);
    play_check(play->model);
}

char *play_and_dump(const char *script)
{
    static struct play state;
    memset(&state, 0, sizeof state);
    state.model = model_new();
    char *copy = strdup(script), *rest = copy, *line;
    while ((line = strsep(&rest, "\n")) != NULL)
        play_line(&state, line);
    free(copy);
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    model_dump(state.model, out);
    fclose(out);
    model_free(state.model);
    return text;
}

void play(const char *script)
{
    free(play_and_dump(script));
}
