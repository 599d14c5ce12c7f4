/* claim without waiting: yours, sets, any-of, shared, subtrees, done-memory, limits, advice. R5, R22-R28, R31, R34. */
#include <criterion/criterion.h>

#include "tests/unit/rules/play.h"

Test(claim, second_session_is_denied_and_told_who_what_since_and_how_long)
{
    play(
        "1000 ann claim x:a ttl=60000 about=work ref=pr1 origin=host -> ann granted final x:a#1 until=61000 ttl=60000\n"
        "2000 bob claim x:a -> bob denied held advice=wait final holder=ann on=x:a token=1 since=1000 expires=61000 "
        "holder_about=work ref=pr1 origin=host queue=0\n");
}

Test(claim, tokens_only_grow_inv2)
{
    play("0 ann claim x:a -> ann granted x:a#1\n"
         "0 ann release x:a\n"
         "0 ann claim x:a -> ann granted x:a#2\n"
         "0 ann release #1 -> ann denied stale_token\n"
         "0 bob release #2 -> bob denied not_holder\n"
         "0 bob release #9 -> bob denied stale_token\n"
         "0 ann renew #1 -> ann denied stale_token item=stale_token\n"
         "0 bob claim x:a -> bob denied held token=2\n");
}

Test(claim, a_set_is_granted_whole_or_not_at_all_inv4)
{
    play("0 ann claim x:b\n"
         "0 bob claim x:a x:b x:c -> bob denied held holder=ann on=x:b\n"
         "0 cat claim x:a x:c -> cat granted x:a#2 x:c#2\n");
}

Test(claim, shared_goes_with_shared_and_not_with_exclusive_inv1)
{
    play("0 ann claim x:a shared -> ann granted\n"
         "0 bob claim x:a shared -> bob granted x:a#2\n"
         "0 cat claim x:a -> cat denied held holder=ann token=1\n"
         "0 ann release x:a\n"
         "0 cat claim x:a -> cat denied held holder=bob token=2\n"
         "0 bob release x:a\n"
         "0 cat claim x:a -> cat granted\n"
         "0 bob claim x:a shared -> bob denied held\n");
}

Test(claim, a_subtree_holds_all_below_it_and_the_root_itself_r26)
{
    play("0 ann claim x:f/** -> ann granted x:f/**#1\n"
         "0 bob claim x:f/g -> bob denied held on=x:f/g\n"
         "0 bob claim x:f -> bob denied held\n"
         "0 bob claim x:f/g/** -> bob denied held\n"
         "0 bob claim x:fg -> bob granted\n"
         "0 cat claim x:** -> cat denied bad_request flaw=key_glob\n"
         "0 ann done x:f/** -> ann denied bad_request flaw=subtree_done\n"
         "0 ann release x:f/** -> ann accepted ended=1\n"
         "0 bob claim x:f/g -> bob granted\n"
         "0 ann claim x:f/** -> ann denied held holder=bob on=x:f/**\n");
}

Test(claim, equal_and_nested_keys_are_merged_r26)
{
    play("0 ann claim github:o/r#5 https://github.com/O/r/issues/5 -> ann granted github:o/r#5#1 !github:o/r#5#2\n"
         "0 bob claim x:f/g x:f/** x:f -> bob granted x:f/**#2 ttl=3600000\n"
         "0 bob release all -> bob accepted ended=1\n");
}

Test(claim, a_repository_subtree_is_warned_that_it_does_not_reach_its_issues_r26)
{
    play("0 ann claim github:o/r/** -> ann granted warn=subtree_series\n"
         "0 bob claim github:o/r#5 -> bob granted !warn=subtree_series\n"
         "0 cat claim github:o/r/src/** -> cat denied held !warn=subtree_series\n");
}

Test(claim, a_key_with_the_sessions_whole_name_is_warned)
{
    play("0 worker-12 claim task:fix-Worker-12-today -> worker-12 granted warn=session_in_key\n"
         "0 worker-12 claim task:worker-123 -> worker-12 granted !warn=session_in_key\n"
         "0 short claim task:short -> short granted !warn=session_in_key\n");
}

Test(claim, ones_own_is_yours_same_token_lease_renewed_and_never_granted)
{
    play("0 ann claim x:a ttl=10000 -> ann granted\n"
         "5000 ann@40 claim x:a -> ann yours final x:a#1 until=15000 ttl=10000\n"
         "6000 ann@40 claim x:a ttl=2000 -> ann yours until=15000 ttl=10000\n"
         "7000 ann@40 claim x:a ttl=30000 -> ann yours until=37000 ttl=30000\n"
         "8000 ann renew x:a -> ann accepted item=#1 item_until=38000\n");
}

