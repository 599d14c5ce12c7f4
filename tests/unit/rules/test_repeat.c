/* Repeats, rows, floors, fading, and how lost claims are explained. INV-3, R6-R10, R12, R24-R27 of S. */
#include <criterion/criterion.h>

#include "tests/unit/rules/play.h"

Test(INV_3, the_same_id_gets_the_same_answer_and_changes_nothing)
{
    play("0 ann:1 claim x:a ttl=10000 -> ann granted !repeat\n"
         "5000 ann:1 claim x:a ttl=10000 -> ann granted repeat first=1 live x:a#1 until=10000\n"
         "6000 ann renew x:a -> ann accepted\n"
         "7000 ann:1 claim x:zzz -> ann granted repeat first=1 live x:a#1 until=16000\n"
         "16000 ann:1 claim x:a -> ann ended; ann granted repeat gone gone=expired x:a#1 until=10000\n");
}

Test(INV_3, a_repeated_denial_is_the_denial_and_counts_nothing)
{
    play("0 ann claim x:a ttl=120000\n"
         "0 bob:1 claim x:a -> bob denied held advice=wait\n"
         "0 ann release x:a\n"
         "1 bob:1 claim x:a -> bob denied held advice=wait repeat first=2 holder=ann\n"
         "2 cat claim x:a -> cat granted\n"
         "2 bob claim x:a -> bob denied held advice=create\n");
}

Test(S25, a_waiting_claim_repeated_shows_todays_lease_and_then_its_final)
{
    play("0 ann claim x:a\n"
         "0 bob:1 claim x:a wait -> bob waiting deadline=600000 lease=180000\n"
         "1000 bob:2 renew ?1 -> bob accepted item=waiter item_until=181000\n"
         "1000 bob:1 claim x:a wait -> bob waiting !final repeat first=2 deadline=600000 lease=181000 holder=ann\n"
         "2000 ann release x:a -> ann accepted; bob granted\n"
         "2000 bob:1 claim x:a wait -> bob granted final repeat live x:a#2\n");
}

Test(R10, a_repeated_grant_says_how_it_ended)
{
    play("0 ann:1 claim x:a x:b\n"
         "0 ann:2 claim x:c\n"
         "0 ann:3 claim x:d\n"
         "0 ann:4 release x:a\n"
         "0 ann:1 claim x:a -> ann granted repeat live x:a#1 x:b#1\n"
         "0 ann:5 release x:b\n"
         "0 op revoke x:c reason=enough\n"
         "0 ann:6 handoff x:d code=0123456789abcdef\n"
         "0 bob take 0123456789abcdef\n"
         "0 ann:1 claim x:a -> ann granted gone=closed x:a#1 x:b#1\n"
         "0 ann:2 claim x:a -> ann granted gone=revoked\n"
         "0 ann:3 claim x:a -> ann granted gone=taken\n"
         "0 ann:5 claim x:a -> ann accepted repeat ended=1\n");
}

Test(S25, a_repeated_yours_is_live_while_every_claim_it_named_is)
{
    play("0 ann claim x:a ttl=10000\n"
         "0 ann claim x:b ttl=20000\n"
         "1000 ann@40:1 claim x:a x:b -> ann yours until=11000 until=21000\n"
         "2000 ann renew x:a\n"
         "2000 ann@40:1 claim x:a x:b -> ann yours repeat live x:a#1 until=12000 x:b#2 until=21000\n"
         "12000 ann@40:1 claim x:a x:b -> ann ended; ann yours repeat gone !gone=expired x:a#1 until=11000\n");
}

Test(R6, rows_are_per_client_and_session)
{
    play("0 ann@9:1 claim x:a -> ann granted !repeat\n"
         "0 bob@9:1 claim x:a -> bob denied held !repeat\n"
         "0 ann@8:1 claim x:a -> ann yours !repeat\n");
}

