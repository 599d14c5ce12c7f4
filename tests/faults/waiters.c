/* Two thousand wait at one store, in twenty processes. Meanwhile a claimer goes on at its pace; then what they wait for is
 * let go, and each of them is granted once, lets go, and so lets in the next.
 *
 * usage: test_faults.waiters [WAITERS]   (2000) */
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/check.h"
#include "tests/behaviour/world.h"

enum {
    PROCESSES = 20,
    CLIENTS = 10,
    THREADS = 10, /* of each client */
    KEYS = 4,
    STACK_BYTES = 512 * 1024,
    CLAIMS = 2000,
    WAIT_MS = 300000
};

struct shared {
    _Atomic int queued, granted, unlucky;
    _Atomic uint64_t last_token[KEYS];
};

static struct shared *shared;

struct waiter {
    dibs_client *client;
    int key;
};

static void key_of(int number, char out[32])
{
    (void)snprintf(out, 32, "task:wanted/%d", number);
}

static void *wait_once(void *context)
{
    const struct waiter *waiter = context;
    char key[32];
    const char *const keys[] = {key};
    const struct dibs_claim_options options = {
        .keys = keys, .key_count = 1, .wait = true, .has_wait_ms = true, .wait_ms = WAIT_MS, .fresh = true};
    struct dibs_answer *answer, *later;
    key_of(waiter->key, key);
    MUST(dibs_claim_submit(waiter->client, &options, &answer));
    CHECK(answer->verdict == DIBS_VERDICT_WAITING);
    atomic_fetch_add(&shared->queued, 1);
    MUST(dibs_wait(waiter->client, answer->ticket, UINT64_MAX, &later));
    if (later->verdict == DIBS_VERDICT_GRANTED) {
        uint64_t token = later->keys[0].token;
        CHECK(atomic_exchange(&shared->last_token[waiter->key], token) < token);
        atomic_fetch_add(&shared->granted, 1);
        dibs_answer_free(world_close(waiter->client, key, token, DIBS_OUTCOME_RELEASED));
    } else {
        fprintf(stderr, "a waiter was told: %s\n", later->words);
        atomic_fetch_add(&shared->unlucky, 1);
    }
    dibs_answer_free(answer);
    dibs_answer_free(later);
    return NULL;
}

static _Noreturn void be_waiters(int process, int threads)
{
    pthread_t ids[CLIENTS * THREADS];
    struct waiter waiters[CLIENTS * THREADS];
    dibs_client *clients[CLIENTS];
    pthread_attr_t small;
    CHECK(pthread_attr_init(&small) == 0 && pthread_attr_setstacksize(&small, STACK_BYTES) == 0);
    for (int i = 0; i < CLIENTS; i++) {
        char session[32];
        (void)snprintf(session, sizeof session, "waiters-%d-%d", process, i);
        clients[i] = world_open(session);
    }
    for (int i = 0; i < threads; i++) {
        waiters[i] = (struct waiter){clients[i % CLIENTS], (process + i / CLIENTS) % KEYS};
        CHECK(pthread_create(&ids[i], &small, wait_once, &waiters[i]) == 0);
    }
    for (int i = 0; i < threads; i++)
        CHECK(pthread_join(ids[i], NULL) == 0);
    for (int i = 0; i < CLIENTS; i++)
        dibs_close(clients[i]);
    _exit(0);
}

static int compare(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

/* What a claim takes beside all who sleep; generous bounds, for a machine that does other things as well. */
static void claim_meanwhile(int waiters)
{
    static uint64_t us[CLAIMS];
    dibs_client *client = world_open("meanwhile");
    for (int i = 0; i < CLAIMS; i++) {
        struct timespec begun, done;
        (void)clock_gettime(CLOCK_MONOTONIC, &begun);
        CHECK(world_try(client, "task:own", NULL) == DIBS_VERDICT_GRANTED);
        (void)clock_gettime(CLOCK_MONOTONIC, &done);
        us[i] = (uint64_t)(done.tv_sec - begun.tv_sec) * 1000000 + (uint64_t)((done.tv_nsec - begun.tv_nsec) / 1000);
        dibs_answer_free(world_close(client, "task:own", 0, DIBS_OUTCOME_RELEASED));
    }
    dibs_close(client);
    qsort(us, CLAIMS, sizeof us[0], compare);
    printf("a claim beside %d sleepers: p50 %.3f ms, p99 %.3f ms, max %.1f ms\n", waiters, (double)us[CLAIMS / 2] / 1e3,
           (double)us[CLAIMS * 99 / 100] / 1e3, (double)us[CLAIMS - 1] / 1e3);
    CHECK(us[CLAIMS / 2] < 20000 && us[CLAIMS - 1] < 5000000);
}

static void let_go_and_count(dibs_client *holder, int waiters)
{
    char key[32];
    uint64_t begun_ms = world_now_ms();
    for (int i = 0; i < KEYS; i++) {
        key_of(i, key);
        dibs_answer_free(world_close(holder, key, 0, DIBS_OUTCOME_RELEASED));
    }
    for (int status, i = 0; i < PROCESSES; i++)
        CHECK(wait(&status) > 0 && status == 0);
    uint64_t ms = world_now_ms() - begun_ms;
    printf("%d waiters, %d granted one after the other in %.1f s\n", waiters, atomic_load(&shared->granted),
           (double)ms / 1e3);
    CHECK(atomic_load(&shared->granted) == waiters && atomic_load(&shared->unlucky) == 0);
}

int main(int count, char **arguments)
{
    static const char *const settings[] = {"claims_per_minute=1000000", "waiters_per_session=64", "wait_max=10m",
                                           "waiter_lease=10m", NULL};
    int waiters = count > 1 ? atoi(arguments[1]) : PROCESSES * CLIENTS * THREADS;
    char key[32];
    int held[2]; /* a byte for each process, when there is something to wait for */
    CHECK(waiters > 0 && waiters <= PROCESSES * CLIENTS * THREADS && waiters % PROCESSES == 0);
    shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    CHECK(shared != MAP_FAILED);
    CHECK(pipe(held) == 0);
    world_begin(settings);
    for (int i = 0; i < PROCESSES; i++) {
        pid_t child = fork();
        CHECK(child >= 0);
        if (child == 0) {
            char byte;
            CHECK(read(held[0], &byte, 1) == 1);
            be_waiters(i, waiters / PROCESSES);
        }
    }
    dibs_client *holder = world_open("holder");
    for (int i = 0; i < KEYS; i++) {
        key_of(i, key);
        CHECK(world_try(holder, key, NULL) == DIBS_VERDICT_GRANTED);
    }
    for (int i = 0; i < PROCESSES; i++)
        CHECK(write(held[1], "", 1) == 1);
    while (atomic_load(&shared->queued) < waiters)
        (void)usleep(10000);
    claim_meanwhile(waiters);
    let_go_and_count(holder, waiters);
    dibs_close(holder);
    world_verify();
    world_end();
    return 0;
}
