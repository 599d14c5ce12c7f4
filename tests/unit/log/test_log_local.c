/* The local log: append, read by offset, several processes' views, rolling, recovery. */
#include "tests/unit/log/fixture.h"
#include "log/segment.h"

#include <criterion/criterion.h>

static char dir[FIXTURE_PATH_BYTES];
static struct error_text why;
static struct fixture_clock now = {.realtime_ms = 1000, .boottime_ms = 50, .boot_id = "one"};
static struct clock_source source;
static struct log_local_options options;

static void setup(void)
{
    fixture_make_dir(dir);
    source = fixture_source(&now);
    options = (struct log_local_options){
        .store_id = "a store's own id", .clock = boot_clock_start(&source, 0), .source = &source, .create = true};
}

static void teardown(void)
{
    fixture_remove_dir(dir);
}

TestSuite(log_local, .init = setup, .fini = teardown);

static struct log *open_log(uint64_t known)
{
    struct log *log = NULL;
    cr_assert_eq(log_local_open(dir, &options, &log, &why), DIBS_OK, "%s", why.text);
    cr_assert_eq(log_local_recover(log, known, &why), DIBS_OK, "%s", why.text);
    return log;
}

static uint64_t append(struct log *log, const char *text)
{
    uint64_t offset = 99999, ts_ms;
    cr_assert_eq(log_append(log, span_from_text(text), &offset, &ts_ms, &why), DIBS_OK, "%s", why.text);
    return offset;
}

static void append_numbers(struct log *log, uint64_t from, uint64_t to)
{
    for (uint64_t i = from; i < to; i++) {
        char text[32];
        snprintf(text, sizeof text, "record %llu", (unsigned long long)i);
        cr_assert_eq(append(log, text), i);
    }
}

static void check_number(struct log *log, uint64_t offset)
{
    char text[32];
    struct log_record record;
    snprintf(text, sizeof text, "record %llu", (unsigned long long)offset);
    cr_assert_eq(log_read(log, offset, &record, &why), DIBS_OK, "%s", why.text);
    cr_assert_eq(record.offset, offset);
    cr_assert(span_equal(record.payload, span_from_text(text)), "offset %llu", (unsigned long long)offset);
}

static void check_ends_at(struct log *log, uint64_t end)
{
    uint64_t found = 99999;
    struct log_record record;
    cr_assert_eq(log_read(log, end, &record, &why), DIBS_ENDED);
    cr_assert_eq(log_end(log, &found, &why), DIBS_OK);
    cr_assert_eq(found, end, "%llu", (unsigned long long)found);
}

static char *segment_path(uint64_t first)
{
    static char path[FIXTURE_PATH_BYTES + 40];
    snprintf(path, sizeof path, "%s/%020llu.seg", dir, (unsigned long long)first);
    return path;
}

static off_t size_of(const char *path)
{
    struct stat status;
    cr_assert_eq(stat(path, &status), 0);
    return status.st_size;
}

Test(log_local, gives_back_what_was_appended_also_after_it_was_closed)
{
    struct log *log = open_log(0);
    append_numbers(log, 0, 5);
    check_number(log, 3);
    log_close(log);
    log = open_log(5);
    for (uint64_t i = 0; i < 5; i++)
        check_number(log, i);
    check_ends_at(log, 5);
    log_close(log);
}

Test(log_local, is_no_store_where_there_is_none)
{
    struct log *log;
    options.create = false;
    cr_assert_eq(log_local_open(dir, &options, &log, &why), DIBS_NO_STORE);
    cr_assert_not_null(strstr(why.text, dir));
    cr_assert_eq(log_local_open(segment_path(0), &options, &log, &why), DIBS_NO_STORE);
    cr_assert_null(log);
}

Test(log_local, refuses_a_path_that_is_a_file)
{
    struct log *log;
    fixture_write_file(segment_path(0), "x", 1);
    cr_assert_eq(log_local_open(segment_path(0), &options, &log, &why), DIBS_UNAVAILABLE);
    cr_assert_not_null(strstr(why.text, "Not a directory"), "%s", why.text);
}

Test(log_local, refuses_the_segments_of_another_store)
{
    log_close(open_log(0));
    struct log *log;
    options.store_id[3] ^= 1;
    cr_assert_eq(log_local_open(dir, &options, &log, &why), DIBS_DAMAGED);
    cr_assert_not_null(strstr(why.text, "another store"));
}

