/* Items from GitHub: the array that `gh issue list --json number,title,labels,url,updatedAt` prints. An issue's key is its
 * address; labels say what they say in most repositories. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "encoding_mark.h"
#include "offer_json.h"
#include "read_all.h"

enum { FILE_MOST = 64 * 1024 * 1024 };

/* What follows `name` and a colon, slash or blank in the label; NULL: it is another one. */
static const char *after_name(const char *label, const char *name)
{
    size_t size = strlen(name);

    if (strncasecmp(label, name, size) != 0 || label[size] == '\0' || strchr(":/- ", label[size]) == NULL)
        return NULL;
    label += size;
    label += strspn(label, ":/- ");
    return *label != '\0' ? label : NULL;
}

bool offer_priority_of(const char *word, uint32_t *priority)
{
    static const struct {
        const char *word;
        uint32_t priority;
    } words[] = {{"p0", 9},      {"p1", 7},   {"p2", 5},     {"p3", 3},     {"p4", 1},  {"critical", 9}, {"urgent", 9},
                 {"highest", 9}, {"high", 7}, {"medium", 5}, {"normal", 5}, {"low", 3}, {"lowest", 1}};

    if (word[0] >= '0' && word[0] <= '9' && word[1] == '\0') {
        *priority = (uint32_t)(word[0] - '0');
        return true;
    }
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (strcasecmp(words[i].word, word) == 0) {
            *priority = words[i].priority;
            return true;
        }
    }
    return false;
}

static const char *category_of(const char *label)
{
    static const char *const names[] = {"category", "type", "kind"};
    static const char *const plain[] = {"bug", "enhancement", "documentation", "feature", "question"};

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        const char *rest = after_name(label, names[i]);
        if (rest != NULL)
            return rest;
    }
    for (size_t i = 0; i < sizeof plain / sizeof plain[0]; i++) {
        if (strcasecmp(label, plain[i]) == 0)
            return plain[i];
    }
    return NULL;
}

/* False: it needs too much. */
static bool take_label(struct offer_slot *slot, const char *label, bool *has_category)
{
    const char *category = category_of(label), *priority = after_name(label, "priority");
    const char *need = after_name(label, "needs");
    uint32_t number;

    if (category != NULL && !*has_category) {
        slot->item.category = category;
        *has_category = true;
    }
    if (offer_priority_of(priority != NULL ? priority : label, &number)) {
        slot->item.has_priority = true;
        slot->item.priority = number;
    }
    if (need == NULL || strchr(need, ' ') != NULL)
        return true;
    if (slot->item.need_count == WORD_LIST_MOST)
        return false;
    slot->needs[slot->item.need_count++] = need;
    return true;
}

static bool offer_issue(struct offer_batch *batch, const char *name, json_t *issue)
{
    struct offer_slot *slot = offer_batch_slot(batch);
    const char *url = json_string_value(json_object_get(issue, "url"));
    const char *title = json_string_value(json_object_get(issue, "title"));
    const json_t *labels = json_object_get(issue, "labels");
    bool has_category = false;

    if (url == NULL || title == NULL)
        return offer_batch_bad(batch, name,
                               "it has no `url` and `title`: gh issue list --json number,title,labels,url,updatedAt");
    snprintf(slot->name, sizeof slot->name, "%s", name);
    slot->item.key = url;
    slot->item.ref = url;
    slot->item.about = title;
    for (size_t i = 0; i < json_array_size(labels); i++) {
        const json_t *label = json_array_get(labels, i);
        const char *word =
            json_is_string(label) ? json_string_value(label) : json_string_value(json_object_get(label, "name"));
        if (word != NULL && !take_label(slot, word, &has_category))
            return offer_batch_bad(batch, name, OFFER_MANY_NEEDS);
    }
    slot->owner = json_incref(issue);
    slot->release = offer_json_release;
    return offer_batch_add(batch, slot);
}

/* The whole file; NULL: it can't be had, which has been said. The caller's. */
static char *read_file(struct offer_batch *batch, const char *path, size_t *size)
{
    char why[READ_ALL_WHY_BYTES];
    char *text = read_all(path, FILE_MOST, size, why);

    if (text == NULL)
        batch->code = usage_error(batch->command, batch->arguments->json, "--from-github %s: %s", path,
                                  offer_batch_is_interrupted(batch) ? OFFER_INTERRUPTED : why);
    return text;
}

static json_t *load(struct offer_batch *batch, const char *path)
{
    size_t size, mark;
    json_error_t error;
    char *text = read_file(batch, path, &size);

    if (text == NULL)
        return NULL;
    mark = encoding_mark_size(text, size);
    json_t *issues = json_loadb(text + mark, size - mark, 0, &error);
    free(text);
    if (issues == NULL)
        batch->code = usage_error(batch->command, batch->arguments->json,
                                  "--from-github %s, line %d: it is not JSON: %s", path, error.line, error.text);
    else if (!json_is_array(issues))
        batch->code = usage_error(batch->command, batch->arguments->json,
                                  "--from-github %s: it is not an array of issues: gh issue list --json "
                                  "number,title,labels,url,updatedAt",
                                  path);
    return issues;
}

void offer_github(struct offer_batch *batch, const char *path)
{
    json_t *issues = load(batch, path);
    char name[OFFER_NAME_BYTES];
    bool goes_on = batch->code == EXIT_YES;

    for (size_t i = 0; goes_on && i < json_array_size(issues); i++) {
        json_t *issue = json_array_get(issues, i);
        const json_t *number = json_object_get(issue, "number");
        snprintf(name, sizeof name, "%.80s, issue %lld (%zu of the array)", path, (long long)json_integer_value(number),
                 i + 1);
        goes_on = offer_issue(batch, name, issue);
    }
    json_decref(issues);
}
