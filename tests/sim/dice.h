/* The simulator's dice: base/random.h in percent, and rolls that depend on their arguments alone. */
#ifndef SIM_DICE_H
#define SIM_DICE_H

#include "base/random.h"

static inline uint32_t dice_below(struct random *random, uint32_t bound)
{
    return (uint32_t)random_below(random, bound);
}

static inline bool dice_percent(struct random *random, uint32_t percent)
{
    return random_chance(random, percent * 10);
}

static inline uint64_t dice_mix(uint64_t x)
{
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
    return x ^ (x >> 31);
}

/* Where a crash falls must not move when other records are cut away, so it is not drawn from a stream. */
static inline uint64_t dice_roll(uint64_t seed, uint64_t offset, uint64_t step)
{
    return dice_mix(dice_mix(dice_mix(seed + 0x9e3779b97f4a7c15u) ^ offset) + step * 0x9e3779b97f4a7c15u);
}

#endif
