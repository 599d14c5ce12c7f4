/* Whose commands these are, and the store they go to: opening a client for a command, and ending the command. */
#ifndef CLI_SESSION_H
#define CLI_SESSION_H

#include "command.h"

enum session_need {
    SESSION_NONE,   /* questions: any will do, no store is made, and one that may only be read is read */
    SESSION_CLAIMS, /* a new one is fine, and its name is told */
    SESSION_OWN,    /* a new one is fine, and nobody needs its name */
    SESSION_MUST_BE /* a verb on what one holds: a new one would hold nothing */
};

/* Opens the client. NULL: it could not, *code is the exit code and it has been said why. Says once what was made: a
 * default store, a session's name. */
dibs_client *session_open(const struct arguments *arguments, enum session_need need, int *code);

/* As session_open for SESSION_NONE, but of a store that is damaged nothing is said: *damaged is set. */
dibs_client *session_open_or_damaged(const struct arguments *arguments, bool *damaged, int *code);

/* As session_open for SESSION_NONE; NULL and EXIT_YES when there is no store. */
dibs_client *session_open_if_there(const struct arguments *arguments, int *code);

enum { ORIGIN_BYTES = 320 };

/* Where a command's claim comes from: as given, else this host and whoever ran the command, which is gone by the time that
 * anybody reads it. In `out` or as given. */
const char *session_origin(const struct arguments *arguments, char out[ORIGIN_BYTES]);

/* False: --session, as whose things to show, is an empty text, which has been said (EXIT_USAGE). An unset variable must
 * not show everybody's. */
bool session_filter_is_good(const struct command *command, const struct arguments *arguments);

/* On Kafka, where an answer can be long in coming. */
bool session_is_fleet(const dibs_client *client);

/* Closes and returns `code`. */
int session_close(dibs_client *client, int code);

/* Ends a command: says what the call has given (`error` and the answer, which is freed), and when it was denied for want
 * of a session, which command would do; closes the client; returns the exit code. `accepted` is as in output_answer. */
int session_finish(dibs_client *client, const struct arguments *arguments, enum dibs_error error,
                   struct dibs_answer *answer, const char *accepted);

#endif
