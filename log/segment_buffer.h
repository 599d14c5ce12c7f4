/* A piece of a segment's file in memory: what is read next is often there already. `= {0}` is an empty one.
 *
 * pread into a buffer and not a mapping: a file that shrinks or a disk that fails is an error here, and would be a
 * SIGBUS in the caller's process there. */
#ifndef LOG_SEGMENT_BUFFER_H
#define LOG_SEGMENT_BUFFER_H

#include "base/error.h"
#include "base/span.h"

enum { SEGMENT_BUFFER_BYTES = 262144 }; /* the largest record fits in */

struct segment_buffer {
    uint8_t *bytes; /* owned; SEGMENT_BUFFER_BYTES */
    uint64_t at;    /* the file's position of the first of them */
    size_t size;
    size_t ahead; /* size of the last read */
};

/* The bytes of the file from `at` on that are at hand, up to `limit`; at least `want` of them if the file has them.
 * `path` is for the words. *out is good until the next call. */
MUST_USE enum dibs_error segment_buffer_load(struct segment_buffer *buffer, int fd, const char *path, uint64_t at,
                                             uint64_t want, uint64_t limit, struct span *out, struct error_text *why);

/* The same with the whole record that begins at `at`, if it ends before `limit`. */
MUST_USE enum dibs_error segment_buffer_load_record(struct segment_buffer *buffer, int fd, const char *path,
                                                    uint64_t at, uint64_t limit, struct span *out,
                                                    struct error_text *why);

/* Forgets what it holds of the file beyond `end`: it may change there. */
void segment_buffer_trim(struct segment_buffer *buffer, uint64_t end);

void segment_buffer_free(struct segment_buffer *buffer);

#endif
