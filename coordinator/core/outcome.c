/* Outcomes: remembering answers, giving them again, and forgetting them. Layout: rows.h. */
#include "coordinator/core/outcome.h"

#include "coordinator/core/client.h"
#include "coordinator/core/ended.h"
#include "coordinator/core/policy.h"
#include "coordinator/state/claim_store.h"
#include "coordinator/state/keys.h"

static void outcome_row_key(struct row_key *key, struct row_owner owner, uint64_t seq)
{
    row_key_begin(key);
    row_key_u64(key, owner.client);
    row_key_u64(key, owner.session);
    row_key_u64(key, seq);
}

/* The fixed part, and all of it until the next write; `at` gets the key. */
static bool outcome_find(struct state *state, struct row_owner owner, uint64_t seq, struct row_key *at,
                         struct outcome_row *out, struct span *value)
{
    outcome_row_key(at, owner, seq);
    if (!table_get(state, TABLE_OUTCOME, row_key_as_span(at), value) ||
        !state_expect(state, value->size >= sizeof *out))
        return false;
    memcpy(out, value->bytes, sizeof *out);
    return true;
}

bool outcome_load_row(struct state *state, struct row_owner owner, uint64_t seq, struct outcome_row *out)
{
    struct row_key at;
    struct span value;

    return outcome_find(state, owner, seq, &at, out, &value);
}

/* `rest` follows the fixed part, which is in `out`. False: the state is damaged. */
static bool outcome_read(struct state *state, struct span rest, struct outcome *out)
{
    size_t used = 0;

    if (!state_expect(state, out->row.key_count <= LIMIT_ALL_KEYS))
        return false;
    for (uint32_t i = 0; i < out->row.key_count; i++) {
        if (!state_expect(state, rest.size >= sizeof out->keys[i]))
            return false;
        memcpy(&out->keys[i], rest.bytes, sizeof out->keys[i]);
        rest = span_skip(rest, sizeof out->keys[i]);
        if (!state_expect(state, rest.size >= out->keys[i].size && out->keys[i].size <= sizeof out->storage - used))
            return false;
        memcpy(out->storage + used, rest.bytes, out->keys[i].size);
        out->key_spans[i] = span_of(out->storage + used, out->keys[i].size);
        used += out->keys[i].size;
        rest = span_skip(rest, out->keys[i].size);
    }
    if (!state_expect(state, rest.size <= sizeof out->storage - used))
        return false;
    if (rest.size != 0)
        memcpy(out->storage + used, rest.bytes, rest.size);
    rest = span_of(out->storage + used, rest.size);
    for (int i = 0; i < OUTCOME_TEXTS; i++) {
        if (!state_expect(state, rest.size >= out->row.text_sizes[i]))
            return false;
        out->texts[i] = span_first(rest, out->row.text_sizes[i]);
        rest = span_skip(rest, out->row.text_sizes[i]);
    }
    return true;
}

bool outcome_load(struct state *state, struct row_owner owner, uint64_t seq, struct outcome *out)
{
    struct row_key at;
    struct span value;

    if (!outcome_find(state, owner, seq, &at, &out->row, &value) ||
        !outcome_read(state, span_skip(value, sizeof out->row), out))
        return false;
    return !(out->row.flags & OUTCOME_RIVALS) || outcome_rivals_load(state, owner, seq, &out->rivals);
}

static void put_bytes(uint8_t *buffer, size_t *used, const void *bytes, size_t size)
{
    if (size != 0)
        memcpy(buffer + *used, bytes, size);
    *used += size;
}
_Static_assert(sizeof(struct outcome) <= STATE_ROW_BYTES, "it fits");

static struct outcome_row outcome_row_of(const struct decision *decision)
{
    const struct holder *holder = &decision->holder;
    return (struct outcome_row){
        .offset = decision->offset,
        .token = decision->key_count > 0 ? decision->keys[0].token : 0,
        .ttl_ms = decision->ttl_ms,
        .holder_token = holder->token,
        .holder_since_ms = holder->since_ms,
        .holder_expires_ms = holder->expires_ms,
        .holder_client = holder->own_waiter.client,
        .holder_seq = holder->own_waiter.seq,
        .warnings = decision->warnings,
        .flaw_key = decision->flaw_key,
        .queue_length = decision->queue_length,
        .ended_count = decision->ended_count,
        .verb = (uint8_t)decision->verb,
        .answer = (uint8_t)decision->answer,
        .reason = (uint8_t)decision->reason,
        .why = (uint8_t)decision->why,
        .advice = (uint8_t)decision->advice,
        .flaw = (uint8_t)decision->flaw,
        .has_holder = decision->has_holder,
        .key_count = (uint16_t)decision->key_count,
    };
}

