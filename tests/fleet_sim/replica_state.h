/* A replica's state in a directory of its own: emptied, committed, cut off, copied from another's last commit. */
#ifndef FLEET_SIM_REPLICA_STATE_H
#define FLEET_SIM_REPLICA_STATE_H

#include "coordinator/state/state.h"

struct replica_state {
    char directory[280];
    struct state *state; /* a transaction is open, from the first replica_state_empty on */
    bool stained;        /* something was committed */
};

/* Failures of the machine end the simulator with words. */
void replica_state_new(struct replica_state *state, const char *parent, int number);
void replica_state_free(struct replica_state *state);

void replica_state_empty(struct replica_state *state);
void replica_state_commit(struct replica_state *state);
void replica_state_crash(struct replica_state *state); /* back to the last commit */
void replica_state_copy(struct replica_state *to, const struct replica_state *from);

#endif
