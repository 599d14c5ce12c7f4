/* The log of a store on this host: segments in a directory, the newest of which grows. */
#include "log/log_local.h"

#include "base/check.h"
#include "log/file_error.h"
#include "log/segment_file.h"
#include "log/segment_list.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum {
    SEGMENT_BYTES = 67108864,
    SEGMENT_BYTES_MIN = SEGMENT_HEADER_BYTES + 1,
    WAIT_MAX_MS = 1000,
    LOOK_MAX_MS = 16,
    OLDER_OPEN = 4
};

_Static_assert((int)LOG_STORE_ID_BYTES == (int)SEGMENT_ID_BYTES, "one store id");
_Static_assert((int)LOG_LOCAL_PAYLOAD_MAX == (int)SEGMENT_PAYLOAD_MAX, "one limit");

struct log_local {
    struct log log;
    struct log_local_options options; /* with the defaults filled in */
    char *path;                       /* owned */
    int dir_fd;
    struct segment_list segments; /* the last is `newest` */
    struct segment_file newest;
    struct segment_file older[OLDER_OPEN]; /* some that were read */
    size_t older_next;                     /* which of them makes room */
    bool has_end;                          /* the end of `newest` is known */
    bool is_recovered;
    bool sync_failed; /* sticky: after a failed sync the kernel may have dropped what it couldn't write */
    uint64_t committed;
    uint8_t *scratch; /* owned; SEGMENT_RECORD_MAX */
};

static struct log_local *local_of(const struct log *log)
{
    return (struct log_local *)log; /* `log` is its first member */
}

/* ---------------------------------------------------------------- segments */

static enum dibs_error open_segment(const struct log_local *local, uint64_t first, struct segment_file *file,
                                    struct error_text *why)
{
    const struct log_local_options *options = &local->options;
    enum dibs_error error =
        segment_file_open(file, local->dir_fd, local->path, first, options->read_only, options->calls, why);
    if (error != DIBS_OK || memcmp(file->header.store_id, options->store_id, LOG_STORE_ID_BYTES) == 0)
        return error;
    char path[4096];
    strncpy(path, file->path, sizeof path - 1);
    path[sizeof path - 1] = '\0';
    segment_file_close(file);
    return error_say(why, DIBS_DAMAGED, "%s, byte 24: this segment is of another store", path);
}

static struct segment_file *make_room(struct log_local *local)
{
    struct segment_file *room = &local->older[local->older_next++ % OLDER_OPEN];
    segment_file_close(room);
    return room;
}

/* The segment `next` follows the newest one, whose end is known. */
static enum dibs_error move_on(struct log_local *local, struct segment_file *next, struct error_text *why)
{
    enum dibs_error error = segment_list_add(&local->segments, next->header.first_offset, why);
    if (error != DIBS_OK) {
        segment_file_close(next);
        return error;
    }
    next->last_ts_ms = local->newest.last_ts_ms;
    *make_room(local) = local->newest;
    local->newest = *next;
    return DIBS_OK;
}

/* Sees what other processes added: records, and segments after a full one. */
static enum dibs_error refresh(struct log_local *local, struct error_text *why)
{
    enum dibs_error error;
    if (!local->has_end) {
        error = segment_file_locate_end(&local->newest, segment_list_last(&local->segments), why);
        local->has_end = error == DIBS_OK;
    } else {
        error = segment_file_refresh(&local->newest, why);
    }
    if (error == DIBS_OK && local->newest.is_removed)
        return error_say(why, DIBS_UNAVAILABLE, "the log %s was removed while it was in use; open the store again",
                         local->newest.path);
    while (error == DIBS_OK && segment_file_is_full(&local->newest) && !segment_file_is_torn(&local->newest)) {
        struct segment_file next = {0};
        error = open_segment(local, local->newest.end_offset, &next, why);
        if (error == DIBS_ENDED)
            return DIBS_OK;
        if (error == DIBS_OK)
            error = move_on(local, &next, why);
        if (error == DIBS_OK)
            error = segment_file_refresh(&local->newest, why);
    }
    return error;
}

