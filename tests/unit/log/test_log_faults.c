/* A local log on a disk that fails: clear words, nothing half appended, and all is well when the disk is. */
#include "tests/unit/log/fixture.h"
#include "log/segment_file.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <signal.h>
#include <sys/resource.h>

static char dir[FIXTURE_PATH_BYTES];
static struct error_text why;
static struct log_local_options options;

/* What the next calls do: write so many bytes and then fail with this errno; 0: all goes through. */
static struct {
    int write_errno, truncate_errno, sync_errno;
    size_t write_bytes;
    bool interrupted;   /* one EINTR first */
    bool written_whole; /* what fails has written all the same */
} fault;

static ssize_t faulty_pwrite(int fd, const void *bytes, size_t size, off_t at)
{
    if (fault.interrupted) {
        fault.interrupted = false;
        errno = EINTR;
        return -1;
    }
    if (fault.write_errno == 0)
        return pwrite(fd, bytes, size, at);
    if (fault.write_bytes > 0) {
        size_t part = fault.write_bytes < size ? fault.write_bytes : size;
        fault.write_bytes = 0;
        return pwrite(fd, bytes, part, at);
    }
    if (fault.written_whole && pwrite(fd, bytes, size, at) != (ssize_t)size)
        abort();
    errno = fault.write_errno;
    return -1;
}

static int faulty_ftruncate(int fd, off_t size)
{
    errno = fault.truncate_errno;
    return fault.truncate_errno == 0 ? ftruncate(fd, size) : -1;
}

static int faulty_fdatasync(int fd)
{
    errno = fault.sync_errno;
    return fault.sync_errno == 0 ? fdatasync(fd) : -1;
}

static const struct file_calls faulty_calls = {
    .pwrite = faulty_pwrite, .ftruncate = faulty_ftruncate, .fdatasync = faulty_fdatasync};

static void setup(void)
{
    fixture_make_dir(dir);
    options = (struct log_local_options){
        .clock = boot_clock_start(clock_source_system(), 0), .create = true, .calls = &faulty_calls};
}

static void teardown(void)
{
    fixture_remove_dir(dir);
}

TestSuite(log_faults, .init = setup, .fini = teardown);

static struct log *open_log(void)
{
    struct log *log = NULL;
    cr_assert_eq(log_local_open(dir, &options, &log, &why), DIBS_OK, "%s", why.text);
    cr_assert_eq(log_local_recover(log, 0, &why), DIBS_OK, "%s", why.text);
    return log;
}

static enum dibs_error append(struct log *log, const char *text)
{
    uint64_t offset, ts_ms;
    return log_append(log, span_from_text(text), &offset, &ts_ms, &why);
}

static off_t log_bytes(uint64_t first)
{
    char path[FIXTURE_PATH_BYTES + 40], name[SEGMENT_NAME_BYTES];
    struct stat status;
    segment_file_name(first, name);
    snprintf(path, sizeof path, "%s/%s", dir, name);
    return stat(path, &status) == 0 ? status.st_size : -1;
}

Test(log_faults, full_disk_takes_nothing_and_says_what_to_do)
{
    struct log *log = open_log();
    cr_assert_eq(append(log, "one"), DIBS_OK);
    off_t before = log_bytes(0);
    for (size_t part = 0; part < 32; part++) {
        fault.write_errno = ENOSPC;
        fault.write_bytes = part;
        cr_assert_eq(append(log, "two"), DIBS_UNAVAILABLE);
        cr_assert_not_null(strstr(why.text, "No space left on device"), "%s", why.text);
        cr_assert_not_null(strstr(why.text, dir));
        cr_assert_not_null(strstr(why.text, "free some space"));
        cr_assert_eq(log_bytes(0), before);
    }
    fault.write_errno = 0;
    cr_assert_eq(append(log, "two"), DIBS_OK);
    struct log_record record;
    cr_assert_eq(log_read(log, 1, &record, &why), DIBS_OK);
    cr_assert(span_equal(record.payload, span_from_text("two")));
    log_close(log);
}

Test(log_faults, real_limit_on_file_size_takes_nothing)
{
    options.calls = NULL;
    struct log *log = open_log();
    cr_assert_eq(append(log, "one"), DIBS_OK);
    off_t before = log_bytes(0);
    signal(SIGXFSZ, SIG_IGN);
    struct rlimit limit = {.rlim_cur = (rlim_t)before + 20, .rlim_max = RLIM_INFINITY};
    cr_assert_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
    cr_assert_eq(append(log, "two"), DIBS_UNAVAILABLE);
    cr_assert_not_null(strstr(why.text, "ulimit -f"), "%s", why.text);
    cr_assert_eq(log_bytes(0), before);
    limit.rlim_cur = RLIM_INFINITY;
    cr_assert_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
    cr_assert_eq(append(log, "two"), DIBS_OK);
    log_close(log);
}

