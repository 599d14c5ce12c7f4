/* Claims and waiters in memory and in their tables. Layout: rows.h. */
#include "coordinator/state/claim_store.h"

#include "coordinator/state/keys.h"

static void id_key(struct row_key *key, uint64_t id)
{
    row_key_begin(key);
    row_key_u64(key, id);
}

static void text_key(struct row_key *key, const struct claim_row *row, int text)
{
    row_key_begin(key);
    row_key_u64(key, row->first_offset);
    row_key_u8(key, (uint8_t)text);
}

bool claim_load_row(struct state *state, enum table table, uint64_t id, struct claim_row *out)
{
    struct row_key key;
    struct span value;

    id_key(&key, id);
    if (!table_get(state, table, row_key_as_span(&key), &value))
        return false;
    if (!state_expect(state, value.size >= sizeof *out))
        return false;
    memcpy(out, value.bytes, sizeof *out);
    return true;
}

/* Copies bytes into the claim's storage and returns where they are now; nothing when they do not fit. */
static struct span claim_keep(struct state *state, struct claim *claim, size_t *used, struct span bytes)
{
    if (!state_expect(state, bytes.size <= sizeof claim->storage - *used))
        return (struct span){0};
    struct span kept = span_of(claim->storage + *used, bytes.size);
    if (bytes.size != 0)
        memcpy(claim->storage + *used, bytes.bytes, bytes.size);
    *used += bytes.size;
    return kept;
}

/* The scope's size and how many tokens, then those. */
static bool claim_load_scope(struct state *state, struct span rest, struct claim *out)
{
    if (!state_expect(state, rest.size >= 2 && rest.bytes[0] <= LIMIT_CATEGORY_BYTES &&
                                 rest.bytes[1] <= LIMIT_NOT_SAME &&
                                 rest.size == 2u + rest.bytes[0] + 8u * rest.bytes[1]))
        return false;
    out->scope = span_of(rest.bytes + 2, rest.bytes[0]);
    out->not_same_count = rest.bytes[1];
    memcpy(out->not_same_as, rest.bytes + 2 + out->scope.size, 8 * (size_t)out->not_same_count);
    return true;
}

bool claim_load(struct state *state, enum table table, uint64_t id, struct claim *out)
{
    struct row_key key;
    struct span value;
    size_t used = 0;

    id_key(&key, id);
    if (!table_get(state, table, row_key_as_span(&key), &value))
        return false;
    if (!state_expect(state, value.size >= sizeof out->row))
        return false;
    memcpy(&out->row, value.bytes, sizeof out->row);
    struct span rest = claim_keep(state, out, &used, span_skip(value, sizeof out->row));
    if (!state_expect(state, out->row.key_count <= LIMIT_ALL_KEYS))
        return false;
    for (uint32_t i = 0; i < out->row.key_count; i++) {
        uint16_t size;
        if (!state_expect(state, rest.size >= sizeof size))
            return false;
        memcpy(&size, rest.bytes, sizeof size);
        if (!state_expect(state, size <= LIMIT_KEY_BYTES && rest.size >= sizeof size + size))
            return false;
        out->keys[i] = span_of(rest.bytes + sizeof size, size);
        rest = span_skip(rest, sizeof size + size);
    }
    for (int i = 0; i < CLAIM_TEXTS; i++) {
        size_t size = out->row.text_sizes[i];
        if (size <= CLAIM_TEXT_INLINE) {
            if (!state_expect(state, rest.size >= size))
                return false;
            out->texts[i] = span_first(rest, size);
            rest = span_skip(rest, size);
            continue;
        }
        text_key(&key, &out->row, i);
        out->texts[i] = (struct span){0};
        if (table_get(state, TABLE_TEXT, row_key_as_span(&key), &value))
            out->texts[i] = claim_keep(state, out, &used, value);
    }
    out->scope = (struct span){0};
    out->not_same_count = 0;
    return !(out->row.flags & CLAIM_SCOPED) || claim_load_scope(state, rest, out);
}

static void put_bytes(uint8_t *buffer, size_t *used, const void *bytes, size_t size)
{
    if (size != 0)
        memcpy(buffer + *used, bytes, size);
    *used += size;
}

_Static_assert(sizeof(struct claim_row) + CLAIM_STORAGE_BYTES <= STATE_ROW_BYTES, "it fits");

void claim_save(struct state *state, enum table table, uint64_t id, struct claim *claim)
{
    uint8_t *buffer = state_row_room(state);
    size_t used = sizeof claim->row;
    struct row_key key;

    for (uint32_t i = 0; i < claim->row.key_count; i++) {
        uint16_t size = (uint16_t)claim->keys[i].size;
        put_bytes(buffer, &used, &size, sizeof size);
        put_bytes(buffer, &used, claim->keys[i].bytes, size);
    }
    for (int i = 0; i < CLAIM_TEXTS; i++) {
        claim->row.text_sizes[i] = (uint16_t)claim->texts[i].size;
        if (claim->texts[i].size <= CLAIM_TEXT_INLINE) {
            put_bytes(buffer, &used, claim->texts[i].bytes, claim->texts[i].size);
            continue;
        }
        text_key(&key, &claim->row, i);
        table_put(state, TABLE_TEXT, row_key_as_span(&key), claim->texts[i]);
    }
    if (claim->row.flags & CLAIM_SCOPED) {
        const uint8_t sizes[2] = {(uint8_t)claim->scope.size, (uint8_t)claim->not_same_count};
        put_bytes(buffer, &used, sizes, sizeof sizes);
        put_bytes(buffer, &used, claim->scope.bytes, claim->scope.size);
        put_bytes(buffer, &used, claim->not_same_as, 8 * (size_t)claim->not_same_count);
    }
    memcpy(buffer, &claim->row, sizeof claim->row);
    id_key(&key, id);
    table_put(state, table, row_key_as_span(&key), span_of(buffer, used));
}

void claim_save_row(struct state *state, enum table table, uint64_t id, const struct claim_row *row)
{
    uint8_t *buffer = state_row_room(state);
    struct row_key key;
    struct span value;

    id_key(&key, id);
    if (!table_get(state, table, row_key_as_span(&key), &value))
        return; /* only after a failure of the state */
    if (!state_expect(state, value.size >= sizeof *row && value.size <= sizeof *row + CLAIM_STORAGE_BYTES))
        return;
    memcpy(buffer, value.bytes, value.size);
    memcpy(buffer, row, sizeof *row);
    table_put(state, table, row_key_as_span(&key), span_of(buffer, value.size));
}

void claim_erase(struct state *state, enum table table, uint64_t id, const struct claim_row *row)
{
    struct row_key key;

    for (int i = 0; i < CLAIM_TEXTS; i++) {
        if (row->text_sizes[i] <= CLAIM_TEXT_INLINE)
            continue;
        text_key(&key, row, i);
        (void)table_delete(state, TABLE_TEXT, row_key_as_span(&key));
    }
    id_key(&key, id);
    (void)table_delete(state, table, row_key_as_span(&key));
}

int claim_key_index(const struct claim *claim, struct span key)
{
    for (uint32_t i = 0; i < claim->row.key_count; i++) {
        if (span_equal(claim->keys[i], key))
            return (int)i;
    }
    return -1;
}
