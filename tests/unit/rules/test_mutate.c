/* renew, close, revoke, configure, seal. R7, R27, R29, INV-7, S6, S27-S35. */
#include <criterion/criterion.h>

#include "tests/sim/bytes.h"
#include "tests/unit/rules/play.h"

Test(INV_7, renew_keeps_token_and_grant_time_and_never_shortens_unless_asked)
{
    play("1000 ann claim x:a ttl=60000\n"
         "2000 ann renew x:a ttl=10000 -> ann accepted item=#1 item_until=61000\n"
         "3000 ann renew #1 shorten -> ann accepted item=#1 item_until=13000\n"
         "4000 ann renew #1=x:a ttl=20000 shorten -> ann accepted item_until=24000\n"
         "4000 bob claim x:a -> bob denied held token=1 since=1000 expires=24000\n");
}

Test(R29, a_ttl_over_the_longest_is_clamped_and_says_so)
{
    play("0 ann claim x:a\n"
         "0 ann renew x:a ttl=604800001 -> ann accepted warn=ttl_clamped item_until=604800000\n"
         "0 ann renew x:a ttl=1 shorten -> ann accepted !warn=ttl_clamped item_until=1000\n");
}

Test(R29, each_target_is_answered_for_itself)
{
    play("0 ann claim x:a ttl=10000\n"
         "0 bob claim x:b\n"
         "5000 ann renew x:b #2 #1 ?1 ?9 #1=x:c -> ann denied not_holder item=not_holder item=not_holder "
         "item=#1 item_until=15000 item=#1 item=forgotten item=stale_token\n");
}

Test(R7, a_renew_not_above_the_claims_last_changes_nothing_and_shows_what_is)
{
    play("0 ann:1 claim x:a ttl=10000\n"
         "1000 ann:5 renew x:a -> ann accepted item_until=11000\n"
         "2000 ann:5 renew x:a -> ann accepted !repeat item=#1 item_until=11000\n"
         "2000 ann:4 renew x:a ttl=99000 -> ann accepted item_until=11000\n"
         "2000 ann@40:1 renew x:a -> ann accepted item_until=12000\n"
         "3000 ann:2 renew x:a -> ann accepted item_until=13000\n");
}

Test(S31, a_ticket_stands_for_the_wait_or_what_it_was_granted)
{
    play("0 ann claim x:a\n"
         "0 bob:1 claim x:a wait lease=5000 ttl=10000 -> bob waiting lease=5000\n"
         "4000 bob renew ?1 -> bob accepted item=waiter item_until=9000\n"
         "8000 ann release x:a -> ann accepted; bob granted x:a#2 until=18000\n"
         "9000 bob renew ?1 -> bob accepted item=#2 item_until=19000\n"
         "9000 cat renew ?1 -> cat denied forgotten\n"
         "19000 bob renew ?1 -> bob ended; bob denied stale_token why=expired\n");
}

Test(R27, close_by_key_ends_those_keys_alone_and_by_token_all)
{
    play("0 ann claim x:a x:b x:c\n"
         "0 ann release x:a -> ann accepted ended=1\n"
         "0 ann release #1=x:a -> ann denied stale_token\n"
         "0 bob claim x:a -> bob granted\n"
         "0 ann renew #1 -> ann accepted\n"
         "0 ann release #1 x:b -> ann accepted ended=2\n"
         "0 ann renew #1 -> ann denied stale_token !why=expired\n");
}

Test(R27, all_keys_are_ones_own_or_nothing_happens)
{
    play("0 ann claim x:a\n"
         "0 bob claim x:b\n"
         "0 ann release x:a x:b -> ann denied not_holder !ended=1\n"
         "0 ann renew x:a -> ann accepted\n"
         "0 bob claim x:a -> bob denied held\n");
}

Test(S29, a_claim_without_a_key_left_is_over)
{
    play("0 ann:1 claim x:a x:b\n"
         "0 ann release x:b\n"
         "0 ann release x:a\n"
         "0 ann query status -> ann report !claims=1 last_token=1\n"
         "0 ann:1 claim x:a -> ann granted repeat gone=closed\n");
}

