/* The loop: when it publishes, commits, ticks and writes checkpoints. */
#include "coordinator/daemon/tick.h"
#include "tests/unit/loop/loop_play.h"

Test(loop, what_is_decided_is_published_at_once_by_rank_0_and_committed_when_it_is_acknowledged)
{
    struct play play = play_begin(0, true);

    play_record(&play, "yes", 2000);
    EXPECT(&play, 2000, "publish:10");
    cr_assert_not(loop_may_apply(play.loop), "100 ms have passed: no record more before the commit");
    EXPECT(&play, 5000, "");
    play_ack(&play, 10, true, 5001);
    EXPECT(&play, 5001, "commit");
    cr_assert(loop_may_apply(play.loop));
    cr_assert(loop_is_settled(play.loop));
    loop_free(play.loop);
}

Test(loop, nothing_is_published_before_what_stood_there_is_read)
{
    struct play play = play_begin(0, false);

    play_record(&play, "yes", 1010);
    play_record(&play, "no", 1010);
    EXPECT(&play, 1050, "");
    play_seen(&play, 10, "yes", 3, 1060);
    loop_on_seen_end(play.loop, 0, 1060);
    EXPECT(&play, 1060, "publish:11");
    loop_free(play.loop);
}

Test(loop, a_failed_delivery_is_published_again)
{
    struct play play = play_begin(0, true);

    play_record(&play, "yes", 1010);
    EXPECT(&play, 1010, "publish:10");
    play_ack(&play, 10, false, 1020);
    EXPECT(&play, 1020, "");
    cr_assert_eq(loop_wake_ms(play.loop, 1020), 1100, "for the commit");
    EXPECT(&play, 1020 + LOOP_RETRY_MS, "publish:10");
    loop_free(play.loop);
}

Test(rank, a_higher_rank_waits_its_turn_and_leaves_out_what_it_has_seen)
{
    struct play play = play_begin(2, true);

    play_record(&play, "one", 1010);
    play_record(&play, "two", 1020);
    EXPECT(&play, 1020, "");
    cr_assert_eq(loop_wake_ms(play.loop, 1020), 1100, "for the commit, which has to wait");
    play_seen(&play, 10, "one", 0, 1100);
    EXPECT(&play, 1619, "");
    EXPECT(&play, 1620, "publish:11");
    loop_free(play.loop);
}

Test(rank, when_lower_ranks_are_silent_for_a_second_a_higher_one_answers_at_once_until_they_are_heard)
{
    struct play play = play_begin(1, true);

    play_record(&play, "one", 1000);
    EXPECT(&play, 1300, "publish:10");
    play_ack(&play, 10, true, 1310);
    EXPECT(&play, 1310, "commit");
    play_record(&play, "two", 2000);
    EXPECT(&play, 2000, "publish:11");
    cr_assert(loop_stands_in(play.loop, 2000));
    play_ack(&play, 11, true, 2010);
    play_seen(&play, 11, "two", 0, 2020);
    cr_assert_not(loop_stands_in(play.loop, 9000));
    EXPECT(&play, 2200, "commit");
    play_record(&play, "three", 2210);
    EXPECT(&play, 2500, "");
    EXPECT(&play, 2510, "publish:12");
    loop_free(play.loop);
}

Test(rank, what_was_seen_before_it_was_made_is_owed_by_nobody)
{
    struct play play = play_begin(1, true);

    play_seen(&play, 10, "one", 0, 1000);
    play_record(&play, "one", 1010);
    EXPECT(&play, 1110, "commit");
    cr_assert_not(loop_stands_in(play.loop, 9000));
    play_record(&play, "two", 3000);
    EXPECT(&play, 3299, "");
    EXPECT(&play, 3300, "publish:11");
    loop_free(play.loop);
}

Test(loop, a_report_about_what_was_seen_already_changes_nothing)
{
    struct play play = play_begin(0, true);

    play_record(&play, "yes", 1010);
    play_record(&play, "no", 1010);
    EXPECT(&play, 1010, "publish:10 publish:11");
    play_seen(&play, 11, "no", 0, 1020);
    play_ack(&play, 11, false, 1030);
    EXPECT(&play, 5000, "");
    loop_free(play.loop);
}

Test(checkpoints, none_is_written_while_a_decision_below_it_is_open)
{
    struct play play = play_begin(0, true);

    play_record(&play, "one", 1010);
    EXPECT(&play, 1010, "publish:10");
    play_ack(&play, 10, true, 1020);
    EXPECT(&play, 1200, "commit");
    play_record(&play, "two", 12000);
    EXPECT(&play, 12000, "publish:11");
    EXPECT(&play, 40000, "");
    loop_free(play.loop);
}

Test(checkpoints, what_is_open_is_settled_by_one_that_comes_later)
{
    struct play play = play_begin(1, true);
    const struct loop_checkpoint checkpoint = {.offset = 11, .digest = {1, 11}};

    play_record(&play, "one", 1010);
    loop_on_checkpoint(play.loop, &checkpoint, 1020);
    EXPECT(&play, 1110, "commit");
    loop_free(play.loop);
}

Test(checkpoints, one_is_written_after_ten_seconds_right_after_a_commit)
{
    struct play play = play_begin(0, true);

    play_record(&play, "one", 12000);
    EXPECT(&play, 12000, "publish:10");
    play_ack(&play, 10, true, 12001);
    EXPECT(&play, 12001, "commit checkpoint:11");
    EXPECT(&play, 40000, "");
    loop_free(play.loop);
}

Test(checkpoints, what_is_below_an_authentic_one_is_settled_without_being_published)
{
    struct play play = play_begin(0, true);
    const struct loop_checkpoint checkpoint = {.offset = 12, .digest = {1, 12}};

    loop_on_checkpoint(play.loop, &checkpoint, 1000);
    play_record(&play, "one", 1010);
    play_record(&play, "two", 1010);
    play_record(&play, "three", 1010);
    EXPECT(&play, 1010, "publish:12");
    loop_free(play.loop);
}

Test(tick, one_is_written_when_something_is_due_and_every_quarter_of_a_jump)
{
    struct play play = play_begin(1, true);
    struct loop_applied applied = {.next = 11, .next_due_ms = 50500, .log_time_ms = 50000, .jump_max_ms = 60000};

    loop_on_applied(play.loop, &applied, 2000);
    EXPECT(&play, 2000, "commit");
    EXPECT(&play, 2000 + 500 + TICK_RANK_MS - 1, "");
    EXPECT(&play, 2000 + 500 + TICK_RANK_MS, "tick");
    EXPECT(&play, 2000 + 500 + TICK_RANK_MS + 999, "");
    applied = (struct loop_applied){.next = 12, .next_due_ms = 9000000, .log_time_ms = 50500, .jump_max_ms = 60000};
    loop_on_applied(play.loop, &applied, 4000);
    EXPECT(&play, 4000, "commit");
    EXPECT(&play, 11000, "checkpoint:12");
    cr_assert_eq(loop_wake_ms(play.loop, 11000), 4000 + 15000 + TICK_RANK_MS);
    applied = (struct loop_applied){.next = 13, .next_due_ms = UINT64_MAX, .log_time_ms = 50500, .jump_max_ms = 60000};
    loop_on_applied(play.loop, &applied, 12000);
    EXPECT(&play, 12000, "commit");
    EXPECT(&play, 21000, "checkpoint:13");
    cr_assert_eq(loop_wake_ms(play.loop, 21000), UINT64_MAX, "nothing will ever be due");
    loop_free(play.loop);
}
