/* The close verb: done, abandoned, released (R27, R28, S29, S30). */
#ifndef CORE_CLOSE_H
#define CORE_CLOSE_H

#include "coordinator/core/context.h"

void close_apply(struct apply *apply);

#endif
