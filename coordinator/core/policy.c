/* Policy: the limits and times that `configure` changes in the log. Promises defaults and ranges from
 * proto/policy_table.h, and nothing else decides them. */
#include "coordinator/core/policy.h"

#include "coordinator/state/keys.h"

struct policy_line {
    uint64_t initial, least, most;
};

#define POLICY_LINE(id, NAME, name, unit, initial_, least_, most_) \
    [id] = {.initial = (initial_), .least = (least_), .most = (most_)},
static const struct policy_line policy_lines[POLICY_END] = {POLICY_TABLE(POLICY_LINE)};
#undef POLICY_LINE

static bool policy_is_known(uint32_t id)
{
    return id < POLICY_END && policy_lines[id].most != 0;
}

static void policy_key(struct row_key *key, uint32_t id)
{
    row_key_begin(key);
    row_key_u64(key, id);
}

uint64_t policy_value(struct state *state, enum policy id)
{
    struct span value;
    struct row_key key;
    uint64_t number;

    if (table_count(state, TABLE_POLICY) == 0)
        return policy_lines[id].initial;
    policy_key(&key, id);
    if (!table_get(state, TABLE_POLICY, row_key_as_span(&key), &value) || value.size != sizeof number)
        return policy_lines[id].initial;
    memcpy(&number, value.bytes, sizeof number);
    return number;
}

enum flaw policy_check(const struct policy_entry *entry)
{
    if (!policy_is_known(entry->id))
        return FLAW_POLICY_NAME;
    if (entry->value < policy_lines[entry->id].least || entry->value > policy_lines[entry->id].most)
        return FLAW_POLICY_VALUE;
    return FLAW_NONE;
}

void policy_set(struct state *state, const struct policy_entry *entry)
{
    struct row_key key;

    policy_key(&key, entry->id);
    if (entry->value == policy_lines[entry->id].initial)
        (void)table_delete(state, TABLE_POLICY, row_key_as_span(&key));
    else
        table_put(state, TABLE_POLICY, row_key_as_span(&key), span_of(&entry->value, sizeof entry->value));
}

uint32_t policy_list(struct state *state, struct policy_entry out[static POLICY_END])
{
    uint32_t count = 0;

    for (uint32_t id = 0; id < POLICY_END; id++) {
        if (!policy_is_known(id))
            continue;
        out[count++] = (struct policy_entry){.id = id, .value = policy_value(state, (enum policy)id)};
    }
    return count;
}
