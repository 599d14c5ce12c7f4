/* Next: an item is picked and claimed in one record, and why none was. */
#include <criterion/criterion.h>
#include <stdio.h>

#include "base/limits.h"
#include "play.h"
#include "tests/sim/bytes.h"

/* ---------------------------------------------------------------- the verb */

Test(S60, it_picks_and_claims_in_one)
{
    play("1000 ann offer x:a about=fix+it category=code ref=pr1 -> ann accepted\n"
         "2000 bob:5 next ttl=60000 origin=here -> bob granted final x:a#1 until=62000 ttl=60000 about=fix+it "
         "category=code ref=pr1 pick=1 looked=1 !no=*\n"
         "2000 cat claim x:a -> cat denied held holder=bob on=x:a token=1 since=2000 expires=62000 "
         "holder_about=fix+it ref=pr1 origin=here\n"
         "2000 cat next -> cat denied drained no=claimed:1/x:a/bob@62000\n"
         "3000 bob:5 next -> bob granted repeat first=2 live x:a#1 until=62000 about=fix+it !category=* !pick=*\n"
         "3000 bob done x:a\n3000 bob:5 next -> bob granted repeat gone gone=closed x:a#1\n"
         "3000 ann query supply -> ann report offers=0\n");
}

Test(S60, what_it_got_ends_and_is_cancelled_as_a_claim)
{
    play("0 ann offer x:a , x:b -> ann accepted\n"
         "0 bob next ttl=1000 -> bob granted x:a#1\n"
         "1000 tick -> bob ended why=expired verb=next x:a#1\n"
         "1000 bob:9 next -> bob granted x:b#2\n"
         "1000 bob cancel ?9 -> bob accepted ended=1\n1000 bob:9 next -> bob denied cancelled repeat\n"
         "1000 ann query supply -> ann report ready=1 cooling=1\n");
}

Test(S60, its_form_and_the_limits_of_policy)
{
    play("0 op configure ttl_max=5000\n0 ann offer x:a -> ann accepted\n"
         "0 bob next ttl=999 -> bob denied bad_request flaw=ttl\n"
         "0 bob next ttl=5001 -> bob denied bad_request flaw=ttl\n"
         "0 bob next can=a+b -> bob denied bad_request flaw=need\n"
         "0 bob next category=\x01 -> bob denied bad_request flaw=text\n"
         "0 bob next origin=\x01 -> bob denied bad_request flaw=text\n"
         "0 bob next -> bob granted ttl=5000\n");
}

Test(S60, it_is_paid_and_limited_as_a_claim_but_what_is_drained_is_told_first)
{
    play("0 op configure claims_per_minute=3 claims_per_session=1\n"
         "0 bob next -> bob denied drained advice=create !no=*\n"
         "0 ann offer x:a , x:b -> ann accepted\n"
         "0 bob next -> bob granted x:a#1\n0 bob next -> bob denied quota why=claims advice=wait !pick=* !no=*\n"
         "0 bob next -> bob denied quota why=rate\n"
         "60000 ann claim x:b\n60000 bob next -> bob denied drained\n");
}

Test(S60, not_after_the_seal_and_not_beside_a_waiting_claim)
{
    play("0 ann offer x:a , x:b -> ann accepted\n0 ann claim x:c\n0 bob claim x:c wait -> bob waiting\n"
         "0 bob next -> bob denied bad_request flaw=client\n0 op seal to=there\n0 cat next -> cat denied sealed\n");
}

Test(S60, without_room_for_a_row_nothing_is_picked)
{
    play(
        "0 op configure client_rows_max=2\n0 ann offer x:a -> ann accepted\n0 bob next -> bob denied quota why=full\n");
}

Test(S60, the_advice_of_who_finds_nothing)
{
    play("0 ann offer x:a not_before=5000 -> ann accepted\n0 bob next -> bob denied drained advice=wait\n"
         "0 ann offer x:a after=x:q\n0 bob next -> bob denied drained advice=pivot no=blocked:1/x:a/x:q@0\n"
         "0 ann withdraw x:a\n0 bob next -> bob denied drained advice=create !no=*\n"
         "0 bob claim x:z\n0 cat claim x:z -> cat denied held advice=pivot\n"
         "0 cat next -> cat denied drained advice=create\n0 cat claim x:z -> cat denied held advice=create\n");
}

/* ---------------------------------------------------------------- which item */