Test(log_local, stamps_with_the_boots_clock_and_never_below_the_last_record)
{
    struct log *log = open_log(0);
    uint64_t offset, ts_ms;
    now.boottime_ms = 80;
    cr_assert_eq(log_append(log, span_from_text("a"), &offset, &ts_ms, &why), DIBS_OK);
    cr_assert_eq(ts_ms, 1030);
    now.boottime_ms = 60;
    cr_assert_eq(log_append(log, span_from_text("b"), &offset, &ts_ms, &why), DIBS_OK);
    cr_assert_eq(ts_ms, 1030, "the boot time went back");
    log_close(log);
    log = open_log(2);
    cr_assert_eq(log_local_last_ts_ms(log), 1030);
    cr_assert_eq(log_now_ms(log), 1030);
    log_close(log);
}

Test(log_local, append_comes_after_what_another_process_appended)
{
    struct log *one = open_log(0), *other = open_log(0);
    cr_assert_eq(append(one, "record 0"), 0);
    cr_assert_eq(append(other, "record 1"), 1);
    cr_assert_eq(append(other, "record 2"), 2);
    cr_assert_eq(append(one, "record 3"), 3);
    check_ends_at(other, 4);
    for (uint64_t i = 0; i < 4; i++) {
        check_number(one, i);
        check_number(other, i);
    }
    log_close(one);
    log_close(other);
}

Test(log_local, rolls_to_a_new_segment_when_one_is_full)
{
    options.segment_bytes = 256;
    struct log *log = open_log(0), *other = open_log(0);
    append_numbers(log, 0, 100);
    cr_assert_geq(size_of(segment_path(0)), 256);
    cr_assert_lt(size_of(segment_path(0)), 256 + 48);
    check_ends_at(other, 100); /* opened before any of the segments was there */
    append_numbers(other, 100, 103);
    append_numbers(log, 103, 105);
    for (uint64_t i = 105; i-- > 0;)
        check_number(log, i);
    for (uint64_t i = 0; i < 105; i++)
        check_number(other, i);
    log_close(log);
    log_close(other);
    options.segment_bytes = 1 << 20; /* the store's own size stays */
    log = open_log(105);
    append_numbers(log, 105, 150);
    log_close(log);
    log = open_log(150);
    check_number(log, 0);
    check_ends_at(log, 150);
    log_close(log);
}

Test(log_local, opened_before_others_rolled_recovers_to_the_new_segment)
{
    options.segment_bytes = 256;
    struct log *late = NULL, *log = open_log(0);
    cr_assert_eq(log_local_open(dir, &options, &late, &why), DIBS_OK);
    append_numbers(log, 0, 60);
    cr_assert_eq(log_local_recover(late, 60, &why), DIBS_OK, "%s", why.text);
    check_number(late, 59);
    check_number(late, 0);
    append_numbers(late, 60, 61);
    log_close(log);
    log_close(late);
}

Test(log_local, reads_at_random_from_large_segments)
{
    options.segment_bytes = 1 << 20;
    struct log *log = open_log(0);
    append_numbers(log, 0, 60000);
    check_number(log, 59999);
    log_close(log);
    log = open_log(60000);
    uint64_t random = 12345;
    for (int i = 0; i < 20000; i++) {
        random = random * 6364136223846793005u + 1442695040888963407u;
        check_number(log, (random >> 33) % 60000);
    }
    log_close(log);
}

Test(log_local, takes_records_up_to_the_limit_and_no_larger)
{
    struct log *log = open_log(0);
    static uint8_t large[LOG_LOCAL_PAYLOAD_MAX + 1];
    uint64_t offset, ts_ms;
    for (int i = 0; i < 5; i++) {
        memset(large, i, sizeof large);
        cr_assert_eq(log_append(log, span_of(large, sizeof large - 1), &offset, &ts_ms, &why), DIBS_OK);
    }
    cr_assert_eq(log_append(log, span_of(large, sizeof large), &offset, &ts_ms, &why), DIBS_BAD_INPUT);
    check_ends_at(log, 5);
    struct log_record record;
    cr_assert_eq(log_read(log, 2, &record, &why), DIBS_OK);
    cr_assert_eq(record.payload.size, LOG_LOCAL_PAYLOAD_MAX);
    cr_assert_eq(record.payload.bytes[LOG_LOCAL_PAYLOAD_MAX - 1], 2);
    cr_assert_eq(append(log, ""), 5);
    cr_assert_eq(log_read(log, 5, &record, &why), DIBS_OK);
    cr_assert_eq(record.payload.size, 0);
    log_close(log);
}

Test(log_local, keeps_a_whole_record_beyond_what_is_known_and_cuts_a_torn_one)
{
    struct log *log = open_log(0);
    append_numbers(log, 0, 4);
    off_t whole = size_of(segment_path(0));
    append(log, "this one is interrupted");
    log_close(log);
    cr_assert_eq(truncate(segment_path(0), whole + 30), 0);
    log = open_log(2);
    check_number(log, 3);
    check_ends_at(log, 4);
    cr_assert_eq(size_of(segment_path(0)), whole);
    append_numbers(log, 4, 6);
    log_close(log);
}

