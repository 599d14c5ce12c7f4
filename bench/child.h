/* A figure that only a process of its own can give: how long a cold start takes. */
#ifndef BENCH_CHILD_H
#define BENCH_CHILD_H

/* Runs argv[0] with `argv`, waits for it, and returns the number that it prints. Ends the bench when it fails. */
double child_number(char *const argv[]);

#endif
