/* Reads the old registry. SQLite is loaded when it is needed: linking it would cost every other command time. */
#include "coordination_registry.h"

#include <errno.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "library.h"

/* Times are UTC texts, "2026-11-29 08:40:00". A registry of an older version has no completed_at. */
#define ROWS_FROM(completed) \
    "SELECT task_id, claimer, coalesce(result, ''), status = 'completed', " \
    "CAST(strftime('%s', CASE status WHEN 'completed' THEN " completed " ELSE expires_at END) AS INTEGER), " \
    "CAST(strftime('%s', 'now') AS INTEGER) FROM work WHERE claimer IS NOT NULL AND (status = 'completed' OR " \
    "(status = 'claimed' AND expires_at >= datetime('now'))) ORDER BY claimer, task_id"

static struct {
    int (*open)(const char *, sqlite3 **, int, const char *);
    int (*prepare)(sqlite3 *, const char *, int, sqlite3_stmt **, const char **);
    int (*step)(sqlite3_stmt *);
    const unsigned char *(*text)(sqlite3_stmt *, int);
    sqlite3_int64 (*number)(sqlite3_stmt *, int);
    int (*finalize)(sqlite3_stmt *);
    int (*close)(sqlite3 *);
    int (*busy_timeout)(sqlite3 *, int);
    const char *(*message)(sqlite3 *);
} sqlite;

static bool load(char why[REGISTRY_WHY_BYTES])
{
    static const struct library_function functions[] = {
        {"sqlite3_open_v2", &sqlite.open},        {"sqlite3_prepare_v2", &sqlite.prepare},
        {"sqlite3_step", &sqlite.step},           {"sqlite3_column_text", &sqlite.text},
        {"sqlite3_column_int64", &sqlite.number}, {"sqlite3_finalize", &sqlite.finalize},
        {"sqlite3_close_v2", &sqlite.close},      {"sqlite3_busy_timeout", &sqlite.busy_timeout},
        {"sqlite3_errmsg", &sqlite.message},      {NULL, NULL},
    };

    if (library_load("libsqlite3.so.0", functions))
        return true;
    snprintf(why, REGISTRY_WHY_BYTES,
             "reading it needs libsqlite3.so.0, which is not here: install the Debian package libsqlite3-0");
    return false;
}

/* As a file: URI, whose special bytes are written as %XX. `is_still`: no write-ahead log stands beside it, so that SQLite
 * needs no files of its own there. */
static char *uri_of(const char *path, bool is_still)
{
    static const char tail[] = "?mode=ro", still[] = "&immutable=1";
    char *uri = malloc(strlen(path) * 3 + sizeof "file:" + sizeof tail + sizeof still), *at = uri;

    if (uri == NULL)
        return NULL;
    at += sprintf(at, "file:");
    for (; *path != '\0'; path++) {
        if (strchr("?#%", *path) != NULL)
            at += sprintf(at, "%%%02x", (unsigned char)*path);
        else
            *at++ = *path;
    }
    sprintf(at, "%s%s", tail, is_still ? still : "");
    return uri;
}

static bool has_log(const char *path)
{
    char log[4200];

    return snprintf(log, sizeof log, "%s-wal", path) < (int)sizeof log && access(log, F_OK) == 0;
}

bool registry_open(struct registry *registry, const char *path, char why[REGISTRY_WHY_BYTES])
{
    sqlite3 *db = NULL;
    sqlite3_stmt *rows = NULL;

    *registry = (struct registry){0};
    if (access(path, R_OK) != 0) {
        snprintf(why, REGISTRY_WHY_BYTES, "it cannot be read: %s", strerror(errno));
        return false;
    }
    if (!load(why))
        return false;
    char *uri = uri_of(path, !has_log(path));
    int code = uri == NULL ? SQLITE_NOMEM : sqlite.open(uri, &db, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI, NULL);
    free(uri);
    registry->db = db;
    if (code == SQLITE_OK) {
        sqlite.busy_timeout(db, 5000);
        code = sqlite.prepare(db, ROWS_FROM("completed_at"), -1, &rows, NULL);
        if (code == SQLITE_ERROR && strstr(sqlite.message(db), "completed_at") != NULL)
            code = sqlite.prepare(db, ROWS_FROM("claimed_at"), -1, &rows, NULL);
    }
    registry->rows = rows;
    if (code == SQLITE_OK)
        return true;
    snprintf(why, REGISTRY_WHY_BYTES, "it is no registry of the coordination program: %s",
             db != NULL ? sqlite.message(db) : "out of memory");
    registry_close(registry);
    return false;
}

static const char *column(sqlite3_stmt *rows, int index)
{
    const unsigned char *text = sqlite.text(rows, index);

    return text != NULL ? (const char *)text : "";
}

bool registry_next(struct registry *registry, struct registry_row *row, char why[REGISTRY_WHY_BYTES])
{
    int code = sqlite.step(registry->rows);

    why[0] = '\0';
    if (code != SQLITE_ROW) {
        if (code != SQLITE_DONE)
            snprintf(why, REGISTRY_WHY_BYTES, "%s", sqlite.message(registry->db));
        return false;
    }
    *row = (struct registry_row){.key = column(registry->rows, 0),
                                 .agent = column(registry->rows, 1),
                                 .result = column(registry->rows, 2),
                                 .done = sqlite.number(registry->rows, 3) != 0,
                                 .at_s = sqlite.number(registry->rows, 4),
                                 .now_s = sqlite.number(registry->rows, 5)};
    return true;
}

void registry_close(struct registry *registry)
{
    if (registry->rows != NULL)
        sqlite.finalize(registry->rows);
    if (registry->db != NULL)
        sqlite.close(registry->db);
    *registry = (struct registry){0};
}
