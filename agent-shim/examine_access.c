/* May this user read what is to be examined? A file that it may not read is no damaged one. See examine.h. */
#include "agent-shim/examine.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "agent-shim/snapshots.h"
#include "agent-shim/store.h"
#include "log/segment_file.h"
#include "log/segment_list.h"

/* What isn't there is left to those who look for it. */
static enum dibs_error may(const char *path, int how, struct error_text *why)
{
    if (faccessat(AT_FDCWD, path, how, AT_EACCESS) == 0 || errno != EACCES)
        return DIBS_OK;
    return error_say(why, DIBS_UNAVAILABLE,
                     "cannot read %s: %s; whether the store is damaged can be told only by who may read all of it: ask "
                     "as the owner of that file, or have its mode changed",
                     path, strerror(errno));
}

static enum dibs_error may_read_log(const struct store_place *place, struct error_text *why)
{
    char path[PATH_MAX], file[SEGMENT_NAME_BYTES], name[PATH_MAX + SEGMENT_NAME_BYTES];
    struct segment_list list = {0};
    enum dibs_error error = may(store_path(place, "log", path), R_OK | X_OK, why);
    int dir_fd = error == DIBS_OK ? open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
    if (dir_fd < 0)
        return error;
    error = segment_list_read(&list, dir_fd, path, why);
    for (size_t i = 0; error == DIBS_OK && i < list.count; i++) {
        segment_file_name(list.firsts[i], file);
        (void)snprintf(name, sizeof name, "%s/%s", path, file);
        error = may(name, R_OK, why);
    }
    segment_list_free(&list);
    (void)close(dir_fd);
    return error;
}

static enum dibs_error may_read_snapshots(const struct store_place *place, struct error_text *why)
{
    char path[PATH_MAX];
    struct store_snapshots snapshots;
    enum dibs_error error = may(store_path(place, "snapshots", path), R_OK | X_OK, why);
    if (error == DIBS_OK)
        error = snapshots_list(place, &snapshots, why);
    for (size_t i = 0; error == DIBS_OK && i < snapshots.count; i++) {
        const char *name = snapshots.items[i].name;
        error = may(snapshots_path(place, name, "", path), X_OK, why);
        if (error == DIBS_OK)
            error = may(snapshots_path(place, name, "/data.mdb", path), R_OK, why);
    }
    return error;
}

enum dibs_error examine_access(const struct store_place *place, struct error_text *why)
{
    static const struct {
        const char *name;
        int how;
    } parts[] = {{"store.json", R_OK}, {"lock", R_OK}, {"state", X_OK}, {"state/data.mdb", R_OK}};
    char path[PATH_MAX];
    enum dibs_error error = may(place->path, X_OK, why);
    for (size_t i = 0; error == DIBS_OK && i < sizeof parts / sizeof parts[0]; i++)
        error = may(store_path(place, parts[i].name, path), parts[i].how, why);
    if (error == DIBS_OK)
        error = may_read_log(place, why);
    return error == DIBS_OK ? may_read_snapshots(place, why) : error;
}
