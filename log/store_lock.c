/* The one lock of a store: an open-file-description lock is the truth, a shared page (lock_page.h) helps those who wait.
 * Why this mechanism, with figures: docs/decisions/0001-store-lock.md. */
#include "log/store_lock.h"

#include "base/check.h"
#include "log/file_error.h"
#include "log/store_lock_own.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

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

int store_lock_try(const struct store_lock *lock)
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

void store_lock_let_go(const struct store_lock *lock)
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
    request_page_unmap(lock->requests);
    lock->page = NULL;
    lock->requests = NULL;
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

static enum dibs_error say_not_taken(const struct store_lock *lock, int error, uint32_t timeout_ms,
                                     struct error_text *why)
{
    if (error == EAGAIN || error == EINPROGRESS) {
        struct lock_page *read = lock->page == NULL ? lock_page_map_to_read(lock->path) : NULL;
        enum dibs_error busy =
            lock_page_say_busy(read != NULL ? read : lock->page, &lock->self, lock->path, timeout_ms, why);
        lock_page_unmap(read);
        return error == EAGAIN ? busy : DIBS_NO_ANSWER;
    }
    return file_error_say(why, DIBS_UNAVAILABLE, "take the store's lock", lock->path, error);
}

enum dibs_error store_lock_take_or_request(struct store_lock *lock, uint32_t timeout_ms, const char *doing,
                                           struct lock_request *request, struct error_text *why)
{
    CHECK(!lock->held);
    if (lock->fd < 0)
        return error_say(why, DIBS_FORKED, "this store was opened before fork(); open it again in the child");
    if (request != NULL)
        request->served = request->begun = false;
    /* Who comes does not pass those who wait; with no time to wait there is nothing to lose by trying. */
    bool is_idle = lock_page_is_idle(lock->page);
    int error = timeout_ms == 0 || is_idle ? store_lock_try(lock) : EAGAIN;
    lock->may_serve = is_idle || timeout_ms > 0;
    if (error == EAGAIN && timeout_ms > 0)
        error = store_lock_wait(lock, timeout_ms, request);
    if (error != 0)
        return say_not_taken(lock, error, timeout_ms, why);
    if (request != NULL && request->served)
        return DIBS_OK;
    lock->held = true;
    lock->served = 0;
    lock_page_note(lock->page, &lock->self, doing);
    return DIBS_OK;
}

enum dibs_error store_lock_take(struct store_lock *lock, uint32_t timeout_ms, const char *doing, struct error_text *why)
{
    return store_lock_take_or_request(lock, timeout_ms, doing, NULL, why);
}

bool store_lock_is_wanted(const struct store_lock *lock)
{
    return !lock_page_is_idle(lock->page);
}

bool store_lock_is_current(const struct store_lock *lock)
{
    struct stat status;
    return stat(lock->path, &status) == 0 && status.st_dev == lock->device && status.st_ino == lock->inode;
}

bool store_lock_is_there(const struct store_lock *lock)
{
    struct stat status;
    return fstat(lock->fd, &status) == 0 && status.st_nlink > 0;
}

void store_lock_release(struct store_lock *lock)
{
    CHECK(lock->held);
    lock->held = false;
    store_lock_tell_served(lock);
    lock_page_clear(lock->page);
    store_lock_let_go(lock);
    lock_page_wake(lock->page); /* who is next, first: the others have nothing to do under the lock */
    lock_page_wake_passed(lock->page, lock->served_first, lock->served);
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
