/* Opens and closes a file: store. */
#include "agent-shim/store.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/private_file.h"
#include "agent-shim/config.h"
#include "agent-shim/store_state.h"
#include "log/file_system.h"
#include "log/log_local.h"

const char *store_path(const struct store_place *place, const char *name, char out[PATH_MAX])
{
    int length = snprintf(out, PATH_MAX, "%s/%s", place->path, name);
    if (length < 0 || length >= PATH_MAX)
        out[0] = '\0'; /* no such file then */
    return out;
}

enum dibs_error store_check_file_system(const struct store_place *place, struct error_text *why)
{
    const char *told = environment("DIBS_NETWORK_FS");
    return told != NULL && strcmp(told, "allow") == 0 ? DIBS_OK : file_system_check(place->path, why);
}

/* What may be done about a directory that this user may not enter or write. */
static const char *access_advice(const char *path, int number)
{
    struct stat status;
    if (number != EACCES || stat(path, &status) != 0)
        return "";
    return status.st_uid == geteuid() ? "; it is this user's own: give it the owner's rights back (chmod u+rwx)"
                                      : "; its owner can share it through a group (docs/ONE_HOST.md)";
}

/* `number`: why store.json is not there for this user. Who makes a store makes its log first. */
static enum dibs_error has_no_manifest(const struct store *store, int number, struct error_text *why)
{
    const char *path = store->place.path;
    char name[PATH_MAX];
    if (number != ENOENT)
        return error_say(why, DIBS_UNAVAILABLE, "cannot look into %s: %s%s", path, strerror(number),
                         access_advice(path, number));
    if (access(store_path(&store->place, "log", name), F_OK) == 0)
        return error_say(why, DIBS_NO_STORE,
                         "%s has a log but no store.json: restore that from a copy, or `dibs recover --store '%s'`"
                         " makes it anew",
                         path, path);
    return error_say(why, DIBS_NO_STORE, "%s holds no store (no store.json); `dibs init --store '%s'` makes one", path,
                     path);
}

static enum dibs_error cannot_look(const struct store *store, int number, struct error_text *why)
{
    const char *path = store->place.path, *named_by = store->place.named_by;
    if (number == ENOENT)
        return error_say(why, DIBS_NO_STORE, "there is no store at %s; `dibs init --store '%s'` makes one", path, path);
    return error_say(why, DIBS_UNAVAILABLE, "cannot look at %s%s%s%s: %s; name another store, or let this user in",
                     path, named_by != NULL ? " (from " : "", named_by != NULL ? named_by : "",
                     named_by != NULL ? ")" : "", strerror(number));
}

static enum dibs_error check_directory(const struct store *store, struct error_text *why)
{
    const char *path = store->place.path;
    struct stat status;
    char name[PATH_MAX];
    if (stat(path, &status) != 0)
        return cannot_look(store, errno, why);
    if (!S_ISDIR(status.st_mode))
        return error_say(why, DIBS_UNAVAILABLE, "%s is a file; a store is a directory: name another path", path);
    if (access(store_path(&store->place, "store.json", name), F_OK) != 0)
        return has_no_manifest(store, errno, why);
    int number = !store->read_only && access(path, W_OK | X_OK) != 0 ? errno : 0;
    if (number != 0)
        return error_say(why, DIBS_UNAVAILABLE, "%s cannot be written by this user: %s%s", path, strerror(number),
                         access_advice(path, number));
    return store_check_file_system(&store->place, why);
}

enum dibs_error store_read_manifest(struct store *store, struct error_text *why)
{
    char path[PATH_MAX], text[MANIFEST_TEXT_MAX];
    enum dibs_error error = file_read_text(store_path(&store->place, "store.json", path), text, sizeof text, why);
    if (error == DIBS_OK)
        error = manifest_parse(text, path, &store->manifest, why);
    return error == DIBS_BAD_INPUT ? DIBS_DAMAGED : error;
}

static enum dibs_error open_lock(struct store *store, struct error_text *why)
{
    char path[PATH_MAX];
    (void)store_path(&store->place, "lock", path);
    return store->read_only ? store_lock_open_shared(path, &store->lock, why)
                            : store_lock_open(path, &store->lock, why);
}

static enum dibs_error open_log(struct store *store, struct error_text *why)
{
    char path[PATH_MAX];
    struct log_local_options options = {.clock = store->manifest.clock, .read_only = store->read_only};
    memcpy(options.store_id, store->manifest.store_id, sizeof options.store_id);
    enum dibs_error error = log_local_open(store_path(&store->place, "log", path), &options, &store->log, why);
    /* store.json is there, so what is missing was lost */
    return error == DIBS_NO_STORE ? DIBS_DAMAGED : error;
}

/* store.json says what was on the disk, so what ends before that has lost something. */
static enum dibs_error check_log(struct store *store, struct error_text *why)
{
    uint64_t end = 0, synced = store->manifest.synced_offset;
    enum dibs_error error = log_end(store->log, &end, why);
    if (error == DIBS_OK && end == 0)
        error = error_say(why, DIBS_DAMAGED, "the log in %s/log is empty; restore it from a copy of the store",
                          store->place.path);
    else if (error == DIBS_OK && end < synced)
        error = error_say(why, DIBS_DAMAGED,
                          "the log in %s/log ends with record %" PRIu64 ", though all up to %" PRIu64
                          " were on the disk; restore it from a copy, or see `dibs status --check`",
                          store->place.path, end - 1, synced - 1);
    return error;
}

