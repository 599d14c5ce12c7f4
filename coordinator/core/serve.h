/* Serving: one look at one waiter (S20). */
#ifndef CORE_SERVE_H
#define CORE_SERVE_H

#include "coordinator/core/context.h"
#include "coordinator/core/wish.h"

/* What stands in the waiter's way now. One whose session came to hold a part of it is judged as a stranger. */
struct verdict serve_judge(struct apply *apply, struct claim *waiter);

/* Grants, tells `yours`, denies, or leaves the waiter with this offset waiting. It may be gone already. */
void serve_look(struct apply *apply, uint64_t offset);

/* R17: the first lease of a grant out of the queue, for whoever comes back for it. */
uint64_t serve_lease_ms(struct apply *apply, const struct claim_row *waiter);

#endif
