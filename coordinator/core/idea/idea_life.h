/* The life of an idea: it begins with its claim's grant, and is compared with until no live claim and no done key is of
 * it. */
#ifndef CORE_IDEA_LIFE_H
#define CORE_IDEA_LIFE_H

#include "coordinator/core/context.h"
#include "coordinator/state/claim_store.h"

struct idea;

/* The claim was granted under this token, which its row names as its idea: it begins. */
void idea_begin(struct apply *apply, const struct claim *claim, const struct idea *idea);

/* Somebody took the claim; `claim` is theirs. */
void idea_taken(struct apply *apply, uint64_t token, const struct claim *claim);

/* The claim has ended. */
void idea_ended(struct apply *apply, const struct claim *claim);

/* A done key names it, or no longer does. */
void idea_done(struct apply *apply, uint64_t id, struct span key);
void idea_undone(struct apply *apply, uint64_t id, struct span key);

#endif
