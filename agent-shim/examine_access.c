/* May this user read what is to be examined? A file that it may not read is no damaged one. See examine.h. */
#include "agent-shim/examine.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "agent-shim/store.h"

/* What isn't there is left to those who look for it. */
static enum dibs_error may_read(const char *path, int how, struct error_text *why)
{
    if (faccessat(AT_FDCWD, path, how, AT_EACCESS) == 0 || (errno != EACCES && errno != EPERM))
        return DIBS_OK;
    return error_say(why, DIBS_UNAVAILABLE,
                     "cannot read %s: %s; whether the store is damaged can be told only by who may read all of it: ask "
                     "as the owner of that file, or have its mode changed",
                     path, strerror(errno));
}

/* The folder, and the files in it. */
static enum dibs_error may_read_folder(const char *path, struct error_text *why)
{
    char name[PATH_MAX + NAME_MAX + 2];
    struct stat status;
    enum dibs_error error = may_read(path, R_OK | X_OK, why);
    DIR *folder = error == DIBS_OK ? opendir(path) : NULL;
    for (struct dirent *entry; error == DIBS_OK && folder != NULL && (entry = readdir(folder)) != NULL;) {
        (void)snprintf(name, sizeof name, "%s/%s", path, entry->d_name);
        if (stat(name, &status) == 0 && S_ISREG(status.st_mode))
            error = may_read(name, R_OK, why);
    }
    if (folder != NULL)
        (void)closedir(folder);
    return error;
}

enum dibs_error examine_access(const struct store_place *place, struct error_text *why)
{
    static const char *const files[] = {"store.json", "lock"}, *const folders[] = {"log", "state", "snapshots"};
    char path[PATH_MAX];
    enum dibs_error error = may_read(place->path, R_OK | X_OK, why);
    for (size_t i = 0; error == DIBS_OK && i < sizeof files / sizeof files[0]; i++)
        error = may_read(store_path(place, files[i], path), R_OK, why);
    for (size_t i = 0; error == DIBS_OK && i < sizeof folders / sizeof folders[0]; i++)
        error = may_read_folder(store_path(place, folders[i], path), why);
    return error;
}
