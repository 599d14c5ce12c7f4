/* Ideas: which there are (S47), and which of them are rivals of a new one (S44). */
#include "base/check.h"
#include "tests/model/model_state.h"

/* ---------------------------------------------------------------- life */

struct idea *idea_numbered(const struct model *model, uint64_t number)
{
    for (size_t i = 0; i < model->ideas.count; i++) {
        struct idea *idea = model->ideas.items[i];
        if (idea->number == number)
            return idea;
    }
    return NULL;
}

/* Compared first, then counted. */
void idea_add(struct model *model, const struct asker *asker, const struct signature *signature, struct span scope,
              uint64_t number)
{
    struct idea *idea = list_add(&model->ideas, sizeof *idea);
    idea->number = number;
    idea->scope = scope_find_or_add(model, scope);
    idea->signature = *signature;
    for (uint32_t i = 0; i < signature->feature_count; i++)
        idea->norm += feature_weight(idea->scope, signature->features[i]);
    memcpy(idea->verifier, asker->identity, LIMIT_IDENTITY_BYTES);
    scope_count(idea->scope, signature);
}

/* The live claim that has the idea; NULL: none has. */
static const struct claim *claim_with_idea(const struct model *model, const struct idea *idea)
{
    for (size_t i = 0; i < model->claims.count; i++) {
        const struct claim *claim = model->claims.items[i];
        if (claim->idea == idea->number)
            return claim;
    }
    return NULL;
}

/* The lowest done key that names it; NULL: none does. */
static const struct done *done_with_idea(const struct model *model, const struct idea *idea)
{
    const struct done *lowest = NULL;
    for (size_t i = 0; i < model->done.count; i++) {
        const struct done *done = model->done.items[i];
        if (done->idea == idea->number && (lowest == NULL || span_compare(done->key, lowest->key) < 0))
            lowest = done;
    }
    return lowest;
}

void forget_ideas(struct model *model)
{
    for (size_t i = model->ideas.count; i > 0; i--) {
        const struct idea *idea = model->ideas.items[i - 1];
        if (claim_with_idea(model, idea) == NULL && done_with_idea(model, idea) == NULL)
            list_remove(&model->ideas, idea);
    }
}

uint64_t ideas_in(const struct model *model, const struct scope *scope)
{
    uint64_t count = 0;
    for (size_t i = 0; i < model->ideas.count; i++)
        count += ((struct idea *)model->ideas.items[i])->scope == scope;
    return count;
}

/* ---------------------------------------------------------------- how it is shown */

struct rival rival_of_claim(const struct model *model, const struct claim *claim)
{
    return (struct rival){.key = claim->keys[0],
                          .session = session_numbered(model, claim->session)->name,
                          .about = text_cut(claim->texts.about),
                          .ref = claim->texts.ref,
                          .token = claim->token,
                          .since_ms = claim->since_ms,
                          .expires_ms = claim->expires_ms};
}

struct rival rival_of_done(const struct done *done)
{
    return (struct rival){.key = done->key,
                          .session = done->session_name,
                          .about = text_cut(done->texts.about),
                          .ref = done->texts.ref,
                          .token = done->token,
                          .done = true,
                          .since_ms = done->since_ms,
                          .expires_ms = done->expires_ms};
}

/* ---------------------------------------------------------------- candidates */

struct candidate {
    const struct idea *idea;
    uint64_t score;
};

struct candidates {
    struct candidate list[POOL_MOST + 1];
    uint32_t count;
};

/* The best come first, of equal ones the lower number; what is beyond the last place falls out. */
static void candidates_put(struct candidates *candidates, const struct idea *idea, uint64_t score)
{
    uint32_t at = candidates->count;
    for (; at > 0; at--) {
        const struct candidate *better = &candidates->list[at - 1];
        if (better->score > score || (better->score == score && better->idea->number < idea->number))
            break;
        candidates->list[at] = *better;
    }
    candidates->list[at] = (struct candidate){idea, score};
    if (candidates->count < POOL_MOST)
        candidates->count++;
}

/* The asker's features with their weights as they stand. */
struct weighed {
    const struct signature *signature;
    uint64_t weights[FEATURES_MAX], norm;
    bool is_rare_stem[FEATURES_MAX];
};

static uint64_t ideas_with(const struct model *model, const struct scope *scope, uint32_t feature)
{
    uint64_t count = 0;
    for (size_t i = 0; i < model->ideas.count; i++) {
        const struct idea *idea = model->ideas.items[i];
        count += idea->scope == scope && signature_has(&idea->signature, feature);
    }
    return count;
}

