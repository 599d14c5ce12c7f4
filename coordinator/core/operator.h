/* The operators' verbs: revoke and configure (R11, R32, S34, S35). */
#ifndef CORE_OPERATOR_H
#define CORE_OPERATOR_H

#include "coordinator/core/context.h"

void revoke_apply(struct apply *apply);
void configure_apply(struct apply *apply);

#endif
