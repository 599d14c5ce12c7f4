/* Points in time as RFC 3339 text and as milliseconds since 1970, UTC. Pure; knows no time zone but offsets. */
#ifndef BASE_TIMESTAMP_H
#define BASE_TIMESTAMP_H

#include "base/error.h"
#include "base/span.h"
#include "base/text.h"

enum { TIMESTAMP_TEXT_SIZE = 32 }; /* bytes that hold any formatted time with its NUL */

#define TIMESTAMP_MAX_MS (INT64_C(253402300800000) - 1) /* the last millisecond of the year 9999 */

/* `2025-03-01T12:00:00Z`, `….250+02:00`; a zone is required, a space or `t` is taken for the T, `z` for the Z; years
 * 1970 to 9999, also of the result; finer fractions are cut. A leap second (`:60`) counts as the next second. On
 * DIBS_BAD_INPUT *out_ts_ms is as it was and `why` says what would be right. */
MUST_USE enum dibs_error timestamp_parse(struct span text, int64_t *out_ts_ms, struct error_text *why);

/* `2025-03-01T12:00:00.250Z`. Out of range: nothing is added. */
void timestamp_format(struct text *out, int64_t ts_ms);

#endif
