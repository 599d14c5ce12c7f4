/* Targets: resolving tokens and keys to one's own live claims. Changes nothing. */
#include "coordinator/core/target.h"

#include "coordinator/core/form.h"
#include "coordinator/state/keys.h"

enum flaw target_form(const struct target *target, struct span in, struct canonical_key *key)
{
    key->size = 0;
    switch (target->kind) {
    case TARGET_TOKEN:
    case TARGET_TICKET:
    case TARGET_SESSION:
        return FLAW_NONE;
    case TARGET_KEY:
    case TARGET_FENCED_KEY:
        return form_key(target->key, in, key);
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

uint64_t target_next_own(struct state *state, uint64_t session, struct span key, uint64_t after)
{
    struct claim claim;
    uint64_t token = after;

    /* At most as many as a session may hold (policy, at most 256). */
    while ((token = target_next_of_session(state, session, token)) != 0) {
        if (claim_load(state, TABLE_CLAIM, token, &claim) && claim_key_index(&claim, key) >= 0)
            return token;
    }
    return 0;
}

static struct found not_found(enum reason reason, struct ending ending)
{
    return (struct found){.reason = reason, .ending = ending};
}

static struct found find_by_key(struct apply *apply, uint64_t session, const struct canonical_key *canonical)
{
    struct span key = span_of(canonical->bytes, canonical->size);
    uint64_t token = target_next_own(apply->state, session, key, 0);

    if (token == 0)
        return not_found(REASON_NOT_HOLDER, ended_by_key(apply->state, session, key));
    if (target_next_own(apply->state, session, key, token) != 0)
        return (struct found){.reason = REASON_BAD_REQUEST, .flaw = FLAW_AMBIGUOUS};
    return (struct found){.token = token, .key = *canonical};
}

static struct found find_by_token(struct apply *apply, uint64_t session, uint64_t token, bool fenced,
                                  const struct canonical_key *canonical)
{
    struct claim claim;

    if (!claim_load(apply->state, TABLE_CLAIM, token, &claim))
        return not_found(REASON_STALE_TOKEN, ended_by_token(apply->state, token)); /* INV-2 */
    if (claim.row.session != session)
        return not_found(REASON_NOT_HOLDER, (struct ending){0});
    if (fenced && claim_key_index(&claim, span_of(canonical->bytes, canonical->size)) < 0)
        return not_found(REASON_STALE_TOKEN, (struct ending){0});
    return (struct found){.token = token, .whole = !fenced, .key = *canonical};
}

struct found target_find(struct apply *apply, uint64_t session, const struct target *target,
                         const struct canonical_key *key)
{
    if (target->kind == TARGET_KEY)
        return find_by_key(apply, session, key);
    return find_by_token(apply, session, target->token, target->kind == TARGET_FENCED_KEY, key);
}