static enum dibs_error sync_newest(struct log_local *local, struct error_text *why)
{
    if (local->sync_failed)
        return error_say(why, DIBS_UNAVAILABLE,
                         "an earlier write to %s did not reach the disk; check the disk, then open the store again",
                         local->newest.path);
    enum dibs_error error = segment_file_sync(&local->newest, why);
    local->sync_failed = error != DIBS_OK;
    return error;
}

/* The newest segment is full: makes the next one. The full one is on the disk before a record can follow it. */
static enum dibs_error roll(struct log_local *local, struct error_text *why)
{
    enum dibs_error error = sync_newest(local, why);
    if (error != DIBS_OK)
        return error;
    struct segment_header header = local->newest.header;
    header.first_offset = local->newest.end_offset;
    struct segment_file next = {0};
    error = segment_file_create(&next, local->dir_fd, local->path, &header, local->options.calls, why);
    return error == DIBS_OK ? move_on(local, &next, why) : error;
}

/* ---------------------------------------------------------------- the seam */

static uint64_t local_now_ms(struct log *log)
{
    struct log_local *local = local_of(log);
    uint64_t now_ms = boot_clock_now_ms(&local->options.clock, local->options.source);
    /* Another process may see another boot time (a time namespace); its records came first all the same. */
    return now_ms > local->newest.last_ts_ms ? now_ms : local->newest.last_ts_ms;
}

static enum dibs_error local_append(struct log *log, struct span payload, uint64_t *offset, uint64_t *ts_ms,
                                    struct error_text *why)
{
    struct log_local *local = local_of(log);
    CHECK(local->is_recovered && !local->options.read_only);
    if (payload.size > SEGMENT_PAYLOAD_MAX)
        return error_say(why, DIBS_BAD_INPUT, "a record of %zu bytes is too large for the log: at most %d",
                         payload.size, SEGMENT_PAYLOAD_MAX);
    enum dibs_error error = refresh(local, why);
    if (error == DIBS_OK && segment_file_is_torn(&local->newest))
        error = segment_file_cut(&local->newest, why);
    if (error == DIBS_OK && segment_file_is_full(&local->newest))
        error = roll(local, why);
    if (error != DIBS_OK)
        return error;
    uint64_t now_ms = local_now_ms(log);
    error = segment_file_append(&local->newest, now_ms, payload, local->scratch, why);
    if (error != DIBS_OK)
        return error;
    *offset = local->newest.end_offset - 1;
    *ts_ms = now_ms;
    return DIBS_OK;
}

/* The segment that holds an offset below the first of `newest`. */
static enum dibs_error open_older(struct log_local *local, uint64_t offset, struct segment_file **out,
                                  struct error_text *why)
{
    size_t index = segment_list_find(&local->segments, offset);
    uint64_t first = local->segments.firsts[index];
    for (size_t i = 0; i < OLDER_OPEN; i++) {
        *out = &local->older[i];
        if ((*out)->is_open && (*out)->header.first_offset == first)
            return DIBS_OK;
    }
    *out = make_room(local);
    enum dibs_error error = open_segment(local, first, *out, why);
    if (error == DIBS_OK)
        error = segment_file_set_end(*out, local->segments.firsts[index + 1], why);
    if (error == DIBS_ENDED)
        error = DIBS_DAMAGED; /* it was there when we listed the directory; the words name it */
    if (error != DIBS_OK)
        segment_file_close(*out);
    return error;
}

static enum dibs_error local_read(struct log *log, uint64_t offset, struct log_record *record, struct error_text *why)
{
    struct log_local *local = local_of(log);
    if (offset < local->segments.firsts[0])
        offset = local->segments.firsts[0]; /* older segments were deleted */
    if (offset < local->committed && (!local->has_end || offset >= local->newest.end_offset)) {
        enum dibs_error error = refresh(local, why);
        if (error != DIBS_OK)
            return error;
    }
    if (offset >= local->newest.end_offset || offset >= local->committed)
        return error_say(why, DIBS_ENDED, "the log ends at offset %" PRIu64, local->newest.end_offset);
    if (offset >= local->newest.header.first_offset)
        return segment_file_read(&local->newest, offset, record, why);
    struct segment_file *older;
    enum dibs_error error = open_older(local, offset, &older, why);
    return error == DIBS_OK ? segment_file_read(older, offset, record, why) : error;
}