Test(S29, all_releases_everything_of_the_session_and_nothing_is_fine)
{
    play("0 ann claim x:a x:b\n"
         "0 ann claim x:c shared\n"
         "0 bob claim x:d\n"
         "0 ann release all -> ann accepted ended=3\n"
         "0 ann release all -> ann accepted !ended=3\n"
         "0 ann done all -> ann denied bad_request flaw=target\n"
         "0 bob renew x:d -> bob accepted\n");
}

Test(S29, done_by_token_with_a_subtree_in_it_is_refused)
{
    play("0 ann claim x:a x:f/**\n"
         "0 ann done #1 -> ann denied bad_request flaw=subtree_done\n"
         "0 ann done x:a -> ann accepted ended=1\n"
         "0 ann abandon #1 -> ann accepted ended=1\n");
}

Test(R31, close_does_not_mind_the_rate)
{
    play("0 op configure claims_per_minute=1\n"
         "0 ann claim x:a -> ann granted\n"
         "0 ann claim x:b -> ann denied quota\n"
         "0 ann release x:a -> ann accepted\n");
}

Test(S34, revoke_breaks_a_claim_with_a_reason_and_only_for_the_operator)
{
    play("0 ann claim x:a\n"
         "0 bob claim x:a wait\n"
         "0 op revoke x:a reason=no forged -> op denied forbidden\n"
         "0 op revoke x:z reason=no -> op denied not_holder\n"
         "0 op revoke x:a -> op denied bad_request flaw=text\n"
         "0 op revoke x:a reason=no -> op accepted ended=1; ann ended why=revoked x:a#1 words=no; bob granted x:a#2\n"
         "0 ann release x:a -> ann denied not_holder why=revoked\n");
}

Test(S34, revoke_of_a_session_ends_its_claims_and_its_waits_by_offset)
{
    play("0 ann claim x:a\n"
         "0 bob claim x:b\n"
         "0 ann claim x:b wait -> ann waiting\n"
         "0 ann/other claim x:c\n"
         "0 op revoke session=ann reason=no -> op accepted ended=3; ann ended x:a#1 words=no;"
         " ann denied cancelled why=revoked words=no; ann ended x:c#3\n"
         "0 op revoke session=ann reason=no -> op denied not_holder\n");
}

Test(S34, of_more_than_256_the_first_by_verifier_are_revoked)
{
    struct bytes script = {0};
    bytes_print(&script, "0 op configure claims_per_session=256 claims_per_minute=1000\n");
    for (int i = 0; i < 390; i++)
        bytes_print(&script, "0 w/%d@%d claim x:%d ttl=60000 -> w granted\n", i % 3, 100 + i % 3, i);
    bytes_print(&script, "0 op revoke session=w reason=all -> op accepted ended=256 more");
    for (int i = 0; i < 256; i++)
        bytes_print(&script, "; w ended");
    bytes_print(&script, "\n" /* w/1 has the lowest verifier, w/0 the next */
                         "0 w/2@102 release all -> w accepted ended=130\n"
                         "0 w/0@100 release all -> w accepted ended=4\n");
    play((const char *)script.data);
    bytes_free(&script);
}

Test(S27, a_revoke_tells_its_reason_to_every_later_refusal)
{
    play("0 ann claim x:a x:b\n"
         "0 ann claim x:c\n"
         "0 op revoke x:a reason=it_hangs -> op accepted; ann ended words=it_hangs\n"
         "0 op revoke x:c reason=stop -> op accepted; ann ended words=stop\n"
         "0 ann:9 done x:b -> ann denied not_holder why=revoked words=it_hangs\n"
         "0 ann:9 done x:b -> ann denied not_holder why=revoked repeat words=it_hangs\n"
         "0 ann release #1 -> ann denied stale_token why=revoked words=it_hangs\n"
         "0 ann renew x:c #1 -> ann denied not_holder why=revoked words=stop item=not_holder item=stale_token\n"
         "0 ann renew #1 x:c -> ann denied stale_token why=revoked words=it_hangs\n"
         "0 ann handoff #1 code=0123456789abcdef -> ann denied stale_token words=it_hangs\n"
         "0 bob query check #1 x:a -> bob denied stale_token words=it_hangs\n"
         "0 ann claim x:a -> ann granted x:a#3\n"
         "0 ann release x:a -> ann accepted\n"
         "0 ann release x:a -> ann denied not_holder !words=it_hangs\n"
         "0 ann release #1 -> ann denied stale_token words=it_hangs\n");
}

