/* Policy: the limits and times that `configure` changes in the log. Kept in the meta row. */
#ifndef CORE_POLICY_H
#define CORE_POLICY_H

#include "coordinator/core/context.h"

uint64_t policy_value(struct state *state, enum policy id);

/* May it be set for one scope of ideas? */
bool policy_is_scoped(uint32_t id);

/* Is the id known, one that may be of a scope or a category if it is of one, and the value within its range? */
enum flaw policy_check(const struct policy_entry *entry);

/* Sets an entry that policy_check has passed. */
void policy_set(struct state *state, const struct policy_entry *entry);

/* All entries in order of their ids; returns how many. */
uint32_t policy_list(struct state *state, struct policy_entry out[static POLICY_END]);

#endif
