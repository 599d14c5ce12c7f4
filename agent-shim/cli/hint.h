/* Which command would have helped, for a verb that failed because nobody said whose claim it is. */
#ifndef CLI_HINT_H
#define CLI_HINT_H

#include "command.h"

enum { HINT_BYTES = 4096 };

/* True when the session was not named, neither by --session nor by $DIBS_SESSION. */
bool hint_is_due(const struct arguments *arguments);

/* The sentence, with the very command as it was given and the session that holds its first key or its token, if one
 * does. */
void hint_write(dibs_client *client, const struct arguments *arguments, char out[HINT_BYTES]);

#endif
