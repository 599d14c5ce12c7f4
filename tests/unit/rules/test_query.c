/* query: what it shows, in which order, and that it changes nothing. S37. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "tests/unit/rules/play.h"

Test(S37, a_key_shows_its_claims_the_subtrees_over_it_its_waiters_and_who_did_it)
{
    play("0 ann claim x:f/g/h\n"
         "0 ann done x:f/g/h result=ok\n"
         "0 ann claim x:f/** shared\n"
         "0 bob claim x:f/g/** shared\n"
         "0 cat claim x:f/g/h shared again\n"
         "0 dan claim x:f/g/h again wait\n"
         "0 eve query key x:f/g/h -> eve report final row=claim/cat/x:f/g/h#4 row_offset=5 row=claim/ann/x:f/**#2 "
         "row=claim/bob/x:f/g/**#3 row=waiter/dan/x:f/g/h#0 row_offset=6 row=done/ann/x:f/g/h#1 row_offset=2\n"
         "0 eve query key x:f/** -> eve report row=claim/ann/x:f/**#2 !row=claim/bob/x:f/g/**#3\n");
}

Test(S37, check_is_about_the_token_and_the_key_whoever_asks)
{
    play("0 ann claim x:f/** x:a ttl=5000\n"
         "0 bob query check #1 x:f/g -> bob accepted final x:f/g#1 until=5000\n"
         "0 bob query check #1 x:b -> bob denied stale_token !why=expired\n"
         "5000 bob query check #1 x:a -> ann ended; bob denied stale_token why=expired\n");
}

Test(S37, a_list_goes_by_path_plain_before_subtree_then_by_token_then_done)
{
    play("0 ann claim x:b\n"
         "0 ann done x:b\n"
         "0 ann claim x:a/** x:a.c\n"
         "0 bob claim x:a/b shared fresh -> bob denied held\n"
         "0 bob claim x:aa shared\n"
         "0 cat claim x:aa shared\n"
         "0 cat query list held done -> cat report row=claim/ann/x:a/**#2 row=claim/ann/x:a.c#2 row=claim/bob/x:aa#3 "
         "row=claim/cat/x:aa#4 row=done/ann/x:b#1 !more\n"
         "0 cat query list held done session=ann -> cat report row=claim/ann/x:a/**#2 row=claim/ann/x:a.c#2 "
         "row=done/ann/x:b#1 !row=claim/bob/x:aa#3\n"
         "0 cat query list held prefix=x:aa after=x:aa after_token=3 -> cat report row=claim/cat/x:aa#4 "
         "!row=claim/bob/x:aa#3\n"
         "0 cat query list held done after_done -> cat report row=done/ann/x:b#1 !row=claim/ann/x:a.c#2\n"
         "0 cat query list done -> cat report row=done/ann/x:b#1 !row=claim/ann/x:a.c#2\n");
}

Test(S37, the_list_of_waits_is_in_the_order_of_keys_and_then_of_coming)
{
    play("0 ann claim x:a x:b x:c\n"
         "0 bob claim x:b x:a wait -> bob waiting\n"
         "0 cat claim x:a shared wait -> cat waiting\n"
         "0 eve claim x:a wait -> eve waiting\n"
         "0 cat@9 claim x:b any wait -> cat waiting\n"
         "0 dan query list waits -> dan report row=waiter/bob/x:a#0 row=waiter/cat/x:a#0 row=waiter/eve/x:a#0 "
         "row=waiter/bob/x:b#0 "
         "row=waiter/cat/x:b#0 !row=claim/ann/x:a#1\n"
         "0 dan query list waits session=cat -> dan report row=waiter/cat/x:a#0 row=waiter/cat/x:b#0 "
         "!row=waiter/bob/x:a#0\n"
         "0 dan query list held waits prefix=x:c -> dan report row=claim/ann/x:c#1 !row=waiter/cat/x:a#0\n"
         "0 dan query list held waits after_waits after=x:a after_token=2 -> dan report row=waiter/cat/x:a#0 "
         "row=waiter/bob/x:b#0 row=waiter/cat/x:b#0 !row=claim/ann/x:a#1 !row=waiter/bob/x:a#0\n"
         "0 dan query list held -> dan report row=claim/ann/x:a#1 !row=waiter/bob/x:a#0\n");
}

Test(S37, a_list_shows_a_plain_key_before_the_subtree_of_its_name)
{
    play("0 ann claim x:a/** shared\n"
         "0 bob claim x:a shared\n"
         "0 bob query list held -> bob report row=claim/bob/x:a#2 row=claim/ann/x:a/**#1\n"
         "0 bob query list held after=x:a after_token=2 -> bob report row=claim/ann/x:a/**#1 !row=claim/bob/x:a#2\n");
}

Test(S37, a_page_ends_before_its_texts_are_too_many_and_long_ones_are_cut)
{
    char text[301], script[4096];
    memset(text, 'x', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    /* each row: 64 and x:01 and ann and three times 200 bytes; 24 of them are 16,104 bytes, a 25th is too many */
    snprintf(script, sizeof script,
             "0 ann claim x:01 x:02 x:03 x:04 x:05 x:06 x:07 x:08 x:09 x:10 x:11 x:12 x:13 x:14 x:15 x:16 x:17 x:18 "
             "x:19 x:20 x:21 x:22 x:23 x:24 x:25 x:26 about=%s ref=%s origin=%s\n"
             "0 ann query list held -> ann report more row=claim/ann/x:24#1 next=x:24 !row=claim/ann/x:25#1\n",
             text, text, text);
    play(script);
}

