/* Client rows: making, keeping and fading them. Outcomes themselves are outcome.c's. */
#include "coordinator/core/client.h"

#include "coordinator/core/due.h"
#include "coordinator/core/outcome.h"
#include "coordinator/core/policy.h"
#include "coordinator/core/session.h"
#include "coordinator/state/keys.h"

static void owner_key(struct row_key *key, struct row_owner owner)
{
    row_key_begin(key);
    row_key_u64(key, owner.client);
    row_key_u64(key, owner.session);
}

static struct row_owner cached_owner(const struct client_cache *cache)
{
    return (struct row_owner){.client = cache->client, .session = cache->session};
}

static void client_arm(struct apply *apply, uint64_t at_ms)
{
    struct client_cache *cache = &apply->client;
    struct row_key id;

    owner_key(&id, cached_owner(cache));
    if (cache->row.due_ms != 0)
        due_remove(apply, DUE_CLIENT, cache->row.due_ms, row_key_as_span(&id));
    due_add(apply, DUE_CLIENT, at_ms, row_key_as_span(&id));
    cache->row.due_ms = at_ms;
}

void client_flush(struct apply *apply)
{
    struct client_cache *cache = &apply->client;
    struct row_key key;

    if (!cache->loaded || !cache->dirty)
        return;
    if (cache->row.busy == 0 && cache->row.due_ms == 0)
        client_arm(apply, cache->row.idle_ms + apply->meta->row_keep_ms);
    owner_key(&key, cached_owner(cache));
    table_put(apply->state, TABLE_CLIENT, row_key_as_span(&key), span_of(&cache->row, sizeof cache->row));
    cache->dirty = false;
}

bool client_use(struct apply *apply, struct row_owner owner)
{
    struct client_cache *cache = &apply->client;
    struct row_key key;
    struct span value;

    if (cache->loaded && cache->client == owner.client && cache->session == owner.session)
        return true;
    client_flush(apply);
    *cache = (struct client_cache){0};
    owner_key(&key, owner);
    if (!table_get(apply->state, TABLE_CLIENT, row_key_as_span(&key), &value))
        return false;
    if (!state_expect(apply->state, value.size == sizeof cache->row))
        return false;
    memcpy(&cache->row, value.bytes, sizeof cache->row);
    cache->client = owner.client;
    cache->session = owner.session;
    cache->loaded = true;
    return true;
}

void client_touch(struct apply *apply)
{
    apply->client.dirty = apply->client.loaded;
}

bool client_fits(struct apply *apply, struct row_owner owner)
{
    return (owner.session != 0 && client_use(apply, owner)) ||
           table_count(apply->state, TABLE_CLIENT) < policy_value(apply->state, POLICY_CLIENT_ROWS_MAX);
}

void client_make(struct apply *apply, struct row_owner owner)
{
    struct client_cache *cache = &apply->client;
    struct row_key key;

    if (client_use(apply, owner))
        return;
    *cache = (struct client_cache){.loaded = true, .dirty = true, .client = owner.client, .session = owner.session};
    cache->row.idle_ms = apply->meta->now_ms;
    owner_key(&key, owner);
    table_put(apply->state, TABLE_CLIENT, row_key_as_span(&key), span_of(&cache->row, sizeof cache->row));
    session_use(apply, owner.session)->row.client_count++;
    session_touch(apply);
}

void client_busy(struct apply *apply, struct row_owner owner, int change)
{
    struct client_row *row = &apply->client.row;

    if (change > 0)
        client_make(apply, owner);
    else if (!client_use(apply, owner))
        return; /* only after a failure of the state */
    if (!state_expect(apply->state, change > 0 || row->busy > 0))
        return;
    row->busy += (uint32_t)change;
    client_touch(apply);
    if (row->busy == 0) {
        row->idle_ms = apply->meta->now_ms;
        client_rearm(apply);
    }
}

void client_rearm(struct apply *apply)
{
    struct client_row *row = &apply->client.row;

    if (row->busy == 0 && row->due_ms > row->idle_ms + apply->meta->row_keep_ms)
        client_arm(apply, row->idle_ms + apply->meta->row_keep_ms);
    client_touch(apply);
}

void client_due(struct apply *apply, struct row_owner owner)
{
    struct client_cache *cache = &apply->client;
    struct row_key key;

    if (!client_use(apply, owner))
        return; /* only after a failure of the state */
    cache->row.due_ms = 0;
    client_touch(apply);
    if (cache->row.busy > 0)
        return;
    uint64_t at = cache->row.idle_ms + apply->meta->row_keep_ms;
    uint64_t kept = outcome_kept_until(apply->state, owner);
    if (kept > at)
        at = kept;
    if (at > apply->meta->now_ms) {
        client_arm(apply, at);
        return;
    }
    outcome_erase_all(apply, owner);
    owner_key(&key, owner);
    (void)table_delete(apply->state, TABLE_CLIENT, row_key_as_span(&key));
    *cache = (struct client_cache){0};
    session_use(apply, owner.session)->row.client_count--;
    session_touch(apply);
}
