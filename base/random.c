/* xoshiro256** (Blackman and Vigna, public domain), its state filled by splitmix64 from the seed. */
#include "base/random.h"

#include <string.h>

#include "base/check.h"

static uint64_t splitmix64(uint64_t *seed)
{
    uint64_t z = (*seed += 0x9e3779b97f4a7c15u);
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return z ^ z >> 31;
}

static uint64_t rotate_left(uint64_t value, int by)
{
    return value << by | value >> (64 - by);
}

void random_init(struct random *random, uint64_t seed)
{
    for (int i = 0; i < 4; i++)
        random->state[i] = splitmix64(&seed);
}

uint64_t random_next(struct random *random)
{
    uint64_t *s = random->state;
    uint64_t result = rotate_left(s[1] * 5, 7) * 9;
    uint64_t t = s[1] << 17;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = rotate_left(s[3], 45);
    return result;
}

uint64_t random_below(struct random *random, uint64_t bound)
{
    CHECK(bound > 0);
    uint64_t uneven = -bound % bound; /* 2^64 mod bound: numbers under it would make small results likelier */
    uint64_t number = random_next(random);
    while (number < uneven) /* taken less than once on average */
        number = random_next(random);
    return number % bound;
}

uint64_t random_between(struct random *random, uint64_t least, uint64_t most)
{
    CHECK(least <= most);
    return most - least == UINT64_MAX ? random_next(random) : least + random_below(random, most - least + 1);
}

bool random_chance(struct random *random, uint32_t per_mille)
{
    return random_below(random, 1000) < per_mille;
}

void random_bytes(struct random *random, void *out, uint32_t size)
{
    uint8_t *to = out;
    for (uint32_t at = 0; at < size; at += 8) {
        uint64_t number = random_next(random);
        memcpy(to + at, &number, size - at < 8 ? size - at : 8);
    }
}
