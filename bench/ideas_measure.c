/* How well scores tell pairs that are one idea from pairs that are not. */
#include "ideas_measure.h"

#include <stdio.h>

void tally_add(struct tally *to, const struct tally *from)
{
    for (int i = 0; i < SCORES; i++) {
        to->same[i] += from->same[i];
        to->other[i] += from->other[i];
    }
}

static uint64_t sum(const uint64_t *counts)
{
    uint64_t all = 0;

    for (int i = 0; i < SCORES; i++)
        all += counts[i];
    return all;
}

/* The chance that a pair of one idea scores higher than one of two; equal scores count half. */
static double area(const struct tally *tally)
{
    double won = 0, below = 0;

    for (int i = 0; i < SCORES; i++) {
        won += (double)tally->same[i] * (below + (double)tally->other[i] / 2);
        below += (double)tally->other[i];
    }
    return won / ((double)sum(tally->same) * (double)sum(tally->other));
}

/* The share of pairs of one idea at or above the lowest threshold that at most `alarms` of the others reach. */
static double recall(const struct tally *tally, double alarms, int *threshold)
{
    double most = alarms * (double)sum(tally->other), wrong = 0, right = 0;
    int score = SCORES - 1;

    for (; score >= 0 && wrong + (double)tally->other[score] <= most; score--) {
        wrong += (double)tally->other[score];
        right += (double)tally->same[score];
    }
    *threshold = score + 1;
    return right / (double)sum(tally->same);
}

void tally_print(const struct tally *tally, const char *name)
{
    uint64_t same = sum(tally->same), other = sum(tally->other);
    int at_1, at_5;

    if (same == 0 || other == 0) {
        printf("%-42s nothing to compare\n", name);
        return;
    }
    double recall_1 = recall(tally, 0.01, &at_1), recall_5 = recall(tally, 0.05, &at_5);
    printf("%-42s %6llu %7llu  %.4f   %.4f (%3d)   %.4f (%3d)\n", name, (unsigned long long)same,
           (unsigned long long)other, area(tally), recall_1, at_1, recall_5, at_5);
}
