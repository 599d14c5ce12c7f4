/* Policy: the limits and times that `configure` changes in the log. Promises defaults and ranges from
 * proto/policy_table.h, and nothing else decides them. */
#include "coordinator/core/policy.h"

_Static_assert((int)POLICY_END <= (int)POLICY_SLOTS, "the meta row has room for every policy");

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

uint64_t policy_value(struct state *state, enum policy id)
{
    const struct state_meta *meta = state_meta(state);

    return meta->policy_is_set[id] ? meta->policy[id] : policy_lines[id].initial;
}

bool policy_is_scoped(uint32_t id)
{
    return id >= POLICY_IDEA_DENY && id <= POLICY_IDEA_RISE;
}

enum flaw policy_check(const struct policy_entry *entry)
{
    if (!policy_is_known(entry->id) || (entry->scope.size != 0 && !policy_is_scoped(entry->id)) ||
        (entry->category.size != 0 && entry->id != POLICY_STEER_TARGET))
        return FLAW_POLICY_NAME;
    uint64_t most = entry->category.size != 0 ? POLICY_TARGET_COMMON : policy_lines[entry->id].most;
    if (entry->value < policy_lines[entry->id].least || entry->value > most)
        return FLAW_POLICY_VALUE;
    return FLAW_NONE;
}

void policy_set(struct state *state, const struct policy_entry *entry)
{
    struct state_meta *meta = state_meta(state);

    meta->policy[entry->id] = entry->value;
    meta->policy_is_set[entry->id] = 1;
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
