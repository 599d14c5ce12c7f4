/* The environment and its transactions. The layout is described in docs/decisions/0002-state-tables.md. */
#include "coordinator/state/environment.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/check.h"
#include "coordinator/state/page_check.h"

static const uint64_t MAP_BYTES_DEFAULT = UINT64_C(64) << 30;
static const mdb_mode_t FILE_MODE = 0666; /* what the umask leaves: a store may be a group's, or everybody's */

static const uint8_t META_KEY = 0; /* sorts before all tables */

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

/* LMDB 0.9.24 leaves its file open to programs that this process starts. */
static int close_at_exec(MDB_env *env)
{
    int fd;
    int code = mdb_env_get_fd(env, &fd);
    if (code == 0 && fcntl(fd, F_SETFD, FD_CLOEXEC) != 0)
        code = errno;
    return code;
}

/* LMDB found a page that cannot be, in the middle of a change, and ends the process when this returns. Without the file
 * the next one builds the state anew instead of ending here, too. */
static void drop_damaged(MDB_env *env, const char *words)
{
    const struct state *state = mdb_env_get_userctx(env);
    char path[PATH_MAX];
    int length = snprintf(path, sizeof path, "%s/data.mdb", state->path);

    (void)words; /* LMDB prints them */
    if (length > 0 && (size_t)length < sizeof path && !state->read_only)
        (void)unlink(path);
}

static enum dibs_error open_environment(struct state *state, const struct state_options *options,
                                        struct error_text *why)
{
    uint64_t size_bytes = 0;
    enum file_found found = state_find_file(state->path, &size_bytes);
    if (found != FILE_PRESENT && (!options->create || options->read_only))
        return lmdb_error_say(found == FILE_EMPTY ? ENOENT : errno, state->path, "open", why);
    if (found == FILE_PRESENT) {
        char name[PATH_MAX];
        (void)snprintf(name, sizeof name, "%s/data.mdb", state->path);
        enum dibs_error error = page_check(name, options->check_bytes, why);
        if (error != DIBS_OK)
            return error;
    }

    int code = mdb_env_create(&state->env);
    if (code == 0 && (found != FILE_PRESENT || (options->resize && options->map_bytes != 0)))
        code = mdb_env_set_mapsize(state->env, options->map_bytes != 0 ? options->map_bytes : MAP_BYTES_DEFAULT);
    if (code == 0)
        code = mdb_env_set_userctx(state->env, state);
    if (code == 0)
        code = mdb_env_set_assert(state->env, drop_damaged);
    unsigned flags = MDB_NOLOCK | MDB_NOTLS;
    if (!options->sync)
        flags |= MDB_NOSYNC;
    if (options->read_only)
        flags |= MDB_RDONLY;
    if (code == 0)
        code = mdb_env_open(state->env, state->path, flags, FILE_MODE);
    if (code == 0)
        code = close_at_exec(state->env);
    if (code == 0)
        code = open_rows(state);
    if (code != 0)
        return lmdb_error_say(code, state->path, "open", why);
    return state_check_length(state, why);
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

/* Those of a write transaction would be closed with it, those of a read-only one would not. */
static void close_cursors(struct state *state)
{
    for (int i = 0; i < TABLE_NUMBERS; i++) {
        if (state->cursors[i] != NULL)
            mdb_cursor_close(state->cursors[i]);
        state->cursors[i] = NULL;
    }
}

static void drop_transaction(struct state *state)
{
    close_cursors(state);
    mdb_txn_abort(state->txn);
    state->txn = NULL;
    state->failure = DIBS_OK;
}

void state_close(struct state *state)
{
    if (state == NULL)
        return;
    if (state->txn != NULL)
        drop_transaction(state);
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
        if (!stored_meta_is_sound(span_of(value.mv_data, value.mv_size)))
            return lmdb_error_say(MDB_CORRUPTED, state->path, "read", why);
        if (!stored_meta_read(span_of(value.mv_data, value.mv_size), stored))
            return lmdb_error_say(MDB_VERSION_MISMATCH, state->path, "read", why);
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
    if (!read_only)
        state_lengthen_file(state);
    state->txn_read_only = read_only;
    state->failure = DIBS_OK;
    enum dibs_error error = load_meta(state, why);
    if (error != DIBS_OK)
        drop_transaction(state);
    return error;
}

void state_abort(struct state *state)
{
    if (state->txn != NULL)
        drop_transaction(state);
}

bool state_is_latest(const struct state *state)
{
    MDB_envinfo info;
    CHECK(state->txn != NULL && !state->txn_read_only);
    return mdb_env_info(state->env, &info) == 0 && info.me_last_txnid + 1 == mdb_txn_id(state->txn);
}

static void store_meta(struct state *state)
{
    if (memcmp(&state->stored, &state->loaded, sizeof state->stored) == 0)
        return;
    MDB_val key = {sizeof META_KEY, (void *)(uintptr_t)&META_KEY};
    MDB_val value = {stored_meta_size(&state->stored), &state->stored};
    state->stored.check = stored_meta_check(span_of(value.mv_data, value.mv_size));
    int code = mdb_put(state->txn, state->rows, &key, &value, 0);
    if (code != 0)
        state_fail(state, code, "change");
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
    return code == 0 ? DIBS_OK : lmdb_error_say(code, state->path, "commit to", why);
}

void state_fail(struct state *state, int code, const char *doing)
{
    if (state->failure == DIBS_OK)
        state->failure = lmdb_error_say(code, state->path, doing, &state->failure_why);
}

bool state_expect(struct state *state, bool sane)
{
    if (!sane)
        state_fail(state, MDB_CORRUPTED, "read");
    return sane;
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

void state_digest_print(struct state_digest digest, char out[STATE_DIGEST_TEXT])
{
    (void)snprintf(out, STATE_DIGEST_TEXT, "%016" PRIx64 "%016" PRIx64, digest.high, digest.low);
}
