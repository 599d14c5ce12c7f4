/* Where a segment's whole records end: found once from what is known, then moved over what is added. */
#include "log/segment_file.h"

#include "log/file_error.h"

#include <errno.h>
#include <inttypes.h>
#include <sys/stat.h>

enum { TAIL_BYTES = 4096 }; /* what is read first to find the end: a few records */

static enum dibs_error file_size(struct segment_file *file, uint64_t *size, struct error_text *why)
{
    struct stat status;
    if (fstat(file->fd, &status) != 0)
        return file_error_say(why, DIBS_UNAVAILABLE, "look at", file->path, errno);
    *size = (uint64_t)status.st_size;
    file->is_removed = status.st_nlink == 0;
    if (*size < file->end_at)
        return segment_file_say_damaged(file, *size, "the file has become shorter", why);
    return DIBS_OK;
}

/* What follows a bad record can't be further ahead than records fit in between. */
static uint64_t most_after(const struct segment_file *file, uint64_t size)
{
    return file->end_offset + (size - file->end_at) / SEGMENT_RECORD_MIN + 1;
}

/* What stands at the end isn't a whole record: the rest of an append that was interrupted, or damage? */
static enum dibs_error judge_tail(struct segment_file *file, uint64_t size, struct error_text *why)
{
    uint64_t at = file->end_at;
    if (size - at > SEGMENT_RECORD_MAX)
        return segment_file_say_damaged(file, at, "no record begins here, and more follows than one append can leave",
                                        why);
    struct span tail;
    enum dibs_error error = segment_buffer_load(&file->buffer, file->fd, file->path, at, size - at, size, &tail, why);
    if (error == DIBS_OK && segment_has_record_beyond(tail, file->end_offset, most_after(file, size)))
        return segment_file_say_damaged(file, at, "no record begins here, though later ones follow", why);
    return error;
}

/* What a record that is not whole, or not the next one, says of the file. */
typedef enum dibs_error judge(struct segment_file *file, uint64_t size, bool is_whole, struct error_text *why);

static enum dibs_error judge_strictly(struct segment_file *file, uint64_t size, bool is_whole, struct error_text *why)
{
    if (!is_whole)
        return judge_tail(file, size, why);
    return segment_file_say_damaged(file, file->end_at, "a record with another offset than its place", why);
}

/* The machine has crashed: there may be holes, and after them anything that was once written. */
static enum dibs_error judge_mildly(struct segment_file *file, uint64_t size, bool is_whole, struct error_text *why)
{
    (void)file, (void)size, (void)is_whole, (void)why;
    return DIBS_OK;
}

/* Moves the end over the whole records up to `size`. */
static enum dibs_error scan(struct segment_file *file, uint64_t size, judge *judge_bad, struct error_text *why)
{
    enum dibs_error error = DIBS_OK;
    file->seen_bytes = size;
    while (error == DIBS_OK && file->end_at < size) {
        struct span bytes;
        struct log_record record;
        size_t record_bytes;
        error = segment_buffer_load_record(&file->buffer, file->fd, file->path, file->end_at, size, &bytes, why);
        if (error != DIBS_OK)
            break;
        bool is_whole = segment_parse_record(bytes, &record, &record_bytes) == SEGMENT_WHOLE;
        if (!is_whole || record.offset != file->end_offset) {
            error = judge_bad(file, size, is_whole, why);
            break;
        }
        uint64_t before = file->end_at;
        file->end_at += record_bytes;
        file->end_offset++;
        file->last_ts_ms = record.ts_ms;
        segment_marks_pass(&file->marks, before, (struct segment_place){file->end_offset, file->end_at});
    }
    segment_buffer_trim(&file->buffer, file->end_at);
    return error;
}

enum dibs_error segment_file_refresh(struct segment_file *file, struct error_text *why)
{
    uint64_t size = 0;
    enum dibs_error error = file_size(file, &size, why);
    if (error != DIBS_OK || (size == file->seen_bytes && !segment_file_is_torn(file)))
        return error;
    return scan(file, size, judge_strictly, why);
}

/* Walks back over whole records from the end of the file, as far as `window` bytes hold, until it stands at
 * `known` or below. True: the end is found, and all from `known` on was checked. */
