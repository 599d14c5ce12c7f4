/* A page that all who use one lock share: a word to sleep on, and a note about who holds it. */
#include "log/lock_page.h"

#include <fcntl.h>
#include <inttypes.h>
#include <linux/futex.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum { PAGE_BYTES = 4096, DOING_BYTES = 80 };

/* For people: written without any ordering, read by waiters that gave up. */
struct holder_note {
    _Atomic uint32_t pid; /* 0 when nobody holds the lock */
    uint32_t reserved;
    uint64_t pid_namespace;
    uint64_t since_ms; /* CLOCK_BOOTTIME */
    char name[LOCK_PAGE_NAME_BYTES];
    char doing[DOING_BYTES];
};

struct lock_page {
    _Atomic uint32_t wakeups;   /* the futex word: changes with each wake-up */
    _Atomic uint32_t contended; /* somebody may sleep */
    uint64_t reserved[7];
    struct holder_note holder;
};

_Static_assert(sizeof(struct lock_page) <= PAGE_BYTES, "the page holds it all");

/* Through an open file of its own: a mapping keeps its file open, in forked children too, and with it any lock. */
struct lock_page *lock_page_map(const char *path)
{
    int fd = open(path, O_RDWR | O_CLOEXEC);
    struct stat status;
    if (fd < 0)
        return NULL;
    void *page = MAP_FAILED;
    /* Real blocks, not a hole: a fault on a hole of a full disk would be a SIGBUS. Two that do this at once write the
     * same zeros. */
    static const char zeros[PAGE_BYTES];
    if (fstat(fd, &status) == 0 &&
        (status.st_size >= PAGE_BYTES || pwrite(fd, zeros, sizeof zeros, 0) == (ssize_t)sizeof zeros))
        page = mmap(NULL, PAGE_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    close(fd);
    return page == MAP_FAILED ? NULL : page;
}

void lock_page_unmap(struct lock_page *page)
{
    if (page != NULL)
        munmap(page, PAGE_BYTES);
}

static uint64_t boottime_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_BOOTTIME, &now);
    return (uint64_t)now.tv_sec * 1000u + (uint64_t)now.tv_nsec / 1000000u;
}

struct lock_user lock_user_self(void)
{
    struct lock_user user = {.pid = (uint32_t)getpid()};
    struct stat status;
    if (stat("/proc/self/ns/pid", &status) == 0)
        user.pid_namespace = (uint64_t)status.st_ino;
    prctl(PR_GET_NAME, user.name);
    return user;
}

/* ---------------------------------------------------------------- the note */

void lock_page_note(struct lock_page *page, const struct lock_user *user, const char *doing)
{
    if (page == NULL)
        return;
    struct holder_note *note = &page->holder;
    size_t size = strnlen(doing, DOING_BYTES - 1);
    memcpy(note->doing, doing, size);
    note->doing[size] = '\0';
    memcpy(note->name, user->name, LOCK_PAGE_NAME_BYTES);
    note->pid_namespace = user->pid_namespace;
    note->since_ms = boottime_ms();
    atomic_store_explicit(&note->pid, user->pid, memory_order_release);
}

void lock_page_clear(struct lock_page *page)
{
    if (page != NULL)
        atomic_store_explicit(&page->holder.pid, 0, memory_order_relaxed);
}

/* The texts come from a file: anything may stand there. */
static void copy_printable(char *to, const char *from, size_t size)
{
    size_t i = 0;
    for (; i < size - 1 && from[i] != '\0'; i++)
        to[i] = from[i];
    to[i] = '\0';
    for (i = 0; to[i] != '\0'; i++) {
        if ((unsigned char)to[i] < 0x20 || to[i] == 0x7f)
            to[i] = '?';
    }
}

enum dibs_error lock_page_say_busy(const struct lock_page *page, const struct lock_user *user, const char *path,
                                   uint32_t timeout_ms, struct error_text *why)
{
    uint32_t pid = page == NULL ? 0 : atomic_load_explicit(&page->holder.pid, memory_order_acquire);
    if (pid == 0)
        return error_say(why, DIBS_BUSY,
                         "the store's lock %s was not had within %" PRIu32 " ms; a process that gave no "
                         "name holds it; try again",
                         path, timeout_ms);
    struct holder_note note;
    memcpy(&note, &page->holder, sizeof note);
    char name[LOCK_PAGE_NAME_BYTES], doing[DOING_BYTES];
    copy_printable(name, note.name, sizeof name);
    copy_printable(doing, note.doing, sizeof doing);
    uint64_t now_ms = boottime_ms();
    bool elsewhere = note.pid_namespace != user->pid_namespace;
    return error_say(why, DIBS_BUSY,
                     "the store's lock %s was not had within %" PRIu32 " ms: process %" PRIu32
                     " (%s)%s has held it for "
                     "%" PRIu64 " ms, %s; try again, or end that process if it is stuck or stopped",
                     path, timeout_ms, pid, name, elsewhere ? " of another container" : "",
                     now_ms > note.since_ms ? now_ms - note.since_ms : 0, doing);
}

/* ---------------------------------------------------------------- to wait */

uint32_t lock_page_announce(struct lock_page *page)
{
    if (page == NULL)
        return 0;
    uint32_t seen = atomic_load(&page->wakeups);
    atomic_store(&page->contended, 1);
    return seen;
}

void lock_page_sleep(struct lock_page *page, uint32_t announced, uint64_t ns)
{
    struct timespec time = {.tv_sec = 0, .tv_nsec = (long)ns};
    if (page != NULL)
        syscall(SYS_futex, &page->wakeups, FUTEX_WAIT, announced, &time, NULL, 0);
    else
        nanosleep(&time, NULL);
}

void lock_page_wake(struct lock_page *page, bool owed)
{
    if (page == NULL)
        return;
    if (!owed && (atomic_load(&page->contended) == 0 || atomic_exchange(&page->contended, 0) == 0))
        return;
    atomic_fetch_add(&page->wakeups, 1);
    syscall(SYS_futex, &page->wakeups, FUTEX_WAKE, 1, NULL, NULL, 0);
}
