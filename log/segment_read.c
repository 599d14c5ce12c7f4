/* Reading a segment: where its whole records end, and each of them by its offset.
 *
 * pread into a buffer and not a mapping: a file that shrinks or a disk that fails is an error here, and would be a
 * SIGBUS in the caller's process there. */
#include "log/segment_file.h"

#include "base/check.h"
#include "log/file_error.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    BUFFER_BYTES = 262144,     /* the largest record fits in */
    FIRST_READ_BYTES = 16384,  /* after a jump; each further read in a row is twice as large */
    TAIL_BYTES = 4096,         /* what is read first to find the end: a few records */
    MARK_SPACING_BYTES = 16384 /* a read by offset steps over at most this much, once it has been there */
};

_Static_assert((int)BUFFER_BYTES >= (int)SEGMENT_RECORD_MAX, "a record fits into the buffer");

static enum dibs_error say_damaged(const struct segment_file *file, uint64_t at, const char *what,
                                   struct error_text *why)
{
    return error_say(why, DIBS_DAMAGED, "the log is damaged: %s, byte %" PRIu64 ": %s", file->path, at, what);
}

static enum dibs_error read_at(struct segment_file *file, uint64_t at, size_t size, struct error_text *why)
{
    if (file->buffer == NULL)
        file->buffer = malloc(BUFFER_BYTES);
    file->buffer_size = 0;
    if (file->buffer == NULL)
        return error_say(why, DIBS_UNAVAILABLE, "no memory to read %s", file->path);
    file->buffer_at = at;
    while (file->buffer_size < size) {
        ssize_t got = pread(file->fd, file->buffer + file->buffer_size, size - file->buffer_size,
                            (off_t)(at + file->buffer_size));
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0) {
            file->buffer_size = 0;
            return file_error_say(why, DIBS_UNAVAILABLE, "read", file->path, errno);
        }
        if (got == 0)
            break;
        file->buffer_size += (size_t)got;
    }
    return DIBS_OK;
}

/* The bytes from `at` on that the buffer holds, up to `limit`; at least `want` of them if there are. */
static enum dibs_error load(struct segment_file *file, uint64_t at, uint64_t want, uint64_t limit, struct span *out,
                            struct error_text *why)
{
    uint64_t most = limit - at < BUFFER_BYTES ? limit - at : BUFFER_BYTES;
    if (want > most)
        want = most;
    uint64_t buffer_end = file->buffer_at + file->buffer_size;
    bool has_it = at >= file->buffer_at && at + want <= buffer_end;
    if (!has_it) {
        bool in_a_row = file->read_bytes > 0 && at >= file->buffer_at && at <= buffer_end;
        file->read_bytes = in_a_row ? file->read_bytes * 2 : FIRST_READ_BYTES;
        if (file->read_bytes > BUFFER_BYTES)
            file->read_bytes = BUFFER_BYTES;
        uint64_t size = file->read_bytes > want ? file->read_bytes : want;
        enum dibs_error error = read_at(file, at, (size_t)(size < most ? size : most), why);
        if (error != DIBS_OK)
            return error;
    }
    size_t skip = (size_t)(at - file->buffer_at);
    size_t left = file->buffer_size - skip;
    *out = span_of(file->buffer + skip, left < most ? left : (size_t)most);
    return DIBS_OK;
}

/* The bytes from `at` on, with the whole record that begins there if it ends before `limit`. */
static enum dibs_error load_record(struct segment_file *file, uint64_t at, uint64_t limit, struct span *out,
                                   struct error_text *why)
{
    enum dibs_error error = load(file, at, SEGMENT_RECORD_HEAD_BYTES, limit, out, why);
    if (error != DIBS_OK)
        return error;
    size_t size = segment_claimed_bytes(*out);
    return size > out->size ? load(file, at, size, limit, out, why) : DIBS_OK;
}

