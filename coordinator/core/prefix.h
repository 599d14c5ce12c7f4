/* Prefixes: whose issue a bare ENG-5 is, by policy (S43). A row of TABLE_PREFIX each, looked up only for a key of that
 * form. */
#ifndef CORE_PREFIX_H
#define CORE_PREFIX_H

#include "coordinator/core/context.h"

/* Is it a prefix, with a tracker that dibs knows or none? */
enum flaw prefix_check(const struct prefix_entry *entry);

/* The first entry that would make more than LIMIT_PREFIXES of them, if there are more when all have been set; `count` if
 * all have room. For entries that prefix_check has passed. */
uint32_t prefix_without_room(struct state *state, const struct prefix_entry *entries, uint32_t count);

/* Sets the prefix, or takes it out. For an entry that has room. */
void prefix_set(struct state *state, const struct prefix_entry *entry);

/* What the listed ones point into. */
struct prefix_place {
    uint8_t bytes[LIMIT_PREFIXES][LIMIT_PREFIX_BYTES];
};

/* All of them in order; returns how many. */
uint32_t prefix_list(struct state *state, struct prefix_place *place, struct prefix_entry out[static LIMIT_PREFIXES]);

#endif
