/* What a broker and librdkafka cost by themselves: the floor for a fleet's figures. Somebody asks on the intents topic,
 * another process answers each record as it is on the decisions topic; no rules, no state. Each figure is taken on bare
 * librdkafka and on the client behind log/kafka.h, by turns, against the same broker.
 *
 * round   one record at a time, from its sending until its answer is there
 * pipe    records of 150 bytes as fast as they go, until the last answer is there
 * cold    a new process each time, from main until its answer is there
 *
 * usage: kafka_echo BROKERS [round|pipe|cold|all] [ROUNDS]     (all, 2,000; brokers: tools/broker up DIR) */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "bench/child.h"
#include "bench/echo_other.h"
#include "bench/figures.h"

enum { ROUNDS_MAX = 1000000, TURNS = 4, PIPE_PER_ROUND = 250 };

static const struct echo_kind *const kinds[] = {&echo_bare, &echo_client};

static void round_trips(const struct echo_kind *kind, const char *brokers, const char *fleet, size_t rounds,
                        struct figures *figures)
{
    pid_t other = echo_other_start(kind, brokers, fleet);
    struct echo_end *end = kind->open(brokers, fleet, true, false);
    for (size_t i = 0; i < rounds / 10 + 10; i++) /* warm */
        echo_ask(kind, end);
    for (size_t i = 0; i < rounds; i++) {
        double begun = figures_now_ms();
        echo_ask(kind, end);
        figures_add(figures, figures_now_ms() - begun);
    }
    kind->close(end);
    echo_other_stop(other);
}

static double pipeline(const struct echo_kind *kind, const char *brokers, const char *fleet, size_t records)
{
    pid_t other = echo_other_start(kind, brokers, fleet);
    struct echo_end *end = kind->open(brokers, fleet, true, true);
    echo_ask(kind, end);
    double rate = echo_rate(kind, end, records);
    kind->close(end);
    echo_other_stop(other);
    return rate;
}

static int once(const struct echo_kind *kind, const char *brokers, const char *fleet)
{
    double begun = figures_now_ms();
    struct echo_end *end = kind->open(brokers, fleet, true, false);
    echo_ask(kind, end);
    printf("%.3f\n", figures_now_ms() - begun);
    (void)fflush(stdout);
    kind->close(end);
    return 0;
}

static void all(char *program, char *brokers, const char *which, size_t rounds)
{
    static struct figures round[2], cold[2], pipe[2];
    char fleet[64], numbers[2][2] = {"0", "1"};
    bool every = strcmp(which, "all") == 0;
    (void)snprintf(fleet, sizeof fleet, "echo-%ld-%ld", (long)time(NULL), (long)getpid());
    echo_topics(brokers, fleet);
    for (int turn = 0; turn < TURNS * 2; turn++) {
        int k = turn % 2;
        if (every || strcmp(which, "round") == 0)
            round_trips(kinds[k], brokers, fleet, rounds / TURNS, &round[k]);
        if (every || strcmp(which, "pipe") == 0)
            figures_add(&pipe[k], pipeline(kinds[k], brokers, fleet, rounds / TURNS * PIPE_PER_ROUND));
        if (every || strcmp(which, "cold") == 0) {
            pid_t other = echo_other_start(kinds[k], brokers, fleet);
            for (size_t i = 0; i < rounds / TURNS / 10; i++)
                figures_add(&cold[k], child_run((char *[]){program, "once", numbers[k], brokers, fleet, NULL}).said);
            echo_other_stop(other);
        }
    }
    for (int k = 0; k < 2; k++) {
        if (round[k].count > 0)
            figures_print("round", kinds[k]->name, &round[k]);
        if (cold[k].count > 0)
            figures_print("cold", kinds[k]->name, &cold[k]);
        if (pipe[k].count > 0)
            printf("pipe     %-16s %.0f answers a second, the best of %d turns of %zu\n", kinds[k]->name,
                   figures_at(&pipe[k], 1), TURNS, rounds / TURNS * PIPE_PER_ROUND);
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
