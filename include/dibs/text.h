/* Durations, times and rewards as people write them. Pure functions, safe in any thread; they allocate nothing.
 * A refused text leaves *out as it was and gives DIBS_BAD_INPUT; dibs_error_text then says what would be right. */
#ifndef DIBS_TEXT_H
#define DIBS_TEXT_H

#include <stddef.h>
#include <stdint.h>

#include <dibs/error.h>

#ifdef __cplusplus
extern "C" {
#endif

enum {
    DIBS_DURATION_TEXT_SIZE = 24, /* bytes that hold any formatted duration with its NUL */
    DIBS_TIME_TEXT_SIZE = 32      /* bytes that hold any formatted time with its NUL */
};

/* `250ms`, `90s`, `15m`, `2h`, `3d`, and sums of them in falling order (`1h30m`), without spaces, signs or fractions.
 * A bare `0` is 0; other bare numbers are refused. At most 366 days. */
enum dibs_error dibs_parse_duration(const char *text, uint64_t *out_ms);

/* The shortest honest form for reading: at most two neighbouring units, cut, not rounded up (`59m58s`, `2d3h`,
 * `0s`; `250ms` only under a second). Writes at most `size` bytes with the NUL and returns `out` (none when that is NULL or size 0). */
char *dibs_format_duration(uint64_t ms, char *out, size_t size);

/* RFC 3339 with a zone (`2025-03-01T12:00:00Z`, `…:00.250+02:00`; a space or `t` for the T is taken), years 1970 to
 * 9999, as Unix milliseconds; finer fractions are cut. Leap seconds (`:60`) count as the next second. */
enum dibs_error dibs_parse_time(const char *text, int64_t *out_ts_ms);

/* RFC 3339 in UTC with milliseconds: `2025-03-01T12:00:00.250Z`. Out of range or negative: an empty text. */
char *dibs_format_time(int64_t ts_ms, char *out, size_t size);

/* A reward between 0 and 1 with at most four decimals (`0`, `1`, `0.75`, `1.0`) as 0 to 10,000. */
enum dibs_error dibs_parse_reward(const char *text, uint32_t *out);

#ifdef __cplusplus
}
#endif
#endif
