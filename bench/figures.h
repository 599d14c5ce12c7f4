/* Samples of one thing that is measured, and what is told of them. */
#ifndef BENCH_FIGURES_H
#define BENCH_FIGURES_H

#include <stddef.h>

struct figures { /* `= {0}` is an empty one */
    double *values;
    size_t count, room;
};

double figures_now_ms(void); /* CLOCK_MONOTONIC: the same for all processes */

void figures_add(struct figures *figures, double value);
void figures_free(struct figures *figures);

/* The value that this share of them is not above; 0.5: the median. Sorts them. */
double figures_at(struct figures *figures, double share);

/* One line: times in milliseconds. */
void figures_print(const char *what, const char *who, struct figures *ms);

/* One line: how ours stands beside the floor, and whether that is as it must be. */
void figures_judge(const char *what, double ratio, double must, double aim);

#endif