Test(S29, what_was_closed_is_told_by_its_keys)
{
    play("0 ann claim x:a x:b\n"
         "0 ann claim x:c\n"
         "0 ann claim x:d\n"
         "0 ann claim x:e\n"
         "0 ann:9 release #1=x:b #1 x:b -> ann accepted x:b#1 until=0 x:a#1 until=0 ended=2\n"
         "0 ann:9 release #1=x:b #1 x:b -> ann accepted repeat x:b#1 x:a#1 ended=2\n"
         "0 ann done x:c -> ann accepted x:c#2 until=0 ended=1\n"
         "0 ann release all -> ann accepted x:d#3 until=0 x:e#4 until=0 ended=2\n"
         "0 ann claim x:f\n"
         "0 ann release #5 #4 -> ann denied stale_token !x:f#5\n");
}

Test(S31, what_was_renewed_by_token_is_told_by_its_keys)
{
    play("0 ann claim x:a x:b\n"
         "0 ann:5 claim x:c\n"
         "0 ann renew #1 ttl=5000000 -> ann accepted x:a#1 until=5000000 x:b#1 until=5000000 item=#1\n"
         "0 ann renew ?5 -> ann accepted x:c#2 item=#2\n"
         "0 ann renew x:c -> ann accepted !x:c#2 item=#2\n"
         "0 ann renew #1 #9 -> ann denied stale_token !x:a#1 item=#1 item=stale_token\n");
}

Test(S32, a_hand_off_by_token_tells_the_keys)
{
    play("0 ann claim x:a x:b\n"
         "0 ann handoff #1 code=0123456789abcdef -> ann accepted x:a#1 x:b#1\n"
         "0 ann handoff x:a code=0123456789abcdef -> ann accepted !x:a#1\n");
}

Test(S35, configure_changes_policy_in_the_log_or_nothing_at_all)
{
    play("0 op configure ttl_default=1000 forged -> op denied forbidden\n"
         "0 op configure ttl_default=1000 unknown=1 -> op denied bad_request flaw=policy_name at=1\n"
         "0 op configure ttl_default=1000 ttl_max=999 -> op denied bad_request flaw=policy_value at=1\n"
         "0 ann claim x:a -> ann granted ttl=3600000\n"
         "0 op configure ttl_default=1000 -> op accepted\n"
         "0 ann claim x:b -> ann granted ttl=1000\n"
         "0 op configure -> op accepted\n"
         "0 ann query policy -> ann report 1=1000 2=604800000 24=2048\n");
}

Test(S6, a_seal_denies_what_would_change_claims_and_says_where_to)
{
    play("0 ann:1 claim x:a ttl=10000\n"
         "0 bob claim x:a wait\n"
         "0 op seal to=elsewhere forged -> op denied forbidden\n"
         "0 op seal to=elsewhere -> op accepted\n"
         "0 ann claim x:b -> ann denied sealed words=elsewhere\n"
         "0 ann renew x:a -> ann denied sealed\n"
         "0 ann release x:a -> ann denied sealed\n"
         "0 op seal to=again -> op denied sealed words=elsewhere\n"
         "0 ann:1 claim x:a -> ann granted repeat live\n"
         "0 ann query check #1 x:a -> ann accepted\n"
         "10000 tick -> ann ended why=expired; bob denied sealed words=elsewhere\n");
}

Test(S34, revoke_tells_in_the_order_of_the_intents_whatever_their_tokens)
{
    play("0 bob claim x:b\n"
         "0 ann claim x:b wait -> ann waiting\n"
         "0 ann@40 claim x:c -> ann granted x:c#2\n"
         "0 bob release x:b -> bob accepted; ann granted x:b#3\n"
         "0 op revoke session=ann reason=no -> op accepted ended=2; ann ended x:b#3; ann ended x:c#2\n");
}

Test(INV_7, neither_yours_nor_a_ticket_changes_token_holder_or_time_of_grant)
{
    play("1000 ann:1 claim x:a ttl=10000 about=first\n"
         "2000 ann@40 claim x:a about=second -> ann yours x:a#1\n"
         "3000 ann renew ?1 -> ann accepted item=#1\n"
         "4000 bob claim x:a -> bob denied held holder=ann token=1 since=1000 holder_about=first\n");
}

