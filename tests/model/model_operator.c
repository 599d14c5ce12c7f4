/* What operators and the log itself say: genesis, revoke (S34), configure (S35, S43), seal (S6). */
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "tests/model/model_state.h"

struct policy_line {
    uint32_t id;
    uint64_t initial, least, most;
};

#define POLICY_LINE(id, NAME, name, unit, initial, least, most) {id, initial, least, most},
static const struct policy_line policy_lines[] = {POLICY_TABLE(POLICY_LINE)};
#undef POLICY_LINE

static const struct policy_line *policy_line(uint32_t id)
{
    for (size_t i = 0; i < sizeof policy_lines / sizeof policy_lines[0]; i++)
        if (policy_lines[i].id == id)
            return &policy_lines[i];
    return NULL;
}

static bool is_of_scopes(uint32_t id)
{
    return id >= POLICY_IDEA_DENY && id <= POLICY_IDEA_RISE;
}

static bool makes_category(const struct policy_entry *entry)
{
    return entry->category.size > 0 && entry->value != POLICY_TARGET_COMMON;
}

/* How many scopes there are with those that the first entries make. */
static size_t scopes_after(const struct model *model, const struct policy_entry *entries, uint32_t count)
{
    size_t scopes = model->scopes.count;
    for (uint32_t i = 0; i < count; i++) {
        bool is_new = entries[i].scope.size > 0 && scope_find(model, entries[i].scope) == NULL;
        for (uint32_t j = 0; j < i; j++)
            is_new = is_new && !span_equal(entries[j].scope, entries[i].scope);
        scopes += is_new;
    }
    return scopes;
}

/* S52: room for scopes is a matter of what there is, not of form. */
static enum flaw scopes_check(const struct model *model, const struct policy_entry *entries, uint32_t count,
                              uint32_t *flaw_key)
{
    for (uint32_t i = 0; i < count; i++) {
        if (scopes_after(model, entries, i + 1) <= LIMIT_SCOPES)
            continue;
        *flaw_key = i;
        return FLAW_SCOPE;
    }
    return FLAW_NONE;
}

/* S66: the same of categories. Those that go by the last number have none of their own, and may not be given one. */
static enum flaw categories_check(const struct model *model, const struct policy_entry *entries, uint32_t count,
                                  uint32_t *flaw_key)
{
    size_t categories = model->supply.categories.count;
    for (uint32_t i = 0; i < count; i++) {
        bool is_new = makes_category(&entries[i]) && category_named(model, entries[i].category) == NULL;
        for (uint32_t j = 0; j < i; j++)
            is_new = is_new && !(makes_category(&entries[j]) && span_equal(entries[j].category, entries[i].category));
        categories += is_new;
        if (categories <= LIMIT_CATEGORIES)
            continue;
        *flaw_key = i;
        return FLAW_CATEGORY;
    }
    return FLAW_NONE;
}

enum flaw policy_check(const struct policy_entry *entries, uint32_t count, uint32_t *flaw_key)
{
    for (uint32_t i = 0; i < count; i++) {
        const struct policy_line *line = policy_line(entries[i].id);
        bool has_scope = entries[i].scope.size > 0, has_category = entries[i].category.size > 0;
        *flaw_key = i;
        if (line == NULL || (has_scope && !is_of_scopes(entries[i].id))) /* S52 */
            return FLAW_POLICY_NAME;
        if (has_category && entries[i].id != POLICY_STEER_TARGET) /* S66 */
            return FLAW_POLICY_NAME;
        if (entries[i].value < line->least || entries[i].value > (has_category ? POLICY_TARGET_COMMON : line->most))
            return FLAW_POLICY_VALUE;
        if (has_scope && !form_text(entries[i].scope, LIMIT_CATEGORY_BYTES))
            return FLAW_SCOPE;
        if (has_category && !form_text(entries[i].category, LIMIT_CATEGORY_BYTES))
            return FLAW_CATEGORY;
    }
    *flaw_key = 0;
    return FLAW_NONE;
}

static void policy_set(struct model *model, const struct policy_entry *entries, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        if (entries[i].scope.size > 0)
            scope_set(model, &entries[i]);
        else if (entries[i].category.size > 0)
            category_target(model, entries[i].category, entries[i].value);
        else
            model->policy[entries[i].id] = entries[i].value;
    }
}

