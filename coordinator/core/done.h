/* Done-memory: keys closed `done` refuse new claims for a while (R12, R21, R22, R28). By exact key. */
#ifndef CORE_DONE_H
#define CORE_DONE_H

#include "coordinator/core/context.h"
#include "coordinator/state/claim_store.h"

enum {
    DONE_STORAGE_BYTES =
        LIMIT_SESSION_BYTES + LIMIT_ABOUT_BYTES + 2 * LIMIT_REF_BYTES + LIMIT_CATEGORY_BYTES + LIMIT_TEXT_BYTES + 8
};

struct done {
    struct done_row row;
    struct span texts[DONE_TEXTS];
    uint64_t idea; /* 0: none */
    uint8_t storage[DONE_STORAGE_BYTES];
};

bool done_load(struct state *state, struct span key, struct done *out);

/* Does memory of this key refuse a wish made at `offset`? R22: `again` overrides what was done before it. */
bool done_refuses(struct state *state, struct span key, bool again, uint64_t offset);

/* Remembers that `claim`'s `key` was closed done by the record's own intent; nothing when done_ttl is 0. */
void done_remember(struct apply *apply, struct span key, uint64_t token, const struct claim *claim,
                   const struct close_intent *close);

/* A due event: the memory ends. */
void done_due(struct apply *apply, struct span key);

#endif
