/* Queries: reads at this offset (DESIGN 4, S37). */
#ifndef CORE_QUERY_H
#define CORE_QUERY_H

#include "coordinator/core/context.h"

/* The query verb: pays its bucket, then answers. */
void query_apply(struct apply *apply);

#endif
