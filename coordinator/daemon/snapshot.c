/* Copies of the state: made, found, checked, thinned out. */
#include "coordinator/daemon/snapshot.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/private_file.h"
#include "coordinator/core/apply.h"
#include "coordinator/daemon/trace.h"
#include "coordinator/state/rows.h"

enum { SNAPSHOTS_MAX = 1024 };

static const char *path_of(const struct folder *folder, const char *name, const char *file, char out[PATH_MAX])
{
    (void)snprintf(out, PATH_MAX, "%s/snapshots/%s%s", folder->path, name, file);
    return out;
}

static bool parse_name(const char *text, struct snapshot_name *out)
{
    char *end = NULL;
    if (strlen(text) != SNAPSHOT_NAME - 1 || strspn(text, "0123456789") != 20 || text[20] != '-' ||
        strspn(text + 21, "0123456789abcdef") != STATE_DIGEST_TEXT - 1)
        return false;
    (void)snprintf(out->text, sizeof out->text, "%s", text);
    (void)snprintf(out->digest, sizeof out->digest, "%s", text + 21);
    out->offset = strtoull(text, &end, 10);
    return true;
}

static enum step name_of(struct state *state, struct snapshot_name *out, struct step_reason *reason)
{
    enum dibs_error error = state_begin(state, true, &reason->why);
    if (error != DIBS_OK)
        return step_of_state(error, reason);
    out->offset = state_meta(state)->next_offset;
    state_digest_print(core_digest(state), out->digest);
    state_abort(state);
    (void)snprintf(out->text, sizeof out->text, "%020" PRIu64 "-%s", out->offset, out->digest);
    return STEP_DONE;
}

/* ---------------------------------------------------------------- making */

static void erase(const struct folder *folder, const char *name)
{
    char path[PATH_MAX];
    (void)unlink(path_of(folder, name, "/verified", path));
    (void)unlink(path_of(folder, name, "/data.mdb", path));
    (void)rmdir(path_of(folder, name, "", path));
}

static enum step copy_into_place(const struct folder *folder, struct state *state, const struct snapshot_name *name,
                                 struct step_reason *reason)
{
    char draft[PATH_MAX], place[PATH_MAX];
    erase(folder, ".draft");
    if (mkdir(path_of(folder, ".draft", "", draft), 0700) != 0)
        return step_end(reason, EXIT_LOCAL, "cannot make %s: %s", draft, strerror(errno));
    enum dibs_error error = state_copy(state, draft, &reason->why);
    if (error != DIBS_OK) {
        erase(folder, ".draft");
        return step_of_state(error, reason);
    }
    if (rename(draft, path_of(folder, name->text, "", place)) != 0)
        return step_end(reason, EXIT_LOCAL, "cannot rename %s to %s: %s", draft, place, strerror(errno));
    directory_sync_of(place);
    return STEP_DONE;
}

enum step snapshot_make(const struct folder *folder, struct state *state, struct snapshot_name *made,
                        struct step_reason *reason)
{
    struct snapshot_name name;
    char path[PATH_MAX];
    enum step step = name_of(state, &name, reason);
    if (step == STEP_DONE && directory_make(folder_path(folder, "snapshots", path), 0700, &reason->why) != DIBS_OK) {
        reason->code = EXIT_LOCAL;
        step = STEP_END;
    }
    if (step == STEP_DONE && access(path_of(folder, name.text, "/data.mdb", path), F_OK) != 0)
        step = copy_into_place(folder, state, &name, reason);
    if (made != NULL)
        *made = name;
    return step;
}

/* ---------------------------------------------------------------- those there are */

static int newer_first(const void *a, const void *b)
{
    const struct snapshot_name *x = a, *y = b;
    return strcmp(y->text, x->text);
}

/* The newest first; at most SNAPSHOTS_MAX. The caller frees *out. */
static size_t list(const struct folder *folder, struct snapshot_name **out)
{
    char path[PATH_MAX];
    size_t count = 0;
    DIR *directory = opendir(folder_path(folder, "snapshots", path));
    *out = calloc(SNAPSHOTS_MAX, sizeof **out);
    if (directory == NULL || *out == NULL) {
        if (directory != NULL)
            (void)closedir(directory);
        return 0;
    }
    for (struct dirent *entry; count < SNAPSHOTS_MAX && (entry = readdir(directory)) != NULL;)
        count += parse_name(entry->d_name, &(*out)[count]);
    (void)closedir(directory);
    qsort(*out, count, sizeof **out, newer_first);
    return count;
}

static bool is_verified(const struct folder *folder, const struct snapshot_name *name)
{
    char path[PATH_MAX];
    return access(path_of(folder, name->text, "/verified", path), F_OK) == 0 &&
           access(path_of(folder, name->text, "/data.mdb", path), F_OK) == 0;
}

/* Its directory, locked; -1: it is gone, or another has a lock that this one can't be beside. */
static int open_locked(const struct folder *folder, const struct snapshot_name *name, int how)
{
    char path[PATH_MAX];
    int fd = open(path_of(folder, name->text, "", path), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0 || flock(fd, how) == 0)
        return fd;
    (void)close(fd);
    return -1;
}

int snapshot_hold(const struct folder *folder, const struct snapshot_name *name)
{
    char path[PATH_MAX];
    int fd = open_locked(folder, name, LOCK_SH);
    if (fd < 0 || access(path_of(folder, name->text, "/data.mdb", path), F_OK) == 0)
        return fd;
    (void)close(fd);
    return -1;
}

bool snapshot_newest(const struct folder *folder, bool verified, struct snapshot_name *out)
{
    struct snapshot_name *names;
    size_t count = list(folder, &names), i = 0;
    while (i < count && verified && !is_verified(folder, &names[i]))
        i++;
    if (i < count)
        *out = names[i];
    free(names);
    return i < count;
}

