/* The state directory. */
#include "coordinator/daemon/folder.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/private_file.h"

#define CHECK_BYTES (UINT64_C(256) << 20) /* a state up to this size is looked through at each start */

const char *folder_path(const struct folder *folder, const char *name, char out[PATH_MAX])
{
    (void)snprintf(out, PATH_MAX, "%s/%s", folder->path, name);
    return out;
}

/* Who holds it wrote its process id. */
static enum step say_in_use(const struct folder *folder, struct step_reason *reason)
{
    char path[PATH_MAX], holder[32] = "";
    FILE *file = fopen(folder_path(folder, "lock", path), "re");
    if (file != NULL) {
        if (fgets(holder, sizeof holder, file) == NULL)
            holder[0] = '\0';
        (void)fclose(file);
    }
    holder[strcspn(holder, "\n")] = '\0';
    return step_end(reason, EXIT_IN_USE, "the state directory %s is used by another dibsd%s%s; give each its own",
                    folder->path, holder[0] != '\0' ? ", process " : "", holder);
}

static enum step take_lock(struct folder *folder, struct step_reason *reason)
{
    char path[PATH_MAX], own[32];
    folder->lock = open(folder_path(folder, "lock", path), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (folder->lock < 0)
        return step_end(reason, EXIT_LOCAL, "cannot open %s: %s", path, strerror(errno));
    if (flock(folder->lock, LOCK_EX | LOCK_NB) != 0) {
        enum step step = errno == EWOULDBLOCK
                             ? say_in_use(folder, reason)
                             : step_end(reason, EXIT_LOCAL, "cannot lock %s: %s", path, strerror(errno));
        folder_close(folder);
        return step;
    }
    int size = snprintf(own, sizeof own, "%ld\n", (long)getpid());
    if (ftruncate(folder->lock, 0) == 0 && pwrite(folder->lock, own, (size_t)size, 0) < 0)
        (void)ftruncate(folder->lock, 0); /* a full disk: then nobody is named */
    return STEP_DONE;
}

enum step folder_open_shared(struct folder *folder, const char *path, struct step_reason *reason)
{
    *folder = (struct folder){.lock = -1};
    int size = snprintf(folder->path, sizeof folder->path, "%s", path);
    if (size <= 0 || (size_t)size >= sizeof folder->path)
        return step_end(reason, EXIT_CONFIG, "the name of the state directory is too long");
    if (directory_make(folder->path, 0700, &reason->why) == DIBS_OK)
        return STEP_DONE;
    reason->code = EXIT_LOCAL;
    return STEP_END;
}

enum step folder_open(struct folder *folder, const char *path, struct step_reason *reason)
{
    enum step step = folder_open_shared(folder, path, reason);
    return step == STEP_DONE ? take_lock(folder, reason) : step;
}

void folder_close(struct folder *folder)
{
    if (folder->lock >= 0)
        (void)close(folder->lock);
    folder->lock = -1;
}

bool folder_has_state(const struct folder *folder)
{
    char path[PATH_MAX];
    return access(folder_path(folder, "state/data.mdb", path), F_OK) == 0;
}

enum step folder_drop_state(const struct folder *folder, struct step_reason *reason)
{
    char path[PATH_MAX];
    if (unlink(folder_path(folder, "state/data.mdb", path)) != 0 && errno != ENOENT)
        return step_end(reason, EXIT_LOCAL, "cannot delete %s: %s", path, strerror(errno));
    return STEP_DONE;
}

enum step folder_open_state(const struct folder *folder, uint64_t map_bytes, struct state **out, bool *dropped,
                            struct step_reason *reason)
{
    char path[PATH_MAX];
    const struct state_options options = {
        .map_bytes = map_bytes, .resize = true, .create = true, .check_bytes = CHECK_BYTES};
    *dropped = false;
    if (directory_make(folder_path(folder, "state", path), 0700, &reason->why) != DIBS_OK) {
        reason->code = EXIT_LOCAL;
        return STEP_END;
    }
    enum dibs_error error = state_open(path, &options, out, &reason->why);
    if (error == DIBS_DAMAGED) {
        if (folder_drop_state(folder, reason) != STEP_DONE)
            return STEP_END;
        *dropped = true;
        error = state_open(path, &options, out, &reason->why);
    }
    return step_of_state(error, reason);
}
