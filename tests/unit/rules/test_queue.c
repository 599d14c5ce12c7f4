/* The queue: who blocks whom, who is let in, with what lease, and how a wait ends. INV-5, R11, R15-R22. */
#include <criterion/criterion.h>

#include "tests/unit/rules/play.h"

Test(queue, no_one_overtakes_an_older_waiter_inv5)
{
    play("0 ann claim x:a\n"
         "0 bob claim x:a x:b wait -> bob waiting holder=ann on=x:a queue=0\n"
         "0 cat claim x:b -> cat denied queued advice=pivot holder=bob on=x:b since=0 expires=180000 queue=1\n"
         "0 dan claim x:b wait -> dan waiting holder=bob queue=1\n"
         "0 ann release x:a -> ann accepted; bob granted x:a#2 x:b#2\n"
         "0 bob release #2 -> bob accepted ended=2; dan granted x:b#3\n");
}

Test(queue, served_in_offset_order_each_with_one_final_r11)
{
    play("0 ann claim x:a\n"
         "0 bob claim x:a shared wait -> bob waiting !final\n"
         "0 cat claim x:a shared wait -> cat waiting\n"
         "0 dan claim x:a wait -> dan waiting\n"
         "0 eve claim x:a shared wait -> eve waiting\n"
         "0 ann release x:a -> ann accepted; bob granted final x:a#2; cat granted final x:a#3\n"
         "0 bob release x:a -> bob accepted\n"
         "0 cat release x:a -> cat accepted; dan granted x:a#4\n"
         "0 dan release x:a -> dan accepted; eve granted x:a#5\n");
}

Test(queue, an_exclusive_waiter_that_dies_lets_in_the_shared_one_behind_it_r15)
{
    play("0 ann claim x:a shared\n"
         "0 bob claim x:a wait=1000 -> bob waiting\n"
         "0 cat claim x:a shared wait -> cat waiting holder=bob\n"
         "1000 tick -> bob denied deadline advice=pivot final !holder=ann; cat granted now=1000\n");
}

Test(queue, an_any_of_waiter_granted_one_stops_blocking_the_other_r15)
{
    play("0 ann claim x:a x:b\n"
         "0 bob claim x:a x:b any wait -> bob waiting x:a#0 x:b#0\n"
         "0 cat claim x:b wait -> cat waiting\n"
         "0 ann release #1 -> ann accepted; bob granted x:a#2 !x:b#2; cat granted x:b#3\n");
}

Test(queue, a_waiter_over_a_limit_is_denied_quota_and_the_next_is_looked_at_r16)
{
    play("0 op configure claims_per_session=1\n"
         "0 ann claim x:a\n"
         "0 bob claim x:a wait -> bob waiting\n"
         "0 cat claim x:a wait -> cat waiting\n"
         "0 bob@40 claim x:b -> bob granted\n"
         "0 ann release x:a -> ann accepted; bob denied quota why=claims advice=wait; cat granted\n");
}

Test(queue, the_first_lease_of_a_queue_grant_is_short_r17)
{
    play("0 ann claim x:a x:b x:c x:d\n"
         "0 bob claim x:a wait lease=1000 -> bob waiting lease=1000\n"
         "0 cat claim x:b wait lease=600000 -> cat waiting\n"
         "0 dan claim x:c wait ttl=5000 -> dan waiting ttl=5000\n"
         "0 ann release x:a -> ann accepted; bob granted x:a#2 until=120000 ttl=3600000\n"
         "0 ann release x:b -> ann accepted; cat granted x:b#3 until=600000\n"
         "0 ann release x:c -> ann accepted; dan granted x:c#4 until=5000\n"
         "1000 bob renew x:a -> bob accepted item=#2 item_until=3601000\n");
}

Test(queue, a_waiter_whose_session_comes_to_hold_it_is_told_yours_r18)
{
    play("0 ann claim x:a ttl=5000\n"
         "0 bob claim x:a wait -> bob waiting\n"
         "0 bob@40 claim x:a wait ttl=9000 -> bob waiting holder=ann !warn=waits_on_self\n"
         "0 bob@41 claim x:a wait fresh -> bob waiting\n"
         "1000 ann release x:a -> ann accepted; bob granted x:a#2 until=181000; bob yours final x:a#2 until=181000\n"
         "1000 bob release x:a -> bob accepted; bob granted x:a#3\n");
}

Test(queue, a_take_may_make_its_sessions_waiter_yours_r18)
{
    play("0 ann claim x:a\n"
         "0 bob claim x:a wait -> bob waiting\n"
         "0 ann handoff x:a code=0123456789abcdef\n"
         "0 bob@40 take 0123456789abcdef -> bob granted x:a#2; ann ended why=taken x:a#1 by=bob; bob yours x:a#2\n");
}

