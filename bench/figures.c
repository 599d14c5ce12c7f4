/* Samples: kept, sorted, told. */
#include "bench/figures.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/check.h"

double figures_now_ms(void)
{
    struct timespec now;
    CHECK(clock_gettime(CLOCK_MONOTONIC, &now) == 0);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

void figures_add(struct figures *figures, double value)
{
    if (figures->count == figures->room) {
        figures->room = figures->room == 0 ? 1024 : figures->room * 2;
        figures->values = realloc(figures->values, figures->room * sizeof *figures->values);
        CHECK(figures->values != NULL);
    }
    figures->values[figures->count++] = value;
}

void figures_free(struct figures *figures)
{
    free(figures->values);
    *figures = (struct figures){0};
}

static int compare(const void *left, const void *right)
{
    double a = *(const double *)left, b = *(const double *)right;
    return (a > b) - (a < b);
}

double figures_at(struct figures *figures, double share)
{
    CHECK(figures->count > 0);
    qsort(figures->values, figures->count, sizeof figures->values[0], compare);
    size_t at = (size_t)((double)figures->count * share);
    return figures->values[at < figures->count ? at : figures->count - 1];
}

void figures_print(const char *what, const char *who, struct figures *ms)
{
    printf("%-8s %-16s p50 %7.3f  p90 %7.3f  p99 %7.3f  most %7.3f ms  (%zu)\n", what, who, figures_at(ms, 0.5),
           figures_at(ms, 0.9), figures_at(ms, 0.99), figures_at(ms, 1), ms->count);
    (void)fflush(stdout);
}

void figures_judge(const char *what, double ratio, double must, double aim)
{
    const char *word = ratio <= aim ? "as aimed" : ratio <= must ? "as it must be" : "TOO MUCH";
    printf("%-8s %.2f x the floor (must %.2f, aim %.2f): %s\n", what, ratio, must, aim, word);
    (void)fflush(stdout);
}
