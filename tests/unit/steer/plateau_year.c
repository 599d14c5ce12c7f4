/* How often the plateau of policy's defaults fires on the categories of a real year, if each of them could always have been
 * picked: in less than a third of all windows, and not never. And that 60 % instead of 65 would fire in more.
 * usage: plateau_year FILE.jsonl */
#include <stdio.h>
#include <string.h>

#include "coordinator/core/steer/recent.h"

enum { NAMES_MAX = 64, NAME_BYTES = 64, LINE_BYTES = 65536 };

static char names[NAMES_MAX][NAME_BYTES];
static uint32_t name_count;

/* The text after `"category": "`, up to the next quote. */
static int category_of(const char *line)
{
    static const char before[] = "\"category\": \"";
    const char *text = strstr(line, before), *end;
    uint32_t i;

    if (text == NULL || (end = strchr(text += sizeof before - 1, '"')) == NULL || end - text >= NAME_BYTES)
        return -1;
    for (i = 0; i < name_count; i++)
        if (strlen(names[i]) == (size_t)(end - text) && memcmp(names[i], text, (size_t)(end - text)) == 0)
            return (int)i;
    if (name_count == NAMES_MAX)
        return -1;
    memcpy(names[name_count], text, (size_t)(end - text));
    return (int)name_count++;
}

/* Windows with a plateau, of all, over the file. */
static int fires(FILE *file, struct plateau_rule rule, const uint32_t *arms, uint32_t arm_count, uint32_t *windows)
{
    static char line[LINE_BYTES];
    struct recent recent = {0};
    int count = 0;

    *windows = 0;
    rewind(file);
    while (fgets(line, sizeof line, file) != NULL) {
        int category = category_of(line);

        if (category < 0)
            return -1;
        recent_note(&recent, (uint32_t)category, rule, arms, arm_count);
        if (recent.selections < rule.window)
            continue;
        ++*windows;
        count += (int)(recent.plateaus & 1);
    }
    return count;
}

int main(int argc, char **argv)
{
    struct plateau_rule shipped = {.window = 20, .most = 6500, .least = 500}, sixty = {20, 6000, 500};
    uint32_t arms[NAMES_MAX], windows;
    FILE *file = argc == 2 ? fopen(argv[1], "r") : NULL;
    int at_65, at_60;

    if (file == NULL)
        return 2;
    for (uint32_t i = 0; i < NAMES_MAX; i++)
        arms[i] = i;
    if (fires(file, shipped, arms, 1, &windows) < 0) /* to learn the names */
        return 2;
    at_65 = fires(file, shipped, arms, name_count, &windows);
    at_60 = fires(file, sixty, arms, name_count, &windows);
    printf("%u categories, %u windows of 20: a plateau in %.1f %% of them; with 60 %% in %.1f %%\n", name_count,
           windows, 100.0 * at_65 / windows, 100.0 * at_60 / windows);
    return at_65 > 0 && (uint32_t)at_65 * 3 < windows && (uint32_t)at_60 * 3 > windows ? 0 : 1;
}
