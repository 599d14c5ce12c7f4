/* Offers: what is kept, where it stands, and what ends it. */
#include <criterion/criterion.h>
#include <stdio.h>

#include "base/limits.h"
#include "play.h"
#include "tests/sim/bytes.h"

/* ---------------------------------------------------------------- offering */

Test(S53, an_item_is_kept_and_a_second_offer_of_it_changes_it)
{
    play("1000 ann query supply -> ann report supply=none offers=0\n"
         "2000 ann offer x:a category=docs , x:b -> ann accepted final offered=new offered=new\n"
         "3000 bob offer x:a -> bob accepted offered=updated\n"
         "4000 ann query supply -> ann report supply=thin offers=2 ready=2 blocked=0 cooling=0 not_yet=0 "
         "next_ready=0 hour=2/0/0/0\n");
}

Test(S53, each_item_stands_alone_and_is_told_what_is_wrong_with_it)
{
    play("0 ann offer x:a , y:/**x , x:b/** , x:c priority=10 , x:c priority=9 , x:d after=x:d , x:e after=x:f/** , "
         "x:g after= , x:h need=a+b , x:i need=A.b_c-9 , x:j about=\x01 -> ann accepted offered=new "
         "offered=bad_request/key_glob "
         "offered=bad_request/subtree_offered offered=bad_request/priority offered=new offered=bad_request/after "
         "offered=bad_request/after offered=bad_request/after offered=bad_request/need offered=new "
         "offered=bad_request/text\n"
         "0 ann query supply -> ann report offers=3 ready=3\n"
         "0 ann offer -> ann denied bad_request flaw=items\n"
         "0 ann offer x:a in=\x01 -> ann denied bad_request flaw=text\n");
}

Test(S53, the_order_is_form_then_done_then_room_then_cycle)
{
    play("0 op configure offers_max=1\n"
         "0 ann claim x:a\n0 ann done x:a\n"
         "0 ann offer x:a priority=11 -> ann accepted offered=bad_request/priority\n"
         "0 ann offer x:a -> ann accepted offered=already_done\n"
         "0 ann offer x:a again -> ann accepted offered=new\n"
         "0 ann offer x:b after=x:b2 -> ann accepted offered=quota/offers\n"
         "0 ann offer x:a again -> ann accepted offered=updated\n"
         "0 ann offer x:a -> ann accepted offered=already_done\n"
         "0 ann query supply -> ann report offers=1 ready=1\n");
}

Test(S53, it_is_remembered_and_a_repeat_hears_the_same)
{
    play("0 ann:7 offer x:a , x:b priority=11 -> ann accepted offered=new offered=bad_request/priority\n"
         "0 ann withdraw x:a -> ann accepted offered=new\n"
         "0 ann:7 offer x:a , x:b -> ann accepted repeat first=1 offered=new offered=bad_request/priority !words=*\n"
         "0 ann query ticket ?7 -> ann accepted repeat offered=new offered=bad_request/priority\n"
         "0 ann query supply -> ann report offers=0\n");
}

Test(S53, it_takes_nothing_from_the_bucket_of_claims)
{
    play("0 op configure claims_per_minute=1\n"
         "0 ann offer x:a , x:b , x:c -> ann accepted\n0 ann offer x:a -> ann accepted\n"
         "0 ann withdraw x:a -> ann accepted offered=new\n"
         "0 ann claim y:a -> ann granted\n0 ann claim y:b -> ann denied quota why=rate advice=wait\n"
         "0 ann offer x:d -> ann accepted offered=new\n"
         "0 ann query supply -> ann report offers=3\n");
}

Test(S53, nothing_is_offered_or_withdrawn_after_the_seal)
{
    play("0 ann offer x:a -> ann accepted\n0 op seal to=elsewhere\n"
         "0 ann offer x:b -> ann denied sealed\n0 ann withdraw x:a -> ann denied sealed\n"
         "0 ann query supply -> ann report offers=1\n");
}

Test(S53, without_room_for_a_row_nothing_is_offered)
{
    play("0 op configure client_rows_max=1\n"
         "0 ann offer x:a -> ann denied quota why=full !offered=*\n0 ann query supply -> ann report supply=none\n");
}

/* ---------------------------------------------------------------- where it stands */

