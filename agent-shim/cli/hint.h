/* What a denial alone does not tell, for a person who would have to look it up: which command would have helped when
 * nobody said whose claim it is, who has the key now, through which claim one holds it, where a token came from; and that `release --all` leaves waits. */
#ifndef CLI_HINT_H
#define CLI_HINT_H

#include "command.h"

enum { HINT_BYTES = 4096 };

struct hint {
    const char *code; /* stable */
    char text[HINT_BYTES];
};

/* False: there is nothing to add to that answer. Looks at the store where it needs to. */
bool hint_find(dibs_client *client, const struct arguments *arguments, const struct dibs_answer *answer,
               struct hint *hint);

/* Fills it in; true. */
__attribute__((format(printf, 3, 4))) bool hint_say(struct hint *hint, const char *code, const char *format, ...);

/* hint_store.c. A category that nothing was ever offered in is most likely mistyped; a lease that is longer than the store's longest. */
bool hint_no_category(dibs_client *client, const struct arguments *arguments, struct hint *hint);
bool hint_longest_lease(dibs_client *client, const struct arguments *arguments, struct hint *hint);

#endif
