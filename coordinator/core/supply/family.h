/* Families of keys: one repository's issues, one tracker's project. Work is spread over them (S61). */
#ifndef CORE_SUPPLY_FAMILY_H
#define CORE_SUPPLY_FAMILY_H

#include "coordinator/core/context.h"

enum { FAMILY_LIVE_MOST = 16, FAMILY_LINES_MOST = 64 };

/* The part of a canonical key before what tells it from others of its kind. */
struct span family_of(struct span key);

/* Stands for the family in the list of the last selections. */
uint64_t family_hash(struct span family);

/* Held keys of the family: at most FAMILY_LIVE_MOST, of the first FAMILY_LINES_MOST held lines that begin so. */
uint32_t family_live(struct state *state, struct span family);

#endif
