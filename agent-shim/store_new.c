/* Makes a file: store. store.json is written last, so a directory without it is no store yet: a maker that was killed
 * is followed by another that begins again. */
#include "agent-shim/store.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "agent-shim/identity.h"
#include "base/private_file.h"
#include "agent-shim/store_state.h"
#include "coordinator/core/genesis.h"
#include "log/log_local.h"
#include "log/segment.h"

#define MAP_DEFAULT_BYTES (64ull << 30)
#define MAP_LEAST_BYTES (16ull << 20)
#define MAP_MOST_BYTES (64ull << 40)
#define SEGMENT_LEAST_BYTES (64ull << 10)
#define SEGMENT_MOST_BYTES (1ull << 30)

enum { LOCK_TIMEOUT_MS = 10000 };

/* Only our own leftovers may be in the directory. */
static enum dibs_error check_empty(const struct store_place *place, struct error_text *why)
{
    DIR *directory = opendir(place->path);
    enum dibs_error error = DIBS_OK;
    if (directory == NULL)
        return error_say(why, DIBS_UNAVAILABLE, "cannot list %s: %s", place->path, strerror(errno));
    for (struct dirent *entry; error == DIBS_OK && (entry = readdir(directory)) != NULL;) {
        const char *name = entry->d_name;
        if (strcmp(name, ".") != 0 && strcmp(name, "..") != 0 && strcmp(name, "lock") != 0 &&
            strcmp(name, "wake") != 0 && strcmp(name, "log") != 0 && strcmp(name, "state") != 0 &&
            strcmp(name, "snapshots") != 0 && strncmp(name, "operator.key", 12) != 0 &&
            strncmp(name, "store.json.", 11) != 0)
            error = error_say(why, DIBS_BAD_INPUT, "%s holds other things (%s); name an empty or a new directory",
                              place->path, name);
    }
    (void)closedir(directory);
    return error;
}

enum dibs_error store_check_empty(const struct store_place *place, struct error_text *why)
{
    return access(place->path, F_OK) != 0 ? DIBS_OK : check_empty(place, why);
}

/* The store that a segment's file says it is of. */
static enum dibs_error read_segment_id(const char *file, uint8_t id[LOG_STORE_ID_BYTES], struct error_text *why)
{
    uint8_t bytes[SEGMENT_HEADER_BYTES];
    struct segment_header header;
    FILE *stream = fopen(file, "rbe");
    size_t size = stream == NULL ? 0 : fread(bytes, 1, sizeof bytes, stream);
    if (stream != NULL)
        (void)fclose(stream);
    enum dibs_error error = segment_parse_header(span_of(bytes, size), file, &header, why);
    if (error == DIBS_OK)
        memcpy(id, header.store_id, LOG_STORE_ID_BYTES);
    return error;
}

/* The log that a killed maker left has at most the genesis; a longer one was a store that lost its store.json. */
static enum dibs_error check_unused(const struct store_place *place, const char *file, struct error_text *why)
{
    char path[PATH_MAX];
    struct log_local_options options = {.clock = boot_clock_start(clock_source_system(), 0), .read_only = true};
    struct log *log = NULL;
    uint64_t end = 0;
    enum dibs_error error = read_segment_id(file, options.store_id, why);
    if (error == DIBS_OK)
        error = log_local_open(store_path(place, "log", path), &options, &log, why);
    if (error == DIBS_OK)
        error = log_local_recover(log, 0, why);
    if (error == DIBS_OK)
        error = log_end(log, &end, why);
    log_close(log);
    if (error == DIBS_OK && end <= 1)
        return DIBS_OK;
    return error_say(
        why, DIBS_DAMAGED,
        "%s has a log but no store.json; restore that from a copy, let `dibs recover --store` make it anew, or move the"
        " directory away",
        place->path);
}

static enum dibs_error clear_log(const struct store_place *place, struct error_text *why)
{
    char path[PATH_MAX], file[PATH_MAX];
    DIR *directory = opendir(store_path(place, "log", path));
    enum dibs_error error = DIBS_OK;
    if (directory == NULL)
        return DIBS_OK;
    for (struct dirent *entry; error == DIBS_OK && (entry = readdir(directory)) != NULL;) {
        struct stat status;
        int length = snprintf(file, sizeof file, "%s/%s", path, entry->d_name);
        if (length < 0 || (size_t)length >= sizeof file || stat(file, &status) != 0 || !S_ISREG(status.st_mode))
            continue;
        size_t name_size = strlen(entry->d_name);
        if (name_size > 4 && strcmp(entry->d_name + name_size - 4, ".seg") == 0)
            error = check_unused(place, file, why);
        if (error == DIBS_OK && unlink(file) != 0)
            error = error_say(why, DIBS_UNAVAILABLE, "cannot delete %s: %s", file, strerror(errno));
    }
    (void)closedir(directory);
    return error;
}

