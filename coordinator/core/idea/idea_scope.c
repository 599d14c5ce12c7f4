/* Scopes, their frequencies and their thresholds. A frequency is halved as often as its scope was, when it is touched. */
#include "coordinator/core/idea/idea_scope.h"

#include "coordinator/core/idea/idea_signature.h"
#include "coordinator/core/policy.h"
#include "coordinator/state/keys.h"

enum { RISE_FROM = 110, RISE_STEP = 45, RISE_MOST = 600 };

/* A name is a key of its own; the empty one needs a byte. */
static void scope_key(struct row_key *key, struct span name)
{
    row_key_begin(key);
    row_key_span(key, name);
    row_key_u8(key, 0);
}

struct scope scope_find(struct state *state, struct span name)
{
    struct scope scope = {0};
    struct row_key key;
    struct span value;

    if (table_count(state, TABLE_SCOPE) == 0)
        return scope;
    scope_key(&key, name);
    if (!table_get(state, TABLE_SCOPE, row_key_as_span(&key), &value) ||
        !state_expect(state, value.size == sizeof scope.row))
        return scope;
    memcpy(&scope.row, value.bytes, sizeof scope.row);
    scope.known = state_expect(state, scope.row.number < LIMIT_SCOPES);
    return scope;
}

bool scope_has_room(struct state *state, struct span name)
{
    return table_count(state, TABLE_SCOPE) < LIMIT_SCOPES || scope_find(state, name).known;
}

struct scope scope_ensure(struct state *state, struct span name)
{
    struct scope scope = scope_find(state, name);

    if (scope.known)
        return scope;
    scope.known = true;
    scope.row.number = (uint32_t)table_count(state, TABLE_SCOPE);
    scope_save(state, name, &scope.row);
    return scope;
}

void scope_save(struct state *state, struct span name, const struct scope_row *row)
{
    struct row_key key;

    scope_key(&key, name);
    table_put(state, TABLE_SCOPE, row_key_as_span(&key), span_of(row, sizeof *row));
}

static void frequency_key(struct row_key *key, const struct scope *scope, uint32_t feature)
{
    uint32_t bucket = idea_bucket(feature);

    row_key_begin(key);
    row_key_u8(key, (uint8_t)scope->row.number);
    row_key_u8(key, (uint8_t)(bucket >> 8));
    row_key_u8(key, (uint8_t)bucket);
}

static uint32_t frequency_read(struct state *state, const struct scope *scope, const struct row_key *key)
{
    struct frequency_row row;
    struct span value;

    if (!table_get(state, TABLE_FREQUENCY, row_key_as_span(key), &value) ||
        !state_expect(state, value.size == sizeof row))
        return 0;
    memcpy(&row, value.bytes, sizeof row);
    uint32_t behind = scope->row.epoch - row.epoch;
    return behind < 32 ? row.count >> behind : 0;
}

uint32_t scope_frequency(struct state *state, const struct scope *scope, uint32_t feature)
{
    struct row_key key;

    if (!scope->known)
        return 0;
    frequency_key(&key, scope, feature);
    return frequency_read(state, scope, &key);
}

void scope_count(struct state *state, const struct scope *scope, uint32_t feature)
{
    struct row_key key;

    frequency_key(&key, scope, feature);
    struct frequency_row row = {.count = frequency_read(state, scope, &key) + 1, .epoch = scope->row.epoch};
    table_put(state, TABLE_FREQUENCY, row_key_as_span(&key), span_of(&row, sizeof row));
}

static void policy_key(struct row_key *key, const struct scope *scope, uint32_t id)
{
    row_key_begin(key);
    row_key_u8(key, (uint8_t)scope->row.number);
    row_key_u8(key, (uint8_t)id);
}

static bool own_policy(struct state *state, const struct scope *scope, uint32_t id, uint64_t *out)
{
    struct row_key key;
    struct span value;

    if (!scope->known || table_count(state, TABLE_SCOPE_POLICY) == 0)
        return false;
    policy_key(&key, scope, id);
    if (!table_get(state, TABLE_SCOPE_POLICY, row_key_as_span(&key), &value) ||
        !state_expect(state, value.size == sizeof *out))
        return false;
    memcpy(out, value.bytes, sizeof *out);
    return true;
}

uint64_t scope_policy(struct state *state, const struct scope *scope, enum policy id)
{
    uint64_t value;

    return own_policy(state, scope, id, &value) ? value : policy_value(state, id);
}

void scope_policy_set(struct state *state, struct span name, const struct policy_entry *entry)
{
    struct scope scope = scope_ensure(state, name);
    struct row_key key;

    policy_key(&key, &scope, entry->id);
    table_put(state, TABLE_SCOPE_POLICY, row_key_as_span(&key), span_of(&entry->value, sizeof entry->value));
}

uint32_t scope_policy_list(struct state *state, struct span name, struct policy_entry *out)
{
    struct scope scope = scope_find(state, name);
    uint32_t count = 0;
    uint64_t value;

    for (uint32_t id = 0; id < POLICY_END; id++) {
        if (policy_is_scoped(id) && own_policy(state, &scope, id, &value))
            out[count++] = (struct policy_entry){.id = id, .value = value, .scope = name};
    }
    return count;
}

struct report_thresholds scope_thresholds(struct state *state, const struct scope *scope)
{
    struct report_thresholds out = {
        .deny = (uint32_t)scope_policy(state, scope, POLICY_IDEA_DENY),
        .ask = (uint32_t)scope_policy(state, scope, POLICY_IDEA_ASK),
        .warn = (uint32_t)scope_policy(state, scope, POLICY_IDEA_WARN),
    };

    if (scope_policy(state, scope, POLICY_IDEA_RISE) == 0)
        return out;
    uint32_t risen = RISE_FROM + ((RISE_STEP * idea_log2(scope->row.live)) >> 8);
    risen = risen < RISE_MOST ? risen : RISE_MOST;
    out.ask = out.ask > risen ? out.ask : risen;
    return out;
}
