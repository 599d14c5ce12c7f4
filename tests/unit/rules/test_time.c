/* Log time, order within a record, genesis and bad records: R1-R4, S1-S5, INV-9, INV-10. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "tests/unit/rules/play.h"

Test(R1, a_lease_ends_at_its_own_time_and_lets_in_the_next_then)
{
    play("0 ann claim x:a ttl=5000 -> ann granted x:a#1 until=5000\n"
         "1000 bob claim x:a wait=60000 ttl=4000 -> bob waiting x:a#0\n"
         "2000 cat claim x:a wait=60000 ttl=4000 -> cat waiting\n"
         "90000 tick -> ann ended why=expired !final x:a#1 until=5000 now=5000 ts=5000;"
         "             bob granted final x:a#2 until=9000 now=5000;"
         "             bob ended why=expired now=9000; cat granted x:a#3 until=13000; cat ended now=13000\n");
}

Test(R1, extra_ticks_change_no_answer)
{
    const char *few = "0 ann claim x:a ttl=5000\n1 bob claim x:a wait=60000 ttl=4000\n2 cat claim x:a wait ttl=3000\n"
                      "11000 dan claim x:a wait ttl=9000\n20000 ann claim x:a x:b\n";
    const char *many = "0 ann claim x:a ttl=5000\n1 bob claim x:a wait=60000 ttl=4000\n2 cat claim x:a wait ttl=3000\n"
                       "4999 tick\n5000 tick\n5001 tick\n9000 tick\n10000 tick\n10999 tick\n"
                       "11000 dan claim x:a wait ttl=9000\n12000 tick\n12000 tick\n20000 ann claim x:a x:b\n";
    char *one = play_and_dump(few), *other = play_and_dump(many);
    char *at = strstr(other, "offset="), *end = strstr(one, "offset=");
    cr_assert(at == NULL && end == NULL, "waiters are named by offset: none may be left in this test");
    cr_assert_str_eq(one, other);
    free(one);
    free(other);
}

Test(R4, a_clock_stepped_back_stands_still_and_goes_on)
{
    play("1000 ann claim x:a ttl=5000 -> ann granted until=6000\n"
         "500 bob claim x:a -> bob denied held now=1000 ts=500\n"
         "700 bob claim x:a -> bob denied held now=1200 ts=700\n"
         "5499 bob claim x:a -> bob denied held now=5999\n"
         "5500 bob claim x:a -> ann ended now=6000 ts=5500; bob granted x:a#2\n");
}

Test(R4, a_clock_years_ahead_costs_j_once)
{
    play("0 genesis J=60000\n"
         "0 ann claim x:a ttl=100000 -> ann granted until=100000\n"
         "99999999999 tick -> nothing\n"
         "99999999999 bob claim x:a -> bob denied held now=60000\n"
         "99999999999 tick -> nothing\n"
         "100000039998 tick -> nothing\n"
         "100000039999 tick -> ann ended now=100000\n");
}

Test(R4, t_begins_at_the_ts_of_genesis)
{
    play("5000 genesis\n5000 ann claim x:a ttl=1000 -> ann granted until=6000 now=5000\n");
}

Test(S1, before_genesis_every_record_is_bad_and_after_it_a_second_one_is)
{
    play("5000 genesis J=60000 unknown=1 -> nothing\n"
         "5000 ann claim x:a -> ann denied bad_request flaw=no_genesis\n"
         "5000 tick -> nothing\n"
         "5000 genesis -> nothing\n"
         "5000 genesis J=1 -> nothing\n"
         "5000 ann query status -> ann report bad=4\n"
         "95000 ann claim x:a ttl=1000 -> ann granted now=95000\n");
}

Test(INV_10, bad_records_are_counted_answered_when_they_can_be_and_move_time)
{
    play("0 ann claim x:a ttl=1000\n"
         "500 garbage -> nothing\n"
         "1000 bob flawed 3 -> ann ended; bob denied unsupported flaw=unknown_verb\n"
         "1000 bob flawed 1 -> bob denied bad_request flaw=undecodable\n"
         "1000 bob claim x:a x:* -> bob denied bad_request flaw=key_glob at=1\n"
         "1000 bob query status -> bob report bad=3\n"
         "1000 bob claim x:a -> bob granted\n");
}

Test(R2, at_one_time_waiters_end_first_then_claims_then_memory)
{
    play("0 op configure done_ttl=10000 -> op accepted\n"
         "0 cat claim x:d\n"
         "0 cat done x:d -> cat accepted ended=1\n"
         "0 ann claim x:a ttl=10000\n"
         "0 bob claim x:a wait=10000 -> bob waiting deadline=10000\n"
         "0 dan claim x:a wait=20000 -> dan waiting\n"
         "0 eve claim x:d -> eve denied already_done\n"
         "10000 tick -> bob denied deadline advice=pivot !why=lease now=10000; ann ended now=10000;"
         "              dan granted now=10000\n"
         "10000 eve claim x:d -> eve granted\n");
}

Test(R2, alive_means_t_below_expiry)
{
    play("0 ann claim x:a ttl=1000\n"
         "999 bob claim x:a -> bob denied held\n"
         "1000 bob claim x:a -> ann ended; bob granted\n");
}

Test(R2, in_a_record_first_what_is_due_then_the_answer_then_the_served)
{
    play("0 ann claim x:a ttl=1000\n"
         "0 bob claim x:b\n"
         "0 cat claim x:b wait\n"
         "0 dan claim x:a wait ttl=50000\n"
         "1000 bob release x:b -> ann ended; dan granted x:a#3; bob accepted ended=1; cat granted x:b#4\n");
}

Test(R35, recovered_advances_only_the_token_counter_by_2_to_the_32)
{
    play("0 ann claim x:a\n"
         "0 bob claim x:a wait\n"
         "0 recovered -> nothing\n"
         "0 cat claim x:b -> cat granted x:b#4294967298\n"
         "0 ann release #1 -> ann accepted; bob granted x:a#4294967299\n");
}

Test(R33, idle_sessions_fade_without_a_trace)
{
    play("0 ann query status -> ann report sessions=1\n"
         "1000 bob query status -> bob report sessions=2\n"
         "59999 bob query status -> bob report sessions=2\n"
         "60000 bob query status -> bob report sessions=1\n"
         "60000 cat claim x:a -> cat granted\n"
         "60000 cat release x:a\n"
         "659999 bob query status -> bob report sessions=2 rows=1\n"
         "660000 bob query status -> bob report sessions=1 !rows=1\n");
}

Test(R1, ticks_between_the_records_of_a_queue_change_no_answer)
{
    play("0 ann claim x:a ttl=1000\n"
         "0 bob claim x:a wait ttl=1000 -> bob waiting\n"
         "0 cat claim x:a wait=2500 -> cat waiting deadline=2500\n"
         "500 tick -> nothing\n"
         "1000 tick -> ann ended now=1000; bob granted until=2000\n"
         "1001 tick -> nothing\n"
         "9000 tick -> bob ended now=2000; cat granted until=182000 now=2000\n");
    play("0 ann claim x:a ttl=1000\n"
         "0 bob claim x:a wait ttl=1000 -> bob waiting\n"
         "0 cat claim x:a wait=2500 -> cat waiting deadline=2500\n"
         "9000 tick -> ann ended now=1000; bob granted until=2000; bob ended now=2000; "
         "cat granted until=182000 now=2000\n");
}

Test(R2, decisions_go_due_then_own_then_ended_then_served)
{
    play("0 ann claim x:a ttl=1000\n"
         "0 bob claim x:b\n"
         "0 bob claim x:c\n"
         "0 cat claim x:c wait\n"
         "0 dan claim x:b wait\n"
         "0 eve claim x:a wait\n"
         "1000 op revoke session=bob reason=no -> ann ended; eve granted; op accepted ended=2; bob ended x:b#2; "
         "bob ended x:c#3; cat granted; dan granted\n");
}

Test(R4, a_second_genesis_and_a_record_before_the_first_are_bad)
{
    play("5000 genesis J=0 -> nothing\n"
         "5000 ann claim x:a -> ann denied bad_request flaw=no_genesis final\n"
         "5000 genesis -> nothing\n"
         "5000 genesis claims_per_session=1 -> nothing\n"
         "5000 ann query status -> ann report bad=3\n"
         "5000 ann claim x:a -> ann granted\n"
         "5000 ann claim x:b -> ann granted\n");
}

Test(S1, a_genesis_that_breaks_a_limit_leaves_the_log_without_one)
{
    play("0 genesis claims_per_session=257 -> nothing\n"
         "0 genesis J=0 -> nothing\n"
         "0 ann claim x:a -> ann denied bad_request flaw=no_genesis\n"
         "7000 genesis -> nothing\n"
         "7000 ann claim x:a ttl=1000 -> ann granted until=8000\n"
         "7000 ann query status -> ann report bad=3\n");
}

Test(S3, a_ts_beyond_2_to_the_53_counts_as_the_last_one_below)
{
    play("0 ann claim x:a ttl=604800000\n"
         "18446744073709551615 bob query status -> ann ended; bob report now=9007199254740991 ts=9007199254740991\n"
         "18446744073709551614 bob query status -> bob report now=9007199254740991\n");
}

Test(S3, what_is_due_at_one_time_goes_by_token)
{
    play("0 ann claim x:b ttl=2000\n"
         "0 bob claim x:a ttl=1000\n"
         "0 cat claim x:c ttl=1000\n"
         "0 bob renew x:a ttl=2000\n"
         "2000 tick -> cat ended now=1000; ann ended now=2000; bob ended now=2000\n");
}

Test(S4, tick_and_recovered_are_not_answered)
{
    play("0 tick -> nothing\n0 recovered -> nothing\n0 ann claim x:a -> ann granted x:a#4294967297\n");
}

Test(S38, people_are_shown_the_clock_of_the_log)
{
    play("1000000 genesis J=60000\n"
         "1000000 ann claim x:a ttl=10000 -> ann granted until=1010000 now=1000000 ts=1000000\n"
         "5000000 bob claim x:b -> ann ended now=1010000 ts=4950000; bob granted now=1060000 ts=5000000\n"
         "5000000 bob claim x:c ttl=30000 -> bob granted until=1090000\n"
         "20000 tick -> nothing\n"
         "50000 bob claim x:d -> bob ended now=1090000 ts=50000; bob granted now=1090000 ts=50000\n");
    play("0 ann claim x:a ttl=10000\n"
         "20000 tick -> ann ended now=10000 ts=10000\n");
}

Test(R35, rows_waiters_leases_and_t_run_on_after_a_recovery)
{
    play("0 ann:1 claim x:a ttl=5000\n"
         "0 bob:1 claim x:a wait ttl=5000\n"
         "1000 recovered -> nothing\n"
         "1000 ann:1 claim x:a -> ann granted repeat live x:a#1 until=5000\n"
         "1000 bob query ticket ?1 -> bob waiting repeat lease=180000\n"
         "5000 tick -> ann ended now=5000; bob granted x:a#4294967298 until=10000\n");
}

Test(R33, a_row_stays_while_its_absence_would_change_an_answer)
{
    play("0 genesis row_keep=1000 claims_per_minute=1 denial_window=120000\n"
         "0 ann claim x:a -> ann granted\n"
         "0 ann release x:a\n"
         "30000 ann claim x:a -> ann denied quota why=rate\n"
         "90000 ann claim x:a ttl=604800000 -> ann granted\n"
         "90000 bob claim x:a -> bob denied held advice=pivot\n"
         "209999 bob claim x:a -> bob denied held advice=create\n"
         "269999 ann query status -> ann report sessions=2\n"
         "329999 ann query status -> ann report sessions=1\n"
         "330000 bob claim x:a -> bob denied held advice=pivot\n");
}

/* The numbers of FLAW_UNDECODABLE … FLAW_CLIENT: what reading a record can find. */
Test(INV_10, every_flaw_of_a_record_is_counted_and_answered)
{
    play("0 bob flawed 1 -> bob denied bad_request flaw=undecodable final\n"
         "0 bob flawed 2 -> bob denied unsupported flaw=unknown_field final\n"
         "0 bob flawed 3 -> bob denied unsupported flaw=unknown_verb final\n"
         "0 bob flawed 4 -> bob denied unsupported flaw=newer_format final\n"
         "0 bob flawed 5 -> bob denied bad_request flaw=too_large final\n"
         "0 bob flawed 6 -> bob denied bad_request flaw=session final\n"
         "0 bob flawed 7 -> bob denied bad_request flaw=identity final\n"
         "0 bob flawed 8 -> bob denied bad_request flaw=client final\n"
         "0 bob flawed 31 -> bob denied bad_request flaw=target final\n"
         "0 garbage -> nothing\n"
         "0 ann query status -> ann report sessions=1 !rows=1 bad=10\n");
}

