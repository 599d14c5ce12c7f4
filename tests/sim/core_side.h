/* A core with its state in a directory of its own, which can be thrown away, cut off and opened again. */
#ifndef SIM_CORE_SIDE_H
#define SIM_CORE_SIDE_H

#include "coordinator/core/apply.h"

struct core_side {
    char directory[256];
    struct state *state; /* a transaction is always open between fresh and close */
    bool stained;        /* something was committed: the file has to go */
};

/* Makes directory `parent`/`name`. Failures of the machine end the simulator with words. */
void core_side_open(struct core_side *side, const char *parent, const char *name);

/* An empty state. */
void core_side_fresh(struct core_side *side);

/* Keeps what was done, or loses it as a crash does; `core_side_restart` also closes and opens the file. */
void core_side_commit(struct core_side *side);
void core_side_crash(struct core_side *side);
void core_side_restart(struct core_side *side);

/* Closes and deletes; harmless on one that was never opened. */
void core_side_close(struct core_side *side);

#endif
