/* The one lock of a store: an open-file-description lock is the truth, a shared page (lock_page.h) helps those who wait.
 * Why this mechanism, with figures: docs/decisions/0001-store-lock.md. */
#include "log/store_lock.h"

#include "base/check.h"
#include "log/file_error.h"
#include "log/lock_page.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { SLEEP_FIRST_NS = 50000 };

struct store_lock {
    int fd; /* -1 in a child of fork() */
    bool shared;
    bool held;
    struct lock_page *page; /* NULL where the file can't be mapped, and for readers */
    struct lock_user self;
    char *path; /* owned */
    dev_t device;
    ino_t inode;
    struct store_lock *next; /* in open_locks */
};

/* All open locks of this process, for the fork handler; open_locks_mutex guards the list. */
static struct store_lock *open_locks;
static pthread_mutex_t open_locks_mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_once_t fork_handler_once = PTHREAD_ONCE_INIT;

static void before_fork(void)
{
    pthread_mutex_lock(&open_locks_mutex);
}

static void after_fork_in_parent(void)
{
    pthread_mutex_unlock(&open_locks_mutex);
}

/* A child shares its parent's open file description, and with it the lock: closing the child's copy leaves the parent
 * the only one, so that the lock ends with the parent. */
static void after_fork_in_child(void)
{
    for (struct store_lock *lock = open_locks; lock != NULL; lock = lock->next) {
        close(lock->fd);
        lock->fd = -1;
        lock->held = false;
    }
    open_locks = NULL;
    pthread_mutex_unlock(&open_locks_mutex);
}

static void install_fork_handler(void)
{
    CHECK(pthread_atfork(before_fork, after_fork_in_parent, after_fork_in_child) == 0);
}

static uint64_t monotonic_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

/* 0: done; else errno. EAGAIN: another holds it. */
static int take(const struct store_lock *lock)
{
#ifdef F_OFD_SETLK
    short kind = lock->shared ? F_RDLCK : F_WRLCK;
    struct flock range = {.l_type = kind, .l_whence = SEEK_SET, .l_start = 0, .l_len = 1};
    int result;
    do
        result = fcntl(lock->fd, F_OFD_SETLK, &range);
    while (result != 0 && errno == EINTR);
#else
    /* Where there are no such locks: flock has the same life (the open file), one choice for all at build time. */
    int result = flock(lock->fd, (lock->shared ? LOCK_SH : LOCK_EX) | LOCK_NB);
#endif
    if (result == 0)
        return 0;
    return errno == EACCES || errno == EWOULDBLOCK ? EAGAIN : errno;
}

static void let_go(const struct store_lock *lock)
{
#ifdef F_OFD_SETLK
    struct flock range = {.l_type = F_UNLCK, .l_whence = SEEK_SET, .l_start = 0, .l_len = 1};
    CHECK(fcntl(lock->fd, F_OFD_SETLK, &range) == 0);
#else
    CHECK(flock(lock->fd, LOCK_UN) == 0);
#endif
}

/* 0 or errno. */
static int open_file(struct store_lock *lock)
{
    struct stat status;
    int how = lock->shared ? O_RDONLY : O_RDWR | O_CREAT;
    lock->fd = open(lock->path, how | O_CLOEXEC, 0666);
    if (lock->fd < 0 || fstat(lock->fd, &status) != 0)
        return errno;
    lock->device = status.st_dev;
    lock->inode = status.st_ino;
    lock->page = lock->shared ? NULL : lock_page_map(lock->path);
    return 0;
}

static void close_file(struct store_lock *lock)
{
    if (lock->fd >= 0)
        close(lock->fd);
    lock->fd = -1;
    lock_page_unmap(lock->page);
    lock->page = NULL;
}

/* A fork waits until the file is both open and in the list, or neither: its child closes what is in the list. */
static int open_remembered(struct store_lock *lock)
{
    pthread_once(&fork_handler_once, install_fork_handler);
    pthread_mutex_lock(&open_locks_mutex);
    int error = open_file(lock);
    if (error == 0) {
        lock->next = open_locks;
        open_locks = lock;
    } else {
        close_file(lock);
    }
    pthread_mutex_unlock(&open_locks_mutex);
    return error;
}

