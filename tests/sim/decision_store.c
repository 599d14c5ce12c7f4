/* The decisions of one telling, flattened. */
#include "tests/sim/decision_store.h"

void decision_store_clear(struct decision_store *store)
{
    store->count = 0;
    store->flat.size = store->text.size = 0;
}

void decision_store_free(struct decision_store *store)
{
    free(store->list);
    bytes_free(&store->flat);
    bytes_free(&store->text);
    *store = (struct decision_store){0};
}

void decision_store_add(struct decision_store *store, const struct decision *decision)
{
    if (store->count == store->room) {
        store->room = store->room * 2 + 64;
        store->list = realloc(store->list, store->room * sizeof *store->list);
        CHECK(store->list != NULL);
    }
    struct stored_decision *stored = &store->list[store->count++];
    stored->flat_at = store->flat.size;
    stored->text_at = store->text.size;
    decision_fields_flatten(decision, store->meaning_only, &store->flat);
    stored->flat_size = store->flat.size - stored->flat_at;
    if (!store->texts)
        return;
    decision_fields_print(decision, store->meaning_only, &store->text);
    bytes_add(&store->text, "", 1);
}
