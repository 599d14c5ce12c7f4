/* Runs every example of a file (vectors FILE LEAST): about, aka, kind, marks and features, between tabs; there must be at
 * least LEAST of them. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "coordinator/core/idea/idea_marks.h"
#include "coordinator/core/idea/idea_signature.h"

enum { FIELDS = 5, HASH_TEXT = 9, HASHES_TEXT = IDEA_FEATURES * HASH_TEXT + 1 };

static void print_hashes(const uint32_t *hashes, uint32_t count, char *out)
{
    *out = 0;
    for (uint32_t i = 0; i < count; i++)
        out += sprintf(out, "%s%08" PRIx32, i == 0 ? "" : " ", hashes[i]);
}

static bool is_same(int line, const char *what, const char *got, const char *expected)
{
    if (strcmp(got, expected) == 0)
        return true;
    printf("line %d: %s\n    expected %s\n    got      %s\n", line, what, expected, got);
    return false;
}

static bool run(int line, char *const fields[FIELDS])
{
    static char text[HASHES_TEXT];
    struct span about = span_from_text(fields[0]), aka = span_from_text(fields[1]);
    struct idea_signature signature;
    struct idea_marks marks;
    struct span kind = idea_kind((struct span){0}, about);

    snprintf(text, sizeof text, "%.*s", (int)kind.size, (const char *)kind.bytes);
    bool good = is_same(line, "kind", text, fields[2]);
    idea_marks(about, aka, &marks);
    print_hashes(marks.marks, marks.count, text);
    good = is_same(line, "marks", text, fields[3]) && good;
    idea_signature(about, aka, &signature);
    print_hashes(signature.features, signature.count, text);
    return is_same(line, "features", text, fields[4]) && good;
}

int main(int count, char **arguments)
{
    FILE *file = count == 3 ? fopen(arguments[1], "r") : NULL;
    char *text = NULL;
    size_t capacity = 0;
    int ran = 0, failed = 0;

    if (file == NULL)
        return 2;
    while (getline(&text, &capacity, file) > 0) {
        char *fields[FIELDS], *rest = text;
        text[strcspn(text, "\n")] = 0;
        for (int i = 0; i < FIELDS; i++)
            fields[i] = rest == NULL ? (char[]){""} : strsep(&rest, "\t");
        failed += !run(++ran, fields);
    }
    free(text);
    fclose(file);
    printf("%s: %d examples, %d wrong\n", arguments[1], ran, failed);
    return failed == 0 && ran >= atoi(arguments[2]) ? 0 : 1;
}