Test(INV_10, a_reserved_or_unknown_verb_is_unsupported_and_stops_nothing)
{
    play("0 ann claim x:a ttl=1000\n"
         "500 bob verb 0 -> bob denied unsupported flaw=unknown_verb\n"
         "500 bob verb 0 -> bob denied unsupported flaw=unknown_verb\n"
         "1000 bob verb 0 -> ann ended; bob denied unsupported flaw=unknown_verb\n"
         "1000 bob query status -> bob report bad=3\n"
         "1000 bob claim x:a -> bob granted\n");
}

Test(S2, a_bad_record_moves_time_and_what_the_core_refuses_is_no_bad_record)
{
    play("0 ann claim x:a ttl=1000\n"
         "1000 garbage -> ann ended now=1000\n"
         "1000 bob claim x:** -> bob denied bad_request flaw=key_glob\n"
         "1000 bob claim -> bob denied bad_request flaw=no_keys\n"
         "1000 bob query status -> bob report bad=1\n");
}

Test(S42, the_end_of_an_import_sets_j_and_a_longer_row_keep)
{
    play("0 genesis J=1000 row_keep=2000\n"
         "0 ann claim x:a ttl=5000 -> ann granted until=5000\n"
         "9000 import end J=60000 row_keep=10000 -> nothing\n"
         "13000 bob claim x:a -> ann ended now=5000; bob granted now=5000\n"
         "22999 bob query status -> bob report sessions=2 rows=2 now=14999\n"
         "23000 bob query status -> bob report rows=1 now=15000\n"
         "23000 import end J=1000 row_keep=5 -> nothing\n"
         "23000 bob release x:a\n"
         "33000 ann query status -> ann report rows=1 now=16000\n");
}

Test(S42, an_import_that_is_no_bare_end_of_the_operators_is_bad)
{
    play("0 genesis J=1000\n"
         "0 import end J=60000 row_keep=1000 forged -> nothing\n"
         "0 import end J=0 row_keep=1000 -> nothing\n"
         "0 import end J=60000 row_keep=31622400001 -> nothing\n"
         "0 import J=60000 row_keep=1000 -> nothing\n"
         "0 import end records=1 J=60000 row_keep=1000 -> nothing\n"
         "0 ann claim x:a ttl=5000 -> ann granted until=5000\n"
         "60000 bob query status -> bob report bad=5 now=1000\n");
}
