/* A local log read from its first record to the first bad one, for those who look into a damaged store: nothing is known
 * of its end, nothing is cut, no lock is needed. */
#ifndef LOG_LOG_SALVAGE_H
#define LOG_LOG_SALVAGE_H

#include "log/log.h"

/* The log in directory `path`. Reads go upwards, one record after the other, each checked: DIBS_ENDED when the last
 * segment ends with a whole record, DIBS_DAMAGED names the file and the byte beyond which nothing can be relied on.
 * It takes no record. On success *out is owned by the caller. */
MUST_USE enum dibs_error log_salvage_open(const char *path, const uint8_t store_id[16], struct log **out,
                                          struct error_text *why);

#endif
