/* Is an item of an offer well made? */
#ifndef CORE_SUPPLY_OFFER_FORM_H
#define CORE_SUPPLY_OFFER_FORM_H

#include "coordinator/core/key/canonical_key.h"
#include "coordinator/core/supply/need.h"
#include "coordinator/core/supply/offer_store.h"

/* An item with its keys made canonical and its needs in order. */
struct offering {
    struct canonical_key key, after[LIMIT_OFFER_AFTER];
    struct need_set needs;
    struct offer_told told; /* points into the item, and here */
};

static inline struct span offering_key(const struct offering *offering)
{
    return span_of(offering->key.bytes, offering->key.size);
}

/* In this order: key, subtree, texts, priority, after, needs. */
enum flaw offer_form(struct apply *apply, const struct offer_item *item, struct span in, struct offering *out);

#endif
