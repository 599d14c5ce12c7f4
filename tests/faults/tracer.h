/* Runs a function in a child process and kills the child at its n-th stop at a system call: entries and exits both
 * count, so that every state of the files between two calls is met. */
#ifndef FAULTS_TRACER_H
#define FAULTS_TRACER_H

enum traced { TRACED_KILLED, TRACED_FINISHED, TRACED_FAILED, TRACED_UNABLE };

/* FINISHED: it came to its end before the n-th stop, and returned 0. FAILED: it returned something else, or died by
 * itself. UNABLE: this machine does not allow tracing. */
enum traced traced_run(int (*function)(void), long stop);

#endif
