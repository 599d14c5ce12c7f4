/* Seeded random numbers for tests and simulation: the same seed gives the same numbers on every machine, for good.
 * Never for secrets (random_secure.h) and never in the core. */
#ifndef BASE_RANDOM_H
#define BASE_RANDOM_H

#include <stdbool.h>
#include <stdint.h>

struct random {
    uint64_t state[4]; /* xoshiro256** */
};

void random_init(struct random *random, uint64_t seed); /* any seed is good, also 0 */
uint64_t random_next(struct random *random);
uint64_t random_below(struct random *random, uint64_t bound);                  /* 0 to bound − 1, fair; bound > 0 */
uint64_t random_between(struct random *random, uint64_t least, uint64_t most); /* both ends included */
bool random_chance(struct random *random, uint32_t per_mille);                 /* true that many times in 1,000 */
void random_bytes(struct random *random, void *out, uint32_t size);

#endif
