/* next: picks an item and claims it, in one record. Which category is steering's (model_steer.c); which item of it, here. */
#include "base/check.h"
#include "tests/model/model_state.h"

/* ---------------------------------------------------------------- form */

enum flaw form_next(const struct next_intent *intent)
{
    bool texts = form_text(intent->origin, LIMIT_REF_BYTES) && form_text(intent->scope, LIMIT_CATEGORY_BYTES);
    for (uint32_t i = 0; i < intent->category_count; i++)
        texts = texts && form_text(intent->categories[i], LIMIT_CATEGORY_BYTES);
    if (!texts)
        return FLAW_TEXT;
    for (uint32_t i = 0; i < intent->can_count; i++)
        if (!form_need(intent->can[i]))
            return FLAW_NEED;
    return intent->has_ttl && intent->ttl_ms < 1000 ? FLAW_TTL : FLAW_NONE;
}

/* ---------------------------------------------------------------- items */

/* The first of what the item needs, in byte order, that the asker cannot do; need_count: it can do all. */
uint32_t missing_need(struct model *model, const struct offer *offer, const struct next_intent *intent)
{
    uint32_t missing = offer->need_count;
    for (uint32_t i = 0; i < offer->need_count; i++) {
        bool can = false;
        for (uint32_t j = 0; j < intent->can_count; j++)
            can = can || span_equal(lower_cased(model, intent->can[j]), offer->needs[i]);
        if (!can && (missing == offer->need_count || span_compare(offer->needs[i], offer->needs[missing]) < 0))
            missing = i;
    }
    return missing;
}

static bool is_asked_for(const struct model *model, const struct next_intent *intent, const struct category *category)
{
    for (uint32_t i = 0; i < intent->category_count; i++)
        if (category_of(model, intent->categories[i]) == category)
            return true;
    return intent->category_count == 0;
}

/* A claim of a subtree over it, or a waiter: it is not claimed, but who picked it would not get it. */
bool offer_is_overlapped(const struct model *model, const struct offer *offer)
{
    for (size_t i = 0; i < model->claims.count; i++) {
        const struct claim *claim = model->claims.items[i];
        for (uint32_t j = 0; j < claim->key_count; j++)
            if (overlaps(claim->keys[j], offer->key))
                return true;
    }
    for (size_t i = 0; i < model->waiters.count; i++) {
        const struct waiter *waiter = model->waiters.items[i];
        for (uint32_t j = 0; j < waiter->wanted.count; j++)
            if (overlaps(waiter->wanted.keys[j], offer->key))
                return true;
    }
    return false;
}

static bool is_before(const struct offer *a, const struct offer *b)
{
    return a->rank != b->rank ? a->rank < b->rank : a->number < b->number;
}

/* Of the category's dispatchable items that fit, or of those that don't, the first after that one. */
static struct offer *next_item(struct model *model, const struct next_intent *intent, const struct category *category,
                               bool fitting, const struct offer *after)
{
    struct offer *next = NULL;
    for (size_t i = 0; i < model->supply.offers.count; i++) {
        struct offer *offer = model->supply.offers.items[i];
        if (category_of(model, offer->category) != category || obstacle_of(model, offer) != OBSTACLE_NONE ||
            (missing_need(model, offer, intent) == offer->need_count) != fitting)
            continue;
        if ((after == NULL || is_before(after, offer)) && (next == NULL || is_before(offer, next)))
            next = offer;
    }
    return next;
}

/* What is found out on the way, for the answer. */
struct search {
    const struct category *categories[LIMIT_CATEGORIES]; /* in the order of trying */
    struct report_draw draws[LIMIT_CATEGORIES];
    uint32_t count;
    uint32_t overlapped, compared;
    struct span first_overlapped, first_similar, rival;
    struct decision warned; /* of what is like it, but not like enough */
    struct report_pick pick;
};

uint64_t next_ttl_ms(const struct model *model, const struct next_intent *intent)
{
    uint64_t ttl_ms = model->policy[POLICY_TTL_DEFAULT_MS], most_ms = model->policy[POLICY_TTL_MAX_MS];
    return intent->has_ttl ? intent->ttl_ms : ttl_ms < most_ms ? ttl_ms : most_ms;
}

