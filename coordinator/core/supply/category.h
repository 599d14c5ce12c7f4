/* Categories: each has a number, in the order of first sight, and a row with what is believed of it. */
#ifndef CORE_SUPPLY_CATEGORY_H
#define CORE_SUPPLY_CATEGORY_H

#include "coordinator/core/context.h"

/* The number of a category, from 1, made when missing. Once there are LIMIT_CATEGORIES, all that is unknown goes by the
 * last number. */
uint32_t category_number(struct apply *apply, struct span name);

/* The same without making one; 0: it has none. */
uint32_t category_find(struct state *state, struct span name);

/* The row of a number that there is; false: only after a failure of the state. */
bool category_load(struct state *state, uint32_t number, struct category_row *out);
void category_save(struct state *state, uint32_t number, const struct category_row *row);

/* Its name, kept in `out`. */
struct span category_name(struct state *state, uint32_t number, uint8_t out[LIMIT_CATEGORY_BYTES]);

#endif
