/* INV-8: each limit, and what is said when it is reached; R12, R16, R32, S7, S8, S11, S18. */
#include <criterion/criterion.h>
#include <stdio.h>

#include "tests/sim/bytes.h"
#include "tests/unit/rules/play.h"

static void play_bytes(struct bytes *script)
{
    play((const char *)script->data);
    bytes_free(script);
}

static void print_times(struct bytes *script, const char *text, int times)
{
    for (int i = 0; i < times; i++)
        bytes_print(script, "%s", text);
}

Test(INV_8, claims_of_a_session)
{
    play("0 op configure claims_per_session=2\n"
         "0 ann claim x:a x:b -> ann granted\n"
         "0 ann claim x:c -> ann granted\n"
         "0 ann claim x:d -> ann denied quota why=claims advice=wait\n"
         "0 ann release x:a -> ann accepted\n"
         "0 ann claim x:d -> ann denied quota why=claims\n"
         "0 ann release x:b -> ann accepted\n"
         "0 ann claim x:d -> ann granted\n");
}

Test(INV_8, live_claims_of_the_store)
{
    play("0 op configure live_claims_max=1\n"
         "0 ann claim x:a -> ann granted\n"
         "0 bob claim x:b -> bob denied quota why=full advice=wait\n"
         "0 bob claim x:a wait -> bob waiting\n"
         "0 ann release x:a -> ann accepted; bob granted\n");
}

Test(INV_8, waiters_of_a_session)
{
    play("0 op configure waiters_per_session=1\n"
         "0 ann claim x:a x:b\n"
         "0 bob claim x:a wait -> bob waiting\n"
         "0 bob@40 claim x:b wait -> bob denied quota why=waiters advice=wait !holder=ann\n"
         "0 cat claim x:b wait -> cat waiting\n");
}

Test(INV_8, waiters_of_a_key)
{
    play("0 op configure waiters_per_key=2\n"
         "0 ann claim x:a x:b shared\n"
         "0 bob claim x:a wait -> bob waiting\n"
         "0 cat claim x:a shared wait -> cat waiting\n"
         "0 dan claim x:b x:a wait -> dan denied queue_full advice=pivot on=x:b queue=0\n"
         "0 eve claim x:b wait -> eve waiting\n");
}

Test(INV_8, sessions_of_the_store)
{
    play("0 op configure sessions_max=2\n"
         "0 ann claim x:a -> ann granted\n"
         "0 bob claim x:b -> bob denied quota why=full advice=wait\n"
         "0 bob take 0123456789abcdef -> bob denied quota why=full\n"
         "0 bob query status -> bob denied quota why=full\n"
         "0 bob release x:a -> bob denied not_holder\n"
         "0 ann query status -> ann report sessions=2\n");
}

Test(INV_8, client_rows_of_the_store)
{
    play("0 op configure client_rows_max=2\n"
         "0 ann claim x:a -> ann granted\n"
         "0 ann@40 claim x:b -> ann denied quota why=full advice=wait\n"
         "0 ann@40 take 0123456789abcdef -> ann denied quota why=full\n"
         "0 ann@40:7 release x:a -> ann accepted\n"
         "0 ann@40:7 release x:a -> ann denied not_holder !repeat\n"
         "0 ann query status -> ann report rows=2\n");
}

Test(INV_8, done_memory_gives_up_the_entry_that_ends_soonest_and_counts_it)
{
    play("0 op configure done_max=2 done_ttl=5000\n"
         "0 ann claim x:a x:b x:c x:d\n"
         "0 ann done x:a\n"
         "0 op configure done_ttl=1000\n"
         "1 ann done x:b\n"
         "2 ann done x:c\n"
         "2 ann query status -> ann report done=2 evicted=1\n"
         "2 bob claim x:b -> bob granted\n"
         "2 bob claim x:a -> bob denied already_done\n"
         "2 bob claim x:c -> bob denied already_done\n");
}

Test(INV_8, keys_of_a_claim)
{
    struct bytes script = {0};
    bytes_print(&script, "0 ann claim");
    for (int i = 0; i < 33; i++)
        bytes_print(&script, " x:%d", i);
    bytes_print(&script, " -> ann denied bad_request flaw=too_many_keys\n0 ann claim");
    for (int i = 0; i < 32; i++)
        bytes_print(&script, " x:%d", i);
    bytes_print(&script, " -> ann granted x:0#1 x:31#1\n"
                         "0 op configure candidates_per_any=2 keys_per_claim=2\n"
                         "0 ann claim y:a y:b y:c any -> ann denied bad_request flaw=too_many_keys\n"
                         "0 ann claim y:a y:a y:a -> ann denied bad_request flaw=too_many_keys\n"
                         "0 ann claim y:a y:b any -> ann granted\n");
    play_bytes(&script);
}

