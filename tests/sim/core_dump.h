/* The core's tables in the text form that core and model share (tests/model/dump.h). */
#ifndef SIM_CORE_DUMP_H
#define SIM_CORE_DUMP_H

#include <stdio.h>

#include "coordinator/state/state.h"
#include "tests/sim/snapshot.h"

/* The snapshot must be of this state as it stands. */
/* core_dump_ideas.c */
void core_dump_ideas(struct state *state, const struct snap_ideas *ideas, FILE *out);

void core_dump(struct state *state, const struct snapshot *snapshot, FILE *out);

/* core_dump_supply.c */
void core_dump_supply(const struct snapshot *snapshot, FILE *out);

#endif
