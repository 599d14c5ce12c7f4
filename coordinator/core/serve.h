/* Serving: one look at one waiter (S20). */
#ifndef CORE_SERVE_H
#define CORE_SERVE_H

#include "coordinator/core/context.h"

/* Grants, tells `yours`, denies, or leaves the waiter with this offset waiting. It may be gone already. */
void serve_look(struct apply *apply, uint64_t offset);

#endif