void snapshot_thin(const struct folder *folder, uint64_t keep)
{
    struct snapshot_name *names, verified;
    bool has_verified = snapshot_newest(folder, true, &verified);
    size_t count = list(folder, &names);
    for (size_t i = keep; i < count; i++) {
        if (has_verified && strcmp(names[i].text, verified.text) == 0)
            continue;
        int fd = open_locked(folder, &names[i], LOCK_EX | LOCK_NB);
        if (fd < 0)
            continue;
        erase(folder, names[i].text);
        (void)close(fd);
    }
    free(names);
}

enum step snapshot_check(const char *path, struct snapshot_name *name, struct step_reason *reason)
{
    const struct state_options options = {.read_only = true, .check_bytes = UINT64_MAX};
    struct state *state = NULL;
    char base[PATH_MAX];
    struct snapshot_name told;
    (void)snprintf(base, sizeof base, "%s", path);
    for (size_t size = strlen(base); size > 1 && base[size - 1] == '/'; size--)
        base[size - 1] = '\0';
    const char *last = strrchr(base, '/');
    if (!parse_name(last == NULL ? base : last + 1, &told))
        return step_end(reason, EXIT_CONFIG,
                        "%s is no snapshot: its name is OFFSET-DIGEST, as `dibsd snapshot` made it", path);
    enum dibs_error error = state_open(base, &options, &state, &reason->why);
    if (error == DIBS_OK)
        error = state_begin(state, true, &reason->why);
    if (error != DIBS_OK) {
        state_close(state);
        reason->code = error == DIBS_NEWER ? EXIT_NEWER : EXIT_CONFIG;
        return STEP_END;
    }
    bool whole = state_digest_equal(state_digest(state), state_digest_recomputed(state)) &&
                 state_failure(state, &reason->why) == DIBS_OK;
    state_abort(state);
    enum step step = name_of(state, name, reason);
    state_close(state);
    if (step == STEP_DONE && (!whole || strcmp(name->text, told.text) != 0))
        step = step_end(reason, EXIT_CONFIG, "the snapshot %s is damaged: its rows don't give the digest in its name",
                        path);
    return step;
}

/* ---------------------------------------------------------------- commands */

enum exit_code snapshot_command(const struct options *options, struct step_reason *reason)
{
    struct folder folder;
    struct state *state = NULL;
    struct snapshot_name name;
    char path[PATH_MAX];
    const struct state_options how = {0};
    enum step step = folder_open(&folder, options->state, reason);
    if (step != STEP_DONE)
        return reason->code;
    if (!folder_has_state(&folder))
        step = step_end(reason, EXIT_LOCAL, "there is no state in %s yet", folder.path);
    if (step == STEP_DONE)
        step = step_of_state(state_open(folder_path(&folder, "state", path), &how, &state, &reason->why), reason);
    if (step == STEP_DONE)
        step = snapshot_make(&folder, state, &name, reason);
    if (step == STEP_DONE) {
        snapshot_thin(&folder, options->snapshots == 0 ? 1 : options->snapshots);
        (void)printf("%s\n", path_of(&folder, name.text, "", path));
    }
    state_close(state);
    folder_close(&folder);
    return step == STEP_DONE ? EXIT_STOPPED : reason->code;
}

static enum step copy_back(const struct folder *folder, const char *snapshot, struct step_reason *reason)
{
    char path[PATH_MAX];
    struct state *state = NULL;
    const struct state_options how = {.read_only = true};
    if (directory_make(folder_path(folder, "state", path), 0700, &reason->why) != DIBS_OK) {
        reason->code = EXIT_LOCAL;
        return STEP_END;
    }
    enum dibs_error error = state_open(snapshot, &how, &state, &reason->why);
    if (error == DIBS_OK)
        error = state_copy(state, path, &reason->why);
    state_close(state);
    return step_of_state(error, reason);
}

/* A dibsd that was refused at its first start leaves a state in which nothing is; a restore that had no room, or was killed,
 * a damaged one, which dibsd would drop, too. */
static enum step make_way(const struct folder *folder, struct step_reason *reason)
{
    const struct state_options how = {.read_only = true};
    struct state *state = NULL;
    char path[PATH_MAX];
    bool is_empty = false;
    if (!folder_has_state(folder))
        return STEP_DONE;
    enum dibs_error error = state_open(folder_path(folder, "state", path), &how, &state, &reason->why);
    if (error == DIBS_OK)
        error = state_begin(state, true, &reason->why);
    if (error == DIBS_OK)
        is_empty = state_meta(state)->next_offset == 0;
    state_close(state);
    return is_empty || error == DIBS_DAMAGED
               ? folder_drop_state(folder, reason)
               : step_end(reason, EXIT_CONFIG, "%s has a state already; name an empty directory, or move %s/state away",
                          folder->path, folder->path);
}

enum exit_code restore_command(const struct options *options, const char *snapshot, struct step_reason *reason)
{
    struct folder folder;
    struct snapshot_name name;
    enum step step = folder_open(&folder, options->state, reason);
    if (step != STEP_DONE)
        return reason->code;
    step = snapshot_check(snapshot, &name, reason);
    if (step == STEP_DONE)
        step = make_way(&folder, reason);
    if (step == STEP_DONE)
        step = copy_back(&folder, snapshot, reason);
    if (step == STEP_DONE)
        (void)printf("restored: offset %" PRIu64 ", digest %s\n", name.offset, name.digest);
    folder_close(&folder);
    return step == STEP_DONE ? EXIT_STOPPED : reason->code;
}
