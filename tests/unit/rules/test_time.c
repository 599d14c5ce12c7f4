/* Log time, order within a record, genesis and bad records: R1-R4, S1-S5, INV-9, INV-10. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "tests/unit/rules/play.h"

Test(time, a_lease_ends_at_its_own_time_and_lets_in_the_next_then_r1)
{
    play("0 ann claim x:a ttl=5000 -> ann granted x:a#1 until=5000\n"
         "1000 bob claim x:a wait=60000 ttl=4000 -> bob waiting x:a#0\n"
         "2000 cat claim x:a wait=60000 ttl=4000 -> cat waiting\n"
         "90000 tick -> ann ended why=expired !final x:a#1 until=5000 now=5000 ts=5000;"
         "             bob granted final x:a#2 until=9000 now=5000;"
         "             bob ended why=expired now=9000; cat granted x:a#3 until=13000; cat ended now=13000\n");
}

Test(time, extra_ticks_change_no_answer_r1)
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

Test(time, a_clock_stepped_back_stands_still_and_goes_on)
{
    play("1000 ann claim x:a ttl=5000 -> ann granted until=6000\n"
         "500 bob claim x:a -> bob denied held now=1000 ts=500\n"
         "700 bob claim x:a -> bob denied held now=1200 ts=700\n"
         "5499 bob claim x:a -> bob denied held now=5999\n"
         "5500 bob claim x:a -> ann ended now=6000 ts=5500; bob granted x:a#2\n");
}

Test(time, a_clock_years_ahead_costs_j_once)
{
    play("0 genesis J=60000\n"
         "0 ann claim x:a ttl=100000 -> ann granted until=100000\n"
         "99999999999 tick -> nothing\n"
         "99999999999 bob claim x:a -> bob denied held now=60000\n"
         "99999999999 tick -> nothing\n"
         "100000039998 tick -> nothing\n"
         "100000039999 tick -> ann ended now=100000\n");
}

Test(time, t_begins_at_the_ts_of_genesis_r4)
{
    play("5000 genesis\n5000 ann claim x:a ttl=1000 -> ann granted until=6000 now=5000\n");
}

Test(time, before_genesis_every_record_is_bad_and_after_it_a_second_one_is_r4)
{
    play("5000 genesis J=60000 unknown=1 -> nothing\n"
         "5000 ann claim x:a -> ann denied bad_request flaw=no_genesis\n"
         "5000 tick -> nothing\n"
         "5000 genesis -> nothing\n"
         "5000 genesis J=1 -> nothing\n"
         "5000 ann query status -> ann report bad=4\n"
         "95000 ann claim x:a ttl=1000 -> ann granted now=95000\n");
}

Test(time, bad_records_are_counted_answered_when_they_can_be_and_move_time_inv10)
{
    play("0 ann claim x:a ttl=1000\n"
         "500 garbage -> nothing\n"
         "1000 bob mystery -> ann ended; bob denied unsupported flaw=unknown_verb\n"
         "1000 bob broken -> bob denied bad_request flaw=undecodable\n"
         "1000 bob claim x:a x:* -> bob denied bad_request flaw=key_glob at=1\n"
         "1000 bob query status -> bob report bad=3\n"
         "1000 bob claim x:a -> bob granted\n");
}

Test(time, at_one_time_waiters_end_first_then_claims_then_memory_r2)
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

Test(time, alive_means_t_below_expiry_r2)
{
    play("0 ann claim x:a ttl=1000\n"
         "999 bob claim x:a -> bob denied held\n"
         "1000 bob claim x:a -> ann ended; bob granted\n");
}

Test(time, in_a_record_first_what_is_due_then_the_answer_then_the_served_r2)
{
    play("0 ann claim x:a ttl=1000\n"
         "0 bob claim x:b\n"
         "0 cat claim x:b wait\n"
         "0 dan claim x:a wait ttl=50000\n"
         "1000 bob release x:b -> ann ended; dan granted x:a#3; bob accepted ended=1; cat granted x:b#4\n");
}

Test(time, recovered_advances_only_the_token_counter_by_2_to_the_32_r35)
{
    play("0 ann claim x:a\n"
         "0 bob claim x:a wait\n"
         "0 recovered -> nothing\n"
         "0 cat claim x:b -> cat granted x:b#4294967298\n"
         "0 ann release #1 -> ann accepted; bob granted x:a#4294967299\n");
}

Test(time, idle_sessions_fade_without_a_trace_r33)
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