Test(S54, times_are_peoples_and_say_when_it_can_be_picked_and_when_it_ends)
{
    play("0 genesis J=1000\n"
         "100000 ann offer x:a not_before=100500 , x:b expires=101000 , x:c not_before=99000 , x:d expires=100000 , "
         "x:e expires=99999 , x:f not_before=100500 expires=100500 -> ann accepted offered=new offered=new offered=new "
         "offered=new offered=new offered=new\n"
         "100000 ann query supply -> ann report offers=4 ready=2 not_yet=2 hour=4/0/0/0\n"
         "100499 ann query supply -> ann report offers=4 ready=2 not_yet=2\n"
         "100500 ann query supply -> ann report offers=3 ready=3 not_yet=0 next_ready=0\n"
         "100999 ann query supply -> ann report offers=3 ready=3\n"
         "101000 ann query supply -> ann report offers=2 ready=2\n");
}

Test(S54, next_ready_is_the_soonest_that_time_alone_brings)
{
    play("0 ann offer x:a not_before=9000 , x:b not_before=5000 expires=4000 , x:c not_before=7000 after=x:z -> ann "
         "accepted\n"
         "0 ann query supply -> ann report not_yet=2 next_ready=9000\n"
         "0 ann offer x:d not_before=8000\n0 ann query supply -> ann report not_yet=3 next_ready=8000\n"
         "0 ann claim x:d\n0 ann query supply -> ann report not_yet=2 next_ready=9000\n"
         "9000 ann query supply -> ann report ready=1 next_ready=0\n");
}

Test(S54, offering_again_clears_what_is_left_out)
{
    play("0 ann offer x:a not_before=5000 expires=6000 after=x:z -> ann accepted\n"
         "0 ann query supply -> ann report ready=0 blocked=1\n"
         "0 ann offer x:a -> ann accepted offered=updated\n0 ann query supply -> ann report ready=1 blocked=0\n"
         "7000 ann query supply -> ann report offers=1 ready=1\n"
         "7000 ann offer x:a not_before=9000 -> ann accepted offered=updated\n"
         "7000 ann query supply -> ann report ready=0 not_yet=1 next_ready=9000\n"
         "7000 ann offer x:a expires=7000 -> ann accepted offered=updated\n"
         "7000 ann query supply -> ann report offers=0 next_ready=0\n");
}

Test(S54, whoever_has_its_key_keeps_it_from_being_picked)
{
    play("0 ann claim x:b shared ttl=60000\n"
         "0 ann offer x:a , x:b -> ann accepted\n0 ann query supply -> ann report offers=2 ready=1\n"
         "0 bob claim x:a ttl=60000\n0 ann query supply -> ann report offers=2 ready=0\n"
         "0 bob release x:a\n0 ann query supply -> ann report offers=2 ready=1 cooling=0\n"
         "0 cat claim x:b shared\n0 ann release x:b\n0 ann query supply -> ann report ready=1\n"
         "0 cat release x:b\n0 ann query supply -> ann report ready=2\n"
         "0 cat claim x:a/** -> cat granted\n0 ann query supply -> ann report ready=2\n");
}

Test(S37, offers_are_listed_by_key_with_what_keeps_them_from_being_picked)
{
    play(
        "0 ann offer x:e about=e category=c priority=9 need=b need=a , x:d after=x:y after=x:z , x:c not_before=9000 , "
        "x:b expires=5000 , x:a\n"
        "0 bob claim x:b ttl=60000\n"
        "0 bob claim x:a ttl=60000\n"
        "0 bob claim x:y\n"
        "0 bob done x:y\n"
        "1000 bob abandon x:a\n"
        "2000 bob offer x:c priority=7 not_before=9000\n"
        "2000 cat query list offers -> cat report row=offer/ann/x:a#0 cooling priority=5 row_until=601000 "
        "row=offer/ann/x:b#0 claimed row_expires=5000 row=offer/bob/x:c#0 not_yet priority=7 row_until=9000 "
        "row=offer/ann/x:d#0 blocked priority=5 row_by=x:z row=offer/ann/x:e#0 ready priority=9 row_needs=a_b !more\n"
        "2000 cat query list offers session=bob -> cat report row=offer/bob/x:c#0 !row=offer/ann/x:a#0\n"
        "2000 cat query list offers prefix=x:d -> cat report row=offer/ann/x:d#0 !row=offer/ann/x:e#0\n"
        "2000 cat query list held done waits offers -> cat report row=claim/bob/x:b#1 row=done/bob/x:y#3 "
        "row=offer/ann/x:a#0\n"
        "2000 cat query list held done offers after_offers after=x:c -> cat report row=offer/ann/x:d#0 "
        "!row=claim/bob/x:b#1 "
        "!row=done/bob/x:y#3 !row=offer/bob/x:c#0\n"
        "5000 cat query list held done -> cat report !row=offer/ann/x:a#0\n"
        "5000 cat query list offers -> cat report row=offer/ann/x:a#0 !row=offer/ann/x:b#0\n"
        "601000 cat query list offers -> bob ended; cat report row=offer/ann/x:a#0 ready row=offer/bob/x:c#0 ready\n");
}

