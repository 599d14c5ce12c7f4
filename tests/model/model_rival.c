/* What follows from a like idea (S45, S46, S49), and from a label (S51). */
#include "tests/model/model_state.h"

enum { SHOWN = 3, NEAR = 200 };

/* Only the key that it would get, for an any-of. */
struct wanted would_get(const struct wanted *wanted, uint32_t chosen)
{
    struct wanted one = *wanted;
    if (!wanted->any)
        return one;
    one.keys[0] = wanted->keys[chosen];
    one.count = 1;
    return one;
}

static bool has_idea(const struct wanted *wanted)
{
    return wanted->signature.feature_count > 0;
}

/* S46: by its number, or by the token that is shown of it. */
static bool is_covered(const struct wanted *wanted, const struct idea *idea, const struct rival *rival)
{
    for (uint32_t i = 0; i < wanted->not_same_count; i++)
        if (wanted->not_same_as[i] == idea->number || wanted->not_same_as[i] == rival->token)
            return true;
    return false;
}

/* ---------------------------------------------------------------- what is shown */

static uint32_t least_threshold(const struct report_thresholds *thresholds)
{
    uint32_t least = thresholds->deny < thresholds->ask ? thresholds->deny : thresholds->ask;
    return least < thresholds->warn ? least : thresholds->warn;
}

/* Those of at least that score, after a link that is shown already. */
static void show_rivals(const struct wanted *wanted, const struct pool *pool, uint32_t from, struct decision *decision)
{
    bool has_link = decision->rival_count > 0 && decision->rivals[0].linked;
    decision->rival_count = has_link ? 1 : 0;
    for (uint32_t i = 0; i < pool->count && decision->rival_count < SHOWN; i++) {
        const struct rival *rival = &pool->list[i].rival;
        if (rival->score < from || is_covered(wanted, pool->list[i].idea, rival))
            continue;
        if (has_link && rival->token == decision->rivals[0].token)
            continue;
        decision->rivals[decision->rival_count++] = *rival;
    }
}

void show_near(struct model *model, const struct asker *asker, const struct wanted *wanted, struct span scope,
               struct decision *decision)
{
    struct report_thresholds thresholds = scope_thresholds(model, scope);
    uint32_t least = least_threshold(&thresholds);
    struct pool pool;
    if (!has_idea(wanted) || decision->advice != ADVICE_CREATE)
        return;
    pool_find(model, asker, wanted, scope, false, &pool);
    show_rivals(wanted, &pool, least < NEAR ? least : NEAR, decision);
}

/* What a limit denies shows nothing of it. */
void forget_rivals(struct decision *decision)
{
    decision->rival_count = 0;
    decision->likeness = LIKENESS_NONE;
    decision->warnings &= ~(uint32_t)WARNING_SIMILAR;
}

/* The first rival stands for the holder. */
static void deny_similar(struct model *model, const struct asker *asker, enum likeness likeness, bool dry_run,
                         struct decision *decision)
{
    const struct rival *first = &decision->rivals[0];
    decision->likeness = likeness;
    decision->has_holder = true;
    decision->holder = (struct holder){.session = first->session,
                                       .about = first->about,
                                       .ref = first->ref,
                                       .key = first->key,
                                       .token = first->token,
                                       .since_ms = first->since_ms,
                                       .expires_ms = first->expires_ms};
    decision->queue_length = 0;
    decision->warnings &= ~(uint32_t)(WARNING_SAME_NAME | WARNING_WAITS_ON_SELF);
    if (span_equal(first->session, asker->session_name))
        decision->warnings |= WARNING_SAME_NAME;
    deny(decision, REASON_SIMILAR, WHY_NONE);
    count_denial(model, asker, dry_run, decision);
}

/* ---------------------------------------------------------------- links */

static bool wants(const struct wanted *wanted, struct span key)
{
    for (uint32_t i = 0; i < wanted->count; i++)
        if (span_equal(wanted->keys[i], key))
            return true;
    return false;
}

