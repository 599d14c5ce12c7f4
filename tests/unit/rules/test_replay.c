/* R3 and INV-9: a record in steps, a log told again. */
#include <criterion/criterion.h>
#include <stdio.h>

#include "tests/sim/bytes.h"
#include "tests/unit/rules/play.h"

enum { CROWD = 300 }; /* more than one step's work */

/* Resumed while what is due happens, after the intent, and among the served. */
Test(R3, a_record_cut_into_steps_goes_on_where_it_stood)
{
    struct bytes script = {0};
    bytes_print(&script, "0 ann claim x:a ttl=5000\n");
    for (int i = 1; i <= CROWD; i++)
        bytes_print(&script, "0 w%d@%d claim x:a shared wait ttl=1000 -> w%d waiting\n", i, i + 100, i);
    bytes_print(&script, "0 bob claim x:a wait lease=60000 -> bob waiting\n5500 tick -> ann ended now=5000");
    for (int i = 1; i <= CROWD; i++)
        bytes_print(&script, "; w%d granted x:a#%d until=6000 now=5000", i, i + 1);
    bytes_print(&script, "\n6000 cat claim x:b -> ");
    for (int i = 1; i < CROWD; i++)
        bytes_print(&script, "w%d ended x:a#%d now=6000; ", i, i + 1);
    bytes_print(&script, "w%d ended; bob granted x:a#302; cat granted x:b#303 now=6000\n", CROWD);
    for (int i = 1; i <= CROWD; i++)
        bytes_print(&script, "6000 w%d@%d claim x:a shared wait ttl=1000 -> w%d waiting\n", i, i + 100, i);
    bytes_print(&script, "6000 bob release x:a -> bob accepted");
    for (int i = 1; i <= CROWD; i++)
        bytes_print(&script, "; w%d granted x:a#%d", i, i + 303);
    bytes_print(&script, "\n");
    cr_assert_geq(play_again((const char *)script.data), 2, "no record took more than a step");
    bytes_free(&script);
}

/* A row of everything that a log may hold. */
Test(INV_9, any_prefix_told_again_gives_the_same_decisions_and_digest)
{
    play_again("1000 genesis J=60000 row_keep=600000 done_ttl=30000\n"
               "1000 ann:1 claim x:a x:f/** ttl=20000 about=work ref=pr origin=host category=fix\n"
               "1100 bob:1 claim x:a wait lease=60000 ttl=20000 about=other\n"
               "1200 cat:1 claim x:f/g x:z any wait\n"
               "1300 dan:1 claim x:a x:q shared wait\n"
               "1400 eve:1 claim x:e -> eve granted\n"
               "1400 eve:1 claim x:e -> eve granted repeat\n"
               "1500 eve:2 handoff x:e code=0123456789abcdef\n"
               "1600 fay:1 take 0123456789abcdef\n"
               "1700 garbage\n"
               "1700 fay flawed 3\n"
               "1800 bob renew ?1\n"
               "1900 fay:2 cancel ?9\n"
               "2000 fay:9 claim x:y\n"
               "900 ann:2 done x:a result=fine\n"
               "22000 tick\n"
               "23000 op configure claims_per_session=1\n"
               "24000 recovered\n"
               "24000 op revoke session=cat reason=why\n"
               "25000 gus:1 claim x:q\n"
               "99999999 tick\n"
               "99999999 op query list held done\n"
               "199999999 op seal to=elsewhere\n"
               "299999999 ann claim x:new -> ann denied sealed\n");
}

Test(INV_9, large_texts_are_told_again_like_the_rest)
{
    struct bytes script = {0};
    bytes_print(&script, "0 op configure about_max=4000 done_ttl=5000\n0 ann claim x:a ttl=1000 about=");
    for (int i = 0; i < 300; i++)
        bytes_print(&script, "0123456789");
    bytes_print(&script, "\n0 bob claim x:a wait ttl=3000 about=");
    for (int i = 0; i < 200; i++)
        bytes_print(&script, "abcdefghij");
    bytes_print(&script, "\n1000 tick -> ann ended; bob granted\n2000 bob done x:a result=");
    for (int i = 0; i < 200; i++)
        bytes_print(&script, "9876543210");
    bytes_print(&script, "\n2000 ann claim x:a -> ann denied already_done\n7000 ann claim x:a -> ann granted\n");
    play_again((const char *)script.data);
    bytes_free(&script);
}
