/* The one seam to the ordered log: append, read, wait for more, end. Kafka, a directory and memory stand behind it.
 *
 * A record has an offset (0, 1, 2 … without holes here; a topic may have holes), the time at which the log took it,
 * and bytes that only proto/ understands. Not thread-safe; the local log additionally needs the store's lock to be
 * held by the caller for append, and for read past what was once seen. */
#ifndef LOG_LOG_H
#define LOG_LOG_H

#include "base/error.h"
#include "base/span.h"

struct log; /* opaque; made by log_memory_new or log_local_open */

struct log_record {
    uint64_t offset;
    uint64_t ts_ms;
    struct span payload; /* borrowed until the next call on the same log */
};

/* What each implementation provides. All return an error with words in `why` (never NULL). */
struct log_methods {
    /* Takes the payload; *offset and *ts_ms say where and when. On an error nothing was appended, except for
     * DIBS_NO_ANSWER, which says that it may have been. */
    enum dibs_error (*append)(struct log *, struct span payload, uint64_t *offset, uint64_t *ts_ms,
                              struct error_text *why);
    /* The first record at or after `offset`; DIBS_ENDED at the end; DIBS_DAMAGED names file and offset. */
    enum dibs_error (*read)(struct log *, uint64_t offset, struct log_record *record, struct error_text *why);
    /* The offset that the next append will get. */
    enum dibs_error (*end)(struct log *, uint64_t *offset, struct error_text *why);
    /* The log's clock now: the ts that an append would get. Never goes back. */
    uint64_t (*now_ms)(struct log *);
    /* Returns when the end is beyond `offset` or after timeout_ms (at most 1,000), whichever is first. */
    enum dibs_error (*wait)(struct log *, uint64_t offset, uint32_t timeout_ms, struct error_text *why);
    void (*close)(struct log *);
};

struct log {
    const struct log_methods *methods;
};

static inline enum dibs_error log_append(struct log *log, struct span payload, uint64_t *offset, uint64_t *ts_ms,
                                         struct error_text *why)
{
    return log->methods->append(log, payload, offset, ts_ms, why);
}

static inline enum dibs_error log_read(struct log *log, uint64_t offset, struct log_record *record,
                                       struct error_text *why)
{
    return log->methods->read(log, offset, record, why);
}

static inline enum dibs_error log_end(struct log *log, uint64_t *offset, struct error_text *why)
{
    return log->methods->end(log, offset, why);
}

static inline uint64_t log_now_ms(struct log *log)
{
    return log->methods->now_ms(log);
}

static inline enum dibs_error log_wait(struct log *log, uint64_t offset, uint32_t timeout_ms, struct error_text *why)
{
    return log->methods->wait(log, offset, timeout_ms, why);
}

/* Closes and frees; NULL is allowed. */
static inline void log_close(struct log *log)
{
    if (log != NULL)
        log->methods->close(log);
}

#endif
