/* The cancel verb. */
#ifndef CORE_CANCEL_H
#define CORE_CANCEL_H

#include "coordinator/core/context.h"

void cancel_apply(struct apply *apply);

#endif