Test(log_local, append_cuts_what_another_process_left_torn)
{
    struct log *log = open_log(0), *killed = open_log(0);
    append_numbers(log, 0, 4);
    off_t whole = size_of(segment_path(0));
    append(killed, "this one is interrupted");
    cr_assert_eq(truncate(segment_path(0), whole + 41), 0);
    check_ends_at(log, 4);
    cr_assert_eq(size_of(segment_path(0)), whole + 41, "reading cuts nothing");
    append_numbers(log, 4, 6);
    check_ends_at(log, 6);
    log_close(log);
    log_close(killed);
}

Test(log_local, bytes_of_a_torn_record_that_were_looked_at_are_forgotten_when_it_is_cut)
{
    struct log *log = open_log(0), *other = open_log(0);
    append_numbers(log, 0, 2);
    off_t whole = size_of(segment_path(0));
    append(other, "record X and more");
    cr_assert_eq(truncate(segment_path(0), whole + 41), 0);
    check_ends_at(log, 2); /* has the torn bytes in its buffer */
    log_close(other);
    other = open_log(2);
    append_numbers(other, 2, 4);
    check_number(log, 2);
    check_number(log, 3);
    log_close(log);
    log_close(other);
}

Test(log_local, is_damaged_when_it_becomes_shorter_under_a_running_process)
{
    struct log *log = open_log(0);
    append_numbers(log, 0, 4);
    cr_assert_eq(truncate(segment_path(0), size_of(segment_path(0)) - 40), 0);
    uint64_t offset, ts_ms;
    cr_assert_eq(log_append(log, span_from_text("x"), &offset, &ts_ms, &why), DIBS_DAMAGED);
    cr_assert_not_null(strstr(why.text, "shorter"), "%s", why.text);
    log_close(log);
}

Test(log_local, stamps_not_below_the_last_record_of_the_segment_before)
{
    options.segment_bytes = 100;
    struct log *log = open_log(0), *other = open_log(0);
    uint64_t offset, ts_ms, last_ms = 0;
    for (uint64_t i = 0; i < 20; i++) {
        now.boottime_ms = 500 - i;
        cr_assert_eq(log_append(i % 2 == 0 ? log : other, span_from_text("a"), &offset, &ts_ms, &why), DIBS_OK);
        cr_assert_geq(ts_ms, last_ms);
        last_ms = ts_ms;
    }
    log_close(log);
    log_close(other);
}

Test(log_local, is_damaged_where_a_segment_has_the_name_of_another)
{
    options.segment_bytes = 256;
    struct log *log = open_log(0);
    append_numbers(log, 0, 7);
    log_close(log);
    char old[FIXTURE_PATH_BYTES + 40];
    snprintf(old, sizeof old, "%s", segment_path(5));
    cr_assert_eq(rename(old, segment_path(6)), 0);
    cr_assert_eq(log_local_open(dir, &options, &log, &why), DIBS_DAMAGED);
    cr_assert_not_null(strstr(why.text, "name"), "%s", why.text);
}

Test(log_local, read_only_takes_a_torn_record_for_the_end_and_leaves_it)
{
    struct log *log = open_log(0);
    append_numbers(log, 0, 4);
    off_t whole = size_of(segment_path(0));
    append(log, "this one is interrupted");
    log_close(log);
    cr_assert_eq(truncate(segment_path(0), whole + 30), 0);
    options.create = false;
    options.read_only = true;
    log = open_log(3);
    check_ends_at(log, 4);
    cr_assert_eq(size_of(segment_path(0)), whole + 30);
    log_close(log);
}

Test(log_local, is_damaged_when_what_was_known_is_missing)
{
    struct log *log = open_log(0);
    append_numbers(log, 0, 4);
    log_close(log);
    cr_assert_eq(truncate(segment_path(0), size_of(segment_path(0)) - 1), 0);
    cr_assert_eq(log_local_open(dir, &options, &log, &why), DIBS_OK);
    cr_assert_eq(log_local_recover(log, 4, &why), DIBS_DAMAGED);
    cr_assert_not_null(strstr(why.text, segment_path(0)), "%s", why.text);
    cr_assert_not_null(strstr(why.text, "byte 184"), "%s", why.text);
    cr_assert_eq(log_local_recover(log, 3, &why), DIBS_OK, "the fourth was not known");
    log_close(log);
}

