/* The keys of an answer. Decisions name those that were granted or have ended, and those of claims that a verb named by
 * token; others that it named by key, the intent tells. */
#include "agent-shim/answer.h"

#include "agent-shim/asked.h"

static struct dibs_key decided_one(struct pool *pool, const struct decision *d, uint32_t i)
{
    return (struct dibs_key){.key = pool_text(pool, d->keys[i].key),
                             .token = d->keys[i].token,
                             .expires_ts_ms = answer_ts(d, d->keys[i].expires_ms),
                             .expires_in_ms = answer_left(d, d->keys[i].expires_ms),
                             .since_ts_ms = -1};
}

static const struct dibs_key *decided_keys(struct pool *pool, const struct decision *d, size_t *count)
{
    struct dibs_key *keys = pool_take_array(pool, d->key_count, sizeof *keys);
    for (uint32_t i = 0; keys != NULL && i < d->key_count; i++)
        keys[(*count)++] = decided_one(pool, d, i);
    return keys;
}

/* One that was asked for and took effect; a renew tells its lease. */
static struct dibs_key asked_one(struct pool *pool, const struct decision *d, const struct intent *asked, uint32_t i,
                                 const struct canonical_key *canonical)
{
    struct dibs_key key = {.key = pool_text(pool, span_of(canonical->bytes, canonical->size)),
                           .token = asked_token(asked, i),
                           .expires_ts_ms = -1,
                           .since_ts_ms = -1};
    if (i < d->item_count) {
        key.token = d->items[i].token;
        key.expires_ts_ms = answer_ts(d, d->items[i].expires_ms);
        key.expires_in_ms = answer_left(d, d->items[i].expires_ms);
    }
    return key;
}

/* The decision names it, too: a close. */
static bool is_decided(const struct decision *d, uint32_t i, const struct canonical_key *canonical)
{
    return i < d->key_count && span_equal(d->keys[i].key, span_of(canonical->bytes, canonical->size));
}

/* In the order of the targets. */
static const struct dibs_key *asked_keys(struct pool *pool, const struct decision *d,
                                         const struct answer_context *context, size_t *count)
{
    const struct intent *asked = context->asked;
    struct canonical_key canonical;
    uint32_t named = asked_count(asked), told = 0;
    struct dibs_key *keys = pool_take_array(pool, named + d->key_count, sizeof *keys);
    for (uint32_t i = 0; keys != NULL && i < named; i++) {
        uint64_t token = i < d->item_count ? d->items[i].token : asked_token(asked, i);
        if (asked_canonical(asked, i, context->prefixes, &canonical)) {
            keys[(*count)++] = is_decided(d, told, &canonical) ? decided_one(pool, d, told++)
                                                               : asked_one(pool, d, asked, i, &canonical);
            continue;
        }
        for (; told < d->key_count && d->keys[told].token == token; told++)
            keys[(*count)++] = decided_one(pool, d, told);
    }
    return keys;
}

/* Of a renew of several, not all of which are one's own: those that were renewed all the same. */
static const struct dibs_key *renewed_keys(struct pool *pool, const struct decision *d,
                                           const struct answer_context *context, size_t *count)
{
    const struct intent *asked = context->asked;
    struct canonical_key canonical;
    struct dibs_key *keys = pool_take_array(pool, d->item_count, sizeof *keys);
    for (uint32_t i = 0; keys != NULL && i < d->item_count; i++)
        if (d->items[i].answer == ANSWER_ACCEPTED && asked_canonical(asked, i, context->prefixes, &canonical))
            keys[(*count)++] = asked_one(pool, d, asked, i, &canonical);
    return keys;
}

const struct dibs_key *answer_keys(struct pool *pool, const struct decision *decision,
                                   const struct answer_context *context, size_t *count)
{
    const struct intent *asked = context->asked;
    bool took_effect = decision->answer == ANSWER_ACCEPTED && asked != NULL && asked->verb == decision->verb &&
                       decision->verb != VERB_QUERY && decision->offered_count == 0 && asked_count(asked) > 0;
    *count = 0;
    if (decision->answer == ANSWER_DENIED && decision->verb == VERB_RENEW)
        return renewed_keys(pool, decision, context, count);
    return took_effect ? asked_keys(pool, decision, context, count) : decided_keys(pool, decision, count);
}
