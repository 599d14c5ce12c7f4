/* Ideas: claims that are like another's are found, and what is done about them. */
#include <criterion/criterion.h>
#include <stdlib.h>

#include "play.h"
#include "tests/sim/bytes.h"

Test(S44, the_same_words_under_another_key_are_denied_and_shown)
{
    play("1000 ann claim x:a ttl=60000 about=fix+the+login+page ref=pr1\n"
         "2000 bob claim x:b about=Fixing+login+pages -> bob denied similar advice=pivot final like=maybe "
         "rival=ann/x:a#1@846 "
         "rival_about=fix+the+login+page\n"
         "2000 bob claim x:c about=Fixing+login+pages dry -> bob denied similar advice=create dry holder=ann on=x:a "
         "token=1 since=1000 expires=61000 holder_about=fix+the+login+page ref=pr1 queue=0\n"
         "2000 eve claim x:b about=write+documentation -> eve granted !rival=* !warn=*\n");
}

Test(S44, an_idea_without_words_is_none)
{
    play("0 op configure idea_ask=100\n"
         "0 ann claim x:y about=of -> ann granted\n0 ann claim x:z about=of -> ann granted\n"
         "0 ann query similar about=zzz -> ann report ask=110\n"
         "0 ann claim x:a about=the+of+and -> ann granted\n"
         "0 bob claim x:b about=the+of+and -> bob granted !rival=*\n"
         "0 ann claim x:c aka=fix+the+login -> ann granted\n"
         "0 bob claim x:d about=fix+the+login -> bob granted !rival=*\n");
}

Test(S44, nobody_is_a_rival_of_oneself_nor_over_a_key_that_is_wanted)
{
    play("0 ann claim x:a shared about=fix+the+login+page\n"
         "0 ann claim x:b about=fix+the+login+page -> ann granted !rival=*\n"
         "0 bob claim x:a shared about=fix+the+login+page -> bob denied similar rival=ann/x:b#2@1000\n"
         "0 ann release x:b\n"
         "0 bob claim x:a shared about=fix+the+login+page -> bob granted !rival=*\n"
         "0 ann/other claim x:c about=fix+the+login+page -> ann denied similar warn=same_name\n");
}

Test(S44, a_scope_is_a_world_of_its_own)
{
    play("0 ann claim x:a scope=web about=fix+the+login+page -> ann granted\n"
         "0 bob claim x:b about=fix+the+login+page -> bob granted !rival=*\n"
         "0 cat claim x:c scope=web about=fix+the+login+page -> cat denied similar rival=ann/x:a#1@1000 !rival=bob*\n");
}

Test(S45, numbers_and_kinds_that_differ_leave_it_to_the_asker)
{
    play("0 ann claim x:a about=bump+openssl+to+3.0.14\n"
         "0 bob claim x:b about=bump+openssl+to+3.0.15 -> bob denied similar like=maybe rival=ann/x:a#1@711\n"
         "0 bob claim x:b about=bump+openssl+to+3.0.14 -> bob denied similar like=same\n"
         "0 op configure idea_deny=700\n"
         "0 bob claim x:b about=bump+openssl+to+3.0.15 -> bob denied similar like=maybe\n"
         "0 bob claim x:b about=bump+openssl+to -> bob denied similar like=maybe\n"
         "0 ann claim x:c about=docs:+rate+limits+of+uploads\n"
         "0 bob claim x:d about=fix:+rate+limits+of+uploads -> bob denied similar like=maybe rival=ann/x:c#2@1000\n"
         "0 bob claim x:d about=rate+limits+of+uploads -> bob denied similar like=same\n"
         "0 bob claim x:d category=docs about=fix:+rate+limits+of+uploads -> bob denied similar like=same\n");
}

Test(S45, thresholds_are_policy_and_may_be_of_one_scope)
{
    play("0 op configure idea_deny=1001 idea_ask=1001 idea_warn=1000 -> op accepted\n"
         "0 ann claim x:a about=fix+the+login+page\n"
         "0 bob claim x:b about=fix+the+login+page -> bob granted warn=similar rival=ann/x:a#1@1000\n"
         "0 op configure idea_warn=1001 -> op accepted\n"
         "0 cat claim x:c about=fix+the+login+page -> cat granted !warn=* !rival=*\n"
         "0 op configure scope=web idea_ask=1000 -> op accepted\n"
         "0 ann claim x:d scope=web about=fix+the+login+page\n"
         "0 bob claim x:e scope=web about=fix+the+login+page -> bob denied similar like=maybe\n"
         "0 bob query policy scope=web -> bob report 33=1001 33=1000\n"
         "0 op configure scope=web ttl_max=5000 -> op denied bad_request flaw=policy_name at=0\n");
}

