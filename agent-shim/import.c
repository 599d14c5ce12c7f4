/* dibs_store_import: what dibs_store_export has written becomes a store. A directory is filled beside its place and moved
 * there when it is whole; a fleet takes part after part, and nobody uses it until the last. */
#include <dibs/admin.h>

#include <errno.h>
#include <ftw.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "agent-shim/export_file.h"
#include "agent-shim/migrate_target.h"
#include "agent-shim/note.h"
#include "agent-shim/store.h"
#include "base/private_file.h"
#include "base/standard_files.h"
#include "proto/codec.h"

enum { PATIENCE_MS = 30000, TELL_EVERY = 4096 };

struct importing {
    const struct dibs_import_options *options;
    struct dibs_import_report *report;
    struct store_place place;  /* where it will be */
    struct store_place beside; /* of a directory: where it is filled */
    struct migrate_target *target;
    struct genesis_intent genesis;
    struct export_end end;
    struct export_reader reader;
    struct intent intent;
};

/* The whole file, before anything is made of it. */
static enum dibs_error check_file(struct importing *importing)
{
    struct span block;
    enum dibs_error error = export_open(&importing->reader, importing->options->from, note());
    if (error == DIBS_OK)
        error = export_read(&importing->reader, &block, &importing->end, note());
    if (error != DIBS_OK)
        return error == DIBS_ENDED ? error_say(note(), DIBS_DAMAGED, "%s has no records", importing->options->from)
                                   : error;
    intent_decode(block, &importing->intent);
    if (importing->intent.flaw != FLAW_NONE || importing->intent.verb != VERB_GENESIS)
        return error_say(note(), DIBS_DAMAGED, "%s does not begin with a genesis", importing->options->from);
    importing->genesis = importing->intent.body.genesis;
    while (error == DIBS_OK)
        error = export_read(&importing->reader, &block, &importing->end, note());
    export_close(&importing->reader);
    return error == DIBS_ENDED ? DIBS_OK : error;
}

/* ---------------------------------------------------------------- the place */

static enum dibs_error find_beside(struct importing *importing)
{
    char path[PATH_MAX], parent[PATH_MAX];
    (void)snprintf(parent, sizeof parent, "%s", importing->place.path);
    char *slash = strrchr(parent, '/');
    if (slash != NULL && slash != parent)
        *slash = '\0';
    enum dibs_error error = access(store_path(&importing->place, "store.json", path), F_OK) == 0
                                ? error_say(note(), DIBS_BAD_INPUT,
                                            "%s is a store already; name an empty or a new place", importing->place.url)
                                : store_check_empty(&importing->place, note());
    if (error == DIBS_OK)
        error = directory_make(parent, 0777, note());
    if (error != DIBS_OK)
        return error;
    int length = snprintf(path, sizeof path, "%s.import-%ld", importing->place.path, (long)getpid());
    if (length < 0 || length >= (int)sizeof path)
        return error_say(note(), DIBS_BAD_INPUT, "the path is too long: %.60s…", importing->place.path);
    return store_place_parse(path, &importing->beside, note());
}

static enum dibs_error open_target(struct importing *importing, uint64_t *next)
{
    const struct dibs_import_options *options = importing->options;
    const struct migrate_target_options target = {.map_bytes = options->map_bytes,
                                                  .sync = options->sync,
                                                  .operator_key_file =
                                                      options->operator_key == NULL ? "" : options->operator_key,
                                                  .patience_ms = PATIENCE_MS};
    enum target_found found = TARGET_EMPTY;
    enum dibs_error error = importing->place.is_fleet ? DIBS_OK : find_beside(importing);
    if (error == DIBS_OK)
        error = importing->place.is_fleet
                    ? migrate_target_topic(&importing->place, &target, &importing->target, note())
                    : migrate_target_file(&importing->beside, &target, &importing->target, note());
    if (error != DIBS_OK)
        return error;
    const struct migrate_target_methods *methods = importing->target->methods;
    error = methods->look(importing->target, &importing->genesis, &found, note());
    if (error == DIBS_OK && (found == TARGET_WHOLE || found == TARGET_OTHER))
        error = error_say(note(), DIBS_BAD_INPUT, "%s is a store already; name an empty or a new place",
                          importing->target->place.url);
    if (error == DIBS_OK && found == TARGET_EMPTY)
        error = methods->make(importing->target, &importing->genesis, note());
    return error == DIBS_OK ? methods->open(importing->target, next, note()) : error;
}

/* ---------------------------------------------------------------- the records */

