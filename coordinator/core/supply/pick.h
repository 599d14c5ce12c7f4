/* Picking: the best item of a category for somebody, and what kept the others from being picked (S61, S62). */
#ifndef CORE_SUPPLY_PICK_H
#define CORE_SUPPLY_PICK_H

#include "coordinator/core/idea/rivals.h"
#include "coordinator/core/supply/need.h"
#include "coordinator/core/supply/offer_store.h"

enum { OBSTACLE_KINDS = OBSTACLE_BEYOND + 1 };

/* Items of one kind of obstacle, and the one that is shown. */
struct obstacle_found {
    uint64_t count, until_ms;
    uint8_t key[LIMIT_KEY_BYTES], by[LIMIT_KEY_BYTES];
    size_t key_size, by_size;
};

/* Who picks, and what was found for it. */
struct pick {
    const struct need_set *can;
    struct span scope;            /* of the asker, for items that have none */
    struct claim *wish;           /* session and intent are set; the picked item's key and texts come here */
    struct decision *decision;    /* what a comparison says of the picked one is told here */
    struct rivals *rivals;        /* of the picked one */
    uint8_t key[LIMIT_KEY_BYTES]; /* the wish's key */
    uint32_t reads_left;          /* of all categories of this record */
    uint32_t comparisons_left;
    struct report_pick told;
    struct obstacle_found found[OBSTACLE_KINDS]; /* by enum obstacle */
};

void pick_begin(struct pick *pick);

/* The category's best item goes into pick->wish; false: there is none. */
bool pick_item(struct apply *apply, uint32_t category, struct pick *pick);

/* Notes the item to be shown for a kind of obstacle, unless one was noted before. */
void obstacle_show(struct pick *pick, enum obstacle kind, struct span key, struct span by, uint64_t until_ms);

#endif
