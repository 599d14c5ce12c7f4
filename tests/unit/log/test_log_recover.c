/* The local log when something is wrong with its files: torn ends are cut, damage is told from them and named. */
#include "tests/unit/log/local_log.h"
#include "log/segment.h"

#include <criterion/criterion.h>

TestSuite(log_recover, .init = local_log_setup, .fini = local_log_teardown);

Test(log_recover, refuses_the_segments_of_another_store)
{
    log_close(open_log(0));
    struct log *log;
    options.store_id[3] ^= 1;
    cr_assert_eq(log_local_open(dir, &options, &log, &why), DIBS_DAMAGED);
    cr_assert_not_null(strstr(why.text, "another store"));
}

Test(log_recover, opened_before_others_rolled_recovers_to_the_new_segment)
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

Test(log_recover, keeps_a_whole_record_beyond_what_is_known_and_cuts_a_torn_one)
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

Test(log_recover, append_cuts_what_another_process_left_torn)
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

Test(log_recover, bytes_of_a_torn_record_that_were_looked_at_are_forgotten_when_it_is_cut)
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

Test(log_recover, is_damaged_when_it_becomes_shorter_under_a_running_process)
{
    struct log *log = open_log(0);
    append_numbers(log, 0, 4);
    cr_assert_eq(truncate(segment_path(0), size_of(segment_path(0)) - 40), 0);
    uint64_t offset, ts_ms;
    cr_assert_eq(log_append(log, span_from_text("x"), &offset, &ts_ms, &why), DIBS_DAMAGED);
    cr_assert_not_null(strstr(why.text, "shorter"), "%s", why.text);
    log_close(log);
}

Test(log_recover, is_damaged_where_a_segment_has_the_name_of_another)
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

Test(log_recover, read_only_takes_a_torn_record_for_the_end_and_leaves_it)
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

Test(log_recover, is_damaged_when_what_was_known_is_missing)
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

Test(log_recover, is_damaged_when_more_is_torn_than_one_append_can_leave)
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

Test(log_recover, is_damaged_where_a_segment_but_the_last_ends_early)
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

Test(log_recover, is_damaged_where_a_segment_is_missing)
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

Test(log_recover, says_so_when_it_was_removed_under_a_running_process)
{
    struct log *log = open_log(0);
    append_numbers(log, 0, 2);
    cr_assert_eq(unlink(segment_path(0)), 0);
    uint64_t offset, ts_ms;
    cr_assert_eq(log_append(log, span_from_text("x"), &offset, &ts_ms, &why), DIBS_UNAVAILABLE);
    cr_assert_not_null(strstr(why.text, "removed"), "%s", why.text);
    log_close(log);
}

/* Records are 40 bytes long here. */
static void damage_record(uint64_t offset)
{
    FILE *file = fopen(segment_path(0), "r+e");
    cr_assert(file != NULL && fseek(file, SEGMENT_HEADER_BYTES + 40 * (long)offset + 8, SEEK_SET) == 0 &&
              fputs("XXXX", file) >= 0 && fclose(file) == 0);
}

static enum dibs_error recover_after_crash(uint64_t synced, uint64_t unsynced_most, uint64_t *end)
{
    struct log *log;
    cr_assert_eq(log_local_open(dir, &options, &log, &why), DIBS_OK);
    enum dibs_error error = log_local_recover_after_crash(log, synced, unsynced_most, &why);
    if (error == DIBS_OK)
        cr_assert_eq(log_end(log, end, &why), DIBS_OK);
    log_close(log);
    return error;
}

Test(log_recover, after_a_crash_all_that_follows_a_hole_is_looked_at)
{
    static const uint8_t large[16384] = {1};
    uint64_t end = 0, offset, ts_ms;
    struct log *log = open_log(0);
    append_numbers(log, 0, 2);
    for (int i = 0; i < 140; i++)
        cr_assert_eq(log_append(log, span_of(large, sizeof large), &offset, &ts_ms, &why), DIBS_OK);
    log_close(log);
    damage_record(1);
    cr_assert_eq(recover_after_crash(1, 140, &end), DIBS_DAMAGED, "record 141 is the 141st, two megabytes further on");
    cr_assert_eq(recover_after_crash(1, 141, &end), DIBS_OK, "%s", why.text);
    cr_assert_eq(end, 1);
}

Test(log_recover, after_a_crash_a_hole_is_the_end_unless_more_follows_than_was_on_its_way)
{
    uint64_t end = 0;
    struct log *log = open_log(0);
    append_numbers(log, 0, 100);
    log_close(log);
    off_t whole = size_of(segment_path(0));
    damage_record(90);
    cr_assert_eq(recover_after_crash(1, 9, &end), DIBS_DAMAGED, "record 99 is the tenth");
    cr_assert_not_null(strstr(why.text, "byte 3664"), "%s", why.text);
    cr_assert_not_null(strstr(why.text, "more follow than were on their way to the disk"), "%s", why.text);
    cr_assert_eq(size_of(segment_path(0)), whole, "nothing was cut");
    cr_assert_eq(recover_after_crash(91, 10, &end), DIBS_DAMAGED, "it was on the disk");
    cr_assert_eq(recover_after_crash(90, 10, &end), DIBS_OK, "%s", why.text);
    cr_assert_eq(end, 90);
    cr_assert_eq(size_of(segment_path(0)), 3664);
    damage_record(10);
    cr_assert_eq(recover_after_crash(1, 10, &end), DIBS_DAMAGED);
    cr_assert_eq(recover_after_crash(1, UINT64_MAX, &end), DIBS_OK, "where nothing is synced anything may be missing");
    cr_assert_eq(end, 10);
}
