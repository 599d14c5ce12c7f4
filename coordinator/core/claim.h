/* The claim verb. */
#ifndef CORE_CLAIM_H
#define CORE_CLAIM_H

#include "coordinator/core/context.h"

void claim_apply(struct apply *apply);

#endif
