/* How an error travels inside dibs: a must-use code, and words written once where the cause is known. */
#ifndef BASE_ERROR_H
#define BASE_ERROR_H

#include <dibs/error.h>

#define MUST_USE __attribute__((warn_unused_result))

enum { ERROR_TEXT_MAX = 1024 };

/* The words for the reader: what happened, where, what to do next. `= {0}` is a valid empty one. */
struct error_text {
    char text[ERROR_TEXT_MAX];
};

/* Writes the words (cut at the limit; NULL `out` is allowed and ignored) and returns `error`, so that a failing
 * function ends with `return error_say(out, DIBS_DAMAGED, "...")`. */
__attribute__((format(printf, 3, 4))) enum dibs_error error_say(struct error_text *out, enum dibs_error error,
                                                                const char *format, ...);

#endif
