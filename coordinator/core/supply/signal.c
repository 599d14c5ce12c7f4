/* Nothing before anything was ever offered. */
#include "coordinator/core/supply/signal.h"

#include "coordinator/core/supply/supply.h"

/* A claim without a category is of none; an item always is of one. */
static uint32_t number_of(struct apply *apply, struct span category, bool picked)
{
    return picked || category.size != 0 ? category_find(apply->state, category) : 0;
}

void signal_granted(struct apply *apply, const struct claim *wish, uint8_t names[][LIMIT_CATEGORY_BYTES],
                    struct decision *decision)
{
    struct span category = wish->texts[CLAIM_CATEGORY];
    bool picked = (wish->row.flags & CLAIM_PICKED) != 0;

    if (!supply_is_kept(apply->state))
        return;
    if (!decision->dry_run && (picked || category.size != 0))
        steering_select(apply, wish->keys[0], category);
    supply_heard(apply, decision);
    steering_tell_neglected(apply, number_of(apply, category, picked), names, decision);
}

void signal_denied(struct apply *apply, struct span category, uint8_t names[][LIMIT_CATEGORY_BYTES],
                   struct decision *decision)
{
    supply_heard(apply, decision);
    if (decision->has_supply)
        steering_tell_neglected(apply, number_of(apply, category, false), names, decision);
}
