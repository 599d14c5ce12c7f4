/* What is bounded: the outbox, and what was seen before it was made. */
#include "tests/unit/loop/loop_play.h"

Test(bounds, nothing_is_applied_while_the_outbox_has_no_room_for_a_step)
{
    struct play play = play_begin(0, true);
    uint32_t applied = 0;

    for (; loop_may_apply(play.loop) && applied < 100; applied++)
        play_record(&play, "yes", 1000);
    cr_assert_eq(applied, 64 - 16 + 1);
    for (uint64_t offset = 10; offset < 10 + applied; offset++) {
        struct loop_effect effect;
        cr_assert(loop_next(play.loop, 1001, &effect));
        play_ack(&play, offset, true, 1001);
    }
    cr_assert(loop_may_apply(play.loop));
    loop_free(play.loop);
}

Test(bounds, bytes_that_are_open_count_though_later_ones_are_settled)
{
    struct play play = play_begin(0, true);
    struct loop_effect effect;
    char bytes[301] = {0};

    memset(bytes, 'x', 300);
    while (loop_may_apply(play.loop)) {
        play_record(&play, bytes, 1000);
        cr_assert(loop_next(play.loop, 1000, &effect));
    }
    play_ack(&play, play.next - 1, true, 1000);
    cr_assert_not(loop_may_apply(play.loop));
    for (uint64_t offset = 10; offset < play.next; offset++)
        play_ack(&play, offset, true, 1000);
    cr_assert(loop_may_apply(play.loop));
    loop_free(play.loop);
}

Test(bounds, bytes_go_around_and_what_is_open_is_not_written_over)
{
    struct play play = play_begin(0, true);
    struct span open[4];
    char bytes[301];

    for (int i = 0; i < 100; i++) {
        struct loop_effect effect = {0};
        memset(bytes, 'a' + i % 26, 300);
        bytes[200 + i] = '\0';
        play_record(&play, bytes, 1000);
        cr_assert(loop_next(play.loop, 1000, &effect) && effect.kind == LOOP_PUBLISH);
        cr_assert(span_equal(effect.bytes, span_from_text(bytes)));
        open[i % 4] = effect.bytes;
        for (int j = i >= 3 ? i - 3 : 0; j <= i; j++)
            cr_assert_eq(open[j % 4].bytes[open[j % 4].size - 1], 'a' + j % 26);
        if (i >= 3) /* three stay open, so that it never begins anew */
            play_ack(&play, play.next - 4, true, 1000);
    }
    loop_free(play.loop);
}

Test(bounds, a_partition_that_is_far_ahead_is_paused_and_goes_on_when_it_is_caught_up_with)
{
    struct play play = play_begin(1, true);

    for (uint64_t offset = 10; offset < 16; offset++)
        play_seen(&play, offset, "yes", 0, 1000);
    EXPECT(&play, 1000, "pause");
    for (uint64_t offset = 16; offset < 30; offset++)
        play_seen(&play, offset, "yes", 0, 1000);
    cr_assert_eq(loop_numbers(play.loop).seen_ahead, 8);
    cr_assert_eq(loop_numbers(play.loop).seen_dropped, 12);
    for (int i = 0; i < 5; i++)
        play_record(&play, "yes", 1001);
    EXPECT(&play, 1001, "");
    play_record(&play, "yes", 1001);
    EXPECT(&play, 1001, "resume");
    loop_free(play.loop);
}