/* Forgets what the buffer holds of the file beyond `end`: it may change there. */
static void trim_buffer(struct segment_file *file, uint64_t end)
{
    if (file->buffer_at >= end)
        file->buffer_size = 0;
    else if (file->buffer_at + file->buffer_size > end)
        file->buffer_size = (size_t)(end - file->buffer_at);
}

/* The last mark at or below the offset, or SIZE_MAX. */
static size_t find_mark(const struct segment_file *file, uint64_t offset)
{
    size_t low = 0, high = file->mark_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (file->marks[middle].offset <= offset)
            low = middle + 1;
        else
            high = middle;
    }
    return low == 0 ? SIZE_MAX : low - 1;
}

/* Remembers where a record is, for the first one in each run of MARK_SPACING_BYTES: `from` is where the record before
 * it begins. Without memory reads are only slower. */
static void pass(struct segment_file *file, uint64_t offset, uint64_t from, uint64_t at)
{
    if (from / MARK_SPACING_BYTES == at / MARK_SPACING_BYTES)
        return;
    size_t below = find_mark(file, offset);
    if (below != SIZE_MAX && file->marks[below].offset == offset)
        return;
    if (file->mark_count == file->mark_capacity) {
        size_t capacity = file->mark_capacity == 0 ? 64 : file->mark_capacity * 2;
        struct segment_mark *marks = realloc(file->marks, capacity * sizeof *marks);
        if (marks == NULL)
            return;
        file->marks = marks;
        file->mark_capacity = capacity;
    }
    size_t index = below == SIZE_MAX ? 0 : below + 1;
    memmove(file->marks + index + 1, file->marks + index, (file->mark_count - index) * sizeof *file->marks);
    file->marks[index] = (struct segment_mark){.offset = offset, .at = at};
    file->mark_count++;
}

static enum dibs_error file_size(struct segment_file *file, uint64_t *size, struct error_text *why)
{
    struct stat status;
    if (fstat(file->fd, &status) != 0)
        return file_error_say(why, DIBS_UNAVAILABLE, "look at", file->path, errno);
    *size = (uint64_t)status.st_size;
    file->is_removed = status.st_nlink == 0;
    if (*size < file->end_at)
        return say_damaged(file, *size, "the file has become shorter", why);
    return DIBS_OK;
}

/* What stands at the end isn't a whole record: the rest of an append that was interrupted, or damage? */
static enum dibs_error judge_tail(struct segment_file *file, uint64_t size, struct error_text *why)
{
    if (size - file->end_at > SEGMENT_RECORD_MAX)
        return say_damaged(file, file->end_at, "no record begins here, and more follows than one append can leave",
                           why);
    struct span tail;
    enum dibs_error error = load(file, file->end_at, size - file->end_at, size, &tail, why);
    if (error == DIBS_OK && segment_has_record_beyond(tail, file->end_offset))
        return say_damaged(file, file->end_at, "no record begins here, though later ones follow", why);
    return error;
}

/* Moves the end over the whole records up to `size`. */
static enum dibs_error scan(struct segment_file *file, uint64_t size, struct error_text *why)
{
    enum dibs_error error = DIBS_OK;
    file->seen_bytes = size;
    while (error == DIBS_OK && file->end_at < size) {
        struct span bytes;
        struct log_record record;
        size_t record_bytes;
        error = load_record(file, file->end_at, size, &bytes, why);
        if (error != DIBS_OK)
            break;
        if (segment_parse_record(bytes, &record, &record_bytes) != SEGMENT_WHOLE) {
            error = judge_tail(file, size, why);
            break;
        }
        if (record.offset != file->end_offset) {
            error = say_damaged(file, file->end_at, "a record with another offset than its place", why);
            break;
        }
        file->end_at += record_bytes;
        file->end_offset++;
        pass(file, file->end_offset, file->end_at - record_bytes, file->end_at);
        file->last_ts_ms = record.ts_ms;
    }
    trim_buffer(file, file->end_at);
    return error;
}

