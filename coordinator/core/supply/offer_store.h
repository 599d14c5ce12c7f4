/* Offers in memory and in their tables: the row that changes, and beside it what was offered. */
#ifndef CORE_SUPPLY_OFFER_STORE_H
#define CORE_SUPPLY_OFFER_STORE_H

#include "coordinator/core/context.h"

enum {
    OFFER_STORAGE_BYTES = 2 * LIMIT_ABOUT_BYTES + 2 * LIMIT_CATEGORY_BYTES + LIMIT_REF_BYTES + LIMIT_SESSION_BYTES +
                          LIMIT_OFFER_AFTER * (LIMIT_KEY_BYTES + 2) + LIMIT_NEEDS * (LIMIT_NEED_BYTES + 2) + 2 + 2 * 6
};

enum offer_text { OFFER_ABOUT, OFFER_AKA, OFFER_CATEGORY, OFFER_SCOPE, OFFER_REF, OFFER_SESSION, OFFER_TEXTS };

/* What was offered; the spans point wherever the caller has them, or into the storage that it was loaded to. */
struct offer_told {
    struct span texts[OFFER_TEXTS];
    struct span after[LIMIT_OFFER_AFTER]; /* canonical, as given: a key may be there twice */
    struct span needs[LIMIT_NEEDS];       /* sorted, each once */
    uint32_t after_count, need_count;
};

bool offer_load(struct state *state, struct span key, struct offer_row *out);
void offer_save(struct state *state, struct span key, const struct offer_row *row);

/* False: it isn't offered. */
bool offer_load_told(struct state *state, struct span key, struct offer_told *out,
                     uint8_t storage[OFFER_STORAGE_BYTES]);
void offer_save_told(struct state *state, struct span key, const struct offer_told *told);

/* Both rows are gone; what refers to them is the caller's. */
void offer_erase(struct state *state, struct span key);

#endif
