/* Any texts in the rows of an old registry: those that stand are told, each once, by agent.
 * Rows are parted by 0xff: a byte that says what kind of row it is, then agent, key and time, parted by 0xfe. */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "agent-shim/cli/coordination_registry.h"
#include "base/check.h"
#include "base/span.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What SQLite has days for. */
#define FIRST_SECOND (-INT64_C(210866803200))
#define LAST_SECOND INT64_C(253402300799)

static char path[64];
static sqlite3 *db;
static sqlite3_stmt *insert;

static void remove_file(void)
{
    unlink(path);
}

static void must(int code)
{
    CHECK(code == SQLITE_OK);
}

static void make_file(void)
{
    snprintf(path, sizeof path, "%s/dibs-registry-XXXXXX", access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
    int file = mkstemp(path);
    CHECK(file >= 0 && close(file) == 0);
    atexit(remove_file);
    must(sqlite3_open(path, &db));
    must(
        sqlite3_exec(db,
                     "PRAGMA journal_mode=MEMORY; PRAGMA synchronous=OFF; CREATE TABLE work (task_id, claimer, status, "
                     "result, expires_at, completed_at)",
                     NULL, NULL, NULL));
    must(sqlite3_prepare_v2(db, "INSERT INTO work VALUES (?1, ?2, ?3, ?1, ?4, ?5)", -1, &insert, NULL));
}

/* Up to the byte; *rest is what follows it. */
static struct span part(struct span *rest, uint8_t byte)
{
    const uint8_t *end = rest->size > 0 ? memchr(rest->bytes, byte, rest->size) : NULL;
    size_t length = end != NULL ? (size_t)(end - rest->bytes) : rest->size;
    struct span first = span_of(rest->bytes, length);
    *rest = span_skip(*rest, end != NULL ? length + 1 : length);
    return first;
}

static void bind(int at, struct span text, bool is_there)
{
    if (is_there)
        must(sqlite3_bind_text(insert, at, text.size > 0 ? (const char *)text.bytes : "", (int)text.size,
                               SQLITE_TRANSIENT));
    else
        must(sqlite3_bind_null(insert, at));
}

/* True: it is to be told. */
static bool put_row(struct span row)
{
    static const char *const times[] = {"2999-01-01 00:00:00", "2001-01-01 00:00:00"};
    if (row.size == 0)
        return false;
    uint8_t kind = row.bytes[0];
    bool is_done = kind & 1, is_over = kind & 2, has_agent = !(kind & 4), is_open = kind & 8;
    row = span_skip(row, 1);
    struct span agent = part(&row, 0xfe), key = part(&row, 0xfe);
    bind(1, key, !(kind & 16));
    bind(2, agent, has_agent);
    bind(3, span_from_text(is_open ? "available" : is_done ? "completed" : "claimed"), true);
    bind(4, span_from_text(times[is_over]), true);
    bind(5, row, !(kind & 32));
    CHECK(sqlite3_step(insert) == SQLITE_DONE);
    must(sqlite3_reset(insert));
    return has_agent && !is_open && (is_done || !is_over);
}

static size_t put_rows(struct span rows)
{
    size_t told = 0;
    must(sqlite3_exec(db, "BEGIN; DELETE FROM work", NULL, NULL, NULL));
    while (rows.size > 0) {
        struct span row = part(&rows, 0xff);
        told += put_row(row);
    }
    must(sqlite3_exec(db, "COMMIT", NULL, NULL, NULL));
    return told;
}

/* How many rows are told. */
static size_t read_rows(void)
{
    char why[REGISTRY_WHY_BYTES], before[4096] = "";
    struct registry registry;
    struct registry_row row;
    size_t count = 0;

    CHECK(registry_open(&registry, path, why));
    while (registry_next(&registry, &row, why)) {
        count++;
        CHECK(row.key != NULL && row.result != NULL && strcmp(row.key, row.result) == 0);
        CHECK(row.now_s > 1600000000 && (row.done || row.at_s > row.now_s));
        CHECK(row.at_s >= FIRST_SECOND && row.at_s <= LAST_SECOND);
        CHECK(strlen(row.agent) >= sizeof before || strncmp(before, row.agent, sizeof before) <= 0);
        snprintf(before, sizeof before, "%s", row.agent);
    }
    CHECK(why[0] == '\0');
    registry_close(&registry);
    return count;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (db == NULL)
        make_file();
    size_t told = put_rows(span_of(data, size));
    CHECK(read_rows() == told);
    return 0;
}
