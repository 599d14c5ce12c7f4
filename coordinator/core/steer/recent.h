/* The last selections, of which category each was: shares, and plateaus. */
#ifndef CORE_STEER_RECENT_H
#define CORE_STEER_RECENT_H

#include <stdbool.h>
#include <stdint.h>

enum {
    RECENT_SELECTIONS = 128,    /* shares are of so many */
    RECENT_LEAST = 64,          /* while there were fewer, shares are of so many */
    RECENT_WINDOW_MAX = 128,    /* of a plateau: selections */
    RECENT_PLATEAUS = 60,       /* windows that softening looks back on */
    RECENT_PLATEAUS_LEAST = 20, /* and with fewer it does not soften */
    SHARE_WHOLE = 10000
};

struct recent {
    uint64_t selections;              /* since the store began */
    uint64_t plateaus;                /* bit 0: was there a plateau after the newest selection; RECENT_PLATEAUS bits */
    uint16_t arms[RECENT_SELECTIONS]; /* that of selection i is at i modulo RECENT_SELECTIONS */
};

/* What a plateau is: over the last `window` selections one arm has at least `most` of 10,000 while one that could have
 * been picked has at most `least`. */
struct plateau_rule {
    uint32_t window, most, least;
};

/* How many of the last `window` selections were of this arm (window at most RECENT_SELECTIONS). */
uint32_t recent_count(const struct recent *recent, uint32_t arm, uint32_t window);

/* The share of the last 128 selections, or of those there were, of 10,000; 0 before the first. */
uint32_t recent_share(const struct recent *recent, uint32_t arm);

/* Is there a plateau now? `arms` are those that have something to pick. Never before `window` selections. */
bool recent_plateau(const struct recent *recent, struct plateau_rule rule, const uint32_t *arms, uint32_t arm_count);

/* Notes a selection, and whether there is a plateau after it. */
void recent_note(struct recent *recent, uint32_t arm, struct plateau_rule rule, const uint32_t *arms,
                 uint32_t arm_count);

/* Did more than a third of the last 60 windows (of those there are, once they are 20) show a plateau? */
bool recent_is_soft(const struct recent *recent);

#endif
