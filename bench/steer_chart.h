/* The figures of a comparison, and their picture. */
#ifndef BENCH_STEER_CHART_H
#define BENCH_STEER_CHART_H

#include <stdbool.h>

#include "bench/steer_player.h"

enum { STEER_FIGURES = 3 }; /* regret, days until the new best leads, share of the most neglected */

struct mean {
    double count, sum, squares;
};

double mean_value(const struct mean *mean);
double mean_half_interval(const struct mean *mean); /* of 95 % */

struct steer_result {
    uint32_t per_day;
    struct mean figures[PLAYER_KINDS][STEER_FIGURES];
    struct mean apart[STEER_FIGURES]; /* ours - the seed's, seed by seed */
};

/* Bars of ours and the seed's with their intervals, as SVG. False: the file could not be written. */
bool steer_chart(const char *path, const struct steer_result *results, int count);

#endif