Test(R6, one_client_has_one_unanswered_claim_a_session)
{
    play("0 ann claim x:a\n"
         "0 bob:1 claim x:a wait -> bob waiting\n"
         "0 bob:2 claim x:b -> bob denied bad_request flaw=client\n"
         "0 bob:3 query status -> bob report\n"
         "0 bob@40 claim x:b -> bob granted\n"
         "0 bob:4 cancel ?1 -> bob accepted ended=1; bob denied cancelled\n"
         "0 bob:5 claim x:c -> bob granted\n");
}

Test(R8, the_seventeenth_outcome_evicts_the_lowest_and_raises_the_floor)
{
    play("0 ann:1 claim x:1\n0 ann:2 release x:1\n0 ann:3 claim x:3\n0 ann:4 release x:z\n0 ann:5 release x:z\n"
         "0 ann:6 release x:z\n0 ann:7 release x:z\n0 ann:8 release x:z\n0 ann:9 release x:z\n0 ann:10 release x:z\n"
         "0 ann:11 release x:z\n0 ann:12 release x:z\n0 ann:13 release x:z\n0 ann:14 release x:z\n"
         "0 ann:15 release x:z\n0 ann:16 release x:z\n0 ann:17 release x:z\n"
         "0 ann:1 claim x:1 -> ann granted repeat gone=closed\n"
         "0 ann:18 claim x:18 -> ann granted\n"
         "0 ann:1 claim x:1 -> ann denied forgotten\n"
         "0 ann:2 release x:1 -> ann accepted repeat\n"
         "0 ann:3 claim x:3 -> ann granted repeat live\n"
         "0 ann:19 release x:3 -> ann accepted\n"
         "0 ann:2 release x:1 -> ann denied forgotten\n"
         "0 ann:3 claim x:3 -> ann granted repeat gone=closed\n"
         "0 ann:20 release x:z -> ann denied not_holder\n"
         "0 ann:3 claim x:3 -> ann denied forgotten\n"
         "0 ann:4 release x:z -> ann denied not_holder repeat\n"
         "0 ann:18 claim x:18 -> ann granted repeat live\n"
         "0 ann cancel ?3 -> ann denied forgotten\n");
}

Test(R9, rows_last_row_keep_after_nothing_of_theirs_is_live)
{
    play("0 ann:1 claim x:a ttl=1000000\n"
         "999999 ann:1 claim x:a -> ann granted repeat live\n"
         "1599999 ann:1 claim x:a -> ann ended; ann granted repeat gone\n"
         "1600000 ann:1 claim x:a -> ann granted !repeat x:a#2\n");
    play("0 ann:1 cancel ?9\n"
         "1 ann:2 claim x:a ttl=1000000 -> ann granted\n"
         "1000000 ann:1 cancel ?9 -> ann accepted repeat\n");
}

Test(R9, an_intent_that_waited_keeps_its_outcome_a_day)
{
    play("0 ann claim x:a ttl=1000\n"
         "0 bob:1 claim x:a wait ttl=1000 -> bob waiting\n"
         "1000 tick -> ann ended; bob granted\n"
         "2000 tick -> bob ended\n"
         "86400999 bob query ticket ?1 -> bob granted final repeat gone=expired\n"
         "86401000 bob query ticket ?1 -> bob denied forgotten\n");
}

Test(R11, a_stale_renew_says_how_the_claim_was_lost)
{
    play("0 ann claim x:a ttl=1000\n"
         "0 ann claim x:b\n"
         "0 ann claim x:c\n"
         "0 ann claim x:d\n"
         "1000 ann renew #1 -> ann ended; ann denied stale_token why=expired\n"
         "1000 op revoke #2 reason=enough -> op accepted; ann ended why=revoked words=enough !by\n"
         "1000 ann handoff x:c code=0123456789abcdef\n"
         "1000 bob take 0123456789abcdef -> bob granted x:c#5; ann ended why=taken by=bob\n"
         "1000 ann renew #2 #3 x:c x:d -> ann denied stale_token why=revoked item=stale_token item_why=revoked "
         "item=stale_token item_why=taken item_by=bob item=not_holder item_why=taken item_by=bob item=#4\n"
         "1000 cat renew #3 -> cat denied stale_token !why=taken !by=bob\n"
         "1000 cat query check #3 x:c -> cat denied stale_token why=taken by=bob\n"
         "1000 bob query check #5 x:c -> bob accepted x:c#5\n");
}

