/* The environment and its transactions. The layout is described in docs/decisions/0002-state-tables.md. */
#include "coordinator/state/environment.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/check.h"

static const uint64_t MAP_BYTES_DEFAULT = UINT64_C(64) << 30;
static const mdb_mode_t FILE_MODE = 0664; /* what the umask leaves: a store may be a group's */

static const uint8_t META_KEY = 0; /* sorts before all tables */

enum file_found { FILE_MISSING, FILE_EMPTY, FILE_PRESENT };

static size_t stored_meta_size(const struct stored_meta *stored)
{
    size_t used = TABLE_NUMBERS;
    while (used > TABLE_END && stored->counts[used - 1] == 0)
        used--;
    return offsetof(struct stored_meta, counts) + used * sizeof stored->counts[0];
}

static enum file_found find_file(const char *path, uint64_t *size_bytes)
{
    char name[PATH_MAX];
    struct stat info;

    int length = snprintf(name, sizeof name, "%s/data.mdb", path);
    errno = ENAMETOOLONG;
    if (length < 0 || (size_t)length >= sizeof name || stat(name, &info) != 0)
        return FILE_MISSING; /* errno says why */
    *size_bytes = (uint64_t)info.st_size;
    return info.st_size == 0 ? FILE_EMPTY : FILE_PRESENT;
}

/* Is the file as long as its meta page says? LMDB maps it unasked, and a missing page would end us with SIGBUS. */
static enum dibs_error check_length(struct state *state, struct error_text *why)
{
    MDB_envinfo info;
    MDB_stat stat;
    uint64_t size_bytes = 0;

    int code = mdb_env_info(state->env, &info);
    if (code == 0)
        code = mdb_env_stat(state->env, &stat);
    if (code != 0)
        return lmdb_error_say(code, state->path, "open", why);
    uint64_t needed_bytes = ((uint64_t)info.me_last_pgno + 1) * stat.ms_psize;
    if (find_file(state->path, &size_bytes) != FILE_PRESENT || size_bytes < needed_bytes)
        return error_say(why, DIBS_DAMAGED,
                         "%s/data.mdb has %llu of %llu bytes: it was cut off; delete it and it is rebuilt from the log",
                         state->path, (unsigned long long)size_bytes, (unsigned long long)needed_bytes);
    return DIBS_OK;
}

/* Opens the main database once; its handle stays good for later transactions. */
static int open_rows(struct state *state)
{
    MDB_txn *txn;

    int code = mdb_txn_begin(state->env, NULL, MDB_RDONLY, &txn);
    if (code != 0)
        return code;
    code = mdb_dbi_open(txn, NULL, 0, &state->rows);
    if (code != 0) {
        mdb_txn_abort(txn);
        return code;
    }
    return mdb_txn_commit(txn);
}

static enum dibs_error open_environment(struct state *state, const struct state_options *options,
                                        struct error_text *why)
{
    uint64_t size_bytes = 0;
    enum file_found found = find_file(state->path, &size_bytes);
    if (found != FILE_PRESENT && (!options->create || options->read_only))
        return lmdb_error_say(found == FILE_EMPTY ? ENOENT : errno, state->path, "open", why);

    int code = mdb_env_create(&state->env);
    if (code == 0 && found != FILE_PRESENT)
        code = mdb_env_set_mapsize(state->env, options->map_bytes != 0 ? options->map_bytes : MAP_BYTES_DEFAULT);
    unsigned flags = MDB_NOLOCK | MDB_NOTLS;
    if (!options->sync)
        flags |= MDB_NOSYNC;
    if (options->read_only)
        flags |= MDB_RDONLY;
    if (code == 0)
        code = mdb_env_open(state->env, state->path, flags, FILE_MODE);
    if (code == 0)
        code = open_rows(state);
    if (code != 0)
        return lmdb_error_say(code, state->path, "open", why);
    return check_length(state, why);
}

