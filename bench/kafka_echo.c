/* What a broker and librdkafka cost by themselves: the floor for a fleet's figures. Somebody asks on the intents topic,
 * another process answers each record as it is on the decisions topic; no rules, no state. Each figure is taken on bare
 * librdkafka and on the client behind log/kafka.h, by turns, against the same broker.
 *
 * round   one record at a time, from its sending until its answer is there
 * pipe    records of 150 bytes as fast as they go, until the last answer is there
 * cold    a new process each time, from main until its answer is there
 *
 * usage: kafka_echo BROKERS [round|pipe|cold|all] [ROUNDS]     (all, 2,000; brokers: tools/broker up DIR) */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/check.h"
#include "bench/child.h"
#include "bench/echo_end.h"
#include "log/kafka.h"

enum { ROUNDS_MAX = 1000000, RECORD = 150, TURNS = 4, PIPE_PER_ROUND = 250 };

static const struct echo_kind *const kinds[] = {&echo_bare, &echo_client};

static double now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static int compare(const void *left, const void *right)
{
    double a = *(const double *)left, b = *(const double *)right;
    return (a > b) - (a < b);
}

struct figures {
    double ms[ROUNDS_MAX];
    size_t count;
};

static void print(const char *what, const char *who, struct figures *figures)
{
    size_t count = figures->count;
    qsort(figures->ms, count, sizeof figures->ms[0], compare);
    printf("%-6s %-16s p50 %7.3f  p99 %7.3f  p99.9 %7.3f  most %7.3f ms  (%zu)\n", what, who, figures->ms[count / 2],
           figures->ms[count * 99 / 100], figures->ms[count * 999 / 1000], figures->ms[count - 1], count);
    (void)fflush(stdout);
}

static void answer(void *context, const void *bytes, size_t size)
{
    void **both = context;
    ((const struct echo_kind *)both[0])->send(both[1], bytes, size);
}

