/* Any bytes as a task file: what is taken is within its bounds, and written as front matter it is read as the same. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent-shim/cli/front_matter.h"
#include "base/check.h"
#include "base/utf8.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* In quotes, each character by its number. False: it is no UTF-8 (a heading may be anything). */
static bool put_text(FILE *out, const char *name, const char *text)
{
    struct span span = span_from_text(text);
    uint32_t code;
    if (text == NULL)
        return true;
    fprintf(out, "%s\"", name);
    for (size_t at = 0, size; at < span.size; at += size) {
        size = utf8_decode(span, at, &code);
        if (size == 0)
            return false;
        fprintf(out, "\\U%08x", (unsigned)code);
    }
    fputc('"', out);
    return true;
}

static void put_list(FILE *out, const char *name, char *const *words, size_t count)
{
    fprintf(out, "\n%s: [", name);
    CHECK(count <= FRONT_MATTER_LIST);
    for (size_t i = 0; i < count; i++)
        CHECK(words[i] != NULL && put_text(out, i > 0 ? ", " : "", words[i]));
    fputs("]\n", out);
}

static bool put(FILE *out, const struct front_matter *matter)
{
    fputs("---\n", out);
    put_text(out, "state: ", matter->state);
    put_text(out, "\npriority: ", matter->priority);
    put_text(out, "\ncategory: ", matter->category);
    put_list(out, "depends", matter->depends, matter->depend_count);
    put_list(out, "tags", matter->tags, matter->tag_count);
    bool whole = put_text(out, "title: ", matter->title);
    fputs("\n---\n", out);
    return whole;
}

static void check_same_text(const char *a, const char *b)
{
    CHECK((a == NULL) == (b == NULL) && (a == NULL || strcmp(a, b) == 0));
}

static void check_same(const struct front_matter *a, const struct front_matter *b)
{
    check_same_text(a->title, b->title);
    check_same_text(a->state, b->state);
    check_same_text(a->priority, b->priority);
    check_same_text(a->category, b->category);
    CHECK(a->depend_count == b->depend_count && a->tag_count == b->tag_count);
    for (size_t i = 0; i < FRONT_MATTER_LIST; i++) {
        check_same_text(a->depends[i], b->depends[i]);
        check_same_text(a->tags[i], b->tags[i]);
    }
}

static void check_again(const struct front_matter *matter)
{
    char why[FRONT_MATTER_WHY_BYTES] = "", *text = NULL;
    struct front_matter again;
    size_t size;
    FILE *out = open_memstream(&text, &size);

    CHECK(out != NULL);
    bool whole = put(out, matter);
    fclose(out);
    if (whole) {
        CHECK(front_matter_read(&again, text, size, why) && again.found);
        check_same(matter, &again);
        front_matter_deinit(&again);
    }
    free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct front_matter nothing;
    char why[FRONT_MATTER_WHY_BYTES] = "";
    struct front_matter matter;

    if (!front_matter_read(&matter, (const char *)data, size, why)) {
        CHECK(why[0] != '\0' && strlen(why) < sizeof why);
        matter.found = false; /* all else was given back */
        CHECK(memcmp(&matter, &nothing, sizeof matter) == 0);
        return 0;
    }
    size_t mark = size >= 3 && memcmp(data, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
    const uint8_t *text = data + mark;
    CHECK(matter.found == (size >= mark + 3 && memcmp(text, "---", 3) == 0 &&
                           (size == mark + 3 || text[3] == '\r' || text[3] == '\n')));
    CHECK(matter.title == NULL || matter.title[0] != '\0');
    if (matter.found)
        check_again(&matter);
    front_matter_deinit(&matter);
    CHECK(memcmp(&matter, &nothing, sizeof matter) == 0);
    return 0;
}
