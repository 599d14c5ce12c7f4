/* Capabilities: what an item needs, and what who picks can. Words of 1-64 bytes, in lower case. */
#ifndef CORE_SUPPLY_NEED_H
#define CORE_SUPPLY_NEED_H

#include "base/limits.h"
#include "base/span.h"

/* A set of capabilities: in order, each once. */
struct need_set {
    struct span words[LIMIT_NEEDS]; /* into `bytes` */
    uint32_t count;
    uint8_t bytes[LIMIT_NEEDS][LIMIT_NEED_BYTES];
};

/* False: one of them is not 1-64 of letters, digits, `.`, `_` and `-`, or there are more than LIMIT_NEEDS. */
bool need_read(const struct span *given, uint32_t count, struct need_set *out);

/* Stands for the set in the index of what is ready; 0: the empty one. */
uint64_t need_hash(const struct span *words, uint32_t count);

/* The first of the needs that `can` hasn't; NULL: it has all. */
const struct span *need_missing(const struct span *needs, uint32_t need_count, const struct need_set *can);

#endif
