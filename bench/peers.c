/* SQLite and Redis. */
#include "bench/peers.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/check.h"
#include "bench/floor.h"

/* ---- SQLite ---- */

#if BENCH_SQLITE
#include <sqlite3.h>

struct sqlite_side {
    sqlite3 *database;
    sqlite3_stmt *claim, *close;
    char path[64];
};

struct sqlite_side *sqlite_side_open(void)
{
    struct sqlite_side *side = calloc(1, sizeof *side);
    char file[96];
    CHECK(side != NULL);
    bench_directory(side->path, sizeof side->path);
    CHECK(snprintf(file, sizeof file, "%s/claims.db", side->path) < (int)sizeof file);
    CHECK(sqlite3_open(file, &side->database) == SQLITE_OK);
    CHECK(sqlite3_exec(side->database,
                       "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; CREATE TABLE claims (key TEXT PRIMARY KEY, "
                       "session TEXT, about TEXT, expires INTEGER) WITHOUT ROWID;",
                       NULL, NULL, NULL) == SQLITE_OK);
    CHECK(sqlite3_prepare_v2(side->database,
                             "INSERT INTO claims VALUES (?1, 'session', 'prevent division by zero in the token rate', "
                             "?2) ON CONFLICT (key) DO UPDATE SET session = excluded.session, expires = "
                             "excluded.expires",
                             -1, &side->claim, NULL) == SQLITE_OK);
    CHECK(sqlite3_prepare_v2(side->database, "DELETE FROM claims WHERE key = ?1", -1, &side->close, NULL) == SQLITE_OK);
    return side;
}

static void step(sqlite3_stmt *statement, uint64_t number)
{
    char key[64];
    bench_key(key, sizeof key, number);
    CHECK(sqlite3_bind_text(statement, 1, key, -1, SQLITE_STATIC) == SQLITE_OK);
    CHECK(sqlite3_step(statement) == SQLITE_DONE && sqlite3_reset(statement) == SQLITE_OK);
}

void sqlite_side_claim(struct sqlite_side *side, uint64_t number)
{
    CHECK(sqlite3_bind_int64(side->claim, 2, (sqlite3_int64)(1000000 + number)) == SQLITE_OK);
    step(side->claim, number);
}

void sqlite_side_close_one(struct sqlite_side *side, uint64_t number)
{
    step(side->close, number);
}

void sqlite_side_free(struct sqlite_side *side)
{
    if (side == NULL)
        return;
    (void)sqlite3_finalize(side->claim);
    (void)sqlite3_finalize(side->close);
    (void)sqlite3_close(side->database);
    bench_remove(side->path);
    free(side);
}
#else
struct sqlite_side *sqlite_side_open(void)
{
    return NULL;
}
void sqlite_side_claim(struct sqlite_side *side, uint64_t number)
{
    (void)side, (void)number;
}
void sqlite_side_close_one(struct sqlite_side *side, uint64_t number)
{
    (void)side, (void)number;
}
void sqlite_side_free(struct sqlite_side *side)
{
    (void)side;
}
#endif

/* ---- Redis ---- */

struct redis_side {
    int socket;
};

struct redis_side *redis_side_open(const char *socket_path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    struct redis_side *side = calloc(1, sizeof *side);
    CHECK(side != NULL && strlen(socket_path) < sizeof address.sun_path);
    memcpy(address.sun_path, socket_path, strlen(socket_path));
    side->socket = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (connect(side->socket, (const struct sockaddr *)&address, sizeof address) == 0)
        return side;
    redis_side_free(side);
    return NULL;
}

/* One command and its answer of one line. */
static void ask(struct redis_side *side, const char *command, int size, const char *expected)
{
    char answer[64];
    CHECK(write(side->socket, command, (size_t)size) == size);
    ssize_t got = read(side->socket, answer, sizeof answer - 1);
    answer[got > 0 ? got : 0] = '\0';
    CHECK(strcmp(answer, expected) == 0);
}

void redis_side_claim(struct redis_side *side, uint64_t number)
{
    static const char value[] = "session: prevent division by zero in the token rate";
    char key[64], command[256];
    bench_key(key, sizeof key, number);
    int size = snprintf(command, sizeof command,
                        "*6\r\n$3\r\nSET\r\n$%zu\r\n%s\r\n$%zu\r\n%s\r\n$2\r\nNX\r\n$2\r\nPX\r\n$7\r\n3600000\r\n",
                        strlen(key), key, strlen(value), value);
    ask(side, command, size, "+OK\r\n");
}

void redis_side_close_one(struct redis_side *side, uint64_t number)
{
    char key[64], command[128];
    bench_key(key, sizeof key, number);
    int size = snprintf(command, sizeof command, "*2\r\n$3\r\nDEL\r\n$%zu\r\n%s\r\n", strlen(key), key);
    ask(side, command, size, ":1\r\n");
}

void redis_side_free(struct redis_side *side)
{
    if (side == NULL)
        return;
    (void)close(side->socket);
    free(side);
}
