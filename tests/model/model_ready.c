/* When an offered item can be picked: not claimed, not blocked, its time has come and it has cooled. */
#include "tests/model/model_state.h"

struct claim *claim_having(const struct model *model, struct span key)
{
    for (size_t i = 0; i < model->claims.count; i++) {
        struct claim *claim = model->claims.items[i];
        for (uint32_t j = 0; j < claim->key_count; j++)
            if (span_equal(claim->keys[j], key))
                return claim;
    }
    return NULL;
}

static bool is_blocked(const struct offer *offer)
{
    for (uint32_t i = 0; i < offer->after_count; i++)
        if (offer->open[i])
            return true;
    return false;
}

/* When its time has come and it has cooled. */
uint64_t offer_wakes_ms(const struct offer *offer)
{
    return offer->cools_to_ms > offer->not_before_ms ? offer->cools_to_ms : offer->not_before_ms;
}

enum obstacle obstacle_of(const struct model *model, const struct offer *offer)
{
    if (claim_having(model, offer->key) != NULL)
        return OBSTACLE_CLAIMED;
    if (is_blocked(offer))
        return OBSTACLE_BLOCKED;
    if (offer_wakes_ms(offer) > model->now_ms || offer->asleep)
        return offer->cools_to_ms > offer->not_before_ms ? OBSTACLE_COOLING : OBSTACLE_NOT_YET;
    return OBSTACLE_NONE;
}

/* Its age counts from when it could first be picked, and each step of priority is worth a step of age. */
static void becomes_ready(struct model *model, struct offer *offer)
{
    if (!offer->was_ready)
        offer->ready_ms = model->now_ms;
    offer->was_ready = true;
    offer->rank = offer->ready_ms + (9 - offer->priority) * model->policy[POLICY_PRIORITY_STEP_MS];
    nexts_are_due(model, 0);
}

static void look_at(struct model *model, struct offer *offer)
{
    enum obstacle kind = obstacle_of(model, offer);
    if (offer->placed && offer->stands == kind)
        return;
    if (kind == OBSTACLE_NONE)
        becomes_ready(model, offer);
    offer->placed = true;
    offer->stands = kind;
    offer->asleep = kind == OBSTACLE_COOLING || kind == OBSTACLE_NOT_YET;
    supply_look(model);
}

void offers_look(struct model *model)
{
    for (size_t i = 0; i < model->supply.offers.count; i++)
        look_at(model, model->supply.offers.items[i]);
}

void offers_look_at(struct model *model, const struct span keys[], uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        struct offer *offer = offer_with_key(model, keys[i]);
        if (offer != NULL)
            look_at(model, offer);
    }
}

/* It was given up: for a while nobody is to pick it, each time in a row for twice as long. */
void offer_cools(struct model *model, struct span key)
{
    struct offer *offer = offer_with_key(model, key);
    if (offer == NULL)
        return;
    uint64_t cools_ms = model->policy[POLICY_COOL_FIRST_MS], most_ms = model->policy[POLICY_COOL_MAX_MS];
    for (uint32_t i = 0; i < offer->cooled && cools_ms < most_ms && cools_ms > 0; i++)
        cools_ms *= 2;
    offer->cooled++;
    offer->cools_to_ms = time_after(model->now_ms, cools_ms < most_ms ? cools_ms : most_ms);
}

void offer_ends(struct model *model, struct offer *offer)
{
    list_remove(&model->supply.offers, offer);
    supply_look(model);
}

/* Whoever did it, and whether it is remembered or not. */
void offer_is_done(struct model *model, struct span key)
{
    struct offer *done = offer_with_key(model, key);
    if (done != NULL)
        offer_ends(model, done);
    for (size_t i = 0; i < model->supply.offers.count; i++) {
        struct offer *offer = model->supply.offers.items[i];
        for (uint32_t j = 0; j < offer->after_count; j++) {
            if (!offer->open[j] || !span_equal(offer->after[j], key))
                continue;
            offer->open[j] = false;
            supply_look(model);
        }
    }
    offers_look(model);
}

/* When something happens to it by time alone; UINT64_MAX: never. */
uint64_t offer_due_ms(const struct offer *offer)
{
    uint64_t wakes_ms = offer_wakes_ms(offer);
    return offer->asleep && wakes_ms < offer->expires_ms ? wakes_ms : offer->expires_ms;
}

void offer_falls_due(struct model *model, struct offer *offer)
{
    if (offer->expires_ms <= model->now_ms) {
        offer_ends(model, offer);
        return;
    }
    offer->asleep = false;
    offers_look(model);
}