Test(S27, how_a_claim_ended_is_told_to_who_lost_it_and_of_its_keys)
{
    play("0 ann claim x:a x:b ttl=1000\n"
         "0 ann claim x:c\n"
         "0 ann release x:a\n"
         "1000 bob renew #1 -> ann ended; bob denied stale_token !why=expired\n"
         "1000 bob claim x:b -> bob granted x:b#3\n"
         "1000 bob done #1=x:b -> bob denied stale_token !why=expired\n"
         "1000 ann renew #1=x:c -> ann denied stale_token !why=expired\n"
         "1000 ann renew #1=x:a -> ann denied stale_token !why=expired\n"
         "1000 ann renew #1=x:b -> ann denied stale_token why=expired\n"
         "1000 bob query check #1 x:b -> bob denied stale_token why=expired\n"
         "1000 bob release x:b -> bob accepted\n"
         "1000 ann claim x:b -> ann granted x:b#4\n"
         "1000 ann renew #1=x:b -> ann denied stale_token !why=expired\n"
         "1000 ann renew #1 -> ann denied stale_token why=expired\n");
}

Test(S27, a_loss_is_forgotten_once_the_key_is_granted_again)
{
    play("0 ann claim x:a ttl=1000\n"
         "1000 ann done x:a -> ann ended; ann denied not_holder why=expired\n"
         "1000 ann claim x:a -> ann granted\n"
         "1000 ann release x:a\n"
         "1000 ann release x:a -> ann denied not_holder !why=expired\n");
}

Test(R12, with_rows_full_claims_are_denied_and_other_verbs_go_unremembered)
{
    play("0 ann:1 claim x:a\n"
         "0 op configure client_rows_max=2 -> op accepted\n"
         "0 bob claim x:b -> bob denied quota why=full\n"
         "0 ann@40 claim x:b -> ann denied quota why=full\n"
         "0 ann@41:1 release x:a -> ann accepted !repeat ended=1\n"
         "0 ann@41:1 release x:a -> ann denied not_holder !repeat\n"
         "0 ann:2 claim x:b -> ann granted\n");
}

Test(S11, with_sessions_full_a_new_sessions_claims_are_denied_and_its_verbs_find_nothing)
{
    play("0 ann claim x:a\n"
         "0 op configure sessions_max=2\n"
         "0 bob claim x:b -> bob denied quota why=full\n"
         "0 bob release x:a -> bob denied not_holder\n"
         "0 bob query status -> bob denied quota why=full\n"
         "0 ann query status -> ann report sessions=2\n"
         "0 ann claim x:b -> ann granted\n");
}

Test(S40, what_passes_the_gate_is_remembered_and_what_is_ill_formed_is_not)
{
    play("0 ann claim x:a\n"
         "0 ann:5 claim x:a x:b -> ann denied bad_request flaw=partial !repeat\n"
         "0 ann:6 claim x:c ttl=604800001 -> ann denied bad_request flaw=ttl !repeat\n"
         "0 ann:7 claim x:c ttl=999 -> ann denied bad_request flaw=ttl !repeat\n"
         "0 ann release x:a\n"
         "0 op configure ttl_max=700000000\n"
         "0 ann:5 claim x:a x:b -> ann denied bad_request flaw=partial repeat\n"
         "0 ann:6 claim x:c ttl=604800001 -> ann denied bad_request flaw=ttl repeat\n"
         "0 ann:7 claim x:c ttl=1000 -> ann granted !repeat\n"
         "0 ann:7 release x:c -> ann granted repeat\n"
         "0 ann:90 cancel ?90 -> ann denied bad_request flaw=target\n");
}

