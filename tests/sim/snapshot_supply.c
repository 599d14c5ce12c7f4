/* What the core's tables say of work that is offered. Parses rows by rows.h alone, sharing no code with the core. */
#include "tests/sim/snapshot_supply.h"

static void read_offer(struct snap_supply *snapshot, struct span key, struct span value)
{
    snapshot->offers =
        list_grown(snapshot->offers, snapshot->offer_count, &snapshot->offer_room, sizeof *snapshot->offers);
    struct snap_offer *offer = &snapshot->offers[snapshot->offer_count++];
    CHECK(value.size == sizeof offer->row);
    offer->key = bytes_keep(&snapshot->bytes, key);
    memcpy(&offer->row, value.bytes, sizeof offer->row);
}

static void read_after(struct snap_supply *snapshot, struct span key, struct span value)
{
    size_t size = 0;

    while (size < key.size && key.bytes[size] != 0)
        size++;
    snapshot->afters =
        list_grown(snapshot->afters, snapshot->after_count, &snapshot->after_room, sizeof *snapshot->afters);
    struct snap_after *after = &snapshot->afters[snapshot->after_count++];
    CHECK(size < key.size); /* then a hash of the offer's */
    after->key = bytes_keep(&snapshot->bytes, span_first(key, size));
    after->offer = bytes_keep(&snapshot->bytes, value);
}

static void read_category(struct snap_supply *snapshot, struct span key, struct span value)
{
    snapshot->categories = list_grown(snapshot->categories, snapshot->category_count, &snapshot->category_room,
                                      sizeof *snapshot->categories);
    struct snap_category *category = &snapshot->categories[snapshot->category_count++];
    CHECK(key.size == 2 && value.size >= sizeof category->row);
    category->number = snap_key_number(key, 0, 2);
    memcpy(&category->row, value.bytes, sizeof category->row);
    category->name = bytes_keep(&snapshot->bytes, span_skip(value, sizeof category->row));
}

static void read_ready(struct snap_supply *snapshot, struct span key, struct span value)
{
    CHECK(key.size == 26);
    snapshot->ready =
        list_grown(snapshot->ready, snapshot->ready_count, &snapshot->ready_room, sizeof *snapshot->ready);
    snapshot->ready[snapshot->ready_count++] = (struct snap_placed){.category = snap_key_number(key, 0, 2),
                                                                    .needs = snap_key_number(key, 2, 8),
                                                                    .place = PLACE_READY,
                                                                    .at_ms = snap_key_number(key, 10, 8),
                                                                    .number = snap_key_number(key, 18, 8),
                                                                    .key = bytes_keep(&snapshot->bytes, value)};
}

static void read_aside(struct snap_supply *snapshot, struct span key, struct span value)
{
    CHECK(key.size == 17);
    snapshot->aside =
        list_grown(snapshot->aside, snapshot->aside_count, &snapshot->aside_room, sizeof *snapshot->aside);
    snapshot->aside[snapshot->aside_count++] = (struct snap_placed){.place = snap_key_number(key, 0, 1),
                                                                    .at_ms = snap_key_number(key, 1, 8),
                                                                    .number = snap_key_number(key, 9, 8),
                                                                    .key = bytes_keep(&snapshot->bytes, value)};
}

static void read_supply(struct snap_supply *snapshot, struct span key, struct span value)
{
    (void)key;
    CHECK(value.size == sizeof snapshot->row);
    memcpy(&snapshot->row, value.bytes, sizeof snapshot->row);
}

void snapshot_supply_take(struct snap_supply *snapshot, struct state *state)
{
    static const struct {
        enum table table;
        void (*read)(struct snap_supply *snapshot, struct span key, struct span value);
    } tables[] = {{TABLE_OFFER, read_offer}, {TABLE_AFTER, read_after}, {TABLE_CATEGORY, read_category},
                  {TABLE_READY, read_ready}, {TABLE_ASIDE, read_aside}, {TABLE_SUPPLY, read_supply}};
    struct span key, value;

    snapshot->offer_count = snapshot->after_count = snapshot->category_count = 0;
    snapshot->ready_count = snapshot->aside_count = 0;
    snapshot->bytes.size = 0;
    snapshot->row = (struct supply_row){0};
    for (size_t i = 0; i < sizeof tables / sizeof tables[0]; i++) {
        for (bool more = table_seek(state, tables[i].table, (struct span){0}, &key, &value); more;
             more = table_next(state, tables[i].table, key, &key, &value))
            tables[i].read(snapshot, key, value);
    }
}

void snapshot_supply_free(struct snap_supply *snapshot)
{
    free(snapshot->offers);
    free(snapshot->afters);
    free(snapshot->categories);
    free(snapshot->ready);
    free(snapshot->aside);
    bytes_free(&snapshot->bytes);
}
