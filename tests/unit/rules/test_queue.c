/* The queue: who blocks whom, who is let in, with what lease, and how a wait ends. INV-5, R11, R15-R22. */
#include <criterion/criterion.h>

#include "tests/unit/rules/play.h"

Test(INV_5, no_one_overtakes_an_older_waiter)
{
    play("0 ann claim x:a\n"
         "0 bob claim x:a x:b wait -> bob waiting holder=ann on=x:a queue=0\n"
         "0 cat claim x:b -> cat denied queued advice=pivot holder=bob on=x:b since=0 expires=180000 queue=1\n"
         "0 dan claim x:b wait -> dan waiting holder=bob queue=1\n"
         "0 ann release x:a -> ann accepted; bob granted x:a#2 x:b#2\n"
         "0 bob release #2 -> bob accepted ended=2; dan granted x:b#3\n");
}

Test(INV_5, waiters_are_served_in_the_order_in_which_they_came)
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

Test(R15, an_exclusive_waiter_that_dies_lets_in_the_shared_one_behind_it)
{
    play("0 ann claim x:a shared\n"
         "0 bob claim x:a wait=1000 -> bob waiting\n"
         "0 cat claim x:a shared wait -> cat waiting holder=bob\n"
         "1000 tick -> bob denied deadline advice=pivot final holder=ann; cat granted now=1000\n");
}

Test(R15, an_any_of_waiter_granted_one_stops_blocking_the_other)
{
    play("0 ann claim x:a x:b\n"
         "0 bob claim x:a x:b any wait -> bob waiting x:a#0 x:b#0\n"
         "0 cat claim x:b wait -> cat waiting\n"
         "0 ann release #1 -> ann accepted; bob granted x:a#2 !x:b#2; cat granted x:b#3\n");
}

Test(R16, a_waiter_over_a_limit_is_denied_quota_and_the_next_is_looked_at)
{
    play("0 op configure claims_per_session=1\n"
         "0 ann claim x:a\n"
         "0 bob claim x:a wait -> bob waiting\n"
         "0 cat claim x:a wait -> cat waiting\n"
         "0 bob@40 claim x:b -> bob granted\n"
         "0 ann release x:a -> ann accepted; bob denied quota why=claims advice=wait; cat granted\n");
}

Test(R17, the_first_lease_of_a_queue_grant_is_short)
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

Test(R18, a_waiter_whose_session_comes_to_hold_it_is_told_yours)
{
    play("0 ann claim x:a ttl=5000\n"
         "0 bob claim x:a wait -> bob waiting\n"
         "0 bob@40 claim x:a wait ttl=9000 -> bob waiting holder=ann !warn=waits_on_self\n"
         "0 bob@41 claim x:a wait fresh -> bob waiting\n"
         "1000 ann release x:a -> ann accepted; bob granted x:a#2 until=181000; bob yours final x:a#2 until=181000\n"
         "1000 bob release x:a -> bob accepted; bob granted x:a#3\n");
}

Test(R18, a_take_may_make_its_sessions_waiter_yours)
{
    play("0 ann claim x:a\n"
         "0 bob claim x:a wait -> bob waiting\n"
         "0 ann handoff x:a code=0123456789abcdef\n"
         "0 bob@40 take 0123456789abcdef -> bob granted x:a#2; ann ended why=taken x:a#1 by=bob; bob yours x:a#2\n");
}

Test(R19, sets_and_subtrees_wait_ten_minutes_at_most)
{
    play("0 ann claim x:a x:f/g\n"
         "0 bob claim x:a x:b wait=3600000 -> bob waiting warn=wait_clamped deadline=600000\n"
         "0 cat claim x:f/** wait=3600000 -> cat waiting warn=wait_clamped deadline=600000\n"
         "0 dan claim x:a wait=3600000 -> dan waiting !warn=wait_clamped deadline=3600000\n"
         "0 eve claim x:a wait -> eve waiting deadline=600000\n"
         "0 fay claim x:a wait=0 -> fay denied held\n"
         "0 gus claim x:z x:y wait=3600000 -> gus granted warn=wait_clamped\n");
}

Test(R20, ones_own_older_waiter_blocks_and_is_named)
{
    play("0 ann claim x:a\n"
         "0 bob:7 claim x:a x:b wait\n"
         "0 bob@40 claim x:b -> bob denied queued warn=waits_on_self holder=bob mine=7\n"
         "0 cat claim x:b -> cat denied queued !warn=waits_on_self holder=bob !mine=7\n");
}

