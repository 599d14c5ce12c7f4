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

static void add_flag(struct text *out, const struct option_row *row)
{
    text_add(out, "  --");
    for (const char *c = row->name; *c != '\0'; c++)
        text_char(out, *c == '_' ? '-' : *c);
    text_printf(out, " %s\n      %s", row->argument, row->help);
    if (row->initial[0] != '\0')
        text_printf(out, " (%s", row->initial);
    if (row->initial[0] != '\0' && row->most != 0) {
        text_add(out, "; ");
        add_number(out, row, row->least);
        text_add(out, " to ");
        add_number(out, row, row->most);
    }
    text_add(out, row->initial[0] != '\0' ? ")\n" : "\n");
}

#define EXIT_LINE(name, status, words) text_printf(out, "  %2d  %s\n", (status), (words));

void options_help(struct text *out)
{
    text_add(
        out,
        "usage: dibsd [--config FILE] --store URL --state DIR [settings]       coordinate a fleet\n"
        "       dibsd recover --operator-key FILE [--lost-records] ...       go on with a log that lost its end\n"
        "       dibsd snapshot ...                                           copy the state of a stopped dibsd\n"
        "       dibsd restore SNAPSHOT ...                                   begin from such a copy\n"
        "       dibsd prune ...                                              delete what a verified snapshot covers\n"
        "       dibsd --check-config ... | --help | --version\n\n"
        "A configuration file has lines `name = value`; a name there has _ where the flag has -. Flags\n"
        "override the file. SIGUSR1 makes a snapshot of a running dibsd, SIGTERM and SIGINT stop it.\n\n"
        "Settings:\n");
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
