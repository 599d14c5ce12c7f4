/* The other end of an echo, and what is asked of it. */
#include "bench/echo_other.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/check.h"
#include "bench/figures.h"
#include "log/kafka.h"

static void answer(void *context, const void *bytes, size_t size)
{
    void **both = context;
    ((const struct echo_kind *)both[0])->send(both[1], bytes, size);
}

static _Noreturn void answer_all(const struct echo_kind *kind, const char *brokers, const char *fleet, int ready)
{
    char byte = 0;
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
    struct echo_end *end = kind->open(brokers, fleet, false, true);
    void *both[] = {(void *)(uintptr_t)kind, end};
    CHECK(write(ready, &byte, 1) == 1);
    for (;;)
        (void)kind->take(end, 1000, answer, both);
}

pid_t echo_other_start(const struct echo_kind *kind, const char *brokers, const char *fleet)
{
    int ready[2];
    char byte = 0;
    CHECK(pipe(ready) == 0);
    (void)fflush(stdout);
    pid_t pid = fork();
    CHECK(pid >= 0);
    if (pid == 0)
        answer_all(kind, brokers, fleet, ready[1]);
    (void)close(ready[1]);
    CHECK(read(ready[0], &byte, 1) == 1);
    (void)close(ready[0]);
    return pid;
}

void echo_other_stop(pid_t pid)
{
    (void)kill(pid, SIGKILL);
    CHECK(waitpid(pid, NULL, 0) == pid);
}

void echo_count(void *context, const void *bytes, size_t size)
{
    (void)bytes, (void)size;
    ++*(size_t *)context;
}

static const char record[ECHO_RECORD] = "?";

void echo_ask(const struct echo_kind *kind, struct echo_end *end)
{
    size_t answers = 0;
    double give_up = figures_now_ms() + 20000;
    kind->send(end, record, sizeof record);
    while (answers == 0) {
        (void)kind->take(end, 1000, echo_count, &answers);
        CHECK(figures_now_ms() < give_up);
    }
}

double echo_rate(const struct echo_kind *kind, struct echo_end *end, size_t records)
{
    size_t answers = 0;
    double begun = figures_now_ms(), give_up = begun + 120000;
    for (size_t i = 0; i < records; i++) {
        kind->send(end, record, sizeof record);
        if (i % 500 == 0)
            (void)kind->take(end, 0, echo_count, &answers);
    }
    while (answers < records) {
        (void)kind->take(end, 1000, echo_count, &answers);
        CHECK(figures_now_ms() < give_up);
    }
    return (double)records / ((figures_now_ms() - begun) / 1e3);
}

void echo_topics(const char *brokers, const char *fleet)
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
    (void)fprintf(stderr, "echo: %s\n", why.text);
    exit(1);
}