/* What a claim of the item would be about. */
static struct texts texts_of_item(const struct next_intent *intent, const struct offer *offer)
{
    return (struct texts){.about = offer->about,
                          .aka = offer->aka,
                          .category = offer->category,
                          .scope = offer->scope.size > 0 ? offer->scope : intent->scope,
                          .ref = offer->ref,
                          .origin = intent->origin};
}

static struct wanted wanted_of_item(const struct next_intent *intent, const struct offer *offer)
{
    struct wanted wanted = {.keys = {offer->key}, .count = 1};
    struct texts texts = texts_of_item(intent, offer);
    signature_read(&texts, &wanted.signature);
    return wanted;
}

/* An item that may be picked, and what its family costs. */
struct candidate {
    struct offer *offer;
    uint32_t penalty;
    uint64_t rank;
};

/* The first 64 that fit and that nobody is in the way of; the lowest first, their families' penalties added. */
static uint32_t candidates_of(struct model *model, const struct next_intent *intent, const struct category *category,
                              struct search *search, struct candidate *candidates)
{
    struct offer *offer = NULL;
    uint32_t count = 0;
    while (count < LIMIT_PICK_LOOKS && search->pick.looked < LIMIT_PICK_READS &&
           (offer = next_item(model, intent, category, true, offer)) != NULL) {
        search->pick.looked++;
        if (offer_is_overlapped(model, offer)) {
            if (search->overlapped++ == 0)
                search->first_overlapped = offer->key;
            continue;
        }
        uint32_t penalty = penalty_of(model, family_of(offer->key)), at = count++;
        uint64_t rank = offer->rank + penalty * model->policy[POLICY_PRIORITY_STEP_MS];
        for (; at > 0; at--) {
            const struct candidate *before = &candidates[at - 1];
            if (before->rank < rank || (before->rank == rank && before->offer->number < offer->number))
                break;
            candidates[at] = *before;
        }
        candidates[at] = (struct candidate){offer, penalty, rank};
    }
    return count;
}

/* The first that is like no idea that is taken. NULL: none. */
static struct offer *pick_item(struct model *model, const struct asker *asker, const struct next_intent *intent,
                               const struct category *category, struct search *search)
{
    struct candidate candidates[LIMIT_PICK_LOOKS];
    uint32_t count = candidates_of(model, intent, category, search, candidates);
    for (uint32_t i = 0; i < count && search->compared < LIMIT_PICK_LOOKS; i++, search->compared++) {
        struct offer *offer = candidates[i].offer;
        struct wanted wanted = wanted_of_item(intent, offer);
        struct decision told = {0};
        if (refused_as_similar(model, asker, &wanted, texts_of_item(intent, offer).scope, true, true, &told)) {
            if (search->pick.similar++ == 0) {
                search->first_similar = offer->key;
                search->rival = told.holder.session;
            }
            continue;
        }
        search->warned = told;
        search->pick.offer = offer->number;
        search->pick.penalty = candidates[i].penalty;
        search->pick.family_saturated = is_saturated(model, family_of(offer->key));
        return offer;
    }
    return NULL;
}

/* ---------------------------------------------------------------- categories */

/* Those that take part, the highest score first; of equals the lower number. */
static void draw_all(const struct model *model, const struct next_intent *intent, uint64_t offset,
                     struct search *search)
{
    for (size_t i = 0; i < model->supply.categories.count; i++) {
        const struct category *category = model->supply.categories.items[i];
        if (!is_asked_for(model, intent, category) || dispatchable_in(model, category) == 0)
            continue;
        struct report_draw draw = steer_draw(model, category, offset);
        uint32_t at = search->count++;
        for (; at > 0 && search->draws[at - 1].score < draw.score; at--) {
            search->draws[at] = search->draws[at - 1];
            search->categories[at] = search->categories[at - 1];
        }
        search->draws[at] = draw;
        search->categories[at] = category;
    }
}

/* The item that is picked; NULL: none. */
static struct offer *pick(struct model *model, const struct asker *asker, const struct next_intent *intent,
                          uint64_t offset, struct search *search)
{
    struct offer *offer = NULL;
    *search = (struct search){.count = 0};
    draw_all(model, intent, offset, search);
    for (uint32_t i = 0; i < search->count && offer == NULL; i++)
        offer = pick_item(model, asker, intent, search->categories[i], search);
    return offer;
}