enum dibs_error segment_file_refresh(struct segment_file *file, struct error_text *why)
{
    uint64_t size = 0;
    enum dibs_error error = file_size(file, &size, why);
    if (error != DIBS_OK || (size == file->seen_bytes && !segment_file_is_torn(file)))
        return error;
    return scan(file, size, why);
}

/* Walks back over whole records from the end of the file, as far as `window` bytes hold, until it stands at
 * `known` or below. True: the end is found, and all from `known` on was checked. */
static bool walk_back(struct segment_file *file, uint64_t size, uint64_t known, uint64_t window)
{
    uint64_t from = size > window + SEGMENT_HEADER_BYTES ? size - window : SEGMENT_HEADER_BYTES;
    struct span bytes;
    struct log_record record, last, below = {0};
    size_t record_bytes;
    if (size % SEGMENT_ALIGN != 0 || load(file, from, size - from, size, &bytes, NULL) != DIBS_OK ||
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
    file->cursor_offset = record.offset;
    file->cursor_at = from + bytes.size;
    file->end_offset = last.offset + 1;
    file->end_at = file->seen_bytes = size;
    file->last_ts_ms = last.ts_ms;
    return true;
}

enum dibs_error segment_file_locate_end(struct segment_file *file, uint64_t known, struct error_text *why)
{
    uint64_t size = 0;
    enum dibs_error error = file_size(file, &size, why);
    if (error != DIBS_OK)
        return error;
    if (size > SEGMENT_HEADER_BYTES &&
        (walk_back(file, size, known, TAIL_BYTES) || walk_back(file, size, known, BUFFER_BYTES)))
        return DIBS_OK;
    file->cursor_offset = file->end_offset = file->header.first_offset;
    file->cursor_at = file->end_at = SEGMENT_HEADER_BYTES;
    error = scan(file, size, why);
    if (error == DIBS_OK && file->end_offset < known)
        return error_say(why, DIBS_DAMAGED,
                         "the log is damaged: %s, byte %" PRIu64 ": record %" PRIu64 " should be here, and %" PRIu64
                         " was already seen",
                         file->path, file->end_at, file->end_offset, known - 1);
    return error;
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

/* The nearest known place at or below the offset. */
static struct segment_mark start_of_search(const struct segment_file *file, uint64_t offset)
{
    struct segment_mark start = {.offset = file->header.first_offset, .at = SEGMENT_HEADER_BYTES};
    size_t mark = find_mark(file, offset);
    if (mark != SIZE_MAX)
        start = file->marks[mark];
    if (file->cursor_offset <= offset && file->cursor_offset > start.offset)
        start = (struct segment_mark){.offset = file->cursor_offset, .at = file->cursor_at};
    return start;
}

enum dibs_error segment_file_read(struct segment_file *file, uint64_t offset, struct log_record *record,
                                  struct error_text *why)
{
    CHECK(offset >= file->header.first_offset && offset < file->end_offset);
    struct segment_mark place = start_of_search(file, offset);
    for (;; place.offset++) {
        struct span bytes;
        size_t size;
        if (place.at >= file->end_at)
            return say_damaged(file, file->end_at, "the segment ends before its last record", why);
        enum dibs_error error = load_record(file, place.at, file->end_at, &bytes, why);
        if (error != DIBS_OK)
            return error;
        bool is_found = place.offset == offset;
        enum segment_verdict verdict =
            is_found ? segment_parse_record(bytes, record, &size) : segment_step_record(bytes, record, &size);
        if (verdict != SEGMENT_WHOLE || record->offset != place.offset)
            return say_damaged(file, place.at, "this is not the record that was written here", why);
        place.at += size;
        pass(file, place.offset + 1, place.at - size, place.at);
        if (is_found)
            break;
    }
    file->cursor_offset = offset + 1;
    file->cursor_at = place.at;
    return DIBS_OK;
}
