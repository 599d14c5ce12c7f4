/* What our tables cost beside bare LMDB with three indexes, both without sync, in one run, as ratios.
 *
 * Floor: a claim is three puts (key -> row, session and key -> nothing, expiry and key -> nothing), each into a
 * database of its own. Ours: the rows that a granted claim reads and writes, through state.h, digest included.
 * "kept": ours ends each transaction with state_keep instead of a commit. The rounds alternate, the median of each side
 * counts.
 *
 * usage: state_floor [LIVE [OPS [ROUNDS]]]   claims before and during the measurement (10000 30000 5) */
#include <inttypes.h>
#include <lmdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/check.h"
#include "coordinator/state/keys.h"
#include "coordinator/state/rows.h"
#include "coordinator/state/state.h"

enum { CLAIMS_PER_SESSION = 32, OUTCOMES = 16, ROUNDS_MAX = 99 };

struct scale {
    uint64_t live, ops;
};

static double seconds_now(void)
{
    struct timespec now;
    CHECK(clock_gettime(CLOCK_MONOTONIC, &now) == 0);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

static uint64_t scramble(uint64_t x) /* keys in no order */
{
    x = (x ^ x >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ x >> 27) * UINT64_C(0x94d049bb133111eb);
    return x ^ x >> 31;
}

static void work_key(char *text, size_t size, uint64_t number)
{
    CHECK(snprintf(text, size, "file:github:example/project:src/%016" PRIx64 ".c", scramble(number)) < (int)size);
}

static void temporary_directory(char *path)
{
    strcpy(path, "/tmp/dibs-floor-XXXXXX");
    CHECK(mkdtemp(path) != NULL);
}

static void remove_directory(const char *path)
{
    char name[64];
    CHECK(snprintf(name, sizeof name, "%s/data.mdb", path) < (int)sizeof name);
    (void)unlink(name);
    (void)rmdir(path);
}

/* ---- the floor ---- */

struct floor {
    MDB_env *env;
    MDB_dbi rows, by_session, by_expiry;
    char path[64];
};

static void floor_open(struct floor *floor)
{
    MDB_txn *txn;

    temporary_directory(floor->path);
    CHECK(mdb_env_create(&floor->env) == 0);
    CHECK(mdb_env_set_mapsize(floor->env, (size_t)64 << 30) == 0 && mdb_env_set_maxdbs(floor->env, 3) == 0);
    CHECK(mdb_env_open(floor->env, floor->path, MDB_NOSYNC | MDB_NOLOCK | MDB_NOTLS, 0600) == 0);
    CHECK(mdb_txn_begin(floor->env, NULL, 0, &txn) == 0);
    CHECK(mdb_dbi_open(txn, "rows", MDB_CREATE, &floor->rows) == 0);
    CHECK(mdb_dbi_open(txn, "session", MDB_CREATE, &floor->by_session) == 0);
    CHECK(mdb_dbi_open(txn, "expiry", MDB_CREATE, &floor->by_expiry) == 0);
    CHECK(mdb_txn_commit(txn) == 0);
}

static void floor_close(struct floor *floor)
{
    mdb_env_close(floor->env);
    remove_directory(floor->path);
}

static void floor_index(MDB_txn *txn, MDB_dbi index, uint64_t number, const char *work)
{
    struct row_key key;
    row_key_begin(&key);
    row_key_u64(&key, number);
    row_key_span(&key, span_from_text(work));
    MDB_val tree = {key.size, key.bytes}, nothing = {0, NULL};
    CHECK(mdb_put(txn, index, &tree, &nothing, 0) == 0);
}

static void floor_claim(MDB_txn *txn, const struct floor *floor, uint64_t number)
{
    char work[80];
    uint8_t row[128] = {0};

    work_key(work, sizeof work, number);
    memcpy(row, &number, sizeof number);
    MDB_val tree = {strlen(work), work}, value = {sizeof row, row};
    CHECK(mdb_put(txn, floor->rows, &tree, &value, 0) == 0);
    floor_index(txn, floor->by_session, number / CLAIMS_PER_SESSION, work);
    floor_index(txn, floor->by_expiry, 1700000000000U + number, work);
}

static void floor_run(struct floor *floor, uint64_t from, uint64_t count, uint64_t batch)
{
    MDB_txn *txn;
    for (uint64_t number = from; number < from + count;) {
        CHECK(mdb_txn_begin(floor->env, NULL, 0, &txn) == 0);
        for (uint64_t i = 0; i < batch && number < from + count; i++)
            floor_claim(txn, floor, number++);
        CHECK(mdb_txn_commit(txn) == 0);
    }
}

/* ---- ours ---- */

static struct state *state_make(char *path)
{
    struct state_options options = {.create = true};
    struct error_text why = {0};
    struct state *state = NULL;

    temporary_directory(path);
    CHECK(state_open(path, &options, &state, &why) == DIBS_OK);
    return state;
}

static struct span key_of(struct row_key *key, uint64_t a, uint64_t b, uint64_t c, int numbers)
{
    row_key_begin(key);
    row_key_u64(key, a);
    if (numbers > 1)
        row_key_u64(key, b);
    if (numbers > 2)
        row_key_u64(key, c);
    return row_key_as_span(key);
}

static void touch_session(struct state *state, uint64_t session)
{
    struct row_key key;
    struct span value;
    struct session_row row = {.name_size = 16};
    uint8_t bytes[sizeof row + 16] = {0};

    row_key_begin(&key);
    row_key_u64(&key, session);
    row_key_span(&key, span_from_text("/session-name/0123456789abcdef0123456789abcdef"));
    if (!table_get(state, TABLE_SESSION_NAME, row_key_as_span(&key), &value))
        table_put(state, TABLE_SESSION_NAME, row_key_as_span(&key), span_of(&session, sizeof session));
    if (table_get(state, TABLE_SESSION, key_of(&key, session, 0, 0, 1), &value)) {
        CHECK(value.size == sizeof bytes);
        memcpy(&row, value.bytes, sizeof row);
    }
    row.claim_count++;
    row.claim_level++;
    memcpy(bytes, &row, sizeof row);
    table_put(state, TABLE_SESSION, row_key_as_span(&key), span_of(bytes, sizeof bytes));
}

static void remember_outcome(struct state *state, uint64_t session, uint64_t number)
{
    struct row_key key;
    struct span value;
    struct client_row client = {0};
    uint8_t outcome[sizeof(struct outcome_row) + 120] = {0};
    uint64_t client_id = scramble(session);

    if (table_get(state, TABLE_CLIENT, key_of(&key, client_id, session, 0, 2), &value))
        memcpy(&client, value.bytes, sizeof client);
    (void)table_get(state, TABLE_OUTCOME, key_of(&key, client_id, session, number, 3), &value); /* a repeat? */
    if (client.outcome_count == OUTCOMES) {
        client.outcome_count--;
        (void)table_delete(state, TABLE_OUTCOME, key_of(&key, client_id, session, number - OUTCOMES, 3));
    }
    client.outcome_count++;
    client.busy++;
    table_put(state, TABLE_CLIENT, key_of(&key, client_id, session, 0, 2), span_of(&client, sizeof client));
    memcpy(outcome, &number, sizeof number);
    table_put(state, TABLE_OUTCOME, key_of(&key, client_id, session, number, 3), span_of(outcome, sizeof outcome));
}

static void hold_key(struct row_key *key, const char *work, uint8_t mode, uint64_t token)
{
    row_key_begin(key);
    row_key_span(key, span_from_text(work));
    row_key_u8(key, 0);
    row_key_u8(key, 0);
    row_key_u8(key, mode);
    row_key_u64(key, token);
}

static void our_claim(struct state *state, uint64_t number)
{
    char work[80];
    struct row_key key;
    struct span found, value;
    uint64_t session = number / CLAIMS_PER_SESSION;
    uint8_t claim[sizeof(struct claim_row) + 120] = {0};

    state_meta(state)->next_offset = number + 1;
    state_meta(state)->now_ms = number;
    work_key(work, sizeof work, number);
    touch_session(state, session);
    (void)table_get(state, TABLE_DONE, span_from_text(work), &value);
    hold_key(&key, work, 0, 0);
    (void)table_seek(state, TABLE_HOLD, row_key_as_span(&key), &found, &value);
    for (size_t cut = strlen(work); cut > 20; cut -= 16) { /* subtrees above it */
        row_key_begin(&key);
        row_key_span(&key, span_of(work, cut));
        row_key_u8(&key, 0);
        row_key_u8(&key, 1);
        (void)table_seek(state, TABLE_HOLD, row_key_as_span(&key), &found, &value);
    }
    remember_outcome(state, session, number);
    hold_key(&key, work, 1, number);
    table_put(state, TABLE_HOLD, row_key_as_span(&key), (struct span){0});
    memcpy(claim, &number, sizeof number);
    table_put(state, TABLE_CLAIM, key_of(&key, number, 0, 0, 1), span_of(claim, sizeof claim));
    table_put(state, TABLE_CLAIM_SESSION, key_of(&key, session, number, 0, 2), (struct span){0});
    table_put(state, TABLE_DUE, key_of(&key, 1700000000000U + number, 1, number, 3), (struct span){0});
}

static void our_run(struct state *state, uint64_t from, uint64_t count, uint64_t batch, bool keep)
{
    struct error_text why = {0};
    for (uint64_t number = from; number < from + count;) {
        CHECK(state_begin(state, false, &why) == DIBS_OK);
        for (uint64_t i = 0; i < batch && number < from + count; i++)
            our_claim(state, number++);
        CHECK((keep ? state_keep : state_commit)(state, &why) == DIBS_OK);
    }
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

static void compare(struct scale scale, uint64_t batch, bool keep, int rounds)
{
    struct floor floor = {0};
    char path[64];
    double floor_rates[ROUNDS_MAX], our_rates[ROUNDS_MAX];

    floor_open(&floor);
    struct state *state = state_make(path);
    floor_run(&floor, 1, scale.live, 1000);
    our_run(state, 1, scale.live, 1000, false);
    for (int round = 0; round < rounds; round++) {
        uint64_t from = 1 + scale.live + (uint64_t)round * scale.ops;
        double start = seconds_now();
        floor_run(&floor, from, scale.ops, batch);
        double middle = seconds_now();
        our_run(state, from, scale.ops, batch, keep);
        double end = seconds_now();
        floor_rates[round] = (double)scale.ops / (middle - start);
        our_rates[round] = (double)scale.ops / (end - middle);
    }
    double floor_rate = median(floor_rates, rounds), our_rate = median(our_rates, rounds);
    printf("%8" PRIu64 " %8" PRIu64 " %6s %12.0f %12.0f %8.2f\n", scale.live, batch, keep ? "kept" : "", floor_rate,
           our_rate, our_rate / floor_rate);
    state_close(state);
    remove_directory(path);
    floor_close(&floor);
}

int main(int argc, char **argv)
{
    struct scale scale = {.live = argc > 1 ? strtoull(argv[1], NULL, 10) : 10000,
                          .ops = argc > 2 ? strtoull(argv[2], NULL, 10) : 30000};
    int rounds = argc > 3 ? atoi(argv[3]) : 5;

    CHECK(rounds > 0 && rounds <= ROUNDS_MAX);
    printf("%8s %8s %6s %12s %12s %8s\n", "live", "batch", "", "bare LMDB/s", "tables/s", "ratio");
    compare(scale, 1, false, rounds);
    compare(scale, 1, true, rounds);
    compare(scale, 1000, false, rounds);
    return 0;
}
