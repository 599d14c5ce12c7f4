/* The tables of labels: who is in which group, and which groups are different. Internal to coordinator/core/idea. */
#ifndef CORE_LABEL_GROUP_H
#define CORE_LABEL_GROUP_H

#include "coordinator/core/context.h"

/* The key's group; 0: it has none. */
uint64_t group_of(struct state *state, struct span key);

/* The key after `after` (empty: the first) in the group, borrowed as by table_get; false: none. */
bool group_next(struct state *state, uint64_t group, struct span after, struct span *key);
uint32_t group_size(struct state *state, uint64_t group);
void group_add(struct state *state, uint64_t group, struct span key);

bool group_is_parted(struct state *state, uint64_t a, uint64_t b);
/* How many groups it is different from. */
uint32_t group_parted_count(struct state *state, uint64_t group);
void group_part(struct state *state, uint64_t a, uint64_t b);

/* How many groups either is different from, each once. */
uint32_t group_parted_union(struct state *state, uint64_t a, uint64_t b);

/* All of `from` becomes part of `into`. */
void group_merge(struct state *state, uint64_t from, uint64_t into);

#endif
