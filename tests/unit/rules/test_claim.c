/* claim without waiting: yours, sets, any-of, shared, subtrees, done-memory, limits, advice. R5, R22-R28, R31, R34. */
#include <criterion/criterion.h>

#include "tests/unit/rules/play.h"

Test(S15, a_second_session_is_denied_and_told_who_what_since_and_how_long)
{
    play(
        "1000 ann claim x:a ttl=60000 about=work ref=pr1 origin=host -> ann granted final x:a#1 until=61000 ttl=60000\n"
        "2000 bob claim x:a -> bob denied held advice=wait final holder=ann on=x:a token=1 since=1000 expires=61000 "
        "holder_about=work ref=pr1 origin=host queue=0\n");
}

Test(INV_2, tokens_only_grow_and_a_stale_one_changes_nothing)
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

Test(INV_4, a_set_is_granted_whole_or_not_at_all)
{
    play("0 ann claim x:b\n"
         "0 bob claim x:a x:b x:c -> bob denied held holder=ann on=x:b\n"
         "0 cat claim x:a x:c -> cat granted x:a#2 x:c#2\n");
}

Test(INV_1, shared_goes_with_shared_and_not_with_exclusive)
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

Test(INV_1, a_subtree_holds_all_below_it_and_the_root_itself)
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

Test(R26, equal_and_nested_keys_are_merged)
{
    play("0 ann claim github:o/r#5 https://github.com/O/r/issues/5 -> ann granted github:o/r#5#1 !github:o/r#5#2\n"
         "0 bob claim x:f/g x:f/** x:f -> bob granted x:f/**#2 ttl=3600000\n"
         "0 bob release all -> bob accepted ended=1\n");
}

Test(R26, a_repository_subtree_is_warned_that_it_does_not_reach_its_issues)
{
    play("0 ann claim github:o/r/** -> ann granted warn=subtree_series\n"
         "0 bob claim github:o/r#5 -> bob granted !warn=subtree_series\n"
         "0 cat claim github:o/r/src/** -> cat denied held !warn=subtree_series\n");
}

Test(S36, a_key_with_the_sessions_whole_name_is_warned)
{
    play("0 worker-12 claim task:fix-Worker-12-today -> worker-12 granted warn=session_in_key\n"
         "0 worker-12 claim task:worker-123 -> worker-12 granted !warn=session_in_key\n"
         "0 short claim task:short -> short granted !warn=session_in_key\n");
}

Test(S12, ones_own_is_yours_with_its_token_and_a_renewed_lease)
{
    play("0 ann claim x:a ttl=10000 -> ann granted\n"
         "5000 ann@40 claim x:a -> ann yours final x:a#1 until=15000 ttl=10000\n"
         "6000 ann@40 claim x:a ttl=2000 -> ann yours until=15000 ttl=10000\n"
         "7000 ann@40 claim x:a ttl=30000 -> ann yours until=37000 ttl=30000\n"
         "8000 ann renew x:a -> ann accepted item=#1 item_until=38000\n");
}

Test(R25, fresh_takes_ones_own_session_for_a_stranger)
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

Test(R23, all_of_ones_own_by_several_claims_or_under_subtrees_is_yours)
{
    play("0 ann claim x:a ttl=10000\n"
         "0 ann claim x:f/** ttl=20000\n"
         "1000 ann claim x:a x:f/g -> ann yours x:a#1 until=11000 x:f/g#2 until=21000 ttl=10000\n");
}

Test(R23, partly_ones_own_or_in_another_mode_is_a_bad_request)
{
    play("0 ann claim x:b x:f/g\n"
         "0 ann claim x:a x:b -> ann denied bad_request flaw=partial at=1\n"
         "0 ann claim x:f/** -> ann denied bad_request flaw=partial at=0\n"
         "0 ann claim x:c x:b shared -> ann denied bad_request flaw=mode at=1\n"
         "0 ann claim x:a -> ann granted\n");
}

Test(R24, any_of_takes_ones_own_first_then_the_first_free_one)
{
    play("0 ann claim x:c\n"
         "0 bob claim x:a\n"
         "0 ann claim x:a x:b x:c any -> ann yours x:c#1\n"
         "0 ann claim x:a x:b x:c any fresh -> ann granted x:b#3\n"
         "0 ann claim x:c x:a any shared -> ann denied held warn=waits_on_self holder=ann on=x:c\n");
}

