/* The local row of intake. */
#include "coordinator/intake/place.h"

struct intake_place intake_place(struct state *state)
{
    struct intake_place place = {0};
    struct span value;

    if (state_local_get(state, LOCAL_INTAKE, &value) && value.size == sizeof place)
        memcpy(&place, value.bytes, sizeof place);
    return place;
}

void intake_place_keep(struct state *state, const struct intake_place *place)
{
    state_local_put(state, LOCAL_INTAKE, span_of((const uint8_t *)place, sizeof *place));
}
