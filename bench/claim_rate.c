/* What claims cost beside bare LMDB with three indexes, in one run, as ratios: the core alone (a transaction each, and in
 * batches), and the library (lock, log, core, state, one transaction each). An operation is a claim or a close; both
 * sides keep as many claims live. The rounds alternate; each side's median counts. At last the library's own log is
 * replayed and compared with its state: records a second of it all, beside the floor's batches.
 *
 * usage: claim_rate [LIVE [OPERATIONS [ROUNDS [one|batch]]]]   (10000 20000 5, both); LIVE and OPERATIONS are multiples of
 * 1000 */
#include <dibs/admin.h>
#include <dibs/dibs.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "coordinator/core/apply.h"
#include "floor.h"

enum { ROUNDS_MAX = 99, SESSIONS_LEAST = 5000, CLAIMS_EACH = 50, BATCH = 1000 };

struct scale {
    uint64_t live, pairs;
    int rounds;
};

/* ---- the core ---- */

struct core_side {
    struct state *state;
    struct intent intent;
    uint64_t offset, granted, sessions;
    char path[64];
};

static void count_grant(void *context, const struct decision *decision)
{
    struct core_side *side = context;

    CHECK(decision->answer == ANSWER_GRANTED || decision->answer == ANSWER_ACCEPTED);
    side->granted++;
}

static void core_record(struct core_side *side)
{
    struct core_record record = {side->offset, 1000000 + side->offset, &side->intent};

    CHECK(core_apply(side->state, &record, (struct decision_sink){count_grant, side}) == CORE_FINISHED);
    side->offset++;
}

static void core_begin(struct core_side *side)
{
    struct error_text why;
    CHECK(state_begin(side->state, false, &why) == DIBS_OK);
}

static void core_commit(struct core_side *side)
{
    struct error_text why;
    CHECK(state_commit(side->state, &why) == DIBS_OK);
}

static void core_open(struct core_side *side, uint64_t live)
{
    struct state_options options = {.create = true};
    struct error_text why;
    struct genesis_intent *genesis = &side->intent.body.genesis;

    memset(side, 0, sizeof *side);
    side->sessions = live / CLAIMS_EACH < SESSIONS_LEAST ? SESSIONS_LEAST : live / CLAIMS_EACH;
    bench_directory(side->path, sizeof side->path);
    CHECK(state_open(side->path, &options, &side->state, &why) == DIBS_OK);
    side->intent.verb = VERB_GENESIS;
    genesis->format = genesis->rules = 1;
    genesis->jump_max_ms = UINT64_MAX;
    genesis->row_keep_ms = 600000;
    genesis->entries[0] = (struct policy_entry){.id = POLICY_CLAIMS_PER_MINUTE, .value = 1000000};
    genesis->entries[1] = (struct policy_entry){.id = POLICY_LIVE_CLAIMS_MAX, .value = 2000000};
    genesis->entry_count = 2;
    core_begin(side);
    core_record(side);
    core_commit(side);
}

static void core_head(struct core_side *side, uint64_t number, char *name, size_t size)
{
    struct intent_head *head = &side->intent.head;
    uint64_t session = number % side->sessions;

    CHECK(snprintf(name, size, "session-%04" PRIu64, session) < (int)size);
    memset(&side->intent, 0, offsetof(struct intent, body));
    side->intent.has_head = true;
    head->session = span_from_text(name);
    head->id = (struct intent_id){.client = session + 1, .seq = side->offset};
}

static void core_claim(struct core_side *side, uint64_t number)
{
    char name[32], key[64];

    core_head(side, number, name, sizeof name);
    bench_key(key, sizeof key, number);
    side->intent.verb = VERB_CLAIM;
    memset(&side->intent.body.claim, 0, sizeof side->intent.body.claim);
    side->intent.body.claim.keys[0] = span_from_text(key);
    side->intent.body.claim.key_count = 1;
    side->intent.body.claim.about = span_from_text("so it was, and so it is for all of them now");
    core_record(side);
}

static void core_close(struct core_side *side, uint64_t number)
{
    char name[32], key[64];

    core_head(side, number, name, sizeof name);
    bench_key(key, sizeof key, number);
    side->intent.verb = VERB_CLOSE;
    memset(&side->intent.body.close, 0, sizeof side->intent.body.close);
    side->intent.body.close.outcome = CLOSE_RELEASED;
    side->intent.body.close.target_count = 1;
    side->intent.body.close.targets[0] = (struct target){.kind = TARGET_KEY, .key = span_from_text(key)};
    core_record(side);
}

static void core_run(struct core_side *side, uint64_t from, uint64_t count, uint64_t live, uint64_t batch)
{
    for (uint64_t number = from; number < from + count; number += batch) {
        core_begin(side);
        for (uint64_t i = 0; i < batch; i++)
            core_claim(side, number + i);
        core_commit(side);
        if (number < live)
            continue;
        core_begin(side);
        for (uint64_t i = 0; i < batch; i++)
            core_close(side, number + i - live);
        core_commit(side);
    }
}

/* ---- the library ---- */

struct library_side {
    dibs_client *client;
    char path[64];
};

static void library_open(struct library_side *side)
{
    const struct dibs_setting setting = {"claims_per_minute", "1000000"};
    struct dibs_init_options init = {.store = side->path, .settings = &setting, .setting_count = 1};
    struct dibs_client_options options = {.store = side->path, .session = "bench", .secret_file = NULL};

    bench_directory(side->path, sizeof side->path);
    CHECK(setenv("XDG_CONFIG_HOME", side->path, 1) == 0); /* no key of the user's is touched */
    strcat(side->path, "/store");
    CHECK(dibs_store_init(&init, NULL, NULL, 0) == DIBS_OK && dibs_open(&options, &side->client) == DIBS_OK);
}

