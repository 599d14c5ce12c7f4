/* The store's lock among processes that are killed, stopped and forked: the kernel releases it with its holder, also
 * when a child of the holder lives on, and a stopped holder is waited for in vain and named. */
#include "tests/unit/log/fixture.h"
#include "base/check.h"
#include "log/store_lock.h"

#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>

enum { HOLDERS = 200, PROCESSES = 8, TURNS = 3000 };

static char dir[FIXTURE_PATH_BYTES], path[FIXTURE_PATH_BYTES + 8];
static struct error_text why;

static struct store_lock *open_lock(void)
{
    struct store_lock *lock;
    CHECK(store_lock_open(path, &lock, &why) == DIBS_OK);
    return lock;
}

static void take(struct store_lock *lock, const char *doing)
{
    CHECK(store_lock_take(lock, 30000, doing, &why) == DIBS_OK);
}

/* Tells the parent through the pipe that it holds the lock, then lives until it is killed. */
static pid_t start_holder(bool with_child)
{
    int ready[2];
    char byte;
    CHECK(pipe(ready) == 0);
    pid_t pid = fork();
    CHECK(pid >= 0);
    if (pid == 0) {
        struct store_lock *lock = open_lock();
        /* One that doesn't exec, and shares the open files. */
        if (with_child && fork() == 0) {
            close(ready[0]);
            for (;;)
                pause();
        }
        take(lock, "holding on");
        CHECK(write(ready[1], "!", 1) == 1);
        for (;;)
            pause();
    }
    close(ready[1]);
    CHECK(read(ready[0], &byte, 1) == 1);
    close(ready[0]);
    return pid;
}

static void end(pid_t pid)
{
    kill(pid, SIGKILL);
    CHECK(waitpid(pid, NULL, 0) == pid);
}

static void killed_holder_releases(void)
{
    struct store_lock *lock = open_lock();
    for (int i = 0; i < HOLDERS; i++) {
        pid_t holder = start_holder(false);
        CHECK(store_lock_take(lock, 0, "testing", &why) == DIBS_BUSY);
        end(holder);
        CHECK(store_lock_take(lock, 0, "testing", &why) == DIBS_OK);
        store_lock_release(lock);
    }
    store_lock_close(lock);
}

/* Killed while others sleep for it: they must wake by themselves. */
static void sleepers_outlive_a_killed_holder(void)
{
    pid_t holder = start_holder(false), sleepers[3];
    for (int i = 0; i < 3; i++) {
        sleepers[i] = fork();
        CHECK(sleepers[i] >= 0);
        if (sleepers[i] == 0) {
            struct store_lock *lock = open_lock();
            take(lock, "sleeping");
            store_lock_close(lock);
            _exit(0);
        }
    }
    end(holder);
    for (int i = 0; i < 3; i++) {
        int status = -1;
        CHECK(waitpid(sleepers[i], &status, 0) == sleepers[i] && status == 0);
    }
}

static void forked_child_does_not_keep_the_lock_of_its_dead_parent(void)
{
    struct store_lock *lock = open_lock();
    pid_t group_leader = fork();
    CHECK(group_leader >= 0);
    if (group_leader == 0) {
        setpgid(0, 0);
        end(start_holder(true)); /* its child stays */
        CHECK(store_lock_take(open_lock(), 1000, "testing", &why) == DIBS_OK);
        _exit(0);
    }
    int status = -1;
    CHECK(waitpid(group_leader, &status, 0) == group_leader && status == 0);
    kill(-group_leader, SIGKILL); /* the child that was left */
    store_lock_close(lock);
}

static void stopped_holder_is_named(void)
{
    struct store_lock *lock = open_lock();
    pid_t holder = start_holder(false);
    char words[64];
    kill(holder, SIGSTOP);
    CHECK(waitpid(holder, NULL, WUNTRACED) == holder);
    CHECK(store_lock_take(lock, 60, "testing", &why) == DIBS_BUSY);
    snprintf(words, sizeof words, "process %d ", (int)holder);
    CHECK(strstr(why.text, words) != NULL && strstr(why.text, "holding on") != NULL);
    CHECK(store_lock_take(lock, 0, "testing", &why) == DIBS_BUSY); /* it was not stolen */
    end(holder);
    take(lock, "testing");
    store_lock_close(lock);
}

/* A counter that only the lock protects: two steps with a gap between, so that any overlap loses counts. */
static void lock_excludes(void)
{
    volatile uint64_t *counter = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    pid_t pids[PROCESSES];
    CHECK(counter != MAP_FAILED);
    for (int i = 0; i < PROCESSES; i++) {
        pids[i] = fork();
        CHECK(pids[i] >= 0);
        if (pids[i] == 0) {
            struct store_lock *lock = open_lock();
            for (int turn = 0; turn < TURNS; turn++) {
                take(lock, "counting");
                uint64_t value = *counter;
                if (turn % 16 == 0)
                    sched_yield();
                *counter = value + 1;
                store_lock_release(lock);
            }
            store_lock_close(lock);
            _exit(0);
        }
    }
    for (int i = 0; i < PROCESSES; i++) {
        int status = -1;
        CHECK(waitpid(pids[i], &status, 0) == pids[i] && status == 0);
    }
    CHECK(*counter == (uint64_t)PROCESSES * TURNS);
    munmap((void *)counter, 4096);
}

int main(void)
{
    fixture_make_dir(dir);
    snprintf(path, sizeof path, "%s/lock", dir);
    killed_holder_releases();
    sleepers_outlive_a_killed_holder();
    forked_child_does_not_keep_the_lock_of_its_dead_parent();
    stopped_holder_is_named();
    lock_excludes();
    fixture_remove_dir(dir);
    return 0;
}