Test(S37, a_page_of_offers_says_where_to_go_on)
{
    struct bytes script = {0};
    for (int i = 0; i < 80; i += 16) {
        bytes_print(&script, "0 ann offer");
        for (int j = i; j < i + 16; j++)
            bytes_print(&script, "%s x:%02d", j > i ? " ," : "", j);
        bytes_print(&script, "\n");
    }
    bytes_print(&script, "0 bob query list done offers -> bob report more row=offer/ann/x:00#0 row=offer/ann/x:63#0 "
                         "!row=offer/ann/x:64#0 next=x:63 next_offers\n"
                         "0 bob query list done offers after=x:63 after_offers -> bob report row=offer/ann/x:64#0 "
                         "row=offer/ann/x:79#0 !row=offer/ann/x:63#0 !more\n");
    play((const char *)script.data);
    bytes_free(&script);
}

/* ---------------------------------------------------------------- what ends it */

Test(S55, done_ends_it_however_it_was_claimed)
{
    play("0 op configure done_ttl=0\n0 ann offer x:a , x:b , x:c -> ann accepted\n"
         "0 bob claim x:a x:b\n0 bob done x:a\n0 ann query supply -> ann report offers=2\n"
         "0 bob done x:b\n0 ann query supply -> ann report offers=1 ready=1\n");
}

Test(S55, what_was_abandoned_or_expired_rests_and_longer_each_time)
{
    play("0 op configure cool_first=1000 cool_max=3000\n0 ann offer x:a -> ann accepted\n"
         "0 bob claim x:a\n0 bob abandon x:a\n"
         "0 ann query supply -> ann report ready=0 cooling=1 next_ready=1000\n"
         "999 ann query supply -> ann report ready=0\n1000 ann query supply -> ann report ready=1 cooling=0\n"
         "2000 bob claim x:a ttl=1000\n3000 ann query supply -> bob ended; ann report cooling=1 next_ready=5000\n"
         "5000 ann query supply -> ann report ready=1\n"
         "5000 bob claim x:a\n5000 bob abandon x:a\n5000 ann query supply -> ann report cooling=1 next_ready=8000\n"
         "8000 bob claim x:a\n8000 bob release x:a\n8000 ann query supply -> ann report ready=1 cooling=0\n"
         "8000 bob claim x:a\n8000 bob abandon x:a\n8000 ann query supply -> ann report cooling=1 next_ready=11000\n");
}

Test(S55, a_rest_goes_on_beside_a_claim_and_a_new_offer)
{
    play("0 op configure cool_first=1000\n0 ann offer x:a -> ann accepted\n"
         "0 bob claim x:a\n0 bob abandon x:a\n0 cat claim x:a\n0 ann query supply -> ann report ready=0 cooling=0\n"
         "500 cat release x:a\n500 ann query supply -> ann report cooling=1 next_ready=1000\n"
         "500 ann offer x:a not_before=900\n500 ann query supply -> ann report cooling=1 next_ready=1000\n"
         "500 ann offer x:a not_before=1500\n500 ann query supply -> ann report not_yet=1 next_ready=1500\n");
}

Test(S55, one_key_of_a_claim_rests_alone)
{
    play("0 ann offer x:a , x:b -> ann accepted\n0 bob claim x:a x:b\n0 bob abandon x:a\n"
         "0 ann query supply -> ann report ready=0 cooling=1\n0 bob release x:b\n"
         "0 ann query supply -> ann report ready=1 cooling=1\n");
}

Test(S55, beside_a_shared_claim_the_rest_counts_from_when_it_was_abandoned)
{
    play("0 op configure cool_first=1000\n0 ann offer x:a -> ann accepted\n"
         "0 bob claim x:a shared\n0 cat claim x:a shared\n0 bob abandon x:a\n"
         "0 ann query supply -> ann report ready=0 cooling=0\n"
         "900 cat release x:a\n900 ann query supply -> ann report cooling=1 next_ready=1000\n");
}