Test(log_faults, torn_record_that_cannot_be_cut_is_never_read_and_cut_later)
{
    struct log *log = open_log();
    cr_assert_eq(append(log, "one"), DIBS_OK);
    off_t before = log_bytes(0);
    fault.write_errno = fault.truncate_errno = EIO;
    fault.write_bytes = 13;
    cr_assert_eq(append(log, "two"), DIBS_UNAVAILABLE);
    cr_assert_eq(log_bytes(0), before + 13);
    struct log_record record;
    cr_assert_eq(log_read(log, 1, &record, &why), DIBS_ENDED);
    fault.write_errno = 0;
    cr_assert_eq(append(log, "two"), DIBS_UNAVAILABLE, "it can't be cut yet");
    cr_assert_not_null(strstr(why.text, "torn end"), "%s", why.text);
    fault.truncate_errno = 0;
    cr_assert_eq(append(log, "three"), DIBS_OK);
    cr_assert_eq(log_read(log, 1, &record, &why), DIBS_OK);
    cr_assert(span_equal(record.payload, span_from_text("three")));
    log_close(log);
}

Test(log_faults, whole_record_of_a_failed_write_is_taken_back_or_else_unanswered)
{
    struct log *log = open_log();
    off_t before = log_bytes(0);
    fault.write_errno = EIO;
    fault.written_whole = true;
    cr_assert_eq(append(log, "one"), DIBS_UNAVAILABLE);
    cr_assert_eq(log_bytes(0), before);
    fault.truncate_errno = EIO;
    cr_assert_eq(append(log, "two"), DIBS_NO_ANSWER);
    cr_assert_not_null(strstr(why.text, "whether"), "%s", why.text);
    fault.write_errno = fault.truncate_errno = 0;
    cr_assert_eq(append(log, "three"), DIBS_OK);
    struct log_record record;
    cr_assert_eq(log_read(log, 0, &record, &why), DIBS_OK);
    cr_assert(span_equal(record.payload, span_from_text("two")));
    cr_assert_eq(log_read(log, 1, &record, &why), DIBS_OK);
    cr_assert(span_equal(record.payload, span_from_text("three")));
    log_close(log);
}

Test(log_faults, interrupted_write_is_tried_again)
{
    struct log *log = open_log();
    fault.interrupted = true;
    cr_assert_eq(append(log, "one"), DIBS_OK);
    log_close(log);
}

Test(log_faults, read_only_file_system_is_named)
{
    struct log *log = open_log();
    fault.write_errno = EROFS;
    cr_assert_eq(append(log, "one"), DIBS_UNAVAILABLE);
    cr_assert_not_null(strstr(why.text, "can be written"), "%s", why.text);
    log_close(log);
}

Test(log_faults, segment_that_cannot_be_synced_is_not_followed_by_another)
{
    options.segment_bytes = 100;
    struct log *log = open_log();
    cr_assert_eq(append(log, "one"), DIBS_OK);
    cr_assert_eq(append(log, "two"), DIBS_OK);
    fault.sync_errno = EIO;
    cr_assert_eq(append(log, "three"), DIBS_UNAVAILABLE);
    cr_assert_not_null(strstr(why.text, "dmesg"), "%s", why.text);
    cr_assert_eq(log_bytes(2), -1);
    fault.sync_errno = 0;
    cr_assert_eq(append(log, "three"), DIBS_UNAVAILABLE, "a sync that now succeeds proves nothing");
    log_close(log);
    log = open_log();
    cr_assert_eq(append(log, "three"), DIBS_OK);
    cr_assert_gt(log_bytes(2), 0);
    log_close(log);
}

Test(log_faults, segment_that_cannot_be_made_leaves_the_log_as_it_was)
{
    options.segment_bytes = 100;
    struct log *log = open_log();
    cr_assert_eq(append(log, "one"), DIBS_OK);
    cr_assert_eq(append(log, "two"), DIBS_OK);
    fault.write_errno = ENOSPC;
    fault.write_bytes = 20;
    cr_assert_eq(append(log, "three"), DIBS_UNAVAILABLE);
    cr_assert_eq(log_bytes(2), -1);
    fault.write_errno = 0;
    cr_assert_eq(append(log, "three"), DIBS_OK);
    uint64_t end;
    cr_assert_eq(log_end(log, &end, &why), DIBS_OK);
    cr_assert_eq(end, 3);
    log_close(log);
}