static enum dibs_error local_end(struct log *log, uint64_t *offset, struct error_text *why)
{
    struct log_local *local = local_of(log);
    enum dibs_error error = refresh(local, why);
    if (error == DIBS_OK)
        *offset = local->newest.end_offset;
    return error;
}

static bool has_grown(const struct log_local *local)
{
    struct stat status;
    if (fstat(local->newest.fd, &status) != 0 || (uint64_t)status.st_size != local->newest.seen_bytes)
        return true; /* whatever it is, it's time to look */
    if (!segment_file_is_full(&local->newest))
        return false;
    char name[SEGMENT_NAME_BYTES];
    segment_file_name(local->newest.end_offset, name);
    return faccessat(local->dir_fd, name, F_OK, 0) == 0;
}

/* Looks at the file's size only, which needs no lock: reading what came does. */
static enum dibs_error local_wait(struct log *log, uint64_t offset, uint32_t timeout_ms, struct error_text *why)
{
    (void)why;
    struct log_local *local = local_of(log);
    uint32_t left_ms = timeout_ms < WAIT_MAX_MS ? timeout_ms : WAIT_MAX_MS;
    for (uint32_t look_ms = 1; offset >= local->newest.end_offset && !has_grown(local) && left_ms > 0;) {
        uint32_t now_ms = look_ms < left_ms ? look_ms : left_ms;
        struct timespec time = {.tv_sec = now_ms / 1000, .tv_nsec = (long)(now_ms % 1000) * 1000000};
        nanosleep(&time, NULL);
        left_ms -= now_ms;
        look_ms = look_ms * 2 < LOOK_MAX_MS ? look_ms * 2 : LOOK_MAX_MS;
    }
    return DIBS_OK;
}

static void local_close(struct log *log)
{
    struct log_local *local = local_of(log);
    segment_file_close(&local->newest);
    for (size_t i = 0; i < OLDER_OPEN; i++)
        segment_file_close(&local->older[i]);
    if (local->dir_fd >= 0)
        close(local->dir_fd);
    segment_list_free(&local->segments);
    free(local->scratch);
    free(local->path);
    free(local);
}

/* ---------------------------------------------------------------- opening */

static enum dibs_error open_directory(struct log_local *local, struct error_text *why)
{
    if (local->options.create && mkdir(local->path, 0777) != 0 && errno != EEXIST)
        return file_error_say(why, DIBS_UNAVAILABLE, "make", local->path, errno);
    local->dir_fd = open(local->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (local->dir_fd < 0)
        return file_error_say(why, errno == ENOENT ? DIBS_NO_STORE : DIBS_UNAVAILABLE, "open the log", local->path,
                              errno);
    return segment_list_read(&local->segments, local->dir_fd, local->path, why);
}

static enum dibs_error make_first_segment(struct log_local *local, struct error_text *why)
{
    struct segment_header header = {.first_offset = 0, .roll_bytes = local->options.segment_bytes};
    memcpy(header.store_id, local->options.store_id, sizeof header.store_id);
    enum dibs_error error = segment_list_add(&local->segments, 0, why);
    if (error != DIBS_OK)
        return error;
    return segment_file_create(&local->newest, local->dir_fd, local->path, &header, local->options.calls, why);
}

static enum dibs_error open_newest(struct log_local *local, struct error_text *why)
{
    if (local->segments.count == 0)
        return error_say(why, DIBS_NO_STORE, "there is no log in %s", local->path);
    enum dibs_error error = open_segment(local, segment_list_last(&local->segments), &local->newest, why);
    return error == DIBS_ENDED ? DIBS_UNAVAILABLE : error;
}

static const struct log_methods methods = {.append = local_append,
                                           .read = local_read,
                                           .end = local_end,
                                           .now_ms = local_now_ms,
                                           .wait = local_wait,
                                           .close = local_close};

enum dibs_error log_local_open(const char *path, const struct log_local_options *options, struct log **out,
                               struct error_text *why)
{
    CHECK(!options->create || !options->read_only);
    *out = NULL;
    struct log_local *local = calloc(1, sizeof *local);
    if (local == NULL)
        return error_say(why, DIBS_UNAVAILABLE, "no memory to open the log %s", path);
    *local = (struct log_local){.log.methods = &methods,
                                .options = *options,
                                .path = strdup(path),
                                .dir_fd = -1,
                                .committed = UINT64_MAX,
                                .scratch = malloc(SEGMENT_RECORD_MAX)};
    if (local->options.source == NULL)
        local->options.source = clock_source_system();
    if (local->options.calls == NULL)
        local->options.calls = file_calls_system();
    if (local->options.segment_bytes < SEGMENT_BYTES_MIN)
        local->options.segment_bytes = local->options.segment_bytes == 0 ? SEGMENT_BYTES : SEGMENT_BYTES_MIN;

