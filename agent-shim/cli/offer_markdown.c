/* Items from a folder of task files, a task each, called as its file: `fix-login.md` is offered as `task:fix-login`. Those
 * that are open are offered; what isn't is taken back if it was, and nobody waits for what is over. */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "front_matter.h"
#include "offer_batch.h"
#include "output.h"
#include "read_all.h"

enum { FILE_MOST = 1 << 20, KEY_BYTES = 512 };

struct task {
    struct front_matter matter;
    char name[256]; /* its file's, without .md */
    char key[KEY_BYTES], after[FRONT_MATTER_LIST][KEY_BYTES], ref[4096];
};

enum task_standing { TASK_OPEN, TASK_LATER, TASK_OVER };

struct folder {
    struct offer_batch *batch;
    const char *path;
    struct dirent **entries;
    int count;
    enum task_standing *standing; /* of each entry */
};

static int is_task(const struct dirent *entry)
{
    const char *dot = strrchr(entry->d_name, '.');

    return entry->d_name[0] != '.' && dot != NULL && strcmp(dot, ".md") == 0;
}

/* What isn't known is open. */
static enum task_standing standing_of(const char *state)
{
    static const struct {
        const char *state;
        enum task_standing standing;
    } states[] = {{"done", TASK_OVER},      {"completed", TASK_OVER}, {"closed", TASK_OVER},
                  {"cancelled", TASK_OVER}, {"canceled", TASK_OVER},  {"abandoned", TASK_OVER},
                  {"waiting", TASK_LATER},  {"blocked", TASK_LATER},  {"paused", TASK_LATER},
                  {"someday", TASK_LATER},  {"draft", TASK_LATER},    {"ready_for_review", TASK_LATER}};

    for (size_t i = 0; state != NULL && i < sizeof states / sizeof states[0]; i++) {
        if (strcasecmp(state, states[i].state) == 0)
            return states[i].standing;
    }
    return TASK_OPEN;
}

/* NULL: it is bad, which has been said once `tells`, or has no front matter. The caller's, freed by task_free. */
static struct task *read_task(const struct folder *folder, const char *file, bool tells)
{
    char path[4096], why[FRONT_MATTER_WHY_BYTES] = "there is no memory for it", name[OFFER_NAME_BYTES];
    struct task *task = calloc(1, sizeof *task);
    size_t size;

    snprintf(path, sizeof path, "%s/%s", folder->path, file);
    snprintf(name, sizeof name, "%.150s", file);
    char *text = task != NULL ? read_all(path, FILE_MOST, &size, why) : NULL;
    if (text == NULL || !front_matter_read(&task->matter, text, size, why)) {
        if (tells)
            offer_batch_bad(folder->batch, name, why);
        free(text);
        free(task);
        return NULL;
    }
    free(text);
    if (!task->matter.found) {
        free(task);
        return NULL;
    }
    snprintf(task->name, sizeof task->name, "%.*s", (int)strlen(file) - 3, file);
    snprintf(task->key, sizeof task->key, "task:%s", task->name);
    snprintf(task->ref, sizeof task->ref, "%s", path);
    return task;
}

static void task_free(void *owner)
{
    struct task *task = owner;

    if (task != NULL)
        front_matter_deinit(&task->matter);
    free(task);
}

/* Is that a task here that is over? Nobody has to wait for it. */
static bool is_over(const struct folder *folder, const char *name)
{
    size_t size = strlen(name);

    for (int i = 0; i < folder->count; i++) {
        const char *file = folder->entries[i]->d_name;
        if (folder->standing[i] == TASK_OVER && strncmp(file, name, size) == 0 && strcmp(file + size, ".md") == 0)
            return true;
    }
    return false;
}

static const char *fill_tags(struct offer_slot *slot, const struct front_matter *matter)
{
    bool has_category = matter->category != NULL;

    if (has_category)
        slot->item.category = matter->category;
    for (size_t i = 0; i < matter->tag_count; i++) {
        const char *tag = matter->tags[i] + strspn(matter->tags[i], "@#");
        if (strncmp(tag, "needs:", 6) == 0) {
            if (slot->item.need_count == WORD_LIST_MOST)
                return OFFER_MANY_NEEDS;
            slot->needs[slot->item.need_count++] = tag + 6;
        } else if (!has_category) {
            slot->item.category = tag;
            has_category = true;
        }
    }
    return NULL;
}

static const char *fill_priority(struct offer_slot *slot, const struct front_matter *matter, char why[160])
{
    if (matter->priority == NULL)
        return NULL;
    slot->item.has_priority = true;
    if (offer_priority_of(matter->priority, &slot->item.priority))
        return NULL;
    snprintf(why, 160, "its priority is \"%.60s\"; it is 0 to 9, or a word such as high, medium, low",
             matter->priority);
    return why;
}