Test(S45, a_busy_scope_asks_later)
{
    play("0 ann claim x:a about=one\n0 ann query similar about=zzz -> ann report deny=900 ask=450 warn=350\n"
         "0 op configure idea_ask=100\n"
         "0 ann query similar about=zzz -> ann report ask=110\n"
         "0 ann claim x:b about=two\n0 ann claim x:c about=three\n0 ann claim x:d about=four\n"
         "0 ann query similar about=zzz -> ann report ask=200\n"
         "0 op configure idea_rise=0\n"
         "0 ann query similar about=zzz -> ann report ask=100\n");
}

Test(S46, who_says_it_is_not_the_same_gets_it_unless_there_is_a_new_rival)
{
    play("0 ann claim x:a about=fix+the+login+page\n"
         "0 bob claim x:b not=1 about=fix+the+login+page -> bob granted x:b#2 !rival=*\n"
         "0 cat claim x:c not=1 about=fix+the+login+page -> cat denied similar rival=bob/x:b#2@1000 "
         "!rival=ann/x:a#1@1000\n"
         "0 cat claim x:c not=1 not=2 about=fix+the+login+page -> cat granted\n"
         "0 ann handoff x:a code=0123456789abcdef\n0 dan take 0123456789abcdef -> dan granted x:a#4; ann ended\n"
         "0 eve claim x:e not=2 not=3 not=4 about=fix+the+login+page -> eve granted\n"
         "0 fay claim x:f not=2 not=3 not=1 not=5 about=fix+the+login+page -> fay granted\n"
         "0 gus claim x:g not=2 not=3 not=5 not=6 about=fix+the+login+page -> gus denied similar "
         "rival=dan/x:a#4@1000\n");
}

Test(S47, an_idea_lives_while_its_claim_does_or_something_done_remembers_it)
{
    play("0 op configure done_ttl=5000\n"
         "0 ann claim x:a ttl=1000 about=fix+the+login+page\n"
         "1000 bob claim x:b ttl=1000 about=fix+the+login+page -> ann ended; bob granted\n"
         "1000 bob done x:b\n"
         "1000 cat claim x:c about=fix+the+login+page -> cat denied similar rival=bob/x:b#2@1000 finished\n"
         "1000 bob claim x:c about=fix+the+login+page -> bob granted !rival=*\n"
         "1000 bob release x:c\n"
         "6000 cat claim x:c about=fix+the+login+page -> cat granted !rival=*\n"
         "6000 cat release x:c\n"
         "6000 dan claim x:d about=fix+the+login+page -> dan granted\n");
}

Test(S47, a_set_is_one_idea_until_its_last_done_key_fades)
{
    play("0 op configure done_ttl=5000\n"
         "0 ann claim x:a x:b x:c about=fix+the+login+page\n"
         "1000 ann done x:b\n"
         "1000 cat claim x:d about=fix+the+login+page -> cat denied similar rival=ann/x:a#1@1000 !finished\n"
         "2000 ann done x:a\n2000 ann release x:c\n"
         "2000 cat claim x:d about=fix+the+login+page -> cat denied similar rival=ann/x:a#1@1000 finished\n"
         "2000 cat claim x:b again about=fix+the+login+page -> cat granted !rival=*\n2000 cat release x:b\n"
         "6999 cat claim x:d about=fix+the+login+page -> cat denied similar rival=ann/x:a#1@1000 finished\n"
         "7000 cat claim x:d about=fix+the+login+page -> cat granted\n");
}