Test(S61, the_most_urgent_first_then_the_oldest_then_the_first_offered)
{
    play("0 ann offer x:a , x:b , x:c priority=6 , x:d priority=4 -> ann accepted\n"
         "0 bob next -> bob granted x:c#*\n0 bob next -> bob granted x:a#*\n0 bob next -> bob granted x:b#*\n"
         "0 bob next -> bob granted x:d#*\n0 bob next -> bob denied drained\n");
}

Test(S61, an_hour_of_age_is_worth_a_step_of_priority)
{
    play("0 ann offer x:old -> ann accepted\n3599999 ann offer x:new priority=6 -> ann accepted\n"
         "3599999 bob next -> bob granted x:new#*\n3599999 bob release x:new\n3599999 ann withdraw x:new\n"
         "3600001 ann offer x:new priority=6 -> ann accepted\n3600001 bob next -> bob granted x:old#*\n");
}

Test(S61, its_age_is_from_the_first_time_that_it_was_ready)
{
    play("0 ann offer x:a priority=6 not_before=3700000 , x:b -> ann accepted\n"
         "3700000 bob next -> bob granted x:b#*\n3700000 bob abandon x:b -> bob accepted\n"
         "3700000 bob next -> bob granted x:a#*\n3700000 bob release x:a\n"
         "4400000 ann offer x:b -> ann accepted offered=updated\n4400000 ann offer x:c priority=6\n"
         "4400000 bob next -> bob granted x:b#*\n");
}

Test(S61, a_family_that_is_at_work_stands_back)
{
    play("0 ann offer github:o/r#1 priority=7 , github:o/r#2 priority=7 , github:o/r#3 priority=7 , x:a "
         "priority=5 -> ann "
         "accepted\n"
         "0 bob next -> bob granted github:o/r#1#* pick=1 !penalty=*\n0 bob next -> bob granted github:o/r#2#* pick=2 "
         "!penalty=*\n"
         "0 cat claim github:o/r#9 github:o/r#8 -> cat granted\n"
         "0 bob next -> bob granted x:a#* pick=4\n"
         "0 bob next -> bob granted github:o/r#3#* pick=3 penalty=3 !saturated\n");
}

Test(S61, a_family_with_three_of_the_last_five_is_saturated)
{
    play("0 op configure claims_per_minute=100\n"
         "0 ann offer jira:BOB-1 priority=9 , jira:BOB-2 priority=9 , jira:BOB-3~review priority=9 , jira:BOB-4 "
         "priority=6 "
         ", x:a priority=6 -> ann accepted\n"
         "0 bob next -> bob granted jira:BOB-1#*\n0 bob release jira:BOB-1\n0 ann withdraw jira:BOB-1\n"
         "0 bob next -> bob granted jira:BOB-2#*\n0 bob release jira:BOB-2\n0 ann withdraw jira:BOB-2\n"
         "0 bob next -> bob granted jira:BOB-3~review#* !saturated\n0 bob release jira:BOB-3~review\n"
         "0 ann withdraw jira:BOB-3~review\n"
         "0 bob next -> bob granted x:a#* !saturated\n0 bob next -> bob granted jira:BOB-4#* penalty=1 saturated\n");
}

Test(S61, what_others_overlap_or_wait_for_is_passed_over)
{
    play("0 ann offer x:a/b priority=9 , x:c priority=8 , x:d -> ann accepted\n"
         "0 cat claim x:a/** -> cat granted\n0 fay claim x:f\n0 eve claim x:c x:f wait=60000 -> eve waiting\n"
         "0 bob next -> bob granted x:d#* looked=3\n"
         "0 bob next -> bob denied drained looked=2 no=claimed:3/x:d/bob*\n"
         "0 cat release x:a/**\n0 bob next -> bob granted x:a/b#* looked=2\n"
         "60000 bob next -> eve denied deadline; bob granted x:c#*\n");
}

Test(S61, only_who_can_do_it_gets_it)
{
    play("0 ann offer x:a priority=9 need=gpu need=Root , x:b priority=8 need=gpu , x:c -> ann accepted\n"
         "0 bob next can=gpu -> bob granted x:b#* looked=2\n0 bob next -> bob granted x:c#* looked=1\n"
         "0 bob next can=gpu -> bob denied drained no=claimed:2/x:b/bob* no=needs:1/x:a/root@0 !looked=*\n"
         "0 bob next can=ROOT can=gpu can=root -> bob granted x:a#*\n");
}

