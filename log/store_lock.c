/* The one lock of a store: an open-file-description lock is the truth, a shared page helps those who wait.
 *
 * The page (the lock file, mapped) holds a wake-up word and a note about the holder. Nothing in it decides who holds
 * the lock: were it garbage, waits would be slower and the words wrong. Why this mechanism, with figures:
 * docs/decisions/0001-store-lock.md. */
#include "log/store_lock.h"

#include "base/check.h"
#include "log/file_error.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <linux/futex.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum {
    PAGE_BYTES = 4096,
    DOING_BYTES = 80,
    NAME_BYTES = 16,
    /* A wake-up is lost when the process that owed it is killed; so no sleep is longer than this. */
    SLEEP_MAX_NS = 5000000,
    SLEEP_FIRST_NS = 50000
};

/* About the holder, for people: written without any ordering, read by waiters that gave up. */
struct holder_note {
    _Atomic uint32_t pid; /* as the holder sees itself; 0 when nobody holds the lock */
    uint32_t reserved;
    uint64_t pid_namespace;
    uint64_t since_ms; /* CLOCK_BOOTTIME */
    char name[NAME_BYTES];
    char doing[DOING_BYTES];
};

struct lock_page {
    _Atomic uint32_t wakeups;   /* the futex word: changes with each wake-up */
    _Atomic uint32_t contended; /* somebody may sleep */
    uint64_t reserved[7];
    struct holder_note holder;
};

_Static_assert(sizeof(struct lock_page) <= PAGE_BYTES, "the page holds it all");

