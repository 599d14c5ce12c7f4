/* WHEN on the command line. */
#include "when.h"

#include <stdlib.h>
#include <time.h>

#include <dibs/dibs.h>

bool parse_when(const char *text, bool *has_offset, uint64_t *offset, bool *has_ts, int64_t *ts_ms)
{
    struct timespec now;
    uint64_t ago_ms;
    char *end;

    uint64_t number = strtoull(text, &end, 10);
    if (text[0] >= '0' && text[0] <= '9' && *end == '\0') {
        *has_offset = true;
        *offset = number;
        return true;
    }
    *has_ts = true;
    if (dibs_parse_time(text, ts_ms) == DIBS_OK)
        return true;
    if (dibs_parse_duration(text, &ago_ms) != DIBS_OK)
        return false;
    clock_gettime(CLOCK_REALTIME, &now);
    *ts_ms = (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000 - (int64_t)ago_ms;
    return true;
}

bool when_ahead(const char *text, int64_t *ts_ms)
{
    struct timespec now;
    uint64_t ahead_ms;

    if (dibs_parse_time(text, ts_ms) == DIBS_OK)
        return *ts_ms > 0;
    if (dibs_parse_duration(text, &ahead_ms) != DIBS_OK || ahead_ms > INT64_MAX / 2)
        return false;
    clock_gettime(CLOCK_REALTIME, &now);
    *ts_ms = (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000 + (int64_t)ahead_ms;
    return true;
}
