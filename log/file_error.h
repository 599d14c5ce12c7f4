/* Words for a failed call on a file of the store: which file, what failed, why, what to do. */
#ifndef LOG_FILE_ERROR_H
#define LOG_FILE_ERROR_H

#include "base/error.h"

/* Says "cannot DOING PATH: REASON; HINT" for an errno and returns `error`. `doing` is such as "append to". */
enum dibs_error file_error_say(struct error_text *why, enum dibs_error error, const char *doing, const char *path,
                               int number);

/* The same of a read: DIBS_DAMAGED where the disk has failed (EIO), else DIBS_UNAVAILABLE. */
enum dibs_error file_error_read(struct error_text *why, const char *path, int number);

#endif
