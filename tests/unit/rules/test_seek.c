/* Next that waits: a waiter without keys, served when something has become free for it. */
#include <criterion/criterion.h>

#include "coordinator/state/state.h"
#include "play.h"

Test(S65, it_waits_and_is_served_at_the_offer)
{
    play("1000 bob next category=docs wait=60000 lease=5000 ttl=3600000 origin=here -> bob waiting advice=wait "
         "verb=next "
         "ttl=3600000 deadline=61000 lease=6000 !final !holder=* !x:*\n"
         "2000 bob:1 next -> bob waiting repeat deadline=61000 lease=6000\n"
         "2000 ann offer x:a category=docs about=fix+it ref=pr1 -> ann accepted offered=new; bob granted "
         "verb=next final "
         "x:a#1 until=122000 ttl=3600000 about=fix+it category=docs ref=pr1 pick=1 looked=1\n"
         "2000 cat claim x:a -> cat denied held holder=bob origin=here\n"
         "3000 bob:1 next -> bob granted repeat live x:a#1 !category=*\n"
         "3000 bob done x:a -> bob accepted\n");
}

Test(S65, at_the_done_that_unblocks_and_when_time_comes_or_a_claim_ends)
{
    play("0 op configure cool_first=1000\n"
         "0 ann offer x:b after=x:a , x:c not_before=5000 , x:d -> ann accepted\n0 cat claim x:a x:d\n"
         "0 bob next wait=60000 -> bob waiting no=claimed:1/x:d/cat* no=blocked:1/x:b/x:a@0 no=not_yet:1/x:c/@5000\n"
         "1000 cat done x:a -> cat accepted; bob granted x:b#*\n"
         "1000 dan next wait=60000 -> dan waiting\n5000 eve next wait=60000 -> dan granted x:c#*; eve waiting\n"
         "6000 cat abandon x:d -> cat accepted\n7000 ann query supply -> eve granted x:d#*; ann report ready=0\n");
}

Test(S65, in_the_order_in_which_they_came_among_those_whom_it_fits)
{
    play("0 bob next category=code wait=60000 -> bob waiting\n0 cat next can=gpu wait=60000 -> cat waiting\n"
         "0 dan next wait=60000 -> dan waiting\n0 eve next wait=60000 -> eve waiting\n"
         "0 ann offer x:a , x:b need=gpu , x:c category=code -> ann accepted; bob granted x:c#*; cat granted x:a#*\n"
         "0 ann offer x:d -> ann accepted; dan granted x:d#*\n0 ann offer x:e -> ann accepted; eve granted x:e#*\n"
         "0 ann query supply -> ann report ready=1\n"
         "0 bob next category=code wait=60000 -> bob waiting\n0 fay next category=docs wait=60000 -> fay waiting\n"
         "0 ann offer x:f category=docs -> ann accepted; fay granted x:f#*\n");
}

Test(S65, nothing_of_it_is_left)
{
    struct state *state = play_core_begin();
    cr_assert(play_core_tell("0 bob:1 next wait category=docs\n0 cat next wait\n0 dan next wait=1000\n"));
    cr_expect_eq(table_count(state, TABLE_SEEKER), 3);
    cr_assert(play_core_tell("0 bob cancel ?1\n0 ann offer x:a\n1000 tick\n"));
    cr_expect_eq(table_count(state, TABLE_SEEKER), 0);
    cr_expect_eq(table_count(state, TABLE_WAITER), 0);
    play_core_end();
}

Test(S65, who_waits_for_the_key_itself_has_it_first)
{
    play(
        "0 ann offer x:a -> ann accepted\n0 cat claim x:a\n0 bob next wait=60000 -> bob waiting\n"
        "0 dan claim x:a wait=60000 -> dan waiting\n"
        "0 cat release x:a -> cat accepted; dan granted x:a#*\n0 dan release x:a -> dan accepted; bob granted x:a#*\n");
}

Test(S65, what_a_subtree_or_a_waiter_stood_over_is_free_when_they_go)
{
    play("0 ann offer x:a/b , x:c -> ann accepted\n0 cat claim x:a/** -> cat granted\n0 fay claim x:f\n"
         "0 eve:1 claim x:c x:f wait=60000 -> eve waiting\n"
         "0 bob next wait=60000 -> bob waiting no=claimed:2/x:a/b/@0\n0 dan next wait=60000 -> dan waiting\n"
         "0 cat release x:a/** -> cat accepted; bob granted x:a/b#*\n"
         "0 eve cancel ?1 -> eve accepted; eve denied cancelled; dan granted x:c#*\n");
}