/* The log's end; what the state has taken in was once there, if the state is of this boot, and what was synced. */
static enum dibs_error recover_log(struct store *store, bool trust_state, struct error_text *why)
{
    uint64_t known = 0;
    enum dibs_error error = trust_state ? state_attach(store, why) : DIBS_OK;
    if (error == DIBS_OK && trust_state)
        error = state_reached(store, &known, why);
    if (error == DIBS_OK)
        error = log_local_recover(store->log, known, why); /* where nothing is known, every record is looked at */
    return error == DIBS_OK ? check_log(store, why) : error;
}

/* What was appended and not synced when the machine stopped may be lost, or be there in part: in a store that syncs each
 * answer the records of one turn. */
static enum dibs_error recover_after_crash(struct store *store, struct error_text *why)
{
    uint64_t synced;
    enum dibs_error error = state_synced(&store->place, &store->manifest, &synced, why);
    if (error != DIBS_OK)
        return error;
    return log_local_recover_after_crash(store->log, synced, store->manifest.sync ? STORE_TURN_MOST : UINT64_MAX, why);
}

/* For people, who may wonder where their last claim is, or why tokens are so large. */
static void say_mended(struct store *store, bool anew, bool same_boot)
{
    const struct log_local_cut cut = log_local_last_cut(store->log);
    char lost[160] = "";
    if (cut.bytes > 0)
        (void)snprintf(lost, sizeof lost,
                       "the log was cut at record %" PRIu64 " (%" PRIu64 " bytes that were no whole record)",
                       cut.offset, cut.bytes);
    if (anew)
        (void)error_say(
            &store->mended, DIBS_OK,
            "%s %s: its state was built anew from the log%s%s; tokens go on far ahead of all before", store->place.path,
            same_boot ? "is a copy, or its state was taken away" : "was last used before this machine started",
            lost[0] == '\0' ? "" : "; ", lost);
    else if (cut.bytes > 0)
        (void)error_say(&store->mended, DIBS_OK, "%s: %s, as a process that dies in the middle leaves them",
                        store->place.path, lost);
}

/* Another boot, or a copied directory: what the log lost is not known, so tokens go far ahead. That is on the disk before
 * anybody gets one: if the machine stops again, they go ahead of these. */
static enum dibs_error start_anew(struct store *store, struct error_text *why)
{
    const struct intent recovered = {.verb = VERB_RECOVERED, .body.recovered = {.lost_records = true}};
    struct log_record record = {0};
    store->manifest.clock = boot_clock_start(clock_source_system(), log_local_last_ts_ms(store->log));
    log_local_set_clock(store->log, &store->manifest.clock);
    enum dibs_error error = store_append(store, &recovered, &record, why);
    if (error == DIBS_OK)
        error = log_local_sync(store->log, why);
    if (error == DIBS_OK)
        error = state_drop(store, why);
    if (error != DIBS_OK)
        return error;
    store->manifest.synced_offset = record.offset + 1; /* written together with the new boot */
    error = state_attach(store, why);
    /* attaching wrote store.json only if the state's file has another number */
    return error == DIBS_OK ? store_write_manifest(store, why) : error;
}

static enum dibs_error open_locked(struct store *store, struct error_text *why)
{
    enum dibs_error error = store_read_manifest(store, why);
    if (error == DIBS_OK)
        error = open_log(store, why);
    if (error != DIBS_OK)
        return error;
    bool same_boot = boot_clock_is_current(&store->manifest.clock, clock_source_system());
    enum state_found found = state_find(&store->place, &store->manifest);
    bool anew = !same_boot || found != STATE_OWN;
    if (store->read_only && anew)
        return error_say(why, DIBS_UNAVAILABLE,
                         "the state in %s is missing, of an earlier boot or of a copied directory; somebody who may "
                         "write it has to open it first",
                         store->place.path);
    error = same_boot ? recover_log(store, found == STATE_OWN, why) : recover_after_crash(store, why);
    if (error == DIBS_OK && !store->read_only)
        say_mended(store, anew, same_boot);
    if (error == DIBS_OK && anew)
        error = start_anew(store, why);
    if (error == DIBS_OK && store->state == NULL)
        error = state_attach(store, why);
    return error;
}

enum dibs_error store_open(struct store *store, const struct store_place *place, const struct store_options *options,
                           struct error_text *why)
{
    *store =
        (struct store){.place = *place, .lock_timeout_ms = options->lock_timeout_ms, .read_only = options->read_only};
    enum dibs_error error = check_directory(store, why);
    if (error == DIBS_OK)
        error = open_lock(store, why);
    if (error == DIBS_OK)
        error = store_enter(store, "opening the store", why);
    if (error == DIBS_OK) {
        error = open_locked(store, why);
        store_end(store);
    }
    if (error != DIBS_OK)
        store_close(store);
    return error;
}

void store_close(struct store *store)
{
    wakers_close(&store->wakers);
    state_close(store->state);
    log_close(store->log);
    store_lock_close(store->lock);
    free(store->serving);
    *store = (struct store){0};
}
