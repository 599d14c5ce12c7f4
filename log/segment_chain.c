/* The segments of one log in their order: the newest grows, some older ones stay open. */
#include "log/segment_chain.h"

#include "log/file_error.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static enum dibs_error open_segment(const struct segment_chain *chain, uint64_t first, struct segment_file *file,
                                    struct error_text *why)
{
    const struct segment_chain_options *options = &chain->options;
    enum dibs_error error =
        segment_file_open(file, chain->dir_fd, chain->path, first, options->read_only, options->calls, why);
    if (error != DIBS_OK || memcmp(file->header.store_id, options->store_id, SEGMENT_ID_BYTES) == 0)
        return error;
    error = error_say(why, DIBS_DAMAGED, "%s, byte 24: this segment is of another store", file->path);
    segment_file_close(file);
    return error;
}

static struct segment_file *make_room(struct segment_chain *chain)
{
    struct segment_file *room = &chain->older[chain->older_next++ % SEGMENT_CHAIN_OLDER_OPEN];
    segment_file_close(room);
    return room;
}

/* The segment `next` follows the newest one, whose end is known. */
static enum dibs_error move_on(struct segment_chain *chain, struct segment_file *next, struct error_text *why)
{
    enum dibs_error error = segment_list_add(&chain->list, next->header.first_offset, why);
    if (error != DIBS_OK) {
        segment_file_close(next);
        return error;
    }
    next->last_ts_ms = chain->newest.last_ts_ms;
    *make_room(chain) = chain->newest;
    chain->newest = *next;
    return DIBS_OK;
}

enum dibs_error segment_chain_refresh(struct segment_chain *chain, struct error_text *why)
{
    enum dibs_error error;
    if (!chain->has_end) {
        error = segment_file_locate_end(&chain->newest, segment_list_last(&chain->list), why);
        chain->has_end = error == DIBS_OK;
    } else {
        error = segment_file_refresh(&chain->newest, why);
    }
    if (error == DIBS_OK && chain->newest.is_removed)
        return error_say(why, DIBS_UNAVAILABLE, "the log %s was removed while it was in use; open the store again",
                         chain->newest.path);
    while (error == DIBS_OK && segment_file_is_full(&chain->newest) && !segment_file_is_torn(&chain->newest)) {
        struct segment_file next = {0};
        error = open_segment(chain, chain->newest.end_offset, &next, why);
        if (error == DIBS_ENDED)
            return DIBS_OK;
        if (error == DIBS_OK)
            error = move_on(chain, &next, why);
        if (error == DIBS_OK)
            error = segment_file_refresh(&chain->newest, why);
    }
    return error;
}

bool segment_chain_has_grown(const struct segment_chain *chain)
{
    struct stat status;
    if (fstat(chain->newest.fd, &status) != 0 || (uint64_t)status.st_size != chain->newest.seen_bytes)
        return true; /* whatever it is, it's time to look */
    if (!segment_file_is_full(&chain->newest))
        return false;
    char name[SEGMENT_NAME_BYTES];
    segment_file_name(chain->newest.end_offset, name);
    return faccessat(chain->dir_fd, name, F_OK, 0) == 0;
}

enum dibs_error segment_chain_sync(struct segment_chain *chain, struct error_text *why)
{
    if (chain->sync_failed)
        return error_say(why, DIBS_UNAVAILABLE,
                         "an earlier write to %s did not reach the disk; check the disk, then open the store again",
                         chain->newest.path);
    enum dibs_error error = segment_file_sync(&chain->newest, why);
    chain->sync_failed = error != DIBS_OK;
    return error;
}

enum dibs_error segment_chain_roll(struct segment_chain *chain, struct error_text *why)
{
    enum dibs_error error = segment_chain_sync(chain, why);
    if (error != DIBS_OK)
        return error;
    struct segment_header header = chain->newest.header;
    header.first_offset = chain->newest.end_offset;
    struct segment_file next = {0};
    error = segment_file_create(&next, chain->dir_fd, chain->path, &header, chain->options.calls, why);
    return error == DIBS_OK ? move_on(chain, &next, why) : error;
}

