/* Which lock for a store? Many processes take one in a tight loop, each kind in turn, and hold it as long as a claim
 * takes; shown are the takes a second, how evenly they fell, and how long one waited.
 *
 * usage: lock_kinds [PROCESSES [SECONDS [HOLD_US]]]   (64 2 20) */
#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/check.h"
#include "crowd.h"
#include "log/store_lock.h"

struct shared {
    pthread_mutex_t mutex, inheriting;
    _Atomic uint32_t next, serving; /* the ticket lock */
};

struct user {
    struct shared *shared;
    const char *path;
    int fd;
    struct store_lock *lock;
};

struct kind {
    const char *name;
    void (*take)(struct user *);
    void (*release)(struct user *);
};

static void take_mutex(struct user *user)
{
    CHECK(pthread_mutex_lock(&user->shared->mutex) == 0);
}

static void release_mutex(struct user *user)
{
    CHECK(pthread_mutex_unlock(&user->shared->mutex) == 0);
}

static void take_inheriting(struct user *user)
{
    CHECK(pthread_mutex_lock(&user->shared->inheriting) == 0);
}

static void release_inheriting(struct user *user)
{
    CHECK(pthread_mutex_unlock(&user->shared->inheriting) == 0);
}

/* Tickets alone: perfectly fair, and dead for ever with any who dies in the queue. */
static void take_ticket(struct user *user)
{
    uint32_t mine = atomic_fetch_add(&user->shared->next, 1), serving;
    while ((serving = atomic_load(&user->shared->serving)) != mine)
        (void)syscall(SYS_futex, &user->shared->serving, FUTEX_WAIT, serving, NULL, NULL, 0);
}

static void release_ticket(struct user *user)
{
    atomic_fetch_add(&user->shared->serving, 1);
    (void)syscall(SYS_futex, &user->shared->serving, FUTEX_WAKE, 1 << 30, NULL, NULL, 0);
}

static void take_ofd(struct user *user)
{
    struct flock range = {.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_len = 1};
    CHECK(fcntl(user->fd, F_OFD_SETLKW, &range) == 0);
}

static void release_ofd(struct user *user)
{
    struct flock range = {.l_type = F_UNLCK, .l_whence = SEEK_SET, .l_len = 1};
    CHECK(fcntl(user->fd, F_OFD_SETLK, &range) == 0);
}

static void take_flock(struct user *user)
{
    CHECK(flock(user->fd, LOCK_EX) == 0);
}

static void release_flock(struct user *user)
{
    CHECK(flock(user->fd, LOCK_UN) == 0);
}

static void take_ours(struct user *user)
{
    struct error_text why;
    CHECK(store_lock_take(user->lock, 60000, "measuring", &why) == DIBS_OK);
}

static void release_ours(struct user *user)
{
    store_lock_release(user->lock);
}

static const struct kind kinds[] = {{"robust mutex", take_mutex, release_mutex},
                                    {"robust mutex, priority inheritance", take_inheriting, release_inheriting},
                                    {"tickets on a futex alone", take_ticket, release_ticket},
                                    {"flock, blocking", take_flock, release_flock},
                                    {"OFD lock, blocking", take_ofd, release_ofd},
                                    {"OFD lock with a queue (store_lock)", take_ours, release_ours}};

static void make_mutex(pthread_mutex_t *mutex, int protocol)
{
    pthread_mutexattr_t how;
    CHECK(pthread_mutexattr_init(&how) == 0);
    CHECK(pthread_mutexattr_setpshared(&how, PTHREAD_PROCESS_SHARED) == 0);
    CHECK(pthread_mutexattr_setrobust(&how, PTHREAD_MUTEX_ROBUST) == 0);
    CHECK(pthread_mutexattr_setprotocol(&how, protocol) == 0);
    CHECK(pthread_mutex_init(mutex, &how) == 0);
}

static double hold_us;

struct run {
    const struct kind *kind;
    struct shared *shared;
    const char *path;
};

/* Until the crowd's time is over: take, hold, release. */
static void work(struct crowd *crowd, int number, void *context)
{
    const struct run *run = context;
    struct user user = {.shared = run->shared, .path = run->path};
    struct error_text why;
    user.fd = open(run->path, O_RDWR | O_CLOEXEC);
    CHECK(user.fd >= 0 && store_lock_open(run->path, &user.lock, &why) == DIBS_OK);
    for (crowd_start(crowd); !crowd_is_over(crowd);) {
        double begun = crowd_seconds();
        run->kind->take(&user);
        double had = crowd_seconds();
        while (crowd_seconds() - had < hold_us * 1e-6)
            ;
        run->kind->release(&user);
        crowd_turn(crowd, number, had - begun);
    }
    store_lock_close(user.lock);
    (void)close(user.fd);
}

int main(int argc, char **argv)
{
    int processes = argc > 1 ? atoi(argv[1]) : 64;
    double seconds = argc > 2 ? atof(argv[2]) : 2;
    char path[] = "/tmp/dibs-lock-XXXXXX";
    hold_us = argc > 3 ? atof(argv[3]) : 20;
    int fd = mkstemp(path);
    CHECK(fd >= 0 && close(fd) == 0);
    struct shared *shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    CHECK(shared != MAP_FAILED);
    make_mutex(&shared->mutex, PTHREAD_PRIO_NONE);
    make_mutex(&shared->inheriting, PTHREAD_PRIO_INHERIT);
    printf("%d processes, %.0f us held\n", processes, hold_us);
    crowd_print_head();
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        struct run run = {&kinds[i], shared, path};
        struct crowd *crowd = crowd_new(processes, seconds);
        crowd_run(crowd, work, &run);
        crowd_print(crowd, kinds[i].name);
        crowd_free(crowd);
    }
    (void)unlink(path);
    return 0;
}