Test(S61, what_is_like_the_work_of_others_is_passed_over_and_told)
{
    play("0 cat claim x:z about=fix+the+login+page ttl=60000\n"
         "0 ann offer x:a priority=9 about=fix+the+login+page , x:b about=write+documentation -> ann accepted\n"
         "0 bob next -> bob granted x:b#* !warn=* !rival=* pick=2 looked=2 similar=1\n"
         "0 bob next -> bob denied drained advice=pivot !holder=* !rival=* looked=1 similar=1 "
         "no=claimed:1/x:b/bob* no=similar:1/x:a/cat@0\n"
         "0 cat next -> cat granted x:a#*\n");
}

Test(S61, ideas_are_compared_in_the_items_scope_or_the_askers)
{
    play("0 cat claim x:z scope=web about=fix+the+login+page ttl=60000\n"
         "0 ann offer x:a about=fix+the+login+page -> ann accepted\n"
         "0 bob next scope=web -> bob denied drained no=similar:1/x:a/cat@0\n*"
         "0 ann offer x:a about=fix+the+login+page scope=other -> ann accepted\n"
         "0 bob next scope=web -> bob granted x:a#*\n");
}

static void offer_many(struct bytes *script, int count, const char *words)
{
    for (int i = 0; i < count; i++)
        bytes_print(script, i % 16 == 0 ? "%s0 ann offer x:t/%d %s" : "%s , x:t/%d %s",
                    i % 16 == 0 && i > 0 ? "\n" : "", i, words);
    bytes_print(script, "\n");
}

Test(S61, a_record_reads_and_compares_so_many_items)
{
    struct bytes script = {0};
    bytes_print(&script, "0 op configure claims_per_minute=1000000\n0 cat claim x:z about=fix+the+login+page\n");
    offer_many(&script, LIMIT_PICK_LOOKS, "priority=9 about=fix+the+login+page");
    bytes_print(&script,
                "0 ann offer x:last -> ann accepted\n"
                "0 bob next -> bob denied drained looked=%d similar=%d no=similar:%d/x:t/0/cat@0 no=beyond:1*\n"
                "0 ann withdraw x:t/0\n0 bob next -> bob granted x:last#*\n",
                LIMIT_PICK_LOOKS, LIMIT_PICK_LOOKS, LIMIT_PICK_LOOKS);
    play((const char *)script.data);
    bytes_free(&script);
}

Test(S61, overlapped_ones_are_read_up_to_a_limit)
{
    struct bytes script = {0};
    bytes_print(&script, "0 op configure claims_per_minute=1000000\n0 cat claim x:t/**\n");
    offer_many(&script, LIMIT_PICK_READS, "priority=9");
    bytes_print(&script,
                "0 ann offer x:last -> ann accepted\n"
                "0 bob next -> bob denied drained looked=%d no=claimed:%d/x:t/0/@0 no=beyond:1*\n"
                "0 ann withdraw x:t/0\n0 bob next -> bob granted x:last#*\n",
                LIMIT_PICK_READS, LIMIT_PICK_READS);
    play((const char *)script.data);
    bytes_free(&script);
}

/* ---------------------------------------------------------------- why none */

Test(S62, of_each_kind_of_obstacle_it_is_told_how_many_and_one)
{
    play("0 op configure cool_first=9000\n"
         "0 ann offer x:c1 , x:c2 , x:b1 after=x:q after=x:r , x:b2 after=x:q , x:n1 not_before=8000 , x:n2 "
         "not_before=7000 , "
         "x:cool , x:docs category=docs , x:art category=art , x:art2 category=art -> ann accepted\n"
         "0 cat claim x:cool\n0 cat abandon x:cool\n0 cat claim x:c2 ttl=5000\n0 dan claim x:c1 ttl=6000\n"
         "0 dan claim x:q\n0 dan done x:q\n0 ann offer x:b2 after=x:s\n"
         "0 bob next category=code category= -> bob denied drained advice=wait no=claimed:2/x:c1/dan@6000 "
         "no=blocked:2/x:b1/x:r@0 no=cooling:1/x:cool/@9000 no=not_yet:2/x:n2/@7000 no=category:3//art@0 !no=needs*\n");
}

/* ---------------------------------------------------------------- steering */

