/* Many processes that do the same for some seconds: how long each turn took, and how evenly turns fell. */
#ifndef BENCH_CROWD_H
#define BENCH_CROWD_H

#include <stdbool.h>
#include <stdint.h>

struct crowd; /* in memory that all its processes share */

struct crowd *crowd_new(int processes, double seconds);
void crowd_free(struct crowd *crowd);

/* Forks the processes and waits for them. Each calls crowd_start when it is ready, and then takes turns until
 * crowd_is_over. */
void crowd_run(struct crowd *crowd, void (*work)(struct crowd *, int number, void *context), void *context);
void crowd_start(struct crowd *crowd); /* returns when all are ready */
bool crowd_is_over(const struct crowd *crowd);
void crowd_turn(struct crowd *crowd, int number, double seconds);

double crowd_seconds(void); /* CLOCK_MONOTONIC */

/* One line: turns a second, fewest/most turns of a process, p50, p99 and the longest turn. */
void crowd_print_head(void);
void crowd_print(const struct crowd *crowd, const char *name);

/* The figures of that line, in seconds. */
double crowd_quantile(const struct crowd *crowd, double part);
double crowd_longest(const struct crowd *crowd);
double crowd_evenness(const struct crowd *crowd); /* fewest/most */

#endif
