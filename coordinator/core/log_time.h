/* Log time: T(n) = T(n-1) + min(max(ts(n) - ts(n-1), 0), J). A clock stepped back stands still and goes on; a clock years
 * ahead costs at most J once (DESIGN 3, S3). */
#ifndef CORE_LOG_TIME_H
#define CORE_LOG_TIME_H

#include "coordinator/state/rows.h"

/* However often the clock jumps, T stops here, so that no sum with it overflows. */
static const uint64_t log_time_most = UINT64_C(1) << 60;

/* A ts as it counts: below 2^53. */
static inline uint64_t log_time_ts(uint64_t ts_ms)
{
    const uint64_t most = (UINT64_C(1) << 53) - 1;

    return ts_ms < most ? ts_ms : most;
}

/* T of a record with this raw ts, coming next. */
static inline uint64_t log_time_next(const struct state_meta *meta, uint64_t ts_ms)
{
    uint64_t ts = log_time_ts(ts_ms);
    uint64_t passed = meta->has_genesis && ts > meta->last_ts_ms ? ts - meta->last_ts_ms : 0;

    uint64_t room = meta->now_ms < log_time_most ? log_time_most - meta->now_ms : 0;
    if (passed > meta->jump_max_ms)
        passed = meta->jump_max_ms;
    return meta->now_ms + (passed < room ? passed : room);
}

#endif
