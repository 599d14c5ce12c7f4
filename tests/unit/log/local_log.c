/* A local log in a directory of its own, with numbered records. */
#include "tests/unit/log/local_log.h"

#include <criterion/criterion.h>

char dir[FIXTURE_PATH_BYTES];
struct error_text why;
struct fixture_clock now = {.realtime_ms = 1000, .boottime_ms = 50, .boot_id = "one"};
static struct clock_source source;
struct log_local_options options;

void local_log_setup(void)
{
    fixture_make_dir(dir);
    source = fixture_source(&now);
    options = (struct log_local_options){
        .store_id = "a store's own id", .clock = boot_clock_start(&source, 0), .source = &source, .create = true};
}

void local_log_teardown(void)
{
    fixture_remove_dir(dir);
}

struct log *open_log(uint64_t known)
{
    struct log *log = NULL;
    cr_assert_eq(log_local_open(dir, &options, &log, &why), DIBS_OK, "%s", why.text);
    cr_assert_eq(log_local_recover(log, known, &why), DIBS_OK, "%s", why.text);
    return log;
}

uint64_t append(struct log *log, const char *text)
{
    uint64_t offset = 99999, ts_ms;
    cr_assert_eq(log_append(log, span_from_text(text), &offset, &ts_ms, &why), DIBS_OK, "%s", why.text);
    return offset;
}

void append_numbers(struct log *log, uint64_t from, uint64_t to)
{
    for (uint64_t i = from; i < to; i++) {
        char text[32];
        snprintf(text, sizeof text, "record %llu", (unsigned long long)i);
        cr_assert_eq(append(log, text), i);
    }
}

void check_number(struct log *log, uint64_t offset)
{
    char text[32];
    struct log_record record;
    snprintf(text, sizeof text, "record %llu", (unsigned long long)offset);
    cr_assert_eq(log_read(log, offset, &record, &why), DIBS_OK, "%s", why.text);
    cr_assert_eq(record.offset, offset);
    cr_assert(span_equal(record.payload, span_from_text(text)), "offset %llu", (unsigned long long)offset);
}

void check_ends_at(struct log *log, uint64_t end)
{
    uint64_t found = 99999;
    struct log_record record;
    cr_assert_eq(log_read(log, end, &record, &why), DIBS_ENDED);
    cr_assert_eq(log_end(log, &found, &why), DIBS_OK);
    cr_assert_eq(found, end, "%llu", (unsigned long long)found);
}

char *segment_path(uint64_t first)
{
    static char path[FIXTURE_PATH_BYTES + 40];
    snprintf(path, sizeof path, "%s/%020llu.seg", dir, (unsigned long long)first);
    return path;
}

off_t size_of(const char *path)
{
    struct stat status;
    cr_assert_eq(stat(path, &status), 0);
    return status.st_size;
}
