/* docs/WIRE.md lists every number of every enum that is on the wire or in state, and no other. Both are read as text;
 * tests run in the repository's root. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/wire.h"

enum { FILE_MAX = 1 << 18, NAME_MAX_SIZE = 64, ENTRIES_MAX = 64 };

struct entry {
    char name[NAME_MAX_SIZE]; /* as in WIRE.md: lower case, without the enum's prefix */
    unsigned long number;
};

static char header[FILE_MAX], page[FILE_MAX];

static void read_file(const char *path, char *text)
{
    FILE *file = fopen(path, "r");
    cr_assert_not_null(file, "no %s: tests run in the repository's root", path);
    size_t size = fread(text, 1, FILE_MAX - 1, file);
    fclose(file);
    cr_assert(size < FILE_MAX - 1);
    text[size] = '\0';
}

/* An end or the first of a reserved range: not a number of its own. */
static bool is_apart(const char *name)
{
    static const char *const apart[] = {"end", "ideas_first", "supply_first", "fleet_first"};
    for (size_t i = 0; i < sizeof apart / sizeof apart[0]; i++) {
        if (strcmp(name, apart[i]) == 0)
            return true;
    }
    return false;
}

/* The enumerators of `enum TAG` in `header`: NAME = NUMBER or NAME = 1 << NUMBER. */
static size_t read_enum(const char *tag, struct entry *entries)
{
    char opening[NAME_MAX_SIZE];
    snprintf(opening, sizeof opening, "enum %s {", tag);
    char *at = strstr(header, opening);
    cr_assert_not_null(at, "no %s", opening);
    char *end = strchr(at, '}');
    size_t count = 0;
    for (at += strlen(opening); (at = strchr(at, '=')) != NULL && at < end; at++) {
        char *name_end = at;
        while (name_end[-1] == ' ')
            name_end--;
        char *name = name_end;
        while (strchr("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_", name[-1]) != NULL)
            name--;
        char *rest;
        unsigned long number = strtoul(at + 1, &rest, 10);
        if (strncmp(rest, " << ", 4) == 0)
            number <<= strtoul(rest + 4, NULL, 10);
        name = memchr(name, '_', (size_t)(name_end - name));
        if (name == NULL) /* a `=` in a comment */
            continue;
        name++;
        struct entry *entry = &entries[count];
        size_t size = (size_t)(name_end - name);
        cr_assert(size < NAME_MAX_SIZE && count < ENTRIES_MAX);
        for (size_t i = 0; i < size; i++)
            entry->name[i] = (char)(name[i] >= 'A' && name[i] <= 'Z' ? name[i] + ('a' - 'A') : name[i]);
        entry->name[size] = '\0';
        entry->number = number;
        count += is_apart(entry->name) ? 0 : 1;
    }
    return count;
}

/* The rows `| NUMBER | `name` |` of the section that names the enum. */
static size_t read_section(const char *tag, struct entry *entries)
{
    char heading[NAME_MAX_SIZE];
    snprintf(heading, sizeof heading, "(`enum %s`)\n", tag);
    char *at = strstr(page, heading);
    cr_assert_not_null(at, "WIRE.md has no section %s", heading);
    char *end = strstr(at, "\n### ");
    size_t count = 0;
    while ((at = strstr(at, "\n| ")) != NULL && (end == NULL || at < end)) {
        struct entry *entry = &entries[count];
        at += 3;
        if (sscanf(at, "%lu | `%63[a-z0-9_]`", &entry->number, entry->name) == 2) {
            count++;
            cr_assert(count < ENTRIES_MAX);
        }
    }
    return count;
}

static bool has(const struct entry *entries, size_t count, const struct entry *wanted)
{
    for (size_t i = 0; i < count; i++) {
        if (entries[i].number == wanted->number && strcmp(entries[i].name, wanted->name) == 0)
            return true;
    }
    return false;
}

static void compare(const char *tag, const struct entry *code, size_t code_count)
{
    static struct entry text[ENTRIES_MAX];
    size_t text_count = read_section(tag, text);
    cr_assert_gt(code_count, 0);
    for (size_t i = 0; i < code_count; i++)
        cr_assert(has(text, text_count, &code[i]), "WIRE.md lacks %s of enum %s, %lu", code[i].name, tag,
                  code[i].number);
    for (size_t i = 0; i < text_count; i++)
        cr_assert(has(code, code_count, &text[i]), "WIRE.md has %s, %lu, which enum %s lacks", text[i].name,
                  text[i].number, tag);
    cr_assert_eq(text_count, code_count);
}