Test(S55, a_grant_out_of_the_queue_that_nobody_came_back_for_does_not_rest)
{
    play("0 ann offer x:a -> ann accepted\n"
         "0 bob claim x:a\n0 cat claim x:a wait=900000 ttl=3600000 -> cat waiting\n"
         "1000 bob release x:a -> bob accepted; cat granted\n"
         "181000 ann query supply -> cat ended why=expired; ann report ready=1 cooling=0\n"
         "181000 bob claim x:a\n181000 cat claim x:a wait=900000 ttl=3600000 -> cat waiting\n"
         "182000 bob release x:a -> bob accepted; cat granted\n"
         "183000 cat claim x:a ttl=1000 -> cat yours until=362000\n"
         "362000 ann query supply -> cat ended; ann report ready=0 cooling=1\n");
}

Test(S55, revoke_and_take_do_not_make_it_rest)
{
    play("0 ann offer x:a , x:b -> ann accepted\n0 bob claim x:a\n0 op revoke x:a reason=why\n"
         "0 ann query supply -> ann report ready=2\n"
         "0 bob claim x:b\n0 bob handoff x:b code=0123456789abcdef\n"
         "0 cat take 0123456789abcdef -> cat granted; bob ended\n0 ann query supply -> ann report ready=1 cooling=0\n"
         "0 cat release x:b\n0 ann query supply -> ann report ready=2 cooling=0\n");
}

Test(S55, no_rest_where_policy_has_none)
{
    play("0 op configure cool_first=0\n0 ann offer x:a -> ann accepted\n"
         "0 bob claim x:a\n0 bob abandon x:a\n0 ann query supply -> ann report ready=1 cooling=0\n"
         "0 bob claim x:a\n0 bob abandon x:a\n0 ann query supply -> ann report ready=1 cooling=0\n"
         "0 op configure cool_first=1000 cool_max=600000\n"
         "0 bob claim x:a\n0 bob abandon x:a\n0 ann query supply -> ann report cooling=1 next_ready=4000\n");
}

/* ---------------------------------------------------------------- what comes after what */

Test(S56, it_waits_until_all_that_it_comes_after_is_done)
{
    play("0 ann claim x:old\n0 ann done x:old\n"
         "0 ann offer x:c after=x:a after=x:b after=x:a after=x:old -> ann accepted\n"
         "0 ann query supply -> ann report ready=0 blocked=1\n"
         "0 bob claim x:a x:b x:zz\n0 bob done x:a\n0 ann query supply -> ann report blocked=1\n"
         "0 bob done x:b\n0 ann query supply -> ann report ready=1 blocked=0\n");
}

Test(S56, offering_again_asks_what_is_remembered)
{
    play("0 op configure done_ttl=1000\n0 ann offer x:b after=x:a -> ann accepted\n"
         "0 bob claim x:a\n0 bob done x:a\n0 ann query supply -> ann report ready=1\n"
         "500 ann offer x:b after=x:a -> ann accepted\n500 ann query supply -> ann report ready=1\n"
         "2000 ann query supply -> ann report ready=1\n"
         "2000 ann offer x:b after=x:a -> ann accepted\n2000 ann query supply -> ann report blocked=1\n"
         "2000 ann offer x:b after=x:q -> ann accepted\n2000 bob claim x:a\n2000 bob done x:a\n"
         "2000 ann query supply -> ann report blocked=1\n"
         "2000 bob claim x:q\n2000 bob done x:q\n2000 ann query supply -> ann report ready=1\n");
}

Test(S56, nothing_comes_after_itself_by_way_of_others)
{
    play("0 ann offer x:a after=x:b , x:b after=x:c , x:c after=x:a -> ann accepted offered=new offered=new "
         "offered=bad_request/cycle\n"
         "0 ann offer x:c , x:a -> ann accepted\n0 ann offer x:c after=x:a -> ann accepted offered=updated\n"
         "0 ann offer x:a after=x:z after=x:b -> ann accepted offered=bad_request/cycle\n"
         "0 ann query supply -> ann report offers=3 ready=1 blocked=2\n");
}

/* A chain of `links` offers, each after the one before; then x:0 is to come after the last. */
static void close_a_chain(int links, const char *answer)
{
    struct bytes script = {0};
    bytes_print(&script, "0 op configure claims_per_minute=1000000\n0 ann offer x:0\n");
    for (int i = 1; i <= links; i++)
        bytes_print(&script, "0 ann offer x:%d after=x:%d -> ann accepted offered=new\n", i, i - 1);
    bytes_print(&script, "0 ann offer x:0 after=x:%d -> ann accepted offered=%s\n", links, answer);
    play((const char *)script.data);
    bytes_free(&script);
}