Test(queue, sets_and_subtrees_wait_ten_minutes_at_most_r19)
{
    play("0 ann claim x:a x:f/g\n"
         "0 bob claim x:a x:b wait=3600000 -> bob waiting warn=wait_clamped deadline=600000\n"
         "0 cat claim x:f/** wait=3600000 -> cat waiting warn=wait_clamped deadline=600000\n"
         "0 dan claim x:a wait=3600000 -> dan waiting !warn=wait_clamped deadline=3600000\n"
         "0 eve claim x:a wait -> eve waiting deadline=600000\n"
         "0 fay claim x:a wait=0 -> fay denied held\n"
         "0 gus claim x:z x:y wait=3600000 -> gus granted warn=wait_clamped\n");
}

Test(queue, ones_own_older_waiter_blocks_and_is_named_r20)
{
    play("0 ann claim x:a\n"
         "0 bob:7 claim x:a x:b wait\n"
         "0 bob@40 claim x:b -> bob denied queued warn=waits_on_self holder=bob mine=7\n"
         "0 cat claim x:b -> cat denied queued !warn=waits_on_self holder=bob !mine=7\n");
}

Test(queue, waiters_of_a_done_key_are_told_at_once_r21)
{
    play("0 ann claim x:a\n"
         "0 bob claim x:a wait -> bob waiting\n"
         "0 cat claim x:a x:b wait -> cat waiting\n"
         "0 dan claim x:b wait -> dan waiting holder=cat\n"
         "0 ann done x:a result=ok -> ann accepted; bob denied already_done advice=pivot holder=ann on=x:a result=ok;"
         "  cat denied already_done on=x:a; dan granted x:b#2\n");
}

Test(queue, a_done_key_is_dropped_from_an_any_of_waiter_r21)
{
    play("0 ann claim x:a\n"
         "0 ann claim x:b\n"
         "0 bob claim x:a x:b any wait -> bob waiting\n"
         "0 ann done x:a -> ann accepted\n"
         "0 cat claim x:a again -> cat granted\n"
         "0 cat release x:a -> cat accepted\n"
         "0 ann done x:b result=ok -> ann accepted; bob denied already_done on=x:b result=ok\n");
}

Test(queue, without_done_memory_waiters_are_served_not_told_r21)
{
    play("0 ann claim x:a\n"
         "0 ann claim x:b\n"
         "0 ann done x:b\n"
         "0 bob claim x:a wait\n"
         "0 op configure done_ttl=0\n"
         "0 ann done x:a -> ann accepted; bob granted\n"
         "0 cat claim x:b -> cat denied already_done\n");
}

Test(queue, again_covers_only_what_was_done_before_it_r22)
{
    play("0 ann claim x:a\n"
         "0 ann done x:a\n"
         "0 ann claim x:a again -> ann granted\n"
         "0 bob claim x:a again wait -> bob waiting\n"
         "0 cat claim x:a wait -> cat denied already_done\n"
         "0 ann done x:a -> ann accepted; bob denied already_done\n");
}

Test(queue, a_waiter_that_nobody_renews_blocks_nobody_for_long)
{
    play("0 ann claim x:a ttl=7200000\n"
         "0 bob claim x:a wait=3600000 lease=60000 -> bob waiting lease=60000\n"
         "0 cat claim x:a wait=3600000 lease=60000\n"
         "50000 cat renew ?1 -> cat accepted item=waiter item_until=110000\n"
         "60000 tick -> bob denied deadline why=lease\n"
         "110000 tick -> cat denied deadline why=lease\n");
}

Test(queue, is_full_at_its_limits_and_says_which)
{
    play("0 op configure waiters_per_key=1 waiters_per_session=2\n"
         "0 ann claim x:a x:b x:c\n"
         "0 bob claim x:a wait -> bob waiting\n"
         "0 cat claim x:a wait -> cat denied queue_full advice=pivot holder=ann on=x:a queue=1\n"
         "0 cat claim x:b x:a wait -> cat denied queue_full on=x:b queue=0\n"
         "0 bob@40 claim x:b wait -> bob waiting\n"
         "0 bob@41 claim x:c wait -> bob denied quota why=waiters advice=wait !holder=ann\n");
}

Test(queue, two_sessions_holding_and_waiting_crosswise_end_at_the_deadline)
{
    play("0 ann claim x:a ttl=7200000\n"
         "0 bob claim x:b ttl=7200000\n"
         "0 ann claim x:b wait lease=3600000 -> ann waiting\n"
         "0 bob claim x:a wait lease=3600000 -> bob waiting\n"
         "599999 tick -> nothing\n"
         "600000 tick -> ann denied deadline; bob denied deadline\n");
}
