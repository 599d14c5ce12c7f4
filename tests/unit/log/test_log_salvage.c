/* A damaged log is read up to the first record that isn't what was written, over as many segments as there are. */
#include "log/log_salvage.h"
#include "log/segment.h"
#include "tests/unit/log/local_log.h"

#include <criterion/criterion.h>

TestSuite(log_salvage, .init = local_log_setup, .fini = local_log_teardown);

enum { RECORDS = 60 };

static void write_segments(void)
{
    options.segment_bytes = 256;
    struct log *log = open_log(0);
    append_numbers(log, 0, RECORDS);
    log_close(log);
}

/* How many can be read, and what is said then. */
static uint64_t count_readable(enum dibs_error *last)
{
    struct log *log = NULL;
    struct log_record record;
    uint64_t offset = 0;
    cr_assert_eq(log_salvage_open(dir, options.store_id, &log, &why), DIBS_OK, "%s", why.text);
    while ((*last = log_read(log, offset, &record, &why)) == DIBS_OK) {
        cr_assert_eq(record.offset, offset);
        offset++;
    }
    log_close(log);
    return offset;
}

static void flip_at(const char *path, off_t at)
{
    size_t size;
    uint8_t *bytes = fixture_read_file(path, &size);
    bytes[at] ^= 4;
    fixture_write_file(path, bytes, size);
    free(bytes);
}

Test(log_salvage, a_sound_log_is_read_to_its_end_over_all_segments)
{
    enum dibs_error last;
    write_segments();
    cr_expect_eq(count_readable(&last), RECORDS);
    cr_expect_eq(last, DIBS_ENDED);
}

Test(log_salvage, the_first_bad_record_ends_it_and_is_named)
{
    enum dibs_error last;
    write_segments();
    flip_at(segment_path(0), SEGMENT_HEADER_BYTES + SEGMENT_RECORD_HEAD_BYTES);
    cr_expect_eq(count_readable(&last), 0);
    cr_expect_eq(last, DIBS_DAMAGED);
    cr_expect_not_null(strstr(why.text, segment_path(0)), "%s", why.text);
    cr_expect_not_null(strstr(why.text, "byte 64"), "%s", why.text);
}

Test(log_salvage, a_segment_that_is_gone_or_cut_short_ends_it)
{
    enum dibs_error last;
    write_segments();
    struct log_record record;
    uint64_t second = 1;
    while (access(segment_path(second), F_OK) != 0)
        cr_assert_lt(++second, RECORDS);
    cr_assert_eq(truncate(segment_path(0), size_of(segment_path(0)) - 8), 0);
    cr_expect_eq(count_readable(&last), second - 1);
    cr_expect_eq(last, DIBS_DAMAGED);
    cr_assert_eq(unlink(segment_path(0)), 0);
    struct log *rest = NULL;
    cr_assert_eq(log_salvage_open(dir, options.store_id, &rest, &why), DIBS_OK);
    cr_expect_eq(log_read(rest, 0, &record, &why), DIBS_OK, "older segments may have been deleted");
    cr_expect_eq(record.offset, second);
    log_close(rest);
}

Test(log_salvage, another_stores_segments_are_refused)
{
    enum dibs_error last;
    write_segments();
    options.store_id[0] ^= 1;
    cr_expect_eq(count_readable(&last), 0);
    cr_expect_eq(last, DIBS_DAMAGED);
    cr_expect_not_null(strstr(why.text, "another store"), "%s", why.text);
}
