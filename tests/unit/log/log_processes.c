/* Eight processes append to one log under the store's lock, rolling segments, each reading what the others wrote:
 * nothing is lost, nothing is doubled, each process's records stand in its order. Then the same while processes are
 * killed at random moments: what was acknowledged is there, and the log stays whole. */
#include "tests/unit/log/fixture.h"
#include "base/check.h"
#include "log/store_lock.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>

enum { PROCESSES = 8, RECORDS = 400, KILLS = 120, GOES_ON_LOOKS = 10000, TAKE_MOST_MS = 60000 };

struct message {
    uint32_t process, number;
};

/* Shared with the children: how many records each had acknowledged, and which it was about to append. */
struct progress {
    _Atomic uint32_t acknowledged[PROCESSES], begun[PROCESSES];
};

static char dir[FIXTURE_PATH_BYTES], lock_path[FIXTURE_PATH_BYTES + 8];
static struct log_local_options options;
static struct progress *progress;

/* Who doesn't get it in a minute says who has it, with what, for how long. */
static void take(struct store_lock *lock, const char *doing)
{
    struct error_text why = {0};
    if (store_lock_take(lock, TAKE_MOST_MS, doing, &why) == DIBS_OK)
        return;
    fprintf(stderr, "log_processes: %s\n", why.text);
    abort();
}

static void append_one(struct store_lock *lock, struct log *log, uint32_t process, uint32_t number, uint64_t *seen)
{
    struct error_text why = {0};
    struct log_record record;
    struct message message = {process, number};
    uint64_t offset, ts_ms;
    take(lock, "appending");
    while (log_read(log, *seen, &record, &why) == DIBS_OK)
        *seen = record.offset + 1;
    CHECK(log_append(log, span_of(&message, sizeof message), &offset, &ts_ms, &why) == DIBS_OK);
    CHECK(offset == *seen); /* the lock kept all others away since the read */
    store_lock_release(lock);
}

static _Noreturn void run_process(uint32_t process, uint32_t count)
{
    struct error_text why = {0};
    struct store_lock *lock;
    struct log *log;
    uint64_t seen = 0;
    CHECK(store_lock_open(lock_path, &lock, &why) == DIBS_OK);
    take(lock, "opening");
    CHECK(log_local_open(dir, &options, &log, &why) == DIBS_OK);
    CHECK(log_local_recover(log, 0, &why) == DIBS_OK);
    store_lock_release(lock);
    for (uint32_t i = progress->begun[process]; i < count; i++) {
        progress->begun[process] = i + 1;
        append_one(lock, log, process, i, &seen);
        progress->acknowledged[process] = i + 1;
    }
    log_close(log);
    store_lock_close(lock);
    _exit(0);
}

static pid_t start(uint32_t process, uint32_t count)
{
    pid_t pid = fork();
    CHECK(pid >= 0);
    if (pid == 0) {
        (void)prctl(PR_SET_PDEATHSIG, SIGKILL); /* a test that fails leaves nobody behind */
        run_process(process, count);
    }
    return pid;
}

/* Reads the whole log: each process's numbers grow; with `exact` they have no holes and reach `count`. */
static void check_log(bool exact, uint32_t count)
{
    struct error_text why = {0};
    struct log *log;
    struct log_record record;
    uint32_t next[PROCESSES] = {0};
    uint64_t last_ts_ms = 0;
    CHECK(log_local_open(dir, &options, &log, &why) == DIBS_OK);
    CHECK(log_local_recover(log, 0, &why) == DIBS_OK);
    uint64_t offset = 0;
    for (; log_read(log, offset, &record, &why) == DIBS_OK; offset++) {
        struct message message;
        CHECK(record.offset == offset && record.payload.size == sizeof message);
        memcpy(&message, record.payload.bytes, sizeof message);
        CHECK(message.process < PROCESSES);
        CHECK(exact ? message.number == next[message.process] : message.number >= next[message.process]);
        /* A number that is left out was never acknowledged: its process was killed before the append. */
        next[message.process] = message.number + 1;
        CHECK(record.ts_ms >= last_ts_ms);
        last_ts_ms = record.ts_ms;
    }
    for (uint32_t i = 0; i < PROCESSES; i++)
        CHECK(next[i] >= progress->acknowledged[i] && (!exact || next[i] == count));
    log_close(log);
}

static void make_store(void)
{
    struct log *log;
    struct error_text why;
    fixture_make_dir(dir);
    snprintf(lock_path, sizeof lock_path, "%s/lock", dir);
    options.create = true;
    CHECK(log_local_open(dir, &options, &log, &why) == DIBS_OK);
    log_close(log);
    options.create = false;
    memset(progress, 0, sizeof *progress);
}

static void eight_processes_append(void)
{
    pid_t pids[PROCESSES];
    make_store();
    for (uint32_t i = 0; i < PROCESSES; i++)
        pids[i] = start(i, RECORDS);
    for (uint32_t i = 0; i < PROCESSES; i++) {
        int status = -1;
        CHECK(waitpid(pids[i], &status, 0) == pids[i] && status == 0);
    }
    check_log(true, RECORDS);
    fixture_remove_dir(dir);
}

/* Whoever lives gets the lock again, however many were killed in its queue. */
static void all_go_on(uint32_t count)
{
    const struct timespec rest = {.tv_nsec = 1000000};
    for (uint32_t i = 0; i < count; i++) {
        uint32_t before = progress->acknowledged[i];
        for (uint32_t looks = 0; progress->acknowledged[i] == before; looks++) {
            CHECK(looks < GOES_ON_LOOKS);
            nanosleep(&rest, NULL);
        }
    }
}

static void processes_are_killed(void)
{
    enum { ALIVE = 4 };
    pid_t pids[ALIVE];
    uint64_t random = 42;
    make_store();
    for (uint32_t i = 0; i < ALIVE; i++)
        pids[i] = start(i, UINT32_MAX);
    for (uint32_t kill_number = 0; kill_number < KILLS; kill_number++) {
        random = random * 6364136223846793005u + 1442695040888963407u;
        uint32_t victim = (uint32_t)(random >> 60) % ALIVE;
        struct timespec time = {.tv_nsec = (long)(random >> 33) % 5000000};
        nanosleep(&time, NULL); /* the moment of the kill is the point; nothing waits for anything here */
        kill(pids[victim], SIGKILL);
        CHECK(waitpid(pids[victim], NULL, 0) == pids[victim]);
        pids[victim] = start(victim, UINT32_MAX);
    }
    all_go_on(ALIVE);
    for (uint32_t i = 0; i < ALIVE; i++) {
        kill(pids[i], SIGKILL);
        CHECK(waitpid(pids[i], NULL, 0) == pids[i]);
    }
    check_log(false, 0);
    uint32_t total = 0;
    for (uint32_t i = 0; i < ALIVE; i++)
        total += progress->acknowledged[i];
    CHECK(total > 0);
    fixture_remove_dir(dir);
}

int main(void)
{
    progress = mmap(NULL, sizeof *progress, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    CHECK(progress != MAP_FAILED);
    options = (struct log_local_options){.clock = boot_clock_start(clock_source_system(), 0), .segment_bytes = 16384};
    eight_processes_append();
    processes_are_killed();
    return 0;
}
