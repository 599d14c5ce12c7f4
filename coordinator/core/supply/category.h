/* Categories: each has a number, in the order of first sight, and a row with what is believed of it. */
#ifndef CORE_SUPPLY_CATEGORY_H
#define CORE_SUPPLY_CATEGORY_H

#include "coordinator/core/context.h"

/* The number of a category, from 1, made when missing. Once there are LIMIT_CATEGORIES, all that is unknown goes by the
 * last number. */
uint32_t category_number(struct apply *apply, struct span name);

/* The same without making one; 0: it has none. */
uint32_t category_find(struct state *state, struct span name);

/* The number that is its own alone; 0: it has none, or goes by the last. */
uint32_t category_named(struct state *state, struct span name);

/* The row of a number that there is; false: only after a failure of the state. */
bool category_load(struct state *state, uint32_t number, struct category_row *out);
void category_save(struct state *state, uint32_t number, const struct category_row *row);

/* The share of selections that it is to have: its own target, else the one for all. */
uint32_t category_target(struct state *state, const struct category_row *row);

/* Sets the target of the entry's category, which is made when missing, or takes it out. There is room for it. */
void category_set_target(struct apply *apply, const struct policy_entry *entry);

/* The entry set for this category, if one was, `name` with it; returns how many. */
uint32_t category_policy_list(struct state *state, struct span name, struct policy_entry *out);

/* Its name, kept in `out`. */
struct span category_name(struct state *state, uint32_t number, uint8_t out[LIMIT_CATEGORY_BYTES]);

#endif