Test(R20, ones_own_place_is_named_whoever_stands_in_the_way)
{
    play("0 ann claim x:a\n"
         "0 cat claim x:a x:b wait -> cat waiting\n"
         "0 bob:7 claim x:a wait -> bob waiting holder=ann !mine\n"
         "0 bob@40 claim x:a -> bob denied held holder=ann mine=7\n"
         "0 bob@40 claim x:a shared -> bob denied held holder=ann mine=7\n"
         "0 dan claim x:a -> dan denied held !mine\n"
         "0 bob@41:3 claim x:b wait -> bob waiting holder=cat !mine\n"
         "0 bob@40 claim x:b -> bob denied queued holder=cat mine=3\n"
         "0 ann release x:a -> ann accepted; cat granted\n"
         "0 bob@40 claim x:a -> bob denied held holder=cat mine=7\n");
}

Test(R21, waiters_of_a_done_key_are_told_at_once)
{
    play("0 ann claim x:a\n"
         "0 bob claim x:a wait -> bob waiting\n"
         "0 cat claim x:a x:b wait -> cat waiting\n"
         "0 dan claim x:b wait -> dan waiting holder=cat\n"
         "0 ann done x:a result=ok -> ann accepted; bob denied already_done advice=pivot holder=ann on=x:a result=ok;"
         "  cat denied already_done on=x:a; dan granted x:b#2\n");
}

Test(R21, a_done_key_is_dropped_from_an_any_of_waiter)
{
    play("0 ann claim x:a\n"
         "0 ann claim x:b\n"
         "0 bob claim x:a x:b any wait -> bob waiting\n"
         "0 ann done x:a -> ann accepted\n"
         "0 cat claim x:a again -> cat granted\n"
         "0 cat release x:a -> cat accepted\n"
         "0 ann done x:b result=ok -> ann accepted; bob denied already_done on=x:b result=ok\n");
}

Test(R21, an_any_of_claim_enters_without_its_done_candidates_and_never_wants_them_again)
{
    play("0 op configure done_ttl=5000\n"
         "0 ann claim x:a\n"
         "0 ann done x:a\n"
         "0 ann claim x:b\n"
         "0 bob claim x:a x:b any wait -> bob waiting x:b#0 !x:a#0 holder=ann on=x:b\n"
         "5000 cat claim x:a -> cat granted x:a#3\n"
         "5000 ann release x:b -> ann accepted; bob granted x:b#4\n");
}

Test(R21, without_done_memory_waiters_are_served_not_told)
{
    play("0 ann claim x:a\n"
         "0 ann claim x:b\n"
         "0 ann done x:b\n"
         "0 bob claim x:a wait\n"
         "0 op configure done_ttl=0\n"
         "0 ann done x:a -> ann accepted; bob granted\n"
         "0 cat claim x:b -> cat denied already_done\n");
}

Test(R22, again_covers_only_what_was_done_before_it)
{
    play("0 ann claim x:a\n"
         "0 ann done x:a\n"
         "0 ann claim x:a again -> ann granted\n"
         "0 bob claim x:a again wait -> bob waiting\n"
         "0 cat claim x:a wait -> cat denied already_done\n"
         "0 ann done x:a -> ann accepted; bob denied already_done\n");
}

Test(R11, a_waiter_that_nobody_renews_is_told_so_when_its_lease_ends)
{
    play("0 ann claim x:a ttl=7200000\n"
         "0 bob claim x:a wait=3600000 lease=60000 -> bob waiting lease=60000\n"
         "0 cat claim x:a wait=3600000 lease=60000\n"
         "50000 cat renew ?1 -> cat accepted item=waiter item_until=110000\n"
         "60000 tick -> bob denied deadline why=lease\n"
         "110000 tick -> cat denied deadline why=lease\n");
}

Test(S18, a_queue_is_full_at_its_limits_and_says_which)
{
    play("0 op configure waiters_per_key=1 waiters_per_session=2\n"
         "0 ann claim x:a x:b x:c\n"
         "0 bob claim x:a wait -> bob waiting\n"
         "0 cat claim x:a wait -> cat denied queue_full advice=pivot holder=ann on=x:a queue=1\n"
         "0 cat claim x:b x:a wait -> cat denied queue_full on=x:b queue=0\n"
         "0 bob@40 claim x:b wait -> bob waiting\n"
         "0 bob@41 claim x:c wait -> bob denied quota why=waiters advice=wait !holder=ann\n");
}

