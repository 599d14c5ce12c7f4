/* One segment of a local log as an open file: finding its end, reading by offset, appending, cutting a torn end.
 *
 * Never reads beyond the records it has seen whole. Not thread-safe. Who appends or cuts holds the store's lock. */
#ifndef LOG_SEGMENT_FILE_H
#define LOG_SEGMENT_FILE_H

#include "log/segment.h"
#include "log/segment_buffer.h"
#include "log/segment_marks.h"

#include <sys/types.h>

/* The calls that can fail for want of disk; tests put their own here. */
struct file_calls {
    ssize_t (*pwrite)(int fd, const void *bytes, size_t size, off_t at);
    int (*ftruncate)(int fd, off_t size);
    int (*fdatasync)(int fd);
};

const struct file_calls *file_calls_system(void);

/* `= {0}` is a closed one. */
struct segment_file {
    bool is_open;
    bool is_removed; /* at the last look its name was gone */
    int fd;
    char *path; /* owned */
    const struct file_calls *calls;
    struct segment_header header;

    uint64_t end_offset, end_at; /* all before lies in whole records; DIBS_DAMAGED if it doesn't */
    uint64_t seen_bytes;         /* the file's size at the last look; more than end_at: a torn end */
    uint64_t last_ts_ms;         /* of the last record before the end; 0 if unknown */

    struct segment_place cursor; /* the record after the last one read */
    struct segment_marks marks;
    struct segment_buffer buffer;
};

enum { SEGMENT_NAME_BYTES = 25 };

/* 00000000000000000042.seg */
void segment_file_name(uint64_t first_offset, char out[SEGMENT_NAME_BYTES]);
/* False when it isn't such a name. */
bool segment_file_parse_name(const char *name, uint64_t *first_offset);

/* Opens an existing one and reads its header; its end isn't known yet. DIBS_ENDED: there is no such file.
 * On an error *file stays closed. */
MUST_USE enum dibs_error segment_file_open(struct segment_file *file, int dir_fd, const char *dir_path,
                                           uint64_t first_offset, bool read_only, const struct file_calls *calls,
                                           struct error_text *why);

/* Makes an empty one that outlives a crash of the machine, and opens it. Written beside and renamed: it is there whole
 * or not at all. */
MUST_USE enum dibs_error segment_file_create(struct segment_file *file, int dir_fd, const char *dir_path,
                                             const struct segment_header *header, const struct file_calls *calls,
                                             struct error_text *why);

/* As open, for a file that is open already; the descriptor is the segment's from then on, also after an error. */
MUST_USE enum dibs_error segment_file_adopt(struct segment_file *file, int fd, const char *path,
                                            const struct file_calls *calls, struct error_text *why);

void segment_file_close(struct segment_file *file);

/* Finds the end. All records below `known` are known to have been whole: if they aren't there, the file is damaged.
 * Records at and above it are checked; what follows the last whole one is a torn end. */
MUST_USE enum dibs_error segment_file_locate_end(struct segment_file *file, uint64_t known, struct error_text *why);

/* Finds the end after a crash of the machine, from which pages of the file may be missing: every record is checked, and
 * what follows the last whole one before the first bad one is as a torn end. DIBS_DAMAGED: that end is below `synced`, up
 * to where all was on the disk; or a whole record follows that is more than `unsynced_most` - 1 records after it, though there
 * were never more of them on the way to the disk (UINT64_MAX: any number, so whatever follows is passed over). */
MUST_USE enum dibs_error segment_file_locate_end_after_crash(struct segment_file *file, uint64_t synced,
                                                             uint64_t unsynced_most, struct error_text *why);

/* The segment is followed by one that begins with `end_offset`, so its end is that of the file. */
MUST_USE enum dibs_error segment_file_set_end(struct segment_file *file, uint64_t end_offset, struct error_text *why);

/* Takes in the records that were added since. One fstat if there are none. */
MUST_USE enum dibs_error segment_file_refresh(struct segment_file *file, struct error_text *why);

static inline bool segment_file_is_torn(const struct segment_file *file)
{
    return file->seen_bytes > file->end_at;
}

static inline bool segment_file_is_full(const struct segment_file *file)
{
    return file->end_at >= file->header.roll_bytes;
}

/* Cuts the torn end off. */
MUST_USE enum dibs_error segment_file_cut(struct segment_file *file, struct error_text *why);

/* `offset` is at or above the first and below the end. The payload is good until the next call. */
MUST_USE enum dibs_error segment_file_read(struct segment_file *file, uint64_t offset, struct log_record *record,
                                           struct error_text *why);

/* Adds the record at the end, using `scratch` of SEGMENT_RECORD_MAX bytes; the file isn't torn. DIBS_UNAVAILABLE:
 * nothing was added. DIBS_NO_ANSWER: it may have been. */
MUST_USE enum dibs_error segment_file_append(struct segment_file *file, uint64_t ts_ms, struct span payload,
                                             uint8_t *scratch, struct error_text *why);

MUST_USE enum dibs_error segment_file_sync(struct segment_file *file, struct error_text *why);

/* DIBS_DAMAGED, with the file, the position and what is wrong there. */
enum dibs_error segment_file_say_damaged(const struct segment_file *file, uint64_t at, const char *what,
                                         struct error_text *why);

#endif
