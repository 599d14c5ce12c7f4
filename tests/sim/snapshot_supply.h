/* What the core's tables say of work that is offered, read straight from the rows. */
#ifndef SIM_SNAPSHOT_SUPPLY_H
#define SIM_SNAPSHOT_SUPPLY_H

#include "tests/sim/snapshot_ideas.h"

struct snap_offer {
    struct bytes_part key;
    struct offer_row row;
};

/* `offer` waits until `key` is done. */
struct snap_after {
    struct bytes_part key, offer;
};

struct snap_category {
    uint64_t number;
    struct bytes_part name;
    struct category_row row;
};

/* One that can be picked (rank), or one that can't (place, until). */
struct snap_placed {
    uint64_t category, needs, place, at_ms, number;
    struct bytes_part key;
};

/* All in the order of their rows. */
struct snap_supply {
    struct snap_offer *offers;
    struct snap_after *afters;
    struct snap_category *categories;
    struct snap_placed *ready, *aside;
    uint32_t offer_count, after_count, category_count, ready_count, aside_count;
    uint32_t offer_room, after_room, category_room, ready_room, aside_room;
    struct supply_row row; /* zeros: there is none */
    struct bytes bytes;
};

void snapshot_supply_take(struct snap_supply *snapshot, struct state *state);
void snapshot_supply_free(struct snap_supply *snapshot);

#endif
