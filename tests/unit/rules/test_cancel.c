/* cancel, hand-off and take. R12-R14, R30, S28, S32. */
#include <criterion/criterion.h>

#include "tests/unit/rules/play.h"

Test(S28, cancel_of_a_waiting_claim_takes_it_out_and_lets_in_those_behind_it)
{
    play("0 ann claim x:a shared\n"
         "0 bob:1 claim x:a wait -> bob waiting\n"
         "0 cat claim x:a shared wait -> cat waiting\n"
         "0 bob:2 cancel ?1 -> bob accepted ended=1; bob denied cancelled final !why=revoked; cat granted\n"
         "0 bob:1 claim x:a wait -> bob denied cancelled repeat\n");
}

Test(S29, release_of_all_ends_waits_after_its_own_answer_and_lets_in_those_behind_them)
{
    play("0 ann:1 claim x:a\n"
         "0 bob:1 claim x:b\n"
         "0 bob@7:2 claim x:a wait -> bob waiting\n"
         "0 bob@8:3 claim x:a x:c wait -> bob waiting\n"
         "0 cat claim x:c wait -> cat waiting\n"
         "0 dan claim x:b wait -> dan waiting\n"
         "0 bob:4 release all -> bob accepted ended=3; bob denied cancelled final !why=revoked; "
         "bob denied cancelled final; cat granted x:c#3; dan granted x:b#4\n"
         "0 bob@7:2 claim x:a wait -> bob denied cancelled repeat\n"
         "0 ann release x:a\n"
         "0 eve claim x:a -> eve granted\n"
         "0 bob:5 release all -> bob accepted !ended=1\n");
}

Test(R13, cancel_gives_back_only_what_that_very_intent_was_granted)
{
    play("0 ann:1 claim x:a\n"
         "0 bob claim x:a wait\n"
         "0 ann:2 cancel ?1 -> ann accepted ended=1; bob granted x:a#2\n"
         "0 ann:1 claim x:a -> ann denied cancelled repeat first=3\n"
         "0 ann:3 cancel ?1 -> ann denied not_holder\n"
         "0 ann renew #1 -> ann denied stale_token !why=expired\n");
}

Test(S28, what_was_given_back_is_told_by_its_keys)
{
    play("0 ann:1 claim x:a x:b\n"
         "0 ann release x:a\n"
         "0 ann:9 cancel ?1 -> ann accepted x:b#1 until=0 ended=1 !x:a#1\n"
         "0 ann:9 cancel ?1 -> ann accepted repeat x:b#1 ended=1\n"
         "0 ann:11 cancel ?12 -> ann accepted !x:b#1\n");
}

Test(R13, cancel_does_not_give_back_what_a_later_claim_was_told_yours_on)
{
    play("0 ann:1 claim x:a\n"
         "0 ann renew x:a\n"
         "0 ann@40:1 claim x:a -> ann yours\n"
         "0 ann@40 cancel ?1 -> ann denied not_holder\n"
         "0 ann cancel ?1 -> ann denied not_holder !ended=1\n"
         "0 bob claim x:a -> bob denied held\n");
}

Test(R13, a_renewal_is_no_yes_told)
{
    play("0 ann:1 claim x:a\n"
         "0 ann renew x:a\n"
         "0 ann cancel ?1 -> ann accepted ended=1\n"
         "0 bob claim x:a -> bob granted\n");
}

Test(R12, cancel_before_its_intent_leaves_a_tombstone)
{
    play("0 ann:2 cancel ?1 -> ann accepted !ended=1\n"
         "0 ann:3 cancel ?1 -> ann accepted\n"
         "0 ann:1 claim x:a -> ann denied cancelled !repeat\n"
         "0 ann:1 claim x:a -> ann denied cancelled repeat\n"
         "0 ann:4 cancel ?1 -> ann denied not_holder\n"
         "0 bob claim x:a -> bob granted\n");
}

Test(R5, a_tombstone_goes_before_the_rate_and_pays_nothing)
{
    play("0 op configure claims_per_minute=1\n"
         "0 ann cancel ?9\n"
         "0 ann:9 claim x:a -> ann denied cancelled\n"
         "0 ann claim x:a -> ann granted\n"
         "0 ann claim x:b -> ann denied quota why=rate\n");
}

