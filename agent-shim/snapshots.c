/* Copies of a store's state. See snapshots.h. */
#include "agent-shim/snapshots.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/private_file.h"
#include "coordinator/core/apply.h"
#include "coordinator/state/rows.h"
#include "coordinator/intake/intake.h"

enum { DRAFT_OLD_S = 3600, KEPT_NEWEST = 2 };

const char *snapshots_path(const struct store_place *place, const char *name, const char *file, char out[PATH_MAX])
{
    int length = snprintf(out, PATH_MAX, "%s/snapshots/%s%s", place->path, name, file);
    if (length < 0 || length >= PATH_MAX)
        out[0] = '\0';
    return out;
}

static bool parse_name(const char *text, struct store_snapshot *out)
{
    if (strlen(text) != SNAPSHOT_NAME_BYTES - 1 || strspn(text, "0123456789") != 20 || text[20] != '-' ||
        strspn(text + 21, "0123456789") != 20 || text[41] != '-' ||
        strspn(text + 42, "0123456789abcdef") != STATE_DIGEST_TEXT - 1)
        return false;
    memcpy(out->name, text, SNAPSHOT_NAME_BYTES);
    memcpy(out->digest, text + 42, STATE_DIGEST_TEXT);
    out->offset = strtoull(text, NULL, 10);
    out->ts_ms = strtoull(text + 21, NULL, 10);
    return true;
}

static int by_offset(const void *a, const void *b)
{
    const struct store_snapshot *x = a, *y = b;
    return (x->offset > y->offset) - (x->offset < y->offset);
}

enum dibs_error snapshots_list(const struct store_place *place, struct store_snapshots *out, struct error_text *why)
{
    char path[PATH_MAX];
    out->count = 0;
    DIR *directory = opendir(snapshots_path(place, "", "", path));
    if (directory == NULL && errno != ENOENT && errno != ENOTDIR)
        return error_say(why, DIBS_UNAVAILABLE, "cannot list %s: %s", path, strerror(errno));
    if (directory == NULL)
        return DIBS_OK;
    for (struct dirent *entry; out->count < SNAPSHOTS_MAX && (entry = readdir(directory)) != NULL;)
        out->count += parse_name(entry->d_name, &out->items[out->count]);
    (void)closedir(directory);
    qsort(out->items, out->count, sizeof out->items[0], by_offset);
    return DIBS_OK;
}

static void erase(const struct store_place *place, const char *name)
{
    char path[PATH_MAX];
    (void)unlink(snapshots_path(place, name, "/data.mdb", path));
    (void)rmdir(snapshots_path(place, name, "", path));
}

/* ---------------------------------------------------------------- making */

/* What killed makers left. */
static void erase_old_drafts(const struct store_place *place)
{
    char path[PATH_MAX];
    DIR *directory = opendir(snapshots_path(place, "", "", path));
    if (directory == NULL)
        return;
    for (struct dirent *entry; (entry = readdir(directory)) != NULL;) {
        struct stat status;
        if (strncmp(entry->d_name, ".draft-", 7) == 0 &&
            stat(snapshots_path(place, entry->d_name, "", path), &status) == 0 &&
            time(NULL) - status.st_mtime > DRAFT_OLD_S)
            erase(place, entry->d_name);
    }
    (void)closedir(directory);
}

static void draft_name(const struct store_snapshot *draft, char out[SNAPSHOT_NAME_BYTES + 8])
{
    (void)snprintf(out, SNAPSHOT_NAME_BYTES + 8, ".draft-%s", draft->name);
}

static enum dibs_error name_of(struct state *state, struct store_snapshot *out, struct error_text *why)
{
    enum dibs_error error = state_begin(state, true, why);
    if (error != DIBS_OK)
        return error;
    out->offset = intake_next(state);
    out->ts_ms = state_meta(state)->last_ts_ms;
    state_digest_print(core_digest(state), out->digest);
    error = state_failure(state, why);
    state_abort(state);
    (void)snprintf(out->name, sizeof out->name, "%020" PRIu64 "-%020" PRIu64 "-%s", out->offset, out->ts_ms,
                   out->digest);
    return error;
}

enum dibs_error snapshots_begin(const struct store_place *place, struct state *state, struct store_snapshot *draft,
                                struct error_text *why)
{
    char name[SNAPSHOT_NAME_BYTES + 8], path[PATH_MAX], file[PATH_MAX];
    enum dibs_error error = name_of(state, draft, why);
    if (error != DIBS_OK)
        return error;
    if (mkdir(snapshots_path(place, "", "", path), 0777) != 0 && errno != EEXIST)
        return error_say(why, DIBS_UNAVAILABLE, "cannot make %s: %s", path, strerror(errno));
    erase_old_drafts(place);
    draft_name(draft, name);
    if (mkdir(snapshots_path(place, name, "", path), 0777) != 0 && errno != EEXIST)
        return error_say(why, DIBS_UNAVAILABLE, "cannot make %s: %s", path, strerror(errno));
    error = state_copy_to_file(state, snapshots_path(place, name, "/data.mdb", file), why);
    if (error != DIBS_OK)
        erase(place, name);
    return error;
}