/* A process that answers until it is killed; returns when it is ready. */
static pid_t answering(const struct echo_kind *kind, const char *brokers, const char *fleet)
{
    int ready[2];
    char byte = 0;
    CHECK(pipe(ready) == 0);
    (void)fflush(stdout);
    pid_t pid = fork();
    CHECK(pid >= 0);
    if (pid == 0) {
        (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
        struct echo_end *end = kind->open(brokers, fleet, false, true);
        void *both[] = {(void *)(uintptr_t)kind, end};
        CHECK(write(ready[1], &byte, 1) == 1);
        for (;;)
            (void)kind->take(end, 1000, answer, both);
    }
    (void)close(ready[1]);
    CHECK(read(ready[0], &byte, 1) == 1);
    (void)close(ready[0]);
    return pid;
}

static void stop(pid_t pid)
{
    (void)kill(pid, SIGKILL);
    CHECK(waitpid(pid, NULL, 0) == pid);
}

static void count_one(void *context, const void *bytes, size_t size)
{
    (void)bytes, (void)size;
    ++*(size_t *)context;
}

static void ask_once(const struct echo_kind *kind, struct echo_end *end)
{
    static const char record[RECORD] = "?";
    size_t answers = 0;
    double give_up = now_ms() + 20000;
    kind->send(end, record, sizeof record);
    while (answers == 0) {
        (void)kind->take(end, 1000, count_one, &answers);
        CHECK(now_ms() < give_up);
    }
}

static void round_trips(const struct echo_kind *kind, const char *brokers, const char *fleet, size_t rounds,
                        struct figures *figures)
{
    pid_t other = answering(kind, brokers, fleet);
    struct echo_end *end = kind->open(brokers, fleet, true, false);
    for (size_t i = 0; i < rounds / 10 + 10; i++) /* warm */
        ask_once(kind, end);
    for (size_t i = 0; i < rounds; i++) {
        double begun = now_ms();
        ask_once(kind, end);
        figures->ms[figures->count++] = now_ms() - begun;
    }
    kind->close(end);
    stop(other);
}

/* Answers a second. */
static double pipeline(const struct echo_kind *kind, const char *brokers, const char *fleet, size_t records)
{
    static const char record[RECORD] = "?";
    pid_t other = answering(kind, brokers, fleet);
    struct echo_end *end = kind->open(brokers, fleet, true, true);
    ask_once(kind, end);
    size_t answers = 0;
    double begun = now_ms(), give_up = begun + 120000;
    for (size_t i = 0; i < records; i++) {
        kind->send(end, record, sizeof record);
        if (i % 500 == 0)
            (void)kind->take(end, 0, count_one, &answers);
    }
    while (answers < records) {
        (void)kind->take(end, 1000, count_one, &answers);
        CHECK(now_ms() < give_up);
    }
    double seconds = (now_ms() - begun) / 1e3;
    kind->close(end);
    stop(other);
    return (double)records / seconds;
}

static int once(const struct echo_kind *kind, const char *brokers, const char *fleet)
{
    double begun = now_ms();
    struct echo_end *end = kind->open(brokers, fleet, true, false);
    ask_once(kind, end);
    printf("%.3f\n", now_ms() - begun);
    kind->close(end);
    return 0;
}

static void make_topics(const char *brokers, const char *fleet)
{
    struct kafka *kafka;
    struct error_text why;
    struct kafka_options options = {.brokers = brokers, .fleet = fleet, .role = KAFKA_COORDINATOR};
    struct kafka_plan plan = {.decision_partitions = 1};
    unsigned made;
    if (kafka_open(&options, &kafka, &why) == DIBS_OK && kafka_create_topics(kafka, &plan, &made, &why) == DIBS_OK) {
        kafka_close(kafka, false);
        return;
    }
    (void)fprintf(stderr, "kafka_echo: %s\n", why.text);
    exit(1);
}

static void all(char *program, char *brokers, const char *which, size_t rounds)
{
    static struct figures round[2], cold[2];
    double pipe_most[2] = {0};
    char fleet[64], numbers[2][2] = {"0", "1"};
    bool every = strcmp(which, "all") == 0;
    (void)snprintf(fleet, sizeof fleet, "echo-%ld-%ld", (long)time(NULL), (long)getpid());
    make_topics(brokers, fleet);
    for (int turn = 0; turn < TURNS * 2; turn++) {
        int k = turn % 2;
        if (every || strcmp(which, "round") == 0)
            round_trips(kinds[k], brokers, fleet, rounds / TURNS, &round[k]);
        if (every || strcmp(which, "pipe") == 0) {
            double rate = pipeline(kinds[k], brokers, fleet, rounds / TURNS * PIPE_PER_ROUND);
            pipe_most[k] = rate > pipe_most[k] ? rate : pipe_most[k];
        }
        if (every || strcmp(which, "cold") == 0) {
            pid_t other = answering(kinds[k], brokers, fleet);
            for (size_t i = 0; i < rounds / TURNS / 10; i++)
                cold[k].ms[cold[k].count++] =
                    child_number((char *[]){program, "once", numbers[k], brokers, fleet, NULL});
            stop(other);
        }
    }
    for (int k = 0; k < 2; k++) {
        if (round[k].count > 0)
            print("round", kinds[k]->name, &round[k]);
        if (cold[k].count > 0)
            print("cold", kinds[k]->name, &cold[k]);
        if (pipe_most[k] > 0)
            printf("pipe   %-16s %.0f answers a second, the best of %d turns of %zu\n", kinds[k]->name, pipe_most[k],
                   TURNS, rounds / TURNS * PIPE_PER_ROUND);
    }
}

int main(int argc, char **argv)
{
    if (argc == 5 && strcmp(argv[1], "once") == 0)
        return once(kinds[argv[2][0] == '1'], argv[3], argv[4]);
    long rounds = argc > 3 ? strtol(argv[3], NULL, 10) : 2000;
    if (argc < 2 || argc > 4 || rounds < 40 || rounds > ROUNDS_MAX) {
        (void)fprintf(stderr, "usage: kafka_echo BROKERS [round|pipe|cold|all] [ROUNDS]  (40 to %d rounds)\n",
                      ROUNDS_MAX);
        return 2;
    }
    all(argv[0], argv[1], argc > 2 ? argv[2] : "all", (size_t)rounds);
    return 0;
}
