/* Threads of our own within somebody's process, and conditions to wait on. POSIX; each call is safe in any thread. */
#ifndef BASE_THREAD_H
#define BASE_THREAD_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>

/* Runs body(context). It takes no signals: those are the program's own threads' business. `stack_bytes`: 0 is the system's
 * choice. False: there are no resources for it. */
bool thread_start(pthread_t *thread, size_t stack_bytes, void *(*body)(void *), void *context);

/* A condition whose timed waits count by the clock of clock_now_ms. pthread_cond_destroy ends it. */
void thread_condition_init(pthread_cond_t *condition);

#endif