Test(S48, what_would_wait_is_compared_at_once_and_again_when_its_turn_comes)
{
    play("0 ann claim x:a ttl=60000\n"
         "0 bob claim x:b about=fix+the+login+page\n"
         "0 cat claim x:a wait about=fix+the+login+page -> cat denied similar queue=0 rival=bob/x:b#2@1000\n"
         "0 cat claim x:a about=fix+the+login+page -> cat denied held\n"
         "0 dan claim x:a wait about=write+a+manual -> dan waiting\n"
         "0 eve claim x:e about=write+a+manual\n"
         "0 ann release x:a -> ann accepted; dan denied similar final queue=0 rival=eve/x:e#3@1000\n"
         "0 fay claim x:a -> fay granted\n");
}

Test(S48, a_waiting_any_of_is_compared_with_the_key_it_gets)
{
    play("0 ann claim x:a ttl=60000\n0 ann claim x:b ttl=60000\n"
         "0 bob claim x:c about=fix+the+login+page\n0 bob handoff x:c code=0123456789abcdef\n"
         "0 cat claim x:a x:b x:c any wait about=fix+the+login+page -> cat waiting !rival=*\n"
         "0 ann release x:b -> ann accepted; cat denied similar rival=bob/x:c#3@1000\n");
}

Test(S49, advice_to_create_shows_what_is_near)
{
    play("0 op configure idea_ask=1001 idea_deny=1001 idea_warn=1001\n"
         "0 ann claim x:a about=fix+the+login+page\n0 ann claim x:z\n"
         "0 bob claim x:z about=fix+the+login+form -> bob denied held advice=pivot !rival=*\n"
         "0 bob claim x:z about=fix+the+login+form -> bob denied held advice=create rival=ann/x:a#1@580\n"
         "0 bob claim x:z about=something+else -> bob denied held advice=create !rival=*\n"
         "0 bob claim x:z -> bob denied held advice=create !rival=*\n");
}

Test(S50, a_repeat_shows_the_same_rivals)
{
    play("0 op configure idea_warn=300 idea_ask=1001 idea_deny=1001\n"
         "0 ann claim x:a about=fix+the+login+page\n"
         "0 bob:1 claim x:b about=fix+the+login+page -> bob granted warn=similar rival=ann/x:a#1@1000\n"
         "0 op configure idea_ask=450\n"
         "0 cat:1 claim x:c about=fix+the+login+page -> cat denied similar like=maybe rival=ann/x:a#1@1000 "
         "rival=bob/x:b#2@1000\n"
         "0 ann release x:a\n0 bob release x:b\n"
         "0 bob:1 claim x:b about=fix+the+login+page -> bob granted warn=similar repeat gone rival=ann/x:a#1@1000\n"
         "0 cat:1 claim x:c about=fix+the+login+page -> cat denied similar repeat like=maybe rival=ann/x:a#1@1000 "
         "rival=bob/x:b#2@1000\n");
}

Test(S51, keys_that_are_the_same_are_held_together)
{
    play("0 eve same x:a x:b -> eve accepted\n"
         "0 ann claim x:a ttl=60000 about=one\n"
         "0 ann claim x:b -> ann granted\n0 ann release x:b\n"
         "0 bob claim x:b -> bob denied similar advice=pivot holder=ann on=x:a like=linked "
         "rival=ann/x:a#1@1000 linked\n"
         "0 bob claim x:b not=1 -> bob denied similar like=linked\n"
         "0 bob claim x:b wait -> bob denied similar like=linked\n"
         "0 ann done x:a\n"
         "0 bob claim x:b -> bob denied similar like=linked rival=ann/x:a#1@1000 finished linked\n"
         "0 bob claim x:b again -> bob granted !rival=*\n"
         "0 bob claim x:a again -> bob granted\n");
}

Test(S51, labels_are_for_good_and_do_not_contradict)
{
    play("0 ann same x:a x:b -> ann accepted\n0 ann same x:b x:c -> ann accepted\n"
         "0 ann same x:c x:a -> ann accepted\n"
         "0 ann different x:a x:c -> ann denied bad_request flaw=label_contradicts\n"
         "0 bob different x:c x:d -> bob accepted\n0 bob different x:d x:a -> bob accepted\n"
         "0 bob same x:d x:a -> bob denied bad_request flaw=label_contradicts\n"
         "0 bob same x:e x:f -> bob accepted\n"
         "0 bob same x:d x:e -> bob accepted\n"
         "0 bob same x:f x:b -> bob denied bad_request flaw=label_contradicts\n"
         "0 bob same x:e x:b -> bob denied bad_request flaw=label_contradicts\n"
         "0 bob same x:e x:e -> bob denied bad_request flaw=label\n"
         "0 bob same x:e x:** -> bob denied bad_request flaw=key_glob at=1\n"
         "0 bob:90 same x:p x:q -> bob accepted\n0 bob:90 different x:p x:q -> bob accepted repeat\n");
}

