/* The log in memory: what log.h promises, and each of its faults. */
#include "log/log_memory.h"

#include <criterion/criterion.h>

static struct error_text why;

static enum dibs_error append(struct log *log, const char *text, uint64_t *offset)
{
    uint64_t ts_ms;
    return log_append(log, span_from_text(text), offset, &ts_ms, &why);
}

static void check_record(struct log *log, uint64_t offset, const char *text)
{
    struct log_record record;
    cr_assert_eq(log_read(log, offset, &record, &why), DIBS_OK);
    cr_assert_eq(record.offset, offset);
    cr_assert(span_equal(record.payload, span_from_text(text)));
}

static uint64_t end_of(struct log *log)
{
    uint64_t end = 99;
    cr_assert_eq(log_end(log, &end, &why), DIBS_OK);
    return end;
}

Test(log_memory, gives_back_what_was_appended_in_order)
{
    struct log *log = log_memory_new(10);
    uint64_t offset = 99;
    cr_assert_eq(append(log, "a", &offset), DIBS_OK);
    cr_assert_eq(offset, 0);
    cr_assert_eq(append(log, "", &offset), DIBS_OK);
    cr_assert_eq(offset, 1);
    cr_assert_eq(end_of(log), 2);
    check_record(log, 0, "a");
    check_record(log, 1, "");
    struct log_record record;
    cr_assert_eq(log_read(log, 2, &record, &why), DIBS_ENDED);
    log_close(log);
}

Test(log_memory, stamps_records_with_the_clock_that_was_set_also_backwards)
{
    struct log *log = log_memory_new(1000);
    uint64_t offset, ts_ms = 0;
    log_memory_step(log, 5);
    cr_assert_eq(log_append(log, span_from_text("a"), &offset, &ts_ms, &why), DIBS_OK);
    cr_assert_eq(ts_ms, 1005);
    log_memory_step(log, -700);
    cr_assert_eq(log_append(log, span_from_text("b"), &offset, &ts_ms, &why), DIBS_OK);
    cr_assert_eq(ts_ms, 305);
    log_memory_step(log, INT64_MIN);
    cr_assert_eq(log_now_ms(log), 0);
    log_memory_set_now(log, UINT64_MAX - 1);
    log_memory_step(log, 9);
    cr_assert_eq(log_now_ms(log), UINT64_MAX);
    struct log_record record;
    cr_assert_eq(log_read(log, 1, &record, &why), DIBS_OK);
    cr_assert_eq(record.ts_ms, 305);
    log_close(log);
}

Test(log_memory, fails_one_append_and_takes_nothing)
{
    struct log *log = log_memory_new(0);
    uint64_t offset;
    log_memory_fail_append(log, LOG_MEMORY_FAULT_FAIL);
    cr_assert_eq(append(log, "a", &offset), DIBS_UNAVAILABLE);
    cr_assert_eq(end_of(log), 0);
    cr_assert_eq(append(log, "b", &offset), DIBS_OK);
    check_record(log, 0, "b");
    log_close(log);
}

Test(log_memory, leaves_an_append_unanswered_with_and_without_taking_it)
{
    struct log *log = log_memory_new(0);
    uint64_t offset;
    log_memory_fail_append(log, LOG_MEMORY_FAULT_NO_ANSWER_LOST);
    cr_assert_eq(append(log, "a", &offset), DIBS_NO_ANSWER);
    cr_assert_eq(end_of(log), 0);
    log_memory_fail_append(log, LOG_MEMORY_FAULT_NO_ANSWER_APPENDED);
    cr_assert_eq(append(log, "b", &offset), DIBS_NO_ANSWER);
    cr_assert_eq(end_of(log), 1);
    check_record(log, 0, "b");
    log_close(log);
}

Test(log_memory, takes_one_append_twice)
{
    struct log *log = log_memory_new(0);
    uint64_t offset = 99;
    log_memory_fail_append(log, LOG_MEMORY_FAULT_DUPLICATED);
    cr_assert_eq(append(log, "a", &offset), DIBS_OK);
    cr_assert_eq(offset, 0);
    cr_assert_eq(end_of(log), 2);
    check_record(log, 1, "a");
    cr_assert_eq(append(log, "b", &offset), DIBS_OK);
    cr_assert_eq(offset, 2);
    log_close(log);
}

Test(log_memory, fails_one_read)
{
    struct log *log = log_memory_new(0);
    uint64_t offset;
    struct log_record record;
    cr_assert_eq(append(log, "a", &offset), DIBS_OK);
    log_memory_fail_read(log);
    cr_assert_eq(log_read(log, 0, &record, &why), DIBS_UNAVAILABLE);
    check_record(log, 0, "a");
    log_close(log);
}

Test(log_memory, loses_what_is_cut)
{
    struct log *log = log_memory_new(0);
    uint64_t offset = 99;
    for (int i = 0; i < 200; i++)
        cr_assert_eq(append(log, "a", &offset), DIBS_OK);
    log_memory_cut(log, 3);
    cr_assert_eq(end_of(log), 3);
    cr_assert_eq(append(log, "b", &offset), DIBS_OK);
    cr_assert_eq(offset, 3);
    log_close(log);
}