Test(S19, two_sessions_holding_and_waiting_crosswise_end_at_the_deadline)
{
    play("0 ann claim x:a ttl=7200000\n"
         "0 bob claim x:b ttl=7200000\n"
         "0 ann claim x:b wait lease=3600000 -> ann waiting\n"
         "0 bob claim x:a wait lease=3600000 -> bob waiting\n"
         "599999 tick -> nothing\n"
         "600000 tick -> ann denied deadline; bob denied deadline\n");
}

Test(INV_6, every_wait_has_one_final_and_every_lease_an_end)
{
    play("0 ann:1 claim x:a ttl=1000\n"
         "0 bob:1 claim x:a wait -> bob waiting !final\n"
         "0 cat:1 claim x:a wait=500 -> cat waiting !final\n"
         "0 dan:1 claim x:a wait lease=1000 -> dan waiting !final\n"
         "0 eve:1 claim x:a wait -> eve waiting !final\n"
         "0 eve:2 cancel ?1 -> eve accepted final; eve denied cancelled final\n"
         "500 tick -> cat denied deadline final\n"
         "1000 tick -> dan denied deadline why=lease final; ann ended why=expired !final; bob granted final\n"
         "181000 tick -> bob ended why=expired !final\n"
         "121000 ann query status -> ann report !claims=1 !waiters=1\n");
}

Test(INV_4, a_set_waits_until_all_of_it_is_free_and_holds_nothing_meanwhile)
{
    play("0 ann claim x:a\n"
         "0 bob claim x:b\n"
         "0 cat claim x:a x:b wait -> cat waiting holder=ann on=x:a\n"
         "0 ann release x:a -> ann accepted\n"
         "0 ann query key x:a -> ann report row=waiter/cat/x:a#0 !row=claim/cat/x:a#3\n"
         "0 bob release x:b -> bob accepted; cat granted x:a#3 x:b#3\n");
}

Test(INV_5, no_set_starves_behind_those_that_come_later)
{
    play("0 ann claim x:a\n"
         "0 bob claim x:a x:b wait -> bob waiting\n"
         "0 cat claim x:b -> cat denied queued holder=bob\n"
         "0 cat claim x:b any x:c -> cat granted x:c#2\n"
         "0 eve claim x:b shared wait -> eve waiting holder=bob\n"
         "0 fay claim x:b shared -> fay denied queued holder=bob\n"
         "0 ann release x:a -> ann accepted; bob granted x:a#3 x:b#3\n");
}

Test(R15, whatever_ends_a_claim_offers_all_that_it_blocked)
{
    play("0 ann:1 claim x:a\n0 a1 claim x:a wait ttl=1000 -> a1 waiting\n"
         "0 ann:2 claim x:b x:bb\n0 b1 claim x:b wait -> b1 waiting\n"
         "0 ann:3 claim x:c/**\n0 c1 claim x:c/d wait -> c1 waiting\n"
         "0 ann:4 claim x:d ttl=1000\n0 d1 claim x:d wait -> d1 waiting\n"
         "0 ann:5 cancel ?1 -> ann accepted; a1 granted\n"
         "0 ann:6 release x:b -> ann accepted; b1 granted\n"
         "0 op revoke x:c/** reason=no -> op accepted; ann ended; c1 granted\n"
         "1000 tick -> ann ended x:d#4; d1 granted; a1 ended\n");
}

Test(R15, whatever_takes_a_waiter_away_offers_all_that_it_blocked)
{
    play("0 ann claim x:a ttl=7200000\n"
         "0 bob:1 claim x:a x:b wait lease=3600000\n0 c1 claim x:b wait -> c1 waiting holder=bob\n"
         "0 bob:2 cancel ?1 -> bob accepted; bob denied cancelled; c1 granted x:b#2\n"
         "0 bob:3 claim x:a x:c wait=1000\n0 c2 claim x:c wait -> c2 waiting holder=bob\n"
         "1000 tick -> bob denied deadline; c2 granted x:c#3\n"
         "1000 bob:4 claim x:a x:d wait lease=1000\n1000 c3 claim x:d wait -> c3 waiting holder=bob\n"
         "2000 tick -> bob denied deadline why=lease; c3 granted x:d#4\n"
         "2000 bob:5 claim x:a x:e wait\n2000 c4 claim x:e wait -> c4 waiting holder=bob\n"
         "2000 op revoke session=bob reason=no -> op accepted; bob denied cancelled; c4 granted x:e#5\n");
}

