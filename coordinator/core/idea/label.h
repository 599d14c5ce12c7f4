/* Labels: keys that are one piece of work, or are not, for good. Keys that are the same form a group; groups are parted.
 * The verbs `same` and `different`. */
#ifndef CORE_LABEL_H
#define CORE_LABEL_H

#include "coordinator/core/context.h"
#include "coordinator/core/key/canonical_key.h"
#include "coordinator/state/claim_store.h"

void label_apply(struct apply *apply);

/* Were the two keys labelled different? */
bool label_parts(struct state *state, struct span a, struct span b);

/* What stands in the way of a wish by a label: a live claim of another session, or a done key. */
struct label_link {
    bool done;
    uint64_t token;
    struct canonical_key key;
};

/* The first, in the order of the wanted keys, then of their groups; one that the wish wants itself doesn't count. */
bool label_find_link(struct state *state, const struct claim *wish, struct label_link *out);

#endif
