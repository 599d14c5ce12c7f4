/* Shares and plateaus over the last selections. */
#include "coordinator/core/steer/recent.h"

#include <criterion/criterion.h>

static const struct plateau_rule rule = {.window = 20, .most = 6500, .least = 500};
static const uint32_t arms[] = {0, 1};

static void note(struct recent *recent, uint32_t arm, int times)
{
    for (int i = 0; i < times; i++)
        recent_note(recent, arm, rule, arms, 2);
}

Test(recent, shares_are_of_the_last_128_and_at_first_of_64)
{
    struct recent recent = {0};

    cr_assert_eq(recent_share(&recent, 0), 0);
    note(&recent, 0, 16);
    cr_assert_eq(recent_share(&recent, 0), 2500);
    note(&recent, 1, 48);
    cr_assert_eq(recent_share(&recent, 0), 2500);
    note(&recent, 1, 64);
    cr_assert_eq(recent_share(&recent, 0), 1250);
    note(&recent, 1, 16);
    cr_assert_eq(recent_share(&recent, 0), 0);
    cr_assert_eq(recent_share(&recent, 1), 10000);
}

Test(recent, a_plateau_is_thirteen_of_twenty_while_another_has_at_most_one)
{
    struct recent recent = {0};

    note(&recent, 2, 6);
    note(&recent, 1, 1);
    note(&recent, 0, 12);
    cr_assert_not(recent_plateau(&recent, rule, arms, 2)); /* 19: no window yet */
    note(&recent, 0, 1);
    cr_assert(recent_plateau(&recent, rule, arms, 2));
    cr_assert_not(recent_plateau(&recent, rule, arms, 1)); /* nothing of 1 to pick */
    note(&recent, 1, 1);
    cr_assert_not(recent_plateau(&recent, rule, arms, 2)); /* 1 has two of twenty */
}

Test(recent, twelve_of_twenty_are_no_plateau)
{
    struct recent recent = {0};

    note(&recent, 2, 8);
    note(&recent, 0, 12);
    cr_assert_not(recent_plateau(&recent, rule, arms, 2));
}

Test(recent, it_softens_when_more_than_a_third_of_the_windows_were_plateaus)
{
    struct recent recent = {0};

    note(&recent, 0, 19);
    cr_assert_not(recent_is_soft(&recent));
    note(&recent, 0, 9); /* 9 plateaus of 28: less than a third */
    cr_assert_not(recent_is_soft(&recent));
    note(&recent, 0, 1); /* 10 of 29 */
    cr_assert(recent_is_soft(&recent));
    for (int i = 0; i < 60; i++)
        recent_note(&recent, (uint32_t)i % 2, rule, arms, 2);
    cr_assert_not(recent_is_soft(&recent));
}