static bool sync_path(const char *path, int how)
{
    int handle = open(path, how | O_CLOEXEC);
    bool synced = handle >= 0 && fsync(handle) == 0;
    if (handle >= 0)
        (void)close(handle);
    return synced;
}

/* One of that name is the same, or damaged: it makes way. */
static bool put(const struct store_place *place, const char *from, const char *to, const char *name)
{
    if (rename(from, to) == 0)
        return true;
    if (errno != ENOTEMPTY && errno != EEXIST)
        return false;
    erase(place, name);
    return rename(from, to) == 0;
}

enum dibs_error snapshots_finish(const struct store_place *place, const struct store_snapshot *draft,
                                 struct error_text *why)
{
    char name[SNAPSHOT_NAME_BYTES + 8], file[PATH_MAX], from[PATH_MAX], to[PATH_MAX], above[PATH_MAX];
    draft_name(draft, name);
    (void)snapshots_path(place, name, "", from);
    (void)snapshots_path(place, draft->name, "", to);
    if (sync_path(snapshots_path(place, name, "/data.mdb", file), O_RDWR) && sync_path(from, O_RDONLY | O_DIRECTORY) &&
        put(place, from, to, draft->name) && sync_path(snapshots_path(place, "", "", above), O_RDONLY | O_DIRECTORY))
        return DIBS_OK;
    int number = errno;
    erase(place, name);
    return error_say(why, DIBS_UNAVAILABLE, "cannot keep the snapshot %s: %s", to, strerror(number));
}

/* ---------------------------------------------------------------- using */

enum dibs_error snapshots_check(const struct store_place *place, const struct store_snapshot *snapshot,
                                struct error_text *why)
{
    const struct state_options options = {.read_only = true, .check_bytes = UINT64_MAX};
    char path[PATH_MAX];
    struct state *state = NULL;
    struct store_snapshot found;
    enum dibs_error error = state_open(snapshots_path(place, snapshot->name, "", path), &options, &state, why);
    if (error == DIBS_OK)
        error = name_of(state, &found, why);
    state_close(state);
    if (error == DIBS_OK && strcmp(found.name, snapshot->name) != 0)
        error = error_say(why, DIBS_DAMAGED, "the snapshot %s is not what its name says", path);
    return error;
}

static enum dibs_error copy_file(const char *from, const char *to, struct error_text *why)
{
    char draft[PATH_MAX];
    int length = snprintf(draft, sizeof draft, "%s.new", to);
    int source = open(from, O_RDONLY | O_CLOEXEC);
    int target = length < (int)sizeof draft ? open(draft, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666) : -1;
    bool copied =
        source >= 0 && target >= 0 && file_copy_bytes(source, target, UINT64_MAX) >= 0 && rename(draft, to) == 0;
    int number = errno;
    if (source >= 0)
        (void)close(source);
    if (target >= 0)
        (void)close(target);
    if (!copied)
        (void)unlink(draft);
    return copied ? DIBS_OK : error_say(why, DIBS_UNAVAILABLE, "cannot copy %s to %s: %s", from, to, strerror(number));
}

enum dibs_error snapshots_restore(const struct store_place *place, uint64_t first, uint64_t last, bool oldest,
                                  const char *to, uint64_t *out_offset, struct error_text *why)
{
    struct store_snapshots *all = malloc(sizeof *all);
    enum dibs_error error = DIBS_OK;
    char path[PATH_MAX];
    *out_offset = 0;
    if (all == NULL)
        return error_say(why, DIBS_UNAVAILABLE, "there is no memory to look for snapshots");
    error = snapshots_list(place, all, why);
    for (size_t i = 0; i < all->count; i++) {
        const struct store_snapshot *one = &all->items[oldest ? i : all->count - 1 - i];
        struct error_text unsound;
        if (one->offset < first || one->offset > last || snapshots_check(place, one, &unsound) != DIBS_OK)
            continue;
        error = copy_file(snapshots_path(place, one->name, "/data.mdb", path), to, why);
        *out_offset = error == DIBS_OK ? one->offset : 0;
        break;
    }
    free(all);
    return error;
}

void snapshots_thin(const struct store_place *place, uint64_t base, uint64_t spacing_ms)
{
    struct store_snapshots *all = malloc(sizeof *all);
    uint64_t kept_ms = 0;
    bool has_kept = false;
    struct error_text ignored;
    bool is_listed = all != NULL && snapshots_list(place, all, &ignored) == DIBS_OK; /* else the next time */
    for (size_t i = 0; is_listed && i < all->count; i++) {
        const struct store_snapshot *one = &all->items[i];
        bool is_newest = i + KEPT_NEWEST >= all->count;
        bool is_spaced = !has_kept || one->ts_ms - kept_ms >= spacing_ms || one->offset == base;
        if (one->offset < base || (!is_newest && !is_spaced)) {
            erase(place, one->name);
        } else {
            kept_ms = one->ts_ms;
            has_kept = true;
        }
    }
    free(all);
}
