/* The operators' verbs: revoke and configure (R11, R32, S34, S35). */
#ifndef CORE_OPERATOR_H
#define CORE_OPERATOR_H

#include "coordinator/core/context.h"

/* Revoke: begins it; in PHASE_REVOKE_FIND looks at one session, and in the end answers; in PHASE_REVOKE_END ends one
 * claim or wait (false: none is left). */
void revoke_apply(struct apply *apply);
void revoke_find(struct apply *apply);
bool revoke_end(struct apply *apply);

void configure_apply(struct apply *apply);

#endif
