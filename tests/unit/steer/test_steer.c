/* The choice: score, boost, softening, ties. */
#include "coordinator/core/steer/steer.h"

#include <criterion/criterion.h>

static const struct steer_rule rule = {
    .window = 50, .gain = 100, .plateau = {.window = 20, .most = 6500, .least = 500}};

static struct belief believed(uint32_t successes, uint32_t failures)
{
    return (struct belief){.outcomes = (UINT64_C(1) << successes) - 1, .count = successes + failures};
}

static void played(struct recent *recent, uint32_t first, uint32_t second, int times)
{
    static const uint32_t arms[] = {1, 2};

    for (int i = 0; i < times; i++)
        recent_note(recent, i % 2 == 0 ? first : second, rule.plateau, arms, 2);
}

Test(steer, the_score_is_three_parts_draw_and_one_part_mean_and_the_boost)
{
    struct recent recent = {0};
    struct steer_candidate candidates[2] = {{.arm = 1, .belief = believed(30, 10), .target = 310},
                                            {.arm = 2, .belief = believed(2, 38), .target = 0}};
    uint32_t chosen;

    played(&recent, 2, 2, 64);
    chosen = steer_choose(rule, &recent, 77, candidates, 2);
    cr_assert_eq(chosen, 0);
    cr_assert_eq(candidates[0].mean, (UINT64_C(31) << 32) / 43);
    cr_assert_eq(candidates[0].share, 0);
    cr_assert_eq(candidates[0].boost, (UINT64_C(31000) << 32) / 10000 / 2); /* soft: 64 selections all of one */
    cr_assert_eq(candidates[0].score, (3 * candidates[0].draw + candidates[0].mean) / 4 + candidates[0].boost);
    cr_assert_eq(candidates[1].boost, 0);
    cr_assert_lt(candidates[1].draw, UINT64_C(1) << 32);
}

Test(steer, the_boost_is_whole_while_plateaus_are_rare)
{
    struct recent recent = {0};
    struct steer_candidate candidates[2] = {{.arm = 3, .target = 310}, {.arm = 2, .target = 310}};

    played(&recent, 1, 2, 64);
    steer_choose(rule, &recent, 77, candidates, 2);
    cr_assert_eq(candidates[0].boost, (UINT64_C(31000) << 32) / 10000);
    cr_assert_eq(candidates[1].boost, 0);
}

Test(steer, the_same_place_gives_the_same_choice_and_another_place_another_draw)
{
    struct recent recent = {0};
    struct steer_candidate one[1] = {{.arm = 1}}, same[1] = {{.arm = 1}}, later[1] = {{.arm = 1}};

    steer_choose(rule, &recent, 9, one, 1);
    steer_choose(rule, &recent, 9, same, 1);
    steer_choose(rule, &recent, 10, later, 1);
    cr_assert_eq(one[0].draw, same[0].draw);
    cr_assert_neq(one[0].draw, later[0].draw);
    recent.selections++; /* a second selection in the same record */
    steer_choose(rule, &recent, 9, later, 1);
    cr_assert_neq(one[0].draw, later[0].draw);
}

Test(steer, the_better_category_is_picked_mostly_and_the_worse_one_again_when_it_falls_short)
{
    struct recent recent = {0};
    static const uint32_t arms[] = {0, 1};
    uint32_t worse = 0;

    for (uint64_t offset = 0; offset < 1000; offset++) {
        struct steer_candidate candidates[2] = {{.arm = 0, .belief = believed(45, 5), .target = 310},
                                                {.arm = 1, .belief = believed(5, 45), .target = 310}};
        uint32_t chosen = steer_choose(rule, &recent, offset, candidates, 2);

        worse += chosen;
        recent_note(&recent, chosen, rule.plateau, arms, 2);
    }
    cr_assert_geq(worse, 20);
    cr_assert_leq(worse, 40);
}

/* Of the selections after the first thousand, of 10,000, those of the worst of six, which has a target of its own. */
static uint32_t share_of_worst(uint32_t target)
{
    enum { ARMS = 6, BEFORE = 1000, COUNTED = 4000 };
    static const uint32_t arms[ARMS] = {0, 1, 2, 3, 4, 5}, successes[ARMS] = {40, 32, 27, 22, 17, 12};
    struct recent recent = {0};
    uint32_t worst = 0;

    for (uint64_t offset = 0; offset < BEFORE + COUNTED; offset++) {
        struct steer_candidate candidates[ARMS];
        for (uint32_t i = 0; i < ARMS; i++)
            candidates[i] = (struct steer_candidate){
                .arm = i, .belief = believed(successes[i], 50 - successes[i]), .target = i == ARMS - 1 ? target : 310};
        uint32_t chosen = steer_choose(rule, &recent, offset, candidates, ARMS);
        worst += offset >= BEFORE && chosen == ARMS - 1;
        recent_note(&recent, chosen, rule.plateau, arms, ARMS);
    }
    return worst * SHARE_WHOLE / COUNTED;
}

/* One selection of the newest 128 is 78 of 10,000: whoever is one short is picked at once. */
Test(steer, the_share_of_a_category_follows_its_own_target)
{
    static const uint32_t targets[] = {0, 310, 1000, 2000, 5000};
    for (size_t i = 0; i < sizeof targets / sizeof targets[0]; i++) {
        uint32_t share = share_of_worst(targets[i]);
        cr_expect_leq(share, targets[i]);
        cr_expect_geq(share + 100, targets[i], "%u of %u", share, targets[i]);
    }
}
