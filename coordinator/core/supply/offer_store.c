/* TABLE_OFFER has the fixed part, which changes; TABLE_OFFER_TOLD the texts, keys and words, each with its size. */
#include "coordinator/core/supply/offer_store.h"

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

/* Takes sized spans off the front of `rest`. */
static bool take(struct state *state, struct span *rest, struct span *out, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        uint16_t size;

        if (!state_expect(state, rest->size >= sizeof size))
            return false;
        memcpy(&size, rest->bytes, sizeof size);
        *rest = span_skip(*rest, sizeof size);
        if (!state_expect(state, rest->size >= size))
            return false;
        out[i] = span_first(*rest, size);
        *rest = span_skip(*rest, size);
    }
    return true;
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
           take(state, &rest, out->texts, OFFER_TEXTS) && take(state, &rest, out->after, out->after_count) &&
           take(state, &rest, out->needs, out->need_count);
}

static void put(uint8_t *bytes, size_t *used, const struct span *spans, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        uint16_t size = (uint16_t)spans[i].size;

        memcpy(bytes + *used, &size, sizeof size);
        *used += sizeof size;
        if (size != 0)
            memcpy(bytes + *used, spans[i].bytes, size);
        *used += size;
    }
}

_Static_assert((int)OFFER_STORAGE_BYTES <= (int)STATE_ROW_BYTES, "it fits");

void offer_save_told(struct state *state, struct span key, const struct offer_told *told)
{
    uint8_t *bytes = state_row_room(state);
    size_t used = 2;

    bytes[0] = (uint8_t)told->after_count;
    bytes[1] = (uint8_t)told->need_count;
    put(bytes, &used, told->texts, OFFER_TEXTS);
    put(bytes, &used, told->after, told->after_count);
    put(bytes, &used, told->needs, told->need_count);
    table_put(state, TABLE_OFFER_TOLD, key, span_of(bytes, used));
}

void offer_erase(struct state *state, struct span key)
{
    (void)table_delete(state, TABLE_OFFER, key);
    (void)table_delete(state, TABLE_OFFER_TOLD, key);
}
