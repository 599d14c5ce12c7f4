/* The index of what is ready to be picked: by category, then by the capabilities that an item needs, then by urgency and age
 * in one number, then by the number of the offer. So whoever picks passes over what it cannot do in one step. */
#ifndef CORE_SUPPLY_READY_H
#define CORE_SUPPLY_READY_H

#include "coordinator/core/context.h"
#include "coordinator/state/keys.h"

/* Where an item stands. */
struct ready_place {
    uint64_t needs, rank, number;
    uint16_t category;
};

static inline bool ready_before(const struct ready_place *a, const struct ready_place *b)
{
    return a->rank < b->rank || (a->rank == b->rank && a->number < b->number);
}

/* The row says where (its rank is at_ms); the category's count follows. */
void ready_put_in(struct apply *apply, const struct offer_row *row, struct span key);
void ready_take_out(struct apply *apply, const struct offer_row *row);

/* The first set of needs of at->category from at->needs on: `at` becomes its first item, *count how many it has. False:
 * there is none. */
bool ready_set(struct state *state, struct ready_place *at, uint64_t *count);

/* The next item of the same set; false: there is none, and `at` stays. */
bool ready_next(struct state *state, struct ready_place *at);

/* The item's key, borrowed as by table_get; empty after a failure of the state. */
struct span ready_at(struct state *state, const struct ready_place *at);

#endif
