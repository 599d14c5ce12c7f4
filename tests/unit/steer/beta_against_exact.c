/* Draws from Beta(a, b) beside its exact distribution function, for every a and b that steering can ask for on a grid:
 * Kolmogorov-Smirnov, at a level that all of the grid passes with chance 0.999. For whole a and b the function is a
 * binomial sum: I_x(a, b) = the chance that at least a of a + b - 1 uniform numbers are at most x. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "coordinator/core/steer/beta.h"

enum { DRAWS = 20000 };

static const uint32_t grid[] = {1, 2, 3, 5, 8, 13, 21, 34, 51, 61};
enum { GRID = sizeof grid / sizeof grid[0] };

static double exact(uint32_t a, uint32_t b, double x)
{
    uint32_t n = a + b - 1;
    double sum = 0;

    if (x <= 0 || x >= 1)
        return x <= 0 ? 0 : 1;
    for (uint32_t j = a; j <= n; j++)
        sum += exp(lgamma(n + 1.0) - lgamma(j + 1.0) - lgamma(n - j + 1.0) + j * log(x) + (n - j) * log1p(-x));
    return sum < 1 ? sum : 1;
}

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return x < y ? -1 : x > y;
}

/* The largest distance between the draws' distribution and Beta(a, b)'s, times the root of their number. `drawn_a` is what
 * is drawn with: another than a must be found out. */
static double distance(uint32_t drawn_a, uint32_t a, uint32_t b)
{
    static double draws[DRAWS];
    double most = 0;

    for (uint32_t i = 0; i < DRAWS; i++) {
        struct chance chance = chance_begin(CHANCE_OF_DRAW, i, a * 100 + b, 7);

        draws[i] = (double)beta_draw(&chance, drawn_a, b) * 0x1p-64;
    }
    qsort(draws, DRAWS, sizeof draws[0], ascending);
    for (uint32_t i = 0; i < DRAWS; i++) {
        double at = exact(a, b, draws[i]);

        most = fmax(most, fmax(at - (double)i / DRAWS, (i + 1.0) / DRAWS - at));
    }
    return most * sqrt(DRAWS);
}

int main(void)
{
    double most = 0, level;
    uint32_t pairs = 0, most_a = 0, most_b = 0;

    for (uint32_t i = 0; i < GRID; i++)
        for (uint32_t j = 0; j < GRID; j++) {
            double d;

            if (grid[i] + grid[j] - 1 > BETA_NUMBERS_MAX)
                continue;
            d = distance(grid[i], grid[i], grid[j]);
            pairs++;
            if (d > most) {
                most = d;
                most_a = grid[i];
                most_b = grid[j];
            }
        }
    level = sqrt(-0.5 * log(0.001 / pairs / 2)); /* Kolmogorov: P(D > x) is near 2 exp(-2 x^2) */
    printf("%u pairs, %d draws each: the farthest is Beta(%u, %u) at %.3f; the level is %.3f\n", pairs, DRAWS, most_a,
           most_b, most, level);
    if (most > level)
        return 1;
    if (distance(21, 20, 30) <= level || distance(2, 1, 1) <= level) {
        printf("a draw from another distribution was not found out\n");
        return 1;
    }
    return 0;
}
