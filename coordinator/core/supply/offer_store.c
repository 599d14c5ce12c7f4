/* TABLE_OFFER has the fixed part, which changes; TABLE_OFFER_TOLD the texts, keys and words, each with its size. */
#include "coordinator/core/supply/offer_store.h"

#include "coordinator/core/supply/pieces.h"

bool offer_load(struct state *state, struct span key, struct offer_row *out)
{
    struct span value;

    if (!table_get(state, TABLE_OFFER, key, &value) || !state_expect(state, value.size == sizeof *out))
        return false;
    memcpy(out, value.bytes, sizeof *out);
    return state_expect(state, out->place > PLACE_NONE && out->place < PLACES);
}

void offer_save(struct state *state, struct span key, const struct offer_row *row)
{
    table_put(state, TABLE_OFFER, key, span_of(row, sizeof *row));
}

bool offer_load_told(struct state *state, struct span key, struct offer_told *out, uint8_t storage[OFFER_STORAGE_BYTES])
{
    struct span value, rest;

    if (!table_get(state, TABLE_OFFER_TOLD, key, &value) ||
        !state_expect(state, value.size >= 2 && value.size <= OFFER_STORAGE_BYTES))
        return false;
    memcpy(storage, value.bytes, value.size);
    out->after_count = storage[0];
    out->need_count = storage[1];
    rest = span_of(storage + 2, value.size - 2);
    return state_expect(state, out->after_count <= LIMIT_OFFER_AFTER && out->need_count <= LIMIT_NEEDS) &&
           pieces_take(state, &rest, out->texts, OFFER_TEXTS) &&
           pieces_take(state, &rest, out->after, out->after_count) &&
           pieces_take(state, &rest, out->needs, out->need_count);
}

_Static_assert((int)OFFER_STORAGE_BYTES <= (int)STATE_ROW_BYTES, "it fits");

void offer_save_told(struct state *state, struct span key, const struct offer_told *told)
{
    uint8_t *bytes = state_row_room(state);
    size_t used = 2;

    bytes[0] = (uint8_t)told->after_count;
    bytes[1] = (uint8_t)told->need_count;
    pieces_put(bytes, &used, told->texts, OFFER_TEXTS);
    pieces_put(bytes, &used, told->after, told->after_count);
    pieces_put(bytes, &used, told->needs, told->need_count);
    table_put(state, TABLE_OFFER_TOLD, key, span_of(bytes, used));
}

void offer_erase(struct state *state, struct span key)
{
    (void)table_delete(state, TABLE_OFFER, key);
    (void)table_delete(state, TABLE_OFFER_TOLD, key);
}
