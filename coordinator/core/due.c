/* The due index: everything that falls due, ordered by (time, kind, id). meta.next_due_ms is kept at or below the
 * earliest entry, so that a record before it costs no look-up. */
#include "coordinator/core/due.h"

#include "coordinator/state/keys.h"

/* R2: at one time, waiters' ends, claims, done-memory, cool-downs and offers, rows. */
static const enum due_kind due_order[] = {DUE_WAITER,      DUE_CLAIM,  DUE_DONE,   DUE_OFFER_OVER,
                                          DUE_OFFER_READY, DUE_CLIENT, DUE_SESSION};

enum { DUE_KINDS = sizeof due_order / sizeof due_order[0], DUE_ID_AT = 9 };

static void due_key(struct row_key *key, enum due_kind kind, uint64_t time_ms, struct span id)
{
    row_key_begin(key);
    row_key_u8(key, (uint8_t)kind);
    row_key_u64(key, time_ms);
    row_key_span(key, id);
}

void due_add(struct apply *apply, enum due_kind kind, uint64_t time_ms, struct span id)
{
    struct row_key key;

    due_key(&key, kind, time_ms, id);
    table_put(apply->state, TABLE_DUE, row_key_as_span(&key), (struct span){0});
    if (time_ms < apply->meta->next_due_ms)
        apply->meta->next_due_ms = time_ms;
}

void due_remove(struct apply *apply, enum due_kind kind, uint64_t time_ms, struct span id)
{
    struct row_key key;

    due_key(&key, kind, time_ms, id);
    (void)table_delete(apply->state, TABLE_DUE, row_key_as_span(&key));
}

void due_add_number(struct apply *apply, enum due_kind kind, uint64_t time_ms, uint64_t id)
{
    struct row_key bytes;

    row_key_begin(&bytes);
    row_key_u64(&bytes, id);
    due_add(apply, kind, time_ms, row_key_as_span(&bytes));
}

void due_remove_number(struct apply *apply, enum due_kind kind, uint64_t time_ms, uint64_t id)
{
    struct row_key bytes;

    row_key_begin(&bytes);
    row_key_u64(&bytes, id);
    due_remove(apply, kind, time_ms, row_key_as_span(&bytes));
}

bool due_first_of(struct state *state, enum due_kind kind, struct due_entry *out)
{
    const uint8_t prefix = (uint8_t)kind;
    struct span key, value;

    if (!table_seek(state, TABLE_DUE, span_of(&prefix, 1), &key, &value) || key.bytes[0] != prefix)
        return false;
    size_t least = kind == DUE_DONE || kind == DUE_OFFER_OVER || kind == DUE_OFFER_READY ? 1
                   : kind == DUE_CLIENT                                                  ? 16
                                                                                         : 8;
    if (!state_expect(state, key.size >= DUE_ID_AT + least && key.size <= DUE_ID_AT + sizeof out->id))
        return false;
    out->kind = kind;
    out->time_ms = row_key_read_u64(key, 1);
    out->id_size = key.size - DUE_ID_AT;
    memcpy(out->id, key.bytes + DUE_ID_AT, out->id_size);
    return true;
}

bool due_first(struct state *state, struct due_entry *out)
{
    bool found = false;
    struct due_entry entry;

    for (size_t i = 0; i < DUE_KINDS; i++) {
        if (!due_first_of(state, due_order[i], &entry) || (found && entry.time_ms >= out->time_ms))
            continue;
        *out = entry;
        found = true;
    }
    return found;
}
