/* Form: is an intent well made? The same answer whatever is held. */
#include "coordinator/core/form.h"

#include "base/ascii.h"
#include "base/utf8.h"
#include "coordinator/core/policy.h"

static const uint64_t shortest_ms = 1000;

enum { NAME_IN_KEY_BYTES = 8, GITHUB_BYTES = 7 };

bool form_text(struct span text, size_t most)
{
    return text.size <= most && utf8_is_clean(text, true);
}

bool form_in(struct span in)
{
    return in.size <= LIMIT_KEY_BYTES && utf8_is_clean(in, false);
}

enum flaw form_head(const struct intent_head *head)
{
    if (head->session.size == 0 || head->session.size > LIMIT_SESSION_BYTES || !utf8_is_clean(head->session, false))
        return FLAW_SESSION;
    if (head->id.client == 0 || head->id.seq == 0)
        return FLAW_CLIENT;
    return FLAW_NONE;
}

enum flaw form_key(struct state *state, struct span given, struct span in, struct canonical_key *out)
{
    struct key_prefixes prefixes = core_prefixes(state);
    return key_canonical(given, in, &prefixes, out);
}

static bool equal_at(struct span key, size_t at, struct span name)
{
    for (size_t i = 0; i < name.size; i++) {
        if (byte_lower(key.bytes[at + i]) != byte_lower(name.bytes[i]))
            return false;
    }
    return true;
}

/* DESIGN 7: a key with its session's own name in it could never collide. */
static bool key_names_session(struct span key, struct span name)
{
    if (name.size < NAME_IN_KEY_BYTES)
        return false;
    for (size_t at = 0; at + name.size <= key.size; at++) {
        bool free_before = at == 0 || !byte_is_alnum(key.bytes[at - 1]);
        bool free_after = at + name.size == key.size || !byte_is_alnum(key.bytes[at + name.size]);
        if (free_before && free_after && equal_at(key, at, name))
            return true;
    }
    return false;
}

/* R26: `github:owner/repo` with its stars, which does not reach the repository's issues. */
static bool key_is_repository_tree(struct span key)
{
    struct span path = key_path(key);
    size_t slashes = 0;

    if (!key_is_subtree(key) || !span_starts_with(key, span_of("github:", GITHUB_BYTES)))
        return false;
    for (size_t i = 0; i < path.size; i++)
        slashes += path.bytes[i] == '/';
    return slashes == 1;
}

/* S9: is this key already wanted by an earlier one, or (all-of) by a subtree anywhere in the list? */
static bool is_merged(const struct form_keys *keys, uint32_t count, uint32_t key, bool any)
{
    struct span mine = span_of(keys->keys[key].bytes, keys->keys[key].size);

    for (uint32_t i = 0; i < count; i++) {
        struct span other = span_of(keys->keys[i].bytes, keys->keys[i].size);
        if (i != key && span_equal(mine, other) && i < key)
            return true;
        if (!any && !span_equal(mine, other) && key_under(other, mine))
            return true;
    }
    return false;
}

static struct form form_keys_of(struct apply *apply, struct form_keys *keys, struct claim *wish)
{
    const struct claim_intent *claim = &apply->record->intent->body.claim;
    uint32_t kept = 0;

    for (uint32_t i = 0; i < claim->key_count; i++) {
        enum flaw flaw = form_key(apply->state, claim->keys[i], claim->in, &keys->keys[i]);
        if (flaw != FLAW_NONE)
            return (struct form){.flaw = flaw, .index = i};
        struct span key = span_of(keys->keys[i].bytes, keys->keys[i].size);
        if (key_names_session(key, apply_head(apply)->session))
            wish->row.warnings |= WARNING_SESSION_IN_KEY;
        if (key_is_repository_tree(key))
            wish->row.warnings |= WARNING_SUBTREE_SERIES;
    }
    for (uint32_t i = 0; i < claim->key_count; i++) {
        if (is_merged(keys, claim->key_count, i, claim->any))
            continue;
        keys->given[kept] = i;
        wish->keys[kept++] = span_of(keys->keys[i].bytes, keys->keys[i].size);
    }
    wish->row.key_count = (uint16_t)kept;
    return (struct form){0};
}

static bool form_texts(const struct claim_intent *claim, struct claim *wish)
{
    wish->texts[CLAIM_ABOUT] = claim->about;
    wish->texts[CLAIM_AKA] = claim->aka;
    wish->texts[CLAIM_CATEGORY] = claim->category;
    wish->texts[CLAIM_REF] = claim->ref;
    wish->texts[CLAIM_ORIGIN] = claim->origin;
    return form_text(claim->about, LIMIT_ABOUT_BYTES) && form_text(claim->aka, LIMIT_ABOUT_BYTES) &&
           form_text(claim->category, LIMIT_CATEGORY_BYTES) && form_text(claim->ref, LIMIT_REF_BYTES) &&
           form_text(claim->origin, LIMIT_REF_BYTES) && form_in(claim->in) &&
           form_text(claim->scope, LIMIT_CATEGORY_BYTES);
}

/* S7: a wait of 0 is none. */
static bool claim_waits(const struct claim_intent *claim)
{
    return claim->has_wait && !(claim->has_wait_ms && claim->wait_ms == 0);
}

