/* Postings: which ideas of a scope have a stem. Internal to coordinator/core/idea.
 *
 * A row lists those of 4,096 ideas in a row, six bytes each, with the norm that a score needs: a search reads a few rows
 * a stem and no row an idea. Where an idea stands depends on its number alone, so the rows are the same however they came
 * about. */
#ifndef CORE_IDEA_POSTING_H
#define CORE_IDEA_POSTING_H

#include "coordinator/core/idea/idea_index.h"

enum { POSTING_IDEAS = 1 << POSTING_SHIFT, POSTING_MOST = LIMIT_IDEA_COMMON };

void posting_add(struct state *state, uint32_t scope, uint32_t stem, uint64_t id, uint32_t norm);
void posting_remove(struct state *state, uint32_t scope, uint32_t stem, uint64_t id);

/* How many ideas of the scope have the stem. */
uint32_t posting_count(struct state *state, uint32_t scope, uint32_t stem);

/* One stem's rows in order; what it shows is borrowed until the next change of a row. */
struct posting_walk {
    uint32_t scope, stem;
    uint64_t first;      /* the number of the row's first possible idea */
    struct span entries; /* POSTING_BYTES each */
    struct span key;
    bool over;
};

void posting_walk_begin(struct state *state, struct posting_walk *walk, uint32_t scope, uint32_t stem);
void posting_walk_next(struct state *state, struct posting_walk *walk);

static inline uint32_t posting_low(const uint8_t *entry)
{
    return (uint32_t)entry[0] | (uint32_t)entry[1] << 8;
}

static inline uint32_t posting_norm(const uint8_t *entry)
{
    uint32_t norm;

    memcpy(&norm, entry + 2, sizeof norm);
    return norm;
}

#endif
