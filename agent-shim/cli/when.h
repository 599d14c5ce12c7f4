/* A place in the log as people name it. */
#ifndef CLI_WHEN_H
#define CLI_WHEN_H

#include <stdbool.h>
#include <stdint.h>

/* An offset, a time, or how long ago; one of the two is set. False: none of them. */
bool parse_when(const char *text, bool *has_offset, uint64_t *offset, bool *has_ts, int64_t *ts_ms);

/* A time (RFC 3339), or how long from now: Unix milliseconds. False: neither. */
bool when_ahead(const char *text, int64_t *ts_ms);

#endif
