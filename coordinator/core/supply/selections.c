/* One row with two rings. */
#include "coordinator/core/supply/selections.h"

enum { SATURATED = 3 };

static const uint8_t the_row = 0;

void selections_load(struct state *state, struct selections_row *out)
{
    struct span value;

    *out = (struct selections_row){0};
    if (table_count(state, TABLE_SELECTIONS) != 0 && table_get(state, TABLE_SELECTIONS, span_of(&the_row, 1), &value) &&
        state_expect(state, value.size == sizeof *out))
        memcpy(out, value.bytes, sizeof *out);
}

void selections_save(struct state *state, const struct selections_row *row)
{
    table_put(state, TABLE_SELECTIONS, span_of(&the_row, 1), span_of(row, sizeof *row));
}

struct recent selections_recent(const struct selections_row *row)
{
    struct recent recent = {.selections = row->selections, .plateaus = row->plateaus};

    memcpy(recent.arms, row->arms, sizeof recent.arms);
    return recent;
}

bool selections_saturated(const struct selections_row *row, uint64_t family)
{
    uint64_t known = row->selections < SELECTIONS_FAMILIES ? row->selections : SELECTIONS_FAMILIES;
    uint32_t times = 0;

    for (uint64_t i = 0; i < known; i++)
        times += row->families[i] == family;
    return times >= SATURATED;
}
