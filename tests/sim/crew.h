/* The workers: processes that take seeds from a shared range, and what they tell about them. */
#ifndef SIM_CREW_H
#define SIM_CREW_H

#include "tests/sim/story.h"

enum { CREW_MAX = 64, CREW_FINDINGS = 4096 };

struct finding {
    uint64_t seed;
    struct difference difference;
};

struct crew_options {
    const char *directory;
    uint64_t from, count;
    uint32_t records, jobs;
    bool keep_going; /* after a difference */
    bool progress;
};

/* Tells the seeds; the findings (ordered by seed) are the caller's to free. Returns how many seeds were told: the first
 * ones of the range, fewer than all after a difference without keep_going, or after SIGINT or SIGTERM. */
uint64_t crew_run(const struct crew_options *options, struct finding **findings, uint32_t *finding_count);

#endif
