/* The index of what is ready to be picked: by category, then by the capabilities that an item needs, then by urgency and age
 * in one number, then by the number of the offer. So whoever picks passes over what it cannot do in one step. */
#ifndef CORE_SUPPLY_READY_H
#define CORE_SUPPLY_READY_H

#include "coordinator/core/context.h"
#include "coordinator/state/keys.h"

/* The row's category, needs, rank (at_ms) and number say where; the category's count follows. */
void ready_put_in(struct apply *apply, const struct offer_row *row, struct span key);
void ready_take_out(struct apply *apply, const struct offer_row *row);

#endif
