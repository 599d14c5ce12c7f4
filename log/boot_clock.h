/* The clock of a local log: ts = ts of the boot's first record + CLOCK_BOOTTIME since.
 *
 * The wall clock is looked at only when a new boot is met and can thus neither jump nor go back within a boot; across
 * boots it never goes below the last ts. Who owns store.json keeps the struct between processes. */
#ifndef LOG_BOOT_CLOCK_H
#define LOG_BOOT_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

enum { BOOT_ID_BYTES = 37 }; /* 36 characters and a NUL */

/* Where time comes from; tests put their own here. */
struct clock_source {
    uint64_t (*realtime_ms)(void *context);
    uint64_t (*boottime_ms)(void *context);
    /* Writes text with a NUL; an empty one when the boot has no name that could be read. */
    void (*boot_id)(void *context, char out[BOOT_ID_BYTES]);
    void *context;
};

const struct clock_source *clock_source_system(void);

struct boot_clock {
    char boot_id[BOOT_ID_BYTES];
    uint64_t base_ts_ms;       /* what the log's clock showed … */
    uint64_t base_boottime_ms; /* … when CLOCK_BOOTTIME showed this */
};

/* The clock of a boot that starts now, not below `last_ts_ms`, the ts of the log's last record (0: none). */
struct boot_clock boot_clock_start(const struct clock_source *source, uint64_t last_ts_ms);

/* Was this clock started in the boot that runs now? Else boot_clock_start is due. Where boot ids can't be read (no
 * /proc), a boot time below the base alone tells a new boot. */
bool boot_clock_is_current(const struct boot_clock *clock, const struct clock_source *source);

uint64_t boot_clock_now_ms(const struct boot_clock *clock, const struct clock_source *source);

#endif