Test(claim, fresh_takes_ones_own_session_for_a_stranger_r25)
{
    play("0 ann claim x:a\n"
         "0 ann@40 claim x:a fresh -> ann denied held warn=waits_on_self holder=ann\n"
         "0 ann@40 claim x:b shared -> ann granted x:b#2\n"
         "0 ann@40 claim x:b shared fresh -> ann granted x:b#3\n"
         "0 ann renew x:b ttl=7200000 -> ann accepted item=#2 item_until=7200000\n"
         "0 ann release x:b -> ann denied bad_request flaw=ambiguous\n"
         "0 ann release #3 -> ann accepted ended=1\n"
         "0 ann release x:b -> ann accepted ended=1\n");
}

Test(claim, all_of_ones_own_by_several_claims_or_under_subtrees_is_yours_r23)
{
    play("0 ann claim x:a ttl=10000\n"
         "0 ann claim x:f/** ttl=20000\n"
         "1000 ann claim x:a x:f/g -> ann yours x:a#1 until=11000 x:f/g#2 until=21000 ttl=10000\n");
}

Test(claim, partly_ones_own_or_in_another_mode_is_a_bad_request_r23)
{
    play("0 ann claim x:b x:f/g\n"
         "0 ann claim x:a x:b -> ann denied bad_request flaw=partial at=1\n"
         "0 ann claim x:f/** -> ann denied bad_request flaw=partial at=0\n"
         "0 ann claim x:c x:b shared -> ann denied bad_request flaw=mode at=1\n"
         "0 ann claim x:a -> ann granted\n");
}

Test(claim, any_of_takes_ones_own_first_then_the_first_free_one_r24)
{
    play("0 ann claim x:c\n"
         "0 bob claim x:a\n"
         "0 ann claim x:a x:b x:c any -> ann yours x:c#1\n"
         "0 ann claim x:a x:b x:c any fresh -> ann granted x:b#3\n"
         "0 ann claim x:c x:a any shared -> ann denied held warn=waits_on_self holder=ann on=x:c\n");
}

Test(claim, a_mixed_any_of_is_held_before_queued_before_done_r5)
{
    play("0 ann claim x:d\n"
         "0 ann done x:d result=ok\n"
         "0 ann claim x:h x:q0\n"
         "0 bob claim x:q0 x:q wait\n"
         "0 cat claim x:d x:q x:h any -> cat denied held on=x:h\n"
         "0 cat claim x:d x:q any -> cat denied queued holder=bob on=x:q since=0\n"
         "0 cat claim x:d any -> cat denied already_done on=x:d result=ok\n");
}

Test(claim, a_done_key_is_refused_with_its_result_for_a_day_unless_again)
{
    play("1000 ann claim x:a about=thing ref=pr1\n"
         "2000 ann done x:a result=merged -> ann accepted ended=1\n"
         "3000 bob claim x:a -> bob denied already_done advice=pivot holder=ann on=x:a token=1 since=2000 "
         "expires=86402000 holder_about=thing ref=pr1 queue=0 result=merged\n"
         "3000 bob claim x:b x:a -> bob denied already_done on=x:a\n"
         "3000 bob claim x:f/** -> bob granted\n"
         "3000 bob claim x:a again -> bob granted\n"
         "4000 cat claim x:a -> cat denied already_done\n"
         "86402000 cat claim x:a -> bob ended; bob ended; cat granted\n");
}

Test(claim, abandoned_and_released_leave_no_memory_and_clear_none_r28)
{
    play("0 ann claim x:a\n"
         "0 ann abandon x:a\n"
         "0 ann claim x:a -> ann granted\n"
         "0 ann done x:a\n"
         "0 ann claim x:a again -> ann granted\n"
         "0 ann abandon x:a\n"
         "0 bob claim x:a -> bob denied already_done\n");
}

Test(claim, any_shared_holder_may_mark_done_and_the_last_done_wins_r28)
{
    play("0 ann claim x:a shared\n"
         "0 bob claim x:a shared\n"
         "1000 ann done x:a result=one\n"
         "2000 bob renew x:a -> bob accepted\n"
         "2000 cat claim x:a -> cat denied already_done holder=ann result=one\n"
         "3000 bob done x:a result=two -> bob accepted\n"
         "3000 cat claim x:a -> cat denied already_done holder=bob result=two\n");
}

Test(claim, a_full_done_memory_gives_up_the_entry_soonest_to_end_r12)
{
    play("0 op configure done_max=2\n"
         "0 ann claim x:a x:b x:c\n"
         "1 ann done x:a\n"
         "2 ann done x:b\n"
         "3 ann done x:c\n"
         "3 ann query status -> ann report done=2 evicted=1\n"
         "3 bob claim x:a -> bob granted\n"
         "3 bob claim x:b -> bob denied already_done\n");
}

Test(claim, claims_per_session_is_met_after_everything_else_r5)
{
    play("0 op configure claims_per_session=1\n"
         "0 ann claim x:a -> ann granted\n"
         "0 ann claim x:b -> ann denied quota why=claims advice=wait !holder=ann\n"
         "0 ann claim x:a -> ann yours\n"
         "0 bob claim x:b -> bob granted\n"
         "0 ann claim x:b -> ann denied held\n");
}

