/* The log as far as it can be believed. See log_salvage.h. */
#include "log/log_salvage.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/check.h"
#include "log/file_error.h"
#include "log/segment_file.h"
#include "log/segment_list.h"

struct log_salvage {
    struct log log;
    uint8_t store_id[SEGMENT_ID_BYTES];
    char *path; /* owned; the directory */
    int dir_fd;
    struct segment_list list;
    size_t next_segment;      /* in the list: the one after `file` */
    struct segment_file file; /* the one being read, … */
    uint64_t size;            /* … as long as this, … */
    struct segment_place at;  /* … from here on */
};

static struct log_salvage *salvage_of(struct log *log)
{
    return (struct log_salvage *)log; /* `log` is its first member */
}

static enum dibs_error open_next(struct log_salvage *salvage, struct error_text *why)
{
    uint64_t first = salvage->list.firsts[salvage->next_segment];
    struct stat is;

    if (salvage->file.is_open && first != salvage->at.offset)
        return segment_file_say_damaged(&salvage->file, salvage->at.at, "the segment ends before the next one begins",
                                        why);
    segment_file_close(&salvage->file);
    enum dibs_error error =
        segment_file_open(&salvage->file, salvage->dir_fd, salvage->path, first, true, file_calls_system(), why);
    if (error != DIBS_OK)
        return error == DIBS_ENDED ? DIBS_DAMAGED : error;
    if (memcmp(salvage->file.header.store_id, salvage->store_id, SEGMENT_ID_BYTES) != 0)
        return segment_file_say_damaged(&salvage->file, 24, "this segment is of another store", why);
    if (fstat(salvage->file.fd, &is) != 0)
        return file_error_say(why, DIBS_UNAVAILABLE, "look at", salvage->file.path, errno);
    salvage->size = (uint64_t)is.st_size;
    salvage->at = (struct segment_place){first, SEGMENT_HEADER_BYTES};
    salvage->next_segment++;
    return DIBS_OK;
}

static enum dibs_error salvage_read(struct log *log, uint64_t offset, struct log_record *record, struct error_text *why)
{
    struct log_salvage *salvage = salvage_of(log);
    struct segment_file *file = &salvage->file;
    struct span bytes;
    size_t size;

    while (!file->is_open || salvage->at.at == salvage->size) { /* bounded by the segments */
        if (salvage->next_segment == salvage->list.count)
            return error_say(why, DIBS_ENDED, "the log ends at offset %" PRIu64, salvage->at.offset);
        enum dibs_error error = open_next(salvage, why);
        if (error != DIBS_OK)
            return error;
    }
    CHECK(offset <= salvage->at.offset); /* below: older segments were deleted */
    enum dibs_error error =
        segment_buffer_load_record(&file->buffer, file->fd, file->path, salvage->at.at, salvage->size, &bytes, why);
    if (error != DIBS_OK)
        return error;
    if (segment_parse_record(bytes, record, &size) != SEGMENT_WHOLE || record->offset != salvage->at.offset)
        return segment_file_say_damaged(file, salvage->at.at, "this is not the record that was written here", why);
    salvage->at = (struct segment_place){salvage->at.offset + 1, salvage->at.at + size};
    return DIBS_OK;
}

static enum dibs_error salvage_append(struct log *log, struct span payload, uint64_t *offset, uint64_t *ts_ms,
                                      struct error_text *why)
{
    (void)log, (void)payload, (void)offset, (void)ts_ms;
    return error_say(why, DIBS_UNAVAILABLE, "a damaged log is only read");
}

static enum dibs_error salvage_end(struct log *log, uint64_t *offset, struct error_text *why)
{
    (void)why;
    *offset = salvage_of(log)->at.offset;
    return DIBS_OK;
}

static uint64_t salvage_now_ms(struct log *log)
{
    return salvage_of(log)->file.last_ts_ms;
}

static enum dibs_error salvage_wait(struct log *log, uint64_t offset, uint32_t timeout_ms, struct error_text *why)
{
    (void)log, (void)offset, (void)timeout_ms, (void)why;
    return DIBS_OK;
}

static void salvage_close(struct log *log)
{
    struct log_salvage *salvage = salvage_of(log);

    segment_file_close(&salvage->file);
    segment_list_free(&salvage->list);
    if (salvage->dir_fd >= 0)
        (void)close(salvage->dir_fd);
    free(salvage->path);
    free(salvage);
}

enum dibs_error log_salvage_open(const char *path, const uint8_t store_id[SEGMENT_ID_BYTES], struct log **out,
                                 struct error_text *why)
{
    static const struct log_methods methods = {.append = salvage_append,
                                               .read = salvage_read,
                                               .end = salvage_end,
                                               .now_ms = salvage_now_ms,
                                               .wait = salvage_wait,
                                               .close = salvage_close};
    struct log_salvage *salvage = calloc(1, sizeof *salvage);
    if (salvage != NULL)
        salvage->path = strdup(path);
    if (salvage == NULL || salvage->path == NULL) {
        free(salvage);
        return error_say(why, DIBS_UNAVAILABLE, "no memory to open the log %s", path);
    }
    salvage->log.methods = &methods;
    memcpy(salvage->store_id, store_id, sizeof salvage->store_id);
    salvage->dir_fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    enum dibs_error error = salvage->dir_fd < 0 ? file_error_say(why, DIBS_UNAVAILABLE, "open the log", path, errno)
                                                : segment_list_read(&salvage->list, salvage->dir_fd, path, why);
    if (error != DIBS_OK) {
        salvage_close(&salvage->log);
        return error;
    }
    *out = &salvage->log;
    return DIBS_OK;
}
