/* The state directory: who uses it, and where what is in it.
 *
 *   lock          held by the dibsd that uses it
 *   state/        LMDB
 *   snapshots/    copies of it, one directory each (snapshot.h) */
#ifndef DAEMON_FOLDER_H
#define DAEMON_FOLDER_H

#include <limits.h>

#include "coordinator/daemon/step.h"
#include "coordinator/state/state.h"

enum { FOLDER_PATH_MAX = PATH_MAX - 256 };

struct folder {
    char path[FOLDER_PATH_MAX];
    int lock; /* -1: not held */
};

/* Makes the directory (mode 0700) when it is missing and takes its lock, which the kernel gives back however we end.
 * EXIT_IN_USE names who has it. */
MUST_USE enum step folder_open(struct folder *folder, const char *path, struct step_reason *reason);
/* The same without the lock: for who reads snapshots beside a running dibsd. */
MUST_USE enum step folder_open_shared(struct folder *folder, const char *path, struct step_reason *reason);
void folder_close(struct folder *folder);

/* `out` has room for PATH_MAX; returns it. */
const char *folder_path(const struct folder *folder, const char *name, char out[PATH_MAX]);

/* Opens the state in it. A damaged one is deleted (it is made anew from the log), which *dropped says. */
MUST_USE enum step folder_open_state(const struct folder *folder, uint64_t map_bytes, struct state **out, bool *dropped,
                                     struct step_reason *reason);
/* Deletes it; nothing there is no error. */
MUST_USE enum step folder_drop_state(const struct folder *folder, struct step_reason *reason);
bool folder_has_state(const struct folder *folder);

#endif
