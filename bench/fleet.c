/* The fleet's rows of docs/PERFORMANCE.md: what dibs costs beside bare librdkafka, by turns in one run against one broker.
 *
 * round   one call at a time, claim and release by turns, beside a record there and back through a process that answers
 *         each as it is: 50 of the one, 50 of the other, and so on
 * cold    a new process each time: from main until its first claim is granted, beside a bare client's first echo; then
 *         the same from the start of the process, where the bare client's linking counts, too, beside `dibs claim`
 * pipe    decisions a second: claims and releases of 2,000 sessions, 20,000 claims live; beside the echo's answers
 * memory  of dibsd while 100,000 claims are live, without the map
 *
 * usage: fleet FOLDER-OF-PROGRAMS BROKERS FLEET DIBSD-PID [ROUNDS [ROW]]   (2,000; all; the operator's key in
 * $DIBS_OPERATOR_KEY_FILE, to lift the quotas) */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/check.h"
#include "bench/child.h"
#include "bench/echo_other.h"
#include "bench/figures.h"
#include "bench/fleet_agent.h"
#include "bench/fleet_load.h"
#include "bench/memory.h"

enum { BLOCK = 50, TURNS = 5, PIPE_PER_ROUND = 100, PARTITIONS = 8, LIVE = 20000, WINDOW = 20000, MANY = 100000 };

struct bench {
    const char *programs, *fleet;
    char *brokers, store[512], echo_fleet[64];
    size_t rounds;
    int dibsd;
};

/* ---------------------------------------------------------------- round */

static void round_trips(const struct bench *bench)
{
    struct figures ours = {0}, floor = {0}, ratios = {0};
    struct echo_end *end = echo_bare.open(bench->brokers, bench->echo_fleet, true, false);
    dibs_client *client = agent_open(bench->store, "round");
    for (size_t block = 0; block < bench->rounds / BLOCK + 4; block++) { /* the first four are to get warm */
        struct figures mine = {0}, bare = {0};
        for (int i = 0; i < BLOCK; i++) {
            double begun = figures_now_ms();
            echo_ask(&echo_bare, end);
            figures_add(&bare, figures_now_ms() - begun);
        }
        for (int i = 0; i < BLOCK; i++) {
            double begun = figures_now_ms();
            (i % 2 == 0 ? agent_claim : agent_release)(client, "bench:round");
            figures_add(&mine, figures_now_ms() - begun);
        }
        for (int i = 0; block >= 4 && i < BLOCK; i++) {
            figures_add(&floor, bare.values[i]);
            figures_add(&ours, mine.values[i]);
        }
        if (block >= 4)
            figures_add(&ratios, figures_at(&mine, 0.5) / figures_at(&bare, 0.5));
        figures_free(&mine);
        figures_free(&bare);
    }
    dibs_close(client);
    echo_bare.close(end);
    figures_print("round", echo_bare.name, &floor);
    figures_print("round", "dibs", &ours);
    printf("round    ratios of neighbouring blocks: quarter %.2f, median %.2f, three quarters %.2f\n",
           figures_at(&ratios, 0.25), figures_at(&ratios, 0.5), figures_at(&ratios, 0.75));
    figures_judge("round", figures_at(&ours, 0.5) / figures_at(&floor, 0.5), 1.15, 1.05);
    figures_free(&ours);
    figures_free(&floor);
    figures_free(&ratios);
}

/* ---------------------------------------------------------------- cold */

static void cold_starts(struct bench *bench)
{
    struct figures floor = {0}, ours = {0}, floor_whole = {0}, ours_whole = {0}, cli = {0};
    char echo[512], cold[512], dibs[512], key[64], name[64], zero[] = "0", once[] = "once", claim[] = "claim",
                                                             option[] = "--store", session[] = "--session";
    (void)snprintf(echo, sizeof echo, "%s/kafka_echo", bench->programs);
    (void)snprintf(cold, sizeof cold, "%s/fleet_cold", bench->programs);
    (void)snprintf(dibs, sizeof dibs, "%s/dibs", bench->programs);
    char *bare[] = {echo, once, zero, bench->brokers, bench->echo_fleet, NULL};
    char *agent[] = {cold, bench->store, NULL};
    char *command[] = {dibs, claim, key, option, bench->store, session, name, NULL};
    for (size_t i = 0; i < bench->rounds / 10 + 5; i++) {
        /* One's own key again would be answered `yours`, and be asked about once more. */
        (void)snprintf(key, sizeof key, "bench:cold-%zu", i);
        (void)snprintf(name, sizeof name, "cold-%zu", i);
        struct child_times times[] = {child_run(bare), child_run(agent), child_run(command)};
        if (i < 5)
            continue;
        figures_add(&floor, times[0].said);
        figures_add(&ours, times[1].said);
        figures_add(&floor_whole, times[0].whole_ms);
        figures_add(&ours_whole, times[1].whole_ms);
        figures_add(&cli, times[2].whole_ms);
    }
    figures_print("cold", "bare, from main", &floor);
    figures_print("cold", "dibs, from main", &ours);
    figures_print("cold", "bare, from start", &floor_whole);
    figures_print("cold", "dibs, from start", &ours_whole);
    figures_print("cold", "`dibs claim`", &cli);
    figures_judge("cold", figures_at(&ours, 0.5) / figures_at(&floor, 0.5), 1.5, 1.15);
    printf("cold     from the start of the process: %.2f x, the command line %.2f x\n",
           figures_at(&ours_whole, 0.5) / figures_at(&floor_whole, 0.5),
           figures_at(&cli, 0.5) / figures_at(&floor_whole, 0.5));
}