struct form_wait form_wait(struct apply *apply, bool has_wait_ms, uint64_t wait_ms, bool has_lease, uint64_t lease_ms)
{
    uint64_t lease_most = policy_value(apply->state, POLICY_WAITER_LEASE_MAX_MS);
    uint64_t wait_most = policy_value(apply->state, POLICY_WAIT_MAX_MS);
    uint64_t initial = policy_value(apply->state, POLICY_WAIT_DEFAULT_MS);

    lease_ms = has_lease ? lease_ms : policy_value(apply->state, POLICY_WAITER_LEASE_MS);
    lease_ms = lease_ms < shortest_ms ? shortest_ms : lease_ms;
    return (struct form_wait){.wait_ms = has_wait_ms           ? wait_ms
                                         : initial < wait_most ? initial
                                                               : wait_most,
                              .lease_ms = lease_ms > lease_most ? lease_most : lease_ms};
}

/* S7, S8: how long it waits, and under which lease. */
static void claim_wait(struct apply *apply, const struct claim_intent *claim, struct claim *wish)
{
    uint64_t set_most = policy_value(apply->state, POLICY_WAIT_SET_MAX_MS);

    if (!claim_waits(claim))
        return;
    struct form_wait wait =
        form_wait(apply, claim->has_wait_ms, claim->wait_ms, claim->has_waiter_lease, claim->waiter_lease_ms);
    if (wait.wait_ms > set_most && (wish->row.key_count > 1 || key_is_subtree(wish->keys[0]))) { /* R19 */
        wait.wait_ms = set_most;
        if (claim->has_wait_ms)
            wish->row.warnings |= WARNING_WAIT_CLAMPED;
    }
    wish->row.lease_ask_ms = wait.lease_ms;
    wish->row.deadline_ms = wait.wait_ms;
}

static void form_ttl(struct apply *apply, const struct claim_intent *claim, struct claim *wish)
{
    uint64_t most = policy_value(apply->state, POLICY_TTL_MAX_MS);
    uint64_t initial = policy_value(apply->state, POLICY_TTL_DEFAULT_MS);

    wish->row.ttl_ms = claim->has_ttl ? claim->ttl_ms : initial < most ? initial : most;
    if (claim->has_ttl)
        wish->row.flags |= CLAIM_TTL_GIVEN;
}

/* What policy limits: more keys, longer texts, times. */
static enum flaw form_policy(struct apply *apply, const struct claim_intent *claim)
{
    uint64_t keys_most = policy_value(apply->state, claim->any ? POLICY_CANDIDATES_PER_ANY : POLICY_KEYS_PER_CLAIM);
    uint64_t about_most = policy_value(apply->state, POLICY_ABOUT_MAX_BYTES);

    if (claim->key_count > keys_most)
        return FLAW_TOO_MANY_KEYS;
    if (claim->has_ttl && claim->ttl_ms > policy_value(apply->state, POLICY_TTL_MAX_MS))
        return FLAW_TTL;
    if (claim->about.size > about_most || claim->aka.size > about_most)
        return FLAW_TEXT;
    if (claim->has_wait && claim->has_wait_ms && claim->wait_ms > policy_value(apply->state, POLICY_WAIT_MAX_MS))
        return FLAW_WAIT;
    return FLAW_NONE;
}

/* What it says of its idea, if it has one. */
static void form_idea(const struct claim_intent *claim, struct claim *wish)
{
    wish->scope = (struct span){0};
    wish->not_same_count = 0;
    if (claim->about.size == 0 || (claim->scope.size == 0 && claim->not_same_count == 0))
        return;
    wish->row.flags |= CLAIM_SCOPED;
    wish->scope = claim->scope;
    wish->not_same_count = claim->not_same_count;
    memcpy(wish->not_same_as, claim->not_same_as, claim->not_same_count * sizeof claim->not_same_as[0]);
}

struct form form_claim(struct apply *apply, struct form_keys *keys, struct claim *wish)
{
    const struct claim_intent *claim = &apply->record->intent->body.claim;
    enum flaw flaw = form_head(apply_head(apply));

    wish->row = (struct claim_row){0};
    if (flaw != FLAW_NONE)
        return (struct form){.flaw = flaw};
    if (claim->key_count == 0)
        return (struct form){.flaw = FLAW_NO_KEYS};
    if (claim->key_count > (claim->any ? LIMIT_ANY_KEYS : LIMIT_ALL_KEYS))
        return (struct form){.flaw = FLAW_TOO_MANY_KEYS};
    if (claim->has_ttl && claim->ttl_ms < shortest_ms)
        return (struct form){.flaw = FLAW_TTL};
    if (!form_texts(claim, wish))
        return (struct form){.flaw = FLAW_TEXT};
    struct form form = form_keys_of(apply, keys, wish);
    if (form.flaw != FLAW_NONE)
        return form;
    flaw = form_policy(apply, claim);
    if (flaw == FLAW_NONE && claim_waits(claim) &&
        wish->row.key_count > policy_value(apply->state, POLICY_KEYS_PER_WAIT))
        flaw = FLAW_TOO_MANY_KEYS;
    form_ttl(apply, claim, wish);
    claim_wait(apply, claim, wish);
    wish->row.flags |= claim->shared ? CLAIM_SHARED : 0u;
    wish->row.flags |= claim->any && wish->row.key_count > 1 ? CLAIM_ANY : 0u;
    wish->row.flags |= claim->fresh ? CLAIM_FRESH : 0u;
    wish->row.flags |= claim->again ? CLAIM_AGAIN : 0u;
    form_idea(claim, wish);
    return (struct form){.flaw = flaw, .by_policy = flaw != FLAW_NONE};
}