/* A segment that was there when the directory was listed. */
static enum dibs_error say_missing(struct segment_chain *chain, uint64_t first, struct error_text *why)
{
    struct segment_list now = {0};
    bool is_older =
        segment_list_read(&now, chain->dir_fd, chain->path, NULL) == DIBS_OK && now.count > 0 && now.firsts[0] > first;
    uint64_t begins = is_older ? now.firsts[0] : 0;
    segment_list_free(&now);
    if (is_older)
        return error_say(why, DIBS_UNAVAILABLE,
                         "the records below %" PRIu64
                         " of %s were deleted meanwhile, as they had become old; read again",
                         begins, chain->path);
    return error_say(why, DIBS_DAMAGED,
                     "the log is damaged: the segment that begins with record %" PRIu64
                     " is missing in %s; restore it from a copy, or see `dibs status --check`",
                     first, chain->path);
}

static enum dibs_error open_older(struct segment_chain *chain, uint64_t offset, struct segment_file **out,
                                  struct error_text *why)
{
    size_t index = segment_list_find(&chain->list, offset);
    uint64_t first = chain->list.firsts[index];
    for (size_t i = 0; i < SEGMENT_CHAIN_OLDER_OPEN; i++) {
        *out = &chain->older[i];
        if ((*out)->is_open && (*out)->header.first_offset == first)
            return DIBS_OK;
    }
    *out = make_room(chain);
    enum dibs_error error = open_segment(chain, first, *out, why);
    if (error == DIBS_OK)
        error = segment_file_set_end(*out, chain->list.firsts[index + 1], why);
    if (error == DIBS_ENDED)
        error = say_missing(chain, first, why);
    if (error != DIBS_OK)
        segment_file_close(*out);
    return error;
}

enum dibs_error segment_chain_find(struct segment_chain *chain, uint64_t offset, struct segment_file **out,
                                   struct error_text *why)
{
    if (offset < chain->newest.header.first_offset)
        return open_older(chain, offset, out, why);
    *out = &chain->newest;
    return DIBS_OK;
}

/* ---------------------------------------------------------------- opening */

