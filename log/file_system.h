/* Is a directory on a file system of this host alone? Over a network neither locks nor mapped pages nor the order of
 * writes are what a store needs. */
#ifndef LOG_FILE_SYSTEM_H
#define LOG_FILE_SYSTEM_H

#include "base/error.h"

/* DIBS_UNAVAILABLE: it is a network's; the words name it, and what to do. What cannot be told passes. */
MUST_USE enum dibs_error file_system_check(const char *path, struct error_text *why);

#endif
