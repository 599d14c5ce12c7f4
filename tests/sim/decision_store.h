/* The decisions of one telling, flattened, so that another can be held against them one by one. */
#ifndef SIM_DECISION_STORE_H
#define SIM_DECISION_STORE_H

#include "tests/sim/decision_fields.h"

struct stored_decision {
    size_t flat_at, flat_size, text_at;
};

struct decision_store {
    bool texts;        /* also keep them as text, for a report */
    bool meaning_only; /* see decision_fields.h */
    uint32_t count, room;
    struct stored_decision *list;
    struct bytes flat, text;
};

void decision_store_clear(struct decision_store *store);
void decision_store_free(struct decision_store *store);
void decision_store_add(struct decision_store *store, const struct decision *decision);

static inline struct span decision_store_flat(const struct decision_store *store, uint32_t at)
{
    return span_of(store->flat.data + store->list[at].flat_at, store->list[at].flat_size);
}

/* Its fields, one a line; empty without texts. */
static inline const char *decision_store_text(const struct decision_store *store, uint32_t at)
{
    return store->texts && at < store->count ? (const char *)store->text.data + store->list[at].text_at : "";
}

#endif
