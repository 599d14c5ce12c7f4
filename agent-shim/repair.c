/* Mending a damaged store. See repair.h. */
#include "agent-shim/repair.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "agent-shim/note.h"
#include "agent-shim/store.h"
#include "base/clock.h"
#include "base/private_file.h"
#include "coordinator/state/state.h"
#include "log/segment_file.h"

enum { ASIDE_TRIES = 1000 };

#define MAP_BYTES (UINT64_C(64) << 30)
#define SEGMENT_ROLL_BYTES (UINT64_C(64) << 20)
/* No boot has it: whoever opens the store next builds the state anew, and says so in the log. */
#define NO_BOOT "00000000-0000-0000-0000-000000000000"

static enum dibs_error say_failed(const char *doing, const char *path)
{
    return error_say(note(), DIBS_UNAVAILABLE, "cannot %s %s: %s", doing, path, strerror(errno));
}

static enum dibs_error make_aside(struct repair *repair)
{
    uint64_t now_ms = clock_wall_ms();
    for (int i = 0; i < ASIDE_TRIES; i++) {
        int length = snprintf(repair->aside, sizeof repair->aside, "%s/damaged-%" PRIu64, repair->found.place.path,
                              now_ms + (uint64_t)i);
        if (length >= 0 && (size_t)length < sizeof repair->aside && mkdir(repair->aside, 0777) == 0)
            return DIBS_OK;
        if (errno != EEXIST)
            break;
    }
    return say_failed("make", repair->aside);
}

static enum dibs_error move_aside(const struct repair *repair, const char *path)
{
    char to[PATH_MAX];
    const char *name = strrchr(path, '/') + 1;
    int length = snprintf(to, sizeof to, "%s/%s", repair->aside, name);
    if (length >= (int)sizeof to || (rename(path, to) != 0 && errno != ENOENT))
        return say_failed("move aside", path);
    return DIBS_OK;
}

/* The file stays in its place as well, until it is replaced. */
static enum dibs_error link_aside(const struct repair *repair, const char *path)
{
    char to[PATH_MAX];
    int length = snprintf(to, sizeof to, "%s/%s", repair->aside, strrchr(path, '/') + 1);
    if (length >= (int)sizeof to || link(path, to) != 0)
        return say_failed("keep", path);
    return DIBS_OK;
}

static const char *segment_path(const struct repair *repair, uint64_t first, char out[PATH_MAX])
{
    char name[SEGMENT_NAME_BYTES], inner[SEGMENT_NAME_BYTES + 4];
    segment_file_name(first, name);
    (void)snprintf(inner, sizeof inner, "log/%s", name);
    return store_path(&repair->found.place, inner, out);
}

