/* The floor: bare LMDB with three indexes. See floor.h. */
#include "floor.h"

#include <ftw.h>
#include <inttypes.h>
#include <lmdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/check.h"

enum { ROW_BYTES = 128, INDEX_BYTES = 96, SESSIONS = 5000 };

struct floor {
    MDB_env *env;
    MDB_dbi rows, by_session, by_expiry;
    char path[64];
};

double bench_seconds(void)
{
    struct timespec now;

    CHECK(clock_gettime(CLOCK_MONOTONIC, &now) == 0);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

static uint64_t scramble(uint64_t x)
{
    x = (x ^ x >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ x >> 27) * UINT64_C(0x94d049bb133111eb);
    return x ^ x >> 31;
}

void bench_key(char *text, size_t size, uint64_t number)
{
    CHECK(snprintf(text, size, "task:work-%016" PRIx64, scramble(number)) < (int)size);
}

void bench_directory(char *path, size_t size)
{
    CHECK(snprintf(path, size, "/tmp/dibs-bench-XXXXXX") < (int)size && mkdtemp(path) != NULL);
}

static int remove_one(const char *path, const struct stat *info, int kind, struct FTW *walk)
{
    (void)info, (void)kind, (void)walk;
    return remove(path);
}

void bench_remove(const char *path)
{
    (void)nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

struct floor *floor_open(void)
{
    struct floor *floor = calloc(1, sizeof *floor);
    MDB_txn *txn;

    CHECK(floor != NULL);
    bench_directory(floor->path, sizeof floor->path);
    CHECK(mdb_env_create(&floor->env) == 0);
    CHECK(mdb_env_set_mapsize(floor->env, (size_t)64 << 30) == 0 && mdb_env_set_maxdbs(floor->env, 3) == 0);
    CHECK(mdb_env_open(floor->env, floor->path, MDB_NOSYNC | MDB_NOLOCK | MDB_NOTLS, 0600) == 0);
    CHECK(mdb_txn_begin(floor->env, NULL, 0, &txn) == 0);
    CHECK(mdb_dbi_open(txn, "rows", MDB_CREATE, &floor->rows) == 0);
    CHECK(mdb_dbi_open(txn, "session", MDB_CREATE, &floor->by_session) == 0);
    CHECK(mdb_dbi_open(txn, "expiry", MDB_CREATE, &floor->by_expiry) == 0);
    CHECK(mdb_txn_commit(txn) == 0);
    return floor;
}

void floor_close(struct floor *floor)
{
    mdb_env_close(floor->env);
    bench_remove(floor->path);
    free(floor);
}

static MDB_val index_key(char *text, uint64_t number, const char *work)
{
    int size = snprintf(text, INDEX_BYTES, "%016" PRIx64 "%s", number, work);

    CHECK(size > 0 && size < INDEX_BYTES);
    return (MDB_val){(size_t)size, text};
}

static void floor_claim(MDB_txn *txn, const struct floor *floor, uint64_t number)
{
    char work[64], index[INDEX_BYTES];
    uint8_t row[ROW_BYTES] = {0};
    MDB_val value = {sizeof row, row}, nothing = {0, NULL};

    bench_key(work, sizeof work, number);
    memcpy(row, &number, sizeof number);
    MDB_val key = {strlen(work), work};
    CHECK(mdb_put(txn, floor->rows, &key, &value, 0) == 0);
    key = index_key(index, number % SESSIONS, work);
    CHECK(mdb_put(txn, floor->by_session, &key, &nothing, 0) == 0);
    key = index_key(index, number, work);
    CHECK(mdb_put(txn, floor->by_expiry, &key, &nothing, 0) == 0);
}

static void floor_end(MDB_txn *txn, const struct floor *floor, uint64_t number)
{
    char work[64], index[INDEX_BYTES];

    bench_key(work, sizeof work, number);
    MDB_val key = {strlen(work), work};
    CHECK(mdb_del(txn, floor->rows, &key, NULL) == 0);
    key = index_key(index, number % SESSIONS, work);
    CHECK(mdb_del(txn, floor->by_session, &key, NULL) == 0);
    key = index_key(index, number, work);
    CHECK(mdb_del(txn, floor->by_expiry, &key, NULL) == 0);
}

static void in_transaction(struct floor *floor, uint64_t number, uint64_t count,
                           void (*work)(MDB_txn *, const struct floor *, uint64_t))
{
    MDB_txn *txn;

    CHECK(mdb_txn_begin(floor->env, NULL, 0, &txn) == 0);
    for (uint64_t i = 0; i < count; i++)
        work(txn, floor, number + i);
    CHECK(mdb_txn_commit(txn) == 0);
}

void floor_run(struct floor *floor, uint64_t from, uint64_t count, uint64_t live, uint64_t batch)
{
    for (uint64_t number = from; number < from + count; number += batch) {
        in_transaction(floor, number, batch, floor_claim);
        if (number >= live)
            in_transaction(floor, number - live, batch, floor_end);
    }
}
