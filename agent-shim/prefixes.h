/* What a store says of prefixes (whose issue a bare ENG-5 is), asked of it only when a key needs it. */
#ifndef SHIM_PREFIXES_H
#define SHIM_PREFIXES_H

#include <dibs/dibs.h>

#include "base/error.h"
#include "coordinator/core/key/canonical_key.h"
#include "proto/messages.h"

/* `= {.client = client}`: nothing is asked until a key needs it, and then once. Not for use within a call of the back
 * end, whose turn this would be. */
struct prefixes {
    dibs_client *client;
    bool asked;
    enum dibs_error error; /* of the asking: then there are none */
    uint32_t count;
    struct prefix_entry entries[LIMIT_PREFIXES]; /* point into `bytes` */
    uint8_t bytes[LIMIT_PREFIXES][LIMIT_PREFIX_BYTES];
};

/* For key_canonical; good as long as *prefixes is. */
struct key_prefixes prefixes_of(struct prefixes *prefixes);

/* Those that are known already, without asking. */
struct key_prefixes prefixes_known(struct prefixes *prefixes);

/* Asks if any key that the intent names needs it, for the words about it. */
void prefixes_learn(struct prefixes *prefixes, const struct intent *intent);

#endif
