/* Steering: which category is worked on next. Thompson sampling tempered toward the mean, and a boost for who falls short
 * of a target share. Pure: whole numbers in, whole numbers out. docs/STEERING.md defines it to the bit. */
#ifndef CORE_STEER_STEER_H
#define CORE_STEER_STEER_H

#include "coordinator/core/steer/belief.h"
#include "coordinator/core/steer/recent.h"

enum { STEER_ARMS_MAX = 256 }; /* categories that are told apart */

struct steer_rule {
    uint32_t window; /* observations of a category that count: the effective sample size */
    uint32_t gain;   /* of the boost; 0: none */
    struct plateau_rule plateau;
};

/* A category that has something to pick. Scores are fractions of 2^32; a boosted one may be over 1. */
struct steer_candidate {
    uint32_t arm;
    struct belief belief;
    uint32_t target; /* share of 10,000 */
    uint32_t share;  /* what steer_stand and steer_choose found, as all below */
    uint64_t draw, mean, boost, score;
};

/* Its share, mean and boost; no draw, which is what costs, and no score. */
void steer_stand(struct steer_rule rule, const struct recent *recent, struct steer_candidate *candidate);

/* Draws for each candidate at this offset and says which has the highest score; of equals the first. At least one. */
uint32_t steer_choose(struct steer_rule rule, const struct recent *recent, uint64_t offset,
                      struct steer_candidate *candidates, uint32_t count);

#endif
