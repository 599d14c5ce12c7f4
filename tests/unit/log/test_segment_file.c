/* One segment as a file: finding its end with and without knowledge, and records that are sound in themselves but stand
 * in the wrong place, as only another program could have left them. */
#include "tests/unit/log/fixture.h"
#include "log/segment_file.h"

#include <criterion/criterion.h>
#include <sys/mman.h>

enum { FIRST = 10 };

static struct error_text why;
static uint8_t bytes[4096];
static size_t size;
static struct segment_file file;

/* A segment with these offsets one after the other. */
static void make_segment(const uint64_t *offsets, size_t count)
{
    struct segment_header header = {.first_offset = FIRST, .roll_bytes = 1 << 20};
    segment_encode_header(&header, bytes);
    size = SEGMENT_HEADER_BYTES;
    for (size_t i = 0; i < count; i++) {
        segment_encode_record(offsets[i], 1000 + i, span_from_text("some payload"), bytes + size);
        size += segment_record_bytes(12);
    }
}

static void open_segment(void)
{
    int fd = memfd_create("segment", MFD_CLOEXEC);
    cr_assert_eq(pwrite(fd, bytes, size, 0), (ssize_t)size);
    cr_assert_eq(segment_file_adopt(&file, fd, "some.seg", file_calls_system(), &why), DIBS_OK);
}

static enum dibs_error locate(uint64_t known)
{
    open_segment();
    enum dibs_error error = segment_file_locate_end(&file, known, &why);
    if (error != DIBS_OK)
        segment_file_close(&file);
    return error;
}

Test(segment_file, end_is_found_whatever_is_known_up_to_it_and_nothing_beyond)
{
    make_segment((uint64_t[]){10, 11, 12, 13}, 4);
    for (uint64_t known = 0; known <= 14; known++) {
        cr_assert_eq(locate(known), DIBS_OK);
        cr_assert_eq(file.end_offset, 14);
        cr_assert_eq(file.last_ts_ms, 1003);
        segment_file_close(&file);
    }
    cr_assert_eq(locate(15), DIBS_DAMAGED);
    cr_assert_not_null(strstr(why.text, "record 14 should be here"), "%s", why.text);
}

Test(segment_file, end_of_an_empty_one_is_its_beginning)
{
    make_segment(NULL, 0);
    cr_assert_eq(locate(FIRST), DIBS_OK);
    cr_assert_eq(file.end_offset, FIRST);
    segment_file_close(&file);
    cr_assert_eq(locate(FIRST + 1), DIBS_DAMAGED);
}

Test(segment_file, gap_or_repeat_above_what_is_known_is_damage)
{
    static const uint64_t wrong[][4] = {{10, 11, 13, 14}, {10, 10, 11, 12}, {11, 12, 13, 14}, {10, 11, 12, 12}};
    for (size_t i = 0; i < 4; i++) {
        make_segment(wrong[i], 4);
        cr_assert_eq(locate(FIRST), DIBS_DAMAGED, "case %zu", i);
        cr_assert_not_null(strstr(why.text, "some.seg, byte "), "%s", why.text);
    }
}

Test(segment_file, bad_record_above_what_is_known_is_found_at_once_and_one_below_when_it_is_read)
{
    make_segment((uint64_t[]){10, 11, 12, 13}, 4);
    bytes[SEGMENT_HEADER_BYTES + segment_record_bytes(12) + SEGMENT_RECORD_HEAD_BYTES] ^= 1; /* in record 11 */
    cr_assert_eq(locate(11), DIBS_DAMAGED);
    cr_assert_not_null(strstr(why.text, "byte 104"), "%s", why.text);
    cr_assert_eq(locate(12), DIBS_OK);
    struct log_record record;
    cr_assert_eq(segment_file_read(&file, 11, &record, &why), DIBS_DAMAGED);
    cr_assert_not_null(strstr(why.text, "some.seg, byte 104"), "%s", why.text);
    cr_assert_eq(segment_file_read(&file, 10, &record, &why), DIBS_OK);
    cr_assert_eq(segment_file_read(&file, 13, &record, &why), DIBS_OK);
    segment_file_close(&file);
}

Test(segment_file, record_in_the_wrong_place_is_not_handed_out)
{
    make_segment((uint64_t[]){10, 12, 11, 13}, 4);
    cr_assert_eq(locate(14), DIBS_OK);
    struct log_record record;
    cr_assert_eq(segment_file_read(&file, 11, &record, &why), DIBS_DAMAGED);
    cr_assert_eq(segment_file_read(&file, 12, &record, &why), DIBS_DAMAGED);
    segment_file_close(&file);
}

Test(segment_file, names_are_twenty_digits)
{
    char name[SEGMENT_NAME_BYTES];
    uint64_t first = 1;
    segment_file_name(42, name);
    cr_assert_str_eq(name, "00000000000000000042.seg");
    cr_assert(segment_file_parse_name(name, &first));
    cr_assert_eq(first, 42);
    cr_assert_not(segment_file_parse_name("0000000000000000042.seg", &first));
    cr_assert_not(segment_file_parse_name("00000000000000000042.seg~", &first));
    cr_assert_not(segment_file_parse_name("99999999999999999999.seg", &first), "more than 64 bits");
    cr_assert_not(segment_file_parse_name("next.seg.tmp", &first));
    cr_assert_not(segment_file_parse_name("", &first));
}
