/* The operators' verbs: configure changes policy, in the log. (revoke.c has the other.) */
#include "coordinator/core/operator.h"

#include "coordinator/core/denial.h"
#include "coordinator/core/form.h"
#include "coordinator/core/gate.h"
#include "coordinator/core/idea/idea_scope.h"
#include "coordinator/core/policy.h"
#include "coordinator/core/prefix.h"
#include "coordinator/core/supply/category.h"

static enum flaw entry_check(const struct policy_entry *entry)
{
    enum flaw flaw = policy_check(entry);
    if (flaw != FLAW_NONE)
        return flaw;
    if (!form_text(entry->scope, LIMIT_CATEGORY_BYTES))
        return FLAW_SCOPE;
    return form_text(entry->category, LIMIT_CATEGORY_BYTES) ? FLAW_NONE : FLAW_CATEGORY;
}

/* The first entry at fault, then the first prefix: counted on. */
static struct form configure_form(const struct configure_intent *configure)
{
    if (configure->entry_count > POLICY_END)
        return (struct form){.flaw = FLAW_POLICY_NAME};
    for (uint32_t i = 0; i < configure->entry_count; i++) {
        enum flaw flaw = entry_check(&configure->entries[i]);
        if (flaw != FLAW_NONE)
            return (struct form){.flaw = flaw, .index = i};
    }
    for (uint32_t i = 0; i < configure->prefix_count; i++) {
        enum flaw flaw = prefix_check(&configure->prefixes[i]);
        if (flaw != FLAW_NONE)
            return (struct form){.flaw = flaw, .index = configure->entry_count + i};
    }
    return (struct form){0};
}

/* S43: what a prefix is never changes, so one that is none is refused before the gate (S40). */
static struct form configure_begin_form(const struct apply *apply, const struct configure_intent *configure)
{
    enum flaw flaw = form_head(apply_head(apply));
    if (flaw != FLAW_NONE)
        return (struct form){.flaw = flaw};
    for (uint32_t i = 0; i < configure->prefix_count; i++) {
        if (prefix_check(&configure->prefixes[i]) != FLAW_NONE)
            return configure_form(configure);
    }
    return (struct form){0};
}

/* Would an entry before this one make the scope? */
static bool scope_is_earlier(const struct configure_intent *configure, uint32_t index)
{
    for (uint32_t i = 0; i < index; i++) {
        if (span_equal(configure->entries[i].scope, configure->entries[index].scope))
            return true;
    }
    return false;
}

/* The first entry whose scope there is no room for; entry_count if there is none. */
static uint32_t scope_without_room(struct apply *apply, const struct configure_intent *configure)
{
    uint64_t count = table_count(apply->state, TABLE_SCOPE);

    for (uint32_t i = 0; i < configure->entry_count; i++) {
        struct span scope = configure->entries[i].scope;
        if (scope.size == 0 || scope_find(apply->state, scope).known || scope_is_earlier(configure, i))
            continue;
        if (++count > LIMIT_SCOPES)
            return i;
    }
    return configure->entry_count;
}

/* S66: does it give the category a target, and a number if it has none? */
static bool sets_target(const struct policy_entry *entry)
{
    return entry->category.size != 0 && entry->value != POLICY_TARGET_COMMON;
}

/* Would an entry before this one make the category? */
static bool category_is_earlier(const struct configure_intent *configure, uint32_t index)
{
    for (uint32_t i = 0; i < index; i++) {
        const struct policy_entry *entry = &configure->entries[i];
        if (sets_target(entry) && span_equal(entry->category, configure->entries[index].category))
            return true;
    }
    return false;
}

/* The first entry whose category there is no room for; entry_count if there is none. */
static uint32_t category_without_room(struct apply *apply, const struct configure_intent *configure)
{
    uint64_t count = table_count(apply->state, TABLE_CATEGORY);

    for (uint32_t i = 0; i < configure->entry_count; i++) {
        const struct policy_entry *entry = &configure->entries[i];
        if (!sets_target(entry) || category_named(apply->state, entry->category) != 0 ||
            category_is_earlier(configure, i))
            continue;
        if (++count > LIMIT_CATEGORIES)
            return i;
    }
    return configure->entry_count;
}

/* What policy has room for. */
static struct form configure_room(struct apply *apply, const struct configure_intent *configure)
{
    uint32_t scope = scope_without_room(apply, configure);
    if (scope < configure->entry_count)
        return (struct form){.flaw = FLAW_SCOPE, .index = scope};
    uint32_t category = category_without_room(apply, configure);
    if (category < configure->entry_count)
        return (struct form){.flaw = FLAW_CATEGORY, .index = category};
    uint32_t full = prefix_without_room(apply->state, configure->prefixes, configure->prefix_count);
    if (full == configure->prefix_count)
        return (struct form){0};
    return (struct form){.flaw = FLAW_POLICY_VALUE, .index = configure->entry_count + full};
}

static void setting_set(struct apply *apply, const struct policy_entry *entry)
{
    if (entry->scope.size != 0)
        scope_policy_set(apply->state, entry->scope, entry);
    else if (entry->category.size != 0)
        category_set_target(apply, entry);
    else
        policy_set(apply->state, entry);
}

void configure_apply(struct apply *apply)
{
    const struct configure_intent *configure = &apply->record->intent->body.configure;
    struct form form = configure_begin_form(apply, configure);
    struct decision decision;
    struct gate gate = gate_begin_operator(apply, form, configure->operator_identity, &decision);
    if (gate.answered)
        return;
    form = configure_form(configure);
    if (form.flaw == FLAW_NONE)
        form = configure_room(apply, configure);
    if (form.flaw != FLAW_NONE) {
        denial_bad(&decision, form.flaw, form.index);
        gate_answer(apply, &gate, &decision, 0);
        return;
    }
    decision.answer = ANSWER_ACCEPTED;
    gate_answer(apply, &gate, &decision, 0);
    for (uint32_t i = 0; i < configure->entry_count; i++) /* S35: for what comes after its own outcome */
        setting_set(apply, &configure->entries[i]);
    for (uint32_t i = 0; i < configure->prefix_count; i++)
        prefix_set(apply->state, &configure->prefixes[i]);
}
