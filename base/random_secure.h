/* Random bytes from the operating system: for secrets, codes and client ids. */
#ifndef BASE_RANDOM_SECURE_H
#define BASE_RANDOM_SECURE_H

#include <stddef.h>

#include "base/error.h"

/* Fills `out`. DIBS_UNAVAILABLE when the system gives none; then the content of `out` is undefined. */
MUST_USE enum dibs_error random_secure(void *out, size_t size, struct error_text *why);

#endif
