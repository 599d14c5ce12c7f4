/* A directory that a migration fills. */
#include "agent-shim/migrate_target.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "agent-shim/store.h"
#include "agent-shim/store_state.h"
#include "base/private_file.h"
#include "coordinator/core/genesis.h"
#include "coordinator/intake/intake.h"
#include "coordinator/state/rows.h"
#include "log/log_local.h"
#include "proto/codec.h"

enum { APPLY_EVERY = 64 };

struct file_target {
    struct migrate_target target; /* first */
    struct migrate_target_options options;
    uint8_t operator_key[KEY_FILE_BYTES];
    uint8_t operator_identity[LIMIT_IDENTITY_BYTES]; /* the source's verifier */
    struct store store;
    bool is_open, has_turn;
    uint32_t appended;
    uint8_t encoded[LIMIT_IMPORT_BYTES];
};

static struct file_target *file_of(struct migrate_target *target)
{
    return (struct file_target *)target;
}

static enum dibs_error open_store(struct file_target *file, struct error_text *why)
{
    const struct store_options options = {.lock_timeout_ms = file->options.patience_ms};
    if (file->has_turn)
        return DIBS_OK;
    enum dibs_error error = file->is_open ? DIBS_OK : store_open(&file->store, &file->target.place, &options, why);
    file->is_open = error == DIBS_OK;
    file->store.is_filling = true;
    if (error == DIBS_OK)
        error = store_begin(&file->store, "filling the store", why);
    file->has_turn = error == DIBS_OK;
    return error;
}

static enum dibs_error file_look(struct migrate_target *target, const struct genesis_intent *source,
                                 enum target_found *found, struct error_text *why)
{
    struct file_target *file = file_of(target);
    char path[PATH_MAX];
    memcpy(file->operator_identity, source->operator_identity, sizeof file->operator_identity);
    *found = TARGET_EMPTY;
    if (access(store_path(&target->place, "store.json", path), F_OK) != 0)
        return store_check_empty(&target->place, why);
    enum dibs_error error = open_store(file, why);
    if (error != DIBS_OK)
        return error;
    bool is_same = memcmp(file->store.manifest.store_id, source->store_id, sizeof source->store_id) == 0;
    *found = !is_same ? TARGET_OTHER : intake_is_importing(file->store.state) ? TARGET_PART : TARGET_WHOLE;
    return DIBS_OK;
}

/* The operator's key stands in the new store as it did in the old one; one that is there is left. */
static enum dibs_error leave_key(const struct file_target *file, struct error_text *why)
{
    char path[PATH_MAX];
    if (file->options.operator_key == NULL)
        return DIBS_OK;
    return key_file_put(store_path(&file->target.place, "operator.key", path), file->operator_key, why);
}

static enum dibs_error file_make(struct migrate_target *target, const struct genesis_intent *source,
                                 struct error_text *why)
{
    const struct file_target *file = file_of(target);
    const struct store_new_options options = {
        .map_bytes = file->options.map_bytes, .sync = file->options.sync, .import_of = source};
    bool already = false;
    enum dibs_error error = store_make(&target->place, &options, &already, why);
    if (error == DIBS_OK && already)
        error = error_say(why, DIBS_BAD_INPUT, "somebody else has just made a store at %s", target->place.path);
    /* now that it exists its name is free of links, as everybody will write it */
    if (error == DIBS_OK) {
        char path[PATH_MAX];
        memcpy(path, target->place.path, sizeof path);
        error = store_place_parse(path, &target->place, why);
    }
    return error;
}

static enum dibs_error file_open(struct migrate_target *target, uint64_t *next, struct error_text *why)
{
    struct file_target *file = file_of(target);
    enum dibs_error error = leave_key(file, why);
    if (error == DIBS_OK)
        error = open_store(file, why);
    if (error == DIBS_OK)
        error = store_transaction(&file->store, why);
    if (error == DIBS_OK)
        *next = state_meta(file->store.state)->next_offset;
    return error;
}

static enum dibs_error apply_all(struct file_target *file, struct error_text *why)
{
    enum dibs_error error = file->store.manifest.sync ? log_local_sync(file->store.log, why) : DIBS_OK;
    if (error == DIBS_OK)
        error = state_catch_up(&file->store, why);
    return error == DIBS_OK ? store_commit(&file->store, why) : error;
}

static enum dibs_error file_append(struct migrate_target *target, struct intent *import, struct error_text *why)
{
    struct file_target *file = file_of(target);
    size_t size = 0;
    uint64_t offset, ts_ms;
    memcpy(import->body.import.operator_identity, file->operator_identity, LIMIT_IDENTITY_BYTES);
    enum dibs_error error = intent_encode(import, file->encoded, sizeof file->encoded, &size, why);
    if (error == DIBS_OK)
        error = log_append(file->store.log, span_of(file->encoded, size), &offset, &ts_ms, why);
    if (error == DIBS_OK && ++file->appended % APPLY_EVERY == 0)
        error = apply_all(file, why);
    return error;
}

static enum dibs_error file_digest(struct migrate_target *target, struct state_digest *digest, struct error_text *why)
{
    struct file_target *file = file_of(target);
    enum dibs_error error = apply_all(file, why);
    if (error == DIBS_OK)
        error = store_transaction(&file->store, why);
    if (error == DIBS_OK)
        *digest = core_digest(file->store.state);
    return error;
}

static enum dibs_error file_finish(struct migrate_target *target, struct error_text *why)
{
    struct file_target *file = file_of(target);
    struct intent end = {.verb = VERB_IMPORT,
                         .body.import = {.end = true, .jump_max_ms = UINT64_MAX, .row_keep_ms = DIRECTORY_ROW_KEEP_MS}};
    enum dibs_error error = file_append(target, &end, why);
    if (error == DIBS_OK)
        error = apply_all(file, why);
    return error == DIBS_OK ? log_local_sync(file->store.log, why) : error;
}

static void file_close(struct migrate_target *target)
{
    struct file_target *file = file_of(target);
    if (file->has_turn)
        store_end(&file->store);
    if (file->is_open)
        store_close(&file->store);
    explicit_bzero(file->operator_key, sizeof file->operator_key);
    free(file);
}

enum dibs_error migrate_target_file(const struct store_place *place, const struct migrate_target_options *options,
                                    struct migrate_target **out, struct error_text *why)
{
    static const struct migrate_target_methods methods = {.look = file_look,
                                                          .make = file_make,
                                                          .open = file_open,
                                                          .append = file_append,
                                                          .digest = file_digest,
                                                          .finish = file_finish,
                                                          .close = file_close};
    struct file_target *file = calloc(1, sizeof *file);
    if (file == NULL)
        return error_say(why, DIBS_UNAVAILABLE, "there is no memory to fill a store");
    file->target = (struct migrate_target){.methods = &methods, .place = *place};
    file->options = *options;
    if (options->operator_key != NULL)
        memcpy(file->operator_key, options->operator_key, sizeof file->operator_key);
    *out = &file->target;
    return DIBS_OK;
}