static bool names_one(const struct policy_entry *entries, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        if (entries[i].scope.size > 0 || entries[i].category.size > 0)
            return true;
    return false;
}

/* S1: false when it breaks a limit. OPEN: which limits; here format and rule set 1, and the policy. */
bool genesis_apply(struct model *model, const struct genesis_intent *intent)
{
    uint32_t flaw_key;
    for (size_t i = 0; i < sizeof policy_lines / sizeof policy_lines[0]; i++)
        model->policy[policy_lines[i].id] = policy_lines[i].initial;
    if (intent->row_keep_ms > 366ull * 24 * 3600 * 1000) /* S1 */
        return false;
    if (intent->format != 1 || intent->rules != 1 || intent->import_follows || intent->jump_max_ms == 0 ||
        intent->entry_count > POLICY_END ||
        policy_check(intent->entries, intent->entry_count, &flaw_key) != FLAW_NONE ||
        names_one(intent->entries, intent->entry_count)) /* S52, S66 */
        return false;
    policy_set(model, intent->entries, intent->entry_count);
    model->jump_max_ms = intent->jump_max_ms;
    model->row_keep_ms = intent->row_keep_ms;
    model->rules = intent->rules;
    memcpy(model->operator_identity, intent->operator_identity, LIMIT_IDENTITY_BYTES);
    return true;
}

static bool is_operator(const struct model *model, const uint8_t *identity)
{
    return memcmp(model->operator_identity, identity, LIMIT_IDENTITY_BYTES) == 0;
}

/* S42: from here on the log's own J and row_keep hold. False: it changes nothing. */
bool import_ends(struct model *model, const struct import_intent *intent)
{
    bool is_bare_end = intent->end && intent->record_count == 0;
    bool within = intent->jump_max_ms > 0 && intent->row_keep_ms <= 366ull * 24 * 3600 * 1000;
    if (!is_bare_end || !within || !is_operator(model, intent->operator_identity))
        return false;
    model->jump_max_ms = intent->jump_max_ms;
    if (intent->row_keep_ms > model->row_keep_ms) /* what was promised is kept */
        model->row_keep_ms = intent->row_keep_ms;
    return true;
}

/* ---------------------------------------------------------------- revoke */

enum { REVOKED_MAX = 256 };

/* A claim or a waiter that is broken. */
struct broken {
    struct claim *claim;
    struct waiter *waiter;
    uint64_t offset; /* of its last granted or waiting intent */
};

struct broken_list {
    struct broken items[REVOKED_MAX];
    uint32_t count;
    bool more;
};

static void break_it(struct broken_list *list, struct claim *claim, struct waiter *waiter)
{
    if (list->count == REVOKED_MAX) {
        list->more = true;
        return;
    }
    list->items[list->count++] =
        (struct broken){claim, waiter, claim != NULL ? claim->granted_offset : waiter->wanted.offset};
}

static void break_session(const struct model *model, uint64_t session, struct broken_list *list)
{
    for (size_t i = 0; i < model->claims.count; i++)
        if (((struct claim *)model->claims.items[i])->session == session)
            break_it(list, model->claims.items[i], NULL);
    for (size_t i = 0; i < model->waiters.count; i++)
        if (((struct waiter *)model->waiters.items[i])->asker.session == session)
            break_it(list, NULL, model->waiters.items[i]);
}

/* The session of this name whose verifier comes next after that one's. */
static const struct session *next_of_name(const struct model *model, struct span name, const struct session *after)
{
    const struct session *next = NULL;
    for (size_t i = 0; i < model->sessions.count; i++) {
        const struct session *session = model->sessions.items[i];
        if (span_equal(session->name, name) &&
            (after == NULL || memcmp(session->identity, after->identity, LIMIT_IDENTITY_BYTES) > 0) &&
            (next == NULL || memcmp(session->identity, next->identity, LIMIT_IDENTITY_BYTES) < 0))
            next = session;
    }
    return next;
}

static bool claim_is_meant(const struct claim *claim, const struct target *target, struct span key)
{
    if (target->kind == TARGET_TOKEN)
        return claim->token == target->token;
    for (uint32_t i = 0; i < claim->key_count; i++)
        if (span_equal(claim->keys[i], key))
            return true;
    return false;
}

