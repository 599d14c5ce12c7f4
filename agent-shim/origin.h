/* Where a claim comes from, when its caller does not say. */
#ifndef SHIM_ORIGIN_H
#define SHIM_ORIGIN_H

enum { ORIGIN_TEXT_MAX = 320 };

/* `host pid 1234`; returns `out`. */
const char *origin_of_this_process(char out[ORIGIN_TEXT_MAX]);

#endif
