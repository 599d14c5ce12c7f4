/* Sessions: names and numbers, token buckets, denial counts, fading. See session.h. */
#include "coordinator/core/session.h"

#include "coordinator/core/due.h"
#include "coordinator/core/policy.h"
#include "coordinator/state/keys.h"

static const uint64_t minute_ms = 60000;

static void number_key(struct row_key *key, uint64_t number)
{
    row_key_begin(key);
    row_key_u64(key, number);
}

static void name_key(struct row_key *key, struct span name, const uint8_t *verifier)
{
    row_key_begin(key);
    row_key_span(key, name);
    row_key_u8(key, 0);
    row_key_span(key, span_of(verifier, LIMIT_IDENTITY_BYTES));
}

uint64_t session_find(struct state *state, const struct intent_head *head)
{
    struct row_key key;
    struct span value;
    uint64_t number;

    name_key(&key, head->session, head->identity);
    if (!table_get(state, TABLE_SESSION_NAME, row_key_as_span(&key), &value))
        return 0;
    if (!state_expect(state, value.size == sizeof number))
        return 0;
    memcpy(&number, value.bytes, sizeof number);
    return number;
}

/* Nothing of it is left but its buckets and its last denial. */
static bool session_is_idle(const struct session_row *row)
{
    return row->claim_count == 0 && row->waiter_count == 0 && row->client_count == 0;
}

/* R33: the earliest time at which an idle session's row has nothing to tell any more. */
static uint64_t session_fades_at(struct state *state, const struct session_row *row)
{
    uint64_t last = row->claim_last_ms > row->query_last_ms ? row->claim_last_ms : row->query_last_ms;
    uint64_t at = last + minute_ms;

    if (row->has_denial) {
        uint64_t forgiven = row->last_denial_ms + policy_value(state, POLICY_DENIAL_WINDOW_MS);
        if (forgiven > at)
            at = forgiven;
    }
    return at;
}

/* Has its fading looked at no later than then. */
static void session_arm(struct apply *apply, uint64_t at_ms)
{
    struct session_cache *cache = &apply->session;

    if (cache->row.due_ms != 0 && cache->row.due_ms <= at_ms)
        return;
    if (cache->row.due_ms != 0)
        due_remove_number(apply, DUE_SESSION, cache->row.due_ms, cache->number);
    cache->row.due_ms = at_ms;
    due_add_number(apply, DUE_SESSION, at_ms, cache->number);
}

void session_flush(struct apply *apply)
{
    struct session_cache *cache = &apply->session;
    uint8_t buffer[sizeof cache->row + LIMIT_SESSION_BYTES];
    struct row_key key;

    if (!cache->loaded || !cache->dirty)
        return;
    if (session_is_idle(&cache->row))
        session_arm(apply, session_fades_at(apply->state, &cache->row));
    memcpy(buffer, &cache->row, sizeof cache->row);
    memcpy(buffer + sizeof cache->row, cache->name, cache->row.name_size);
    number_key(&key, cache->number);
    table_put(apply->state, TABLE_SESSION, row_key_as_span(&key),
              span_of(buffer, sizeof cache->row + cache->row.name_size));
    cache->dirty = false;
}

static bool session_load(struct apply *apply, uint64_t number)
{
    struct session_cache *cache = &apply->session;
    struct row_key key;
    struct span value;

    if (cache->loaded && cache->number == number)
        return true;
    session_flush(apply);
    number_key(&key, number);
    *cache = (struct session_cache){0};
    if (!table_get(apply->state, TABLE_SESSION, row_key_as_span(&key), &value))
        return false;
    if (!state_expect(apply->state, value.size >= sizeof cache->row))
        return false;
    memcpy(&cache->row, value.bytes, sizeof cache->row);
    if (!state_expect(apply->state, cache->row.name_size <= sizeof cache->name &&
                                        value.size == sizeof cache->row + cache->row.name_size)) {
        cache->row.name_size = 0;
        return false;
    }
    memcpy(cache->name, value.bytes + sizeof cache->row, cache->row.name_size);
    cache->number = number;
    cache->loaded = true;
    return true;
}

struct session_cache *session_use(struct apply *apply, uint64_t number)
{
    bool found = session_load(apply, number);

    (void)state_expect(apply->state, found); /* whoever names a session has read its number from a row */
    return &apply->session;
}

void session_touch(struct apply *apply)
{
    apply->session.dirty = apply->session.loaded;
}

uint64_t session_ensure(struct apply *apply, const struct intent_head *head)
{
    struct session_cache *cache = &apply->session;
    uint64_t number = session_find(apply->state, head);
    struct row_key key;

    if (number != 0)
        return number;
    if (table_count(apply->state, TABLE_SESSION) >= policy_value(apply->state, POLICY_SESSIONS_MAX))
        return 0;
    session_flush(apply);
    number = ++apply->meta->last_session;
    name_key(&key, head->session, head->identity);
    table_put(apply->state, TABLE_SESSION_NAME, row_key_as_span(&key), span_of(&number, sizeof number));
    *cache = (struct session_cache){.loaded = true, .dirty = true, .number = number};
    cache->row.claim_level = policy_value(apply->state, POLICY_CLAIMS_PER_MINUTE) * minute_ms;
    cache->row.query_level = policy_value(apply->state, POLICY_QUERIES_PER_MINUTE) * minute_ms;
    cache->row.claim_last_ms = cache->row.query_last_ms = apply->meta->now_ms;
    memcpy(cache->row.verifier, head->identity, sizeof cache->row.verifier);
    cache->row.name_size = (uint32_t)head->session.size;
    memcpy(cache->name, head->session.bytes, head->session.size);
    session_flush(apply); /* so that the row counts and can be found */
    return number;
}