Test(S40, a_cancelled_intent_of_any_remembered_verb_is_denied_when_it_comes)
{
    play("0 ann claim x:a\n"
         "0 ann cancel ?9\n"
         "0 ann:9 release x:a -> ann denied cancelled\n"
         "0 ann renew x:a -> ann accepted\n");
}

Test(S24, an_outcome_that_waits_or_lives_is_never_evicted)
{
    play(
        "0 bob claim x:a\n"
        "0 ann:1 claim x:a wait -> ann waiting\n"
        "0 ann:2 release x:z\n0 ann:3 release x:z\n0 ann:4 release x:z\n0 ann:5 release x:z\n0 ann:6 release x:z\n"
        "0 ann:7 release x:z\n0 ann:8 release x:z\n0 ann:9 release x:z\n0 ann:10 release x:z\n0 ann:11 release x:z\n"
        "0 ann:12 release x:z\n0 ann:13 release x:z\n0 ann:14 release x:z\n0 ann:15 release x:z\n0 ann:16 release x:z\n"
        "0 ann:17 release x:z\n0 ann:18 release x:z\n"
        "0 ann:1 claim x:a wait -> ann waiting repeat first=2\n"
        "0 ann:2 release x:z -> ann denied forgotten\n"
        "0 bob release x:a -> bob accepted; ann granted\n"
        "0 ann:19 query status\n0 ann:20 release x:z\n0 ann:21 release x:z\n"
        "0 ann:1 claim x:a wait -> ann granted repeat live\n"
        "0 ann:3 release x:z -> ann denied forgotten\n"
        "0 ann:5 release x:z -> ann denied not_holder repeat\n");
}

Test(R7, queries_and_renews_are_not_remembered_and_all_else_is)
{
    play("0 ann:1 claim x:a -> ann granted\n"
         "0 ann:2 query status -> ann report !repeat\n"
         "0 ann:2 query status -> ann report !repeat\n"
         "0 ann:3 renew x:a -> ann accepted\n"
         "0 ann:3 claim x:b -> ann granted !repeat\n"
         "0 ann:4 handoff x:b code=0123456789abcdef -> ann accepted\n"
         "0 ann:4 handoff x:b code=0123456789abcdef -> ann accepted repeat\n"
         "0 bob:1 take 0123456789abcdef -> bob granted; ann ended\n"
         "0 bob:1 take 0123456789abcdef -> bob granted repeat\n"
         "0 ann:5 release x:a -> ann accepted\n"
         "0 ann:5 release x:a -> ann accepted repeat\n"
         "0 ann:6 cancel ?90 -> ann accepted\n"
         "0 ann:6 cancel ?90 -> ann accepted repeat\n"
         "0 op:1 revoke x:b reason=no -> op accepted; bob ended\n"
         "0 op:1 revoke x:b reason=no -> op accepted repeat\n"
         "0 op:2 configure -> op accepted\n"
         "0 op:2 configure -> op accepted repeat\n"
         "0 op:3 seal to=there -> op accepted\n"
         "0 op:3 seal to=there -> op accepted repeat\n");
}

Test(R8, a_live_claim_or_waiter_answers_for_its_own_id_whatever_was_given_up)
{
    play("0 ann claim x:w\n"
         "0 bob:1 claim x:1 -> bob granted\n"
         "0 bob:2 claim x:w wait -> bob waiting\n"
         "0 bob:3 cancel ?30\n0 bob:4 cancel ?31\n0 bob:5 cancel ?32\n0 bob:6 cancel ?33\n0 bob:7 cancel ?34\n"
         "0 bob:8 cancel ?35\n0 bob:9 cancel ?36\n0 bob:10 cancel ?37\n0 bob:11 cancel ?38\n0 bob:12 cancel ?39\n"
         "0 bob:13 cancel ?40\n0 bob:14 cancel ?41\n0 bob:15 cancel ?42\n0 bob:16 cancel ?43\n"
         "0 bob:3 release x:1 -> bob denied forgotten\n"
         "0 bob:1 claim x:1 -> bob granted repeat live\n"
         "0 bob:2 claim x:w -> bob waiting repeat\n");
}

