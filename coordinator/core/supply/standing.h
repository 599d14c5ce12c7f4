/* Where an offer stands: claimed, blocked, not yet, cooling, or ready to be picked. */
#ifndef CORE_SUPPLY_STANDING_H
#define CORE_SUPPLY_STANDING_H

#include "coordinator/core/context.h"

/* Is anything offered, so that claims and closes must look here at all? */
static inline bool supply_is_used(const struct apply *apply)
{
    return table_count(apply->state, TABLE_OFFER) != 0;
}

/* Takes the offer out of the index of where it stands; standing_enter must follow. */
void standing_leave(struct apply *apply, struct span key, const struct offer_row *row);

/* Finds where the offer stands now, and writes its row, the indexes and the counts, which have it at `from` until now. */
void standing_enter(struct apply *apply, struct span key, struct offer_row *row, enum offer_place from);

/* Something about the offer has changed: both of the above. */
void standing_settle(struct apply *apply, struct span key, struct offer_row *row);

/* The offer goes, with all that refers to it. */
void standing_end(struct apply *apply, struct span key, const struct offer_row *row);

/* Keys that a claim now has, or no longer has. With `cools` they rest before they are picked again. */
void standing_claimed(struct apply *apply, struct span key);
void standing_freed(struct apply *apply, struct span key, bool cools);

/* A key is done: its offer ends, and those that come after it have one key less to wait for. */
void standing_done(struct apply *apply, struct span key);

/* Due events: an offer's end; an offer's not-before or cooling. */
void standing_over_due(struct apply *apply, struct span key);
void standing_ready_due(struct apply *apply, struct span key);

#endif
