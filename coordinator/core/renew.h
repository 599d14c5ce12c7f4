/* The renew verb. */
#ifndef CORE_RENEW_H
#define CORE_RENEW_H

#include "coordinator/core/context.h"

void renew_apply(struct apply *apply);

#endif
