/* The verb next: pick and claim in one record (S60). */
#ifndef CORE_SUPPLY_NEXT_H
#define CORE_SUPPLY_NEXT_H

#include "coordinator/core/context.h"

void next_apply(struct apply *apply);

#endif
