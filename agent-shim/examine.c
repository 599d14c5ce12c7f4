/* What is the matter with a store's files. See examine.h. */
#include "agent-shim/examine.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "agent-shim/store.h"
#include "agent-shim/store_state.h"
#include "base/private_file.h"

enum { LOCK_MS = 2000 };

__attribute__((format(printf, 3, 4))) static void find(struct dibs_store_report *report, bool is_damage,
                                                       const char *format, ...)
{
    va_list arguments;
    report->damaged = report->damaged || is_damage;
    if (report->finding_count == DIBS_FINDINGS_MAX)
        return;
    struct dibs_finding *finding = &report->findings[report->finding_count++];
    finding->is_damage = is_damage;
    va_start(arguments, format);
    (void)vsnprintf(finding->words, sizeof finding->words, format, arguments);
    va_end(arguments);
}

static enum dibs_error look_at_manifest(struct examination *out, struct dibs_store_report *report,
                                        struct error_text *why)
{
    char path[PATH_MAX], text[MANIFEST_TEXT_MAX];
    enum dibs_error error = file_read_text(store_path(&out->place, "store.json", path), text, sizeof text, why);
    if (error == DIBS_OK)
        error = manifest_parse(text, path, &out->manifest, why);
    out->has_manifest = out->has_store_id = error == DIBS_OK;
    out->after_crash = out->has_manifest && !boot_clock_is_current(&out->manifest.clock, clock_source_system());
    if (error == DIBS_UNAVAILABLE)
        return examine_cannot_tell(error, why, why);
    if (error == DIBS_NEWER || error == DIBS_OK)
        return error;
    out->manifest = (struct manifest){.retain_ms = MANIFEST_RETAIN_MS};
    find(report, true, "%s", error == DIBS_NO_STORE ? "store.json is missing" : why->text);
    return DIBS_OK;
}

static uint64_t log_end_of(const struct examination *out)
{
    return out->segment_count == 0 ? 0 : out->segments[out->segment_count - 1].end;
}

/* Others may have gone on since, and what they did looks like damage: the state knows of more, a record is half written,
 * old segments were deleted. */
static bool may_be_of_before(const struct examination *out)
{
    bool is_odd = out->segment_count == 0 || out->state_offset > log_end_of(out);
    for (size_t i = 0; i < out->segment_count; i++)
        is_odd = is_odd || out->segments[i].is_bad || out->segments[i].end_at < out->segments[i].bytes ||
                 (i > 0 && out->segments[i].first != out->segments[i - 1].end);
    return is_odd;
}

/* Of those that were there when the log was looked at last: by now some may be thinned out. */
static enum dibs_error look_at_snapshots(struct examination *out, struct dibs_store_report *report,
                                         struct error_text *why)
{
    char path[PATH_MAX];
    struct error_text unsound;
    size_t kept = 0;
    for (size_t i = 0; i < out->snapshots.count; i++) {
        enum dibs_error error = snapshots_check(&out->place, &out->snapshots.items[i], &unsound);
        if (error == DIBS_OK)
            out->snapshots.items[kept++] = out->snapshots.items[i];
        else if (access(snapshots_path(&out->place, out->snapshots.items[i].name, "", path), F_OK) != 0)
            continue;
        else if (error == DIBS_UNAVAILABLE)
            return examine_cannot_tell(error, &unsound, why);
        else
            find(report, false, "a snapshot is damaged, and will not be used: %s", unsound.text);
    }
    out->snapshots.count = kept;
    return DIBS_OK;
}

static enum dibs_error look_at_state_locked(struct examination *out, struct dibs_store_report *report,
                                            struct error_text *why)
{
    struct error_text unsound;
    enum state_found state = state_find(&out->place, &out->manifest);
    if (state == STATE_MISSING) {
        find(report, false, "there is no state; it is built from the log by whoever opens the store");
        return DIBS_OK;
    }
    enum dibs_error error = state_look(&out->place, out->manifest.store_id, &out->state_offset, &unsound);
    if (error == DIBS_UNAVAILABLE)
        return examine_cannot_tell(error, &unsound, why);
    out->state_is_sound = error == DIBS_OK;
    bool is_own = !out->has_manifest ||
                  (state == STATE_OWN && boot_clock_is_current(&out->manifest.clock, clock_source_system()));
    if (!out->state_is_sound)
        find(report, false, "the state is damaged, and is built anew by whoever opens the store: %s", unsound.text);
    else if (!is_own)
        find(report, false,
             "the state is of an earlier boot or of a copied directory, and is built anew by whoever opens "
             "the store");
    out->state_is_sound = out->state_is_sound && is_own && out->has_manifest;
    return DIBS_OK;
}

