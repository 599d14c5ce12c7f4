/* What the log's tests share: a directory that goes away, a log in it, a clock set by hand. */
#ifndef TESTS_UNIT_LOG_FIXTURE_H
#define TESTS_UNIT_LOG_FIXTURE_H

#include "log/log_local.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FIXTURE_PATH_BYTES = 600 };

static inline void fixture_make_dir(char out[FIXTURE_PATH_BYTES])
{
    const char *base = getenv("TMPDIR");
    snprintf(out, FIXTURE_PATH_BYTES, "%s/dibs-test-XXXXXX", base != NULL ? base : "/tmp");
    if (mkdtemp(out) == NULL)
        abort();
}

/* The directory and the files in it; nothing deeper. */
static inline void fixture_remove_dir(const char *path)
{
    DIR *dir = opendir(path);
    for (struct dirent *entry; dir != NULL && (entry = readdir(dir)) != NULL;)
        unlinkat(dirfd(dir), entry->d_name, 0);
    if (dir != NULL)
        closedir(dir);
    rmdir(path);
}

struct fixture_clock {
    uint64_t realtime_ms, boottime_ms;
    const char *boot_id;
};

static inline uint64_t fixture_realtime_ms(void *context)
{
    return ((struct fixture_clock *)context)->realtime_ms;
}

static inline uint64_t fixture_boottime_ms(void *context)
{
    return ((struct fixture_clock *)context)->boottime_ms;
}

static inline void fixture_boot_id(void *context, char out[BOOT_ID_BYTES])
{
    snprintf(out, BOOT_ID_BYTES, "%s", ((struct fixture_clock *)context)->boot_id);
}

static inline struct clock_source fixture_source(struct fixture_clock *clock)
{
    return (struct clock_source){.realtime_ms = fixture_realtime_ms,
                                 .boottime_ms = fixture_boottime_ms,
                                 .boot_id = fixture_boot_id,
                                 .context = clock};
}

/* Reads a whole file; *size is its size; free it. */
static inline uint8_t *fixture_read_file(const char *path, size_t *size)
{
    struct stat status;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0 || fstat(fd, &status) != 0)
        abort();
    *size = (size_t)status.st_size;
    uint8_t *bytes = malloc(*size + 1);
    if (bytes == NULL || read(fd, bytes, *size) != (ssize_t)*size)
        abort();
    close(fd);
    return bytes;
}

static inline void fixture_write_file(const char *path, const void *bytes, size_t size)
{
    /* Not O_TRUNC: some file systems then write to the disk at close, which is slow and not what is tested. */
    int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0666);
    if (fd < 0 || pwrite(fd, bytes, size, 0) != (ssize_t)size || ftruncate(fd, (off_t)size) != 0)
        abort();
    close(fd);
}

#endif
