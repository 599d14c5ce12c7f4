/* Printing: what every command shares. Data goes to standard output, refusals and errors to standard error as text;
 * with --json everything goes to standard output as one object. */
#ifndef CLI_OUTPUT_H
#define CLI_OUTPUT_H

#include <stdbool.h>

#include <dibs/dibs.h>

/* An answer of any verb. `accepted` is the word for ACCEPTED, such as "renewed". */
void output_answer(const struct dibs_answer *answer, const char *accepted, bool json);

void output_text_answer(const struct dibs_answer *answer, const char *accepted);
void output_json_answer(const struct dibs_answer *answer, const char *accepted);

/* Rows of a list or of one key. */
void output_text_rows(const struct dibs_answer *answer);
void output_json_rows(const struct dibs_answer *answer); /* one object a line */

void output_text_policy(const struct dibs_answer *answer);
void output_json_policy(const struct dibs_answer *answer);

void output_text_status(const struct dibs_answer *answer);
void output_json_status(const struct dibs_answer *answer);

void output_text_log(const struct dibs_log_entry *entry);
void output_json_log(const struct dibs_log_entry *entry);

void output_json_error(const char *error, const char *message, const char *store);

/* A text with the name `name` as one JSON object, such as {"key": "…"}. */
void output_json_pair(const char *name, const char *value);

/* Says a library error in the form asked for; returns the exit code. */
int output_error(enum dibs_error error, const char *store, bool json);

#endif