Test(R25, by_key_renew_acts_on_both_claims_and_close_asks_for_the_token)
{
    play("0 ann claim x:a shared ttl=10000 -> ann granted x:a#1\n"
         "0 ann@40 claim x:a shared fresh ttl=20000 -> ann granted x:a#2\n"
         "5000 ann renew x:a -> ann accepted item=#1 item_until=15000\n"
         "5000 ann query check #2 x:a -> ann accepted until=25000\n"
         "5000 ann release x:a -> ann denied bad_request flaw=ambiguous\n"
         "5000 ann handoff x:a code=0123456789abcdef -> ann denied bad_request flaw=ambiguous\n"
         "5000 ann release #1 -> ann accepted ended=1\n"
         "5000 ann release x:a -> ann accepted ended=1\n");
}

Test(R29, without_a_ttl_the_claims_own_holds_and_a_given_one_becomes_it)
{
    play("0 ann claim x:a ttl=10000\n"
         "1000 ann renew x:a -> ann accepted item_until=11000\n"
         "2000 ann renew x:a ttl=30000 -> ann accepted item_until=32000\n"
         "3000 ann renew x:a -> ann accepted item_until=33000\n"
         "4000 ann renew x:a ttl=5000 -> ann accepted item_until=33000\n"
         "30000 ann renew x:a -> ann accepted item_until=35000\n");
}

Test(S29, all_targets_are_found_before_any_takes_effect)
{
    play("0 ann claim x:a x:b x:c\n"
         "0 ann release x:a x:a #1=x:a -> ann accepted ended=1\n"
         "0 ann release x:b #9 -> ann denied stale_token\n"
         "0 ann release x:b #1 -> ann accepted ended=2\n"
         "0 ann release #1 -> ann denied stale_token !why=expired\n");
}

Test(S30, memory_is_by_exact_key_and_written_before_waiters_are_looked_at)
{
    play("0 ann claim x:a x:b\n"
         "0 bob claim x:a wait\n"
         "0 cat claim x:b wait\n"
         "0 ann done x:a -> ann accepted ended=1; bob denied already_done\n"
         "0 dan claim x:a/b -> dan granted\n"
         "0 ann done #1 -> ann accepted ended=1; cat denied already_done\n");
}

Test(S32, a_taken_claim_keeps_its_keys_mode_and_texts)
{
    play("0 ann claim x:a shared ttl=10000 about=work ref=pr origin=here\n"
         "0 ann handoff x:a code=0123456789abcdef\n"
         "4000 bob take 0123456789abcdef origin=there -> bob granted final x:a#2 until=14000 ttl=10000 about=work; "
         "ann ended why=taken !final x:a#1 until=10000 by=bob\n"
         "4000 cat claim x:a shared -> cat granted\n"
         "4000 dan claim x:a -> dan denied held holder=bob since=4000 holder_about=work ref=pr origin=there\n");
}

Test(S33, ended_has_the_keys_that_were_left_with_token_and_expiry)
{
    play("0 ann claim x:a x:b ttl=1000\n"
         "0 ann release x:a\n"
         "1000 tick -> ann ended why=expired x:b#1 until=1000 !x:a#1\n"
         "1000 ann claim x:c ttl=1000\n"
         "1000 op revoke #2 reason=no -> op accepted; ann ended why=revoked x:c#2 until=2000 words=no !by=op\n");
}

Test(S35, a_new_policy_holds_for_its_own_records_waiters)
{
    play("0 op configure claims_per_session=1\n"
         "0 ann claim x:a ttl=1000\n"
         "0 bob claim x:b ttl=60000\n"
         "0 bob@40 claim x:a wait -> bob waiting\n"
         "1000 op configure claims_per_session=2 -> ann ended; bob denied quota why=claims; op accepted\n");
}

Test(S31, a_shortened_lease_ends_on_time)
{
    play("0 ann claim x:a ttl=60000\n"
         "1000 ann renew x:a ttl=2000 shorten -> ann accepted item_until=3000\n"
         "2999 tick -> nothing\n"
         "3000 tick -> ann ended until=3000\n");
}
