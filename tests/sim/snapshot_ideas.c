/* What the core's tables say of ideas and labels. Parses rows by rows.h alone, sharing no code with the core. */
#include "tests/sim/snapshot_ideas.h"

uint64_t snap_key_number(struct span key, size_t at, size_t size)
{
    uint64_t number = 0;

    CHECK(at + size <= key.size);
    for (size_t i = 0; i < size; i++)
        number = number << 8 | key.bytes[at + i];
    return number;
}

uint64_t snap_value_number(struct span value)
{
    uint64_t number = 0;

    CHECK(value.size <= sizeof number);
    for (size_t i = value.size; i > 0; i--)
        number = number << 8 | value.bytes[i - 1];
    return number;
}

/* ---------------------------------------------------------------- one row */

static void read_scope(struct snap_ideas *snapshot, struct span key, struct span value)
{
    snapshot->scopes =
        list_grown(snapshot->scopes, snapshot->scope_count, &snapshot->scope_room, sizeof *snapshot->scopes);
    struct snap_scope *scope = &snapshot->scopes[snapshot->scope_count++];
    CHECK(value.size == sizeof scope->row && key.size > 0);
    scope->name = bytes_keep(&snapshot->bytes, span_first(key, key.size - 1));
    memcpy(&scope->row, value.bytes, sizeof scope->row);
}

static void read_idea(struct snap_ideas *snapshot, struct span key, struct span value)
{
    snapshot->ideas = list_grown(snapshot->ideas, snapshot->idea_count, &snapshot->idea_room, sizeof *snapshot->ideas);
    struct snap_idea *idea = &snapshot->ideas[snapshot->idea_count++];
    CHECK(key.size == 8 && value.size >= sizeof idea->row);
    idea->number = snap_key_number(key, 0, 8);
    memcpy(&idea->row, value.bytes, sizeof idea->row);
    struct span rest = span_skip(value, sizeof idea->row);
    size_t features = 4 * (size_t)idea->row.feature_count, marks = 4 * (size_t)idea->row.mark_count;
    CHECK(rest.size == features + marks + idea->row.kind_size);
    idea->features = bytes_keep(&snapshot->bytes, span_first(rest, features));
    idea->marks = bytes_keep(&snapshot->bytes, span_first(span_skip(rest, features), marks));
    idea->kind = bytes_keep(&snapshot->bytes, span_skip(rest, features + marks));
}

static void read_named(struct snap_ideas *snapshot, struct span key, struct span value)
{
    (void)value;
    snapshot->named =
        list_grown(snapshot->named, snapshot->named_count, &snapshot->named_room, sizeof *snapshot->named);
    snapshot->named[snapshot->named_count++] =
        (struct snap_idea_done){snap_key_number(key, 0, 8), bytes_keep(&snapshot->bytes, span_skip(key, 8))};
}

static void read_done(struct snap_ideas *snapshot, struct span key, struct span value)
{
    struct done_row row;

    CHECK(value.size >= sizeof row);
    memcpy(&row, value.bytes, sizeof row);
    if ((row.flags & DONE_HAS_IDEA) == 0)
        return;
    CHECK(value.size >= sizeof row + 8);
    snapshot->done = list_grown(snapshot->done, snapshot->done_count, &snapshot->done_room, sizeof *snapshot->done);
    snapshot->done[snapshot->done_count++] =
        (struct snap_idea_done){snap_value_number(span_skip(value, value.size - 8)), bytes_keep(&snapshot->bytes, key)};
}

static void read_label(struct snap_ideas *snapshot, struct span key, struct span value)
{
    snapshot->labels =
        list_grown(snapshot->labels, snapshot->label_count, &snapshot->label_room, sizeof *snapshot->labels);
    snapshot->labels[snapshot->label_count++] =
        (struct snap_label){bytes_keep(&snapshot->bytes, key), snap_value_number(value)};
}

static void read_member(struct snap_ideas *snapshot, struct span key, struct span value)
{
    (void)value;
    snapshot->members =
        list_grown(snapshot->members, snapshot->member_count, &snapshot->member_room, sizeof *snapshot->members);
    snapshot->members[snapshot->member_count++] =
        (struct snap_label){bytes_keep(&snapshot->bytes, span_skip(key, 8)), snap_key_number(key, 0, 8)};
}

static void read_parted(struct snap_ideas *snapshot, struct span key, struct span value)
{
    (void)value;
    snapshot->parted =
        list_grown(snapshot->parted, snapshot->parted_count, &snapshot->parted_room, sizeof *snapshot->parted);
    snapshot->parted[snapshot->parted_count++] =
        (struct snap_parted){snap_key_number(key, 0, 8), snap_key_number(key, 8, 8)};
}

/* ---------------------------------------------------------------- the whole */

static void read_table(struct snap_ideas *snapshot, struct state *state, enum table table,
                       void (*read)(struct snap_ideas *, struct span, struct span))
{
    struct span key, value;

    for (bool more = table_seek(state, table, (struct span){0}, &key, &value); more;
         more = table_next(state, table, key, &key, &value))
        read(snapshot, key, value);
}

void snapshot_ideas_take(struct snap_ideas *snapshot, struct state *state)
{
    snapshot->scope_count = snapshot->idea_count = snapshot->named_count = snapshot->done_count = 0;
    snapshot->label_count = snapshot->member_count = snapshot->parted_count = 0;
    snapshot->bytes.size = 0;
    read_table(snapshot, state, TABLE_SCOPE, read_scope);
    read_table(snapshot, state, TABLE_LABEL, read_label);
    read_table(snapshot, state, TABLE_GROUP, read_member);
    read_table(snapshot, state, TABLE_PARTED, read_parted);
    read_table(snapshot, state, TABLE_IDEA, read_idea);
    read_table(snapshot, state, TABLE_IDEA_DONE, read_named);
    read_table(snapshot, state, TABLE_DONE, read_done);
}

void snapshot_ideas_free(struct snap_ideas *snapshot)
{
    void *lists[] = {snapshot->scopes, snapshot->ideas,   snapshot->named, snapshot->done,
                     snapshot->labels, snapshot->members, snapshot->parted};

    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++)
        free(lists[i]);
    bytes_free(&snapshot->bytes);
    *snapshot = (struct snap_ideas){0};
}

const struct snap_idea *snap_ideas_find(const struct snap_ideas *snapshot, uint64_t number)
{
    for (uint32_t i = 0; i < snapshot->idea_count; i++) {
        if (snapshot->ideas[i].number == number)
            return &snapshot->ideas[i];
    }
    return NULL;
}

const struct snap_scope *snap_ideas_scope(const struct snap_ideas *snapshot, uint64_t number)
{
    for (uint32_t i = 0; i < snapshot->scope_count; i++) {
        if (snapshot->scopes[i].row.number == number)
            return &snapshot->scopes[i];
    }
    return NULL;
}
