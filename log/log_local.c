/* The log of a store on this host: the seam of log.h over a chain of segments, stamped by the boot's clock. */
#include "log/log_local.h"

#include "base/check.h"
#include "log/segment_chain.h"

#include <inttypes.h>
#include <stdlib.h>
#include <time.h>

enum { SEGMENT_BYTES = 67108864, SEGMENT_BYTES_MIN = SEGMENT_HEADER_BYTES + 1, WAIT_MAX_MS = 1000, LOOK_MAX_MS = 16 };

_Static_assert((int)LOG_STORE_ID_BYTES == (int)SEGMENT_ID_BYTES, "one store id");
_Static_assert((int)LOG_LOCAL_PAYLOAD_MAX == (int)SEGMENT_PAYLOAD_MAX, "one limit");

struct log_local {
    struct log log;
    struct segment_chain chain;
    struct boot_clock clock;
    const struct clock_source *source;
    bool is_recovered;
    bool is_held, is_looked_at; /* log_local_set_held; and what others appended before is known */
    uint64_t committed;
    struct log_local_cut cut; /* by the last recovery */
    uint8_t *scratch;         /* owned; SEGMENT_RECORD_MAX */
};

static struct log_local *local_of(const struct log *log)
{
    return (struct log_local *)log; /* `log` is its first member */
}

static uint64_t local_now_ms(struct log *log)
{
    struct log_local *local = local_of(log);
    uint64_t now_ms = boot_clock_now_ms(&local->clock, local->source), last_ms = local->chain.newest.last_ts_ms;
    /* Another process may see another boot time (a time namespace); its records came first all the same. */
    return now_ms > last_ms ? now_ms : last_ms;
}

static enum dibs_error refresh(struct log_local *local, struct error_text *why)
{
    if (local->is_looked_at)
        return DIBS_OK;
    enum dibs_error error = segment_chain_refresh(&local->chain, why);
    local->is_looked_at = error == DIBS_OK && local->is_held;
    return error;
}

static enum dibs_error local_append(struct log *log, struct span payload, uint64_t *offset, uint64_t *ts_ms,
                                    struct error_text *why)
{
    struct log_local *local = local_of(log);
    struct segment_chain *chain = &local->chain;
    CHECK(local->is_recovered && !chain->options.read_only);
    if (payload.size > SEGMENT_PAYLOAD_MAX)
        return error_say(why, DIBS_BAD_INPUT, "a record of %zu bytes is too large for the log: at most %d",
                         payload.size, SEGMENT_PAYLOAD_MAX);
    enum dibs_error error = refresh(local, why);
    if (error == DIBS_OK && segment_file_is_torn(&chain->newest))
        error = segment_file_cut(&chain->newest, why);
    if (error == DIBS_OK && segment_file_is_full(&chain->newest))
        error = segment_chain_roll(chain, why);
    if (error != DIBS_OK)
        return error;
    uint64_t now_ms = local_now_ms(log);
    error = segment_file_append(&chain->newest, now_ms, payload, local->scratch, why);
    if (error != DIBS_OK)
        return error;
    *offset = chain->newest.end_offset - 1;
    *ts_ms = now_ms;
    return DIBS_OK;
}

static enum dibs_error local_read(struct log *log, uint64_t offset, struct log_record *record, struct error_text *why)
{
    struct log_local *local = local_of(log);
    struct segment_chain *chain = &local->chain;
    if (offset < segment_chain_first(chain))
        offset = segment_chain_first(chain); /* older segments were deleted */
    if (offset < local->committed && (!chain->has_end || offset >= chain->newest.end_offset)) {
        enum dibs_error error = refresh(local, why);
        if (error != DIBS_OK)
            return error;
    }
    if (offset >= chain->newest.end_offset || offset >= local->committed)
        return error_say(why, DIBS_ENDED, "the log ends at offset %" PRIu64, chain->newest.end_offset);
    struct segment_file *file;
    enum dibs_error error = segment_chain_find(chain, offset, &file, why);
    return error == DIBS_OK ? segment_file_read(file, offset, record, why) : error;
}

static enum dibs_error local_end(struct log *log, uint64_t *offset, struct error_text *why)
{
    struct log_local *local = local_of(log);
    enum dibs_error error = refresh(local, why);
    if (error == DIBS_OK)
        *offset = local->chain.newest.end_offset;
    return error;
}

