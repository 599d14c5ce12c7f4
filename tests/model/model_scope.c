/* Scopes: how common words are among the ideas of one, and from which score on they are denied, asked or warned of. */
#include "tests/model/model_state.h"

static const uint64_t COUNTED_MOST = UINT64_C(1) << LIMIT_IDEA_COUNT_BITS;

struct scope *scope_find(const struct model *model, struct span name)
{
    for (size_t i = 0; i < model->scopes.count; i++) {
        struct scope *scope = model->scopes.items[i];
        if (span_equal(scope->name, name))
            return scope;
    }
    return NULL;
}

struct scope *scope_find_or_add(struct model *model, struct span name)
{
    struct scope *scope = scope_find(model, name);
    if (scope != NULL)
        return scope;
    scope = list_add(&model->scopes, sizeof *scope);
    scope->name = text_keep(model, name);
    return scope;
}

void scope_clear(struct scope *scope)
{
    list_clear(&scope->frequencies);
    list_clear(&scope->policies);
}

/* ---------------------------------------------------------------- frequencies */

static struct frequency *frequency_of(const struct scope *scope, uint32_t bucket)
{
    for (size_t i = 0; scope != NULL && i < scope->frequencies.count; i++) {
        struct frequency *frequency = scope->frequencies.items[i];
        if (frequency->bucket == bucket)
            return frequency;
    }
    return NULL;
}

uint64_t scope_frequency(const struct scope *scope, uint32_t bucket)
{
    const struct frequency *frequency = frequency_of(scope, bucket);
    return frequency == NULL ? 0 : frequency->count;
}

/* N once, each stem once. */
void scope_count(struct scope *scope, const struct signature *signature)
{
    for (uint32_t i = 0; i < signature->feature_count; i++) {
        if ((signature->features[i] & 1) != 0)
            continue;
        struct frequency *frequency = frequency_of(scope, signature->features[i] >> 16);
        if (frequency == NULL)
            frequency = list_add(&scope->frequencies, sizeof *frequency);
        frequency->bucket = signature->features[i] >> 16;
        frequency->count++;
    }
    scope->counted++;
    if (scope->counted < COUNTED_MOST)
        return;
    scope->counted /= 2;
    for (size_t i = 0; i < scope->frequencies.count; i++)
        ((struct frequency *)scope->frequencies.items[i])->count /= 2;
}

/* ---------------------------------------------------------------- policy */

const struct policy_entry *scope_own_policy(const struct scope *scope, uint32_t id)
{
    for (size_t i = 0; scope != NULL && i < scope->policies.count; i++) {
        const struct policy_entry *entry = scope->policies.items[i];
        if (entry->id == id)
            return entry;
    }
    return NULL;
}

void scope_set(struct model *model, const struct policy_entry *entry)
{
    struct scope *scope = scope_find_or_add(model, entry->scope);
    struct policy_entry *own = (struct policy_entry *)scope_own_policy(scope, entry->id);
    if (own == NULL)
        own = list_add(&scope->policies, sizeof *own);
    *own = (struct policy_entry){.id = entry->id, .value = entry->value, .scope = scope->name};
}

uint64_t scope_policy(const struct model *model, struct span name, uint32_t id)
{
    const struct policy_entry *own = scope_own_policy(scope_find(model, name), id);
    return own != NULL ? own->value : model->policy[id];
}

/* The busier the scope, the more alike two ideas must be before one is asked. */
struct report_thresholds scope_thresholds(struct model *model, struct span name)
{
    forget_ideas(model);
    uint64_t risen = 110 + (45 * log2_q8(ideas_in(model, scope_find(model, name))) >> 8);
    uint64_t ask = scope_policy(model, name, POLICY_IDEA_ASK);
    if (risen > 600)
        risen = 600;
    if (scope_policy(model, name, POLICY_IDEA_RISE) != 0 && risen > ask)
        ask = risen;
    return (struct report_thresholds){.deny = (uint32_t)scope_policy(model, name, POLICY_IDEA_DENY),
                                      .ask = (uint32_t)ask,
                                      .warn = (uint32_t)scope_policy(model, name, POLICY_IDEA_WARN)};
}
