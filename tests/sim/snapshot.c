/* What the core's tables say at the end of a record. Parses rows by rows.h alone, sharing no code with the core. */
#include "tests/sim/snapshot.h"

/* While rows are read `text` may still move: place_keys sets the keys' bytes. */
static void read_key(struct snapshot *snapshot, struct span key)
{
    snapshot->keys = list_grown(snapshot->keys, snapshot->key_count, &snapshot->key_room, sizeof *snapshot->keys);
    snapshot->keys[snapshot->key_count++] = (struct span){.bytes = NULL, .size = key.size};
    bytes_add(&snapshot->text, key.bytes, key.size);
}

static void read_keys(struct snapshot *snapshot, struct snap_entry *entry, struct span rest)
{
    entry->key_first = snapshot->key_count;
    for (uint32_t i = 0; i < entry->row.key_count; i++) {
        uint16_t size;
        CHECK(rest.size >= sizeof size);
        memcpy(&size, rest.bytes, sizeof size);
        rest = span_skip(rest, sizeof size);
        CHECK(rest.size >= size);
        read_key(snapshot, span_first(rest, size));
        rest = span_skip(rest, size);
    }
}

static void place_keys(struct snapshot *snapshot)
{
    size_t at = 0;

    for (uint32_t i = 0; i < snapshot->key_count; i++) {
        snapshot->keys[i].bytes = snapshot->text.data + at;
        at += snapshot->keys[i].size;
    }
}

static uint64_t read_number(struct span key)
{
    uint64_t number = 0;

    for (size_t i = 0; i < key.size && i < 8; i++)
        number = number << 8 | key.bytes[i];
    return number;
}

static void read_entry(struct snapshot *snapshot, struct snap_entry *entry, struct span key, struct span value)
{
    CHECK(key.size == 8 && value.size >= sizeof entry->row);
    entry->id = read_number(key);
    memcpy(&entry->row, value.bytes, sizeof entry->row);
    read_keys(snapshot, entry, span_skip(value, sizeof entry->row));
}

static void read_done(struct snapshot *snapshot, struct state *state)
{
    struct span key, value;

    for (bool more = table_seek(state, TABLE_DONE, (struct span){0}, &key, &value); more;
         more = table_next(state, TABLE_DONE, key, &key, &value)) {
        struct done_row row;
        CHECK(value.size >= sizeof row);
        memcpy(&row, value.bytes, sizeof row);
        snapshot->done = list_grown(snapshot->done, snapshot->done_count, &snapshot->done_room, sizeof *snapshot->done);
        snapshot->done[snapshot->done_count++] = (struct snap_done){row.offset, row.expires_ms, snapshot->key_count};
        read_key(snapshot, key);
    }
}

static void read_prefixes(struct snapshot *snapshot, struct state *state)
{
    struct span key, value;

    for (bool more = table_seek(state, TABLE_PREFIX, (struct span){0}, &key, &value); more;
         more = table_next(state, TABLE_PREFIX, key, &key, &value)) {
        snapshot->prefixes =
            list_grown(snapshot->prefixes, snapshot->prefix_count, &snapshot->prefix_room, sizeof *snapshot->prefixes);
        struct snap_prefix *prefix = &snapshot->prefixes[snapshot->prefix_count++];
        CHECK(key.size <= sizeof prefix->name && value.size <= sizeof prefix->tracker && value.size > 0);
        *prefix = (struct snap_prefix){.name_size = (uint8_t)key.size, .tracker_size = (uint8_t)value.size};
        memcpy(prefix->name, key.bytes, key.size);
        memcpy(prefix->tracker, value.bytes, value.size);
    }
}

void snapshot_take(struct snapshot *snapshot, struct state *state)
{
    struct span key, value;

    snapshot->claim_count = snapshot->waiter_count = snapshot->done_count = snapshot->key_count = 0;
    snapshot->prefix_count = 0;
    snapshot->text.size = 0;
    snapshot->meta = *state_meta(state);
    snapshot->sessions = table_count(state, TABLE_SESSION);
    snapshot->client_rows = table_count(state, TABLE_CLIENT);
    for (bool more = table_seek(state, TABLE_CLAIM, (struct span){0}, &key, &value); more;
         more = table_next(state, TABLE_CLAIM, key, &key, &value)) {
        snapshot->claims =
            list_grown(snapshot->claims, snapshot->claim_count, &snapshot->claim_room, sizeof *snapshot->claims);
        read_entry(snapshot, &snapshot->claims[snapshot->claim_count++], key, value);
    }
    for (bool more = table_seek(state, TABLE_WAITER, (struct span){0}, &key, &value); more;
         more = table_next(state, TABLE_WAITER, key, &key, &value)) {
        snapshot->waiters =
            list_grown(snapshot->waiters, snapshot->waiter_count, &snapshot->waiter_room, sizeof *snapshot->waiters);
        read_entry(snapshot, &snapshot->waiters[snapshot->waiter_count++], key, value);
    }
    read_done(snapshot, state);
    read_prefixes(snapshot, state);
    place_keys(snapshot);
    snapshot_ideas_take(&snapshot->ideas, state);
    snapshot_supply_take(&snapshot->supply, state);
}

void snapshot_free(struct snapshot *snapshot)
{
    free(snapshot->claims);
    free(snapshot->waiters);
    free(snapshot->done);
    free(snapshot->prefixes);
    free(snapshot->keys);
    bytes_free(&snapshot->text);
    snapshot_ideas_free(&snapshot->ideas);
    snapshot_supply_free(&snapshot->supply);
    *snapshot = (struct snapshot){0};
}
