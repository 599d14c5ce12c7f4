/* What a list shows of an offer (S37). */
#include <string.h>

#include "tests/model/model_state.h"

/* The first by its key, after that one. */
const struct offer *offer_after(const struct model *model, struct span key)
{
    const struct offer *first = NULL;
    for (size_t i = 0; i < model->supply.offers.count; i++) {
        const struct offer *offer = model->supply.offers.items[i];
        if ((key.size == 0 || span_compare(offer->key, key) > 0) &&
            (first == NULL || span_compare(offer->key, first->key) < 0))
            first = offer;
    }
    return first;
}

/* In the order of their bytes, each once. */
static struct span needs_of(struct model *model, const struct offer *offer)
{
    uint8_t text[LIMIT_NEEDS * (LIMIT_NEED_BYTES + 1)];
    size_t size = 0;
    struct span last = {0};
    for (uint32_t told = 0; told < offer->need_count; told++) {
        struct span next = {0};
        for (uint32_t i = 0; i < offer->need_count; i++)
            if ((last.size == 0 || span_compare(offer->needs[i], last) > 0) &&
                (next.size == 0 || span_compare(offer->needs[i], next) < 0))
                next = offer->needs[i];
        if (size > 0)
            text[size++] = ' ';
        memcpy(text + size, next.bytes, next.size);
        size += next.size;
        last = next;
    }
    return text_scratch(model, span_of(text, size));
}

struct report_row offer_row(struct model *model, const struct offer *offer)
{
    struct report_row row = {.kind = ROW_OFFER,
                             .key = offer->key,
                             .session = offer->owner_name,
                             .about = offer->about,
                             .ref = offer->ref,
                             .category = offer->category,
                             .since_ms = offer->was_ready ? offer->ready_ms : 0,
                             .expires_ms = offer->expires_ms == UINT64_MAX ? 0 : offer->expires_ms,
                             .obstacle = offer->stands,
                             .needs = needs_of(model, offer),
                             .priority = offer->priority};
    for (uint32_t i = 0; offer->stands == OBSTACLE_BLOCKED && i < offer->after_count && row.by.size == 0; i++)
        if (offer->open[i])
            row.by = offer->after[i];
    if (offer->stands == OBSTACLE_COOLING || offer->stands == OBSTACLE_NOT_YET)
        row.until_ms = offer->cools_to_ms > offer->not_before_ms ? offer->cools_to_ms : offer->not_before_ms;
    return row;
}