Test(S63, it_takes_of_the_categories_asked_for)
{
    play("0 ann offer x:a category=docs , x:b category=code , x:c category=art -> ann accepted\n"
         "0 bob next category=code category=art explain -> bob granted draw=* draw=* !draw=docs*\n"
         "0 bob next category=docs explain -> bob granted x:a#* category=docs draw=docs:0/0* !draw=art* !draw=code*\n"
         "0 bob next category=unknown explain -> bob denied drained draw=code:0/0:0:1:0 no=category:1* !draw=docs*\n");
}

Test(S63, a_reward_is_learned_once_a_claim)
{
    play("0 bob claim x:d category=early\n0 bob done x:d reward=10000\n0 ann query steer -> ann report !draw=*\n"
         "0 ann offer x:a category=docs , x:b category=docs , x:c category=code -> ann accepted\n"
         "0 bob claim x:a x:b category=docs\n0 bob done #2=x:a #2=x:b reward=10000 -> bob accepted\n"
         "0 bob claim x:c category=code\n0 bob done x:c reward=0 -> bob accepted\n"
         "0 bob claim x:f category=new\n0 bob done x:f reward=10000 -> bob accepted\n"
         "0 bob claim x:e category=docs\n0 bob done x:e -> bob accepted\n"
         "0 ann query steer -> ann report draw=docs:1/0:312* draw=code:0/1:156* draw=new:1/0:156:0:1\n");
}

Test(S63, shares_are_of_selections_and_a_plateau_is_seen)
{
    struct bytes script = {0};
    bytes_print(&script, "0 op configure claims_per_minute=1000000 plateau_window=4\n"
                         "0 ann offer x:rare category=rare priority=9\n");
    offer_many(&script, 16, "category=often");
    for (int i = 0; i < 4; i++)
        bytes_print(&script, "0 bob next category=often -> bob granted\n");
    bytes_print(&script,
                "0 ann query steer -> ann report selections=4 plateaus=1 plateau_now draw=rare:0/0:0:1:0* "
                "draw=often:0/0:625:12:4\n"
                "0 bob next category=rare -> bob granted\n"
                "0 ann query steer -> ann report selections=5 plateaus=1 !plateau_now draw=rare:0/0:156:0:1*\n");
    play((const char *)script.data);
    bytes_free(&script);
}

Test(S63, a_category_that_has_nothing_that_fits_leaves_its_turn_to_the_next)
{
    play("0 op configure steer_target=10000\n"
         "0 ann offer x:a category=code need=gpu , x:b category=docs , x:c category=docs -> ann accepted\n"
         "0 bob next category=docs -> bob granted x:b#*\n"
         "0 bob next explain -> bob granted x:c#* draw=code* draw=docs*\n");
}

Test(S63, a_page_of_categories)
{
    struct bytes script = {0};
    bytes_print(&script, "0 op configure claims_per_minute=1000000\n");
    for (int i = 0; i < LIMIT_DRAWS + 1; i++)
        bytes_print(&script, "0 ann offer x:%d category=c%d\n", i, i);
    bytes_print(&script,
                "0 ann query steer -> ann report draw=c0:* draw=c%d:* more next_token=%d\n"
                "0 ann query steer after_token=%d -> ann report !more draw=c%d:* !draw=c0* !next_token=*\n",
                LIMIT_DRAWS - 1, LIMIT_DRAWS, LIMIT_DRAWS, LIMIT_DRAWS);
    play((const char *)script.data);
    bytes_free(&script);
}

Test(S58, the_257th_category_goes_by_the_last_number)
{
    struct bytes script = {0};
    bytes_print(&script, "0 op configure claims_per_minute=1000000\n");
    for (int i = 0; i < LIMIT_CATEGORIES; i++)
        bytes_print(&script, "0 ann offer x:0 category=c%d\n", i);
    bytes_print(
        &script,
        "0 ann offer x:a category=more , x:b category=evermore -> ann accepted offered=new offered=new\n"
        "0 ann withdraw x:0\n0 bob next category=c%d explain -> bob granted x:a#* category=more draw=c%d:0/0:0:2*\n"
        "0 bob next category=unheard -> bob granted\n0 bob next category=c0 -> bob denied drained\n",
        LIMIT_CATEGORIES - 1, LIMIT_CATEGORIES - 1);
    play((const char *)script.data);
    bytes_free(&script);
}

