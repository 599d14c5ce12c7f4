/* The rows of the index: an idea, and for each of its stems a place among those of 4,096 ideas. Layout: rows.h. */
#include "coordinator/core/idea/idea_index.h"

#include "coordinator/core/idea/idea_posting.h"
#include "coordinator/state/keys.h"

/* A scope that has counted so many is halved, so that what is new counts. */
static const uint64_t ideas_most = UINT64_C(1) << LIMIT_IDEA_COUNT_BITS;

bool idea_read(struct state *state, struct span about, struct span aka, struct span category, struct span scope,
               struct idea *out)
{
    if (about.size == 0)
        return false;
    idea_signature(about, aka, &out->signature);
    if (out->signature.count == 0)
        return false;
    idea_marks(about, aka, &out->marks);
    out->kind = idea_kind(category, about);
    out->scope_name = scope;
    out->scope = scope_find(state, scope);
    out->norm = 0;
    for (uint32_t i = 0; i < out->signature.count; i++) {
        uint32_t feature = out->signature.features[i];
        uint32_t frequency = idea_is_stem(feature) ? scope_frequency(state, &out->scope, feature) : 0;
        out->weights[i] = idea_weight(feature, out->scope.row.ideas, frequency);
        out->norm += out->weights[i];
    }
    return true;
}

static void idea_key(struct row_key *key, uint64_t id)
{
    row_key_begin(key);
    row_key_u64(key, id);
}

static bool row_read(struct state *state, uint64_t id, struct idea_row *row, struct span *rest)
{
    struct row_key key;
    struct span value;

    idea_key(&key, id);
    if (!table_get(state, TABLE_IDEA, row_key_as_span(&key), &value) || !state_expect(state, value.size >= sizeof *row))
        return false;
    memcpy(row, value.bytes, sizeof *row);
    *rest = span_skip(value, sizeof *row);
    return state_expect(state, row->feature_count <= IDEA_FEATURES && row->mark_count <= IDEA_MARKS &&
                                   row->kind_size <= LIMIT_CATEGORY_BYTES &&
                                   rest->size == 4u * row->feature_count + 4u * row->mark_count + row->kind_size);
}

bool idea_load_row(struct state *state, uint64_t id, struct idea_row *out)
{
    struct span rest;

    return row_read(state, id, out, &rest);
}

bool idea_load(struct state *state, uint64_t id, struct stored_idea *out)
{
    struct span rest;

    if (!row_read(state, id, &out->row, &rest))
        return false;
    out->signature.count = out->row.feature_count;
    out->marks.count = out->row.mark_count;
    memcpy(out->signature.features, rest.bytes, 4 * (size_t)out->signature.count);
    rest = span_skip(rest, 4 * (size_t)out->signature.count);
    memcpy(out->marks.marks, rest.bytes, 4 * (size_t)out->marks.count);
    rest = span_skip(rest, 4 * (size_t)out->marks.count);
    memcpy(out->kind, rest.bytes, rest.size);
    return true;
}

enum { IDEA_BYTES = sizeof(struct idea_row) + 4 * IDEA_FEATURES + 4 * IDEA_MARKS + LIMIT_CATEGORY_BYTES };

void idea_save_row(struct state *state, uint64_t id, const struct idea_row *row)
{
    uint8_t value[IDEA_BYTES];
    struct row_key key;
    struct idea_row before;
    struct span rest;

    if (!row_read(state, id, &before, &rest))
        return; /* only after a failure of the state */
    memcpy(value, row, sizeof *row);
    memcpy(value + sizeof *row, rest.bytes, rest.size);
    idea_key(&key, id);
    table_put(state, TABLE_IDEA, row_key_as_span(&key), span_of(value, sizeof *row + rest.size));
}

static void row_write(struct state *state, uint64_t id, const struct idea *idea, struct idea_row row)
{
    uint8_t value[IDEA_BYTES];
    size_t used = sizeof row;
    struct row_key key;

    row.norm = (uint32_t)idea->norm;
    row.feature_count = (uint16_t)idea->signature.count;
    row.mark_count = (uint16_t)idea->marks.count;
    row.kind_size = (uint16_t)idea->kind.size;
    memcpy(value, &row, sizeof row);
    memcpy(value + used, idea->signature.features, 4 * (size_t)idea->signature.count);
    used += 4 * (size_t)idea->signature.count;
    memcpy(value + used, idea->marks.marks, 4 * (size_t)idea->marks.count);
    used += 4 * (size_t)idea->marks.count;
    if (idea->kind.size != 0)
        memcpy(value + used, idea->kind.bytes, idea->kind.size);
    used += idea->kind.size;
    idea_key(&key, id);
    table_put(state, TABLE_IDEA, row_key_as_span(&key), span_of(value, used));
}

void idea_add(struct state *state, uint64_t id, const struct idea *idea, const struct idea_row *row)
{
    struct scope scope = scope_ensure(state, idea->scope_name);
    struct idea_row written = *row;

    written.scope = (uint16_t)scope.row.number;
    row_write(state, id, idea, written);
    for (uint32_t i = 0; i < idea->signature.count; i++) {
        uint32_t feature = idea->signature.features[i];
        if (!idea_is_stem(feature))
            continue;
        posting_add(state, written.scope, feature, id, (uint32_t)idea->norm);
        scope_count(state, &scope, feature);
    }
    scope.row.live++;
    if (++scope.row.ideas >= ideas_most) {
        scope.row.ideas /= 2;
        scope.row.epoch++;
    }
    scope_save(state, idea->scope_name, &scope.row);
}

/* The scope's name is not kept with each of its ideas. */
static void scope_shrink(struct state *state, uint32_t number)
{
    struct span name = {0}, value;
    struct scope_row row;

    for (bool more = table_seek(state, TABLE_SCOPE, name, &name, &value); more;
         more = table_next(state, TABLE_SCOPE, name, &name, &value)) {
        if (!state_expect(state, value.size == sizeof row && name.size > 0))
            return;
        memcpy(&row, value.bytes, sizeof row);
        if (row.number != number)
            continue;
        if (!state_expect(state, row.live > 0))
            return;
        row.live--;
        struct row_key key;
        row_key_begin(&key);
        row_key_span(&key, name);
        table_put(state, TABLE_SCOPE, row_key_as_span(&key), span_of(&row, sizeof row));
        return;
    }
}

void idea_erase(struct state *state, uint64_t id)
{
    struct stored_idea idea;
    struct row_key key;

    if (!idea_load(state, id, &idea))
        return; /* only after a failure of the state */
    for (uint32_t i = 0; i < idea.signature.count; i++) {
        if (idea_is_stem(idea.signature.features[i]))
            posting_remove(state, idea.row.scope, idea.signature.features[i], id);
    }
    idea_key(&key, id);
    (void)table_delete(state, TABLE_IDEA, row_key_as_span(&key));
    scope_shrink(state, idea.row.scope);
}