static void find_broken(struct model *model, const struct revoke_intent *intent, struct broken_list *list)
{
    struct span key = {0};
    if (intent->target.kind == TARGET_SESSION) {
        const struct session *session = NULL; /* whatever their secrets, in the order of their verifiers */
        while ((session = next_of_name(model, intent->target.session, session)) != NULL)
            break_session(model, session->number, list);
        return;
    }
    if (intent->target.kind == TARGET_KEY)
        CHECK(canonical(model, intent->target.key, intent->in, &key) == FLAW_NONE);
    for (size_t i = 0; i < model->claims.count; i++)
        if (claim_is_meant(model->claims.items[i], &intent->target, key))
            break_it(list, model->claims.items[i], NULL);
}

static int by_offset(const void *a, const void *b)
{
    const struct broken *one = a, *other = b;
    return (one->offset > other->offset) - (one->offset < other->offset);
}

static void tell_broken(struct model *model, const struct broken *broken, struct span reason)
{
    if (broken->claim != NULL) {
        emit_ended(model, broken->claim, WHY_REVOKED, (struct span){0}, reason);
        claim_end(model, broken->claim, WHY_REVOKED, (struct span){0}, reason);
        return;
    }
    struct decision decision = {.warnings = broken->waiter->warnings, .words = reason};
    deny(&decision, REASON_CANCELLED, WHY_REVOKED);
    waiter_finish(model, broken->waiter, &decision);
}

void revoke_apply(struct model *model, struct asker *asker, const struct revoke_intent *intent)
{
    struct decision decision = {0};
    struct broken_list list = {.count = 0};
    if (refused_before_deciding(model, asker, &decision))
        return;
    if (!is_operator(model, intent->operator_identity)) {
        deny(&decision, REASON_FORBIDDEN, WHY_NONE); /* R36 */
    } else {
        find_broken(model, intent, &list);
        if (list.count == 0)
            deny(&decision, REASON_NOT_HOLDER, WHY_NONE);
        else
            decision = (struct decision){
                .answer = ANSWER_ACCEPTED, .final = true, .ended_count = list.count, .more = list.more};
    }
    remember(model, asker, &decision);
    decision_emit(model, asker, &decision);
    qsort(list.items, list.count, sizeof list.items[0], by_offset); /* R2 */
    for (uint32_t i = 0; i < list.count; i++)
        tell_broken(model, &list.items[i], intent->reason);
}

/* ---------------------------------------------------------------- configure, seal */

void configure_apply(struct model *model, struct asker *asker, const struct configure_intent *intent)
{
    struct decision decision = {0};
    struct prefixes prefixes;
    if (refused_before_deciding(model, asker, &decision))
        return;
    if (!is_operator(model, intent->operator_identity)) {
        deny(&decision, REASON_FORBIDDEN, WHY_NONE);
    } else {
        /* OPEN: a wrong entry isn't a matter of form: after `forbidden` */
        decision.flaw = policy_check(intent->entries, intent->entry_count, &decision.flaw_key);
        if (decision.flaw == FLAW_NONE)
            decision.flaw = scopes_check(model, intent->entries, intent->entry_count, &decision.flaw_key);
        if (decision.flaw == FLAW_NONE)
            decision.flaw = categories_check(model, intent->entries, intent->entry_count, &decision.flaw_key);
        if (decision.flaw == FLAW_NONE)
            decision.flaw = prefixes_after(&model->prefixes, intent, &prefixes, &decision.flaw_key);
        if (decision.flaw != FLAW_NONE)
            deny(&decision, REASON_BAD_REQUEST, WHY_NONE);
        else
            decision = (struct decision){.answer = ANSWER_ACCEPTED, .final = true};
    }
    remember(model, asker, &decision);
    if (decision.answer == ANSWER_ACCEPTED) { /* S35: it holds from this record's waiters on, not for its own outcome */
        policy_set(model, intent->entries, intent->entry_count);
        model->prefixes = prefixes;
    }
    decision_emit(model, asker, &decision);
}

void seal_apply(struct model *model, struct asker *asker, const struct seal_intent *intent)
{
    struct decision decision = {0};
    if (refused_before_deciding(model, asker, &decision))
        return;
    if (!is_operator(model, intent->operator_identity)) {
        deny(&decision, REASON_FORBIDDEN, WHY_NONE);
    } else {
        decision = (struct decision){.answer = ANSWER_ACCEPTED, .final = true};
        model->sealed = true;
        model->moved_to = text_keep(model, intent->moved_to);
    }
    remember(model, asker, &decision);
    decision_emit(model, asker, &decision);
}
