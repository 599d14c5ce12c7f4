/* Every example of docs/KEYS.md and tests/golden/keys.tsv, by the model's own canonical keys. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/model/model_state.h"

enum { LINE_MAX_BYTES = 4096 };

struct examples {
    struct model *model;
    char in[LINE_MAX_BYTES];
    unsigned seen;
};

/* \xHH is a byte, \xHH*N that byte N times. */
static struct span unescape(const char *text, size_t size, uint8_t *out)
{
    size_t used = 0;
    for (size_t i = 0; i < size;) {
        long times = 1;
        uint8_t byte = (uint8_t)text[i];
        if (i + 3 < size && text[i] == '\\' && text[i + 1] == 'x') {
            byte = (uint8_t)strtol((char[]){text[i + 2], text[i + 3], '\0'}, NULL, 16);
            i += 4;
            char *end = NULL;
            if (i < size && text[i] == '*') {
                times = strtol(text + i + 1, &end, 10);
                i = (size_t)(end - text);
            }
        } else {
            i++;
        }
        for (; times > 0; times--)
            out[used++] = byte;
    }
    return span_of(out, used);
}

static void check(struct examples *examples, const char *given, size_t given_size, const char *wanted,
                  size_t wanted_size)
{
    static const char *const flaws[] = {
        [FLAW_KEY_EMPTY] = "!EMPTY",       [FLAW_KEY_LONG] = "!LONG", [FLAW_KEY_BYTES] = "!BYTES",
        [FLAW_KEY_SEGMENTS] = "!SEGMENTS", [FLAW_KEY_GLOB] = "!GLOB", [FLAW_KEY_ESCAPES] = "!ESCAPES",
        [FLAW_KEY_NO_REPO] = "!NO_REPO",   [FLAW_KEY_FORM] = "!FORM"};
    uint8_t given_bytes[LINE_MAX_BYTES], wanted_bytes[LINE_MAX_BYTES];
    struct span in = span_from_text(examples->in), key = {0}, again = {0};
    struct span text = unescape(given, given_size, given_bytes);
    struct span expected = unescape(wanted, wanted_size, wanted_bytes);
    enum flaw flaw = canonical(examples->model, text, in, &key);
    struct span got = flaw == FLAW_NONE ? key : span_from_text(flaws[flaw]);
    cr_expect(span_equal(got, expected), "in '%s': %.*s is %.*s, not %.*s", examples->in, (int)given_size, given,
              (int)got.size, (const char *)got.bytes, (int)wanted_size, wanted);
    if (flaw == FLAW_NONE)
        cr_expect(canonical(examples->model, key, in, &again) == FLAW_NONE && span_equal(again, key),
                  "%.*s is not its own canonical form", (int)key.size, (const char *)key.bytes);
    examples->seen++;
}

/* NAME=TRACKER, and no other; empty: none at all. */
static void set_prefix(struct examples *examples, char *text)
{
    struct prefixes none = {.count = 0};
    char *name = strtok(text, " ="), *tracker = strtok(NULL, " =");
    struct configure_intent intent = {.prefixes = {{span_from_text(name), span_from_text(tracker)}},
                                      .prefix_count = name != NULL};
    uint32_t at;
    cr_assert_eq(form_prefixes(&intent, &at), FLAW_NONE);
    cr_assert_eq(prefixes_after(&none, &intent, &examples->model->prefixes, &at), FLAW_NONE);
}

static void read_golden(struct examples *examples, char *line)
{
    char *tab = strchr(line, '\t');
    if (strncmp(line, "@in", 3) == 0)
        snprintf(examples->in, sizeof examples->in, "%s", line[3] == '\0' ? "" : line + 4);
    else if (strncmp(line, "@prefix", 7) == 0)
        set_prefix(examples, line + 7);
    else if (line[0] != '#' || tab != NULL)
        if (tab != NULL)
            check(examples, line, (size_t)(tab - line), tab + 1, strlen(tab + 1));
}

static void read_document(struct examples *examples, char *line)
{
    char *middle = strstr(line, "` | `"), *end = middle == NULL ? NULL : strstr(middle + 5, "` |");
    if (strncmp(line, "<!-- in", 7) == 0) {
        *strstr(line, "-->") = '\0';
        snprintf(examples->in, sizeof examples->in, "%s", line + 7);
    } else if (strncmp(line, "<!-- prefix", 11) == 0) {
        *strstr(line, "-->") = '\0';
        set_prefix(examples, line + 11);
    } else if (strncmp(line, "| `", 3) == 0 && end != NULL) {
        check(examples, line + 3, (size_t)(middle - line) - 3, middle + 5, (size_t)(end - middle) - 5);
    }
}

static unsigned run(const char *path, void (*read_line)(struct examples *, char *))
{
    struct examples examples = {.model = model_new()};
    char line[LINE_MAX_BYTES];
    FILE *file = fopen(path, "r");
    cr_assert(file != NULL, "%s", path);
    while (fgets(line, sizeof line, file) != NULL) {
        line[strcspn(line, "\n")] = '\0';
        read_line(&examples, line);
    }
    fclose(file);
    list_clear(&examples.model->scratch);
    model_free(examples.model);
    return examples.seen;
}

Test(key, is_made_as_its_document_shows)
{
    cr_assert_geq(run("docs/KEYS.md", read_document), 100);
}

Test(key, is_made_as_the_golden_file_says)
{
    cr_assert_geq(run("tests/golden/keys.tsv", read_golden), 400);
}

static bool under(const char *tree, const char *key)
{
    return lies_under(span_from_text(tree), span_from_text(key));
}

Test(key, lies_under_its_subtree_and_not_under_a_neighbours_r26)
{
    cr_assert(under("a/**", "a") && under("a/**", "a/b") && under("a/**", "a/b/**") && under("a/**", "a/**"));
    cr_assert_not(under("a/**", "ab") || under("a/**", "ab/**") || under("a/b/**", "a") || under("a", "a/b"));
    cr_assert(overlaps(span_from_text("a"), span_from_text("a/**")));
    cr_assert_not(overlaps(span_from_text("a/b"), span_from_text("a/c")));
}