static void close_remembered(struct store_lock *lock)
{
    pthread_mutex_lock(&open_locks_mutex);
    for (struct store_lock **link = &open_locks; *link != NULL; link = &(*link)->next) {
        if (*link == lock) {
            *link = lock->next;
            break;
        }
    }
    close_file(lock);
    pthread_mutex_unlock(&open_locks_mutex);
}

static enum dibs_error open_lock(const char *path, bool shared, struct store_lock **out, struct error_text *why)
{
    *out = NULL;
    struct store_lock *lock = calloc(1, sizeof *lock);
    char *copy = strdup(path);
    if (lock == NULL || copy == NULL) {
        free(lock);
        free(copy);
        return error_say(why, DIBS_UNAVAILABLE, "no memory to open the lock %s", path);
    }
    *lock = (struct store_lock){.fd = -1, .shared = shared, .self = lock_user_self(), .path = copy};
    int error = open_remembered(lock);
    if (error != 0) {
        store_lock_close(lock);
        return file_error_say(why, DIBS_UNAVAILABLE, "open the store's lock", path, error);
    }
    *out = lock;
    return DIBS_OK;
}

enum dibs_error store_lock_open(const char *path, struct store_lock **out, struct error_text *why)
{
    return open_lock(path, false, out, why);
}

enum dibs_error store_lock_open_shared(const char *path, struct store_lock **out, struct error_text *why)
{
    return open_lock(path, true, out, why);
}

/* In one's turn. Returns errno, EAGAIN when the time is over. */
static int take_slowly(struct store_lock *lock, uint32_t timeout_ms)
{
    uint64_t deadline_ns = monotonic_ns() + (uint64_t)timeout_ms * 1000000u;
    /* Without a page nobody wakes us, so start short. */
    uint64_t sleep_ns = lock->page != NULL ? UINT64_MAX : SLEEP_FIRST_NS;
    struct lock_place place = lock_page_queue(lock->page);
    for (;;) {
        int error = lock_page_look(lock->page, &place) ? take(lock) : EAGAIN;
        if (error == 0)
            lock_page_served(lock->page, &place);
        uint64_t now_ns = monotonic_ns();
        if (error != EAGAIN || now_ns >= deadline_ns)
            return error;
        uint64_t left_ns = deadline_ns - now_ns;
        lock_page_sleep(lock->page, &place, left_ns < sleep_ns ? left_ns : sleep_ns);
        sleep_ns = sleep_ns * 2 > sleep_ns ? sleep_ns * 2 : UINT64_MAX;
    }
}

enum dibs_error store_lock_take(struct store_lock *lock, uint32_t timeout_ms, const char *doing, struct error_text *why)
{
    CHECK(!lock->held);
    if (lock->fd < 0)
        return error_say(why, DIBS_FORKED, "this store was opened before fork(); open it again in the child");
    /* Who comes does not pass those who wait; with no time to wait there is nothing to lose by trying. */
    int error = timeout_ms == 0 || lock_page_is_idle(lock->page) ? take(lock) : EAGAIN;
    if (error == EAGAIN && timeout_ms > 0)
        error = take_slowly(lock, timeout_ms);
    if (error == EAGAIN)
        return lock_page_say_busy(lock->page, &lock->self, lock->path, timeout_ms, why);
    if (error != 0)
        return file_error_say(why, DIBS_UNAVAILABLE, "take the store's lock", lock->path, error);
    lock->held = true;
    lock_page_note(lock->page, &lock->self, doing);
    return DIBS_OK;
}

bool store_lock_is_current(const struct store_lock *lock)
{
    struct stat status;
    return stat(lock->path, &status) == 0 && status.st_dev == lock->device && status.st_ino == lock->inode;
}

void store_lock_release(struct store_lock *lock)
{
    CHECK(lock->held);
    lock->held = false;
    lock_page_clear(lock->page);
    let_go(lock);
    lock_page_wake(lock->page);
}

void store_lock_close(struct store_lock *lock)
{
    if (lock == NULL)
        return;
    if (lock->held)
        store_lock_release(lock);
    close_remembered(lock);
    free(lock->path);
    free(lock);
}