Test(R5, a_mixed_any_of_is_held_before_queued_before_done)
{
    play("0 ann claim x:d\n"
         "0 ann done x:d result=ok\n"
         "0 ann claim x:h x:q0\n"
         "0 bob claim x:q0 x:q wait\n"
         "0 cat claim x:d x:q x:h any -> cat denied held on=x:h\n"
         "0 cat claim x:d x:q any -> cat denied queued holder=bob on=x:q since=0\n"
         "0 cat claim x:d any -> cat denied already_done on=x:d result=ok\n");
}

Test(S17, a_done_key_is_refused_with_its_result_for_a_day_unless_again)
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

Test(R28, abandoned_and_released_leave_no_memory_and_clear_none)
{
    play("0 ann claim x:a\n"
         "0 ann abandon x:a\n"
         "0 ann claim x:a -> ann granted\n"
         "0 ann done x:a\n"
         "0 ann claim x:a again -> ann granted\n"
         "0 ann abandon x:a\n"
         "0 bob claim x:a -> bob denied already_done\n");
}

Test(R28, any_shared_holder_may_mark_done_and_the_last_done_wins)
{
    play("0 ann claim x:a shared\n"
         "0 bob claim x:a shared\n"
         "1000 ann done x:a result=one\n"
         "2000 bob renew x:a -> bob accepted\n"
         "2000 cat claim x:a -> cat denied already_done holder=ann result=one\n"
         "3000 bob done x:a result=two -> bob accepted\n"
         "3000 cat claim x:a -> cat denied already_done holder=bob result=two\n");
}

Test(R12, a_full_done_memory_gives_up_the_entry_soonest_to_end)
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

Test(R5, claims_per_session_is_met_after_everything_else)
{
    play("0 op configure claims_per_session=1\n"
         "0 ann claim x:a -> ann granted\n"
         "0 ann claim x:b -> ann denied quota why=claims advice=wait !holder=ann\n"
         "0 ann claim x:a -> ann yours\n"
         "0 bob claim x:b -> bob granted\n"
         "0 ann claim x:b -> ann denied held\n");
}

Test(R32, configure_below_what_is_live_takes_nothing_away)
{
    play("0 ann claim x:a\n"
         "0 ann claim x:b\n"
         "0 op configure claims_per_session=1 live_claims_max=2 -> op accepted\n"
         "1000 ann renew x:a x:b -> ann accepted item=#1 item_until=3601000 item=#2 item_until=3601000\n"
         "1000 ann claim x:c -> ann denied quota why=claims\n"
         "1000 bob claim x:c -> bob denied quota why=full\n");
}

Test(R31, every_new_claim_pays_whatever_its_answer_and_repeats_do_not)
{
    play("0 op configure claims_per_minute=3 queries_per_minute=1\n"
         "0 ann:1 claim x:a -> ann granted\n"
         "0 ann:1 claim x:a -> ann granted repeat\n"
         "0 ann:1 claim x:a -> ann granted repeat\n"
         "0 ann claim x:a -> ann yours\n"
         "0 ann claim x:b -> ann granted\n"
         "0 ann:9 claim x:c -> ann denied quota why=rate retry=20000\n"
         "0 ann:9 claim x:c -> ann denied quota why=rate repeat !retry=20000\n"
         "0 ann renew x:a -> ann accepted\n"
         "0 ann query status -> ann report\n"
         "0 ann query status -> ann denied quota why=rate retry=60000\n"
         "19999 ann claim x:c -> ann denied quota retry=1\n"
         "20000 ann claim x:c -> ann granted\n"
         "20000 ann claim x:d -> ann denied quota\n");
}

Test(R34, the_second_denial_in_the_window_says_create_and_a_grant_resets)
{
    play("0 ann claim x:a ttl=604800000\n"
         "0 bob claim x:z ttl=604800000\n"
         "0 bob claim x:a -> bob denied held advice=pivot\n"
         "1799999 bob claim x:a -> bob denied held advice=create\n"
         "3599998 bob claim x:a -> bob denied held advice=create\n"
         "5399998 bob claim x:a -> bob denied held advice=pivot\n"
         "5400000 bob claim x:b -> bob granted\n"
         "5400000 bob claim x:a -> bob denied held advice=pivot\n"
         "5400000 bob claim x:b -> bob yours\n"
         "5400000 bob claim x:a -> bob denied held advice=create\n");
}

