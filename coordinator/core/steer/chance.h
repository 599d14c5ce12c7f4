/* Random numbers that are a function of where they are used: the same place in the log gives the same numbers on every
 * replica, for good. SplitMix64 (Steele, Lea, Flood 2014) as a counter-based generator. Whoever knows the place can
 * foretell them: never for secrets. */
#ifndef CORE_STEER_CHANCE_H
#define CORE_STEER_CHANCE_H

#include <stdint.h>

/* What the numbers are for: two uses at one place share none. */
enum chance_purpose { CHANCE_OF_DRAW = 1, CHANCE_OF_REWARD = 2 };

struct chance {
    uint64_t key;
    uint64_t count; /* numbers taken so far */
};

/* For a draw `selection` is the number of selections before this one in the store; for a reward, the claim's token. */
struct chance chance_begin(enum chance_purpose purpose, uint64_t offset, uint64_t selection, uint32_t arm);
uint64_t chance_next(struct chance *chance); /* the next of 2^64 equally likely numbers */

#endif
