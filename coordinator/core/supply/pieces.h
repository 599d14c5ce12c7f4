/* Spans in a row's value, each behind its size in two bytes. */
#ifndef CORE_SUPPLY_PIECES_H
#define CORE_SUPPLY_PIECES_H

#include "coordinator/state/state.h"

/* Writes them at bytes + *used, which moves on. */
static inline void pieces_put(uint8_t *bytes, size_t *used, const struct span *spans, uint32_t count)
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

/* Takes them off the front of `rest`; false: the state is damaged. */
static inline bool pieces_take(struct state *state, struct span *rest, struct span *out, uint32_t count)
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

#endif
