/* One segment of a local log as an open file: opening, making, appending, cutting. Its end is found
 * in segment_end.c, its records are read in segment_read.c. */
#include "log/segment_file.h"

#include "base/check.h"
#include "log/file_error.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define NAME_WHILE_MADE "next.seg.tmp"

enum { WRITE_BEHIND_BYTES = 4 << 20 };

const struct file_calls *file_calls_system(void)
{
    static const struct file_calls calls = {.pwrite = pwrite, .ftruncate = ftruncate, .fdatasync = fdatasync};
    return &calls;
}

void segment_file_name(uint64_t first_offset, char out[SEGMENT_NAME_BYTES])
{
    snprintf(out, SEGMENT_NAME_BYTES, "%020" PRIu64 ".seg", first_offset);
}

bool segment_file_parse_name(const char *name, uint64_t *first_offset)
{
    uint64_t value = 0;
    for (int i = 0; i < 20; i++) {
        if (name[i] < '0' || name[i] > '9')
            return false;
        uint64_t digit = (uint64_t)(name[i] - '0');
        if (value > (UINT64_MAX - digit) / 10)
            return false;
        value = value * 10 + digit;
    }
    *first_offset = value;
    return strcmp(name + 20, ".seg") == 0;
}

static enum dibs_error read_header(struct segment_file *file, struct error_text *why)
{
    uint8_t bytes[SEGMENT_HEADER_BYTES];
    ssize_t size;
    do
        size = pread(file->fd, bytes, sizeof bytes, 0);
    while (size < 0 && errno == EINTR);
    if (size < 0)
        return file_error_read(why, file->path, errno);
    return segment_parse_header(span_of(bytes, (size_t)size), file->path, &file->header, why);
}

enum dibs_error segment_file_adopt(struct segment_file *file, int fd, const char *path, const struct file_calls *calls,
                                   struct error_text *why)
{
    *file = (struct segment_file){.is_open = true, .fd = fd, .path = strdup(path), .calls = calls};
    enum dibs_error error =
        file->path != NULL ? read_header(file, why) : error_say(why, DIBS_UNAVAILABLE, "no memory to open %s", path);
    if (error != DIBS_OK) {
        segment_file_close(file);
        return error;
    }
    file->end_offset = file->header.first_offset;
    file->end_at = file->seen_bytes = SEGMENT_HEADER_BYTES;
    file->cursor = (struct segment_place){file->end_offset, file->end_at};
    return DIBS_OK;
}

enum dibs_error segment_file_open(struct segment_file *file, int dir_fd, const char *dir_path, uint64_t first_offset,
                                  bool read_only, const struct file_calls *calls, struct error_text *why)
{
    char name[SEGMENT_NAME_BYTES], path[4096];
    segment_file_name(first_offset, name);
    snprintf(path, sizeof path, "%s/%s", dir_path, name);
    int fd = openat(dir_fd, name, (read_only ? O_RDONLY : O_RDWR) | O_CLOEXEC);
    if (fd < 0)
        return file_error_say(why, errno == ENOENT ? DIBS_ENDED : DIBS_UNAVAILABLE, "open", path, errno);
    enum dibs_error error = segment_file_adopt(file, fd, path, calls, why);
    if (error == DIBS_OK && file->header.first_offset != first_offset) {
        uint64_t named = file->header.first_offset;
        segment_file_close(file);
        return error_say(why, DIBS_DAMAGED,
                         "%s, byte 16: the segment begins with offset %" PRIu64 ", not with that of its name", path,
                         named);
    }
    return error;
}

/* Whole or nothing: a short write is tried on to learn why it was short. 0 or errno. */
static int write_all(const struct file_calls *calls, int fd, const uint8_t *bytes, size_t size, uint64_t at)
{
    for (size_t done = 0; done < size;) {
        ssize_t written = calls->pwrite(fd, bytes + done, size - done, (off_t)(at + done));
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            return written < 0 ? errno : ENOSPC;
        done += (size_t)written;
    }
    return 0;
}

/* 0 or errno. */
static int make_file(int fd, int dir_fd, const struct segment_header *header, const struct file_calls *calls)
{
    uint8_t bytes[SEGMENT_HEADER_BYTES];
    segment_encode_header(header, bytes);
    int number = write_all(calls, fd, bytes, sizeof bytes, 0);
    if (number != 0)
        return number;
    char name[SEGMENT_NAME_BYTES];
    segment_file_name(header->first_offset, name);
    if (calls->fdatasync(fd) != 0 || renameat(dir_fd, NAME_WHILE_MADE, dir_fd, name) != 0 || fsync(dir_fd) != 0)
        return errno;
    return 0;
}

