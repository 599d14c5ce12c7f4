/* The seal verb: the end of a store that has moved (S6). */
#ifndef CORE_SEAL_H
#define CORE_SEAL_H

#include "coordinator/core/context.h"

void seal_apply(struct apply *apply);

/* Where a sealed store has moved to, borrowed as by table_get; false: it is open, or doesn't say. */
bool seal_moved_to(struct state *state, struct span *value);

/* Makes the decision the denial that a sealed store gives; its words are kept in `apply`. */
void seal_deny(struct apply *apply, struct decision *decision);

#endif
