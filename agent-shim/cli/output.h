/* Printing: what every command shares. Data goes to standard output, refusals, notes and errors to standard error as
 * text; with --json everything but notes goes to standard output, one object for each thing. */
#ifndef CLI_OUTPUT_H
#define CLI_OUTPUT_H

#include <stdbool.h>
#include <stdio.h>

#include <dibs/admin.h>
#include <dibs/dibs.h>

#include "command.h"
#include "hint.h"

/* An answer of any verb. `accepted` is the word for ACCEPTED, such as "renewed"; `hint` what else there is to
 * say, or NULL. */
void output_answer(const struct dibs_answer *answer, const char *accepted, const struct hint *hint, bool json);
void output_text_answer(const struct dibs_answer *answer, const char *accepted, const struct hint *hint);
void output_text_waiting(const struct dibs_answer *answer); /* of a wait that goes on in this very command */
void output_json_answer(const struct dibs_answer *answer, const char *accepted, const struct hint *hint);

/* Rows of a list or of one key; output_*_free when there is none for `key`. */
void output_text_rows(const struct dibs_answer *answer);
void output_json_rows(const struct dibs_answer *answer);
void output_text_free(const char *key);
void output_json_free(const struct dibs_answer *answer, const char *key);

/* output_similar.c: what is like a text; the rivals of any answer, to `out`. */
void output_text_similar(const struct dibs_answer *answer);
void output_text_rivals(FILE *out, const struct dibs_answer *answer);

/* output_supply.c. */
void output_text_offered(const struct dibs_answer *answer, const char *word);
void output_text_pick(const struct dibs_answer *answer);      /* beside the line of its key */
void output_text_obstacles(const struct dibs_answer *answer); /* to standard error */
void output_text_supply(const struct dibs_answer *answer);
void output_text_steering(const struct dibs_answer *answer, bool is_first);

void output_text_offer(const struct dibs_row *row); /* a line of a list */
struct output_offers {                              /* of a file or folder */
    const char *store;
    uint64_t offered, updated, done, no_room, bad;
};
void output_text_offers(const struct output_offers *offers);
void output_json_offers(const struct output_offers *offers);

void output_text_policy(const struct dibs_answer *answer);
void output_json_policy(const struct dibs_answer *answer);

/* `session`: whose commands these are; NULL when it was made up for this one. */
void output_text_status(const struct dibs_answer *answer, const char *session);
void output_json_status(const struct dibs_answer *answer);

void output_text_log(const struct dibs_log_entry *entry);
void output_text_event(const struct dibs_answer *event); /* of watch */
void output_json_event(const struct dibs_answer *event);
void output_json_log(const struct dibs_log_entry *entry, const char *store);

/* What needs no store. */
void output_json_key(const char *key);
void output_json_store(const char *answer, const char *store);
void output_json_replay(const struct dibs_replay_report *report, bool verify, const char *store);
void output_json_report(const struct dibs_store_report *report, const char *answer);
void output_json_migrate(const struct dibs_migrate_report *report, bool copy);
void output_json_carried(const char *answer, const char *store, uint64_t records,
                         const char *digest); /* export, import */
struct output_carried {                       /* import-coordination */
    const char *store;
    uint64_t claims, done, known, old, left;
};
void output_json_coordination(const struct output_carried *carried);
void output_json_version(const char *version);
void output_json_commands(const struct command *only); /* NULL: all */

void output_json_error(const char *error, const char *message, const char *store);

/* Says the library's last error in the form asked for; returns the exit code. */
int output_error(enum dibs_error error, const char *store, bool json);

/* How far the carrying of a store is, on one line of the terminal that is written over; NULL where nobody would look. At
 * the end the line goes. */
dibs_progress output_progress_of(const struct arguments *arguments);
void output_progress_end(dibs_progress progress);

/* A line on standard error: "dibs: …". */
__attribute__((format(printf, 1, 2))) void output_note(const char *format, ...);

/* The note that says how to use the store from now on, as a line for a shell, whatever its name has in it. */
void output_how_to_use(const char *url);

/* A text that somebody else wrote, on one line: what could move the cursor or end the line is shown, not sent. */
void output_text(FILE *out, const char *text);

/* "  NAME: TEXT", as a part of a line; nothing of an empty text. */
void output_named(FILE *out, const char *name, const char *text);

#endif