Test(R34, wait_is_advised_when_little_is_left_and_nobody_queues)
{
    play("0 ann claim x:a ttl=120000\n"
         "0 ann claim x:b ttl=120001\n"
         "0 bob claim x:a -> bob denied held advice=wait\n"
         "0 cat claim x:b -> cat denied held advice=pivot\n"
         "0 dan claim x:a wait -> dan waiting advice=wait\n"
         "0 eve claim x:a -> eve denied held advice=pivot queue=1\n");
}

Test(R36, one_name_with_another_secret_is_another_session_and_said_so)
{
    play("0 ann claim x:a\n"
         "0 ann/other claim x:a -> ann denied held warn=same_name holder=ann\n"
         "0 ann/other release #1 -> ann denied not_holder\n"
         "0 bob claim x:a -> bob denied held !warn=same_name\n");
}

Test(S10, a_dry_run_checks_all_and_leaves_only_its_bucket_lower)
{
    play("0 op configure claims_per_minute=3\n"
         "0 ann:1 claim x:a dry ttl=5000 -> ann granted dry x:a#0 until=5000\n"
         "0 ann:1 claim x:a -> ann granted !repeat x:a#1\n"
         "1 bob claim x:a dry wait -> bob denied held dry\n"
         "1 bob:9 claim x:a dry -> bob denied held advice=pivot dry\n"
         "1 bob:9 claim x:a dry -> bob denied held advice=pivot dry !repeat\n"
         "1 ann claim x:a dry -> ann yours dry x:a#1 until=3600001\n"
         "1 ann renew #1 -> ann accepted item_until=3600001\n"
         "1 ann claim x:b -> ann denied quota why=rate\n");
}

