/* Items as JSON: --from, a line each. A line is read, offered and forgotten. */
#include "offer_json.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "encoding_mark.h"
#include "output.h"
#include "when.h"

enum { LINE_MOST = 64 * 1024 };

#define LINE_NAME "%.100s, line %llu"
#define LAST_SECOND INT64_C(253402300799) /* of the year 9999: what is later is no time of RFC 3339 */

void offer_json_release(void *object)
{
    json_decref(object);
}

static const char *take_texts(struct offer_slot *slot, const json_t *object)
{
    const struct {
        const char *name;
        const char **to;
        const char *wrong;
    } texts[] = {
        {"key", &slot->item.key, "`key` is a text"},       {"about", &slot->item.about, "`about` is a text"},
        {"aka", &slot->item.aka, "`aka` is a text"},       {"category", &slot->item.category, "`category` is a text"},
        {"scope", &slot->item.scope, "`scope` is a text"}, {"ref", &slot->item.ref, "`ref` is a text"},
    };

    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        const json_t *value = json_object_get(object, texts[i].name);
        if (value == NULL || json_is_null(value))
            continue;
        if (!json_is_string(value))
            return texts[i].wrong;
        *texts[i].to = json_string_value(value);
    }
    return slot->item.key == NULL ? "it has no `key`" : NULL;
}

/* An array of texts, or one. */
static const char *take_list(const json_t *value, const char **to, size_t *count, const char *wrong)
{
    size_t size = json_is_array(value) ? json_array_size(value) : 1;

    if (value == NULL || json_is_null(value))
        return NULL;
    *count = 0;
    for (size_t i = 0; i < size; i++) {
        const json_t *entry = json_is_array(value) ? json_array_get(value, i) : value;
        if (!json_is_string(entry) || i == WORD_LIST_MOST)
            return wrong;
        to[(*count)++] = json_string_value(entry);
    }
    return NULL;
}

/* RFC 3339 or how long from now, as a text; else Unix seconds. */
static const char *take_time(const json_t *value, int64_t *ts_ms, const char *wrong)
{
    if (value == NULL || json_is_null(value))
        return NULL;
    if (json_is_string(value))
        return when_ahead(json_string_value(value), ts_ms) ? NULL : wrong;
    if (!json_is_integer(value) || json_integer_value(value) <= 0 || json_integer_value(value) > LAST_SECOND)
        return wrong;
    *ts_ms = json_integer_value(value) * 1000;
    return NULL;
}

static const char *take_priority(struct offer_slot *slot, const json_t *value)
{
    if (value == NULL || json_is_null(value))
        return NULL;
    if (!json_is_integer(value) || json_integer_value(value) < 0 || json_integer_value(value) > 9)
        return "`priority` is a whole number from 0 to 9";
    slot->item.has_priority = true;
    slot->item.priority = (uint32_t)json_integer_value(value);
    return NULL;
}

const char *offer_json_fill(struct offer_slot *slot, const json_t *object)
{
    const json_t *again = json_object_get(object, "again");
    const char *wrong = take_texts(slot, object);

    if (wrong == NULL)
        wrong = take_priority(slot, json_object_get(object, "priority"));
    if (wrong == NULL)
        wrong = take_list(json_object_get(object, "after"), slot->after, &slot->item.after_count,
                          "`after` is up to 16 keys");
    if (wrong == NULL)
        wrong = take_list(json_object_get(object, "needs"), slot->needs, &slot->item.need_count,
                          "`needs` is up to 16 capabilities");
    if (wrong == NULL)
        wrong = take_time(json_object_get(object, "not_before"), &slot->item.not_before_ts_ms,
                          "`not_before` is a time (RFC 3339, or Unix seconds), or how long from now");
    if (wrong == NULL)
        wrong = take_time(json_object_get(object, "expires"), &slot->item.expires_ts_ms,
                          "`expires` is a time (RFC 3339, or Unix seconds), or how long from now");
    if (wrong == NULL && offer_never_begins(slot->item.not_before_ts_ms, slot->item.expires_ts_ms))
        wrong = "its `expires` is no later than its `not_before`";
    if (wrong == NULL && again != NULL && !json_is_null(again) && !json_is_boolean(again))
        wrong = "`again` is true or false";
    slot->item.again = slot->item.again || json_is_true(again);
    return wrong;
}

