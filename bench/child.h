/* What only a process of its own can show: how long a cold start takes. */
#ifndef BENCH_CHILD_H
#define BENCH_CHILD_H

struct child_times {
    double whole_ms; /* from before it was started until its first word was there */
    double said;     /* the number it said; 0: none */
};

/* Runs the program argv[0] and waits for it. Ends the bench when it fails. */
struct child_times child_run(char *const argv[]);

#endif
