/* Supply: how much there is to do, how fast it is asked for, and the verdict that follows. One row, made by the first
 * offer. */
#ifndef CORE_SUPPLY_SUPPLY_H
#define CORE_SUPPLY_SUPPLY_H

#include "coordinator/core/context.h"

/* The row; false: nothing was ever offered. */
bool supply_load(struct state *state, struct supply_row *out);

/* An offer is kept that is new: it is counted, and gets the next number. */
uint64_t supply_number(struct apply *apply);

/* An offer went from one place to another; PLACE_NONE: it is new, or has ended. */
void supply_move(struct apply *apply, enum offer_place from, enum offer_place to);

/* Was anything ever offered? Before that, nothing here is counted or told. */
static inline bool supply_is_kept(struct state *state)
{
    return table_count(state, TABLE_SUPPLY) != 0;
}

/* A claim or next has paid: it is a demand. */
void supply_demanded(struct apply *apply);

/* What a claim, next or waiter is told for good: counts a grant, and one of the denials that count; such a denial shows the
 * supply. Of a dry run nothing is counted. */
void supply_heard(struct apply *apply, struct decision *decision);

/* When the next offer is ready, by time alone; 0: none will be. */
uint64_t supply_next_ready_ms(struct state *state);

/* What stands now; all zeros before anything was offered. */
void supply_report(struct apply *apply, struct report_supply *out);

#endif