bool session_name_of(struct apply *apply, uint64_t number, struct session_name *out)
{
    const struct session_cache *cache = &apply->session;

    *out = (struct session_name){0};
    if (!session_load(apply, number))
        return false;
    out->size = cache->row.name_size;
    memcpy(out->bytes, cache->name, out->size);
    memcpy(out->verifier, cache->row.verifier, sizeof out->verifier);
    return true;
}

uint64_t session_next_of_name(struct apply *apply, struct span name, uint64_t after)
{
    static const uint8_t lowest[LIMIT_IDENTITY_BYTES];
    struct session_name last;
    struct row_key from;
    struct span found, value;
    uint64_t number;

    if (after != 0 && !state_expect(apply->state, session_name_of(apply, after, &last)))
        return 0;
    name_key(&from, name, after == 0 ? lowest : last.verifier);
    bool more = after == 0 ? table_seek(apply->state, TABLE_SESSION_NAME, row_key_as_span(&from), &found, &value)
                           : table_next(apply->state, TABLE_SESSION_NAME, row_key_as_span(&from), &found, &value);
    if (!more || found.size != from.size || memcmp(found.bytes, from.bytes, name.size + 1) != 0)
        return 0;
    if (!state_expect(apply->state, value.size == sizeof number))
        return 0;
    memcpy(&number, value.bytes, sizeof number);
    return number;
}

/* R31: fills the bucket for the time since, at most a minute's worth, then takes one intent out of it. */
static bool bucket_pay(uint64_t *level, uint64_t *last_ms, uint64_t now_ms, uint64_t per_minute)
{
    uint64_t passed = now_ms - *last_ms < minute_ms ? now_ms - *last_ms : minute_ms;
    uint64_t full = per_minute * minute_ms;
    uint64_t filled = *level + per_minute * passed;

    *level = filled < full ? filled : full;
    *last_ms = now_ms;
    if (*level < minute_ms)
        return false;
    *level -= minute_ms;
    return true;
}

bool session_pay_claim(struct apply *apply, uint64_t number)
{
    struct session_row *row = &session_use(apply, number)->row;

    session_touch(apply);
    return bucket_pay(&row->claim_level, &row->claim_last_ms, apply->meta->now_ms,
                      policy_value(apply->state, POLICY_CLAIMS_PER_MINUTE));
}

bool session_pay_query(struct apply *apply, uint64_t number)
{
    struct session_row *row = &session_use(apply, number)->row;

    session_touch(apply);
    return bucket_pay(&row->query_level, &row->query_last_ms, apply->meta->now_ms,
                      policy_value(apply->state, POLICY_QUERIES_PER_MINUTE));
}

static uint64_t bucket_wait_ms(uint64_t level, uint64_t per_minute)
{
    return level < minute_ms ? (minute_ms - level + per_minute - 1) / per_minute : 0;
}

uint64_t session_claim_retry_ms(struct apply *apply, uint64_t number)
{
    return bucket_wait_ms(session_use(apply, number)->row.claim_level,
                          policy_value(apply->state, POLICY_CLAIMS_PER_MINUTE));
}

uint64_t session_query_retry_ms(struct apply *apply, uint64_t number)
{
    return bucket_wait_ms(session_use(apply, number)->row.query_level,
                          policy_value(apply->state, POLICY_QUERIES_PER_MINUTE));
}

bool session_count_denial(struct apply *apply, uint64_t number)
{
    struct session_row *row = &session_use(apply, number)->row;
    uint64_t now_ms = apply->meta->now_ms;
    bool second = row->has_denial && now_ms - row->last_denial_ms < policy_value(apply->state, POLICY_DENIAL_WINDOW_MS);

    row->has_denial = 1;
    row->last_denial_ms = now_ms;
    session_touch(apply);
    return second;
}

void session_reset_denials(struct apply *apply, uint64_t number)
{
    struct session_row *row = &session_use(apply, number)->row;

    if (!row->has_denial)
        return;
    row->has_denial = 0;
    row->last_denial_ms = 0;
    session_touch(apply);
}

void session_due(struct apply *apply, uint64_t number)
{
    struct session_cache *cache = session_use(apply, number);
    uint64_t at = session_fades_at(apply->state, &cache->row);
    struct row_key key;

    cache->row.due_ms = 0;
    if (!session_is_idle(&cache->row) || at > apply->meta->now_ms) {
        session_touch(apply); /* flushing arms it again when it is idle */
        return;
    }
    name_key(&key, span_of(cache->name, cache->row.name_size), cache->row.verifier);
    (void)table_delete(apply->state, TABLE_SESSION_NAME, row_key_as_span(&key));
    number_key(&key, number);
    (void)table_delete(apply->state, TABLE_SESSION, row_key_as_span(&key));
    *cache = (struct session_cache){0};
}
