/* The cancel verb. */
#ifndef CORE_CANCEL_H
#define CORE_CANCEL_H

#include "coordinator/core/context.h"

void cancel_apply(struct apply *apply);

/* All waits of a session (policy: at most 64): how many there are, and their ends, by offset. */
uint32_t cancel_count_waits(struct apply *apply, uint64_t session);
void cancel_waits(struct apply *apply, uint64_t session);

#endif