Test(S37, a_page_ends_after_64_rows_and_says_where_to_go_on)
{
    play("0 ann claim x:01 x:02 x:03 x:04 x:05 x:06 x:07 x:08 x:09 x:10 x:11 x:12 x:13 x:14 x:15 x:16 x:17 x:18 x:19 "
         "x:20 x:21 x:22 x:23 x:24 x:25 x:26 x:27 x:28 x:29 x:30 x:31 x:32\n"
         "0 ann claim x:33 x:34 x:35 x:36 x:37 x:38 x:39 x:40 x:41 x:42 x:43 x:44 x:45 x:46 x:47 x:48 x:49 x:50 x:51 "
         "x:52 x:53 x:54 x:55 x:56 x:57 x:58 x:59 x:60 x:61 x:62 x:63 x:64\n"
         "0 ann query list held -> ann report row=claim/ann/x:64#2 !more\n"
         "0 ann claim x:65 x:66\n"
         "0 ann query list held -> ann report more row=claim/ann/x:64#2 next=x:64 next_token=2 !row=claim/ann/x:65#3\n"
         "0 ann query list held after=x:64 after_token=2 -> ann report row=claim/ann/x:65#3 row=claim/ann/x:66#3 "
         "!more !row=claim/ann/x:64#2\n");
}

Test(R9, a_ticket_answers_as_a_repeat_would_and_claims_nothing)
{
    play("0 ann:1 claim x:a\n"
         "0 bob:1 claim x:a wait -> bob waiting\n"
         "0 bob query ticket ?1 -> bob waiting final repeat first=2 holder=ann\n"
         "0 ann query ticket ?1 -> ann granted final repeat live x:a#1\n"
         "0 ann query ticket ?7 -> ann denied forgotten\n"
         "0 cat query ticket ?1 -> cat denied forgotten\n");
}

Test(R31, a_query_changes_nothing_but_its_bucket)
{
    play("0 op configure queries_per_minute=2\n"
         "0 ann query status -> ann report sessions=2\n"
         "0 ann query key x:a -> ann report\n"
         "0 ann query key x:a -> ann denied quota why=rate advice=wait\n"
         "0 ann claim x:a -> ann granted\n"
         "30000 ann query key x:a -> ann report row=claim/ann/x:a#1\n");
}

Test(S37, status_counts)
{
    play("0 ann claim x:a\n"
         "0 ann claim x:b\n"
         "0 ann done x:b\n"
         "0 bob claim x:a wait\n"
         "0 garbage\n"
         "0 ann query status -> ann report claims=1 waiters=1 sessions=2 rows=2 done=1 bad=1 last_token=2\n");
}
