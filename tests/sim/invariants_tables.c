/* The INVs that show in the rows at a record's end: exclusion, queue order, leases, limits. */
#include "tests/sim/invariants.h"

#define NUMBER(value) ((unsigned long long)(value))

/* ---------------------------------------------------------------- overlaps, told without the core's help */

static bool is_tree(struct span key)
{
    return key.size > 3 && memcmp(key.bytes + key.size - 3, "/**", 3) == 0;
}

static struct span root_of(struct span key)
{
    return is_tree(key) ? span_first(key, key.size - 3) : key;
}

static bool is_within(struct span tree, struct span key)
{
    struct span root = root_of(tree), path = root_of(key);

    return is_tree(tree) && span_starts_with(path, root) && (path.size == root.size || path.bytes[root.size] == '/');
}

static bool keys_overlap(struct span a, struct span b)
{
    return span_equal(a, b) || is_within(a, b) || is_within(b, a);
}

static bool modes_conflict(const struct snap_entry *a, const struct snap_entry *b)
{
    return (a->row.flags & b->row.flags & CLAIM_SHARED) == 0;
}

static bool key_conflicts(const struct snapshot *s, struct span key, const struct snap_entry *mine,
                          const struct snap_entry *other)
{
    if (!modes_conflict(mine, other))
        return false;
    for (uint32_t i = 0; i < other->row.key_count; i++) {
        if (keys_overlap(key, snapshot_key(s, other, i)))
            return true;
    }
    return false;
}

static bool entries_conflict(const struct snapshot *s, const struct snap_entry *a, const struct snap_entry *b)
{
    for (uint32_t i = 0; i < a->row.key_count; i++) {
        if (key_conflicts(s, snapshot_key(s, a, i), a, b))
            return true;
    }
    return false;
}

/* ---------------------------------------------------------------- INV-1, INV-5 */

static void check_new_claim(struct invariants *invariants, const struct snapshot *after, const struct snap_entry *claim)
{
    const struct token_story *story = invariants_token(invariants, claim->id);

    for (uint32_t i = 0; i < after->claim_count; i++) {
        const struct snap_entry *other = &after->claims[i];
        if (other->id != claim->id && entries_conflict(after, claim, other)) /* INV-1 */
            invariants_break(invariants, "INV-1: tokens %llu and %llu hold overlapping keys", NUMBER(claim->id),
                             NUMBER(other->id));
    }
    if (story == NULL) {
        if (invariants->token_count < TOKENS_MAX)
            invariants_break(invariants, "INV-6: claim %llu was granted to nobody", NUMBER(claim->id));
        return;
    }
    for (uint32_t i = 0; i < after->waiter_count; i++) {
        const struct snap_entry *waiter = &after->waiters[i];
        if (waiter->id < story->origin && entries_conflict(after, claim, waiter)) /* INV-5 */
            invariants_break(invariants, "INV-5: claim %llu of offset %llu overtook the waiter of offset %llu",
                             NUMBER(claim->id), NUMBER(story->origin), NUMBER(waiter->id));
    }
}

static bool key_is_blocked(const struct snapshot *s, const struct snap_entry *waiter, struct span key)
{
    for (uint32_t i = 0; i < s->claim_count; i++) {
        if (key_conflicts(s, key, waiter, &s->claims[i]))
            return true;
    }
    for (uint32_t i = 0; i < s->waiter_count && s->waiters[i].id < waiter->id; i++) {
        if (key_conflicts(s, key, waiter, &s->waiters[i]))
            return true;
    }
    return false;
}

/* A done key is not to be had (R21), unless the waiter asked to override what was done before it (R22). */
static bool key_is_done(const struct snapshot *s, const struct snap_entry *waiter, struct span key)
{
    bool again = (waiter->row.flags & CLAIM_AGAIN) != 0;

    for (uint32_t i = 0; i < s->done_count; i++) {
        if (span_equal(s->keys[s->done[i].key], key))
            return !again || s->done[i].offset > waiter->id;
    }
    return false;
}

