/* score = (3 draw + mean) / 4 + gain x (target - share), in fractions of 2^32. */
#include "coordinator/core/steer/steer.h"

#include "base/check.h"
#include "coordinator/core/steer/beta.h"

static uint64_t boost_of(struct steer_rule rule, const struct steer_candidate *candidate, bool soft)
{
    uint64_t missing;

    if (candidate->share >= candidate->target)
        return 0;
    missing = candidate->target - candidate->share;
    return (rule.gain * missing << 32) / SHARE_WHOLE >> (soft ? 1 : 0);
}

void steer_stand(struct steer_rule rule, const struct recent *recent, struct steer_candidate *candidate)
{
    uint32_t a = belief_a(&candidate->belief), b = belief_b(&candidate->belief);

    candidate->share = recent_share(recent, candidate->arm);
    candidate->mean = ((uint64_t)a << 32) / (a + b);
    candidate->boost = boost_of(rule, candidate, recent_is_soft(recent));
    candidate->draw = candidate->score = 0;
}

static void weigh(struct steer_rule rule, const struct recent *recent, uint64_t offset,
                  struct steer_candidate *candidate)
{
    struct chance chance = chance_begin(CHANCE_OF_DRAW, offset, recent->selections, candidate->arm);

    steer_stand(rule, recent, candidate);
    candidate->draw = beta_draw(&chance, belief_a(&candidate->belief), belief_b(&candidate->belief)) >> 32;
    candidate->score = (3 * candidate->draw + candidate->mean) / 4 + candidate->boost;
}

uint32_t steer_choose(struct steer_rule rule, const struct recent *recent, uint64_t offset,
                      struct steer_candidate *candidates, uint32_t count)
{
    uint32_t best = 0;

    CHECK(count >= 1 && count <= STEER_ARMS_MAX);
    for (uint32_t i = 0; i < count; i++) {
        weigh(rule, recent, offset, &candidates[i]);
        if (candidates[i].score > candidates[best].score)
            best = i;
    }
    return best;
}
