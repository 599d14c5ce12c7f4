/* What every grant and every counted denial of a claim, next or waiter tells beside: how steering stands, which category is
 * neglected most, and, of a denial, the supply (S64). So a fleet that never asks what is next hears it all the same. */
#ifndef CORE_SUPPLY_SIGNAL_H
#define CORE_SUPPLY_SIGNAL_H

#include "coordinator/core/supply/steering.h"
#include "coordinator/state/claim_store.h"

/* The names that are told are kept in `names`, of which there are STEERING_NEGLECTED. */

/* The wish was granted, and its claim is written: it is a selection, and counted. Draws that are told already stay. */
void signal_granted(struct apply *apply, const struct claim *wish, uint8_t names[][LIMIT_CATEGORY_BYTES],
                    struct decision *decision);

/* A final denial. `category` is the asker's, or empty. */
void signal_denied(struct apply *apply, struct span category, uint8_t names[][LIMIT_CATEGORY_BYTES],
                   struct decision *decision);

#endif
