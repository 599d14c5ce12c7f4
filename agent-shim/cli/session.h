/* Whose commands these are, and the store they go to: opening a client for a command. */
#ifndef CLI_SESSION_H
#define CLI_SESSION_H

#include "command.h"

enum session_need {
    SESSION_NONE,   /* questions: any will do */
    SESSION_CLAIMS, /* a new one is fine, and its name is told */
    SESSION_MUST_BE /* a verb on what one holds: a new one would hold nothing */
};

/* Opens the client. NULL: it could not, *code is the exit code and it has been said why. Says once what was made: a
 * default store, a session's name. */
dibs_client *session_open(const struct arguments *arguments, enum session_need need, int *code);

/* Closes and returns `code`. */
int session_close(dibs_client *client, int code);

/* One's own session was made up, so it holds nothing: says on stderr which command would do, by who holds `key`. */
void session_hint(dibs_client *client, const struct command *command, const struct arguments *arguments,
                  const char *key);

#endif
