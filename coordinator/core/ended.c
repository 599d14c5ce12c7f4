/* How claims ended by expiry, revoke or take, by token and by session and key. */
#include "coordinator/core/ended.h"

#include "coordinator/core/denial.h"
#include "coordinator/state/keys.h"

enum { ENDED_BY_TOKEN = 0, ENDED_BY_KEY = 1 };

static void token_key(struct row_key *row, uint64_t token)
{
    row_key_begin(row);
    row_key_u8(row, ENDED_BY_TOKEN);
    row_key_u64(row, token);
}

static void put_text(uint8_t *value, size_t *used, struct span text)
{
    if (text.size != 0)
        memcpy(value + *used, text.bytes, text.size);
    *used += text.size;
}

/* Without the token: the prefix of all endings of that session on that key. */
static void session_key(struct row_key *row, uint64_t session, struct span key)
{
    row_key_begin(row);
    row_key_u8(row, ENDED_BY_KEY);
    row_key_u64(row, session);
    row_key_span(row, key);
    row_key_u8(row, 0);
}

void ended_remember(struct apply *apply, uint64_t token, uint64_t session, const struct span *keys, uint32_t key_count,
                    const struct claim_end *end)
{
    struct ended_row row = {.session = session,
                            .why = end->why,
                            .by_size = (uint32_t)end->by.size,
                            .words_size = (uint32_t)end->words.size};
    uint8_t value[sizeof row + LIMIT_SESSION_BYTES + LIMIT_TEXT_BYTES];
    size_t used = sizeof row;
    struct row_key at;

    CHECK(end->by.size <= LIMIT_SESSION_BYTES && end->words.size <= LIMIT_TEXT_BYTES);
    memcpy(value, &row, sizeof row);
    put_text(value, &used, end->by);
    put_text(value, &used, end->words);
    token_key(&at, token);
    table_put(apply->state, TABLE_ENDED, row_key_as_span(&at), span_of(value, used));
    for (uint32_t i = 0; i < key_count; i++) {
        session_key(&at, session, keys[i]);
        row_key_u64(&at, token);
        table_put(apply->state, TABLE_ENDED, row_key_as_span(&at), (struct span){0});
    }
}

void ended_forget(struct apply *apply, uint64_t token, uint64_t session, const struct span *keys, uint32_t key_count)
{
    struct row_key at;

    token_key(&at, token);
    if (!table_delete(apply->state, TABLE_ENDED, row_key_as_span(&at)))
        return;
    for (uint32_t i = 0; i < key_count; i++) {
        session_key(&at, session, keys[i]);
        row_key_u64(&at, token);
        (void)table_delete(apply->state, TABLE_ENDED, row_key_as_span(&at));
    }
}

void ended_forget_key(struct apply *apply, uint64_t session, struct span key)
{
    struct row_key prefix;
    struct span found, value;

    if (table_count(apply->state, TABLE_ENDED) == 0)
        return;
    session_key(&prefix, session, key);
    /* At most as many as the session can hold at once: each is a claim it held beside the others. */
    while (table_seek(apply->state, TABLE_ENDED, row_key_as_span(&prefix), &found, &value) &&
           found.size == prefix.size + 8 && span_starts_with(found, row_key_as_span(&prefix))) {
        struct row_key at;
        row_key_begin(&at);
        row_key_span(&at, found);
        (void)table_delete(apply->state, TABLE_ENDED, row_key_as_span(&at));
    }
}

static void ending_read(struct state *state, struct span value, struct ending *out)
{
    struct ended_row row;

    if (!state_expect(state, value.size >= sizeof row))
        return;
    memcpy(&row, value.bytes, sizeof row);
    if (!state_expect(state, row.by_size <= sizeof out->by && row.words_size <= sizeof out->words &&
                                 value.size == sizeof row + row.by_size + row.words_size))
        return;
    out->session = row.session;
    out->why = (enum why)row.why;
    out->by_size = row.by_size;
    out->words_size = row.words_size;
    memcpy(out->by, value.bytes + sizeof row, row.by_size);
    memcpy(out->words, value.bytes + sizeof row + row.by_size, row.words_size);
}

void ending_none(struct ending *out)
{
    out->session = 0;
    out->why = WHY_NONE;
    out->by_size = out->words_size = 0;
}

void ended_by_token(struct state *state, uint64_t token, struct ending *out)
{
    struct row_key at;
    struct span value;

    ending_none(out);
    token_key(&at, token);
    if (table_get(state, TABLE_ENDED, row_key_as_span(&at), &value))
        ending_read(state, value, out);
}

void ended_own_by_token(struct state *state, uint64_t session, uint64_t token, const struct canonical_key *key,
                        struct ending *out)
{
    struct row_key at;
    struct span value;

    ended_by_token(state, token, out);
    if (out->session != session)
        ending_none(out);
    if (out->why == WHY_NONE || key == NULL)
        return;
    session_key(&at, session, span_of(key->bytes, key->size));
    row_key_u64(&at, token);
    if (!table_get(state, TABLE_ENDED, row_key_as_span(&at), &value))
        ending_none(out);
}

void ended_by_key(struct state *state, uint64_t session, struct span key, struct ending *out)
{
    struct row_key prefix, from;
    struct span found, value;
    uint64_t latest = 0;

    session_key(&prefix, session, key);
    from = prefix;
    /* As many as in ended_forget_key. */
    while (table_seek(state, TABLE_ENDED, row_key_as_span(&from), &found, &value) && found.size == prefix.size + 8 &&
           span_starts_with(found, row_key_as_span(&prefix))) {
        latest = row_key_read_u64(found, prefix.size);
        row_key_begin(&from);
        row_key_span(&from, found);
        row_key_u8(&from, 0); /* the next one after */
    }
    ended_by_token(state, latest, out); /* no claim has token 0 */
}

void ending_deny(const struct ending *ending, enum reason reason, struct decision *decision)
{
    denial_set(decision, reason, ending->why);
    decision->by = ending_by(ending);
    decision->words = ending_words(ending);
}
