/* fsync and fdatasync that take notes. See synced.h. */
#include "tests/faults/synced.h"

#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "base/check.h"

enum { FILES_MAX = 1 << 16, SYNC_NS = 200000 };

/* A file is known by its inode and its birth: the number is used again when a file is deleted. */
struct note {
    _Atomic uint64_t inode; /* 0: free */
    _Atomic uint64_t born_ns;
    _Atomic uint64_t bytes;
};

static struct note *notes;
static bool dies;

void synced_begin(void)
{
    notes = mmap(NULL, FILES_MAX * sizeof *notes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    CHECK(notes != MAP_FAILED);
}

void synced_die_instead(void)
{
    dies = true;
}

static struct note *place_of(uint64_t inode)
{
    for (uint64_t i = 0; i < FILES_MAX; i++) {
        struct note *note = &notes[(inode + i) % FILES_MAX];
        uint64_t found = 0;
        if (atomic_compare_exchange_strong(&note->inode, &found, inode) || found == inode)
            return note;
    }
    fprintf(stderr, "synced: more than %d files\n", FILES_MAX);
    abort();
}

/* NULL: no file, or nobody takes notes. */
static struct note *note_of(int directory, const char *path, int flags, uint64_t *bytes)
{
    struct statx status;
    if (notes == NULL || statx(directory, path, flags, STATX_BASIC_STATS | STATX_BTIME, &status) != 0 ||
        !S_ISREG(status.stx_mode))
        return NULL;
    uint64_t born_ns = (uint64_t)status.stx_btime.tv_sec * 1000000000u + status.stx_btime.tv_nsec;
    struct note *note = place_of(status.stx_ino);
    if (atomic_exchange(&note->born_ns, born_ns) != born_ns)
        atomic_store(&note->bytes, 0);
    *bytes = status.stx_size;
    return note;
}

/* What was in the file before the call is on the disk after it; a disk takes its time, in which one can be killed. */
static int sync_file(int fd)
{
    const struct timespec time = {.tv_nsec = SYNC_NS};
    uint64_t bytes = 0;
    if (dies)
        (void)raise(SIGKILL);
    struct note *note = note_of(fd, "", AT_EMPTY_PATH, &bytes);
    uint64_t before = note == NULL ? 0 : atomic_load(&note->bytes);
    (void)nanosleep(&time, NULL);
    while (note != NULL && before < bytes && !atomic_compare_exchange_weak(&note->bytes, &before, bytes))
        ;
    return 0;
}

int fsync(int fd)
{
    return sync_file(fd);
}

int fdatasync(int fd)
{
    return sync_file(fd);
}

int ftruncate(int fd, off_t length)
{
    uint64_t bytes;
    int result = (int)syscall(SYS_ftruncate, fd, length);
    struct note *note = result == 0 ? note_of(fd, "", AT_EMPTY_PATH, &bytes) : NULL;
    if (note != NULL && atomic_load(&note->bytes) > (uint64_t)length)
        atomic_store(&note->bytes, (uint64_t)length);
    return result;
}

size_t synced_bytes(const char *path)
{
    uint64_t bytes;
    struct note *note = note_of(AT_FDCWD, path, 0, &bytes);
    CHECK(note != NULL);
    return (size_t)atomic_load(&note->bytes);
}
