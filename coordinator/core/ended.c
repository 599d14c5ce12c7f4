/* How claims ended by expiry, revoke or take, by token and by session and key. */
#include "coordinator/core/ended.h"

#include "coordinator/state/keys.h"

enum { ENDED_BY_TOKEN = 0, ENDED_BY_KEY = 1 };

static void token_key(struct row_key *row, uint64_t token)
{
    row_key_begin(row);
    row_key_u8(row, ENDED_BY_TOKEN);
    row_key_u64(row, token);
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
                    enum why why, struct span by)
{
    struct ended_row row = {.why = why, .by_size = (uint32_t)by.size};
    uint8_t value[sizeof row + LIMIT_SESSION_BYTES];
    struct row_key at;

    CHECK(by.size <= LIMIT_SESSION_BYTES);
    memcpy(value, &row, sizeof row);
    if (by.size != 0)
        memcpy(value + sizeof row, by.bytes, by.size);
    token_key(&at, token);
    table_put(apply->state, TABLE_ENDED, row_key_as_span(&at), span_of(value, sizeof row + by.size));
    for (uint32_t i = 0; i < key_count; i++) {
        session_key(&at, session, keys[i]);
        row_key_u64(&at, token);
        table_put(apply->state, TABLE_ENDED, row_key_as_span(&at), span_of(value, sizeof row + by.size));
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

static struct ending ending_read(struct state *state, struct span value)
{
    struct ending ending = {0};
    struct ended_row row;

    if (!state_expect(state, value.size >= sizeof row))
        return ending;
    memcpy(&row, value.bytes, sizeof row);
    if (!state_expect(state, row.by_size <= sizeof ending.by && value.size == sizeof row + row.by_size))
        return ending;
    ending.why = (enum why)row.why;
    ending.by_size = row.by_size;
    memcpy(ending.by, value.bytes + sizeof row, row.by_size);
    return ending;
}

struct ending ended_by_token(struct state *state, uint64_t token)
{
    struct row_key at;
    struct span value;

    token_key(&at, token);
    if (!table_get(state, TABLE_ENDED, row_key_as_span(&at), &value))
        return (struct ending){0};
    return ending_read(state, value);
}

struct ending ended_by_key(struct state *state, uint64_t session, struct span key)
{
    struct ending latest = {0};
    struct row_key prefix, from;
    struct span found, value;

    session_key(&prefix, session, key);
    from = prefix;
    /* As many as in ended_forget_key. */
    while (table_seek(state, TABLE_ENDED, row_key_as_span(&from), &found, &value) && found.size == prefix.size + 8 &&
           span_starts_with(found, row_key_as_span(&prefix))) {
        latest = ending_read(state, value);
        row_key_begin(&from);
        row_key_span(&from, found);
        row_key_u8(&from, 0); /* the next one after */
    }
    return latest;
}