    enum dibs_error error = DIBS_OK;
    if (local->path == NULL || local->scratch == NULL)
        error = error_say(why, DIBS_UNAVAILABLE, "no memory to open the log %s", path);
    if (error == DIBS_OK)
        error = open_directory(local, why);
    if (error == DIBS_OK && local->segments.count == 0 && options->create)
        error = make_first_segment(local, why);
    else if (error == DIBS_OK)
        error = open_newest(local, why);
    if (error != DIBS_OK) {
        local_close(&local->log);
        return error;
    }
    *out = &local->log;
    return DIBS_OK;
}

/* Since open, which may have been without the lock, other processes may have begun segments. */
static enum dibs_error relist(struct log_local *local, struct error_text *why)
{
    struct segment_list found = {0};
    struct segment_file newest = {0};
    enum dibs_error error = segment_list_read(&found, local->dir_fd, local->path, why);
    if (error == DIBS_OK && found.count == 0)
        error = error_say(why, DIBS_DAMAGED, "the log is damaged: all segments in %s are gone", local->path);
    bool is_same = error == DIBS_OK && segment_list_last(&found) == local->newest.header.first_offset;
    if (error == DIBS_OK && !is_same)
        error = open_segment(local, segment_list_last(&found), &newest, why);
    if (error != DIBS_OK) {
        segment_list_free(&found);
        return error == DIBS_ENDED ? DIBS_UNAVAILABLE : error;
    }
    segment_list_free(&local->segments);
    local->segments = found;
    if (!is_same) {
        segment_file_close(&local->newest);
        local->newest = newest;
    }
    return DIBS_OK;
}

enum dibs_error log_local_recover(struct log *log, uint64_t known, struct error_text *why)
{
    struct log_local *local = local_of(log);
    local->is_recovered = local->has_end = false;
    enum dibs_error error = relist(local, why);
    if (error == DIBS_OK)
        error = segment_file_locate_end(&local->newest, known, why);
    local->has_end = error == DIBS_OK;
    if (error == DIBS_OK)
        error = refresh(local, why);
    if (error == DIBS_OK && segment_file_is_torn(&local->newest) && !local->options.read_only)
        error = segment_file_cut(&local->newest, why);
    local->is_recovered = error == DIBS_OK;
    return error;
}

void log_local_set_committed(struct log *log, uint64_t offset)
{
    local_of(log)->committed = offset;
}

uint64_t log_local_committed(const struct log *log)
{
    return local_of(log)->committed;
}

enum dibs_error log_local_sync(struct log *log, struct error_text *why)
{
    return sync_newest(local_of(log), why);
}

uint64_t log_local_last_ts_ms(const struct log *log)
{
    return local_of(log)->newest.last_ts_ms;
}

void log_local_set_clock(struct log *log, const struct boot_clock *clock)
{
    local_of(log)->options.clock = *clock;
}
