/* One rival: may it be shown, and what of it. Internal to coordinator/core/idea. */
#ifndef CORE_RIVAL_H
#define CORE_RIVAL_H

#include "coordinator/core/idea/rivals.h"

/* Fills `out` with a live claim, or a done key. False: it is not there, only after a failure of the state. */
bool rival_of_claim(struct apply *apply, struct rivals *rivals, uint64_t token, struct rival *out);
bool rival_of_done(struct apply *apply, struct rivals *rivals, struct span key, struct rival *out);

/* Fills `out` with the idea, if it is in the wish's pool: not the asker's own (but for a query), not about keys that the
 * wish wants itself, not labelled different from one of them. Its score is left to the caller. */
bool rival_of_idea(struct apply *apply, const struct claim *wish, struct rivals *rivals, uint64_t id,
                   struct rival *out);

/* Whose the wish is; before any of the above that may be one's own. */
void rival_asker(struct apply *apply, const struct claim *wish, struct rivals *rivals);

#endif
