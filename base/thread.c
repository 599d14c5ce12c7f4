/* Threads of our own. See thread.h. */
#include "base/thread.h"

#include <signal.h>
#include <time.h>

bool thread_start(pthread_t *thread, size_t stack_bytes, void *(*body)(void *), void *context)
{
    pthread_attr_t attributes;
    sigset_t all, before;
    (void)pthread_attr_init(&attributes);
    if (stack_bytes > 0)
        (void)pthread_attr_setstacksize(&attributes, stack_bytes);
    (void)sigfillset(&all);
    (void)pthread_sigmask(SIG_SETMASK, &all, &before);
    bool started = pthread_create(thread, &attributes, body, context) == 0;
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
    (void)pthread_attr_destroy(&attributes);
    return started;
}

void thread_condition_init(pthread_cond_t *condition)
{
    pthread_condattr_t attributes;
    (void)pthread_condattr_init(&attributes);
    (void)pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    (void)pthread_cond_init(condition, &attributes);
    (void)pthread_condattr_destroy(&attributes);
}
