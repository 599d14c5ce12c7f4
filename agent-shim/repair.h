/* Mending a damaged store by what its examination found. All that is taken out of it is kept, in a directory damaged-TIME within
 * it. */
#ifndef SHIM_REPAIR_H
#define SHIM_REPAIR_H

#include "agent-shim/examine.h"

struct repair {
    struct examination found;
    char aside[PATH_MAX]; /* where the originals are; empty: nothing was done */
};

/* Does what found.plan says; under the store's lock, since which `found` was looked at. What dies in the middle leaves a store
 * whose examination comes to the same plan. Sets the note on an error. */
MUST_USE enum dibs_error repair_mend(struct repair *repair);

#endif
