/* The shell's clocks. The pure parts are told the time. */
#ifndef DAEMON_CLOCK_H
#define DAEMON_CLOCK_H

#include <stdint.h>
#include <time.h>

static inline uint64_t clock_read_ms(clockid_t clock)
{
    struct timespec now;
    (void)clock_gettime(clock, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

/* Since some moment: for everything that waits. */
static inline uint64_t clock_now_ms(void)
{
    return clock_read_ms(CLOCK_MONOTONIC);
}

/* Since 1970: only to compare with the broker's stamps, for metrics. */
static inline uint64_t clock_wall_ms(void)
{
    return clock_read_ms(CLOCK_REALTIME);
}

#endif