enum dibs_error state_open(const char *path, const struct state_options *options, struct state **out,
                           struct error_text *why)
{
    CHECK(path != NULL && options != NULL && out != NULL);
    struct state *state = calloc(1, sizeof *state);
    if (state != NULL)
        state->path = strdup(path);
    if (state == NULL || state->path == NULL) {
        free(state);
        return lmdb_error_say(ENOMEM, path, "open", why);
    }
    state->read_only = options->read_only;
    enum dibs_error error = open_environment(state, options, why);
    if (error != DIBS_OK) {
        state_close(state);
        return error;
    }
    *out = state;
    return DIBS_OK;
}

void state_close(struct state *state)
{
    if (state == NULL)
        return;
    state_abort(state);
    if (state->env != NULL)
        mdb_env_close(state->env);
    free(state->path);
    free(state);
}

static enum dibs_error load_meta(struct state *state, struct error_text *why)
{
    MDB_val key = {sizeof META_KEY, (void *)(uintptr_t)&META_KEY};
    MDB_val value;
    struct stored_meta *stored = &state->stored;

    memset(stored, 0, sizeof *stored);
    stored->format = STORED_FORMAT;
    stored->meta_size = sizeof stored->meta;
    int code = mdb_get(state->txn, state->rows, &key, &value);
    if (code != 0 && code != MDB_NOTFOUND)
        return lmdb_error_say(code, state->path, "read", why);
    if (code == 0) {
        uint32_t head[2];
        if (value.mv_size < offsetof(struct stored_meta, counts))
            return lmdb_error_say(MDB_CORRUPTED, state->path, "read", why);
        memcpy(head, value.mv_data, sizeof head);
        if (head[0] != STORED_FORMAT || head[1] != sizeof stored->meta || value.mv_size > sizeof *stored)
            return lmdb_error_say(MDB_VERSION_MISMATCH, state->path, "read", why);
        memcpy(stored, value.mv_data, value.mv_size);
    }
    memcpy(&state->loaded, stored, sizeof *stored);
    return DIBS_OK;
}

static int begin_transaction(struct state *state, bool read_only)
{
    unsigned flags = read_only ? MDB_RDONLY : 0;
    int code = mdb_txn_begin(state->env, NULL, flags, &state->txn);
    if (code != MDB_MAP_RESIZED)
        return code;
    code = mdb_env_set_mapsize(state->env, 0); /* another process opened it with a larger map: adopt that */
    return code != 0 ? code : mdb_txn_begin(state->env, NULL, flags, &state->txn);
}

enum dibs_error state_begin(struct state *state, bool read_only, struct error_text *why)
{
    CHECK(state->txn == NULL);
    if (state->read_only && !read_only)
        return error_say(why, DIBS_UNAVAILABLE, "the state in %s was opened for reading only", state->path);
    int code = begin_transaction(state, read_only);
    if (code != 0) {
        state->txn = NULL;
        return lmdb_error_say(code, state->path, read_only ? "read" : "change", why);
    }
    state->txn_read_only = read_only;
    state->failure = DIBS_OK;
    enum dibs_error error = load_meta(state, why);
    if (error != DIBS_OK)
        state_abort(state);
    return error;
}

/* Those of a write transaction would be closed with it, those of a read-only one would not. */
static void close_cursors(struct state *state)
{
    for (int i = 0; i < TABLE_NUMBERS; i++) {
        if (state->cursors[i] != NULL)
            mdb_cursor_close(state->cursors[i]);
        state->cursors[i] = NULL;
    }
}

void state_abort(struct state *state)
{
    if (state->txn == NULL)
        return;
    close_cursors(state);
    mdb_txn_abort(state->txn);
    state->txn = NULL;
    state->failure = DIBS_OK;
}

static void store_meta(struct state *state)
{
    if (memcmp(&state->stored, &state->loaded, sizeof state->stored) == 0)
        return;
    MDB_val key = {sizeof META_KEY, (void *)(uintptr_t)&META_KEY};
    MDB_val value = {stored_meta_size(&state->stored), &state->stored};
    int code = mdb_put(state->txn, state->rows, &key, &value, 0);
    if (code != 0)
        state_fail(state, code, "change");
}