static void tell_draws(const struct next_intent *intent, const struct search *search, struct decision *decision)
{
    for (uint32_t i = 0; intent->explain && i < search->count && i < LIMIT_DRAWS; i++)
        decision->draws[decision->draw_count++] = search->draws[i];
}

/* How it was picked, or that nothing was; the draws for who asked for an explanation. */
static void tell_search(const struct next_intent *intent, const struct search *search, struct decision *decision)
{
    decision->has_pick = search->pick.looked > 0;
    decision->pick = search->pick;
    tell_draws(intent, search, decision);
}

/* ---------------------------------------------------------------- yes */

/* `offset`: of the intent that asked. */
static void grant_item(struct model *model, const struct asker *asker, const struct next_intent *intent,
                       const struct offer *offer, uint64_t ttl_ms, uint64_t lease_ms, uint64_t offset,
                       const struct search *search, struct decision *decision)
{
    struct wanted wanted = wanted_of_item(intent, offer);
    struct texts texts = texts_of_item(intent, offer);
    wanted.offset = offset;
    wanted.ttl_ms = ttl_ms;
    if (over_grant_limits(model, asker->session, &wanted, texts.scope, decision))
        return;
    tell_search(intent, search, decision);
    decision->about = offer->about;
    decision->category = offer->category;
    decision->ref = offer->ref;
    decision->warnings |= search->warned.warnings;
    decision->rival_count = search->warned.rival_count;
    for (uint32_t i = 0; i < decision->rival_count; i++)
        decision->rivals[i] = search->warned.rivals[i];
    grant(model, asker, &wanted, &texts, 0, lease_ms, true, decision);
}

/* ---------------------------------------------------------------- no */

/* By kind; those that there are none of are left out. */
static void add_obstacle(struct decision *decision, const struct report_obstacle *one)
{
    if (one->count > 0)
        decision->obstacles[decision->obstacle_count++] = *one;
}

/* The claimed one of the lowest number; by whom, until when. */
static struct report_obstacle claimed_ones(const struct model *model, const struct search *search)
{
    struct report_obstacle one = {.kind = OBSTACLE_CLAIMED, .count = search->overlapped};
    one.key = search->first_overlapped;
    bool found = false;
    for (size_t i = 0; i < model->supply.offers.count; i++) {
        const struct offer *offer = model->supply.offers.items[i];
        if (obstacle_of(model, offer) != OBSTACLE_CLAIMED)
            continue;
        one.count++;
        if (found)
            continue;
        found = true;
        const struct claim *claim = claim_having(model, offer->key);
        one.key = offer->key;
        one.by = session_numbered(model, claim->session)->name;
        one.until_ms = claim->expires_ms;
    }
    return one;
}

static struct span first_open(const struct offer *offer)
{
    for (uint32_t i = 0; i < offer->after_count; i++)
        if (offer->open[i])
            return offer->after[i];
    return (struct span){0};
}

/* Blocked, cooling, not yet: all of them, whatever was asked for. The example is the one whose time comes first. */
static struct report_obstacle waiting_ones(const struct model *model, enum obstacle kind)
{
    struct report_obstacle one = {.kind = kind};
    for (size_t i = 0; i < model->supply.offers.count; i++) {
        const struct offer *offer = model->supply.offers.items[i];
        if (obstacle_of(model, offer) != kind)
            continue;
        uint64_t until_ms = kind == OBSTACLE_BLOCKED ? 0 : offer_wakes_ms(offer);
        if (one.count++ > 0 && until_ms >= one.until_ms)
            continue;
        one.until_ms = until_ms;
        one.key = offer->key;
        one.by = first_open(offer);
    }
    if (kind != OBSTACLE_BLOCKED)
        one.by = (struct span){0};
    return one;
}

/* Of the categories that were tried; the example is of the first that has one. */
static struct report_obstacle unfit_ones(struct model *model, const struct next_intent *intent,
                                         const struct search *search)
{
    struct report_obstacle one = {.kind = OBSTACLE_NEEDS};
    for (uint32_t i = 0; i < search->count; i++) {
        const struct offer *offer = NULL;
        while ((offer = next_item(model, intent, search->categories[i], false, offer)) != NULL) {
            if (one.count++ > 0)
                continue;
            one.key = offer->key;
            one.by = offer->needs[missing_need(model, offer, intent)];
        }
    }
    return one;
}