/* Under the lock, if it can be had: the state, the end of the log that it was made from, the snapshots of before it. */
static enum dibs_error look_together(struct examination *out, bool has_lock, struct dibs_store_report *report,
                                     struct error_text *why)
{
    char path[PATH_MAX];
    struct store_lock *lock = NULL;
    struct error_text busy, unlisted;
    enum dibs_error error =
        has_lock ? DIBS_OK : store_lock_open_shared(store_path(&out->place, "lock", path), &lock, &busy);
    if (error == DIBS_OK && !has_lock)
        error = store_lock_take(lock, LOCK_MS, "examining the state", &busy);
    bool is_busy = error == DIBS_BUSY;
    error = DIBS_OK;
    if (is_busy)
        find(report, false, "the state was not looked at: %s", busy.text);
    else
        error = look_at_state_locked(out, report, why); /* without a lock file there is nobody to wait for */
    bool is_odd = !has_lock && may_be_of_before(out);
    if (is_odd && is_busy)
        error = error_say(why, DIBS_BUSY, "whether the log is damaged, or being written, cannot be told yet: %s",
                          busy.text);
    else if (error == DIBS_OK && is_odd && lock != NULL)
        error = examine_log(out, why);
    if (error == DIBS_OK && (error = snapshots_list(&out->place, &out->snapshots, &unlisted)) != DIBS_OK)
        error = examine_cannot_tell(error, &unlisted, why);
    store_lock_close(lock);
    return error;
}

static void tell_of_segments(const struct examination *out, struct dibs_store_report *report)
{
    for (size_t i = 0; i < out->segment_count; i++) {
        const struct segment_found *found = &out->segments[i];
        bool has_next = i + 1 < out->segment_count;
        report->records += found->end - found->first;
        if (found->is_bad)
            find(report, true, "%s; records %" PRIu64 " to %" PRIu64 " before it are whole", found->why.text,
                 found->first, found->end);
        else if (!has_next && found->end_at < found->bytes)
            find(report, false,
                 "the log ends with %" PRIu64
                 " bytes that are no whole record, as a crash leaves them; who opens the store "
                 "next cuts them off",
                 found->bytes - found->end_at);
        if (!found->is_bad && has_next && out->segments[i + 1].first != found->end)
            find(report, true,
                 "the log is damaged: records %" PRIu64 " to %" PRIu64 " are missing in %s/log: a segment "
                 "is gone",
                 found->end, out->segments[i + 1].first - 1, out->place.path);
    }
}

static void tell_of_log(const struct examination *out, struct dibs_store_report *report)
{
    uint64_t end = log_end_of(out);
    if (out->segment_count == 0)
        find(report, true, "there is no log in %s/log", out->place.path);
    tell_of_segments(out, report);
    if (out->state_is_sound && out->state_offset > end)
        find(report, true,
             "the log is damaged: records %" PRIu64 " to %" PRIu64 " are missing at its end: they were "
             "answered",
             end, out->state_offset - 1);
}

enum dibs_error examine(const struct store_place *place, bool has_lock, struct examination *out,
                        struct dibs_store_report *report, struct error_text *why)
{
    struct stat status;
    *out = (struct examination){.place = *place};
    *report = (struct dibs_store_report){0};
    if (stat(place->path, &status) != 0 && errno == EACCES)
        return error_say(why, DIBS_UNAVAILABLE, "cannot look at %s: %s", place->path, strerror(errno));
    if (stat(place->path, &status) != 0 || !S_ISDIR(status.st_mode))
        return error_say(why, DIBS_NO_STORE, "there is no directory %s", place->path);
    enum dibs_error error = examine_access(place, why);
    if (error == DIBS_OK)
        error = look_at_manifest(out, report, why);
    if (error == DIBS_OK)
        error = examine_log(out, why);
    if (error == DIBS_OK && out->segment_count == 0 && !out->has_manifest)
        error = error_say(why, DIBS_NO_STORE, "%s holds no store", place->path);
    if (error != DIBS_OK)
        return error;
    error = look_together(out, has_lock, report, why);
    if (error == DIBS_OK)
        error = look_at_snapshots(out, report, why);
    if (error != DIBS_OK)
        return error;
    tell_of_log(out, report);
    examine_plan(out, report);
    return DIBS_OK;
}

void examination_free(struct examination *examination)
{
    free(examination->segments);
    *examination = (struct examination){0};
}
