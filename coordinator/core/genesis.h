/* The log's own records: the genesis that begins a store, and the note of a recovery (R4, R35, S1, S4). */
#ifndef CORE_GENESIS_H
#define CORE_GENESIS_H

#include "coordinator/core/context.h"

/* The format and the rule set that this code knows. Rules may change under the same number until 1.0 (docs/OPERATIONS.md,
 * Upgrade); from then on a change of the rules counts it up. */
enum { GENESIS_FORMAT = 1, GENESIS_RULES = 1 };

/* What a new log says: row_keep, and J, which is unlimited in a directory (INV-3). */
enum { DIRECTORY_ROW_KEEP_MS = 600000, FLEET_JUMP_MAX_MS = 60000, FLEET_ROW_KEEP_MS = FLEET_JUMP_MAX_MS + 600000 };

/* False: it breaks a limit, and the log stays without a genesis. */
bool genesis_apply(struct apply *apply);

void recovered_apply(struct apply *apply);

/* The end of an import (S42). False: it is none, or not the operator's. */
bool import_apply(struct apply *apply);

#endif
