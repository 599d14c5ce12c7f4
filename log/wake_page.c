/* Words to sleep on, shared by all users of a store. See wake_page.h. */
#include "log/wake_page.h"

#include <fcntl.h>
#include <limits.h>
#include <linux/futex.h>
#include <stdatomic.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

struct wake_page {
    _Atomic uint64_t due_ms; /* somebody will wake then */
    uint64_t reserved[511];
    _Atomic uint32_t words[WAKE_PAGE_WORDS]; /* futexes */
};

struct wake_page *wake_page_map(const char *path, bool create)
{
    static const char zeros[sizeof(struct wake_page)];
    int fd = open(path, O_RDWR | O_CLOEXEC | (create ? O_CREAT : 0), 0666);
    struct stat status;
    if (fd < 0)
        return NULL;
    void *page = MAP_FAILED;
    /* Real blocks, as in lock_page.c; never written over: others may sleep on what is there. */
    if (fstat(fd, &status) == 0 &&
        (status.st_size >= (off_t)sizeof zeros || pwrite(fd, zeros, sizeof zeros, 0) == (ssize_t)sizeof zeros))
        page = mmap(NULL, sizeof zeros, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    (void)close(fd);
    return page == MAP_FAILED ? NULL : page;
}

void wake_page_unmap(struct wake_page *page)
{
    if (page != NULL)
        (void)munmap(page, sizeof *page);
}

uint32_t wake_page_word(const struct wake_page *page, uint64_t hash)
{
    return atomic_load(&page->words[hash % WAKE_PAGE_WORDS]);
}

void wake_page_sleep(struct wake_page *page, uint64_t hash, uint32_t word, uint64_t ms)
{
    struct timespec time = {.tv_sec = (time_t)(ms / 1000), .tv_nsec = (long)(ms % 1000) * 1000000};
    (void)syscall(SYS_futex, &page->words[hash % WAKE_PAGE_WORDS], FUTEX_WAIT, word, &time, NULL, 0);
}

void wake_page_wake(struct wake_page *page, uint64_t hash)
{
    _Atomic uint32_t *word = &page->words[hash % WAKE_PAGE_WORDS];
    atomic_fetch_add(word, 1);
    (void)syscall(SYS_futex, word, FUTEX_WAKE, INT_MAX, NULL, NULL, 0);
}

bool wake_page_take_due(struct wake_page *page, uint64_t time_ms)
{
    uint64_t taken_ms = atomic_load(&page->due_ms);
    return taken_ms != time_ms && atomic_compare_exchange_strong(&page->due_ms, &taken_ms, time_ms);
}
