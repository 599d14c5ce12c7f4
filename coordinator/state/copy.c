/* A copy of the environment, and a map that grows. */
#include "coordinator/state/environment.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <limits.h>
#include <unistd.h>

#include "base/check.h"

/* LMDB writes what is in use and nothing else. */
enum dibs_error state_copy(struct state *state, const char *path, struct error_text *why)
{
    char file[PATH_MAX];
    CHECK(state->txn == NULL);
    int code = mdb_env_copy2(state->env, path, 0);
    if (code != 0)
        return lmdb_error_say(code, path, "copy to", why);
    (void)snprintf(file, sizeof file, "%s/data.mdb", path);
    int handle = open(file, O_RDWR | O_CLOEXEC);
    int failed = handle < 0 || fsync(handle) != 0 ? errno : 0;
    if (handle >= 0)
        (void)close(handle);
    return failed == 0 ? DIBS_OK : lmdb_error_say(failed, path, "copy to", why);
}

enum dibs_error state_copy_to_file(struct state *state, const char *file, struct error_text *why)
{
    int handle = open(file, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (handle < 0)
        return lmdb_error_say(errno, file, "copy to", why);
    int code = mdb_env_copyfd2(state->env, handle, 0);
    if (close(handle) != 0 && code == 0)
        code = errno;
    return code == 0 ? DIBS_OK : lmdb_error_say(code, file, "copy to", why);
}