/* Looks at the file's size only, which needs no lock: reading what came does. */
static enum dibs_error local_wait(struct log *log, uint64_t offset, uint32_t timeout_ms, struct error_text *why)
{
    (void)why;
    const struct segment_chain *chain = &local_of(log)->chain;
    uint32_t left_ms = timeout_ms < WAIT_MAX_MS ? timeout_ms : WAIT_MAX_MS;
    for (uint32_t look_ms = 1; offset >= chain->newest.end_offset && !segment_chain_has_grown(chain) && left_ms > 0;) {
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
    segment_chain_close(&local->chain);
    free(local->scratch);
    free(local);
}

static const struct log_methods methods = {.append = local_append,
                                           .read = local_read,
                                           .end = local_end,
                                           .now_ms = local_now_ms,
                                           .wait = local_wait,
                                           .close = local_close};

static uint64_t segment_bytes(uint64_t asked)
{
    if (asked == 0)
        return SEGMENT_BYTES;
    return asked > SEGMENT_BYTES_MIN ? asked : SEGMENT_BYTES_MIN;
}

enum dibs_error log_local_open(const char *path, const struct log_local_options *options, struct log **out,
                               struct error_text *why)
{
    CHECK(!options->create || !options->read_only);
    *out = NULL;
    struct segment_chain_options chain = {.segment_bytes = segment_bytes(options->segment_bytes),
                                          .create = options->create,
                                          .read_only = options->read_only,
                                          .calls = options->calls != NULL ? options->calls : file_calls_system()};
    memcpy(chain.store_id, options->store_id, sizeof chain.store_id);
    struct log_local *local = calloc(1, sizeof *local);
    if (local != NULL)
        local->scratch = malloc(SEGMENT_RECORD_MAX);
    if (local == NULL || local->scratch == NULL) {
        free(local);
        return error_say(why, DIBS_UNAVAILABLE, "no memory to open the log %s", path);
    }
    local->log.methods = &methods;
    local->clock = options->clock;
    local->source = options->source != NULL ? options->source : clock_source_system();
    local->committed = UINT64_MAX;
    enum dibs_error error = segment_chain_open(&local->chain, path, &chain, why);
    if (error != DIBS_OK) {
        local_close(&local->log);
        return error;
    }
    *out = &local->log;
    return DIBS_OK;
}

enum dibs_error log_local_recover(struct log *log, uint64_t known, struct error_text *why)
{
    struct log_local *local = local_of(log);
    struct segment_chain *chain = &local->chain;
    local->is_recovered = false;
    enum dibs_error error = segment_chain_recover(chain, known, why);
    local->cut = (struct log_local_cut){.offset = chain->newest.end_offset,
                                        .bytes = chain->newest.seen_bytes - chain->newest.end_at};
    if (error == DIBS_OK && segment_file_is_torn(&chain->newest) && !chain->options.read_only)
        error = segment_file_cut(&chain->newest, why);
    local->is_recovered = error == DIBS_OK;
    return error;
}

struct log_local_cut log_local_last_cut(const struct log *log)
{
    return local_of(log)->cut;
}

enum dibs_error log_local_recover_after_crash(struct log *log, uint64_t synced, uint64_t unsynced_most,
                                              struct error_text *why)
{
    struct log_local *local = local_of(log);
    struct segment_chain *chain = &local->chain;
    CHECK(!chain->options.read_only);
    local->is_recovered = false;
    enum dibs_error error = segment_chain_recover_after_crash(chain, synced, unsynced_most, why);
    local->cut = (struct log_local_cut){.offset = chain->newest.end_offset,
                                        .bytes = chain->newest.seen_bytes - chain->newest.end_at};
    if (error == DIBS_OK && segment_file_is_torn(&chain->newest))
        error = segment_file_cut(&chain->newest, why);
    local->is_recovered = error == DIBS_OK;
    return error;
}

bool log_local_is_full(const struct log *log)
{
    const struct segment_chain *chain = &local_of(log)->chain;
    return chain->has_end && segment_file_is_full(&chain->newest) && !segment_file_is_torn(&chain->newest);
}

enum dibs_error log_local_roll(struct log *log, struct error_text *why)
{
    return segment_chain_roll(&local_of(log)->chain, why);
}

uint64_t log_local_first(const struct log *log)
{
    return segment_chain_first(&local_of(log)->chain);
}

uint64_t log_local_segment_bytes(const struct log *log)
{
    return local_of(log)->chain.newest.header.roll_bytes;
}

uint64_t log_local_segments_after(const struct log *log, uint64_t offset)
{
    const struct segment_list *list = &local_of(log)->chain.list;
    uint64_t count = 0;
    for (size_t i = list->count; i > 0 && list->firsts[i - 1] > offset; i--)
        count++;
    return count;
}

enum dibs_error log_local_delete_below(struct log *log, uint64_t offset, struct error_text *why)
{
    return segment_chain_delete_below(&local_of(log)->chain, offset, why);
}

void log_local_set_held(struct log *log, bool held)
{
    struct log_local *local = local_of(log);
    local->is_held = held;
    local->is_looked_at = false;
}

void log_local_set_committed(struct log *log, uint64_t offset)
{
    local_of(log)->committed = offset;
}

enum dibs_error log_local_sync(struct log *log, struct error_text *why)
{
    return segment_chain_sync(&local_of(log)->chain, why);
}

uint64_t log_local_last_ts_ms(const struct log *log)
{
    return local_of(log)->chain.newest.last_ts_ms;
}

void log_local_set_clock(struct log *log, const struct boot_clock *clock)
{
    local_of(log)->clock = *clock;
}
