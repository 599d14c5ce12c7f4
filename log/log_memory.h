/* A log in memory, for tests and the simulator: its clock is set by hand, and it fails when told to.
 *
 * All else is as log.h says, except that its clock, and so the ts of its records, may go back. */
#ifndef LOG_LOG_MEMORY_H
#define LOG_LOG_MEMORY_H

#include "log/log.h"

/* What the next append does; after it all is well again. */
enum log_memory_fault {
    LOG_MEMORY_FAULT_NONE = 0,
    LOG_MEMORY_FAULT_FAIL,               /* DIBS_UNAVAILABLE; nothing was appended */
    LOG_MEMORY_FAULT_NO_ANSWER_APPENDED, /* DIBS_NO_ANSWER; it was appended */
    LOG_MEMORY_FAULT_NO_ANSWER_LOST,     /* DIBS_NO_ANSWER; it was not appended */
    LOG_MEMORY_FAULT_DUPLICATED          /* DIBS_OK with the first offset; it was appended twice */
};

/* Owned by the caller; log_close frees it. NULL when there is no memory. The clock stands at now_ms. */
struct log *log_memory_new(uint64_t now_ms);

void log_memory_set_now(struct log *log, uint64_t now_ms);
/* Forth or back; stops at 0 and at 2^64 - 1. */
void log_memory_step(struct log *log, int64_t by_ms);

void log_memory_fail_append(struct log *log, enum log_memory_fault fault);
/* The next read says DIBS_UNAVAILABLE. */
void log_memory_fail_read(struct log *log);

/* Takes away all records at and above `end`, as a machine crash does. */
void log_memory_cut(struct log *log, uint64_t end);

#endif
