/* SplitMix64's mixing function over (purpose, offset, selection, arm), then over a counter. docs/STEERING.md has its
 * first numbers. */
#include "coordinator/core/steer/chance.h"

static const uint64_t golden = 0x9e3779b97f4a7c15;

static uint64_t mix(uint64_t x)
{
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
    x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
    return x ^ (x >> 31);
}

struct chance chance_begin(enum chance_purpose purpose, uint64_t offset, uint64_t selection, uint32_t arm)
{
    const uint64_t parts[] = {(uint64_t)purpose, offset, selection, arm};
    struct chance chance = {0};

    for (int i = 0; i < 4; i++)
        chance.key = mix((chance.key ^ parts[i]) + golden);
    return chance;
}

uint64_t chance_next(struct chance *chance)
{
    return mix(chance->key + ++chance->count * golden);
}