enum dibs_error segment_file_create(struct segment_file *file, int dir_fd, const char *dir_path,
                                    const struct segment_header *header, const struct file_calls *calls,
                                    struct error_text *why)
{
    int fd = openat(dir_fd, NAME_WHILE_MADE, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (fd < 0)
        return file_error_say(why, DIBS_UNAVAILABLE, "make a log segment in", dir_path, errno);
    int number = make_file(fd, dir_fd, header, calls);
    close(fd);
    if (number != 0)
        return file_error_say(why, DIBS_UNAVAILABLE, "make a log segment in", dir_path, number);
    enum dibs_error error = segment_file_open(file, dir_fd, dir_path, header->first_offset, false, calls, why);
    /* Gone again as soon as it was made: whatever that was, it isn't the end of the log. */
    return error == DIBS_ENDED ? DIBS_UNAVAILABLE : error;
}

void segment_file_close(struct segment_file *file)
{
    if (!file->is_open)
        return;
    close(file->fd);
    free(file->path);
    segment_marks_free(&file->marks);
    segment_buffer_free(&file->buffer);
    *file = (struct segment_file){0};
}

enum dibs_error segment_file_cut(struct segment_file *file, struct error_text *why)
{
    if (file->calls->ftruncate(file->fd, (off_t)file->end_at) != 0)
        return file_error_say(why, DIBS_UNAVAILABLE, "cut the torn end off", file->path, errno);
    file->seen_bytes = file->end_at;
    return DIBS_OK;
}

/* After a failed write: takes back what it left behind. */
static enum dibs_error take_back(struct segment_file *file, size_t record_bytes, int number, struct error_text *why)
{
    struct error_text ignored;
    struct stat status;
    /* A torn record that stays is harmless: nobody reads it, and the next append cuts it. Only a whole one would not
     * be, which no failed write leaves on any file system we know of. */
    if (segment_file_cut(file, &ignored) != DIBS_OK &&
        (fstat(file->fd, &status) != 0 || (uint64_t)status.st_size >= file->end_at + record_bytes))
        return file_error_say(why, DIBS_NO_ANSWER, "say whether a record was added to", file->path, number);
    return file_error_say(why, DIBS_UNAVAILABLE, "add a record (nothing was added) to", file->path, number);
}

/* Lets the kernel begin to write what is complete, so that the sync of a full segment, which all wait for, is short. */
static void write_behind(const struct segment_file *file, uint64_t before, uint64_t after)
{
#ifdef SYNC_FILE_RANGE_WRITE
    uint64_t done = after / WRITE_BEHIND_BYTES;
    if (before / WRITE_BEHIND_BYTES != done)
        (void)sync_file_range(file->fd, (off_t)((done - 1) * WRITE_BEHIND_BYTES), WRITE_BEHIND_BYTES,
                              SYNC_FILE_RANGE_WRITE);
#endif
}

enum dibs_error segment_file_append(struct segment_file *file, uint64_t ts_ms, struct span payload, uint8_t *scratch,
                                    struct error_text *why)
{
    CHECK(!segment_file_is_torn(file));
    size_t size = segment_record_bytes(payload.size);
    segment_encode_record(file->end_offset, ts_ms, payload, scratch);
    int number = write_all(file->calls, file->fd, scratch, size, file->end_at);
    if (number != 0)
        return take_back(file, size, number, why);
    write_behind(file, file->end_at, file->end_at + size);
    file->end_at += size;
    file->seen_bytes = file->end_at;
    file->end_offset++;
    file->last_ts_ms = ts_ms;
    return DIBS_OK;
}

enum dibs_error segment_file_sync(struct segment_file *file, struct error_text *why)
{
    if (file->calls->fdatasync(file->fd) != 0)
        return file_error_say(why, DIBS_UNAVAILABLE, "bring to the disk", file->path, errno);
    return DIBS_OK;
}

enum dibs_error segment_file_say_damaged(const struct segment_file *file, uint64_t at, const char *what,
                                         struct error_text *why)
{
    return error_say(why, DIBS_DAMAGED,
                     "the log is damaged: %s, byte %" PRIu64
                     ": %s; `dibs log` shows all that stands before, a copy of the file mends it",
                     file->path, at, what);
}
