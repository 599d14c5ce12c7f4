/* Weights and scores, in whole numbers. */
#include "coordinator/core/idea/idea_signature.h"

enum {
    PRIOR = 512,       /* a young scope counts as if it had seen so many others */
    STEM_FACTOR = 77,  /* of 64ths */
    GRAM_WEIGHT = 1369 /* a stem weighs as much that about one idea in eight has */
};

uint32_t idea_log2(uint64_t value)
{
    uint32_t whole = 0, result;
    uint64_t mantissa;

    if (value == 0)
        return 0;
    while (value >> whole > 1)
        whole++;
    mantissa = whole > 31 ? value >> (whole - 31) : value << (31 - whole); /* 1 <= x < 2 in units of 2^-31 */
    result = whole;
    for (int bit = 0; bit < 8; bit++) {
        mantissa = (mantissa * mantissa) >> 31;
        result <<= 1;
        if (mantissa >> 32 != 0) {
            result |= 1;
            mantissa >>= 1;
        }
    }
    return result;
}

uint32_t idea_weight(uint32_t feature, uint64_t ideas, uint64_t frequency)
{
    uint32_t most = idea_log2(ideas + PRIOR), seen = idea_log2(frequency + 1);
    uint32_t idf = most > seen ? most - seen : 0;
    uint32_t scaled = (idf * STEM_FACTOR) >> 6;

    if (!idea_is_stem(feature))
        return GRAM_WEIGHT;
    return (scaled * scaled) >> 8;
}

/* Newton's steps from above: each comes nearer, until one doesn't. */
uint64_t idea_root(uint64_t value)
{
    uint32_t bits = 0;

    if (value == 0)
        return 0;
    for (uint32_t step = 32; step != 0; step /= 2)
        bits += value >> (bits + step) != 0 ? step : 0;
    uint64_t root = (uint64_t)1 << (bits / 2 + 1); /* value < 2^(bits + 1) */
    for (;;) {
        uint64_t next = (root + value / root) / 2;
        if (next >= root)
            return root;
        root = next;
    }
}

uint32_t idea_score(uint64_t shared, uint64_t query_norm, uint64_t stored_norm)
{
    uint64_t root = idea_root(query_norm * stored_norm);
    uint64_t score = root == 0 ? 0 : IDEA_SCORE_MOST * shared / root;

    return score > IDEA_SCORE_MOST ? IDEA_SCORE_MOST : (uint32_t)score;
}
