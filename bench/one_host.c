/* One claim and one close at a time, on one host, from one process: bare LMDB with three indexes, SQLite, Redis, and dibs, by
 * turns in one run, each with as many claims live; the median of the rounds, of the wall's time and of the processor's that
 * this process got (Redis' own is not in it), and the claims' own times of all rounds.
 *
 * usage: one_host REDIS_SOCKET [LIVE [PAIRS [ROUNDS]]]   (10000 10000 7) */
#include <dibs/admin.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/check.h"
#include "bench/floor.h"
#include "bench/peers.h"

enum { ROUNDS_MAX = 99, SIDES = 4, SESSIONS = 64 };

static struct {
    struct floor *floor;
    struct sqlite_side *sqlite;
    struct redis_side *redis;
    dibs_client *clients[SESSIONS];
    char path[64];
    uint64_t live, sessions; /* a session holds 256 claims at most */
} bench;

struct side {
    const char *name;
    bool is_there;
    void (*claim)(uint64_t number);
    void (*close)(uint64_t number); /* NULL: claim does both */
    uint64_t next;
    double rates[ROUNDS_MAX];
    double processor[ROUNDS_MAX]; /* time that this process got, an operation */
    double *times;                /* of each claim */
    size_t count;
};

static void floor_pair(uint64_t number)
{
    floor_run(bench.floor, number, 1, bench.live, 1);
}

static void sqlite_claim(uint64_t number)
{
    sqlite_side_claim(bench.sqlite, number);
}

static void sqlite_close(uint64_t number)
{
    sqlite_side_close_one(bench.sqlite, number);
}

static void redis_claim(uint64_t number)
{
    redis_side_claim(bench.redis, number);
}

static void redis_close(uint64_t number)
{
    redis_side_close_one(bench.redis, number);
}

static void dibs_claim_one(uint64_t number)
{
    char key[64];
    const char *keys = key;
    struct dibs_answer *answer;
    const struct dibs_claim_options claim = {.keys = &keys, .key_count = 1};
    bench_key(key, sizeof key, number);
    CHECK(dibs_claim(bench.clients[number % bench.sessions], &claim, &answer) == DIBS_OK &&
          answer->verdict == DIBS_VERDICT_GRANTED);
    dibs_answer_free(answer);
}

static void dibs_close_one(uint64_t number)
{
    char key[64];
    struct dibs_answer *answer;
    const struct dibs_target target = {.key = key};
    const struct dibs_close_options close = {.outcome = DIBS_OUTCOME_RELEASED, .targets = &target, .target_count = 1};
    bench_key(key, sizeof key, number);
    CHECK(dibs_close_claims(bench.clients[number % bench.sessions], &close, &answer) == DIBS_OK &&
          answer->verdict == DIBS_VERDICT_ACCEPTED);
    dibs_answer_free(answer);
}

static void dibs_begin(void)
{
    const struct dibs_setting settings[] = {{"claims_per_minute", "1000000"}, {"claims_per_session", "256"}};
    char store[96];
    bench_directory(bench.path, sizeof bench.path);
    CHECK(snprintf(store, sizeof store, "%s/store", bench.path) < (int)sizeof store);
    CHECK(setenv("XDG_CONFIG_HOME", bench.path, 1) == 0); /* no key of the user's is touched */
    const struct dibs_init_options init = {.store = store, .settings = settings, .setting_count = 2};
    CHECK(dibs_store_init(&init, NULL, NULL, 0) == DIBS_OK);
    for (int i = 0; i < (int)bench.sessions; i++) {
        char session[32];
        CHECK(snprintf(session, sizeof session, "bench-%d", i) > 0);
        const struct dibs_client_options options = {.store = store, .session = session};
        CHECK(dibs_open(&options, &bench.clients[i]) == DIBS_OK);
    }
}

