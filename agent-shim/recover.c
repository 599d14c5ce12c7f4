/* dibs_store_examine and dibs_store_recover: what is the matter with a store, and what can be made of it. */
#include <dibs/admin.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/fsuid.h>
#include <sys/stat.h>
#include <unistd.h>

#include "agent-shim/note.h"
#include "agent-shim/repair.h"
#include "agent-shim/store.h"
#include "base/standard_files.h"

enum { LOCK_MS = 10000, LOCK_TRIES = 10 };

static enum dibs_error find_place(const char *store, const char *config_dir, struct store_place *place)
{
    standard_files_hold();
    enum dibs_error error = store_place_find(store, config_dir, place, note());
    if (error == DIBS_OK && place->is_fleet)
        error = error_say(note(), DIBS_UNSUPPORTED,
                          "%s is a fleet's: its coordinators look after it (`dibsd recover`, docs/OPERATIONS.md)",
                          place->url);
    return error;
}

enum dibs_error dibs_store_examine(const char *store, const char *config_dir, struct dibs_store_report *report)
{
    struct store_place place;
    enum dibs_error error = note_need(report, "report");
    if (error == DIBS_OK)
        error = find_place(store, config_dir, &place);
    struct examination *found = error == DIBS_OK ? malloc(sizeof *found) : NULL;
    if (error == DIBS_OK && found == NULL)
        error = error_say(note(), DIBS_UNAVAILABLE, "there is no memory to examine a store");
    if (error == DIBS_OK) {
        error = examine(&place, false, found, report, note());
        examination_free(found);
    }
    free(found);
    return error;
}

/* As anybody would: what was mended must come to a state. */
static enum dibs_error open_once(const struct store_place *place)
{
    const struct store_options options = {.lock_timeout_ms = LOCK_MS};
    struct store *store = calloc(1, sizeof *store);
    if (store == NULL)
        return error_say(note(), DIBS_UNAVAILABLE, "there is no memory to open the store");
    enum dibs_error error = store_open(store, place, &options, note());
    if (error == DIBS_OK) {
        error = store_begin(store, "recovering", note());
        if (error == DIBS_OK) {
            error = store_commit(store, note());
            store_end(store);
        }
        store_close(store);
    }
    free(store);
    return error;
}

static enum dibs_error look(struct repair *repair, const struct store_place *place, bool has_lock,
                            struct dibs_store_report *report)
{
    examination_free(&repair->found);
    enum dibs_error error = examine(place, has_lock, &repair->found, report, note());
    if (!has_lock) /* others may go on: whether there is a store is all that counts */
        return error == DIBS_BUSY ? DIBS_OK : error;
    if (error == DIBS_OK && repair->found.plan == PLAN_BACKUP)
        error = error_say(note(), DIBS_DAMAGED, "%s cannot be recovered: %s", place->path, report->advice);
    return error;
}

/* The store's lock; another recovery may have put a new one in its place while it was waited for. */
static enum dibs_error take_lock(const struct store_place *place, struct store_lock **lock)
{
    char path[PATH_MAX];
    enum dibs_error error;
    for (int i = 0; i < LOCK_TRIES; i++) {
        error = store_lock_open(store_path(place, "lock", path), lock, note());
        if (error == DIBS_OK)
            error = store_lock_take(*lock, LOCK_MS, "recovering the store", note());
        if (error != DIBS_OK || store_lock_is_current(*lock))
            return error;
        store_lock_close(*lock);
        *lock = NULL;
    }
    return error_say(note(), DIBS_UNAVAILABLE, "the lock %s is replaced again and again; try later", path);
}

/* As accessible as the one before, for those who share the store with this user; who may not give it away keeps it. */
static void adopt_owner(const char *path, const char *before)
{
    struct stat status;
    if (stat(before, &status) != 0)
        return;
    (void)!chown(path, status.st_uid, status.st_gid);
    (void)!chmod(path, status.st_mode & 07777);
}

/* Who has the store open has the files open that go aside: it would write there what it claims. Only those who look at the
 * lock anew, and with it at all else, go on; the others are told so at their next turn. It is held before it has its name. */
static enum dibs_error replace_lock(const struct store_place *place, struct store_lock **lock)
{
    char path[PATH_MAX], draft[PATH_MAX];
    (void)store_path(place, "lock", path);
    (void)unlink(store_path(place, "lock.new", draft)); /* of one that was killed */
    enum dibs_error error = store_lock_open(draft, lock, note());
    if (error == DIBS_OK)
        error = store_lock_take(*lock, LOCK_MS, "recovering the store", note());
    if (error != DIBS_OK)
        return error;
    adopt_owner(draft, path);
    if (rename(draft, path) != 0)
        error = error_say(note(), DIBS_UNAVAILABLE, "cannot replace %s: %s", path, strerror(errno));
    return error;
}

static enum dibs_error recover_locked(struct repair *repair, const struct store_place *place,
                                      struct dibs_store_report *report)
{
    struct store_lock *lock = NULL, *renewed = NULL;
    enum dibs_error error = take_lock(place, &lock);
    if (error == DIBS_OK) /* others may have gone on, or mended it, before the lock was had */
        error = look(repair, place, true, report);
    if (error == DIBS_OK && report->can_recover) {
        error = replace_lock(place, &renewed);
        if (error == DIBS_OK)
            error = repair_mend(repair);
    }
    store_lock_close(lock);
    store_lock_close(renewed);
    return error;
}

struct owner {
    uid_t user;
    gid_t group;
};

/* What root makes here would shut out those whose store it is: this thread makes it as the owner of the log. */
static struct owner become_owner(const struct store_place *place)
{
    const struct owner before = {(uid_t)setfsuid((uid_t)-1), (gid_t)setfsgid((gid_t)-1)};
    char path[PATH_MAX];
    struct stat status;
    if (before.user == 0 && stat(store_path(place, "log", path), &status) == 0 && status.st_uid != 0) {
        (void)setfsgid(status.st_gid);
        (void)setfsuid(status.st_uid);
    }
    return before;
}

static void become_again(struct owner owner)
{
    (void)setfsuid(owner.user);
    (void)setfsgid(owner.group);
}

static enum dibs_error recover(struct repair *repair, const struct store_place *place, struct dibs_store_report *report)
{
    const struct owner before = become_owner(place);
    enum dibs_error error = look(repair, place, false, report);
    if (error == DIBS_OK)
        error = recover_locked(repair, place, report);
    if (error == DIBS_OK)
        error = open_once(place);
    become_again(before);
    return error;
}

enum dibs_error dibs_store_recover(const char *store, const char *config_dir, struct dibs_store_report *report)
{
    struct store_place place;
    enum dibs_error error = note_need(report, "report");
    if (error == DIBS_OK)
        error = find_place(store, config_dir, &place);
    struct repair *repair = error == DIBS_OK ? calloc(1, sizeof *repair) : NULL;
    if (error == DIBS_OK && repair == NULL)
        error = error_say(note(), DIBS_UNAVAILABLE, "there is no memory to recover a store");
    if (error == DIBS_OK)
        error = recover(repair, &place, report);
    if (error == DIBS_OK)
        (void)snprintf(report->aside, sizeof report->aside, "%s", repair->aside);
    if (repair != NULL)
        examination_free(&repair->found);
    free(repair);
    return error;
}