Test(R14, a_cancel_that_took_effect_replaces_its_targets_outcome)
{
    play("0 ann:1 claim x:a -> ann granted\n"
         "0 ann:2 cancel ?1 -> ann accepted ended=1\n"
         "0 ann:1 claim x:a -> ann denied cancelled repeat\n"
         "0 ann query ticket ?1 -> ann denied cancelled repeat\n"
         "0 bob claim x:a -> bob granted\n");
}

Test(R10, a_repeat_says_whether_the_grant_is_alive_and_what_lease_is_left)
{
    play("0 ann:1 claim x:a ttl=10000 -> ann granted until=10000\n"
         "4000 ann:1 claim x:a ttl=10000 -> ann granted repeat live until=10000 now=4000\n"
         "5000 ann renew x:a\n"
         "6000 ann:1 claim x:a ttl=10000 -> ann granted repeat live until=15000 now=6000\n"
         "15000 ann:1 claim x:a ttl=10000 -> ann ended; ann granted repeat gone gone=expired until=10000\n");
}

Test(R9, rows_and_tombstones_last_for_row_keep)
{
    play("0 ann:1 cancel ?5\n"
         "599999 ann:5 claim x:a -> ann denied cancelled\n"
         "1199998 ann:5 claim x:a -> ann denied cancelled repeat\n"
         "1199999 ann:5 claim x:a -> ann granted !repeat\n");
}

Test(R11, a_wait_that_ends_by_its_lease_or_a_revoke_says_which)
{
    play("0 ann claim x:a ttl=7200000\n"
         "0 bob claim x:a wait=60000 lease=1000\n"
         "0 cat claim x:a wait=1000 lease=60000\n"
         "0 dan claim x:a wait\n"
         "1000 tick -> bob denied deadline why=lease final; cat denied deadline final !why=lease\n"
         "1000 op revoke session=dan reason=no -> op accepted ended=1; dan denied cancelled why=revoked final "
         "words=no\n");
}

Test(S24, the_lowest_outcome_that_is_neither_waiting_nor_live_is_given_up)
{
    play("0 ann:2 claim x:a -> ann granted\n"
         "0 ann:1 cancel ?60\n0 ann:3 cancel ?61\n0 ann:4 cancel ?62\n0 ann:5 cancel ?63\n0 ann:6 cancel ?64\n"
         "0 ann:7 cancel ?65\n0 ann:8 cancel ?66\n0 ann:8 cancel ?66 -> ann accepted repeat\n"
         "0 ann:1 cancel ?60 -> ann accepted repeat\n"
         "0 ann:9 cancel ?67 -> ann accepted\n"
         "0 ann:1 cancel ?60 -> ann accepted repeat\n"
         "0 ann:10 cancel ?68 -> ann accepted\n"
         "0 ann:1 cancel ?60 -> ann denied forgotten\n"
         "0 ann:2 claim x:a -> ann granted repeat live\n"
         "0 ann:3 cancel ?61 -> ann denied forgotten\n"
         "0 ann:4 cancel ?62 -> ann accepted repeat\n");
}

Test(S39, times_that_policy_gave_are_not_changed_by_a_later_one)
{
    play("0 ann claim x:a x:b ttl=1000\n"
         "0 bob:1 claim x:a wait=500\n"
         "0 ann done x:b\n"
         "500 tick -> bob denied deadline\n"
         "500 op configure waited_keep=0 done_ttl=0 ttl_default=1000\n"
         "86399999 bob query ticket ?1 -> ann ended; bob denied deadline repeat\n"
         "86399999 cat claim x:b -> cat denied already_done\n"
         "86400000 cat claim x:b -> cat granted ttl=1000\n");
}
