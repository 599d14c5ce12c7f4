/* Steering on the state: which category next, what was selected, and what a reward teaches (docs/STEERING.md). */
#ifndef CORE_SUPPLY_STEERING_H
#define CORE_SUPPLY_STEERING_H

#include "coordinator/core/steer/steer.h"
#include "coordinator/core/supply/category.h"

_Static_assert((int)STEER_ARMS_MAX >= (int)LIMIT_CATEGORIES, "every category can be an arm");

/* The categories that have something ready, of those asked for. */
struct steering {
    struct steer_candidate candidates[LIMIT_CATEGORIES];
    uint64_t ready[LIMIT_CATEGORIES]; /* of each candidate */
    uint32_t count;
    uint64_t all_ready;  /* the sum of these */
    uint64_t others;     /* ready items of categories that were not asked for */
    uint32_t other_most; /* of these categories the one that has the most; 0: none */
    uint64_t other_most_ready;
};

/* Categories by name; none: all. */
void steering_gather(struct apply *apply, const struct span *asked, uint32_t asked_count, struct steering *steering);

/* Draws for all candidates, as whoever asked at this offset; the best comes first, and so on. */
void steering_order(struct apply *apply, uint64_t offset, struct steering *steering);

/* Tells the draws, at most LIMIT_DRAWS; names are borrowed from `names`. */
struct steering_names {
    uint8_t bytes[LIMIT_DRAWS][LIMIT_CATEGORY_BYTES];
};
void steering_tell(struct apply *apply, const struct steering *steering, struct steering_names *names,
                   struct decision *decision);

/* Tells how steering stands and, unless draws are told already, the most neglected category and `own` (0: none), whose
 * names are kept in `names`. */
enum { STEERING_NEGLECTED = 2 };
void steering_tell_neglected(struct apply *apply, uint32_t own, uint8_t names[][LIMIT_CATEGORY_BYTES],
                             struct decision *decision);

/* Work on this key, of this category, was given out. */
void steering_select(struct apply *apply, struct span key, struct span category);

/* A claim of this category was closed done, with a reward. */
void steering_learn(struct apply *apply, struct span category, uint64_t token, uint32_t reward);

/* A page of categories from the one after number `after`, and how steering stands. */
void steering_report(struct apply *apply, uint64_t after, struct steering_names *names, struct decision *decision);

#endif
