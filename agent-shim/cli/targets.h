/* What a verb acts on, from keys, --token, and the environment of a session's child. */
#ifndef CLI_TARGETS_H
#define CLI_TARGETS_H

#include "command.h"

enum { TARGETS_MOST = 64 };

struct targets {
    struct dibs_target items[TARGETS_MOST];
    size_t count;
};

/* Is anything named? Needs no store. */
bool targets_named(const struct arguments *arguments);

/* Keys with --token: each fenced by it. --token alone: that claim. $DIBS_TOKEN fences the keys that $DIBS_KEYS lists
 * (one a line, in any spelling that means the same at the client's store), no others. False: $DIBS_TOKEN would be needed
 * and is no token, which has been said (EXIT_USAGE). */
bool targets_collect(const struct command *command, const struct arguments *arguments, dibs_client *client,
                     struct targets *targets);

#endif