static struct report_obstacle unasked_ones(const struct model *model, const struct next_intent *intent)
{
    struct report_obstacle one = {.kind = OBSTACLE_CATEGORY};
    uint64_t most = 0;
    for (size_t i = 0; i < model->supply.categories.count; i++) {
        const struct category *category = model->supply.categories.items[i];
        uint64_t count = is_asked_for(model, intent, category) ? 0 : dispatchable_in(model, category);
        one.count += count;
        if (count <= most)
            continue;
        most = count;
        one.by = category->name;
    }
    return one;
}

/* Why nothing was picked. */
static void tell_obstacles(struct model *model, const struct next_intent *intent, const struct search *search,
                           struct decision *decision)
{
    struct report_obstacle one = claimed_ones(model, search);
    add_obstacle(decision, &one);
    for (enum obstacle kind = OBSTACLE_BLOCKED; kind <= OBSTACLE_NOT_YET; kind++) {
        one = waiting_ones(model, kind);
        add_obstacle(decision, &one);
    }
    struct report_obstacle unfit = unfit_ones(model, intent, search);
    add_obstacle(decision, &unfit);
    one = (struct report_obstacle){
        .kind = OBSTACLE_SIMILAR, .count = search->pick.similar, .key = search->first_similar, .by = search->rival};
    add_obstacle(decision, &one);
    one = unasked_ones(model, intent);
    add_obstacle(decision, &one);
    one = (struct report_obstacle){.kind = OBSTACLE_BEYOND};
    for (uint32_t i = 0; i < search->count; i++)
        one.count += search->draws[i].dispatchable;
    one.count -= unfit.count + search->overlapped + search->pick.similar;
    add_obstacle(decision, &one);
}

static void tell_drained(struct model *model, const struct asker *asker, const struct next_intent *intent,
                         const struct search *search, struct decision *decision)
{
    tell_obstacles(model, intent, search, decision);
    if (next_wait_ms(model, intent) > 0) {
        tell_search(intent, search, decision);
        next_enters_queue(model, asker, intent, decision);
        return;
    }
    deny(decision, REASON_DRAINED, WHY_NONE);
    tell_search(intent, search, decision);
    decision->advice = decision->obstacle_count == 0 ? ADVICE_CREATE
                       : next_ready_ms(model) != 0   ? ADVICE_WAIT
                                                     : ADVICE_PIVOT;
    supply_denied(model, (struct span){0}, false, decision);
}

/* Of one whose turn it is. False: there is nothing for it, and it waits on. */
bool next_is_granted(struct model *model, const struct waiter *waiter, uint64_t lease_ms, struct decision *decision)
{
    static struct search search;
    struct offer *offer = pick(model, &waiter->asker, &waiter->next, waiter->wanted.offset, &search);
    if (offer == NULL)
        return false;
    grant_item(model, &waiter->asker, &waiter->next, offer, waiter->wanted.ttl_ms, lease_ms, waiter->wanted.offset,
               &search, decision);
    return true;
}

/* ---------------------------------------------------------------- the order of checks */

static enum flaw next_over_policy(const struct model *model, const struct next_intent *intent)
{
    if (intent->has_ttl && intent->ttl_ms > model->policy[POLICY_TTL_MAX_MS])
        return FLAW_TTL;
    bool is_long = intent->has_wait && intent->has_wait_ms && intent->wait_ms > model->policy[POLICY_WAIT_MAX_MS];
    return is_long ? FLAW_WAIT : FLAW_NONE;
}

static void decide_next(struct model *model, const struct asker *asker, const struct next_intent *intent,
                        struct decision *decision)
{
    static struct search search;
    struct offer *offer = pick(model, asker, intent, model->offset, &search);
    if (offer == NULL)
        tell_drained(model, asker, intent, &search, decision);
    else
        grant_item(model, asker, intent, offer, next_ttl_ms(model, intent), next_ttl_ms(model, intent), model->offset,
                   &search, decision);
}

void next_apply(struct model *model, struct asker *asker, const struct next_intent *intent)
{
    struct decision decision = {0};
    if (answer_repeat(model, asker, &decision))
        return;
    if (!claim_refused_early(model, asker, next_over_policy(model, intent), 0, &decision))
        decide_next(model, asker, intent, &decision);
    remember(model, asker, &decision);
    decision_emit(model, asker, &decision);
}
