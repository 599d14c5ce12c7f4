/* What `dibsd --help` and `dibsd --check-config` print, made from the table of settings. */
#include <string.h>

#include "base/duration.h"
#include "coordinator/daemon/exit_code.h"
#include "coordinator/daemon/options.h"

static void add_bytes(struct text *out, uint64_t bytes)
{
    static const char units[] = "KMGT";
    unsigned unit = 0;
    while (unit < 4 && bytes >= 1024 && bytes % 1024 == 0) {
        bytes /= 1024;
        unit++;
    }
    text_u64(out, bytes);
    if (unit > 0)
        text_char(out, units[unit - 1]);
}

static void add_number(struct text *out, const struct option_row *row, uint64_t number)
{
    if (row->kind == OPTION_BYTES)
        add_bytes(out, number);
    else if (row->kind == OPTION_DURATION)
        duration_format(out, number);
    else
        text_u64(out, number);
}

void options_add_flag_name(struct text *out, const struct option_row *row)
{
    for (const char *c = row->name; *c != '\0'; c++)
        text_char(out, *c == '_' ? '-' : *c);
}

void options_add_limits(struct text *out, const struct option_row *row)
{
    if (row->initial[0] == '\0')
        return;
    text_printf(out, " (%s", row->initial);
    if (row->most != 0) {
        text_add(out, "; ");
        add_number(out, row, row->least);
        text_add(out, " to ");
        add_number(out, row, row->most);
    }
    text_char(out, ')');
}

static void add_flag(struct text *out, const struct option_row *row)
{
    text_add(out, "  --");
    options_add_flag_name(out, row);
    text_printf(out, " %s\n      %s", row->argument, row->help);
    options_add_limits(out, row);
    text_char(out, '\n');
}

#define EXIT_LINE(name, status, words) text_printf(out, "  %2d  %s\n", (status), (words));

void options_help(struct text *out)
{
    for (const struct option_form *form = option_forms; form->words != NULL; form++)
        text_printf(out, "%s dibsd %-53s %s\n", form == option_forms ? "usage:" : "      ", form->words, form->help);
    text_printf(out, "\n%s\nSettings:\n", option_notes);
    for (size_t i = 0; i < option_count; i++)
        add_flag(out, &option_table[i]);
    text_add(out, "\nExit status:\n");
    EXIT_TABLE(EXIT_LINE)
}

static void add_choice(struct text *out, const char *words, uint64_t number)
{
    for (; number > 0; number--)
        words += strcspn(words, "|") + 1;
    text_bytes(out, span_of(words, strcspn(words, "|")));
}

void options_show(const struct options *options, struct text *out)
{
    for (size_t i = 0; i < option_count; i++) {
        const struct option_row *row = &option_table[i];
        const char *at = (const char *)options + row->place;
        uint64_t number = 0;
        bool on = false;
        text_printf(out, "%s = ", row->name);
        switch (row->kind) {
        case OPTION_TEXT:
        case OPTION_PATH:
            text_add(out, at);
            break;
        case OPTION_SWITCH:
            memcpy(&on, at, sizeof on);
            text_add(out, on ? "yes" : "no");
            break;
        case OPTION_CHOICE:
            memcpy(&number, at, sizeof number);
            add_choice(out, row->argument, number);
            break;
        case OPTION_NUMBER:
        case OPTION_BYTES:
        case OPTION_DURATION:
            memcpy(&number, at, sizeof number);
            add_number(out, row, number);
            break;
        }
        text_char(out, '\n');
    }
}