Test(R20, ones_own_older_waiter_blocks_ones_own_later_wait)
{
    play("0 ann claim x:a\n"
         "0 bob:7 claim x:a wait -> bob waiting\n"
         "0 bob@40:3 claim x:a wait fresh -> bob waiting holder=ann\n"
         "0 ann release x:a -> ann accepted; bob granted x:a#2\n"
         "0 bob release x:a -> bob accepted; bob granted x:a#3\n");
}

Test(S16, queue_length_counts_the_waiters_on_exactly_that_key)
{
    play("0 ann claim x:f/g\n"
         "0 bob claim x:f/g wait\n"
         "0 cat claim x:f/** wait\n"
         "0 dan claim x:f/g shared wait -> dan waiting on=x:f/g queue=1\n"
         "0 eve claim x:f/g -> eve denied held on=x:f/g queue=2\n"
         "0 fay claim x:f/** -> fay denied held on=x:f/** queue=1\n");
}

Test(S19, at_equal_times_a_wait_ends_by_its_deadline)
{
    play("0 ann claim x:a\n"
         "0 bob claim x:a wait=5000 lease=5000 -> bob waiting deadline=5000 lease=5000\n"
         "5000 tick -> bob denied deadline !why=lease\n");
}

Test(S19, a_wait_that_is_over_shows_who_stands_in_the_way)
{
    play("0 ann claim x:a\n"
         "0 bob claim x:a wait=5000 lease=5000\n"
         "0 cat claim x:a x:b wait=7000 lease=6000\n"
         "0 dan claim x:b wait=8000\n"
         "5000 tick -> bob denied deadline !why=lease advice=pivot holder=ann on=x:a queue=1\n"
         "6000 tick -> cat denied deadline why=lease holder=ann on=x:a queue=0; dan granted x:b#2\n");
    play("0 ann claim x:a\n"
         "0 bob claim x:a x:b wait=7000\n"
         "0 dan claim x:b wait=5000\n"
         "5000 tick -> dan denied deadline holder=bob on=x:b queue=1\n");
    play("0 bob claim x:a\n"
         "0 bob claim x:b\n"
         "0 ann claim x:a x:b wait=5000\n"
         "0 bob handoff x:b code=0123456789abcdef\n"
         "0 ann@40 take 0123456789abcdef -> ann granted x:b#3; bob ended\n"
         "5000 tick -> ann denied deadline holder=bob on=x:a\n");
}

Test(S21, a_served_waiter_that_is_denied_frees_what_it_blocked)
{
    play("0 op configure claims_per_session=1\n"
         "0 ann claim x:a\n"
         "0 bob@40 claim x:h -> bob granted\n"
         "0 bob claim x:a x:b wait -> bob waiting\n"
         "0 cat claim x:b wait -> cat waiting holder=bob\n"
         "0 ann release x:a -> ann accepted; bob denied quota why=claims; cat granted x:b#3\n");
}

Test(S22, a_grant_out_of_the_queue_has_the_ttl_asked_and_a_first_lease)
{
    play("0 op configure served_lease=5000\n"
         "0 ann claim x:a ttl=1000\n"
         "0 bob claim x:a wait ttl=60000 lease=1500 -> bob waiting ttl=60000 lease=1500\n"
         "1000 tick -> ann ended; bob granted until=6000 ttl=60000\n");
}

Test(S9, in_an_any_of_only_equal_keys_are_merged)
{
    play("0 ann claim x:f/g\n"
         "0 bob claim x:f/g x:f/** x:f/h x:f/g any -> bob granted x:f/h#2 !x:f/h#3\n"
         "0 cat claim x:g/** x:g/h x:g/** -> cat granted x:g/**#3 !x:g/h#3\n");
}

Test(R21, shared_waiters_of_a_done_key_are_told_while_another_holds_it)
{
    play("0 ann claim x:a shared\n"
         "0 bob claim x:a shared\n"
         "0 cat claim x:b\n"
         "0 dan claim x:a x:b shared wait -> dan waiting holder=cat on=x:b\n"
         "0 ann done x:a -> ann accepted; dan denied already_done on=x:a\n"
         "0 bob renew x:a -> bob accepted\n");
}

Test(S21, a_dropped_candidate_no_longer_blocks)
{
    play("0 ann claim x:a shared\n"
         "0 cat claim x:b\n"
         "0 eve claim x:a shared\n"
         "0 bob claim x:a x:b any wait -> bob waiting\n"
         "0 dan claim x:a/** shared wait -> dan waiting holder=bob\n"
         "0 ann done x:a -> ann accepted; dan granted x:a/**#4\n"
         "0 fay claim x:a shared again -> fay granted x:a#5\n"
         "0 cat release x:b -> cat accepted; bob granted x:b#6\n");
}
