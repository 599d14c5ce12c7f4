/* Any bytes as a segment of a log: opened, its end found with and without knowledge, each record read forth, back and
 * at random, torn ends cut, and appended to. Whatever was found must be found again. */
#include "base/check.h"
#include "base/endian.h"
#include "base/hash.h"
#include "log/segment_file.h"

#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

static uint8_t scratch[SEGMENT_RECORD_MAX];

/* Every record from the first to the end; `order` steps through them in another way each time. False: damaged. */
static bool read_all(struct segment_file *file, uint64_t order)
{
    uint64_t first = file->header.first_offset, count = file->end_offset - first;
    for (uint64_t i = 0; i < count && i < 4096; i++) {
        uint64_t offset = first + (order == 0 ? i : order == 1 ? count - 1 - i : (i * order) % count);
        struct log_record record;
        struct error_text why;
        enum dibs_error error = segment_file_read(file, offset, &record, &why);
        CHECK(error == DIBS_OK || error == DIBS_DAMAGED);
        if (error != DIBS_OK)
            return false;
        CHECK(record.offset == offset && record.payload.size <= SEGMENT_PAYLOAD_MAX);
    }
    return true;
}

static bool open_bytes(int fd, struct segment_file *file, uint64_t known)
{
    struct error_text why;
    if (segment_file_adopt(file, dup(fd), "fuzzed.seg", file_calls_system(), &why) != DIBS_OK)
        return false;
    if (segment_file_locate_end(file, known, &why) == DIBS_OK)
        return true;
    segment_file_close(file);
    return false;
}

/* Cuts, appends, and finds all of it again. */
static void append_one(int fd, struct segment_file *file)
{
    struct error_text why;
    uint64_t end = file->end_offset;
    if (segment_file_is_torn(file))
        CHECK(segment_file_cut(file, &why) == DIBS_OK);
    CHECK(segment_file_append(file, 7, span_from_text("appended"), scratch, &why) == DIBS_OK);
    segment_file_close(file);
    struct log_record record;
    CHECK(open_bytes(fd, file, end + 1));
    CHECK(file->end_offset == end + 1 && segment_file_read(file, end, &record, &why) == DIBS_OK);
    CHECK(span_equal(record.payload, span_from_text("appended")));
}

/* Random bytes hardly ever have a right checksum; with this bit of the header set they get it. */
static void mend(uint8_t *bytes, size_t size)
{
    put_u32le(bytes + 60, hash_crc32c(0, span_of(bytes, 60)));
    for (size_t at = SEGMENT_HEADER_BYTES; (bytes[48] & 1) != 0 && at < size;) {
        size_t whole = segment_claimed_bytes(span_of(bytes + at, size - at));
        if (whole == 0 || whole > size - at)
            break;
        struct span payload = span_of(bytes + at + SEGMENT_RECORD_HEAD_BYTES, get_u32le(bytes + at));
        segment_encode_record(get_u64le(bytes + at + 8), get_u64le(bytes + at + 16), payload, scratch);
        memcpy(bytes + at, scratch, whole);
        at += whole;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static int fd = -1;
    if (fd < 0)
        fd = memfd_create("segment", MFD_CLOEXEC);
    if (size < SEGMENT_HEADER_BYTES)
        return 0;
    uint8_t *bytes = malloc(size);
    CHECK(bytes != NULL);
    memcpy(bytes, data, size);
    mend(bytes, size);
    CHECK(ftruncate(fd, 0) == 0 && pwrite(fd, bytes, size, 0) == (ssize_t)size);

    struct segment_file file;
    if (open_bytes(fd, &file, 0)) {
        uint64_t end = file.end_offset;
        bool is_whole = read_all(&file, 0);
        CHECK(read_all(&file, 1) == is_whole && read_all(&file, 7) == is_whole);
        segment_file_close(&file);
        if (open_bytes(fd, &file, end)) {
            CHECK(file.end_offset >= end);
            read_all(&file, 0);
            if (file.end_offset == end)
                append_one(fd, &file);
            segment_file_close(&file);
        }
    }
    free(bytes);
    return 0;
}
