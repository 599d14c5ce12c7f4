/* Whom the loop believes when something differs. */
#include "tests/unit/loop/loop_play.h"

Test(divergence, another_answer_of_a_lower_or_equal_rank_halts)
{
    for (uint32_t rank = 0; rank <= 1; rank++) {
        struct play play = play_begin(1, true);
        play_record(&play, "yes", 1010);
        play_seen(&play, 10, "no", rank, 1020);
        EXPECT(&play, 1020, "halt:10");
        cr_assert_not(loop_may_apply(play.loop));
        EXPECT(&play, 9000, "");
        loop_free(play.loop);
    }
}

Test(divergence, another_answer_of_a_higher_rank_is_an_alarm_and_the_own_one_is_published)
{
    struct play play = play_begin(0, true);

    play_record(&play, "yes", 1010);
    play_seen(&play, 10, "no", 2, 1020);
    EXPECT(&play, 1020, "publish:10 alarm:10");
    cr_assert_eq(loop_numbers(play.loop).alarms, 1);
    loop_free(play.loop);
}

Test(divergence, what_stood_there_at_the_start_halts_whoever_wrote_it)
{
    struct play play = play_begin(0, false);

    play_seen(&play, 10, "no", 2, 1000);
    play_record(&play, "yes", 1010);
    EXPECT(&play, 1010, "halt:10");
    loop_free(play.loop);
}

Test(divergence, a_decision_that_is_not_made_here_halts)
{
    struct play play = play_begin(1, true), late = play_begin(1, true);

    play_seen(&play, 10, "yes", 0, 1000);
    play_applied(&play, 1010);
    EXPECT(&play, 1010, "halt:10");
    loop_free(play.loop);
    play_record(&late, "yes", 1000);
    play_applied(&late, 1010);
    play_seen(&late, 11, "yes", 0, 1020);
    EXPECT(&late, 1020, "halt:11");
    loop_free(late.loop);
}

Test(divergence, a_copy_that_comes_after_the_commit_is_still_compared)
{
    struct play play = play_begin(1, true);

    play_record(&play, "yes", 1010);
    play_seen(&play, 10, "yes", 0, 1020);
    EXPECT(&play, 1200, "commit");
    play_seen(&play, 10, "no", 0, 1300);
    EXPECT(&play, 1300, "halt:10");
    loop_free(play.loop);
}

Test(divergence, a_checkpoint_of_a_lower_rank_that_differs_halts_and_one_of_a_higher_rank_alarms)
{
    struct play play = play_begin(1, true);
    struct loop_checkpoint checkpoint = {.offset = 11, .digest = {1, 99}, .rank = 2};

    play_applied(&play, 1010);
    loop_on_checkpoint(play.loop, &checkpoint, 1020);
    EXPECT(&play, 1020, "alarm:11");
    checkpoint.digest.high = 11;
    checkpoint.rank = 0;
    loop_on_checkpoint(play.loop, &checkpoint, 1030);
    EXPECT(&play, 1030, "");
    checkpoint.digest.low = 2;
    loop_on_checkpoint(play.loop, &checkpoint, 1040);
    EXPECT(&play, 1040, "halt:11");
    loop_free(play.loop);
}

Test(divergence, a_checkpoint_that_is_ahead_is_compared_when_its_offset_is_reached)
{
    struct play play = play_begin(1, true);
    const struct loop_checkpoint far = {.offset = 13, .digest = {9, 9}, .rank = 0},
                                 near = {.offset = 12, .digest = {1, 12}};

    loop_on_checkpoint(play.loop, &far, 1000);
    loop_on_checkpoint(play.loop, &near, 1000);
    play_applied(&play, 1010);
    play_applied(&play, 1010);
    EXPECT(&play, 1010, "");
    play_applied(&play, 1010);
    EXPECT(&play, 1010, "halt:13");
    loop_free(play.loop);
}
