/* The environment's file and map: is the file there and whole, how much of the map is used. */
#include "coordinator/state/environment.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/check.h"

enum { SPARE_PAGES = 2048 };

enum file_found state_find_file(const char *path, uint64_t *size_bytes)
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

bool state_is_there(const struct state *state)
{
    struct stat status;
    int fd;
    return mdb_env_get_fd(state->env, &fd) == 0 && fstat(fd, &status) == 0 && status.st_nlink > 0;
}

enum dibs_error state_check_length(struct state *state, struct error_text *why)
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
    if (state_find_file(state->path, &size_bytes) != FILE_PRESENT || size_bytes < needed_bytes)
        return error_say(why, DIBS_DAMAGED,
                         "%s/data.mdb has %llu of %llu bytes: it was cut off; delete it and it is rebuilt from the log",
                         state->path, (unsigned long long)size_bytes, (unsigned long long)needed_bytes);
    return DIBS_OK;
}

/* LMDB does not write the pages that a transaction took and gave back. At the file's end that would leave it shorter
 * than its meta page says, which state_check_length could not tell from a file that was cut off. So the file is kept
 * longer (by holes) than a transaction reaches, and before it is written: a kill may come at any time. */
void state_lengthen_file(struct state *state)
{
    MDB_envinfo info;
    MDB_stat stat;
    struct stat file;
    int fd;

    if (mdb_env_info(state->env, &info) != 0 || info.me_last_pgno + SPARE_PAGES / 2 < state->covered_pages)
        return;
    if (mdb_env_stat(state->env, &stat) != 0 || mdb_env_get_fd(state->env, &fd) != 0 || fstat(fd, &file) != 0)
        return;
    uint64_t pages = (uint64_t)info.me_last_pgno + SPARE_PAGES;
    if (pages * stat.ms_psize > info.me_mapsize)
        pages = info.me_mapsize / stat.ms_psize;
    off_t wanted_bytes = (off_t)(pages * stat.ms_psize);
    if (file.st_size >= wanted_bytes || ftruncate(fd, wanted_bytes) == 0)
        state->covered_pages = pages; /* else a full disk or a limit: the commit will tell */
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