static bool walk_back(struct segment_file *file, uint64_t size, uint64_t known, uint64_t window)
{
    uint64_t from = size > window + SEGMENT_HEADER_BYTES ? size - window : SEGMENT_HEADER_BYTES;
    struct span bytes;
    struct log_record record, last, below = {0};
    size_t record_bytes;
    if (size % SEGMENT_ALIGN != 0 ||
        segment_buffer_load(&file->buffer, file->fd, file->path, from, size - from, size, &bytes, NULL) != DIBS_OK ||
        bytes.size != size - from || !segment_parse_last(bytes, &last, &record_bytes))
        return false;
    for (record = last;; record = below) {
        bytes.size -= record_bytes;
        bool is_first = from + bytes.size == SEGMENT_HEADER_BYTES;
        if (record.offset <= known || is_first)
            break;
        if (!segment_parse_last(bytes, &below, &record_bytes) || below.offset + 1 != record.offset)
            return false;
    }
    uint64_t first = file->header.first_offset;
    bool starts_well = (from + bytes.size == SEGMENT_HEADER_BYTES) == (record.offset == first);
    bool is_possible = record.offset >= first && last.offset - first < size / SEGMENT_RECORD_MIN;
    if (!starts_well || !is_possible || last.offset + 1 < known)
        return false;
    file->cursor = (struct segment_place){record.offset, from + bytes.size};
    file->end_offset = last.offset + 1;
    file->end_at = file->seen_bytes = size;
    file->last_ts_ms = last.ts_ms;
    return true;
}

static void begin_at_the_first(struct segment_file *file)
{
    file->end_offset = file->header.first_offset;
    file->end_at = SEGMENT_HEADER_BYTES;
    file->cursor = (struct segment_place){file->end_offset, file->end_at};
}

enum dibs_error segment_file_locate_end(struct segment_file *file, uint64_t known, struct error_text *why)
{
    uint64_t size = 0;
    enum dibs_error error = file_size(file, &size, why);
    if (error != DIBS_OK)
        return error;
    if (size > SEGMENT_HEADER_BYTES &&
        (walk_back(file, size, known, TAIL_BYTES) || walk_back(file, size, known, SEGMENT_BUFFER_BYTES)))
        return DIBS_OK;
    begin_at_the_first(file);
    error = scan(file, size, judge_strictly, why);
    if (error == DIBS_OK && file->end_offset < known)
        return error_say(why, DIBS_DAMAGED,
                         "the log is damaged: %s, byte %" PRIu64 ": record %" PRIu64
                         " should be here: those up to %" PRIu64 " were already answered; restore the file from a copy",
                         file->path, file->end_at, file->end_offset, known - 1);
    return error;
}

/* Is there a whole record above `offset` behind the end? Windows overlap by a record, so that none is missed between two. */
static enum dibs_error look_beyond(struct segment_file *file, uint64_t size, uint64_t offset, bool *found,
                                   struct error_text *why)
{
    enum { STEP = SEGMENT_BUFFER_BYTES - SEGMENT_RECORD_MAX };
    _Static_assert(STEP > 0 && STEP % SEGMENT_ALIGN == 0, "records begin where they may");
    enum dibs_error error = DIBS_OK;
    *found = false;
    for (uint64_t at = file->end_at; error == DIBS_OK && at < size && !*found; at += STEP) {
        struct span bytes;
        error = segment_buffer_load(&file->buffer, file->fd, file->path, at, size - at, size, &bytes, why);
        *found = error == DIBS_OK && segment_has_record_beyond(bytes, offset, most_after(file, size));
    }
    segment_buffer_trim(&file->buffer, file->end_at);
    return error;
}

/* Each of the records that were on their way may be there or not; one further on says that this one was on the disk. */
static enum dibs_error judge_holes(struct segment_file *file, uint64_t size, uint64_t unsynced_most,
                                   struct error_text *why)
{
    bool found;
    if (file->end_at == size || unsynced_most == UINT64_MAX)
        return DIBS_OK;
    if ((size - file->end_at) / SEGMENT_RECORD_MAX > unsynced_most)
        return segment_file_say_damaged(file, file->end_at,
                                        "no record begins here, and more follows than a crash can leave", why);
    enum dibs_error error = look_beyond(file, size, file->end_offset + unsynced_most - 1, &found, why);
    if (error != DIBS_OK || !found)
        return error;
    return segment_file_say_damaged(
        file, file->end_at, "no record begins here, though more follow than were on their way to the disk", why);
}

enum dibs_error segment_file_locate_end_after_crash(struct segment_file *file, uint64_t synced, uint64_t unsynced_most,
                                                    struct error_text *why)
{
    uint64_t size = 0;
    enum dibs_error error = file_size(file, &size, why);
    begin_at_the_first(file);
    if (error == DIBS_OK)
        error = scan(file, size, judge_mildly, why);
    if (error == DIBS_OK && file->end_offset < synced)
        return error_say(why, DIBS_DAMAGED,
                         "the log is damaged: %s, byte %" PRIu64 ": record %" PRIu64
                         " is not whole, though all up to %" PRIu64
                         " were on the disk when the machine stopped; `dibs status --check` says what can be saved",
                         file->path, file->end_at, file->end_offset, synced - 1);
    return error == DIBS_OK ? judge_holes(file, size, unsynced_most, why) : error;
}

enum dibs_error segment_file_set_end(struct segment_file *file, uint64_t end_offset, struct error_text *why)
{
    uint64_t size = 0;
    enum dibs_error error = file_size(file, &size, why);
    if (error != DIBS_OK)
        return error;
    file->end_offset = end_offset;
    file->end_at = file->seen_bytes = size;
    return DIBS_OK;
}
