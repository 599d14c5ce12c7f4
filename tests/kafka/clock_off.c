/* A library to be preloaded (LD_PRELOAD): the wall clock is off by $CLOCK_OFF seconds for the program, waits as long as ever.
 * libfaketime leaves C11's cnd_timedwait alone, with which librdkafka waits: with a clock ahead it would wait for years. */
#define _GNU_SOURCE 1
#include <dlfcn.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <threads.h>
#include <time.h>
#include <unistd.h>

enum { LATER_THAN_ANY_UPTIME = 500000000 }; /* seconds: above it a deadline is one of the wall clock */

static time_t off(void)
{
    const char *told = getenv("CLOCK_OFF");
    return told == NULL ? 0 : (time_t)strtoll(told, NULL, 10);
}

int clock_gettime(clockid_t clock, struct timespec *out)
{
    int failed = (int)syscall(SYS_clock_gettime, clock, out);
    if (failed == 0 && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE))
        out->tv_sec += off();
    return failed;
}

int timespec_get(struct timespec *out, int base)
{
    return base == TIME_UTC && clock_gettime(CLOCK_REALTIME, out) == 0 ? base : 0;
}

int gettimeofday(struct timeval *restrict out, void *restrict zone)
{
    struct timespec now;
    (void)zone;
    (void)clock_gettime(CLOCK_REALTIME, &now);
    *out = (struct timeval){now.tv_sec, now.tv_nsec / 1000};
    return 0;
}

time_t time(time_t *out)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_REALTIME, &now);
    if (out != NULL)
        *out = now.tv_sec;
    return now.tv_sec;
}

static struct timespec true_time(const struct timespec *deadline)
{
    struct timespec true_one = *deadline;
    if (true_one.tv_sec > LATER_THAN_ANY_UPTIME)
        true_one.tv_sec -= off();
    return true_one;
}

int cnd_timedwait(cnd_t *restrict condition, mtx_t *restrict mutex, const struct timespec *restrict deadline)
{
    int (*real)(cnd_t *, mtx_t *, const struct timespec *);
    const struct timespec at = true_time(deadline);
    *(void **)&real = dlsym(RTLD_NEXT, "cnd_timedwait");
    return real(condition, mutex, &at);
}

int pthread_cond_timedwait(pthread_cond_t *restrict condition, pthread_mutex_t *restrict mutex,
                           const struct timespec *restrict deadline)
{
    int (*real)(pthread_cond_t *, pthread_mutex_t *, const struct timespec *);
    const struct timespec at = true_time(deadline);
    *(void **)&real = dlsym(RTLD_NEXT, "pthread_cond_timedwait");
    return real(condition, mutex, &at);
}