char *offer_json_title(const char *text)
{
    static const char *const names[] = {"title", "about", "description"};
    json_t *object = json_loads(text, 0, NULL);
    const char *found = NULL;

    for (size_t i = 0; found == NULL && i < sizeof names / sizeof names[0]; i++)
        found = json_string_value(json_object_get(object, names[i]));
    char *title = found != NULL ? strdup(found) : NULL;
    json_decref(object);
    return title;
}

/* One line. False: stop. */
static bool offer_line(struct offer_batch *batch, const char *name, const char *line, size_t size)
{
    json_error_t error;
    json_t *object = json_loadb(line, size, JSON_REJECT_DUPLICATES, &error);
    struct offer_slot *slot = offer_batch_slot(batch);
    char why[320];

    if (object == NULL) {
        snprintf(why, sizeof why, "it is not JSON: %s", error.text);
        return offer_batch_bad(batch, name, why);
    }
    const char *wrong = json_is_object(object) ? offer_json_fill(slot, object) : "it is not a JSON object";
    if (wrong != NULL) {
        bool goes_on = offer_batch_bad(batch, name, wrong);
        json_decref(object);
        return goes_on;
    }
    snprintf(slot->name, sizeof slot->name, "%s", name);
    slot->owner = object;
    slot->release = offer_json_release;
    return offer_batch_add(batch, slot);
}

static bool is_blank(const char *line, size_t size)
{
    while (size > 0 && memchr(" \t\r\n", line[size - 1], 4) != NULL)
        size--;
    return size == 0;
}

/* Up to a line's end; *size is its whole length, of which `line` holds what fits. False: the end, or it cannot be read. */
static bool read_line(FILE *file, char line[LINE_MOST], size_t *size)
{
    int byte;

    *size = 0;
    while ((byte = getc_unlocked(file)) != EOF && byte != '\n') {
        if (*size < LINE_MOST)
            line[*size] = (char)byte;
        (*size)++;
    }
    return byte != EOF || (*size > 0 && ferror(file) == 0);
}

/* It failed in the middle, or at once, as a directory does. */
static void stop_unread(struct offer_batch *batch, const char *path, unsigned long long number, int cause)
{
    char name[OFFER_NAME_BYTES], why[160];

    snprintf(name, sizeof name, LINE_NAME, path, number);
    if (cause == EINTR && offer_batch_is_interrupted(batch))
        snprintf(why, sizeof why, OFFER_INTERRUPTED);
    else
        snprintf(why, sizeof why, "it cannot be read: %s", strerror(cause));
    if (batch->seen == 0 && batch->bad == 0)
        batch->code = usage_error(batch->command, batch->arguments->json, "--from %s: %s", path, why);
    else
        offer_batch_stop(batch, name, why);
}

static void offer_file(struct offer_batch *batch, const char *path, FILE *file)
{
    static char line[LINE_MOST];
    char name[OFFER_NAME_BYTES];
    unsigned long long number = 1;
    bool goes_on = true;
    size_t size;

    for (; goes_on && read_line(file, line, &size); number++) {
        snprintf(name, sizeof name, LINE_NAME, path, number);
        size_t mark = number == 1 && size <= LINE_MOST ? encoding_mark_size(line, size) : 0;
        if (size > LINE_MOST)
            goes_on = offer_batch_bad(batch, name, "it is longer than 64 KiB");
        else if (!is_blank(line + mark, size - mark))
            goes_on = offer_line(batch, name, line + mark, size - mark);
    }
    if (ferror(file))
        stop_unread(batch, path, number, errno);
}

void offer_lines(struct offer_batch *batch, const char *path)
{
    bool is_input = strcmp(path, "-") == 0;
    FILE *file = is_input ? stdin : fopen(path, "re");

    if (file == NULL) {
        batch->code = usage_error(batch->command, batch->arguments->json, "--from %s: it cannot be opened: %s", path,
                                  strerror(errno));
        return;
    }
    offer_file(batch, path, file);
    if (!is_input)
        fclose(file);
}
