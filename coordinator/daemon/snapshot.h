/* Copies of the state that a new dibsd can begin from, in STATE/snapshots/OFFSET-DIGEST. */
#ifndef DAEMON_SNAPSHOT_H
#define DAEMON_SNAPSHOT_H

#include "coordinator/daemon/folder.h"
#include "coordinator/daemon/options.h"

struct coordinator;

/* Is one to be made: asked for, or old enough and anything is new? */
bool snapshot_is_due(struct coordinator *coordinator);

/* Between two transactions, right after a commit: the loop stands still for as long as the copy takes. A failure is told
 * on the trace and stops nobody. */
void snapshot_take(struct coordinator *coordinator);

#endif