Test(S28, cancel_of_another_sessions_intent_touches_nothing)
{
    play("0 ann@9:1 claim x:a\n"
         "0 bob@9:2 cancel ?1 -> bob accepted !ended=1\n"
         "0 ann@9:1 claim x:a -> ann granted repeat live\n");
}

Test(R13, cancel_of_a_take_gives_back_the_claim_taken)
{
    play("0 ann claim x:a\n"
         "0 ann handoff x:a code=0123456789abcdef\n"
         "0 bob:1 take 0123456789abcdef -> bob granted; ann ended\n"
         "0 ann cancel ?1 -> ann denied not_holder\n"
         "0 bob:2 cancel ?1 -> bob accepted ended=1\n"
         "0 cat claim x:a -> cat granted\n");
}

Test(R30, a_code_is_good_for_one_take_with_a_new_token_and_a_whole_lease)
{
    play("0 ann claim x:a x:b ttl=10000 about=work -> ann granted\n"
         "1000 ann handoff x:a code=0123456789abcdef -> ann accepted\n"
         "5000 bob take 0123456789abcdef -> bob granted x:a#2 until=15000 x:b#2 until=15000 ttl=10000 about=work;"
         " ann ended why=taken x:a#1 until=10000 x:b#1 by=bob\n"
         "5000 cat take 0123456789abcdef -> cat denied not_holder\n"
         "5000 bob query key x:a -> bob report row=claim/bob/x:a#2\n"
         "5000 bob renew x:a -> bob accepted item=#2\n");
}

Test(R30, a_new_code_replaces_the_old_and_an_empty_one_withdraws_it)
{
    play("0 ann claim x:a\n"
         "0 ann claim x:b\n"
         "0 ann handoff x:a code=0123456789abcdef\n"
         "0 ann handoff x:b code=0123456789abcdef -> ann denied bad_request flaw=code_taken\n"
         "0 ann handoff x:a code=1111111111111111 -> ann accepted\n"
         "0 bob take 0123456789abcdef -> bob denied not_holder\n"
         "0 ann handoff x:a withdraw -> ann accepted\n"
         "0 bob take 1111111111111111 -> bob denied not_holder\n"
         "0 bob handoff #1 code=2222222222222222 -> bob denied not_holder\n"
         "0 bob handoff x:a code=2222222222222222 -> bob denied not_holder\n");
}

Test(R30, quota_leaves_the_code_good_and_ones_own_may_be_taken)
{
    play("0 op configure claims_per_session=1\n"
         "0 ann claim x:a\n"
         "0 bob claim x:b\n"
         "0 ann handoff x:a code=0123456789abcdef\n"
         "0 bob take 0123456789abcdef -> bob denied quota why=claims\n"
         "0 ann@40 take 0123456789abcdef -> ann granted x:a#3; ann ended why=taken by=ann\n"
         "0 ann renew #1 -> ann denied stale_token why=taken by=ann\n"
         "0 ann release x:a -> ann accepted\n"
         "0 ann release x:a -> ann denied not_holder !why=taken\n");
}

Test(R30, take_pays_in_the_claims_bucket_and_resets_denials)
{
    play("0 op configure claims_per_minute=3\n"
         "0 ann claim x:a x:b\n"
         "0 ann handoff x:a code=0123456789abcdef\n"
         "0 bob claim x:a -> bob denied held advice=pivot\n"
         "0 bob take 0123456789abcdef -> bob granted; ann ended\n"
         "0 bob take 0123456789abcdef -> bob denied not_holder\n"
         "0 bob take 0123456789abcdef -> bob denied quota why=rate\n"
         "60000 ann claim x:a -> ann denied held advice=pivot\n");
}

Test(R30, the_code_dies_with_its_claim)
{
    play("0 ann claim x:a ttl=1000\n"
         "0 ann handoff x:a code=0123456789abcdef\n"
         "1000 bob take 0123456789abcdef -> ann ended; bob denied not_holder\n"
         "1000 ann claim x:a\n"
         "1000 bob take 0123456789abcdef -> bob denied not_holder\n");
}