static int compare_doubles(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void pair(struct side *side, bool timed)
{
    double start = bench_seconds();
    side->claim(side->next);
    if (timed)
        side->times[side->count++] = bench_seconds() - start;
    if (side->close != NULL && side->next >= bench.live)
        side->close(side->next - bench.live);
    side->next++;
}

static double processor_seconds(void)
{
    struct timespec now;
    CHECK(clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now) == 0);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

static void run(struct side *side, uint64_t pairs, int round)
{
    double start = bench_seconds(), processor = processor_seconds();
    for (uint64_t i = 0; i < pairs; i++)
        pair(side, true);
    side->rates[round] = 2 * (double)pairs / (bench_seconds() - start);
    side->processor[round] = (processor_seconds() - processor) / (2 * (double)pairs);
}

static void print(struct side *side, int rounds, double floor_rate, double floor_processor)
{
    qsort(side->times, side->count, sizeof *side->times, compare_doubles);
    double rate = side->rates[rounds / 2], processor = side->processor[rounds / 2];
    printf("| %-42s | %9.0f | %6.2f | %12.1f | %6.2f | %7.1f | %7.1f |\n", side->name, rate, rate / floor_rate,
           1e6 * processor, floor_processor / processor, side->close == NULL ? 0 : 1e6 * side->times[side->count / 2],
           side->close == NULL ? 0 : 1e6 * side->times[side->count * 99 / 100]);
}

int main(int argc, char **argv)
{
    struct side sides[SIDES] = {
        {.name = "bare LMDB, 3 indexes, a transaction each", .is_there = true, .claim = floor_pair},
        {.name = "SQLite WAL NORMAL, one upsert", .claim = sqlite_claim, .close = sqlite_close},
        {.name = "Redis SET NX PX, one connection", .claim = redis_claim, .close = redis_close},
        {.name = "dibs, the library", .is_there = true, .claim = dibs_claim_one, .close = dibs_close_one},
    };
    bench.live = argc > 2 ? strtoull(argv[2], NULL, 10) : 10000;
    uint64_t pairs = argc > 3 ? strtoull(argv[3], NULL, 10) : 10000;
    int rounds = argc > 4 ? atoi(argv[4]) : 7;
    CHECK(bench.live < SESSIONS * 250 && rounds > 0 && rounds <= ROUNDS_MAX && pairs > 0);
    bench.sessions = bench.live / 250 + 1;
    bench.floor = floor_open();
    bench.sqlite = sqlite_side_open();
    bench.redis = argc > 1 ? redis_side_open(argv[1]) : NULL;
    dibs_begin();
    sides[1].is_there = bench.sqlite != NULL;
    sides[2].is_there = bench.redis != NULL;
    for (int i = 0; i < SIDES; i++) {
        sides[i].times = calloc((size_t)pairs * (size_t)rounds, sizeof *sides[i].times);
        CHECK(sides[i].times != NULL);
        while (sides[i].is_there && sides[i].next < bench.live)
            pair(&sides[i], false);
    }
    for (int round = 0; round < rounds; round++)
        for (int i = 0; i < SIDES; i++)
            if (sides[i].is_there)
                run(&sides[i], pairs, round);
    printf("%" PRIu64 " claims live, %d rounds of %" PRIu64 " claims and closes by turns\n\n", bench.live, rounds,
           pairs);
    printf("| %-42s | %9s | %6s | %12s | %6s | %7s | %7s |\n| --- | --- | --- | --- | --- | --- | --- |\n",
           "one process", "ops/s", "ratio", "processor µs", "ratio", "p50 µs", "p99 µs");
    for (int i = 0; i < SIDES; i++) {
        qsort(sides[i].rates, (size_t)rounds, sizeof *sides[i].rates, compare_doubles);
        qsort(sides[i].processor, (size_t)rounds, sizeof *sides[i].processor, compare_doubles);
    }
    double floor_rate = sides[0].rates[rounds / 2], floor_processor = sides[0].processor[rounds / 2];
    for (int i = 0; i < SIDES; i++)
        if (sides[i].is_there)
            print(&sides[i], rounds, floor_rate, floor_processor);
    for (int i = 0; i < (int)bench.sessions; i++)
        dibs_close(bench.clients[i]);
    bench_remove(bench.path);
    sqlite_side_free(bench.sqlite);
    redis_side_free(bench.redis);
    floor_close(bench.floor);
    return 0;
}