Test(S7, bad_forms_are_refused_and_not_remembered)
{
    play("0 ann claim -> ann denied bad_request flaw=no_keys\n"
         "0 ann:5 claim x:a ttl=999 -> ann denied bad_request flaw=ttl\n"
         "0 ann claim x:a ttl=604800001 -> ann denied bad_request flaw=ttl !repeat\n"
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

Test(INV_1, a_subtree_and_what_lies_in_it_never_have_two_holders)
{
    play("0 ann claim x:f/g/h\n"
         "0 bob claim x:f/** -> bob denied held holder=ann on=x:f/**\n"
         "0 bob claim x:f/** shared -> bob denied held\n"
         "0 bob claim x:f/g/** -> bob denied held\n"
         "0 bob claim x:f/g/h/** -> bob denied held\n"
         "0 bob claim x:f/g/h -> bob denied held\n"
         "0 bob claim x:f/g/h/i -> bob granted\n"
         "0 cat claim x:s/** shared -> cat granted\n"
         "0 dan claim x:s/t shared -> dan granted\n"
         "0 eve claim x:s/t -> eve denied held\n"
         "0 eve claim x:s/u -> eve denied held\n");
}

Test(INV_2, who_lost_the_lease_can_neither_renew_nor_close)
{
    play("0 ann claim x:a ttl=1000\n"
         "1000 bob claim x:a -> ann ended; bob granted x:a#2\n"
         "1000 ann renew #1 -> ann denied stale_token why=expired\n"
         "1000 ann done #1 -> ann denied stale_token why=expired\n"
         "1000 ann release #1=x:a -> ann denied stale_token\n"
         "1000 ann handoff #1 code=0123456789abcdef -> ann denied stale_token\n"
         "1000 ann renew #2 -> ann denied not_holder\n"
         "1000 ann done #2 -> ann denied not_holder\n"
         "1000 ann query check #1 x:a -> ann denied stale_token\n"
         "1000 bob query key x:a -> bob report row=claim/bob/x:a#2 !row=done/ann/x:a#1\n");
}

Test(INV_2, a_token_is_not_given_again)
{
    play("0 ann claim x:a -> ann granted x:a#1\n"
         "0 ann handoff x:a code=0123456789abcdef\n"
         "0 bob take 0123456789abcdef -> bob granted x:a#2; ann ended x:a#1\n"
         "0 bob release #2 -> bob accepted\n"
         "0 ann claim x:a -> ann granted x:a#3\n");
}

Test(R5, form_then_repeat_then_rate_then_yours_then_done_then_blocked_then_limits)
{
    play("0 op configure claims_per_minute=6 claims_per_session=1\n"
         "0 ann:1 claim x:a -> ann granted\n"
         "0 ann:1 claim ttl=1 -> ann denied bad_request flaw=no_keys\n"
         "0 ann:2 claim x:a -> ann yours\n"
         "0 bob:1 claim x:b -> bob granted\n"
         "0 bob:2 done x:b\n"
         "0 bob:3 claim x:c -> bob granted\n"
         "0 ann:3 claim x:c x:b -> ann denied already_done\n"
         "0 ann:4 claim x:c x:d -> ann denied held\n"
         "0 ann:5 claim x:d -> ann denied quota why=claims\n"
         "0 ann:6 claim x:d -> ann denied quota why=claims\n"
         "0 ann:7 claim x:a -> ann denied quota why=rate\n"
         "0 ann:1 claim x:a -> ann granted repeat\n"
         "0 ann:8 claim x:a x:** -> ann denied bad_request\n");
}

Test(R36, a_wrong_operators_proof_is_forbidden)
{
    play("0 ann claim x:a\n"
         "0 op revoke x:a reason=no forged -> op denied forbidden\n"
         "0 op configure claims_per_session=1 forged -> op denied forbidden\n"
         "0 op seal to=there forged -> op denied forbidden\n"
         "0 op configure unknown=1 forged -> op denied forbidden\n"
         "0 ann claim x:b -> ann granted\n");
}

Test(S13, in_key_order_another_mode_then_inside_then_partly_covered)
{
    play("0 ann claim x:a\n"
         "0 ann claim x:f/g\n"
         "0 ann claim x:b x:a shared -> ann denied bad_request flaw=mode at=1\n"
         "0 ann claim x:f/** x:a -> ann denied bad_request flaw=partial at=0\n"
         "0 ann claim x:b x:c x:f/g x:a -> ann denied bad_request flaw=partial at=2\n");
}

Test(S14, an_any_of_takes_the_first_free_key_without_memory)
{
    play("0 ann claim x:a\n"
         "0 bob claim x:b\n"
         "0 bob done x:b result=ok\n"
         "0 cat claim x:a x:b x:c x:d any -> cat granted x:c#3 !x:d#3\n"
         "0 dan claim x:b x:a any -> dan denied held on=x:a\n"
         "0 dan claim x:a x:b any again -> dan granted x:b#4\n");
}

Test(S23, advice_for_each_reason)
{
    play("0 ann claim x:a ttl=60000\n"
         "0 bob claim x:a wait=1000 -> bob waiting advice=wait\n"
         "1000 tick -> bob denied deadline advice=pivot\n"
         "1000 bob claim x:a -> bob denied held advice=wait\n"
         "1000 bob claim x:a -> bob denied held advice=create\n"
         "1000 bob release x:a -> bob denied not_holder !advice=wait !advice=pivot !advice=create\n"
         "1000 bob claim -> bob denied bad_request !advice=wait !advice=pivot !advice=create\n"
         "1000 bob@40 claim x:a x:b wait -> bob waiting\n"
         "1000 cat claim x:b -> cat denied queued advice=pivot\n"
         "1000 cat claim x:b -> cat denied queued advice=create\n"
         "1000 op configure claims_per_session=1\n"
         "1000 ann claim x:c -> ann denied quota advice=wait\n");
}

Test(S36, warnings_are_kept_and_a_served_waiter_loses_those_of_its_holder)
{
    play("0 ann claim x:worker-12 ttl=1000\n"
         "0 worker-12 claim x:worker-12 x:b wait=3600000 -> worker-12 waiting warn=session_in_key warn=wait_clamped\n"
         "0 ann/other claim x:worker-12 -> ann denied held warn=same_name\n"
         "0 ann@40 claim x:worker-12 wait fresh -> ann waiting warn=waits_on_self\n"
         "1000 tick -> ann ended; worker-12 granted warn=session_in_key warn=wait_clamped\n"
         "1000 worker-12 release all -> worker-12 accepted; ann granted !warn=waits_on_self\n");
}

Test(R31, a_bucket_holds_a_minutes_worth_at_most)
{
    play("0 op configure claims_per_minute=2\n"
         "0 ann claim x:a ttl=604800000 -> ann granted\n"
         "600000 ann claim x:b -> ann granted\n"
         "600000 ann claim x:c -> ann granted\n"
         "600000 ann claim x:d -> ann denied quota why=rate\n"
         "630000 ann claim x:d -> ann granted\n"
         "630000 ann claim x:e -> ann denied quota why=rate\n");
}

Test(S23, a_deadline_does_not_count)
{
    play("0 ann claim x:a ttl=604800000\n"
         "0 bob claim x:a wait=1000\n"
         "1000 tick -> bob denied deadline\n"
         "1000 bob claim x:a -> bob denied held advice=pivot\n"
         "1000 bob claim x:a -> bob denied held advice=create\n");
}
