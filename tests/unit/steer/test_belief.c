/* What is believed of a category: the window, rewards between 0 and 1, and when the older rewards stop to count. */
#include "coordinator/core/steer/belief.h"

#include <criterion/criterion.h>

static bool learn(struct belief *belief, bool success, int times)
{
    bool changed = false;

    for (int i = 0; i < times; i++)
        changed = belief_learn(belief, success, 50) || changed;
    return changed;
}

Test(belief, it_starts_from_one_success_and_two_failures)
{
    struct belief belief = {0};

    cr_assert_eq(belief_a(&belief), 1);
    cr_assert_eq(belief_b(&belief), 2);
    learn(&belief, true, 3);
    cr_assert_eq(belief_a(&belief), 4);
    cr_assert_eq(belief_b(&belief), 2);
}

Test(belief, beyond_the_window_the_oldest_falls_out)
{
    struct belief belief = {0};

    for (int i = 0; i < 100; i++)
        cr_assert_not(belief_learn(&belief, i % 2 == 0, 50));
    cr_assert_eq(belief.count, 50);
    cr_assert_eq(belief_a(&belief), 26);
    cr_assert_eq(belief_b(&belief), 27);
}

Test(belief, a_smaller_window_takes_hold_with_the_next_reward)
{
    struct belief belief = {0};

    for (int i = 0; i < 50; i++)
        belief_learn(&belief, i % 2 == 0, 50);
    belief_learn(&belief, true, 10);
    cr_assert_eq(belief.count, 10);
    cr_assert_eq(belief.outcomes >> 10, 0);
}

Test(belief, rewards_that_contradict_the_older_ones_end_them)
{
    struct belief belief = {0};
    int failures = 0;

    cr_assert_not(learn(&belief, true, 40));
    while (!belief_learn(&belief, false, 50))
        failures++;
    cr_assert_leq(failures, 8);
    cr_assert_eq(belief.count, 8);
    cr_assert_leq(belief_a(&belief), 9);
}

/* The bound is z^2 > 6: with 8 recent of 32, 24 older all successes, two failures are z^2 = 6.4, one is 3.1. */
Test(belief, two_failures_in_eight_after_long_success_are_a_change_and_one_is_none)
{
    struct belief belief = {0};

    learn(&belief, true, 24);
    cr_assert_not(learn(&belief, false, 1));
    cr_assert_not(learn(&belief, true, 6));
    cr_assert(learn(&belief, false, 1));
    cr_assert_eq(belief.count, 8);
}

Test(belief, fewer_than_four_older_ones_are_contradicted_by_nothing)
{
    struct belief belief = {0};

    cr_assert_not(learn(&belief, true, 3));
    cr_assert_not(learn(&belief, false, 8));
    cr_assert_eq(belief.count, 11);
}

Test(belief, a_reward_is_a_success_as_often_as_it_is_large)
{
    static const uint32_t rewards[] = {0, 1, 2500, 7000, 9999, 10000};

    for (int r = 0; r < 6; r++) {
        int64_t count = 0, meant = rewards[r], apart;

        for (uint64_t offset = 0; offset < 10000; offset++)
            count += belief_is_success(rewards[r], offset, 17, 2);
        apart = count > meant ? count - meant : meant - count;
        cr_assert_leq(apart, rewards[r] == 0 || rewards[r] == 10000 ? 0 : 180); /* four standard deviations at most */
    }
}