static void weigh(const struct model *model, const struct scope *scope, const struct signature *signature,
                  struct weighed *weighed)
{
    *weighed = (struct weighed){.signature = signature};
    for (uint32_t i = 0; i < signature->feature_count; i++) {
        uint32_t feature = signature->features[i];
        weighed->weights[i] = feature_weight(scope, feature);
        weighed->norm += weighed->weights[i];
        weighed->is_rare_stem[i] = (feature & 1) == 0 && ideas_with(model, scope, feature) <= LIMIT_IDEA_COMMON;
    }
}

/* The weight of what both have. */
static uint64_t shared_weight(const struct weighed *weighed, const struct idea *idea, bool rare_stems_only,
                              uint32_t *shared_count)
{
    uint64_t weight = 0;
    *shared_count = 0;
    for (uint32_t i = 0; i < weighed->signature->feature_count; i++) {
        if (rare_stems_only && !weighed->is_rare_stem[i])
            continue;
        if (!signature_has(&idea->signature, weighed->signature->features[i]))
            continue;
        weight += weighed->weights[i];
        ++*shared_count;
    }
    return weight;
}

static uint64_t whole_score(const struct weighed *weighed, const struct idea *idea)
{
    uint32_t shared;
    uint64_t weight = shared_weight(weighed, idea, false, &shared);
    if (shared == weighed->signature->feature_count && shared == idea->signature.feature_count)
        return 1000; /* the same features */
    return likeness_score(weight, weighed->norm, idea->norm);
}

/* The best by rare stems, in the order of their whole score. */
static void find_candidates(const struct model *model, const struct scope *scope, const struct signature *signature,
                            struct candidates *best)
{
    struct weighed weighed;
    struct candidates by_stems = {.count = 0};
    best->count = 0;
    weigh(model, scope, signature, &weighed);
    for (size_t i = 0; i < model->ideas.count; i++) {
        const struct idea *idea = model->ideas.items[i];
        uint32_t shared = 0;
        if (idea->scope != scope)
            continue;
        uint64_t weight = shared_weight(&weighed, idea, true, &shared);
        if (shared > 0)
            candidates_put(&by_stems, idea, likeness_score(weight, weighed.norm, idea->norm));
    }
    for (uint32_t i = 0; i < by_stems.count; i++)
        candidates_put(best, by_stems.list[i].idea, whole_score(&weighed, by_stems.list[i].idea));
}

/* ---------------------------------------------------------------- the pool */

/* Keys settle those, or a label has parted them. */
static bool key_speaks_for_itself(const struct model *model, const struct wanted *wanted, struct span key)
{
    for (uint32_t i = 0; i < wanted->count; i++)
        if (overlaps(wanted->keys[i], key) || labelled_different(model, wanted->keys[i], key))
            return true;
    return false;
}

static bool keys_speak_for_themselves(const struct model *model, const struct wanted *wanted, const struct idea *idea)
{
    const struct claim *claim = claim_with_idea(model, idea);
    for (uint32_t i = 0; claim != NULL && i < claim->key_count; i++)
        if (key_speaks_for_itself(model, wanted, claim->keys[i]))
            return true;
    for (size_t i = 0; i < model->done.count; i++) {
        const struct done *done = model->done.items[i];
        if (done->idea == idea->number && key_speaks_for_itself(model, wanted, done->key))
            return true;
    }
    return false;
}

static bool is_own(const struct asker *asker, const struct idea *idea, const struct claim *claim,
                   const struct done *done)
{
    if (claim != NULL)
        return claim->session == asker->session;
    return span_equal(done->session_name, asker->session_name) &&
           memcmp(idea->verifier, asker->identity, LIMIT_IDENTITY_BYTES) == 0;
}

void pool_find(struct model *model, const struct asker *asker, const struct wanted *wanted, struct span scope_name,
               bool own_too, struct pool *pool)
{
    const struct scope *scope = scope_find(model, scope_name);
    struct candidates best;
    pool->count = 0;
    forget_ideas(model);
    if (scope == NULL)
        return;
    find_candidates(model, scope, &wanted->signature, &best);
    for (uint32_t i = 0; i < best.count; i++) {
        const struct idea *idea = best.list[i].idea;
        const struct claim *claim = claim_with_idea(model, idea);
        const struct done *done = done_with_idea(model, idea);
        if (claim != NULL && claim->expires_ms <= model->now_ms)
            claim = NULL; /* R2: it is over, though its end comes only after this */
        if (done != NULL && done->expires_ms <= model->now_ms)
            done = NULL; /* so is this */
        if (claim == NULL && done == NULL)
            continue;
        bool own = is_own(asker, idea, claim, done);
        if (best.list[i].score == 0 || (own && !own_too) || keys_speak_for_themselves(model, wanted, idea))
            continue;
        struct rival rival = claim != NULL ? rival_of_claim(model, claim) : rival_of_done(done);
        rival.score = (uint32_t)best.list[i].score;
        rival.own = own;
        pool->list[pool->count].idea = idea;
        pool->list[pool->count++].rival = rival;
    }
}