static void library_run(struct library_side *side, uint64_t from, uint64_t count)
{
    struct dibs_answer *answer;
    char key[64];

    for (uint64_t number = from; number < from + count; number++) {
        const char *keys[] = {key};
        struct dibs_claim_options claim = {
            .keys = keys, .key_count = 1, .about = "so it was, and so it is for all of them now"};
        struct dibs_target target = {.key = key};
        struct dibs_close_options close = {.outcome = DIBS_OUTCOME_RELEASED, .targets = &target, .target_count = 1};
        bench_key(key, sizeof key, number);
        CHECK(dibs_claim(side->client, &claim, &answer) == DIBS_OK && answer->verdict == DIBS_VERDICT_GRANTED);
        dibs_answer_free(answer);
        CHECK(dibs_close_claims(side->client, &close, &answer) == DIBS_OK && answer->verdict == DIBS_VERDICT_ACCEPTED);
        dibs_answer_free(answer);
    }
}

static void library_close(struct library_side *side)
{
    dibs_close(side->client);
    *strrchr(side->path, '/') = '\0';
    bench_remove(side->path);
}

/* ---- the comparison ---- */

static int compare_doubles(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

static double median(double *values, int count)
{
    qsort(values, (size_t)count, sizeof *values, compare_doubles);
    return values[count / 2];
}

struct sides {
    struct floor *floor;
    struct core_side core;
    struct library_side library;
    uint64_t floor_next, core_next, library_next;
};

/* Operations a second of one piece of work. */
#define RATE(out, count, call) \
    do { \
        double start = bench_seconds(); \
        call; \
        *(out) = (double)(count) / (bench_seconds() - start); \
    } while (0)

static void print_line(const char *name, double *floor_rates, double *rates, int rounds)
{
    double floor_rate = median(floor_rates, rounds), rate = median(rates, rounds);

    printf("%-28s %12.0f %12.0f %8.2f\n", name, floor_rate, rate, rate / floor_rate);
}

/* Returns what the floor did a second. */
static double compare(struct sides *sides, const struct scale *scale, uint64_t batch)
{
    double floors[ROUNDS_MAX], cores[ROUNDS_MAX], libraries[ROUNDS_MAX];
    uint64_t operations = 2 * scale->pairs;

    for (int round = 0; round < scale->rounds; round++) {
        RATE(&floors[round], operations, floor_run(sides->floor, sides->floor_next, scale->pairs, scale->live, batch));
        RATE(&cores[round], operations, core_run(&sides->core, sides->core_next, scale->pairs, scale->live, batch));
        sides->floor_next += scale->pairs;
        sides->core_next += scale->pairs;
        if (batch > 1)
            continue;
        RATE(&libraries[round], operations, library_run(&sides->library, sides->library_next, scale->pairs));
        sides->library_next += scale->pairs;
    }
    if (batch == 1) {
        double again[ROUNDS_MAX];
        memcpy(again, floors, sizeof again);
        print_line("core, one a transaction", floors, cores, scale->rounds);
        print_line("library, one process", again, libraries, scale->rounds);
    } else {
        print_line("core, in batches of 1000", floors, cores, scale->rounds);
    }
    return median(floors, scale->rounds);
}

static void replay(struct library_side *side, double floor_rate)
{
    const struct dibs_replay_options options = {.verify = true};
    struct dibs_replay_report report;
    double begun = bench_seconds();

    CHECK(dibs_store_replay(side->client, &options, &report) == DIBS_OK && report.verified.equal);
    double rate = (double)report.records / (bench_seconds() - begun);
    printf("%-28s %12.0f %12.0f %8.2f   (%" PRIu64 " records)\n", "replay with verification", floor_rate, rate,
           rate / floor_rate, report.records);
}

int main(int argc, char **argv)
{
    struct scale scale = {.live = argc > 1 ? strtoull(argv[1], NULL, 10) : 10000,
                          .pairs = (argc > 2 ? strtoull(argv[2], NULL, 10) : 20000) / 2,
                          .rounds = argc > 3 ? atoi(argv[3]) : 5};
    static struct sides sides;

    CHECK(scale.rounds > 0 && scale.rounds <= ROUNDS_MAX);
    CHECK(scale.live % BATCH == 0 && scale.pairs % BATCH == 0 && scale.pairs > 0);
    sides.floor = floor_open();
    core_open(&sides.core, scale.live);
    library_open(&sides.library);
    floor_run(sides.floor, 0, scale.live, scale.live, BATCH);
    core_run(&sides.core, 0, scale.live, scale.live, BATCH);
    sides.floor_next = sides.core_next = scale.live;
    printf("%" PRIu64 " claims live\n%-28s %12s %12s %8s\n", scale.live, "", "bare LMDB/s", "ours/s", "ratio");
    const char *only = argc > 4 ? argv[4] : "";
    double floor_rate = 0;
    if (strcmp(only, "batch") != 0)
        (void)compare(&sides, &scale, 1);
    if (strcmp(only, "one") != 0)
        floor_rate = compare(&sides, &scale, BATCH);
    if (only[0] == '\0')
        replay(&sides.library, floor_rate);
    state_close(sides.core.state);
    bench_remove(sides.core.path);
    library_close(&sides.library);
    floor_close(sides.floor);
    return 0;
}