Test(claim, configure_below_what_is_live_takes_nothing_away_r32)
{
    play("0 ann claim x:a\n"
         "0 ann claim x:b\n"
         "0 op configure claims_per_session=1 live_claims_max=2 -> op accepted\n"
         "0 ann renew x:a x:b -> ann accepted item=#1 item=#2\n"
         "0 ann claim x:c -> ann denied quota why=claims\n"
         "0 bob claim x:c -> bob denied quota why=full\n");
}

Test(claim, every_new_claim_pays_whatever_its_answer_and_repeats_do_not_r31)
{
    play("0 op configure claims_per_minute=3 queries_per_minute=1\n"
         "0 ann:1 claim x:a -> ann granted\n"
         "0 ann:1 claim x:a -> ann granted repeat\n"
         "0 ann:1 claim x:a -> ann granted repeat\n"
         "0 ann claim x:a -> ann yours\n"
         "0 ann claim x:b -> ann granted\n"
         "0 ann claim x:c -> ann denied quota why=rate\n"
         "0 ann renew x:a -> ann accepted\n"
         "0 ann query status -> ann report\n"
         "0 ann query status -> ann denied quota why=rate\n"
         "19999 ann claim x:c -> ann denied quota\n"
         "20000 ann claim x:c -> ann granted\n"
         "20000 ann claim x:d -> ann denied quota\n");
}

Test(claim, the_second_denial_in_the_window_says_create_and_a_grant_resets_r34)
{
    play("0 ann claim x:a ttl=604800000\n"
         "0 bob claim x:a -> bob denied held advice=pivot\n"
         "1799999 bob claim x:a -> bob denied held advice=create\n"
         "3599998 bob claim x:a -> bob denied held advice=create\n"
         "5399998 bob claim x:a -> bob denied held advice=pivot\n"
         "5400000 bob claim x:b -> bob granted\n"
         "5400000 bob claim x:a -> bob denied held advice=pivot\n"
         "5400000 bob claim x:b -> bob yours\n"
         "5400000 bob claim x:a -> bob denied held advice=create\n");
}

Test(claim, wait_is_advised_when_little_is_left_and_nobody_queues_r34)
{
    play("0 ann claim x:a ttl=120000\n"
         "0 ann claim x:b ttl=120001\n"
         "0 bob claim x:a -> bob denied held advice=wait\n"
         "0 cat claim x:b -> cat denied held advice=pivot\n"
         "0 dan claim x:a wait -> dan waiting advice=wait\n"
         "0 eve claim x:a -> eve denied held advice=pivot queue=1\n");
}

Test(claim, one_name_with_another_secret_is_another_session_and_said_so_r36)
{
    play("0 ann claim x:a\n"
         "0 ann/other claim x:a -> ann denied held warn=same_name holder=ann\n"
         "0 ann/other release #1 -> ann denied not_holder\n"
         "0 bob claim x:a -> bob denied held !warn=same_name\n");
}

Test(claim, a_dry_run_checks_all_and_leaves_only_its_bucket_lower)
{
    play("0 op configure claims_per_minute=3\n"
         "0 ann:1 claim x:a dry ttl=5000 -> ann granted dry x:a#0 until=5000\n"
         "0 ann:1 claim x:a -> ann granted !repeat x:a#1\n"
         "1 bob claim x:a dry wait -> bob denied held dry\n"
         "1 bob claim x:a dry -> bob denied held advice=pivot dry\n"
         "1 ann claim x:a dry -> ann yours dry x:a#1 until=3600001\n"
         "1 ann renew #1 -> ann accepted item_until=3600001\n"
         "1 ann claim x:b -> ann denied quota why=rate\n");
}

Test(claim, bad_forms_are_refused_and_not_remembered)
{
    play("0 ann claim -> ann denied bad_request flaw=no_keys\n"
         "0 ann:5 claim x:a ttl=999 -> ann denied bad_request flaw=ttl\n"
         "0 ann:5 claim x:a ttl=604800001 -> ann denied bad_request flaw=ttl !repeat\n"
         "0 ann claim x:a wait=86400001 -> ann denied bad_request flaw=wait\n"
         "0 ann claim #5 -> ann denied bad_request flaw=key_no_repo\n"
         "0 ann claim file:../up in=github:o/r -> ann denied bad_request flaw=key_escapes\n"
         "0 ann:0 claim x:a -> ann denied bad_request flaw=client\n"
         "0 ann claim x:1 x:2 x:3 x:4 x:5 x:6 x:7 x:8 x:9 wait -> ann denied bad_request flaw=too_many_keys\n"
         "0 ann claim x:1 x:2 x:3 x:4 x:5 x:6 x:7 x:8 x:8 wait -> ann granted\n"
         "0 ann done x:1 reward=10001 -> ann denied bad_request flaw=reward\n"
         "0 ann release -> ann denied bad_request flaw=target\n"
         "0 ann take short -> ann denied bad_request flaw=code\n"
         "0 ann:5 claim x:a -> ann granted !repeat\n");
}