Test(S61, families)
{
    play("0 op configure claims_per_minute=1000000 priority_step=1000\n"
         "0 cat claim github:o/r#1 github:o/r#2 gitlab:g/p!1 gitlab:g/p!2 file:github:o/r:src/a.c "
         "file:github:o/q:b.c file:github:o/r:c/d.c "
         "linear:ENG-1 linear:ENG-2~merged x:job/1 x:job/2 task:foo-bar task:foo-baz -> cat granted\n"
         "0 ann offer github:o/r#3 -> ann accepted\n0 bob next -> bob granted penalty=1\n"
         "0 ann offer gitlab:g/p!3 -> ann accepted\n0 bob next -> bob granted penalty=1\n"
         "0 ann offer file:github:o/r:c.c -> ann accepted\n0 bob next -> bob granted penalty=1\n"
         "0 ann offer linear:ENG-3~review -> ann accepted\n0 bob next -> bob granted penalty=1\n"
         "0 ann offer x:job/3 -> ann accepted\n0 bob next -> bob granted penalty=1\n"
         "0 ann offer task:foo-qux -> ann accepted\n0 bob next -> bob granted !penalty=*\n");
}

/* ---------------------------------------------------------------- signals */

Test(S64, a_claim_with_a_category_is_a_selection)
{
    play(
        "0 ann offer x:a category=docs -> ann accepted\n"
        "0 bob claim x:1 category=code -> bob granted selections=1 draw=docs:0/0:0:1:0 draw=code:0/0:156:0:1\n"
        "0 bob claim x:2 category=code dry -> bob granted selections=1 draw=docs:0/0:0:1:0 draw=code:0/0:156:0:1\n"
        "0 bob claim x:3 -> bob granted selections=1 draw=docs:0/0:0:1:0 !draw=code*\n"
        "0 bob claim x:1 category=code -> bob yours !selections=* !draw=*\n"
        "0 bob handoff x:1 code=0123456789abcdef\n0 cat take 0123456789abcdef -> cat granted !selections=*; bob ended\n"
        "0 bob:9 claim x:4 category=art -> bob granted selections=2 draw=docs:0/0:0:1:0 draw=art:0/0:156:0:1\n"
        "0 bob:9 claim x:4 category=art -> bob granted repeat !selections=* !draw=*\n"
        "0 dan claim x:4 category=art wait=60000 -> dan waiting !draw=*\n"
        "0 bob release x:4 -> bob accepted; dan granted selections=3 draw=docs:0/0:0:1:0 draw=art:0/0:312:0:2\n");
}

Test(S64, whoever_is_denied_hears_what_is_neglected)
{
    play("0 ann offer x:a category=docs , x:b category=code , x:c category=code -> ann accepted\n"
         "0 bob claim x:1 category=docs -> bob granted draw=code:0/0:0:2:0 draw=docs:0/0:156:1:1\n"
         "0 cat claim x:1 category=docs -> cat denied held advice=pivot selections=1 draw=code:0/0:0:2:0 "
         "draw=docs:0/0:156:1:1\n"
         "0 cat claim x:1 -> cat denied held advice=create draw=code:0/0:0:2:0 !draw=docs*\n"
         "0 cat claim x:1 category=unknown -> cat denied held draw=code:0/0:0:2:0 !draw=unknown*\n"
         "0 cat claim x:1/**x -> cat denied bad_request !draw=*\n"
         "0 bob next category=code -> bob granted category=code selections=2 draw=docs:0/0:156:1:1 "
         "draw=code:0/0:156:1:1\n"
         "0 ann offer x:z category=zero -> ann accepted\n0 ann withdraw x:z\n"
         "0 bob next category=none -> bob denied drained draw=docs* !draw=code*\n"
         "0 dan claim x:1 category=code wait=60000 -> dan waiting\n"
         "0 bob done x:1 -> bob accepted; dan denied already_done draw=docs* draw=code*\n"
         "0 ann withdraw x:a x:b x:c\n0 ann claim x:1 category=new -> ann denied already_done draw=zero:0/0:0:0:0\n");
}

Test(S64, nothing_is_told_or_kept_where_nothing_was_ever_offered)
{
    play("0 bob claim x:1 category=docs -> bob granted !selections=* !draw=*\n"
         "0 cat claim x:1 category=docs -> cat denied held !draw=* !supply=*\n"
         "0 cat next -> cat denied drained !draw=* !supply=*\n"
         "0 ann query steer -> ann report !selections=* !draw=*\n");
}