/* The next key in byte order that is labelled the same as this one. */
static bool next_same(const struct model *model, struct span key, struct span *after)
{
    const struct label *next = NULL;
    for (size_t i = 0; i < model->labels.count; i++) {
        const struct label *label = model->labels.items[i];
        if (labelled_same(model, key, label->key) && span_compare(label->key, *after) > 0 &&
            (next == NULL || span_compare(label->key, next->key) < 0))
            next = label;
    }
    if (next != NULL)
        *after = next->key;
    return next != NULL;
}

/* Another session's live claim that overlaps it, else who has done it. */
static bool find_taken(const struct model *model, const struct asker *asker, const struct wanted *wanted,
                       struct span key, struct rival *rival)
{
    for (size_t i = 0; i < model->claims.count; i++) {
        const struct claim *claim = model->claims.items[i];
        for (uint32_t j = 0; claim->session != asker->session && j < claim->key_count; j++) {
            if (!overlaps(claim->keys[j], key))
                continue;
            *rival = rival_of_claim(model, claim);
            return true;
        }
    }
    const struct done *done = done_against(model, wanted, key);
    if (done != NULL)
        *rival = rival_of_done(done);
    return done != NULL;
}

static bool find_link(const struct model *model, const struct asker *asker, const struct wanted *wanted,
                      struct rival *rival)
{
    for (uint32_t i = 0; i < wanted->count; i++) {
        struct span other = {0};
        while (next_same(model, wanted->keys[i], &other)) {
            if (wants(wanted, other) || !find_taken(model, asker, wanted, other, rival))
                continue;
            rival->score = 1000;
            rival->linked = true;
            return true;
        }
    }
    return false;
}

/* ---------------------------------------------------------------- the verdict */

/* By the first that isn't covered. NONE: nothing is said against it. */
static enum likeness likeness_of(const struct wanted *wanted, const struct pool *pool,
                                 const struct report_thresholds *thresholds, bool *warned)
{
    uint32_t at = 0;
    *warned = false;
    while (at < pool->count && is_covered(wanted, pool->list[at].idea, &pool->list[at].rival))
        at++;
    if (at == pool->count)
        return LIKENESS_NONE;
    const struct signature *other = &pool->list[at].idea->signature;
    uint32_t score = pool->list[at].rival.score;
    if (score >= thresholds->deny && kinds_agree(&wanted->signature, other) &&
        !signatures_conflict(&wanted->signature, other))
        return LIKENESS_SAME;
    if (score >= thresholds->ask)
        return LIKENESS_MAYBE;
    *warned = score >= thresholds->warn;
    return LIKENESS_NONE;
}

/* `wanted`: the keys that it would get, or wait for. True: it is denied. Else it may be warned. */
bool refused_as_similar(struct model *model, const struct asker *asker, const struct wanted *wanted, struct span scope,
                        bool look_at_links, bool dry_run, struct decision *decision)
{
    struct report_thresholds thresholds;
    struct pool pool;
    bool warned = false;
    forget_ideas(model);
    if (look_at_links && find_link(model, asker, wanted, &decision->rivals[0])) {
        decision->rival_count = 1;
        deny_similar(model, asker, LIKENESS_LINKED, dry_run, decision);
        show_near(model, asker, wanted, scope, decision);
        return true;
    }
    if (!has_idea(wanted))
        return false;
    thresholds = scope_thresholds(model, scope);
    pool_find(model, asker, wanted, scope, false, &pool);
    enum likeness likeness = likeness_of(wanted, &pool, &thresholds, &warned);
    if (likeness == LIKENESS_NONE && !warned)
        return false;
    show_rivals(wanted, &pool, least_threshold(&thresholds), decision);
    if (warned) {
        decision->warnings |= WARNING_SIMILAR;
        return false;
    }
    deny_similar(model, asker, likeness, dry_run, decision);
    show_near(model, asker, wanted, scope, decision);
    return true;
}

/* The last of the limits on a grant. */
bool over_scopes(const struct model *model, const struct wanted *wanted, struct span scope, struct decision *decision)
{
    if (!has_idea(wanted) || scope_find(model, scope) != NULL || model->scopes.count < LIMIT_SCOPES)
        return false;
    deny(decision, REASON_QUOTA, WHY_SCOPES);
    return true;
}
