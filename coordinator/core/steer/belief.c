/* A window of outcomes as bits. Do the newest 8, 16 or 32 contradict those before? Then the world has changed: it is the
 * test of two proportions, squared so that it is whole numbers, at z^2 > 6. */
#include "coordinator/core/steer/belief.h"

#include "base/check.h"
#include "coordinator/core/steer/chance.h"

enum { OLDER_LEAST = 4, Z_SQUARED = 6 };

bool belief_is_success(uint32_t reward, uint64_t offset, uint64_t token, uint32_t arm)
{
    struct chance chance = chance_begin(CHANCE_OF_REWARD, offset, token, arm);

    return ((chance_next(&chance) >> 32) * REWARD_MOST) >> 32 < reward;
}

static uint64_t newest(uint64_t outcomes, uint32_t count)
{
    return count < 64 ? outcomes & ((UINT64_C(1) << count) - 1) : outcomes;
}

static uint32_t successes(uint64_t outcomes)
{
    uint32_t count = 0;

    for (; outcomes != 0; outcomes &= outcomes - 1)
        count++;
    return count;
}

/* Do the newest `recent` outcomes contradict those before them? */
static bool contradicts(const struct belief *belief, uint32_t recent)
{
    int64_t n = belief->count, m = recent, older = n - m;
    int64_t all = successes(belief->outcomes), now = successes(newest(belief->outcomes, recent));
    int64_t apart = now * older - (all - now) * m;

    return older >= OLDER_LEAST && apart * apart * n > Z_SQUARED * all * (n - all) * m * older;
}

static void keep(struct belief *belief, uint32_t count)
{
    if (belief->count <= count)
        return;
    belief->count = count;
    belief->outcomes = newest(belief->outcomes, count);
}

bool belief_learn(struct belief *belief, bool success, uint32_t window)
{
    static const uint32_t recents[] = {8, 16, 32};

    CHECK(window >= 1 && window <= BELIEF_WINDOW_MAX);
    belief->outcomes = belief->outcomes << 1 | (success ? 1 : 0);
    belief->count++;
    keep(belief, window);
    for (int i = 0; i < 3; i++)
        if (recents[i] < belief->count && contradicts(belief, recents[i])) {
            keep(belief, recents[i]);
            return true;
        }
    return false;
}

uint32_t belief_a(const struct belief *belief)
{
    return successes(belief->outcomes) + BELIEF_PRIOR_SUCCESSES;
}

uint32_t belief_b(const struct belief *belief)
{
    return belief->count - successes(belief->outcomes) + BELIEF_PRIOR_FAILURES;
}