/* The original goes aside, what is whole of it comes back in its place. */
static enum dibs_error keep_beginning(const struct repair *repair, const struct segment_found *found)
{
    char path[PATH_MAX], draft[PATH_MAX + 8];
    (void)segment_path(repair, found->first, path);
    (void)snprintf(draft, sizeof draft, "%s.new", path);
    int from = open(path, O_RDONLY | O_CLOEXEC), to = open(draft, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    bool good =
        from >= 0 && to >= 0 && file_copy_bytes(from, to, found->end_at) == (int64_t)found->end_at && fsync(to) == 0;
    enum dibs_error error = good ? DIBS_OK : say_failed("copy", path);
    if (from >= 0)
        (void)close(from);
    if (to >= 0)
        (void)close(to);
    if (error == DIBS_OK)
        error = link_aside(repair, path);
    if (error == DIBS_OK && rename(draft, path) != 0)
        error = say_failed("put back", path);
    return error;
}

/* What was made of the records that go. */
static enum dibs_error drop_derived(const struct repair *repair)
{
    const struct examination *found = &repair->found;
    char path[PATH_MAX];
    struct store_snapshots *all = malloc(sizeof *all);
    if (all == NULL)
        return error_say(note(), DIBS_UNAVAILABLE, "there is no memory to list snapshots");
    enum dibs_error error = snapshots_list(&found->place, all, note());
    if (error == DIBS_OK)
        error = move_aside(repair, store_path(&found->place, "state/data.mdb", path));
    for (size_t i = 0; error == DIBS_OK && i < all->count; i++)
        if (all->items[i].offset > found->keep_until)
            error = move_aside(repair, snapshots_path(&found->place, all->items[i].name, "", path));
    free(all);
    return error;
}

/* The last first, so that whoever dies in between leaves what comes to the same plan. */
static enum dibs_error cut(const struct repair *repair)
{
    const struct examination *found = &repair->found;
    char path[PATH_MAX];
    enum dibs_error error = drop_derived(repair);
    for (size_t i = found->segment_count; error == DIBS_OK && i > 0; i--) {
        const struct segment_found *segment = &found->segments[i - 1];
        if (segment->first >= found->keep_until && i > 1)
            error = move_aside(repair, segment_path(repair, segment->first, path));
        else if (segment->is_bad)
            error = keep_beginning(repair, segment);
    }
    return error;
}

static enum dibs_error snapshot_of_state(const struct repair *repair)
{
    const struct state_options options = {.read_only = true, .check_bytes = UINT64_MAX};
    const struct store_place *place = &repair->found.place;
    char path[PATH_MAX];
    struct store_snapshot draft;
    struct state *state = NULL;
    enum dibs_error error = state_open(store_path(place, "state", path), &options, &state, note());
    if (error == DIBS_OK)
        error = snapshots_begin(place, state, &draft, note());
    state_close(state);
    return error == DIBS_OK ? snapshots_finish(place, &draft, note()) : error;
}

/* A log that begins with what comes after the state. */
static enum dibs_error begin_segment(const struct repair *repair)
{
    const struct examination *found = &repair->found;
    struct segment_header header = {.first_offset = found->keep_from, .roll_bytes = SEGMENT_ROLL_BYTES};
    struct segment_file file = {0};
    char path[PATH_MAX];
    memcpy(header.store_id, found->manifest.store_id, sizeof header.store_id);
    int dir_fd = open(store_path(&found->place, "log", path), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (dir_fd < 0)
        return say_failed("open", path);
    enum dibs_error error = segment_file_create(&file, dir_fd, path, &header, file_calls_system(), note());
    segment_file_close(&file);
    (void)close(dir_fd);
    return error;
}

static enum dibs_error drop_history(const struct repair *repair)
{
    const struct examination *found = &repair->found;
    char path[PATH_MAX];
    const struct segment_found *last = &found->segments[found->segment_count - 1];
    bool has_rest = last->first >= found->keep_from && !last->is_bad;
    enum dibs_error error = found->needs_state ? snapshot_of_state(repair) : DIBS_OK;
    if (error == DIBS_OK && !has_rest && last->first == found->keep_from) /* in the new one's place */
        error = move_aside(repair, segment_path(repair, last->first, path));
    if (error == DIBS_OK && !has_rest)
        error = begin_segment(repair);
    for (size_t i = 0; error == DIBS_OK && i < found->segment_count; i++)
        if (found->segments[i].first < found->keep_from)
            error = move_aside(repair, segment_path(repair, found->segments[i].first, path));
    return error;
}

static enum dibs_error write_manifest(struct repair *repair)
{
    struct examination *found = &repair->found;
    struct manifest *manifest = &found->manifest;
    char path[PATH_MAX], text[MANIFEST_TEXT_MAX];
    enum dibs_error error = DIBS_OK;
    if (!found->has_manifest) {
        manifest->map_bytes = MAP_BYTES;
        error = move_aside(repair, store_path(&found->place, "store.json", path));
    }
    (void)snprintf(manifest->clock.boot_id, sizeof manifest->clock.boot_id, "%s", NO_BOOT);
    manifest->synced_offset = found->plan == PLAN_CUT ? found->keep_until : 0;
    manifest->state_device = manifest->state_inode = manifest->state_born_ns =
        0; /* what it has taken in is no longer in the log */
    manifest_print(manifest, text);
    return error == DIBS_OK ? file_replace(store_path(&found->place, "store.json", path), text, note()) : error;
}

enum dibs_error repair_mend(struct repair *repair)
{
    enum dibs_error error = make_aside(repair);
    /* first: where records may be lost, and where nothing is known of the boot, whoever opens it next tells the log */
    if (error == DIBS_OK && (repair->found.plan != PLAN_HISTORY || !repair->found.has_manifest))
        error = write_manifest(repair);
    if (error == DIBS_OK && repair->found.plan == PLAN_CUT)
        error = cut(repair);
    if (error == DIBS_OK && repair->found.plan == PLAN_HISTORY)
        error = drop_history(repair);
    return error;
}