Test(S56, the_search_for_a_cycle_has_an_end)
{
    close_a_chain(LIMIT_CYCLE_STEPS - 1, "bad_request/cycle");
    close_a_chain(LIMIT_CYCLE_STEPS, "updated");
}

Test(S56, so_many_may_wait_for_one_key)
{
    struct bytes script = {0};
    bytes_print(&script, "0 op configure claims_per_minute=1000000\n");
    for (int i = 0; i < LIMIT_DEPENDENTS; i++)
        bytes_print(&script, "0 ann offer x:%d after=x:z -> ann accepted offered=new\n", i);
    bytes_print(&script,
                "0 ann offer x:more after=x:y after=x:z -> ann accepted offered=quota/offers/after\n"
                "0 ann offer x:7 after=x:z -> ann accepted offered=updated\n"
                "0 bob claim x:z\n0 bob done x:z\n"
                "0 ann query supply -> ann report ready=%d blocked=0\n"
                "0 ann offer x:more after=x:z -> ann accepted offered=new\n",
                LIMIT_DEPENDENTS);
    play((const char *)script.data);
    bytes_free(&script);
}

/* ---------------------------------------------------------------- withdrawing */

Test(S57, whoever_offered_it_last_withdraws_it_or_the_operator)
{
    play("0 ann offer x:a , x:b , x:c after=x:b -> ann accepted\n"
         "0 bob withdraw x:a x:z x:b/**x -> bob accepted offered=not_holder offered=not_holder "
         "offered=bad_request/key_glob\n"
         "0 ann/other withdraw x:a -> ann accepted offered=not_holder\n"
         "0 bob withdraw x:a forged -> bob accepted offered=not_holder\n"
         "0 bob offer x:a -> bob accepted offered=updated\n0 ann withdraw x:a -> ann accepted offered=not_holder\n"
         "0 bob withdraw x:a forged -> bob accepted offered=new\n"
         "0 eve withdraw x:c operator -> eve accepted offered=new\n"
         "0 ann query supply -> ann report offers=1 ready=1 blocked=0\n"
         "0 ann withdraw -> ann denied bad_request flaw=no_keys\n");
}

Test(S57, the_claim_of_what_was_withdrawn_lives_on)
{
    play("0 ann offer x:a -> ann accepted\n0 bob claim x:a\n0 ann withdraw x:a -> ann accepted offered=new\n"
         "0 cat claim x:a -> cat denied held holder=bob\n0 bob abandon x:a -> bob accepted\n"
         "0 ann query supply -> ann report offers=0 cooling=0\n");
}

Test(S57, it_stays_withdrawn_though_things_were_due_of_it)
{
    play("0 ann offer x:a not_before=1000 expires=2000 -> ann accepted\n0 ann withdraw x:a\n"
         "0 ann offer x:a expires=9000 -> ann accepted offered=new\n"
         "3000 ann query supply -> ann report offers=1 ready=1\n"
         "9000 ann query supply -> ann report offers=0\n");
}

/* ---------------------------------------------------------------- figures */

Test(S59, what_was_healthy_stays_so_down_to_five)
{
    play("0 ann offer x:1 , x:2 , x:3 , x:4 , x:5 , x:6 , x:7 -> ann accepted\n"
         "0 ann query supply -> ann report supply=thin ready=7\n0 ann offer x:8\n"
         "0 ann query supply -> ann report supply=healthy ready=8\n"
         "0 ann withdraw x:1 x:2 x:3\n0 ann query supply -> ann report supply=healthy ready=5\n"
         "0 ann offer x:4\n0 ann query supply -> ann report supply=healthy ready=5\n"
         "0 ann withdraw x:4\n0 ann query supply -> ann report supply=thin ready=4\n"
         "0 ann offer x:4 , x:3\n0 ann query supply -> ann report supply=thin ready=6\n"
         "0 ann withdraw x:3 x:4 x:5 x:6 x:7 x:8\n0 ann query supply -> ann report supply=dry ready=0\n");
}

