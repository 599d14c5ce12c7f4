/* Many processes that do the same for some seconds. See crowd.h. */
#include "crowd.h"

#include <math.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/check.h"

/* Buckets of 1/32 of a power of two from 0.1 us on: a quantile is right within 2 %. */
enum { PROCESSES_MAX = 4096, BUCKETS = 1024, BUCKETS_A_DOUBLING = 32 };

struct member {
    uint64_t turns;
    double longest;
    uint32_t buckets[BUCKETS];
};

struct crowd {
    int processes;
    double seconds;
    _Atomic int ready;
    _Atomic bool go;
    double begun;
    struct member members[];
};

double crowd_seconds(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

static size_t size_of(int processes)
{
    return sizeof(struct crowd) + (size_t)processes * sizeof(struct member);
}

struct crowd *crowd_new(int processes, double seconds)
{
    CHECK(processes > 0 && processes <= PROCESSES_MAX);
    struct crowd *crowd = mmap(NULL, size_of(processes), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    CHECK(crowd != MAP_FAILED);
    crowd->processes = processes;
    crowd->seconds = seconds;
    return crowd;
}

void crowd_free(struct crowd *crowd)
{
    (void)munmap(crowd, size_of(crowd->processes));
}

static void nap(void)
{
    const struct timespec time = {.tv_nsec = 1000000};
    (void)nanosleep(&time, NULL);
}

void crowd_start(struct crowd *crowd)
{
    atomic_fetch_add(&crowd->ready, 1);
    while (!atomic_load(&crowd->go))
        nap();
}

bool crowd_is_over(const struct crowd *crowd)
{
    return crowd_seconds() - crowd->begun > crowd->seconds;
}

void crowd_turn(struct crowd *crowd, int number, double seconds)
{
    struct member *member = &crowd->members[number];
    double bucket = seconds <= 1e-7 ? 0 : log2(seconds / 1e-7) * BUCKETS_A_DOUBLING;
    member->buckets[bucket < BUCKETS ? (int)bucket : BUCKETS - 1]++;
    member->turns++;
    member->longest = seconds > member->longest ? seconds : member->longest;
}

void crowd_run(struct crowd *crowd, void (*work)(struct crowd *, int number, void *context), void *context)
{
    (void)fflush(NULL);
    for (int i = 0; i < crowd->processes; i++) {
        pid_t child = fork();
        CHECK(child >= 0);
        if (child == 0) {
            work(crowd, i, context);
            _exit(0);
        }
    }
    while (atomic_load(&crowd->ready) < crowd->processes)
        nap();
    crowd->begun = crowd_seconds();
    atomic_store(&crowd->go, true);
    for (int i = 0; i < crowd->processes; i++) {
        int status;
        CHECK(wait(&status) > 0 && status == 0);
    }
}

double crowd_quantile(const struct crowd *crowd, double part)
{
    uint64_t all = 0, seen = 0;
    for (int i = 0; i < crowd->processes; i++)
        all += crowd->members[i].turns;
    for (int bucket = 0; bucket < BUCKETS; bucket++) {
        for (int i = 0; i < crowd->processes; i++)
            seen += crowd->members[i].buckets[bucket];
        if ((double)seen >= part * (double)all)
            return 1e-7 * exp2((bucket + 1.0) / BUCKETS_A_DOUBLING);
    }
    return crowd_longest(crowd);
}

double crowd_longest(const struct crowd *crowd)
{
    double longest = 0;
    for (int i = 0; i < crowd->processes; i++)
        longest = crowd->members[i].longest > longest ? crowd->members[i].longest : longest;
    return longest;
}

double crowd_evenness(const struct crowd *crowd)
{
    uint64_t fewest = UINT64_MAX, most = 0;
    for (int i = 0; i < crowd->processes; i++) {
        fewest = crowd->members[i].turns < fewest ? crowd->members[i].turns : fewest;
        most = crowd->members[i].turns > most ? crowd->members[i].turns : most;
    }
    return most == 0 ? 0 : (double)fewest / (double)most;
}

void crowd_print_head(void)
{
    printf("%-36s %10s %12s %9s %9s %9s\n", "", "turns/s", "fewest/most", "p50 ms", "p99 ms", "max ms");
}

void crowd_print(const struct crowd *crowd, const char *name)
{
    uint64_t all = 0;
    for (int i = 0; i < crowd->processes; i++)
        all += crowd->members[i].turns;
    printf("%-36s %10.0f %12.2f %9.3f %9.3f %9.1f\n", name, (double)all / crowd->seconds, crowd_evenness(crowd),
           crowd_quantile(crowd, 0.5) * 1e3, crowd_quantile(crowd, 0.99) * 1e3, crowd_longest(crowd) * 1e3);
    (void)fflush(stdout);
}