Test(S51, ideas_that_are_different_are_no_rivals)
{
    play("0 eve different x:a x:b -> eve accepted\n"
         "0 ann claim x:a about=fix+the+login+page\n"
         "0 bob claim x:b about=fix+the+login+page -> bob granted !rival=*\n"
         "0 cat claim x:c about=fix+the+login+page -> cat denied similar rival=ann/x:a#1@1000 rival=bob/x:b#2@1000\n");
}

Test(S47, what_is_over_no_longer_counts)
{
    play("0 op configure done_ttl=5000 idea_ask=100\n"
         "0 ann claim x:a ttl=1000 about=one\n0 ann claim x:b ttl=1000 about=two\n"
         "0 ann claim x:c ttl=5000 about=three\n0 ann claim x:d ttl=5000 about=four\n"
         "0 ann query similar about=zzz -> ann report ask=200\n"
         "1000 ann query similar about=zzz -> ann ended; ann ended; ann report ask=155\n"
         "1000 ann done x:c\n1000 ann done x:d\n"
         "1000 ann query similar about=zzz -> ann report ask=155\n"
         "6000 ann query similar about=zzz -> ann report ask=110\n");
}

static void print_labels(struct bytes *script, const char *verb, int count)
{
    for (int i = 1; i <= count; i++)
        bytes_print(script, "%d ann %s x:0 x:%d -> ann accepted\n", i * 10000, verb, i);
}

Test(INV_8, labels_of_a_key_and_of_the_store)
{
    struct bytes script = {0};

    print_labels(&script, "same", 63);
    bytes_print(&script, "700000 ann same x:0 x:64 -> ann denied bad_request flaw=label_full\n"
                         "700000 ann same x:0 x:63 -> ann accepted\n");
    play((char *)script.data);
    free(script.data);
    script = (struct bytes){0};
    print_labels(&script, "different", 256);
    bytes_print(&script, "2700000 ann different x:0 x:257 -> ann denied bad_request flaw=label_full\n"
                         "2700000 ann different x:300 x:257 -> ann accepted\n"
                         "2700000 ann same x:0 x:257 -> ann denied bad_request flaw=label_full\n"
                         "2700000 op configure labels_max=260\n"
                         "2700000 ann same x:300 x:301 -> ann accepted\n"
                         "2700000 ann same x:302 x:301 -> ann denied quota why=full\n"
                         "2700000 ann same x:300 x:301 -> ann accepted\n");
    play((char *)script.data);
    free(script.data);
}

Test(INV_8, scopes_of_the_store)
{
    struct bytes script = {0};

    for (int i = 0; i < 256; i++)
        bytes_print(&script, "0 op configure scope=s%d idea_ask=500 -> op accepted\n", i);
    bytes_print(&script,
                "0 ann claim x:a scope=t about=thing -> ann denied quota why=scopes advice=wait\n"
                "0 ann claim x:a scope=t -> ann granted\n"
                "0 ann claim x:b scope=s7 about=thing -> ann granted\n"
                "0 ann query similar scope=s7 about=thing -> ann report rival=ann/x:b#2@1000 own deny=900 ask=500\n"
                "0 op configure scope=s0 idea_ask=501 scope=u idea_ask=1 -> op denied bad_request flaw=scope at=1\n");
    play((char *)script.data);
    free(script.data);
}

Test(S52, a_query_shows_one_s_own_too)
{
    play("0 ann claim x:a about=fix+the+login+page\n"
         "0 ann query similar about=login+page+fixes -> ann report rival=ann/x:a#1@873 own\n"
         "0 bob query similar about=login+page+fixes -> bob report rival=ann/x:a#1@873 !own deny=900 ask=450 warn=350\n"
         "0 bob query similar about=login+page+fixes x:a -> bob report !rival=*\n"
         "0 bob query similar about=zebra -> bob report !rival=*\n"
         "0 bob query similar -> bob report !rival=*\n");
}