Test(S65, what_was_like_the_work_of_others_is_free_when_that_is_over)
{
    play("0 op configure done_ttl=1000\n0 cat claim x:z about=fix+the+login+page\n"
         "0 ann offer x:a about=fix+the+login+page , x:b about=fix+the+login+page -> ann accepted\n"
         "0 bob next wait=60000 -> bob waiting no=similar:2/x:a/cat@0\n"
         "0 cat done x:z -> cat accepted\n1000 tick -> bob granted x:a#*\n"
         "1000 dan next wait=60000 -> dan waiting\n1000 bob release x:a -> bob accepted; dan granted x:a#*\n");
}

Test(S65, one_key_given_back_is_enough)
{
    play("0 ann offer x:a/b -> ann accepted\n0 cat claim x:a/** x:c\n0 bob next wait=60000 -> bob waiting\n"
         "0 cat release x:a/** -> cat accepted; bob granted x:a/b#*\n");
}

Test(S65, its_wait_and_its_lease_end)
{
    play("0 bob next wait=2000 lease=9000 -> bob waiting\n0 cat next wait=9000 lease=3000 -> cat waiting\n"
         "1000 cat renew ?1 -> cat accepted item=waiter item_until=4000\n"
         "2000 tick -> bob denied deadline advice=pivot verb=next !holder=* !why=* !supply=*\n"
         "4000 tick -> cat denied deadline why=lease verb=next\n"
         "4000 bob:1 next -> bob denied deadline repeat\n"
         "4000 ann offer x:a -> ann accepted\n4000 ann query status -> ann report !waiters=*\n");
}

Test(S65, its_limits)
{
    play("0 op configure wait_max=5000 waiters_per_session=1 waiter_lease_max=2000\n"
         "0 bob next wait=5001 -> bob denied bad_request flaw=wait\n0 bob next wait=0 -> bob denied drained\n"
         "0 bob@8 next wait -> bob waiting deadline=5000 lease=2000\n0 bob@8 next -> bob denied bad_request "
         "flaw=client\n"
         "0 bob@9 next wait -> bob denied quota why=waiters\n");
}

Test(S65, when_its_turn_comes_limits_and_the_seal_count)
{
    play("0 op configure claims_per_session=1\n0 bob@8:1 next wait -> bob waiting\n0 cat next wait -> cat waiting\n"
         "0 bob@9 claim x:z -> bob granted\n"
         "0 ann offer x:a -> ann accepted; bob denied quota why=claims verb=next; cat granted x:a#*\n"
         "0 dan next wait -> dan waiting\n0 eve next wait -> eve waiting\n0 op seal to=there\n"
         "0 cat release x:a -> cat denied sealed\n"
         "3600000 tick -> dan denied deadline; eve denied deadline; cat ended; bob ended\n");
}

Test(S65, after_the_seal_nobody_gets_anything)
{
    play("0 op configure waiter_lease_max=3600000\n0 ann offer x:a not_before=5000 -> ann accepted\n"
         "0 bob next wait lease=600000 -> bob waiting\n0 op seal to=there\n5000 tick -> bob denied sealed verb=next\n");
}

Test(S65, it_is_cancelled_revoked_and_counted_as_a_waiter)
{
    play(
        "0 bob:7 next wait -> bob waiting\n0 cat next wait -> cat waiting\n0 ann query status -> ann report waiters=2\n"
        "0 bob cancel ?7 -> bob accepted ended=1; bob denied cancelled verb=next\n"
        "0 op revoke session=cat reason=stop -> op accepted ended=1; cat denied cancelled why=revoked verb=next\n"
        "0 ann offer x:a -> ann accepted\n0 ann query supply -> ann report ready=1 hour=1/0/0/0\n");
}

Test(S65, release_of_all_ends_it_too)
{
    play("0 bob next wait -> bob waiting\n0 bob@9 release all -> bob accepted ended=1; bob denied cancelled verb=next\n"
         "0 ann offer x:a -> ann accepted\n");
}

Test(S65, it_counts_as_demand_when_it_comes_and_as_grant_when_it_is_served)
{
    play("0 ann offer x:a -> ann accepted\n0 cat claim x:a\n"
         "0 bob next wait -> bob waiting !supply=* !draw=*\n0 ann query supply -> ann report hour=1/2/1/0 dry=0\n"
         "0 cat release x:a -> cat accepted; bob granted selections=1\n"
         "0 ann query supply -> ann report hour=1/2/2/0\n");
}

Test(S65, it_tells_the_draws_if_it_was_asked_to)
{
    play("0 bob next wait explain -> bob waiting\n"
         "0 ann offer x:a category=docs -> ann accepted; bob granted draw=docs:0/0:0:1:0\n");
}

Test(S65, each_gets_its_best_and_the_grant_needs_somebody_to_come_back)
{
    play("0 ann offer x:a priority=1 , x:b priority=9 -> ann accepted\n0 cat claim x:a x:b\n"
         "0 bob next wait ttl=3600000 -> bob waiting\n"
         "0 cat release all -> cat accepted; bob granted x:b#* until=180000\n"
         "180000 ann query supply -> bob ended why=expired verb=next; ann report ready=2 cooling=0\n");
}
