/* What the core's tables say at the end of a record, read straight from the rows: for the invariants and the dump. */
#ifndef SIM_SNAPSHOT_H
#define SIM_SNAPSHOT_H

#include "coordinator/state/rows.h"
#include "coordinator/state/state.h"
#include "tests/sim/bytes.h"
#include "tests/sim/snapshot_ideas.h"
#include "tests/sim/snapshot_supply.h"

/* A claim or a waiter. Its keys are in snapshot.keys from `key_first` on. */
struct snap_entry {
    uint64_t id; /* a claim's token, a waiter's offset */
    struct claim_row row;
    uint32_t key_first;
};

/* A done key, its place in snapshot.keys. */
struct snap_done {
    uint64_t offset, expires_ms;
    uint32_t key;
};

/* Whose issues NAME-1 means. */
struct snap_prefix {
    uint8_t name[LIMIT_PREFIX_BYTES], tracker[LIMIT_PREFIX_BYTES];
    uint8_t name_size, tracker_size;
};

struct snapshot {
    struct state_meta meta;
    uint64_t sessions, client_rows;
    struct snap_done *done;
    uint32_t done_count, done_room;
    struct snap_entry *claims, *waiters;
    uint32_t claim_count, waiter_count, claim_room, waiter_room;
    struct snap_prefix *prefixes; /* in order of their names */
    uint32_t prefix_count, prefix_room;
    struct span *keys; /* into `text` once taken */
    uint32_t key_count, key_room;
    struct bytes text;
    struct snap_ideas ideas;
    struct snap_supply supply;
};

void snapshot_take(struct snapshot *snapshot, struct state *state);
void snapshot_free(struct snapshot *snapshot);

static inline struct span snapshot_key(const struct snapshot *snapshot, const struct snap_entry *entry, uint32_t at)
{
    return snapshot->keys[entry->key_first + at];
}

#endif