static enum dibs_error carry(struct importing *importing, struct span block, uint64_t next)
{
    struct import_intent *import = &importing->intent.body.import;
    intent_decode(block, &importing->intent);
    if (importing->intent.flaw != FLAW_NONE || importing->intent.verb != VERB_IMPORT || import->record_count == 0)
        return error_say(note(), DIBS_DAMAGED, "%s holds a record that is none of an export, before byte %llu",
                         importing->options->from, (unsigned long long)importing->reader.at);
    importing->report->records += import->record_count;
    if (import->records[import->record_count - 1].offset < next)
        return DIBS_OK; /* it is there already */
    return importing->target->methods->append(importing->target, &importing->intent, note());
}

static enum dibs_error carry_all(struct importing *importing, uint64_t next)
{
    const struct dibs_import_options *options = importing->options;
    struct span block;
    uint64_t told = 0;
    enum dibs_error error = export_open(&importing->reader, options->from, note());
    if (error == DIBS_OK)
        error = export_read(&importing->reader, &block, &importing->end, note()); /* the genesis */
    while (error == DIBS_OK) {
        error = export_read(&importing->reader, &block, &importing->end, note());
        if (error == DIBS_OK)
            error = carry(importing, block, next);
        if (options->progress != NULL && importing->report->records / TELL_EVERY > told) {
            told = importing->report->records / TELL_EVERY;
            options->progress(options->context, importing->report->records, importing->end.records);
        }
    }
    return error == DIBS_ENDED ? DIBS_OK : error;
}

static enum dibs_error compare(struct importing *importing)
{
    struct state_digest there = {0};
    enum dibs_error error = importing->target->methods->digest(importing->target, &there, note());
    if (error != DIBS_OK)
        return error;
    state_digest_print(there, importing->report->digest);
    if (strcmp(importing->report->digest, importing->end.digest) == 0 &&
        importing->report->records == importing->end.records)
        return DIBS_OK;
    return error_say(note(), DIBS_DAMAGED,
                     "%s holds %llu records that come to digest %s, and says %llu and %s; nothing was made of it",
                     importing->options->from, (unsigned long long)importing->report->records,
                     importing->report->digest, (unsigned long long)importing->end.records, importing->end.digest);
}

/* ---------------------------------------------------------------- all of it */

static int remove_one(const char *path, const struct stat *status, int kind, struct FTW *walk)
{
    (void)status, (void)kind, (void)walk;
    return remove(path);
}

static void close_target(struct importing *importing)
{
    if (importing->target != NULL)
        importing->target->methods->close(importing->target);
    importing->target = NULL;
}

static enum dibs_error put_in_place(struct importing *importing)
{
    close_target(importing);
    if (importing->place.is_fleet || rename(importing->beside.path, importing->place.path) == 0)
        return DIBS_OK;
    return error_say(note(), DIBS_BAD_INPUT, "cannot put the store at %s: %s; name an empty or a new place",
                     importing->place.path, strerror(errno));
}

static enum dibs_error run(struct importing *importing)
{
    uint64_t next = 0;
    enum dibs_error error = store_place_parse(importing->options->to, &importing->place, note());
    if (error == DIBS_OK)
        error = check_file(importing);
    if (error == DIBS_OK)
        error = open_target(importing, &next);
    if (error == DIBS_OK)
        error = carry_all(importing, next);
    if (error == DIBS_OK)
        error = compare(importing);
    if (error == DIBS_OK)
        error = importing->target->methods->finish(importing->target, note());
    if (error == DIBS_OK)
        error = put_in_place(importing);
    (void)snprintf(importing->report->to, sizeof importing->report->to, "%s", importing->place.url);
    return error;
}

enum dibs_error dibs_store_import(const struct dibs_import_options *options, struct dibs_import_report *report)
{
    enum dibs_error error = note_need(report, "report");
    if (error == DIBS_OK)
        error = note_need(options == NULL ? NULL : options->from, "from");
    if (error == DIBS_OK)
        error = note_need(options->to, "to");
    if (error != DIBS_OK)
        return error;
    *report = (struct dibs_import_report){0};
    standard_files_hold();
    struct importing *importing = calloc(1, sizeof *importing);
    if (importing == NULL)
        return error_say(note(), DIBS_UNAVAILABLE, "there is no memory to import a store");
    importing->options = options;
    importing->report = report;
    error = run(importing);
    export_close(&importing->reader);
    close_target(importing);
    if (error != DIBS_OK && importing->beside.path[0] != '\0')
        (void)nftw(importing->beside.path, remove_one, 16, FTW_DEPTH | FTW_PHYS);
    free(importing);
    return error;
}