/* Written as it goes, without a struct outcome on the stack. */
static void outcome_write(struct state *state, struct row_owner owner, uint64_t seq, const struct decision *decision,
                          struct outcome_row row)
{
    const struct holder *holder = &decision->holder;
    const struct span texts[OUTCOME_TEXTS] = {
        [OUTCOME_ABOUT] = decision->about,        [OUTCOME_HOLDER_SESSION] = holder->session,
        [OUTCOME_HOLDER_ABOUT] = holder->about,   [OUTCOME_HOLDER_REF] = holder->ref,
        [OUTCOME_HOLDER_ORIGIN] = holder->origin, [OUTCOME_HOLDER_KEY] = holder->key,
        [OUTCOME_RESULT] = decision->result,      [OUTCOME_BY] = decision->by,
        [OUTCOME_WORDS] = decision->words,
    };
    uint8_t *buffer = state_row_room(state);
    size_t used = 0;
    struct row_key at;

    for (int i = 0; i < OUTCOME_TEXTS; i++)
        row.text_sizes[i] = (uint16_t)texts[i].size;
    put_bytes(buffer, &used, &row, sizeof row);
    for (uint32_t i = 0; i < decision->key_count; i++) {
        const struct granted_key *from = &decision->keys[i];
        const struct outcome_key key = {from->token, from->expires_ms, .size = (uint16_t)from->key.size};
        put_bytes(buffer, &used, &key, sizeof key);
        put_bytes(buffer, &used, from->key.bytes, from->key.size);
    }
    for (int i = 0; i < OUTCOME_TEXTS; i++)
        put_bytes(buffer, &used, texts[i].bytes, texts[i].size);
    outcome_row_key(&at, owner, seq);
    table_put(state, TABLE_OUTCOME, row_key_as_span(&at), span_of(buffer, used));
}

/* Walks a row's outcomes: the one after `seq` (0: the first). Only the fixed part is read. */
static bool outcome_after(struct state *state, struct row_owner owner, uint64_t seq, uint64_t *next_seq,
                          struct outcome_row *row)
{
    struct row_key from;
    struct span key, value;

    if (seq == UINT64_MAX)
        return false;
    outcome_row_key(&from, owner, seq + 1);
    if (!table_seek(state, TABLE_OUTCOME, row_key_as_span(&from), &key, &value) || key.size != from.size ||
        memcmp(key.bytes, from.bytes, 16) != 0 || !state_expect(state, value.size >= sizeof *row))
        return false;
    *next_seq = row_key_read_u64(key, 16);
    memcpy(row, value.bytes, sizeof *row);
    return true;
}

static void outcome_forget_ending(struct apply *apply, struct row_owner owner, uint64_t seq)
{
    struct outcome outcome;

    if (outcome_load(apply->state, owner, seq, &outcome))
        ended_forget(apply, outcome.row.token, owner.session, outcome.key_spans, outcome.row.key_count);
}

static void outcome_erase(struct apply *apply, struct row_owner owner, uint64_t seq)
{
    struct outcome_row row;
    struct row_key key;

    if (!outcome_load_row(apply->state, owner, seq, &row))
        return;
    if (row.flags & OUTCOME_ENDED)
        outcome_forget_ending(apply, owner, seq);
    if (row.flags & OUTCOME_RIVALS)
        outcome_rivals_erase(apply->state, owner, seq);
    outcome_row_key(&key, owner, seq);
    (void)table_delete(apply->state, TABLE_OUTCOME, row_key_as_span(&key));
}