static enum dibs_error open_directory(struct segment_chain *chain, struct error_text *why)
{
    if (chain->options.create && mkdir(chain->path, 0777) != 0 && errno != EEXIST)
        return file_error_say(why, DIBS_UNAVAILABLE, "make", chain->path, errno);
    chain->dir_fd = open(chain->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (chain->dir_fd < 0)
        return file_error_say(why, errno == ENOENT ? DIBS_NO_STORE : DIBS_UNAVAILABLE, "open the log", chain->path,
                              errno);
    return segment_list_read(&chain->list, chain->dir_fd, chain->path, why);
}

static enum dibs_error make_first_segment(struct segment_chain *chain, struct error_text *why)
{
    struct segment_header header = {.first_offset = 0, .roll_bytes = chain->options.segment_bytes};
    memcpy(header.store_id, chain->options.store_id, sizeof header.store_id);
    enum dibs_error error = segment_list_add(&chain->list, 0, why);
    if (error != DIBS_OK)
        return error;
    return segment_file_create(&chain->newest, chain->dir_fd, chain->path, &header, chain->options.calls, why);
}

static enum dibs_error open_newest(struct segment_chain *chain, struct error_text *why)
{
    if (chain->list.count == 0)
        return error_say(why, DIBS_NO_STORE, "there is no log in %s", chain->path);
    enum dibs_error error = open_segment(chain, segment_list_last(&chain->list), &chain->newest, why);
    return error == DIBS_ENDED ? DIBS_UNAVAILABLE : error;
}

enum dibs_error segment_chain_open(struct segment_chain *chain, const char *path,
                                   const struct segment_chain_options *options, struct error_text *why)
{
    *chain = (struct segment_chain){.options = *options, .is_open = true, .dir_fd = -1, .path = strdup(path)};
    enum dibs_error error = DIBS_OK;
    if (chain->path == NULL)
        error = error_say(why, DIBS_UNAVAILABLE, "no memory to open the log %s", path);
    if (error == DIBS_OK)
        error = open_directory(chain, why);
    if (error == DIBS_OK && chain->list.count == 0 && options->create)
        error = make_first_segment(chain, why);
    else if (error == DIBS_OK)
        error = open_newest(chain, why);
    if (error != DIBS_OK)
        segment_chain_close(chain);
    return error;
}

void segment_chain_close(struct segment_chain *chain)
{
    if (!chain->is_open)
        return;
    segment_file_close(&chain->newest);
    for (size_t i = 0; i < SEGMENT_CHAIN_OLDER_OPEN; i++)
        segment_file_close(&chain->older[i]);
    if (chain->dir_fd >= 0)
        close(chain->dir_fd);
    segment_list_free(&chain->list);
    free(chain->path);
    *chain = (struct segment_chain){0};
}

/* Since open, which may have been without the lock, other processes may have begun segments. */
static enum dibs_error relist(struct segment_chain *chain, struct error_text *why)
{
    struct segment_list found = {0};
    struct segment_file newest = {0};
    enum dibs_error error = segment_list_read(&found, chain->dir_fd, chain->path, why);
    if (error == DIBS_OK && found.count == 0)
        error = error_say(why, DIBS_DAMAGED, "the log is damaged: all segments in %s are gone", chain->path);
    bool is_same = error == DIBS_OK && segment_list_last(&found) == chain->newest.header.first_offset;
    if (error == DIBS_OK && !is_same)
        error = open_segment(chain, segment_list_last(&found), &newest, why);
    if (error != DIBS_OK) {
        segment_list_free(&found);
        return error == DIBS_ENDED ? DIBS_UNAVAILABLE : error;
    }
    segment_list_free(&chain->list);
    chain->list = found;
    if (!is_same) {
        segment_file_close(&chain->newest);
        chain->newest = newest;
    }
    return DIBS_OK;
}

enum dibs_error segment_chain_recover(struct segment_chain *chain, uint64_t known, struct error_text *why)
{
    chain->has_end = false;
    enum dibs_error error = relist(chain, why);
    if (error == DIBS_OK)
        error = segment_file_locate_end(&chain->newest, known, why);
    chain->has_end = error == DIBS_OK;
    return error == DIBS_OK ? segment_chain_refresh(chain, why) : error;
}

enum dibs_error segment_chain_recover_after_crash(struct segment_chain *chain, uint64_t synced, uint64_t unsynced_most,
                                                  struct error_text *why)
{
    chain->has_end = false;
    enum dibs_error error = relist(chain, why);
    if (error == DIBS_OK)
        error = segment_file_locate_end_after_crash(&chain->newest, synced, unsynced_most, why);
    chain->has_end = error == DIBS_OK;
    return error;
}

enum dibs_error segment_chain_delete_below(struct segment_chain *chain, uint64_t offset, struct error_text *why)
{
    char name[SEGMENT_NAME_BYTES];
    size_t gone = 0;
    while (gone + 1 < chain->list.count && chain->list.firsts[gone + 1] <= offset) {
        segment_file_name(chain->list.firsts[gone], name);
        if (unlinkat(chain->dir_fd, name, 0) != 0 && errno != ENOENT)
            break;
        gone++;
    }
    int number = gone + 1 < chain->list.count && chain->list.firsts[gone + 1] <= offset ? errno : 0;
    memmove(chain->list.firsts, chain->list.firsts + gone, (chain->list.count - gone) * sizeof chain->list.firsts[0]);
    chain->list.count -= gone;
    return number == 0 ? DIBS_OK
                       : file_error_say(why, DIBS_UNAVAILABLE, "delete an old segment of", chain->path, number);
}
