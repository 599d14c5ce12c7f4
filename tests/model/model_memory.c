/* Lists and copies of texts for the model: everything is allocated, nothing is shared. */
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "tests/model/model_state.h"

void *list_add(struct list *list, size_t size)
{
    if (list->count == list->capacity) {
        list->capacity = list->capacity == 0 ? 8 : list->capacity * 2;
        list->items = realloc(list->items, list->capacity * sizeof *list->items);
        CHECK(list->items != NULL);
    }
    void *item = calloc(1, size == 0 ? 1 : size);
    CHECK(item != NULL);
    list->items[list->count++] = item;
    return item;
}

void list_remove(struct list *list, const void *item)
{
    for (size_t i = 0; i < list->count; i++) {
        if (list->items[i] != item)
            continue;
        free(list->items[i]);
        memmove(list->items + i, list->items + i + 1, (list->count - i - 1) * sizeof *list->items);
        list->count--;
        return;
    }
    CHECK(false);
}

void list_clear(struct list *list)
{
    for (size_t i = 0; i < list->count; i++)
        free(list->items[i]);
    free(list->items);
    *list = (struct list){0};
}

static struct span copy_into(struct list *list, struct span text)
{
    if (text.size == 0)
        return (struct span){0};
    uint8_t *bytes = list_add(list, text.size);
    memcpy(bytes, text.bytes, text.size);
    return span_of(bytes, text.size);
}

struct span text_keep(struct model *model, struct span text)
{
    return copy_into(&model->kept, text);
}

struct span text_scratch(struct model *model, struct span text)
{
    return copy_into(&model->scratch, text);
}

struct texts texts_keep(struct model *model, struct texts texts)
{
    return (struct texts){.about = text_keep(model, texts.about),
                          .aka = text_keep(model, texts.aka),
                          .category = text_keep(model, texts.category),
                          .ref = text_keep(model, texts.ref),
                          .origin = text_keep(model, texts.origin),
                          .scope = text_keep(model, texts.scope)};
}

uint64_t time_after(uint64_t time_ms, uint64_t duration_ms)
{
    return duration_ms > UINT64_MAX - time_ms ? UINT64_MAX : time_ms + duration_ms;
}
