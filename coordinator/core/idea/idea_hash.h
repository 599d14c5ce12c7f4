/* The signature's hash (sim=1) and how its sets are sorted: internal to coordinator/core/idea. */
#ifndef CORE_IDEA_HASH_H
#define CORE_IDEA_HASH_H

#include <stddef.h>
#include <stdint.h>

#define IDEA_HASH_START 2166136261u

/* FNV-1a of 32 bits, a byte on. */
static inline uint32_t idea_hash_byte(uint32_t hash, uint8_t byte)
{
    return (hash ^ byte) * 16777619u;
}

/* The finaliser of MurmurHash3, after which every bit depends on every byte. */
static inline uint32_t idea_hash_end(uint32_t hash)
{
    hash = (hash ^ (hash >> 16)) * 0x85ebca6bu;
    hash = (hash ^ (hash >> 13)) * 0xc2b2ae35u;
    return hash ^ (hash >> 16);
}

static inline uint32_t idea_hash(const uint8_t *bytes, size_t size)
{
    uint32_t hash = IDEA_HASH_START;

    for (size_t i = 0; i < size; i++)
        hash = idea_hash_byte(hash, bytes[i]);
    return idea_hash_end(hash);
}

/* Shell's sort, upwards: small, in place, the same everywhere. */
static inline void idea_sort(uint32_t *values, uint32_t count)
{
    static const uint32_t gaps[] = {57, 23, 10, 4, 1};

    for (size_t g = 0; g < sizeof gaps / sizeof gaps[0]; g++) {
        for (uint32_t i = gaps[g]; i < count; i++) {
            uint32_t value = values[i], at = i;
            for (; at >= gaps[g] && values[at - gaps[g]] > value; at -= gaps[g])
                values[at] = values[at - gaps[g]];
            values[at] = value;
        }
    }
}

#endif
