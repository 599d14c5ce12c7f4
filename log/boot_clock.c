/* The clock of a local log, and the system's three sources of time behind it. */
#include "log/boot_clock.h"

#include <fcntl.h>
#include <stddef.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static uint64_t clock_ms(clockid_t id)
{
    struct timespec now;
    clock_gettime(id, &now);
    if (now.tv_sec < 0)
        return 0;
    return (uint64_t)now.tv_sec * 1000u + (uint64_t)now.tv_nsec / 1000000u;
}

static uint64_t system_realtime_ms(void *context)
{
    (void)context;
    return clock_ms(CLOCK_REALTIME);
}

static uint64_t system_boottime_ms(void *context)
{
    (void)context;
    return clock_ms(CLOCK_BOOTTIME);
}

static void system_boot_id(void *context, char out[BOOT_ID_BYTES])
{
    (void)context;
    memset(out, 0, BOOT_ID_BYTES);
    int fd = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return;
    ssize_t size = read(fd, out, BOOT_ID_BYTES - 1);
    close(fd);
    if (size != BOOT_ID_BYTES - 1)
        memset(out, 0, BOOT_ID_BYTES);
}

const struct clock_source *clock_source_system(void)
{
    static const struct clock_source source = {
        .realtime_ms = system_realtime_ms, .boottime_ms = system_boottime_ms, .boot_id = system_boot_id};
    return &source;
}

struct boot_clock boot_clock_start(const struct clock_source *source, uint64_t last_ts_ms)
{
    struct boot_clock clock = {0};
    source->boot_id(source->context, clock.boot_id);
    uint64_t realtime_ms = source->realtime_ms(source->context);
    clock.base_ts_ms = realtime_ms > last_ts_ms ? realtime_ms : last_ts_ms;
    clock.base_boottime_ms = source->boottime_ms(source->context);
    return clock;
}

bool boot_clock_is_current(const struct boot_clock *clock, const struct clock_source *source)
{
    char boot_id[BOOT_ID_BYTES];
    source->boot_id(source->context, boot_id);
    if (source->boottime_ms(source->context) < clock->base_boottime_ms)
        return false;
    if (clock->boot_id[0] == '\0' || boot_id[0] == '\0')
        return true;
    return strncmp(clock->boot_id, boot_id, BOOT_ID_BYTES) == 0;
}

uint64_t boot_clock_now_ms(const struct boot_clock *clock, const struct clock_source *source)
{
    uint64_t boottime_ms = source->boottime_ms(source->context);
    return boottime_ms > clock->base_boottime_ms ? clock->base_ts_ms + (boottime_ms - clock->base_boottime_ms)
                                                 : clock->base_ts_ms;
}
