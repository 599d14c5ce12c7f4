/* May this user read what is to be examined? A file that it may not read is no damaged one. See examine.h. */
#include "agent-shim/examine.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "agent-shim/snapshots.h"
#include "agent-shim/store.h"

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

static bool is_segment(const char *name)
{
    size_t size = strlen(name);
    return size > 4 && strcmp(name + size - 4, ".seg") == 0;
}

static enum dibs_error may_read_log(const struct store_place *place, struct error_text *why)
{
    char path[PATH_MAX], name[PATH_MAX + NAME_MAX + 2];
    enum dibs_error error = may(store_path(place, "log", path), R_OK | X_OK, why);
    DIR *folder = error == DIBS_OK ? opendir(path) : NULL;
    for (struct dirent *entry; error == DIBS_OK && folder != NULL && (entry = readdir(folder)) != NULL;) {
        (void)snprintf(name, sizeof name, "%s/%s", path, entry->d_name);
        if (is_segment(entry->d_name))
            error = may(name, R_OK, why);
    }
    if (folder != NULL)
        (void)closedir(folder);
    return error;
}

static enum dibs_error may_read_snapshots(const struct store_place *place, struct error_text *why)
{
    char path[PATH_MAX], name[PATH_MAX + SNAPSHOT_NAME_BYTES + 16];
    struct store_snapshots snapshots;
    enum dibs_error error = may(store_path(place, "snapshots", path), R_OK | X_OK, why);
    snapshots_list(place, &snapshots);
    for (size_t i = 0; error == DIBS_OK && i < snapshots.count; i++) {
        (void)snprintf(name, sizeof name, "%s/%s", path, snapshots.items[i].name);
        error = may(name, X_OK, why);
        (void)snprintf(name, sizeof name, "%s/%s/data.mdb", path, snapshots.items[i].name);
        if (error == DIBS_OK)
            error = may(name, R_OK, why);
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
