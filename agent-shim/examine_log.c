/* What stands in the segments of a store's log. See examine.h. */
#include "agent-shim/examine.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "agent-shim/store.h"
#include "agent-shim/store_state.h"
#include "log/segment_file.h"
#include "log/segment_list.h"

/* See examine_cannot_tell; and a newer dibs may know what this one does not. */
static bool cannot_tell(enum dibs_error error)
{
    return error == DIBS_UNAVAILABLE || error == DIBS_NEWER;
}

enum dibs_error examine_cannot_tell(enum dibs_error error, const struct error_text *cause, struct error_text *why)
{
    const struct error_text words = *cause; /* it may be *why */
    return error_say(why, error, "whether the store is damaged cannot be told: %s", words.text);
}

static enum dibs_error look_into(const struct examination *out, struct segment_file *file, struct segment_found *found,
                                 bool is_newest)
{
    struct segment_file strict = *file;
    bool may_have_holes = out->after_crash && is_newest;
    uint64_t synced = 0, unsynced_most = may_have_holes && out->manifest.sync ? STORE_TURN_MOST : UINT64_MAX;
    enum dibs_error error = may_have_holes ? state_synced(&out->place, &out->manifest, &synced, &found->why) : DIBS_OK;
    if (error == DIBS_OK)
        error = segment_file_locate_end_after_crash(file, synced, unsynced_most, &found->why);
    found->end = file->end_offset;
    found->end_at = file->end_at;
    found->bytes = file->seen_bytes;
    if (cannot_tell(error))
        return error;
    found->is_bad = error != DIBS_OK || (found->end_at < found->bytes && !is_newest);
    if (found->is_bad && error == DIBS_OK)
        (void)segment_file_say_damaged(file, found->end_at, "this is not the record that was written here",
                                       &found->why);
    if (!found->is_bad && found->end_at < found->bytes && !out->after_crash) { /* a torn end, or damage? */
        strict.buffer = (struct segment_buffer){0};
        strict.marks = (struct segment_marks){0};
        error = segment_file_locate_end(&strict, file->header.first_offset, &found->why);
        found->is_bad = error != DIBS_OK;
        segment_buffer_free(&strict.buffer);
        segment_marks_free(&strict.marks);
    }
    return cannot_tell(error) ? error : DIBS_OK;
}

static enum dibs_error look_at_segment(struct examination *out, int dir_fd, const char *path, bool is_newest,
                                       struct segment_found *found)
{
    struct segment_file file = {0};
    enum dibs_error error =
        segment_file_open(&file, dir_fd, path, found->first, true, file_calls_system(), &found->why);
    if (cannot_tell(error))
        return error;
    found->end = found->first;
    found->is_bad = error != DIBS_OK;
    if (error != DIBS_OK)
        return DIBS_OK;
    if (!out->has_store_id)
        memcpy(out->manifest.store_id, file.header.store_id, sizeof out->manifest.store_id);
    out->has_store_id = true;
    if (memcmp(out->manifest.store_id, file.header.store_id, sizeof out->manifest.store_id) != 0) {
        found->is_bad = true;
        (void)error_say(&found->why, DIBS_DAMAGED, "%s, byte 24: this segment is of another store", file.path);
    } else {
        error = look_into(out, &file, found, is_newest);
    }
    segment_file_close(&file);
    return error;
}

static const struct segment_found *known_segment(const struct examination *out, uint64_t first)
{
    for (size_t i = 0; i + 1 < out->segment_count; i++) { /* not the newest: it grows */
        if (out->segments[i].first == first && !out->segments[i].is_bad)
            return &out->segments[i];
    }
    return NULL;
}

/* What is known already is not looked at again: the second time others stand still meanwhile. */
static enum dibs_error look_at_segments(struct examination *out, int dir_fd, const char *path,
                                        const struct segment_list *list, struct error_text *why)
{
    enum dibs_error error = DIBS_OK;
    struct segment_found *segments = list->count > 0 ? calloc(list->count, sizeof *segments) : NULL;
    if (list->count > 0 && segments == NULL)
        return error_say(why, DIBS_UNAVAILABLE, "there is no memory to look at the log");
    for (size_t i = 0; error == DIBS_OK && i < list->count; i++) {
        const struct segment_found *known = known_segment(out, list->firsts[i]);
        segments[i].first = list->firsts[i];
        if (known != NULL)
            segments[i] = *known;
        else
            error = look_at_segment(out, dir_fd, path, i + 1 == list->count, &segments[i]);
        if (error != DIBS_OK)
            error = examine_cannot_tell(error, &segments[i].why, why);
    }
    free(out->segments);
    out->segments = segments;
    out->segment_count = list->count;
    return error;
}

enum dibs_error examine_log(struct examination *out, struct error_text *why)
{
    char path[PATH_MAX];
    struct segment_list list = {0};
    int dir_fd = open(store_path(&out->place, "log", path), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    enum dibs_error error = DIBS_OK;
    if (dir_fd < 0 && errno != ENOENT && errno != ENOTDIR)
        return error_say(why, DIBS_UNAVAILABLE, "whether the store is damaged cannot be told: cannot open %s: %s", path,
                         strerror(errno));
    if (dir_fd >= 0)
        error = segment_list_read(&list, dir_fd, path, why);
    if (error == DIBS_OK)
        error = look_at_segments(out, dir_fd, path, &list, why);
    segment_list_free(&list);
    if (dir_fd >= 0)
        (void)close(dir_fd);
    return error;
}
