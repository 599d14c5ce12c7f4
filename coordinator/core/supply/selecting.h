/* Selecting work for somebody: steering's order of categories, the pick, limits, the claim (S60, S61). For who asks now, and
 * for who waits. */
#ifndef CORE_SUPPLY_SELECTING_H
#define CORE_SUPPLY_SELECTING_H

#include "coordinator/core/supply/pick.h"
#include "coordinator/core/supply/steering.h"

/* What is asked for. */
struct seeking {
    struct span categories[LIMIT_NEXT_CATEGORIES]; /* none: any */
    uint32_t category_count;
    struct span scope, origin;
    bool explain;
    struct need_set can;
};

/* A selection, and what its decision's spans point into. */
struct selecting {
    struct claim wish; /* the caller sets its row: session, intent, ttl */
    struct pick pick;
    struct rivals rivals;
    struct steering steering;
    struct steering_names names;
};

/* Finds the item to be granted; false: there is none. */
bool selecting_find(struct apply *apply, const struct seeking *seeking, struct selecting *selecting,
                    struct decision *decision);

/* Limits on the grant of what was found; false: the decision is denied. */
bool selecting_fits(struct apply *apply, struct selecting *selecting, struct decision *decision);

/* Grants it and tells of it. */
void selecting_grant(struct apply *apply, const struct seeking *seeking, uint64_t lease_ms, struct selecting *selecting,
                     struct decision *decision);

/* Tells what was in the way. */
void selecting_tell_none(struct apply *apply, const struct seeking *seeking, struct selecting *selecting,
                         struct decision *decision);

#endif