Test(INV_8, keys_of_a_wait)
{
    play("0 op configure keys_per_wait=2\n"
         "0 ann claim x:a x:b x:c wait -> ann denied bad_request flaw=too_many_keys\n"
         "0 ann claim x:a x:b x:c any wait -> ann denied bad_request flaw=too_many_keys\n"
         "0 ann claim x:a x:b x:c wait=0 -> ann granted\n"
         "0 bob claim x:a x:b x:b wait -> bob waiting\n");
}

Test(INV_8, texts_of_a_claim)
{
    struct bytes script = {0};
    bytes_print(&script, "0 op configure about_max=4\n"
                         "0 ann claim x:a about=12345 -> ann denied bad_request flaw=text\n"
                         "0 ann claim x:a about=1234 -> ann granted\n"
                         "0 ann claim x:b ref=");
    print_times(&script, "r", 1025);
    bytes_print(&script, " -> ann denied bad_request flaw=text\n0 ann claim x:b category=");
    print_times(&script, "c", 65);
    bytes_print(&script, " -> ann denied bad_request flaw=text\n0 ann done x:a result=");
    print_times(&script, "d", 2049);
    bytes_print(&script, " -> ann denied bad_request flaw=text\n0 ");
    print_times(&script, "n", 129);
    bytes_print(&script, "@9 claim x:b -> denied bad_request flaw=session\n0 ann claim x:");
    print_times(&script, "k", 399);
    bytes_print(&script, " -> ann denied bad_request flaw=key_long\n");
    play_bytes(&script);
}

Test(INV_8, outcomes_of_a_row)
{
    struct bytes script = {0};
    for (int i = 1; i <= 40; i++)
        bytes_print(&script, "0 ann:%d cancel ?%d -> ann accepted\n", i * 2, i * 2 + 1);
    bytes_print(&script, "0 ann:60 cancel ?61 -> ann denied forgotten\n"
                         "0 ann:61 claim x:a -> ann denied forgotten\n"
                         "0 ann:80 cancel ?81 -> ann accepted repeat\n");
    play_bytes(&script);
}

Test(INV_8, ends_of_one_revoke)
{
    struct bytes script = {0};
    bytes_print(&script, "0 op configure waiters_per_session=64 claims_per_session=256 claims_per_minute=1000\n");
    for (int i = 1; i <= 257; i++)
        bytes_print(&script, "0 w/%d@%d claim x:%d ttl=60000 -> w granted\n", i % 2, 100 + i % 2, i);
    bytes_print(&script, "0 op revoke session=w reason=all -> op accepted ended=256 more");
    print_times(&script, "; w ended why=revoked", 256);
    bytes_print(&script, "\n0 op query status -> op report claims=1\n"
                         "0 op revoke session=w reason=all -> op accepted ended=1 !more; w ended\n");
    play_bytes(&script);
}

Test(INV_8, sessions_that_a_step_of_a_revoke_looks_at)
{
    struct bytes script = {0};
    for (int i = 1; i <= 600; i++) /* of one name, each with a secret of its own */
        bytes_print(&script, "0 w/%d@%d query status -> w report\n", i, 100 + i);
    bytes_print(&script, "0 w/300@400 claim x:a -> w granted\n"
                         "0 op revoke session=w reason=all -> op accepted ended=1 !more; w ended why=revoked x:a#1\n"
                         "0 op revoke session=w reason=all -> op denied not_holder\n");
    cr_assert_geq(play_again((const char *)script.data), 600 / LIMIT_STEP_WORK + 1,
                  "all were looked at in fewer steps");
    bytes_free(&script);
}

Test(R32, a_served_waiter_meets_the_new_limit)
{
    play("0 ann claim x:a\n"
         "0 bob claim x:b\n"
         "0 bob@40 claim x:a wait -> bob waiting\n"
         "0 op configure claims_per_session=1\n"
         "0 ann release x:a -> ann accepted; bob denied quota why=claims\n"
         "0 bob renew x:b -> bob accepted item=#2\n");
}

Test(S8, too_many_keys_to_wait_for_are_refused_whether_or_not_it_would_have_to_wait)
{
    play("0 ann claim x:1 x:2 x:3 x:4 x:5 x:6 x:7 x:8 x:9 wait -> ann denied bad_request flaw=too_many_keys\n"
         "0 ann claim x:1 x:2 x:3 x:4 x:5 x:6 x:7 x:8 x:9 wait dry -> ann denied bad_request flaw=too_many_keys dry\n"
         "0 ann claim x:1 x:2 x:3 x:4 x:5 x:6 x:7 x:8 x:9 -> ann granted\n");
}