struct store_lock {
    int fd; /* -1 in a child of fork() */
    bool held;
    bool waited;            /* this hold was not had at once, so others may be asleep as well */
    struct lock_page *page; /* NULL where the file can't be mapped: then waits are short sleeps and holders unnamed */
    uint32_t pid;           /* ours: a child of fork() never takes */
    uint64_t pid_namespace;
    char name[NAME_BYTES];
    char *path;              /* owned */
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

static void remember(struct store_lock *lock)
{
    pthread_once(&fork_handler_once, install_fork_handler);
    pthread_mutex_lock(&open_locks_mutex);
    lock->next = open_locks;
    open_locks = lock;
    pthread_mutex_unlock(&open_locks_mutex);
}

static void forget(struct store_lock *lock)
{
    pthread_mutex_lock(&open_locks_mutex);
    for (struct store_lock **link = &open_locks; *link != NULL; link = &(*link)->next) {
        if (*link == lock) {
            *link = lock->next;
            break;
        }
    }
    pthread_mutex_unlock(&open_locks_mutex);
}

static uint64_t clock_ns(clockid_t id)
{
    struct timespec now;
    clock_gettime(id, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

/* 0: done; else errno. EAGAIN: another holds it. */
static int change(int fd, bool take)
{
#ifdef F_OFD_SETLK
    struct flock range = {.l_type = take ? F_WRLCK : F_UNLCK, .l_whence = SEEK_SET, .l_start = 0, .l_len = 1};
    int result;
    do
        result = fcntl(fd, F_OFD_SETLK, &range);
    while (result != 0 && errno == EINTR);
#else
    /* Where there are no such locks: flock has the same life (the open file), one choice for all at build time. */
    int result = flock(fd, take ? LOCK_EX | LOCK_NB : LOCK_UN);
#endif
    if (result == 0)
        return 0;
    return errno == EACCES || errno == EWOULDBLOCK ? EAGAIN : errno;
}

/* Through an open file of its own: a mapping keeps its file open, in forked children too, and with it any lock. */
static struct lock_page *map_page(const char *path)
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

static uint64_t own_pid_namespace(void)
{
    struct stat status;
    return stat("/proc/self/ns/pid", &status) == 0 ? (uint64_t)status.st_ino : 0;
}

enum dibs_error store_lock_open(const char *path, struct store_lock **out, struct error_text *why)
{
    *out = NULL;
    struct store_lock *lock = calloc(1, sizeof *lock);
    char *copy = strdup(path);
    if (lock == NULL || copy == NULL) {
        free(lock);
        free(copy);
        return error_say(why, DIBS_UNAVAILABLE, "no memory to open the lock %s", path);
    }
    lock->path = copy;
    lock->fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    if (lock->fd < 0) {
        int error = errno;
        store_lock_close(lock);
        return file_error_say(why, DIBS_UNAVAILABLE, "open the store's lock", path, error);
    }
    lock->page = map_page(path);
    lock->pid = (uint32_t)getpid();
    lock->pid_namespace = own_pid_namespace();
    prctl(PR_GET_NAME, lock->name);
    remember(lock);
    *out = lock;
    return DIBS_OK;
}

static void write_note(struct store_lock *lock, const char *doing)
{
    if (lock->page == NULL)
        return;
    struct holder_note *note = &lock->page->holder;
    size_t size = strnlen(doing, DOING_BYTES - 1);
    memcpy(note->doing, doing, size);
    note->doing[size] = '\0';
    memcpy(note->name, lock->name, NAME_BYTES);
    note->pid_namespace = lock->pid_namespace;
    note->since_ms = clock_ns(CLOCK_BOOTTIME) / 1000000u;
    atomic_store_explicit(&note->pid, lock->pid, memory_order_release);
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

static enum dibs_error say_busy(const struct store_lock *lock, uint32_t timeout_ms, struct error_text *why)
{
    uint32_t pid = 0;
    if (lock->page != NULL)
        pid = atomic_load_explicit(&lock->page->holder.pid, memory_order_acquire);
    if (pid == 0)
        return error_say(why, DIBS_BUSY,
                         "the store's lock %s was not had within %" PRIu32 " ms; a process that gave no "
                         "name holds it; try again",
                         lock->path, timeout_ms);
    struct holder_note note;
    memcpy(&note, &lock->page->holder, sizeof note);
    char name[NAME_BYTES], doing[DOING_BYTES];
    copy_printable(name, note.name, sizeof name);
    copy_printable(doing, note.doing, sizeof doing);
    uint64_t now_ms = clock_ns(CLOCK_BOOTTIME) / 1000000u;
    bool elsewhere = note.pid_namespace != lock->pid_namespace;
    return error_say(why, DIBS_BUSY,
                     "the store's lock %s was not had within %" PRIu32 " ms: process %" PRIu32
                     " (%s)%s has held it for "
                     "%" PRIu64 " ms, %s; try again, or end that process if it is stuck or stopped",
                     lock->path, timeout_ms, pid, name, elsewhere ? " of another container" : "",
                     now_ms > note.since_ms ? now_ms - note.since_ms : 0, doing);
}

static void sleep_a_while(struct store_lock *lock, uint32_t seen, uint64_t ns)
{
    struct timespec time = {.tv_sec = 0, .tv_nsec = (long)ns};
    if (lock->page != NULL)
        syscall(SYS_futex, &lock->page->wakeups, FUTEX_WAIT, seen, &time, NULL, 0);
    else
        nanosleep(&time, NULL);
}

/* Returns errno, EAGAIN when the time is over. */
static int take_slowly(struct store_lock *lock, uint32_t timeout_ms)
{
    uint64_t deadline_ns = clock_ns(CLOCK_MONOTONIC) + (uint64_t)timeout_ms * 1000000u;
    /* Without a page nobody wakes us, so start short. */
    uint64_t sleep_ns = lock->page != NULL ? SLEEP_MAX_NS : SLEEP_FIRST_NS;
    for (;;) {
        uint32_t seen = 0;
        if (lock->page != NULL) {
            seen = atomic_load(&lock->page->wakeups);
            /* Before the try: who releases after it sees this, and changes the word that we go to sleep on. */
            atomic_store(&lock->page->contended, 1);
        }
        int error = change(lock->fd, true);
        uint64_t now_ns = clock_ns(CLOCK_MONOTONIC);
        if (error != EAGAIN || now_ns >= deadline_ns)
            return error;
        uint64_t left_ns = deadline_ns - now_ns;
        sleep_a_while(lock, seen, left_ns < sleep_ns ? left_ns : sleep_ns);
        sleep_ns = sleep_ns * 2 < SLEEP_MAX_NS ? sleep_ns * 2 : SLEEP_MAX_NS;
    }
}

enum dibs_error store_lock_take(struct store_lock *lock, uint32_t timeout_ms, const char *doing, struct error_text *why)
{
    CHECK(!lock->held);
    if (lock->fd < 0)
        return error_say(why, DIBS_FORKED, "this store was opened before fork(); open it again in the child");
    int error = change(lock->fd, true);
    lock->waited = error == EAGAIN;
    if (error == EAGAIN && timeout_ms > 0)
        error = take_slowly(lock, timeout_ms);
    if (error == EAGAIN)
        return say_busy(lock, timeout_ms, why);
    if (error != 0)
        return file_error_say(why, DIBS_UNAVAILABLE, "take the store's lock", lock->path, error);
    lock->held = true;
    write_note(lock, doing);
    return DIBS_OK;
}

bool store_lock_held(const struct store_lock *lock)
{
    return lock->held;
}

void store_lock_release(struct store_lock *lock)
{
    CHECK(lock->held);
    lock->held = false;
    struct lock_page *page = lock->page;
    if (page != NULL)
        atomic_store_explicit(&page->holder.pid, 0, memory_order_relaxed);
    CHECK(change(lock->fd, false) == 0);
    if (page == NULL)
        return;
    /* One is woken; it can't know whether it was the last, so it wakes another when it is done (`waited`). */
    if (lock->waited || (atomic_load(&page->contended) != 0 && atomic_exchange(&page->contended, 0) != 0)) {
        atomic_fetch_add(&page->wakeups, 1);
        syscall(SYS_futex, &page->wakeups, FUTEX_WAKE, 1, NULL, NULL, 0);
    }
}

void store_lock_close(struct store_lock *lock)
{
    if (lock == NULL)
        return;
    if (lock->held)
        store_lock_release(lock);
    if (lock->fd >= 0) {
        forget(lock);
        close(lock->fd);
    }
    if (lock->page != NULL)
        munmap(lock->page, PAGE_BYTES);
    free(lock->path);
    free(lock);
}
