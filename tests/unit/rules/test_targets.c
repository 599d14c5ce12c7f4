/* S66: a category's own target. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "base/limits.h"
#include "tests/sim/bytes.h"
#include "play.h"

/* Five of each, all offered at once, so that nothing but steering decides between them. */
#define FIVE_OF_EACH \
    "0 op configure steer_target=0 claims_per_minute=1000000 -> op accepted\n" \
    "0 ann offer x:1 category=docs , y:1 category=code , x:2 category=docs , y:2 category=code , " \
    "x:3 category=docs , y:3 category=code , x:4 category=docs , y:4 category=code , x:5 category=docs , " \
    "y:5 category=code\n"
#define PICKED(category) "0 bob next -> bob granted category=" category "\n"

Test(S66, a_category_may_have_a_target_of_its_own)
{
    play(FIVE_OF_EACH "0 op configure category=code steer_target=10000 -> op accepted\n" PICKED("code")
             PICKED("code") "0 op configure category=code steer_target=10001 category=docs steer_target=10000 -> op "
                            "accepted\n" PICKED("docs") PICKED("docs")
                                PICKED("docs") "0 op configure category=docs steer_target=0 category=code "
                                               "steer_target=9999 -> op accepted\n" PICKED("code") PICKED("code")
                                                   PICKED("code") PICKED("docs"));
}

Test(S66, the_common_one_holds_for_all_that_have_none)
{
    play("0 ann offer x:a category=docs , x:b category=code -> ann accepted\n"
         "0 op configure steer_target=400 category=docs steer_target=2000 -> op accepted\n"
         "0 ann query steer -> ann report draw=docs:* own_target=docs:2000 draw=code:* !own_target=code*\n"
         "0 op configure steer_target=500 -> op accepted\n"
         "0 ann query steer -> ann report draw=docs:* own_target=docs:2000 draw=code:*\n"
         "0 ann query policy category=docs -> ann report 73=500 73=2000@docs\n"
         "0 ann query policy category=code -> ann report 73=500 !73=*@*\n"
         "0 ann query policy -> ann report 73=500 !73=2000*\n"
         "0 op configure category=docs steer_target=0 -> op accepted\n"
         "0 ann query policy category=docs scope=web -> ann report 73=500 73=0@docs\n"
         "0 op configure category=docs steer_target=10001 -> op accepted\n"
         "0 ann query policy category=docs -> ann report 73=500 !73=0*\n"
         "0 ann query steer -> ann report draw=docs:* draw=code:* !own_target=*\n"
         "0 bob next explain -> bob granted draw=* draw=* !own_target=*\n");
}

Test(S66, one_that_sets_makes_the_category)
{
    play("0 op configure category=gone steer_target=10001 category=new steer_target=500 -> op accepted\n"
         "0 ann query steer -> ann report draw=new:0/0:0:0:0 own_target=new:500 !draw=gone*\n"
         "0 bob next -> bob denied drained !supply=* !draw=*\n"
         "0 bob claim x:d category=new -> bob granted !draw=*\n0 bob done x:d reward=10000 -> bob accepted\n"
         "0 ann offer x:a category=docs -> ann accepted\n"
         "0 ann query steer -> ann report draw=new:1/0:0:0:0 own_target=new:500 draw=docs:0/0:0:1:0\n"
         "0 bob next category=new -> bob denied drained draw=docs:* no=category:1*\n"
         "0 op configure category=new steer_target=10001 -> op accepted\n"
         "0 ann query steer -> ann report draw=new:1/0:0:0:0 draw=docs:0/0:0:1:0 !own_target=*\n");
}

Test(S66, a_new_world_leaves_targets)
{
    struct bytes script = {0};
    bytes_print(&script, "0 op configure claims_per_minute=1000000 category=old steer_target=900\n"
                         "0 ann offer x:a category=docs\n");
    for (int i = 0; i < 24; i++)
        bytes_print(&script, "0 bob claim y:%d category=docs\n0 bob done y:%d reward=%d\n", i, i, i < 12 ? 0 : 10000);
    bytes_print(&script, "0 bob claim z:a category=old\n0 bob done z:a reward=10000\n");
    bytes_print(&script, "0 ann query steer -> ann report draw=old:1/0:* own_target=old:900 draw=docs*\n");
    for (int i = 0; i < 12; i++)
        bytes_print(&script, "0 bob claim w:%d category=docs\n0 bob done w:%d reward=0\n", i, i);
    bytes_print(&script, "0 ann query steer -> ann report draw=old:0/0:* own_target=old:900 draw=docs*\n");
    play((const char *)script.data);
    bytes_free(&script);
}

