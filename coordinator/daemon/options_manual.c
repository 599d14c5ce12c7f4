/* The manual page of dibsd, in man(7)'s roff: made from the table of settings, as the help is. */
#include "coordinator/daemon/exit_code.h"
#include "coordinator/daemon/options.h"

/* Of the texts, not of the build: the same source gives the same page. */
static const char date[] = "2026-11-29";

/* As roff takes it: nothing in it is a request or an escape. */
static void add_roff(struct text *out, const char *words)
{
    if (*words == '.' || *words == '\'')
        text_add(out, "\\&");
    for (; *words != '\0'; words++) {
        if (*words == '\\')
            text_add(out, "\\e");
        else if (*words == '-')
            text_add(out, "\\-");
        else if (*words == '\'')
            text_add(out, "\\(aq");
        else
            text_char(out, *words);
    }
}

static void add_setting(struct text *out, const struct option_row *row)
{
    char array[128];
    struct text piece;
    TEXT_BEGIN(&piece, array);
    options_add_flag_name(&piece, row);
    text_add(out, ".TP\n\\fB\\-\\-");
    add_roff(out, array);
    text_add(out, "\\fR \\fI");
    add_roff(out, row->argument);
    text_add(out, "\\fR\n");
    add_roff(out, row->help);
    TEXT_BEGIN(&piece, array);
    options_add_limits(&piece, row);
    add_roff(out, array);
    text_add(out, ".\n");
}

static void add_exit(struct text *out, int status, const char *words)
{
    text_printf(out, ".TP\n\\fB%d\\fR\n", status);
    add_roff(out, words);
    text_add(out, ".\n");
}

#define EXIT_PAIR(name, status, words) add_exit(out, (status), (words));

void options_manual(struct text *out)
{
    text_printf(out, ".TH DIBSD 8 %s \"dibs %s\" \"System Administration\"\n", date, DIBS_VERSION);
    text_add(out, ".SH NAME\ndibsd \\- coordinate a fleet of agents that claim over Kafka\n.SH SYNOPSIS\n.nf\n");
    for (const struct option_form *form = option_forms; form->words != NULL; form++) {
        text_add(out, "\\fBdibsd\\fR ");
        add_roff(out, form->words);
        text_char(out, '\n');
    }
    text_add(out, ".fi\n.SH DESCRIPTION\n");
    add_roff(out, option_notes);
    text_add(out, ".SH COMMANDS\n");
    for (const struct option_form *form = option_forms; form->words != NULL; form++) {
        text_add(out, ".TP\n\\fB");
        add_roff(out, form->words);
        text_add(out, "\\fR\n");
        add_roff(out, form->help);
        text_add(out, ".\n");
    }
    text_add(out, ".SH OPTIONS\n");
    for (size_t i = 0; i < option_count; i++)
        add_setting(out, &option_table[i]);
    text_add(out, ".SH EXIT STATUS\n");
    EXIT_TABLE(EXIT_PAIR)
    text_add(out, ".SH SEE ALSO\n.BR dibs (1)\n");
}
