/* Durations as people write and read them. Pure. */
#ifndef BASE_DURATION_H
#define BASE_DURATION_H

#include "base/error.h"
#include "base/span.h"
#include "base/text.h"

enum { DURATION_TEXT_SIZE = 24 }; /* bytes that hold any formatted duration with its NUL */

#define DURATION_MAX_MS (UINT64_C(366) * 24 * 3600 * 1000)

/* `250ms`, `90s`, `15m`, `2h`, `3d`, and sums of them in falling order (`1h30m`), without spaces, signs or fractions;
 * each unit once. A bare `0` is 0; other bare numbers are refused. At most 366 days. On DIBS_BAD_INPUT *out_ms is as
 * it was and `why` says what would be right. */
MUST_USE enum dibs_error duration_parse(struct span text, uint64_t *out_ms, struct error_text *why);

/* At most two neighbouring units, cut, not rounded up: `59m58s`, `2d3h`, `1d`, `0s`; `250ms` only under a second. */
void duration_format(struct text *out, uint64_t ms);

#endif
