/* Scopes: the domains in which ideas are compared, their frequencies of stems, and their thresholds. */
#ifndef CORE_IDEA_SCOPE_H
#define CORE_IDEA_SCOPE_H

#include "coordinator/core/context.h"

struct scope {
    bool known; /* else nothing was ever counted in it, and `row` is zero */
    struct scope_row row;
};

/* Reads the scope of this name. */
struct scope scope_find(struct state *state, struct span name);

/* The same, made when it is missing. The caller has seen that there is room. */
struct scope scope_ensure(struct state *state, struct span name);

/* Is it known, or may one more be made? */
bool scope_has_room(struct state *state, struct span name);

void scope_save(struct state *state, struct span name, const struct scope_row *row);

/* How many of the scope's ideas had a stem in this feature's bucket. */
uint32_t scope_frequency(struct state *state, const struct scope *scope, uint32_t feature);

/* Counts one more; the scope is known. */
void scope_count(struct state *state, const struct scope *scope, uint32_t feature);

/* The policy as it stands in the scope: its own, else the one for all. For ids that policy_is_scoped. */
uint64_t scope_policy(struct state *state, const struct scope *scope, enum policy id);
void scope_policy_set(struct state *state, struct span name, const struct policy_entry *entry);

/* The entries set for this scope, in order of their ids, `name` with each; returns how many. */
uint32_t scope_policy_list(struct state *state, struct span name, struct policy_entry *out);

/* The thresholds as they stand: what is asked about rises with the number of ideas. */
struct report_thresholds scope_thresholds(struct state *state, const struct scope *scope);

#endif