/* LMDB does not write pages that a transaction took and gave back; at the file's end that leaves it shorter than its
 * meta page says, which check_length could not tell from a file that was cut off. */
static void cover_length(struct state *state)
{
    MDB_envinfo info;
    MDB_stat stat;
    struct stat file;
    int fd;

    if (mdb_env_info(state->env, &info) != 0 || info.me_last_pgno == state->covered_page)
        return;
    state->covered_page = info.me_last_pgno;
    if (mdb_env_stat(state->env, &stat) != 0 || mdb_env_get_fd(state->env, &fd) != 0 || fstat(fd, &file) != 0)
        return;
    off_t needed_bytes = (off_t)((info.me_last_pgno + 1) * stat.ms_psize);
    if (file.st_size < needed_bytes && ftruncate(fd, needed_bytes) != 0)
        state->covered_page = 0; /* full disk: the next commit tries again */
}

enum dibs_error state_commit(struct state *state, struct error_text *why)
{
    CHECK(state->txn != NULL);
    if (state->failure == DIBS_OK && !state->txn_read_only)
        store_meta(state);
    if (state->failure != DIBS_OK || state->txn_read_only) {
        enum dibs_error error = state_failure(state, why);
        state_abort(state);
        return error;
    }
    close_cursors(state);
    int code = mdb_txn_commit(state->txn);
    state->txn = NULL;
    if (code == 0)
        cover_length(state);
    return code == 0 ? DIBS_OK : lmdb_error_say(code, state->path, "commit to", why);
}

void state_fail(struct state *state, int code, const char *doing)
{
    if (state->failure == DIBS_OK)
        state->failure = lmdb_error_say(code, state->path, doing, &state->failure_why);
}

enum dibs_error state_failure(const struct state *state, struct error_text *why)
{
    if (state->failure != DIBS_OK && why != NULL)
        *why = state->failure_why;
    return state->failure;
}

struct state_meta *state_meta(struct state *state)
{
    CHECK(state->txn != NULL);
    return &state->stored.meta;
}

struct state_digest state_digest(const struct state *state)
{
    CHECK(state->txn != NULL);
    return (struct state_digest){.low = state->stored.meta.digest_low, .high = state->stored.meta.digest_high};
}

/* The pages that LMDB would reuse, as of the last commit: its list of free ones is database 0, which only a read-only
 * transaction may look at; each value starts with a number of pages. */
static uint64_t free_pages(struct state *state)
{
    MDB_txn *txn;
    MDB_cursor *cursor;
    MDB_val key, value;
    uint64_t pages = 0;

    if (mdb_txn_begin(state->env, NULL, MDB_RDONLY, &txn) != 0)
        return 0;
    if (mdb_cursor_open(txn, 0, &cursor) == 0) {
        while (mdb_cursor_get(cursor, &key, &value, MDB_NEXT) == 0) {
            size_t count;
            memcpy(&count, value.mv_data, sizeof count);
            pages += count;
        }
        mdb_cursor_close(cursor);
    }
    mdb_txn_abort(txn);
    return pages;
}

void state_space(struct state *state, uint64_t *used_bytes, uint64_t *map_bytes)
{
    MDB_envinfo info;
    MDB_stat stat;

    CHECK(state->txn != NULL);
    *used_bytes = *map_bytes = 0;
    if (mdb_env_info(state->env, &info) != 0 || mdb_env_stat(state->env, &stat) != 0)
        return;
    uint64_t used_pages = (uint64_t)info.me_last_pgno + 1;
    *map_bytes = info.me_mapsize;
    /* counting the free ones takes time and matters only when the end is near */
    if (used_pages * stat.ms_psize > *map_bytes / 2)
        used_pages -= free_pages(state);
    *used_bytes = used_pages * stat.ms_psize;
}