static enum dibs_error fill_genesis(const struct store *store, const struct store_new_options *options,
                                    struct genesis_intent *genesis, struct error_text *why)
{
    char own[PATH_MAX];
    const char *key =
        options->operator_key != NULL ? options->operator_key : store_path(&store->place, "operator.key", own);
    *genesis = (struct genesis_intent){.format = GENESIS_FORMAT,
                                       .jump_max_ms = UINT64_MAX, /* one host's boot clock does not jump */
                                       .row_keep_ms = DIRECTORY_ROW_KEEP_MS,
                                       .rules = GENESIS_RULES,
                                       .entry_count = options->entry_count};
    memcpy(genesis->store_id, store->manifest.store_id, sizeof genesis->store_id);
    memcpy(genesis->entries, options->entries, sizeof genesis->entries);
    if (options->import_of != NULL) {
        genesis->import_follows = true;
        memcpy(genesis->operator_identity, options->import_of->operator_identity, sizeof genesis->operator_identity);
        return DIBS_OK;
    }
    return identity_of_operator(key, true, IDENTITY_VERIFIER, genesis->operator_identity, why);
}

static enum dibs_error write_genesis(struct store *store, const struct intent *genesis, uint64_t segment_bytes,
                                     struct error_text *why)
{
    char path[PATH_MAX];
    struct log_record record = {0};
    struct log_local_options options = {.clock = store->manifest.clock, .segment_bytes = segment_bytes, .create = true};
    memcpy(options.store_id, store->manifest.store_id, sizeof options.store_id);
    enum dibs_error error = log_local_open(store_path(&store->place, "log", path), &options, &store->log, why);
    if (error == DIBS_OK)
        error = log_local_recover(store->log, 0, why);
    if (error == DIBS_OK)
        error = store_append(store, genesis, &record, why);
    if (error == DIBS_OK)
        error = log_local_sync(store->log, why);
    store->manifest.synced_offset = record.offset + 1;
    return error;
}

static enum dibs_error make_locked(struct store *store, const struct store_new_options *options, struct error_text *why)
{
    struct intent genesis = {.verb = VERB_GENESIS};
    random_fill(store->manifest.store_id, sizeof store->manifest.store_id);
    if (options->import_of != NULL) /* it is the same store in another place */
        memcpy(store->manifest.store_id, options->import_of->store_id, sizeof store->manifest.store_id);
    store->manifest.map_bytes = options->map_bytes == 0 ? MAP_DEFAULT_BYTES : options->map_bytes;
    store->manifest.sync = options->sync;
    store->manifest.retain_ms = options->has_retain ? options->retain_ms : MANIFEST_RETAIN_MS;
    store->manifest.clock = boot_clock_start(clock_source_system(), 0);
    enum dibs_error error = check_empty(&store->place, why);
    if (error == DIBS_OK)
        error = clear_log(&store->place, why);
    if (error == DIBS_OK)
        error = fill_genesis(store, options, &genesis.body.genesis, why);
    if (error == DIBS_OK)
        error = write_genesis(store, &genesis, options->segment_bytes, why);
    if (error == DIBS_OK)
        error = state_drop(store, why);
    /* this makes an empty state, and store.json with its identity */
    return error == DIBS_OK ? state_attach(store, why) : error;
}

/* One that is no good is told before anything is made. */
static enum dibs_error check_operator_key(const struct store_new_options *options, struct error_text *why)
{
    uint8_t identity[LIMIT_IDENTITY_BYTES];
    if (options->operator_key == NULL || options->import_of != NULL)
        return DIBS_OK;
    enum dibs_error error = identity_of_operator(options->operator_key, false, IDENTITY_VERIFIER, identity, why);
    return error == DIBS_NO_STORE ? DIBS_OK : error; /* it is made */
}

static bool is_made(const struct store_place *place)
{
    char path[PATH_MAX];
    return access(store_path(place, "store.json", path), F_OK) == 0;
}

enum dibs_error store_make(const struct store_place *place, const struct store_new_options *options, bool *already,
                           struct error_text *why)
{
    char path[PATH_MAX];
    struct store store = {.place = *place};
    *already = is_made(place);
    if (*already)
        return store_read_manifest(&store, why);
    if (options->map_bytes > MAP_MOST_BYTES)
        return error_say(why, DIBS_BAD_INPUT, "the map is larger than 64 TiB; give less");
    if (options->map_bytes != 0 && options->map_bytes < MAP_LEAST_BYTES)
        return error_say(why, DIBS_BAD_INPUT, "the map is smaller than 16 MiB; give more");
    if (options->segment_bytes != 0 &&
        (options->segment_bytes < SEGMENT_LEAST_BYTES || options->segment_bytes > SEGMENT_MOST_BYTES))
        return error_say(why, DIBS_BAD_INPUT, "a log segment has 64 KiB to 1 GiB; give a size between them");
    enum dibs_error error = check_operator_key(options, why);
    if (error == DIBS_OK)
        error = directory_make(place->path, place->is_default ? 0700 : 0777, why);
    if (error == DIBS_OK)
        error = store_check_file_system(place, why);
    if (error == DIBS_OK)
        error = check_empty(place, why);
    if (error == DIBS_OK)
        error = store_lock_open(store_path(place, "lock", path), &store.lock, why);
    if (error == DIBS_OK)
        error = store_lock_take(store.lock, LOCK_TIMEOUT_MS, "making the store", why);
    if (error == DIBS_OK) {
        *already = is_made(place); /* somebody else was first */
        if (!*already)
            error = make_locked(&store, options, why);
        store_lock_release(store.lock);
    }
    store_close(&store);
    return error;
}
