/* The signature of an idea (sim=1): which features a text has, and how much two signatures have in common. Pure,
 * integers only, no allocation; takes any bytes. The definition, to the last bit: docs/IDEAS.md. */
#ifndef CORE_IDEA_SIGNATURE_H
#define CORE_IDEA_SIGNATURE_H

#include "base/span.h"

enum { IDEA_FEATURES = 256, IDEA_BUCKETS = 65536, IDEA_SCORE_MOST = 1000 };

/* Sorted, each once. Low bit 0: a word's stem; 1: four bytes in a row of <word>. */
struct idea_signature {
    uint32_t features[IDEA_FEATURES];
    uint32_t count;
};

/* Of `about` and then `aka`, the first IDEA_FEATURES found; either may be empty. */
void idea_signature(struct span about, struct span aka, struct idea_signature *out);

static inline bool idea_is_stem(uint32_t feature)
{
    return (feature & 1) == 0;
}

/* Which of a scope's document frequencies is the stem's. */
static inline uint32_t idea_bucket(uint32_t feature)
{
    return feature >> 16;
}

/* 256 * log2(value), rounded down; 0 for 0. */
uint32_t idea_log2(uint64_t value);

/* The feature's weight where `ideas` were counted and `frequency` of them had it; neither matters but for a stem. */
uint32_t idea_weight(uint32_t feature, uint64_t ideas, uint64_t frequency);

/* The square root, rounded down. */
uint64_t idea_root(uint64_t value);

/* 1000 * shared / root(query_norm * stored_norm), at most 1000; 0 where a norm is 0. */
uint32_t idea_score(uint64_t shared, uint64_t query_norm, uint64_t stored_norm);

#endif
