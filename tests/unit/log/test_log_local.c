/* The local log: append, read by offset, several processes' views, rolling. */
#include "tests/unit/log/local_log.h"

#include <criterion/criterion.h>

TestSuite(log_local, .init = local_log_setup, .fini = local_log_teardown);

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

Test(log_local, reads_stop_at_the_committed_end_when_one_is_set)
{
    struct log *log = open_log(0);
    struct log_record record;
    append_numbers(log, 0, 4);
    log_local_set_committed(log, 3);
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

Test(log_local, sync_reaches_the_disk)
{
    struct log *log = open_log(0);
    append_numbers(log, 0, 2);
    cr_assert_eq(log_local_sync(log, &why), DIBS_OK);
    log_close(log);
}
