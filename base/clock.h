/* The clocks, in milliseconds. For the shells: what is pure is told the time, and a log has a clock of its own. */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <stdint.h>
#include <time.h>

static inline uint64_t clock_read_ms(clockid_t clock)
{
    struct timespec now;
    (void)clock_gettime(clock, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

/* Since some moment: for what waits. */
static inline uint64_t clock_now_ms(void)
{
    return clock_read_ms(CLOCK_MONOTONIC);
}

/* The same, and a suspended machine's counts: for leases. */
static inline uint64_t clock_boot_ms(void)
{
    return clock_read_ms(CLOCK_BOOTTIME);
}

/* Since 1970. */
static inline uint64_t clock_wall_ms(void)
{
    return clock_read_ms(CLOCK_REALTIME);
}

#endif
