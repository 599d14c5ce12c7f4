/* Done-memory: writing, reading and ending it. */
#include "coordinator/core/done.h"

#include "coordinator/core/due.h"
#include "coordinator/core/idea/idea_life.h"
#include "coordinator/core/policy.h"
#include "coordinator/core/queue.h"
#include "coordinator/state/keys.h"

/* Apart from claims' texts, whose keys begin with an offset. */
enum { DONE_TEXT_MARK = 0xd0, DONE_TEXT_INLINE = CLAIM_TEXT_INLINE };

static void done_text_key(struct row_key *row, struct span key, int text)
{
    row_key_begin(row);
    row_key_u8(row, DONE_TEXT_MARK);
    row_key_u8(row, (uint8_t)text);
    row_key_span(row, key);
}

static struct span done_keep(struct state *state, struct done *done, size_t *used, struct span bytes)
{
    if (!state_expect(state, bytes.size <= sizeof done->storage - *used))
        return (struct span){0};
    struct span kept = span_of(done->storage + *used, bytes.size);
    if (bytes.size != 0)
        memcpy(done->storage + *used, bytes.bytes, bytes.size);
    *used += bytes.size;
    return kept;
}

/* The number at the row's end. */
static bool done_idea_read(struct state *state, const struct done_row *row, struct span rest, uint64_t *idea)
{
    *idea = 0;
    if (!(row->flags & DONE_HAS_IDEA))
        return true;
    if (!state_expect(state, rest.size >= sizeof *idea))
        return false;
    memcpy(idea, rest.bytes + rest.size - sizeof *idea, sizeof *idea);
    return true;
}

bool done_load(struct state *state, struct span key, struct done *out)
{
    struct span value;
    size_t used = 0;

    if (!table_get(state, TABLE_DONE, key, &value))
        return false;
    if (!state_expect(state, value.size >= sizeof out->row))
        return false;
    memcpy(&out->row, value.bytes, sizeof out->row);
    struct span rest = done_keep(state, out, &used, span_skip(value, sizeof out->row));
    for (int i = 0; i < DONE_TEXTS; i++) {
        size_t size = out->row.text_sizes[i];
        if (size <= DONE_TEXT_INLINE) {
            if (!state_expect(state, rest.size >= size))
                return false;
            out->texts[i] = span_first(rest, size);
            rest = span_skip(rest, size);
            continue;
        }
        struct row_key at;
        done_text_key(&at, key, i);
        out->texts[i] = (struct span){0};
        if (table_get(state, TABLE_TEXT, row_key_as_span(&at), &value))
            out->texts[i] = done_keep(state, out, &used, value);
    }
    return done_idea_read(state, &out->row, rest, &out->idea);
}

bool done_refuses(struct state *state, struct span key, bool again, uint64_t offset)
{
    struct done_row row;
    struct span value;

    if (table_count(state, TABLE_DONE) == 0 || !table_get(state, TABLE_DONE, key, &value))
        return false;
    if (!state_expect(state, value.size >= sizeof row))
        return false;
    memcpy(&row, value.bytes, sizeof row);
    return !again || row.offset > offset;
}

static void done_erase(struct apply *apply, struct span key)
{
    struct done_row row;
    struct span value;

    if (!table_get(apply->state, TABLE_DONE, key, &value))
        return;
    memcpy(&row, value.bytes, sizeof row);
    uint64_t idea;
    if (!done_idea_read(apply->state, &row, value, &idea))
        return;
    due_remove(apply, DUE_DONE, row.expires_ms, key);
    for (int i = 0; i < DONE_TEXTS; i++) {
        struct row_key at;
        if (row.text_sizes[i] <= DONE_TEXT_INLINE)
            continue;
        done_text_key(&at, key, i);
        (void)table_delete(apply->state, TABLE_TEXT, row_key_as_span(&at));
    }
    (void)table_delete(apply->state, TABLE_DONE, key);
    if (idea != 0)
        idea_undone(apply, idea, key);
    queue_seek_again(apply); /* nothing is like it any more */
}

/* INV-8, R12: a full memory gives up the entry that ends soonest. */
static void done_make_room(struct apply *apply)
{
    struct due_entry soonest;

    if (table_count(apply->state, TABLE_DONE) < policy_value(apply->state, POLICY_DONE_MAX) ||
        !due_first_of(apply->state, DUE_DONE, &soonest))
        return;
    done_erase(apply, span_of(soonest.id, soonest.id_size));
    apply->meta->done_evicted++;
}

void done_remember(struct apply *apply, struct span key, uint64_t token, const struct claim *claim,
                   const struct close_intent *close)
{
    const struct span texts[DONE_TEXTS] = {
        [DONE_SESSION] = apply_head(apply)->session,    [DONE_ABOUT] = claim->texts[CLAIM_ABOUT],
        [DONE_REF] = claim->texts[CLAIM_REF],           [DONE_ORIGIN] = claim->texts[CLAIM_ORIGIN],
        [DONE_CATEGORY] = claim->texts[CLAIM_CATEGORY], [DONE_RESULT] = close->result,
    };
    uint64_t keep_ms = policy_value(apply->state, POLICY_DONE_TTL_MS);
    struct done_row row = {
        .offset = apply->record->offset,
        .token = token,
        .since_ms = apply->meta->now_ms,
        .expires_ms = apply->meta->now_ms + keep_ms,
        .reward = close->has_reward ? close->reward : 0,
        .has_reward = close->has_reward,
        .flags = claim->row.idea != 0 ? DONE_HAS_IDEA : 0,
    };
    uint8_t buffer[sizeof row + DONE_STORAGE_BYTES];
    size_t used = sizeof row;
    struct span known;

    if (keep_ms == 0)
        return;
    if (table_get(apply->state, TABLE_DONE, key, &known))
        done_erase(apply, key); /* the later replaces it */
    else
        done_make_room(apply);
    for (int i = 0; i < DONE_TEXTS; i++) {
        row.text_sizes[i] = (uint16_t)texts[i].size;
        if (texts[i].size > DONE_TEXT_INLINE) {
            struct row_key at;
            done_text_key(&at, key, i);
            table_put(apply->state, TABLE_TEXT, row_key_as_span(&at), texts[i]);
        } else if (texts[i].size != 0) {
            memcpy(buffer + used, texts[i].bytes, texts[i].size);
            used += texts[i].size;
        }
    }
    if (claim->row.idea != 0) {
        memcpy(buffer + used, &claim->row.idea, sizeof claim->row.idea);
        used += sizeof claim->row.idea;
        idea_done(apply, claim->row.idea, key);
    }
    memcpy(buffer, &row, sizeof row);
    table_put(apply->state, TABLE_DONE, key, span_of(buffer, used));
    due_add(apply, DUE_DONE, row.expires_ms, key);
}

void done_due(struct apply *apply, struct span key)
{
    done_erase(apply, key);
}
