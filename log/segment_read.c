/* Reading a record of a segment by its offset. */
#include "log/segment_file.h"

#include "base/check.h"

/* The nearest known place at or below the offset. */
static struct segment_place start_of_search(const struct segment_file *file, uint64_t offset)
{
    struct segment_place start = {.offset = file->header.first_offset, .at = SEGMENT_HEADER_BYTES};
    (void)segment_marks_find(&file->marks, offset, &start);
    bool is_nearer = file->cursor.offset <= offset && file->cursor.offset > start.offset;
    return is_nearer ? file->cursor : start;
}

enum dibs_error segment_file_read(struct segment_file *file, uint64_t offset, struct log_record *record,
                                  struct error_text *why)
{
    CHECK(offset >= file->header.first_offset && offset < file->end_offset);
    struct segment_place place = start_of_search(file, offset);
    while (place.offset <= offset) {
        struct span bytes;
        size_t size;
        if (place.at >= file->end_at)
            return segment_file_say_damaged(
                file, file->end_at, "the segment ends before the next one begins; records are missing here", why);
        enum dibs_error error =
            segment_buffer_load_record(&file->buffer, file->fd, file->path, place.at, file->end_at, &bytes, why);
        if (error != DIBS_OK)
            return error;
        enum segment_verdict verdict = place.offset == offset ? segment_parse_record(bytes, record, &size)
                                                              : segment_step_record(bytes, record, &size);
        if (verdict != SEGMENT_WHOLE || record->offset != place.offset)
            return segment_file_say_damaged(file, place.at, "this is not the record that was written here", why);
        uint64_t before = place.at;
        place = (struct segment_place){place.offset + 1, place.at + size};
        segment_marks_pass(&file->marks, before, place);
    }
    file->cursor = place;
    return DIBS_OK;
}