static void compare_enum(const char *path, const char *tag)
{
    static struct entry code[ENTRIES_MAX];
    read_file("docs/WIRE.md", page);
    read_file(path, header);
    compare(tag, code, read_enum(tag, code));
}

Test(wire_text, lists_every_number_of_the_messages)
{
    static const char *const tags[] = {"verb",     "close_outcome", "answer",   "reason",         "why",
                                       "advice",   "flaw",          "warning",  "target_kind",    "query_kind",
                                       "row_kind", "standing",      "likeness", "supply_verdict", "obstacle"};
    size_t enums = 0;
    for (size_t i = 0; i < sizeof tags / sizeof tags[0]; i++)
        compare_enum("proto/messages.h", tags[i]);
    for (const char *at = header; (at = strstr(at, "\nenum ")) != NULL; at++)
        enums += strncmp(at, "\nenum policy {", 14) == 0 ? 0 : 1;
    cr_assert_eq(enums, sizeof tags / sizeof tags[0], "an enum of messages.h is not compared here");
}

/* The codec's ranges end where the enums end. */
static void expect_highest(const char *tag, const struct wire_message *message, uint8_t field)
{
    static struct entry entries[ENTRIES_MAX];
    unsigned long highest = 0;
    for (size_t i = 0, count = read_enum(tag, entries); i < count; i++)
        highest = entries[i].number > highest ? entries[i].number : highest;
    cr_assert_eq(message->fields[field - 1].high, highest, "field %d takes enum %s up to %u, not %lu", field, tag,
                 message->fields[field - 1].high, highest);
}

Test(wire_text, the_codec_takes_each_enum_to_its_end)
{
    const struct wire_message *item = wire_decision.fields[35 - 1].message, *row = wire_decision.fields[38 - 1].message;
    read_file("proto/messages.h", header);
    expect_highest("verb", &wire_decision, 11);
    expect_highest("answer", &wire_decision, 12);
    expect_highest("reason", &wire_decision, 14);
    expect_highest("why", &wire_decision, 15);
    expect_highest("advice", &wire_decision, 16);
    expect_highest("flaw", &wire_decision, 17);
    expect_highest("standing", &wire_decision, 23);
    expect_highest("likeness", &wire_decision, 44);
    expect_highest("answer", wire_decision.fields[46 - 1].message, 1);
    expect_highest("reason", wire_decision.fields[46 - 1].message, 2);
    expect_highest("why", wire_decision.fields[46 - 1].message, 3);
    expect_highest("flaw", wire_decision.fields[46 - 1].message, 4);
    expect_highest("supply_verdict", wire_decision.fields[50 - 1].message, 1);
    expect_highest("obstacle", wire_decision.fields[52 - 1].message, 1);
    expect_highest("why", &wire_decision, 24);
    expect_highest("answer", item, 1);
    expect_highest("reason", item, 2);
    expect_highest("why", item, 3);
    expect_highest("row_kind", row, 1);
    expect_highest("close_outcome", wire_body(VERB_CLOSE), 4);
    expect_highest("target_kind", wire_body(VERB_RENEW)->fields[0].message, 1);
    expect_highest("query_kind", wire_body(VERB_QUERY), 1);
}

Test(wire_text, lists_every_table)
{
    compare_enum("coordinator/state/state.h", "table");
}

Test(wire_text, lists_every_due_kind)
{
    compare_enum("coordinator/core/due.h", "due_kind");
}

Test(wire_text, lists_every_policy_with_its_range)
{
#define POLICY_ENTRY(id, NAME, name, unit, initial, least, most) {name, id},
#define POLICY_RANGE(id, NAME, name, unit, initial, least, most) " | " #initial " | " #least " | " #most " |\n",
    static const struct entry code[] = {POLICY_TABLE(POLICY_ENTRY)};
    static const char *const ranges[] = {POLICY_TABLE(POLICY_RANGE)};
    read_file("docs/WIRE.md", page);
    compare("policy", code, sizeof code / sizeof code[0]);
    for (size_t i = 0; i < sizeof code / sizeof code[0]; i++) {
        char row[NAME_MAX_SIZE * 2];
        snprintf(row, sizeof row, "| %lu | `%.64s` |", code[i].number, code[i].name);
        char *at = strstr(strstr(page, "(`enum policy`)\n"), row);
        cr_assert_not_null(at);
        char *end = strchr(at, '\n');
        size_t size = strlen(ranges[i]);
        cr_assert(end != NULL && memcmp(end + 1 - size, ranges[i], size) == 0, "range of %s", code[i].name);
    }
}
