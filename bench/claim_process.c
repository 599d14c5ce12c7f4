/* What `dibs claim` costs as a process, beside a process that does nothing and one that only loads: wall time from the
 * start of each until it has been waited for, and the most memory that one of them held. The store is a new one.
 *
 * usage: claim_process DIBS [CLAIMS]   (500) */
#include <fcntl.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/check.h"

enum { CLAIMS_MAX = 100000, CLAIMS_PER_SESSION = 200 };

struct figures {
    double ms[CLAIMS_MAX];
    size_t count;
    long most_kib;
};

static double now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

/* Runs it with its output thrown away; it must end with 0. */
static void run(char *const argv[], struct figures *figures)
{
    extern char **environ;
    posix_spawn_file_actions_t actions;
    struct rusage usage;
    pid_t pid;
    int status;

    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    double begun = now_ms();
    CHECK(posix_spawn(&pid, argv[0], &actions, NULL, argv, environ) == 0);
    CHECK(wait4(pid, &status, 0, &usage) == pid && status == 0);
    figures->ms[figures->count++] = now_ms() - begun;
    figures->most_kib = usage.ru_maxrss > figures->most_kib ? usage.ru_maxrss : figures->most_kib;
    posix_spawn_file_actions_destroy(&actions);
}

static int compare(const void *left, const void *right)
{
    double a = *(const double *)left, b = *(const double *)right;
    return (a > b) - (a < b);
}

static void print(const char *name, struct figures *figures)
{
    size_t count = figures->count;
    qsort(figures->ms, count, sizeof figures->ms[0], compare);
    printf("%-14s  p50 %5.2f ms  p90 %5.2f  p99 %5.2f  max %5.2f  memory %5.1f MiB  (%zu runs)\n", name,
           figures->ms[count / 2], figures->ms[count * 9 / 10], figures->ms[count * 99 / 100], figures->ms[count - 1],
           (double)figures->most_kib / 1024, count);
}

static void make_store(char *dibs)
{
    static struct figures unused;
    static char root[] = "/tmp/dibs-bench-XXXXXX", store[64];
    char *init[] = {dibs, "init", NULL};
    char *configure[] = {dibs, "configure", "claims_per_minute=1000000", "claims_per_session=256", NULL};

    CHECK(mkdtemp(root) != NULL);
    snprintf(store, sizeof store, "%s/store", root);
    CHECK(setenv("DIBS_STORE", store, 1) == 0 && setenv("XDG_CONFIG_HOME", root, 1) == 0);
    run(init, &unused);
    run(configure, &unused);
    printf("store %s\n", store);
}

int main(int argc, char **argv)
{
    static struct figures nothing, loading, claiming;
    long claims = argc > 2 ? atol(argv[2]) : 500;

    if (argc < 2 || claims < 1 || claims > CLAIMS_MAX) {
        fprintf(stderr, "usage: claim_process DIBS [CLAIMS]\n");
        return 2;
    }
    make_store(argv[1]);
    for (long i = 0; i < claims; i++) {
        char key[32], session[32];
        snprintf(key, sizeof key, "bench:%ld", i);
        snprintf(session, sizeof session, "bench-%ld", i / CLAIMS_PER_SESSION);
        run((char *[]){"/bin/true", NULL}, &nothing);
        run((char *[]){argv[1], "version", NULL}, &loading);
        run((char *[]){argv[1], "claim", key, "--session", session, NULL}, &claiming);
    }
    print("true", &nothing);
    print("dibs version", &loading);
    print("dibs claim", &claiming);
    return 0;
}
