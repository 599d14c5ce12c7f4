/* Postings: which ideas of a scope have a stem. */
#include "coordinator/core/idea/idea_posting.h"

#include "coordinator/state/keys.h"

enum { STEM_BYTES = 1 + 4 }; /* of a key: the scope and the stem */

static void stem_key(struct row_key *key, uint32_t scope, uint32_t stem)
{
    row_key_begin(key);
    row_key_u8(key, (uint8_t)scope);
    for (int shift = 24; shift >= 0; shift -= 8)
        row_key_u8(key, (uint8_t)(stem >> shift));
}

static void chunk_key(struct row_key *key, uint32_t scope, uint32_t stem, uint64_t id)
{
    stem_key(key, scope, stem);
    row_key_u64(key, id >> POSTING_SHIFT);
}

uint32_t posting_count(struct state *state, uint32_t scope, uint32_t stem)
{
    struct row_key key;
    struct span value;
    uint32_t count = 0;

    stem_key(&key, scope, stem);
    if (!table_get(state, TABLE_POSTING_COUNT, row_key_as_span(&key), &value) ||
        !state_expect(state, value.size == sizeof count))
        return 0;
    memcpy(&count, value.bytes, sizeof count);
    return count;
}

static void change_count(struct state *state, uint32_t scope, uint32_t stem, int change)
{
    uint32_t count = posting_count(state, scope, stem);
    struct row_key key;

    if (!state_expect(state, change > 0 || count > 0))
        return;
    count += (uint32_t)change;
    stem_key(&key, scope, stem);
    if (count == 0)
        (void)table_delete(state, TABLE_POSTING_COUNT, row_key_as_span(&key));
    else
        table_put(state, TABLE_POSTING_COUNT, row_key_as_span(&key), span_of(&count, sizeof count));
}

/* Copies a row's entries to where a new value is made. */
static uint8_t *chunk_read(struct state *state, const struct row_key *key, size_t *size)
{
    uint8_t *buffer = state_row_room(state);
    struct span value;

    *size = 0;
    if (table_get(state, TABLE_POSTING, row_key_as_span(key), &value) &&
        state_expect(state, value.size % POSTING_BYTES == 0 && value.size <= POSTING_IDEAS * POSTING_BYTES)) {
        memcpy(buffer, value.bytes, value.size);
        *size = value.size;
    }
    return buffer;
}

/* Where the entry of this idea is, or would be. Ideas come in order, so that is mostly the end. */
static size_t entry_place(const uint8_t *entries, size_t size, uint32_t low)
{
    size_t at = size;

    while (at > 0 && posting_low(entries + at - POSTING_BYTES) >= low)
        at -= POSTING_BYTES;
    return at;
}

/* The row that this idea's entry is in, or would be, for the caller to change; *at is the entry's place. */
static uint8_t *entry_find(struct state *state, uint32_t scope, uint32_t stem, uint64_t id, struct row_key *key,
                           size_t *size, size_t *at)
{
    chunk_key(key, scope, stem, id);
    uint8_t *entries = chunk_read(state, key, size);
    *at = entry_place(entries, *size, (uint32_t)id & (POSTING_IDEAS - 1));
    return entries;
}

void posting_add(struct state *state, uint32_t scope, uint32_t stem, uint64_t id, uint32_t norm)
{
    uint32_t low = (uint32_t)id & (POSTING_IDEAS - 1);
    struct row_key key;
    size_t size, at;

    uint8_t *entries = entry_find(state, scope, stem, id, &key, &size, &at);
    memmove(entries + at + POSTING_BYTES, entries + at, size - at);
    entries[at] = (uint8_t)low;
    entries[at + 1] = (uint8_t)(low >> 8);
    memcpy(entries + at + 2, &norm, sizeof norm);
    table_put(state, TABLE_POSTING, row_key_as_span(&key), span_of(entries, size + POSTING_BYTES));
    change_count(state, scope, stem, +1);
}

void posting_remove(struct state *state, uint32_t scope, uint32_t stem, uint64_t id)
{
    uint32_t low = (uint32_t)id & (POSTING_IDEAS - 1);
    struct row_key key;
    size_t size, at;

    uint8_t *entries = entry_find(state, scope, stem, id, &key, &size, &at);
    if (!state_expect(state, at < size && posting_low(entries + at) == low))
        return;
    size -= POSTING_BYTES;
    memmove(entries + at, entries + at + POSTING_BYTES, size - at);
    if (size == 0)
        (void)table_delete(state, TABLE_POSTING, row_key_as_span(&key));
    else
        table_put(state, TABLE_POSTING, row_key_as_span(&key), span_of(entries, size));
    change_count(state, scope, stem, -1);
}

/* Is the row that was found one of the walk's stem? */
static void walk_look(struct state *state, struct posting_walk *walk, bool found)
{
    struct row_key prefix;

    stem_key(&prefix, walk->scope, walk->stem);
    walk->over = !found || !span_starts_with(walk->key, row_key_as_span(&prefix)) ||
                 !state_expect(state, walk->key.size == STEM_BYTES + 8 && walk->entries.size % POSTING_BYTES == 0 &&
                                          walk->entries.size <= POSTING_IDEAS * POSTING_BYTES);
    if (!walk->over)
        walk->first = row_key_read_u64(walk->key, STEM_BYTES) << POSTING_SHIFT;
}

void posting_walk_begin(struct state *state, struct posting_walk *walk, uint32_t scope, uint32_t stem)
{
    struct row_key key;

    walk->scope = scope;
    walk->stem = stem;
    stem_key(&key, scope, stem);
    walk_look(state, walk, table_seek(state, TABLE_POSTING, row_key_as_span(&key), &walk->key, &walk->entries));
}

void posting_walk_next(struct state *state, struct posting_walk *walk)
{
    walk_look(state, walk, table_next(state, TABLE_POSTING, walk->key, &walk->key, &walk->entries));
}
