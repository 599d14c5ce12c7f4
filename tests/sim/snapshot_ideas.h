/* What the core's tables say of ideas and labels, read straight from the rows. */
#ifndef SIM_SNAPSHOT_IDEAS_H
#define SIM_SNAPSHOT_IDEAS_H

#include "coordinator/state/rows.h"
#include "coordinator/state/state.h"
#include "tests/sim/bytes.h"

struct snap_scope {
    struct bytes_part name;
    struct scope_row row;
};

struct snap_idea {
    uint64_t number;
    struct idea_row row;
    struct bytes_part features, marks, kind; /* of the first two each has four bytes */
};

/* A done key that names an idea. */
struct snap_idea_done {
    uint64_t idea;
    struct bytes_part key;
};

struct snap_label {
    struct bytes_part key;
    uint64_t group;
};

struct snap_parted {
    uint64_t group, other;
};

/* All in the order of their rows. */
struct snap_ideas {
    struct snap_scope *scopes;
    struct snap_idea *ideas;
    struct snap_idea_done *named, *done; /* by the idea's own rows, and by the done rows */
    struct snap_label *labels, *members; /* by key, and by group */
    struct snap_parted *parted;
    uint32_t scope_count, idea_count, named_count, done_count, label_count, member_count, parted_count;
    uint32_t scope_room, idea_room, named_room, done_room, label_room, member_room, parted_room;
    struct bytes bytes;
};

void snapshot_ideas_take(struct snap_ideas *snapshot, struct state *state);
void snapshot_ideas_free(struct snap_ideas *snapshot);

const struct snap_idea *snap_ideas_find(const struct snap_ideas *snapshot, uint64_t number);
const struct snap_scope *snap_ideas_scope(const struct snap_ideas *snapshot, uint64_t number);

/* A number in a row's key, high byte first, and one that is a row's whole value, low byte first. */
uint64_t snap_key_number(struct span key, size_t at, size_t size);
uint64_t snap_value_number(struct span value);

#endif
