/* A fleet's days: categories with known chances of success, which shift at midday; sessions that are started evenly over
 * the day and tell their reward 45 minutes later. */
#ifndef BENCH_STEER_WORLD_H
#define BENCH_STEER_WORLD_H

#include "bench/steer_player.h"

/* How the chances shift: all of them dealt anew, the best one moving, or the best and another one changing places. */
struct world {
    const char *name;
    uint32_t days, every; /* a shift at midday of every so many days */
    bool swap;
};

struct outcome {
    double regret; /* success missed a session, beside one who knows the chances */
    double
        lead_days; /* from a shift until the new best has more of the last 20 selections than any other; mean of shifts */
    double neglected; /* share of the category that had the least between two shifts; mean of those */
};

/* The same seed gives every player the same shifts, and in each category the same luck. */
struct outcome world_run(const struct world *world, uint32_t per_day, enum player_kind kind, uint64_t seed);

#endif
