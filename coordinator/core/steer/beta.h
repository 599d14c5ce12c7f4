/* Draws from Beta(a, b) for whole a and b, exact to the 64 bits that a draw has, without a fraction in sight. */
#ifndef CORE_STEER_BETA_H
#define CORE_STEER_BETA_H

#include "coordinator/core/steer/chance.h"

enum { BETA_NUMBERS_MAX = 64 }; /* the most numbers one draw takes */

/* The a-th smallest of the next a + b - 1 numbers: as a fraction of 2^64 it is distributed as Beta(a, b). a and b are at
 * least 1, a + b - 1 at most BETA_NUMBERS_MAX. */
uint64_t beta_draw(struct chance *chance, uint32_t a, uint32_t b);

#endif
