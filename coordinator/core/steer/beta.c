/* Beta(a, b) is what the a-th smallest of a + b - 1 uniform numbers is distributed as: so that is what is taken. */
#include "coordinator/core/steer/beta.h"

#include "base/check.h"

uint64_t beta_draw(struct chance *chance, uint32_t a, uint32_t b)
{
    uint64_t sorted[BETA_NUMBERS_MAX]; /* the a smallest so far, or all while they are fewer */
    uint32_t kept = 0;

    CHECK(a >= 1 && b >= 1 && a <= BETA_NUMBERS_MAX && b <= BETA_NUMBERS_MAX + 1 - a);
    for (uint32_t taken = 0; taken < a + b - 1; taken++) {
        uint64_t number = chance_next(chance);
        uint32_t at = kept;

        if (kept == a && number >= sorted[a - 1])
            continue;
        if (kept == a)
            at = a - 1;
        else
            kept++;
        for (; at > 0 && sorted[at - 1] > number; at--)
            sorted[at] = sorted[at - 1];
        sorted[at] = number;
    }
    return sorted[a - 1];
}
