/* Who only reads a store that many write to all the time has no place in the queue for its lock (log/store_lock.h), and
 * must get through all the same: a question to it is answered well within its patience.
 *
 * usage: test_faults.reading [WRITERS [READS]]   (16 100) */
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/check.h"
#include "tests/behaviour/world.h"

enum { WRITERS_MAX = 64, READS_MAX = 10000, LOCK_MS = 10000, WRITE_MS = 60000 };

static uint64_t us[READS_MAX];
static _Atomic uint64_t *written; /* by all writers */

static _Noreturn void write_until_killed(int number)
{
    char key[32], session[32];
    (void)snprintf(key, sizeof key, "task:written/%d", number);
    (void)snprintf(session, sizeof session, "writer-%d", number);
    for (dibs_client *client = world_open(session);;) {
        CHECK(world_try(client, key, NULL) == DIBS_VERDICT_GRANTED);
        dibs_answer_free(world_close(client, key, 0, DIBS_OUTCOME_RELEASED));
        atomic_fetch_add(written, 1);
    }
}

/* Until so many more were written: the readers' questions come amid the writing. */
static void await_writes(uint64_t count)
{
    uint64_t until = atomic_load(written) + count, begun_ms = world_now_ms();
    while (atomic_load(written) < until) {
        CHECK(world_now_ms() - begun_ms < WRITE_MS);
        (void)sched_yield();
    }
}

static int compare(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

static void read_once(dibs_client *client, uint64_t *took_us)
{
    struct timespec begun, done;
    struct dibs_answer *answer;
    (void)clock_gettime(CLOCK_MONOTONIC, &begun);
    MUST(dibs_show(client, "task:held", NULL, &answer));
    (void)clock_gettime(CLOCK_MONOTONIC, &done);
    CHECK(answer->row_count == 1 && strcmp(answer->rows[0].session, "holder") == 0);
    dibs_answer_free(answer);
    *took_us = (uint64_t)(done.tv_sec - begun.tv_sec) * 1000000 + (uint64_t)((done.tv_nsec - begun.tv_nsec) / 1000);
}

static void read_all(bool read_only, int reads)
{
    const struct dibs_client_options options = {
        .session = "reader", .read_only = read_only, .lock_timeout_ms = LOCK_MS};
    dibs_client *client;
    MUST(dibs_open(&options, &client));
    await_writes(1000);
    uint64_t before = atomic_load(written), begun_ms = world_now_ms();
    for (int i = 0; i < reads; i++) {
        await_writes(1);
        read_once(client, &us[i]);
    }
    uint64_t writes = atomic_load(written) - before, ms = world_now_ms() - begun_ms;
    dibs_close(client);
    qsort(us, (size_t)reads, sizeof us[0], compare);
    printf("%s: %d reads beside %.0f claims/s: p50 %.3f ms, p99 %.3f ms, max %.1f ms\n",
           read_only ? "who may only read" : "who may write", reads, (double)writes * 1e3 / (double)(ms + 1),
           (double)us[reads / 2] / 1e3, (double)us[reads * 99 / 100] / 1e3, (double)us[reads - 1] / 1e3);
    CHECK(us[reads - 1] < LOCK_MS * 1000 / 2);
}

int main(int count, char **arguments)
{
    static const char *const settings[] = {"claims_per_minute=1000000", NULL};
    int writers = count > 1 ? atoi(arguments[1]) : 16, reads = count > 2 ? atoi(arguments[2]) : 100;
    pid_t pids[WRITERS_MAX];
    CHECK(writers > 0 && writers <= WRITERS_MAX && reads > 0 && reads <= READS_MAX);
    written = mmap(NULL, sizeof *written, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    CHECK(written != MAP_FAILED);
    world_begin(settings);
    dibs_client *holder = world_open("holder");
    CHECK(world_try(holder, "task:held", NULL) == DIBS_VERDICT_GRANTED);
    dibs_close(holder);
    for (int i = 0; i < writers; i++)
        if ((pids[i] = fork()) == 0)
            write_until_killed(i);
    read_all(false, reads);
    read_all(true, reads);
    for (int i = 0; i < writers; i++) {
        CHECK(kill(pids[i], SIGKILL) == 0 && waitpid(pids[i], NULL, 0) == pids[i]);
    }
    world_end();
    return 0;
}