Test(S59, the_keys_of_a_claim_count_one_after_the_other)
{
    play("0 ann offer x:a , x:b -> ann accepted\n0 ann offer x:c after=x:a -> ann accepted\n"
         "0 op configure supply_thin=1 supply_healthy=2\n0 ann query supply -> ann report supply=thin ready=2\n"
         "0 bob claim x:a x:c -> bob granted\n0 ann query supply -> ann report supply=thin ready=1\n"
         "0 op configure supply_healthy=9\n0 bob release x:a\n0 bob release x:c\n"
         "0 op configure supply_healthy=2\n0 ann query supply -> ann report supply=thin ready=2\n"
         "0 bob claim x:c x:a -> bob granted\n0 ann query supply -> ann report supply=healthy ready=1\n");
}

Test(S59, a_key_that_is_shared_is_freed_by_the_last)
{
    play("0 ann offer x:1 , x:2 , x:3 , x:4 , x:5 , x:6 , x:7 , x:8 , x:9 -> ann accepted\n"
         "0 bob claim x:1 shared\n0 cat claim x:1 shared\n0 ann query supply -> ann report supply=healthy ready=8\n"
         "0 op configure supply_thin=10 supply_healthy=10\n"
         "0 bob release x:1\n0 ann query supply -> ann report supply=healthy ready=8\n"
         "0 cat release x:1\n0 ann query supply -> ann report supply=thin ready=9\n");
}

Test(S59, what_is_asked_given_and_denied_is_counted_from_the_first_offer_on)
{
    play("0 bob claim x:a\n0 cat claim x:a -> cat denied held !supply=*\n0 cat next -> cat denied drained !supply=*\n"
         "0 ann offer x:b -> ann accepted\n"
         "0 cat claim x:a dry -> cat denied held supply=thin hour=1/0/0/0 dry=0\n"
         "0 cat claim x:a -> cat denied held supply=thin ready=1 hour=1/1/0/1 dry=0 runway=0\n"
         "0 bob claim x:a -> bob yours !supply=*\n0 cat claim x:z dry -> cat granted !supply=*\n"
         "0 cat claim x:c -> cat granted !supply=*\n0 cat release x:a -> cat denied not_holder !supply=*\n"
         "0 ann query supply -> ann report hour=1/3/1/1 dry=0 runway=3600000\n"
         "0 dan claim x:a wait=60000 -> dan waiting !supply=*\n0 bob release x:a -> bob accepted; dan granted\n"
         "0 ann query supply -> ann report hour=1/4/2/1 dry=0 runway=1800000\n"
         "0 eve claim x:a wait=60000 -> eve waiting\n0 dan done x:a -> dan accepted; eve denied already_done "
         "supply=thin "
         "hour=1/5/2/2\n"
         "0 op configure claims_per_minute=1\n0 fay claim x:q\n0 fay claim x:r -> fay denied quota why=rate !supply=*\n"
         "3600000 ann query supply -> cat ended; fay ended; ann report hour=0/0/0/0 dry=0 runway=0\n");
}

Test(S59, ten_in_vain_are_a_drought_and_a_grant_ends_it)
{
    play("0 op configure supply_drought=3\n0 ann offer x:a -> ann accepted\n0 bob claim x:a\n"
         "0 cat next -> cat denied drained supply=dry dry=1\n0 cat claim x:a -> cat denied held supply=dry dry=2\n"
         "0 cat claim x:a dry -> cat denied held supply=dry dry=2\n"
         "0 cat next category=docs -> cat denied drained supply=drought dry=3\n"
         "0 ann query supply -> ann report supply=drought dry=3\n"
         "0 ann offer x:b need=gpu -> ann accepted\n0 cat claim x:a -> cat denied held supply=thin ready=1 dry=3\n"
         "0 cat next -> cat denied drained supply=thin ready=1 dry=4\n0 ann withdraw x:b\n"
         "0 ann query supply -> ann report supply=drought dry=4\n"
         "0 cat claim x:c -> cat granted\n0 ann query supply -> ann report supply=dry dry=0\n");
}

Test(S59, offers_are_counted_by_the_minute_for_an_hour)
{
    play("59999 ann offer x:a , x:b -> ann accepted\n60000 ann offer x:c , x:a -> ann accepted\n"
         "3599999 ann query supply -> ann report hour=3/0/0/0\n3600000 ann query supply -> ann report hour=1/0/0/0\n"
         "3660000 ann query supply -> ann report hour=0/0/0/0\n"
         "3660000 ann offer x:d\n3660000 ann query supply -> ann report hour=1/0/0/0\n");
}