/* R15: nobody is left waiting for what is free. */
static void check_waiter(struct invariants *invariants, const struct snapshot *after, const struct snap_entry *waiter)
{
    bool any = (waiter->row.flags & CLAIM_ANY) != 0;
    uint32_t blocked = 0;

    for (uint32_t i = 0; i < waiter->row.key_count; i++) {
        struct span key = snapshot_key(after, waiter, i);
        blocked += key_is_blocked(after, waiter, key) || (any && key_is_done(after, waiter, key));
    }
    if (waiter->row.key_count > 0 && (any ? blocked < waiter->row.key_count : blocked == 0))
        invariants_break(invariants, "R15: the waiter of offset %llu waits for what is free", NUMBER(waiter->id));
    if (waiter->row.deadline_ms <= after->meta.now_ms || waiter->row.expires_ms <= after->meta.now_ms)
        invariants_break(invariants, "R2: the waiter of offset %llu is over and still there", NUMBER(waiter->id));
}

/* ---------------------------------------------------------------- INV-7 */

static void check_kept_claim(struct invariants *invariants, const struct snap_entry *before,
                             const struct snap_entry *after)
{
    bool may_shorten = invariants->intent->verb == VERB_RENEW && invariants->intent->body.renew.shorten;

    if (before->row.session != after->row.session || before->row.since_ms != after->row.since_ms ||
        before->row.client != after->row.client || before->row.seq != after->row.seq ||
        after->row.key_count > before->row.key_count || ((before->row.flags ^ after->row.flags) & CLAIM_SHARED) != 0)
        invariants_break(invariants, "INV-7: claim %llu changed holder, time, keys or mode", NUMBER(after->id));
    if (after->row.expires_ms < before->row.expires_ms && !may_shorten)
        invariants_break(invariants, "INV-7: the lease of claim %llu was shortened", NUMBER(after->id));
}

static const struct snap_entry *find_claim(const struct snapshot *snapshot, uint64_t token)
{
    for (uint32_t i = 0; i < snapshot->claim_count; i++) {
        if (snapshot->claims[i].id == token)
            return &snapshot->claims[i];
    }
    return NULL;
}

/* INV-2: whoever was told yes for a token held it at that moment. */
static void check_token_use(struct invariants *invariants, const struct snapshot *before, uint64_t now_ms,
                            const struct target *target)
{
    if (target->kind != TARGET_TOKEN && target->kind != TARGET_FENCED_KEY)
        return;
    const struct snap_entry *claim = find_claim(before, target->token);
    const struct token_story *story = invariants_token(invariants, target->token);
    if (story == NULL || (claim == NULL && target->token <= before->meta.last_token) ||
        (claim != NULL && claim->row.expires_ms <= now_ms))
        invariants_break(invariants, "INV-2: token %llu is not live and was accepted", NUMBER(target->token));
    else if (story->sender.known && !sender_equal(&story->sender, &invariants->own))
        invariants_break(invariants, "INV-2: token %llu is another's and was accepted", NUMBER(target->token));
}

static void check_tokens_used(struct invariants *invariants, const struct snapshot *before,
                              const struct snapshot *after)
{
    const struct intent *intent = invariants->intent;
    uint64_t now_ms = after->meta.now_ms;

    if (intent->flaw != FLAW_NONE)
        return;
    if (intent->verb == VERB_RENEW)
        for (uint32_t i = 0; i < intent->body.renew.target_count; i++)
            if (invariants->item_accepted[i])
                check_token_use(invariants, before, now_ms, &intent->body.renew.targets[i]);
    if (!invariants->own_accepted || invariants->own_repeated)
        return;
    if (intent->verb == VERB_CLOSE && !intent->body.close.all)
        for (uint32_t i = 0; i < intent->body.close.target_count; i++)
            check_token_use(invariants, before, now_ms, &intent->body.close.targets[i]);
    if (intent->verb == VERB_HANDOFF)
        check_token_use(invariants, before, now_ms, &intent->body.handoff.target);
}

/* ---------------------------------------------------------------- INV-8 */