/* Beside those that the options say. */
static const char *fill_after(const struct folder *folder, struct offer_slot *slot, struct task *task)
{
    const struct front_matter *matter = &task->matter;

    for (size_t i = 0; i < matter->depend_count; i++) {
        if (is_over(folder, matter->depends[i]))
            continue;
        if (slot->item.after_count == WORD_LIST_MOST)
            return "it comes after more than 16 keys, with those of --after";
        snprintf(task->after[i], sizeof task->after[i],
                 strchr(matter->depends[i], ':') != NULL ? "%.500s" : "task:%.500s", matter->depends[i]);
        slot->after[slot->item.after_count++] = task->after[i];
    }
    return NULL;
}

static bool offer_task(struct folder *folder, struct task *task)
{
    struct offer_slot *slot = offer_batch_slot(folder->batch);
    const struct front_matter *matter = &task->matter;
    char why[160];

    snprintf(slot->name, sizeof slot->name, "%.150s.md", task->name);
    slot->item.key = task->key;
    slot->item.about = matter->title != NULL ? matter->title : task->name;
    slot->item.ref = task->ref;
    const char *wrong = fill_tags(slot, matter);
    if (wrong == NULL)
        wrong = fill_priority(slot, matter, why);
    if (wrong == NULL)
        wrong = fill_after(folder, slot, task);
    if (wrong != NULL) {
        bool goes_on = offer_batch_bad(folder->batch, slot->name, wrong);
        task_free(task);
        return goes_on;
    }
    slot->owner = task;
    slot->release = task_free;
    return offer_batch_add(folder->batch, slot);
}

/* What isn't open is no work for now; those that were not offered need nothing. False: the store refused or failed. */
static bool withdraw_keys(struct offer_batch *batch, const struct dibs_withdraw_options *options)
{
    struct dibs_answer *answer = NULL;
    enum dibs_error error = dibs_withdraw(batch->client, options, &answer);

    if (error != DIBS_OK) {
        batch->code = output_error(error, dibs_store_url(batch->client), batch->arguments->json);
    } else if (answer->verdict != DIBS_VERDICT_ACCEPTED) {
        output_answer(answer, "withdrawn", NULL, batch->arguments->json);
        batch->code = dibs_answer_exit_code(answer);
    }
    dibs_answer_free(answer);
    return batch->code == EXIT_YES;
}

static bool is_cut_short(struct offer_batch *batch, const char *file)
{
    if (!offer_batch_is_interrupted(batch))
        return false;
    output_note("%s: %s; nothing is offered, and of what is over only what stands before; offer it again to finish",
                file, OFFER_INTERRUPTED);
    batch->code = EXIT_USAGE;
    return true;
}

static bool withdraw(const struct folder *folder)
{
    static char keys[DIBS_WITHDRAW_KEYS][KEY_BYTES];
    const char *names[DIBS_WITHDRAW_KEYS];
    struct dibs_withdraw_options options = {.keys = names};
    bool goes_on = true;

    for (int i = 0; goes_on && i < folder->count; i++) {
        const char *file = folder->entries[i]->d_name;
        if (folder->standing[i] != TASK_OPEN) {
            snprintf(keys[options.key_count], KEY_BYTES, "task:%.*s", (int)strlen(file) - 3, file);
            names[options.key_count] = keys[options.key_count];
            options.key_count++;
        }
        if (options.key_count == 0 || (options.key_count < DIBS_WITHDRAW_KEYS && i + 1 < folder->count))
            continue;
        goes_on = withdraw_keys(folder->batch, &options) && !is_cut_short(folder->batch, file);
        options.key_count = 0;
    }
    return goes_on;
}

/* What is over goes first: a store that refuses that would refuse the others. */
static void offer_folder(struct folder *folder)
{
    for (int i = 0; i < folder->count; i++) {
        struct task *task = read_task(folder, folder->entries[i]->d_name, false);
        folder->standing[i] = task != NULL ? standing_of(task->matter.state) : TASK_OPEN;
        task_free(task);
    }
    bool goes_on = withdraw(folder);
    for (int i = 0; goes_on && i < folder->count; i++) {
        struct task *task =
            folder->standing[i] == TASK_OPEN ? read_task(folder, folder->entries[i]->d_name, true) : NULL;
        goes_on = task == NULL ? folder->batch->code == EXIT_YES : offer_task(folder, task);
    }
}

void offer_markdown(struct offer_batch *batch, const char *path)
{
    struct folder folder = {.batch = batch, .path = path};

    folder.count = scandir(path, &folder.entries, is_task, alphasort);
    if (folder.count < 0) {
        batch->code = usage_error(batch->command, batch->arguments->json, "--from-markdown %s: it cannot be read: %s",
                                  path, strerror(errno));
        return;
    }
    folder.standing = calloc((size_t)folder.count + 1, sizeof *folder.standing);
    if (folder.standing == NULL)
        batch->code = usage_error(batch->command, batch->arguments->json,
                                  "--from-markdown %s: there is no memory for its files", path);
    else
        offer_folder(&folder);
    for (int i = 0; i < folder.count; i++)
        free(folder.entries[i]);
    free(folder.entries);
    free(folder.standing);
}