Test(S66, what_it_may_not_be_changes_nothing)
{
    char script[1500], is_long[66];
    memset(is_long, 'c', sizeof is_long - 1);
    is_long[sizeof is_long - 1] = '\0';
    snprintf(script, sizeof script,
             "0 ann configure forged category=docs steer_target=5 -> ann denied forbidden\n"
             "0 op configure steer_target=7 category=docs steer_gain=5 -> op denied bad_request flaw=policy_name at=1\n"
             "0 op configure steer_target=7 category=docs idea_ask=5 -> op denied bad_request flaw=policy_name at=1\n"
             "0 op configure scope=web category=docs steer_target=5 -> op denied bad_request flaw=policy_name at=0\n"
             "0 op configure scope=web category=docs idea_ask=5 -> op denied bad_request flaw=policy_name at=0\n"
             "0 op configure category=docs steer_target=5 steer_target=10002 -> op denied bad_request "
             "flaw=policy_value at=1\n"
             "0 op configure steer_target=10001 -> op denied bad_request flaw=policy_value at=0\n"
             "0 op configure category=%s steer_target=20000 -> op denied bad_request flaw=policy_value at=0\n"
             "0 op configure category=%s steer_target=10001 -> op denied bad_request flaw=category at=0\n"
             "0 op configure category=a\x01 steer_target=5 -> op denied bad_request flaw=category at=0\n"
             "0 op configure category=%s steer_target=5 -> op accepted\n"
             "0 ann query policy category=%s -> ann denied bad_request flaw=text\n"
             "0 ann query policy category=docs -> ann report 73=310 !73=5* !73=7*\n"
             "0 ann query steer -> ann report !draw=docs* draw=c*\n",
             is_long, is_long, is_long + 1, is_long);
    play(script);
}

Test(S66, a_genesis_with_one_is_bad)
{
    play("0 genesis category=docs steer_target=5\n0 ann claim x:a -> ann denied bad_request flaw=no_genesis\n"
         "0 genesis category=docs steer_target=10001\n0 ann claim x:a -> ann denied bad_request flaw=no_genesis\n"
         "0 genesis steer_target=5\n0 ann claim x:a -> ann granted\n");
}

Test(S66, most_neglected_is_who_is_farthest_below_its_target)
{
    play("0 ann offer x:a category=docs , x:b category=code -> ann accepted\n"
         "0 bob claim x:1 category=docs -> bob granted draw=code:0/0:0* draw=docs:0/0:156*\n"
         "0 cat claim x:1 -> cat denied held draw=code:* !draw=docs*\n"
         "0 op configure category=docs steer_target=466 -> op accepted\n" /* 310 are missing to each */
         "0 cat claim x:1 -> cat denied held draw=docs:* own_target=docs:466 !draw=code*\n"
         "0 op configure category=docs steer_target=465 -> op accepted\n"
         "0 cat claim x:1 -> cat denied held draw=code:* !draw=docs*\n"
         "0 op configure category=docs steer_target=100 category=code steer_target=0 -> op accepted\n"
         "0 cat claim x:1 -> cat denied held draw=code:* own_target=code:0 !draw=docs*\n"
         "0 op configure category=docs steer_target=157 -> op accepted\n"
         "0 cat claim x:1 -> cat denied held draw=docs:* own_target=docs:157 !draw=code*\n");
}

Test(INV_8, own_targets_are_of_at_most_256_categories)
{
    struct bytes script = {0};
    bytes_print(&script, "0 op configure claims_per_minute=1000000\n");
    for (int i = 0; i < LIMIT_CATEGORIES - 1; i++)
        bytes_print(&script, "0 op configure category=c%d steer_target=5 -> op accepted\n", i);
    bytes_print(
        &script,
        "0 op configure category=last steer_target=6 category=more steer_target=7 -> op denied bad_request "
        "flaw=category at=1\n"
        "0 op configure category=last steer_target=6 prefix.ENG=linear scope=web category= idea_ask=5 category=more "
        "scope= steer_target=7 -> op denied bad_request flaw=category at=2\n"
        "0 ann query policy category=last scope=web -> ann report !73=6@last !33=5* !prefix*\n"
        "0 op configure category=last steer_target=6 category=more steer_target=7 steer_target=10002 -> op denied "
        "bad_request flaw=policy_value at=2\n"
        "0 op configure category=last steer_target=6 steer_target=8 category=more steer_target=10001 -> op accepted\n"
        "0 op configure category=more steer_target=7 -> op denied bad_request flaw=category at=0\n"
        "0 op configure category=c7 steer_target=9 category=more steer_target=10001 -> op accepted\n"
        "0 ann query policy category=c7 -> ann report 73=310 73=9@c7\n"
        "0 ann offer x:a category=more -> ann accepted\n"
        "0 ann query policy category=more -> ann report 73=310 !73=8*\n"
        "0 bob next explain -> bob granted x:a#* category=more draw=last:* own_target=last:8\n");
    play((const char *)script.data);
    bytes_free(&script);
}
