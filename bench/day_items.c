/* The work of a simulated day, read from JSON lines. */
#include "day_items.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"

static int item_read(struct day_item *item, const char *line)
{
    const char *key, *category, *about;
    json_int_t time;
    json_t *object = json_loads(line, 0, NULL);
    int good = json_unpack(object, "{s:I, s:s, s:s, s:s}", "time", &time, "key", &key, "category", &category, "about",
                           &about) == 0;

    if (good)
        *item = (struct day_item){
            .time = (uint64_t)time, .key = strdup(key), .category = strdup(category), .about = strdup(about)};
    json_decref(object);
    return good;
}

static int in_order(const struct day_items *items)
{
    for (size_t i = 1; i < items->count; i++) {
        if (items->items[i].time < items->items[i - 1].time) {
            fprintf(stderr, "day: line %zu is earlier than the one before: sort the file by time\n", i + 1);
            return 0;
        }
    }
    return items->count > 0;
}

static void press(struct day_items *items, uint32_t seconds)
{
    uint64_t first = items->items[0].time, span = items->items[items->count - 1].time - first + 1;

    for (size_t i = 0; i < items->count; i++)
        items->items[i].at_s = (uint32_t)((items->items[i].time - first) * seconds / span);
}

int day_items_read(struct day_items *items, const char *path, size_t most, uint32_t seconds)
{
    FILE *file = fopen(path, "r");
    char *line = NULL;
    size_t capacity = 0, room = 0;
    int good = file != NULL;

    if (!good)
        perror(path);
    while (good && items->count < most && getline(&line, &capacity, file) > 0) {
        if (items->count == room) {
            room = room == 0 ? 1024 : 2 * room;
            items->items = realloc(items->items, room * sizeof *items->items);
            CHECK(items->items != NULL);
        }
        good = item_read(&items->items[items->count], line);
        if (!good)
            fprintf(stderr, "day: %s: line %zu is no {\"time\", \"key\", \"category\", \"about\"}\n", path,
                    items->count + 1);
        items->count += (size_t)good;
    }
    free(line);
    if (file != NULL)
        fclose(file);
    good = good && in_order(items);
    if (good)
        press(items, seconds);
    return good;
}

void day_items_free(struct day_items *items)
{
    for (size_t i = 0; i < items->count; i++) {
        free(items->items[i].key);
        free(items->items[i].category);
        free(items->items[i].about);
    }
    free(items->items);
    *items = (struct day_items){0};
}
