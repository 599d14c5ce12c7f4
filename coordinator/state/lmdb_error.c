/* LMDB's codes in dibs' words. */
#include "coordinator/state/environment.h"

#include <errno.h>

static enum dibs_error say_errno(int code, const char *path, const char *doing, struct error_text *why)
{
    switch (code) {
    case ENOENT:
        return error_say(why, DIBS_NO_STORE, "there is no state in %s; `dibs init` makes a store", path);
    case ENOTDIR:
        return error_say(why, DIBS_UNAVAILABLE, "%s is not a directory; name the store's directory", path);
    case EACCES:
    case EPERM:
        return error_say(why, DIBS_UNAVAILABLE, "no permission to %s the state in %s; check its owner and mode", doing,
                         path);
    case EROFS:
        return error_say(why, DIBS_UNAVAILABLE, "cannot %s the state in %s: the file system is read-only", doing, path);
    case ENOSPC:
    case EDQUOT:
        return error_say(why, DIBS_UNAVAILABLE, "cannot %s the state in %s: the disk is full; free some space", doing,
                         path);
    case ENOMEM:
        return error_say(why, DIBS_UNAVAILABLE,
                         "cannot %s the state in %s: out of memory or address space; raise `ulimit -v` or make the "
                         "store with a smaller map",
                         doing, path);
    case EIO: /* LMDB's word for a short write, too */
        return error_say(why, DIBS_UNAVAILABLE, "cannot %s the state in %s: input/output error or full disk", doing,
                         path);
    default:
        return error_say(why, DIBS_UNAVAILABLE, "cannot %s the state in %s: %s", doing, path, mdb_strerror(code));
    }
}

enum dibs_error lmdb_error_say(int code, const char *path, const char *doing, struct error_text *why)
{
    switch (code) {
    case MDB_VERSION_MISMATCH:
        return error_say(why, DIBS_NEWER, "the state in %s has another format than this build knows; use a newer dibs",
                         path);
    case MDB_INVALID:
    case MDB_CORRUPTED:
    case MDB_PAGE_NOTFOUND:
    case MDB_INCOMPATIBLE:
        return error_say(why, DIBS_DAMAGED,
                         "cannot %s the state in %s/data.mdb: it is damaged (%s); delete it and it is rebuilt from "
                         "the log",
                         doing, path, mdb_strerror(code));
    case MDB_MAP_FULL:
        return error_say(why, DIBS_UNAVAILABLE,
                         "cannot %s the state in %s: its map is full; a larger one is needed (dibsd: --map; a "
                         "directory: move the store)",
                         doing, path);
    case MDB_TXN_FULL:
        return error_say(why, DIBS_UNAVAILABLE, "cannot %s the state in %s: too many changes in one transaction", doing,
                         path);
    case MDB_PANIC:
        return error_say(why, DIBS_UNAVAILABLE,
                         "cannot %s the state in %s: an earlier write failed; close the store and open it again", doing,
                         path);
    default:
        return say_errno(code, path, doing, why);
    }
}