Test(log_local, is_damaged_when_more_is_torn_than_one_append_can_leave)
{
    struct log *log = open_log(0);
    append_numbers(log, 0, 4);
    log_close(log);
    off_t whole = size_of(segment_path(0));
    cr_assert_eq(truncate(segment_path(0), whole + SEGMENT_RECORD_MAX), 0);
    log = open_log(4);
    cr_assert_eq(size_of(segment_path(0)), whole);
    log_close(log);
    cr_assert_eq(truncate(segment_path(0), whole + SEGMENT_RECORD_MAX + 1), 0);
    cr_assert_eq(log_local_open(dir, &options, &log, &why), DIBS_OK);
    cr_assert_eq(log_local_recover(log, 4, &why), DIBS_DAMAGED);
    cr_assert_eq(size_of(segment_path(0)), whole + SEGMENT_RECORD_MAX + 1);
    log_close(log);
}

Test(log_local, is_damaged_where_a_segment_but_the_last_ends_early)
{
    options.segment_bytes = 256;
    struct log *log = open_log(0);
    append_numbers(log, 0, 20);
    log_close(log);
    cr_assert_eq(truncate(segment_path(0), size_of(segment_path(0)) - 8), 0);
    log = open_log(20);
    struct log_record record;
    enum dibs_error error = DIBS_OK;
    uint64_t at = 0;
    while ((error = log_read(log, at, &record, &why)) == DIBS_OK)
        at++;
    cr_assert_eq(error, DIBS_DAMAGED);
    cr_assert_not_null(strstr(why.text, segment_path(0)));
    cr_assert_eq(at, 4, "%llu", (unsigned long long)at);
    check_number(log, 19);
    log_close(log);
    cr_assert_eq(truncate(segment_path(0), size_of(segment_path(0)) - 32), 0); /* the rest of that record */
    log = open_log(20);
    cr_assert_eq(log_read(log, 4, &record, &why), DIBS_DAMAGED);
    cr_assert_not_null(strstr(why.text, "ends before"), "%s", why.text);
    log_close(log);
}

Test(log_local, is_damaged_where_a_segment_is_missing)
{
    options.segment_bytes = 256;
    struct log *log = open_log(0);
    append_numbers(log, 0, 20);
    log_close(log);
    cr_assert_eq(unlink(segment_path(5)), 0);
    log = open_log(20);
    struct log_record record;
    check_number(log, 4);
    cr_assert_eq(log_read(log, 5, &record, &why), DIBS_DAMAGED);
    log_close(log);
}

Test(log_local, reads_stop_at_the_committed_end_when_one_is_set)
{
    struct log *log = open_log(0);
    struct log_record record;
    append_numbers(log, 0, 4);
    cr_assert_eq(log_local_committed(log), UINT64_MAX);
    log_local_set_committed(log, 3);
    cr_assert_eq(log_local_committed(log), 3);
    check_number(log, 2);
    cr_assert_eq(log_read(log, 3, &record, &why), DIBS_ENDED);
    log_local_set_committed(log, UINT64_MAX);
    check_number(log, 3);
    log_close(log);
}

Test(log_local, begins_where_its_oldest_segment_does)
{
    options.segment_bytes = 256;
    struct log *log = open_log(0);
    append_numbers(log, 0, 20);
    log_close(log);
    cr_assert_eq(unlink(segment_path(0)), 0);
    log = open_log(20);
    struct log_record record;
    cr_assert_eq(log_read(log, 0, &record, &why), DIBS_OK);
    cr_assert_eq(record.offset, 5);
    log_close(log);
}

Test(log_local, wait_returns_at_once_when_there_is_more_or_no_time)
{
    struct log *log = open_log(0), *other = open_log(0);
    append_numbers(log, 0, 2);
    cr_assert_eq(log_wait(log, 1, 1000000, &why), DIBS_OK);
    cr_assert_eq(log_wait(log, 2, 0, &why), DIBS_OK);
    cr_assert_eq(log_wait(other, 0, 1000, &why), DIBS_OK);
    check_number(other, 1);
    log_close(log);
    log_close(other);
}

Test(log_local, says_so_when_it_was_removed_under_a_running_process)
{
    struct log *log = open_log(0);
    append_numbers(log, 0, 2);
    cr_assert_eq(unlink(segment_path(0)), 0);
    uint64_t offset, ts_ms;
    cr_assert_eq(log_append(log, span_from_text("x"), &offset, &ts_ms, &why), DIBS_UNAVAILABLE);
    cr_assert_not_null(strstr(why.text, "removed"), "%s", why.text);
    log_close(log);
}

Test(log_local, sync_reaches_the_disk)
{
    struct log *log = open_log(0);
    append_numbers(log, 0, 2);
    cr_assert_eq(log_local_sync(log, &why), DIBS_OK);
    log_close(log);
}
