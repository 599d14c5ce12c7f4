/* The handoff and take verbs: a claim changes hands by a one-time code (R30, S32). */
#ifndef CORE_HANDOFF_H
#define CORE_HANDOFF_H

#include "coordinator/core/context.h"

void handoff_apply(struct apply *apply);
void take_apply(struct apply *apply);

#endif