/* ---------------------------------------------------------------- pipe */

static void pipelines(const struct bench *bench)
{
    struct figures floor = {0}, ours = {0};
    const struct load_plan plan = {.claims = bench->rounds * PIPE_PER_ROUND, .live = LIVE, .window = WINDOW};
    const struct load_plan first = {.claims = LIVE, .live = LIVE, .window = WINDOW};
    struct echo_end *end = echo_bare.open(bench->brokers, bench->echo_fleet, true, true);
    struct load *load = load_open(bench->brokers, bench->fleet, PARTITIONS);
    (void)echo_rate(&echo_bare, end, LIVE);
    (void)load_run(load, &first);
    for (int turn = 0; turn < TURNS; turn++) {
        figures_add(&floor, echo_rate(&echo_bare, end, 2 * plan.claims));
        figures_add(&ours, load_run(load, &plan));
        printf("pipe     turn %d: %.0f answers of the echo a second, %.0f decisions\n", turn + 1, floor.values[turn],
               ours.values[turn]);
        (void)fflush(stdout);
    }
    load_close(load);
    echo_bare.close(end);
    double rate = figures_at(&ours, 0.5);
    printf(
        "pipe     median %.0f decisions a second, least %.0f, beside %.0f bare answers (must 60000, aim 200000): %s\n",
        rate, figures_at(&ours, 0), figures_at(&floor, 0.5),
        rate >= 200000  ? "as aimed"
        : rate >= 60000 ? "as it must be"
                        : "TOO FEW");
}

/* ---------------------------------------------------------------- memory */

static void memory(const struct bench *bench)
{
    const struct load_plan plan = {.claims = MANY, .live = MANY, .window = WINDOW, .stays = true};
    struct load *load = load_open(bench->brokers, bench->fleet, PARTITIONS);
    double before = memory_beyond_map_mib(bench->dibsd);
    double rate = load_run(load, &plan);
    double after = memory_beyond_map_mib(bench->dibsd);
    load_close(load);
    printf("memory   dibsd beyond its map: %.1f MiB before, %.1f MiB with %d claims live (must 128, aim 64): %s\n",
           before, after, MANY,
           after <= 64    ? "as aimed"
           : after <= 128 ? "as it must be"
                          : "TOO MUCH");
    printf("memory   those claims were decided at %.0f a second\n", rate);
}

/* ---------------------------------------------------------------- all */

int main(int argc, char **argv)
{
    if (argc < 5 || argc > 7) {
        (void)fprintf(stderr, "usage: fleet FOLDER-OF-PROGRAMS BROKERS FLEET DIBSD-PID [ROUNDS [ROW]]\n");
        return 2;
    }
    struct bench bench = {.programs = argv[1], .brokers = argv[2], .fleet = argv[3], .dibsd = atoi(argv[4])};
    const char *row = argc > 6 ? argv[6] : "";
    bench.rounds = argc > 5 ? strtoul(argv[5], NULL, 10) : 2000;
    CHECK(bench.rounds >= 300 && bench.rounds <= 1000000);
    (void)snprintf(bench.store, sizeof bench.store, "kafka://%s/%s", bench.brokers, bench.fleet);
    (void)snprintf(bench.echo_fleet, sizeof bench.echo_fleet, "echo-%ld-%ld", (long)time(NULL), (long)getpid());
    echo_topics(bench.brokers, bench.echo_fleet);
    pid_t other = echo_other_start(&echo_bare, bench.brokers, bench.echo_fleet);
    agent_lift_quotas(bench.store);
    if (row[0] == '\0' || strcmp(row, "round") == 0)
        round_trips(&bench);
    if (row[0] == '\0' || strcmp(row, "cold") == 0)
        cold_starts(&bench);
    if (row[0] == '\0' || strcmp(row, "pipe") == 0)
        pipelines(&bench);
    if (row[0] == '\0' || strcmp(row, "memory") == 0)
        memory(&bench);
    echo_other_stop(other);
    return 0;
}
