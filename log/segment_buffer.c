/* A piece of a segment's file in memory: what is read next is often there already. */
#include "log/segment_buffer.h"

#include "log/file_error.h"
#include "log/segment.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

enum { FIRST_READ_BYTES = 16384 }; /* after a jump; each further read in a row is twice as large */

_Static_assert((int)SEGMENT_BUFFER_BYTES >= (int)SEGMENT_RECORD_MAX, "a record fits into the buffer");

static enum dibs_error fill(struct segment_buffer *buffer, int fd, const char *path, uint64_t at, size_t size,
                            struct error_text *why)
{
    if (buffer->bytes == NULL)
        buffer->bytes = malloc(SEGMENT_BUFFER_BYTES);
    buffer->size = 0;
    if (buffer->bytes == NULL)
        return error_say(why, DIBS_UNAVAILABLE, "no memory to read %s", path);
    buffer->at = at;
    while (buffer->size < size) {
        ssize_t got = pread(fd, buffer->bytes + buffer->size, size - buffer->size, (off_t)(at + buffer->size));
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0) {
            buffer->size = 0;
            return file_error_read(why, path, errno);
        }
        if (got == 0)
            break;
        buffer->size += (size_t)got;
    }
    return DIBS_OK;
}

enum dibs_error segment_buffer_load(struct segment_buffer *buffer, int fd, const char *path, uint64_t at, uint64_t want,
                                    uint64_t limit, struct span *out, struct error_text *why)
{
    uint64_t most = limit - at < SEGMENT_BUFFER_BYTES ? limit - at : SEGMENT_BUFFER_BYTES;
    if (want > most)
        want = most;
    uint64_t end = buffer->at + buffer->size;
    bool has_it = at >= buffer->at && at + want <= end;
    if (!has_it) {
        bool in_a_row = buffer->ahead > 0 && at >= buffer->at && at <= end;
        buffer->ahead = in_a_row ? buffer->ahead * 2 : FIRST_READ_BYTES;
        if (buffer->ahead > SEGMENT_BUFFER_BYTES)
            buffer->ahead = SEGMENT_BUFFER_BYTES;
        uint64_t size = buffer->ahead > want ? buffer->ahead : want;
        enum dibs_error error = fill(buffer, fd, path, at, (size_t)(size < most ? size : most), why);
        if (error != DIBS_OK)
            return error;
    }
    size_t skip = (size_t)(at - buffer->at);
    size_t left = buffer->size - skip;
    *out = span_of(buffer->bytes + skip, left < most ? left : (size_t)most);
    return DIBS_OK;
}

enum dibs_error segment_buffer_load_record(struct segment_buffer *buffer, int fd, const char *path, uint64_t at,
                                           uint64_t limit, struct span *out, struct error_text *why)
{
    enum dibs_error error = segment_buffer_load(buffer, fd, path, at, SEGMENT_RECORD_HEAD_BYTES, limit, out, why);
    if (error != DIBS_OK)
        return error;
    size_t size = segment_claimed_bytes(*out);
    return size > out->size ? segment_buffer_load(buffer, fd, path, at, size, limit, out, why) : DIBS_OK;
}

void segment_buffer_trim(struct segment_buffer *buffer, uint64_t end)
{
    if (buffer->at >= end)
        buffer->size = 0;
    else if (buffer->at + buffer->size > end)
        buffer->size = (size_t)(end - buffer->at);
}

void segment_buffer_free(struct segment_buffer *buffer)
{
    free(buffer->bytes);
    *buffer = (struct segment_buffer){0};
}