/* The first outcome of the row, from `seq` on, that neither waits nor lives. Of those that do there may be hundreds. */
static bool outcome_evictable(struct state *state, struct row_owner owner, uint64_t *seq, struct outcome_row *row)
{
    struct row_key from;
    struct span key, value;
    uint32_t flags;

    outcome_row_key(&from, owner, *seq);
    bool found = table_seek(state, TABLE_OUTCOME, row_key_as_span(&from), &key, &value);
    for (; found && key.size == from.size && memcmp(key.bytes, from.bytes, 16) == 0;
         found = table_following(state, TABLE_OUTCOME, &key, &value)) {
        if (!state_expect(state, value.size >= sizeof *row))
            return false;
        memcpy(&flags, value.bytes + offsetof(struct outcome_row, flags), sizeof flags);
        if (flags & (OUTCOME_WAITING | OUTCOME_LIVE))
            continue;
        *seq = row_key_read_u64(key, 16);
        memcpy(row, value.bytes, sizeof *row);
        return true;
    }
    return false;
}

/* S24: makes room for one more. What waits or lives stays and is not counted; `busy` of the row's outcomes do. */
static void outcome_make_room(struct apply *apply, struct row_owner owner, uint32_t busy)
{
    struct client_row *client = &apply->client.row;
    struct outcome_row row;
    uint64_t seq = 0;

    while (client->outcome_count >= LIMIT_OUTCOMES + busy && outcome_evictable(apply->state, owner, &seq, &row)) {
        outcome_erase(apply, owner, seq);
        client->outcome_count--;
        if (seq > client->floor_seq)
            client->floor_seq = seq;
        client_touch(apply);
        if (row.keep_until_ms != 0)
            client_rearm(apply);
    }
}

void outcome_remember(struct apply *apply, struct row_owner owner, uint64_t seq, const struct decision *decision,
                      uint32_t flags, uint64_t waiter_offset)
{
    struct outcome_row before = {0};
    bool known = outcome_load_row(apply->state, owner, seq, &before);
    bool is_busy = (flags & (OUTCOME_WAITING | OUTCOME_LIVE)) != 0;

    if (!client_use(apply, owner))
        return; /* only after a failure of the state */
    if (!known) {
        outcome_make_room(apply, owner, apply->client.row.busy - is_busy);
        apply->client.row.outcome_count++;
    }
    if (decision->rival_count != 0 || decision->likeness != LIKENESS_NONE) {
        outcome_rivals_save(apply->state, owner, seq, decision);
        flags |= OUTCOME_RIVALS;
    } else if (before.flags & OUTCOME_RIVALS) {
        outcome_rivals_erase(apply->state, owner, seq);
    }
    if ((before.flags & OUTCOME_WAITING) && !(flags & OUTCOME_WAITING))
        before.keep_until_ms = apply->meta->now_ms + policy_value(apply->state, POLICY_WAITED_KEEP_MS);
    if (apply->client.row.busy == 0)
        apply->client.row.idle_ms = apply->meta->now_ms;
    client_touch(apply);
    struct outcome_row row = outcome_row_of(decision);
    row.flags = flags;
    row.waiter_offset = waiter_offset;
    row.keep_until_ms = before.keep_until_ms;
    outcome_write(apply->state, owner, seq, decision, row);
}

void outcome_claim_ended(struct apply *apply, struct row_owner owner, uint64_t seq, const struct claim_end *end,
                         const struct span *keys, uint32_t key_count)
{
    struct outcome_row row;
    struct row_key at;
    struct span value;

    if (!outcome_find(apply->state, owner, seq, &at, &row, &value))
        return; /* only after a failure of the state */
    row.flags = (row.flags & ~(uint32_t)OUTCOME_LIVE) | OUTCOME_ENDED;
    row.ended_why = (uint8_t)end->why;
    uint8_t *room = state_row_room(apply->state);
    memcpy(room, value.bytes, value.size);
    memcpy(room, &row, sizeof row);
    table_put(apply->state, TABLE_OUTCOME, row_key_as_span(&at), span_of(room, value.size));
    if (end->why == WHY_EXPIRED || end->why == WHY_REVOKED || end->why == WHY_TAKEN)
        ended_remember(apply, row.token, owner.session, keys, key_count, end);
    client_busy(apply, owner, -1);
}

uint64_t outcome_kept_until(struct state *state, struct row_owner owner)
{
    struct outcome_row row;
    uint64_t seq = 0, until = 0;

    while (outcome_after(state, owner, seq, &seq, &row)) {
        if (row.keep_until_ms > until)
            until = row.keep_until_ms;
    }
    return until;
}

void outcome_erase_all(struct apply *apply, struct row_owner owner)
{
    struct outcome_row row;
    uint64_t seq = 0;

    while (outcome_after(apply->state, owner, seq, &seq, &row))
        outcome_erase(apply, owner, seq);
}
