/* A ring of arm numbers. It is short, so it is counted whenever it is asked: nothing beside it can disagree with it. */
#include "coordinator/core/steer/recent.h"

#include "base/check.h"

static uint32_t arm_at(const struct recent *recent, uint32_t age) /* 0: the newest */
{
    return recent->arms[(recent->selections - 1 - age) % RECENT_SELECTIONS];
}

static uint32_t known(const struct recent *recent, uint32_t window)
{
    return recent->selections < window ? (uint32_t)recent->selections : window;
}

uint32_t recent_count(const struct recent *recent, uint32_t arm, uint32_t window)
{
    uint32_t count = 0;

    CHECK(window <= RECENT_SELECTIONS);
    for (uint32_t age = 0; age < known(recent, window); age++)
        if (arm_at(recent, age) == arm)
            count++;
    return count;
}

uint32_t recent_share(const struct recent *recent, uint32_t arm)
{
    uint32_t selections = known(recent, RECENT_SELECTIONS);

    if (selections < RECENT_LEAST)
        selections = RECENT_LEAST;
    return recent_count(recent, arm, RECENT_SELECTIONS) * SHARE_WHOLE / selections;
}

/* An arm with at least `most` of the window must be met among its first members, so each is counted at most once a
 * window: 128 x 128 steps at worst. */
static bool one_dominates(const struct recent *recent, struct plateau_rule rule)
{
    for (uint32_t age = 0; age < rule.window; age++)
        if (recent_count(recent, arm_at(recent, age), rule.window) * SHARE_WHOLE >= rule.most * rule.window)
            return true;
    return false;
}

bool recent_plateau(const struct recent *recent, struct plateau_rule rule, const uint32_t *arms, uint32_t arm_count)
{
    if (recent->selections < rule.window || !one_dominates(recent, rule))
        return false;
    for (uint32_t i = 0; i < arm_count; i++)
        if (recent_count(recent, arms[i], rule.window) * SHARE_WHOLE <= rule.least * rule.window)
            return true;
    return false;
}

void recent_note(struct recent *recent, uint32_t arm, struct plateau_rule rule, const uint32_t *arms,
                 uint32_t arm_count)
{
    recent->arms[recent->selections % RECENT_SELECTIONS] = (uint16_t)arm;
    recent->selections++;
    recent->plateaus = recent->plateaus << 1 & ((UINT64_C(1) << RECENT_PLATEAUS) - 1);
    if (recent_plateau(recent, rule, arms, arm_count))
        recent->plateaus |= 1;
}

bool recent_is_soft(const struct recent *recent)
{
    uint32_t windows = known(recent, RECENT_PLATEAUS), plateaus = 0;

    for (uint64_t bits = recent->plateaus; bits != 0; bits &= bits - 1)
        plateaus++;
    return windows >= RECENT_PLATEAUS_LEAST && plateaus * 3 > windows;
}
