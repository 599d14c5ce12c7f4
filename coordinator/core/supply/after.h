/* What comes after what: an offer waits for keys to be done. */
#ifndef CORE_SUPPLY_AFTER_H
#define CORE_SUPPLY_AFTER_H

#include "coordinator/core/supply/offer_store.h"

/* Lists the offer at each key that it comes after and that isn't remembered as done; returns how many those are. */
uint32_t after_link(struct apply *apply, struct span key, const struct offer_told *told);

/* Does this offer still wait for that key? */
bool after_is_open(struct state *state, struct span waited, struct span offer);

/* Takes it off all of them. */
void after_unlink(struct apply *apply, struct span key);

/* A key is done: each offer listed there has one less to wait for. */
void after_done(struct apply *apply, struct span done);

/* May all of these be waited for: are fewer than LIMIT_DEPENDENTS other offers listed at each? */
bool after_has_room(struct state *state, struct span key, const struct offer_told *told);

/* Would the offer come after itself, by way of other offers? Looks at LIMIT_CYCLE_STEPS keys at most; a longer cycle may
 * not be found. */
bool after_is_cycle(struct state *state, struct span key, const struct offer_told *told);

#endif
