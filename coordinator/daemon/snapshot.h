/* Copies of the state that a dibsd can begin from: STATE/snapshots/OFFSET-DIGEST/data.mdb, the name telling the logical
 * offset that comes next and the digest there. A file `verified` beside it says that a second replay came to the same. */
#ifndef DAEMON_SNAPSHOT_H
#define DAEMON_SNAPSHOT_H

#include "coordinator/daemon/folder.h"
#include "coordinator/daemon/options.h"

enum { SNAPSHOT_NAME = 20 + 1 + STATE_DIGEST_TEXT };

struct snapshot_name {
    char text[SNAPSHOT_NAME];
    uint64_t offset;
    char digest[STATE_DIGEST_TEXT];
};

/* Of the state's last commit; no transaction is open. One that is there already is left as it is. *made may be NULL. */
MUST_USE enum step snapshot_make(const struct folder *folder, struct state *state, struct snapshot_name *made,
                                 struct step_reason *reason);

/* The newest one (the newest that is verified); false: none. */
bool snapshot_newest(const struct folder *folder, bool verified, struct snapshot_name *out);

/* Keeps one from being thinned out until the descriptor is closed, at the latest by the end of the process. -1: it is gone. */
int snapshot_hold(const struct folder *folder, const struct snapshot_name *name);

/* Deletes all but the newest `keep`, and never the newest verified one, or one that is held. */
void snapshot_thin(const struct folder *folder, uint64_t keep);

/* Opens one for reading and sees whether its rows give the digest that its name tells. EXIT_CONFIG: it is none, or not
 * what its name says. */
MUST_USE enum step snapshot_check(const char *path, struct snapshot_name *name, struct step_reason *reason);

/* The commands. Each takes the state's lock, so no dibsd may run on it. */
enum exit_code snapshot_command(const struct options *options, struct step_reason *reason);
enum exit_code restore_command(const struct options *options, const char *snapshot, struct step_reason *reason);

#endif
