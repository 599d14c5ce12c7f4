/* Tells a sequence in a process of its own, so that a core that aborts or hangs is a finding like any other. */
#ifndef SIM_TRIAL_H
#define SIM_TRIAL_H

#include "tests/sim/story.h"

enum { TRIAL_SECONDS = 60 }; /* a story that takes longer hangs */

/* What the child tells the parent: shared memory. */
struct trial {
    struct difference difference;
    uint32_t at; /* the record in hand when it died */
};

struct trial *trial_new(void);

/* Tells the sequence as it is in a child; returns what differed. With `report`, the child writes its report there. */
const struct difference *trial_run(struct trial *trial, const char *parent, uint64_t seed, struct sequence *sequence,
                                   FILE *report);

/* Cuts the sequence to the fewest records that still differ in the same way, in place. Needs at most `trials`. */
void trial_shrink(struct trial *trial, const char *parent, uint64_t seed, struct sequence *sequence, uint32_t trials);

/* After a child's death by signal: "aborted", "was killed by SIGSEGV" … */
void trial_note_death(struct difference *difference, int status, uint32_t at);

#endif
