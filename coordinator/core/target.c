/* Targets: resolving tokens and keys to one's own live claims. Changes nothing. */
#include "coordinator/core/target.h"

#include "coordinator/core/form.h"
#include "coordinator/core/subtree.h"
#include "coordinator/state/keys.h"

enum flaw target_form(struct state *state, const struct target *target, struct span in, struct canonical_key *key)
{
    key->size = 0;
    switch (target->kind) {
    case TARGET_TOKEN:
    case TARGET_TICKET:
    case TARGET_SESSION:
        return FLAW_NONE;
    case TARGET_KEY:
    case TARGET_FENCED_KEY:
        return form_key(state, target->key, in, key);
    }
    return FLAW_TARGET;
}

uint64_t target_next_of_session(struct state *state, uint64_t session, uint64_t after)
{
    struct row_key from;
    struct span found, value;

    row_key_begin(&from);
    row_key_u64(&from, session);
    row_key_u64(&from, after + 1);
    if (session == 0 || !table_seek(state, TABLE_CLAIM_SESSION, row_key_as_span(&from), &found, &value) ||
        row_key_read_u64(found, 0) != session)
        return 0;
    return row_key_read_u64(found, 8);
}

/* By the key's holders while they are few: an exclusive key has one, a shared one may have more than the session has
 * claims. */
uint64_t target_next_own(struct state *state, uint64_t session, struct span key, uint64_t after)
{
    enum { HOLDERS_LOOKED_AT = 4 };
    struct claim_row row;
    struct claim claim;
    uint64_t token = after;

    for (int i = 0; i < HOLDERS_LOOKED_AT; i++) {
        token = subtree_exact_any(state, TABLE_HOLD, key, token + 1);
        if (token == UINT64_MAX)
            return 0;
        if (claim_load_row(state, TABLE_CLAIM, token, &row) && row.session == session)
            return token;
    }
    /* At most as many as a session may hold (policy, at most 256). */
    while ((token = target_next_of_session(state, session, token)) != 0) {
        if (claim_load(state, TABLE_CLAIM, token, &claim) && claim_key_index(&claim, key) >= 0)
            return token;
    }
    return 0;
}

static void find_by_key(struct apply *apply, uint64_t session, struct found *found)
{
    struct span key = span_of(found->key.bytes, found->key.size);

    found->token = target_next_own(apply->state, session, key, 0);
    if (found->token == 0) {
        found->reason = REASON_NOT_HOLDER;
        ended_by_key(apply->state, session, key, &found->ending);
    } else if (target_next_own(apply->state, session, key, found->token) != 0) {
        found->reason = REASON_BAD_REQUEST;
        found->flaw = FLAW_AMBIGUOUS;
    }
}

static void find_by_token(struct apply *apply, uint64_t session, bool fenced, struct found *found)
{
    struct claim claim;

    found->whole = !fenced;
    if (!claim_load(apply->state, TABLE_CLAIM, found->token, &claim)) {
        found->reason = REASON_STALE_TOKEN; /* INV-2 */
        ended_own_by_token(apply->state, session, found->token, fenced ? &found->key : NULL, &found->ending);
    } else if (claim.row.session != session) {
        found->reason = REASON_NOT_HOLDER;
    } else if (fenced && claim_key_index(&claim, span_of(found->key.bytes, found->key.size)) < 0) {
        found->reason = REASON_STALE_TOKEN;
    }
}

void target_find(struct apply *apply, uint64_t session, const struct target *target, const struct canonical_key *key,
                 struct found *out)
{
    out->reason = REASON_NONE;
    out->flaw = FLAW_NONE;
    ending_none(&out->ending);
    out->token = target->token;
    out->whole = false;
    out->key = *key;
    if (target->kind == TARGET_KEY)
        find_by_key(apply, session, out);
    else
        find_by_token(apply, session, target->kind == TARGET_FENCED_KEY, out);
}

void target_tell_keys(struct told_keys *told, const struct claim *claim, uint32_t keys, uint64_t token,
                      uint64_t expires_ms, struct decision *decision)
{
    for (uint32_t i = 0; i < claim->row.key_count && decision->key_count < LIMIT_ALL_KEYS; i++) {
        uint8_t *kept = told->bytes + told->used;
        struct span key = claim->keys[i];

        if ((keys & (UINT32_C(1) << i)) == 0)
            continue;
        memcpy(kept, key.bytes, key.size);
        told->used += key.size;
        decision->keys[decision->key_count++] =
            (struct granted_key){.key = span_of(kept, key.size), .token = token, .expires_ms = expires_ms};
    }
}
