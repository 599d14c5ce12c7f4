/* The last selections: whose category and family they were of. */
#ifndef CORE_SUPPLY_SELECTIONS_H
#define CORE_SUPPLY_SELECTIONS_H

#include "coordinator/core/context.h"
#include "coordinator/core/steer/recent.h"

/* All zeros before the first. */
void selections_load(struct state *state, struct selections_row *out);
void selections_save(struct state *state, const struct selections_row *row);

/* What the shares and plateaus are computed from. */
struct recent selections_recent(const struct selections_row *row);

/* Had the family 3 or more of the last 5? */
bool selections_saturated(const struct selections_row *row, uint64_t family);

#endif