static uint64_t limit(const struct invariants *invariants, enum policy policy)
{
    uint64_t now = invariants->policy[policy], before = invariants->policy_before[policy];

    return now > before ? now : before;
}

void invariants_count(struct invariants *invariants, const char *what, uint64_t before, uint64_t after,
                      enum policy policy)
{
    if (after > before && after > limit(invariants, policy)) /* R32: what was there before may stay */
        invariants_break(invariants, "INV-8: %s went from %llu to %llu, the limit is %llu", what, NUMBER(before),
                         NUMBER(after), NUMBER(limit(invariants, policy)));
}

static uint64_t count_of_session(const struct snap_entry *entries, uint32_t count, uint64_t session)
{
    uint64_t found = 0;

    for (uint32_t i = 0; i < count; i++)
        found += entries[i].row.session == session;
    return found;
}

static uint64_t count_of_key(const struct snapshot *s, struct span key)
{
    uint64_t found = 0;

    for (uint32_t i = 0; i < s->waiter_count; i++)
        for (uint32_t j = 0; j < s->waiters[i].row.key_count; j++)
            found += span_equal(snapshot_key(s, &s->waiters[i], j), key);
    return found;
}

static void check_limits(struct invariants *invariants, const struct snapshot *before, const struct snapshot *after)
{
    invariants_count(invariants, "live claims", before->claim_count, after->claim_count, POLICY_LIVE_CLAIMS_MAX);
    invariants_count(invariants, "sessions", before->sessions, after->sessions, POLICY_SESSIONS_MAX);
    invariants_count(invariants, "client rows", before->client_rows, after->client_rows, POLICY_CLIENT_ROWS_MAX);
    invariants_count(invariants, "done-memory", before->done_count, after->done_count, POLICY_DONE_MAX);
    for (uint32_t i = 0; i < after->claim_count; i++) {
        uint64_t session = after->claims[i].row.session;
        if (after->claims[i].id > before->meta.last_token)
            invariants_count(invariants, "claims of a session",
                             count_of_session(before->claims, before->claim_count, session),
                             count_of_session(after->claims, after->claim_count, session), POLICY_CLAIMS_PER_SESSION);
    }
    if (after->waiter_count == 0 || after->waiters[after->waiter_count - 1].id != invariants->record->offset)
        return;
    const struct snap_entry *newest = &after->waiters[after->waiter_count - 1];
    invariants_count(invariants, "waiters of a session",
                     count_of_session(before->waiters, before->waiter_count, newest->row.session),
                     count_of_session(after->waiters, after->waiter_count, newest->row.session),
                     POLICY_WAITERS_PER_SESSION);
    for (uint32_t i = 0; i < newest->row.key_count; i++)
        invariants_count(invariants, "waiters on a key", count_of_key(before, snapshot_key(after, newest, i)),
                         count_of_key(after, snapshot_key(after, newest, i)), POLICY_WAITERS_PER_KEY);
}

void invariants_tables(struct invariants *invariants, const struct snapshot *before, const struct snapshot *after)
{
    for (uint32_t i = 0, j = 0; i < after->claim_count; i++) {
        const struct snap_entry *claim = &after->claims[i];
        while (j < before->claim_count && before->claims[j].id < claim->id)
            j++;
        if (j < before->claim_count && before->claims[j].id == claim->id)
            check_kept_claim(invariants, &before->claims[j], claim);
        else
            check_new_claim(invariants, after, claim);
        if (claim->row.expires_ms <= after->meta.now_ms)
            invariants_break(invariants, "R2: claim %llu is over and still there", NUMBER(claim->id));
    }
    for (uint32_t i = 0; i < after->waiter_count; i++)
        check_waiter(invariants, after, &after->waiters[i]);
    for (uint32_t i = 0; i < after->done_count; i++) {
        if (after->done[i].expires_ms <= after->meta.now_ms)
            invariants_break(invariants, "R2: done-memory is over and still there");
    }
    check_tokens_used(invariants, before, after);
    check_limits(invariants, before, after);
}
