/* Prefixes of trackers: set by configure, and what they make of a bare ENG-5. S43. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "tests/unit/rules/play.h"

Test(S43, a_bare_issue_id_is_of_the_tracker_that_policy_names)
{
    play("0 ann claim eng-5 -> ann granted eng-5#1\n"
         "0 op configure prefix.eng=linear -> op accepted\n"
         "0 bob claim Eng-005 -> bob granted linear:ENG-5#2\n"
         "0 cat claim linear:eng-5 -> cat denied held holder=bob on=linear:ENG-5\n"
         "0 cat claim ENG-5~Review in=o/r -> cat granted linear:ENG-5~review#3\n"
         "0 cat claim OPS-5 -> cat granted OPS-5#4\n"
         "0 op configure prefix.ENG=jira -> op accepted\n"
         "0 dan claim eng-5 -> dan granted jira:ENG-5#5\n"
         "0 op configure prefix.ENG= -> op accepted\n"
         "0 dan claim eng-5 -> dan denied held holder=ann on=eng-5\n");
}

Test(S43, every_verb_that_takes_a_key_knows_the_prefixes)
{
    play("0 op configure prefix.ENG=linear\n"
         "0 ann claim ENG-5 ENG-6 -> ann granted linear:ENG-5#1 linear:ENG-6#1\n"
         "0 ann renew eng-5 -> ann accepted item=#1\n"
         "0 ann renew #1=eng-6 -> ann accepted item=#1\n"
         "0 ann handoff eng-5 code=0123456789abcdef -> ann accepted\n"
         "0 ann query key ENG-5 -> ann report row=claim/ann/linear:ENG-5#1\n"
         "0 ann query check ENG-5 #1 -> ann accepted linear:ENG-5#1\n"
         "0 ann done #1=eng-6 -> ann accepted ended=1\n"
         "0 op revoke eng-5 reason=no -> op accepted ended=1; ann ended linear:ENG-5#1\n"
         "0 bob claim eng-6 -> bob denied already_done on=linear:ENG-6\n");
}

Test(S43, what_was_given_a_key_keeps_it)
{
    play("0 ann claim ENG-5 ttl=10000 -> ann granted ENG-5#1\n"
         "0 bob claim ENG-5 wait -> bob waiting ENG-5#0\n"
         "0 op configure prefix.ENG=linear\n"
         "0 ann done ENG-5 -> ann denied not_holder\n"
         "0 ann done #1 -> ann accepted ENG-5#1 ended=1; bob denied already_done on=ENG-5\n"
         "0 cat claim ENG-5 -> cat granted linear:ENG-5#2\n"
         "0 op configure prefix.ENG=\n"
         "0 cat claim ENG-5 -> cat denied already_done on=ENG-5\n");
}

Test(S43, it_holds_from_the_next_record_on_and_the_later_in_a_record_wins)
{
    play("0 op configure prefix.A=jira prefix.a=linear prefix.B=jira prefix.b= prefix.C= ttl_default=5000 -> op "
         "accepted\n"
         "0 ann claim a-1 b-1 c-1 -> ann granted linear:A-1#1 b-1#1 c-1#1 ttl=5000\n"
         "0 ann query policy -> ann report 1=5000 prefix.A=linear !prefix.B !prefix.C\n");
}

Test(S43, one_that_is_no_prefix_is_refused_before_the_gate_and_changes_nothing)
{
    play("0 op configure ttl_default=5000 prefix.A=jira prefix.=jira -> op denied bad_request flaw=policy_name at=2\n"
         "0 op configure prefix.1A=jira -> op denied bad_request flaw=policy_name at=0\n"
         "0 op configure prefix.A-B=jira -> op denied bad_request flaw=policy_name at=0\n"
         "0 op configure prefix.A23456789012345678901234567890123=jira -> op denied bad_request flaw=policy_name at=0\n"
         "0 op configure prefix.A=Jira -> op denied bad_request flaw=policy_value at=0\n"
         "0 op:50 configure prefix.A=github forged -> op denied bad_request flaw=policy_value at=0\n"
         "0 op:50 configure prefix.Z=jira forged -> op denied forbidden !repeat\n"
         "0 op configure unknown=1 prefix.A=github -> op denied bad_request flaw=policy_name at=0\n"
         "0 op:60 configure unknown=1 prefix.A=jira -> op denied bad_request flaw=policy_name at=0\n"
         "0 op:60 configure prefix.A=jira -> op denied bad_request flaw=policy_name repeat\n"
         "0 ann query policy -> ann report 1=3600000 !prefix\n"
         "0 op configure prefix.A_1=jira prefix.A2345678901234567890123456789012=linear -> op accepted\n"
         "0 ann query policy -> ann report prefix.A2345678901234567890123456789012=linear prefix.A_1=jira\n");
}

Test(S43, only_the_operator_sets_them)
{
    play("0 op configure prefix.ENG=linear forged -> op denied forbidden\n"
         "0 ann claim ENG-5 -> ann granted ENG-5#1\n");
}

/* prefix.P00=jira prefix.P01=jira … */
static size_t add_prefixes(char *out, size_t size, int from, int to)
{
    size_t used = 0;
    for (int i = from; i < to; i++)
        used += (size_t)snprintf(out + used, size - used, " prefix.P%02d=jira", i);
    return used;
}

Test(S43, there_are_32_of_them_at_most)
{
    char script[4096], many[1024];
    add_prefixes(many, sizeof many, 0, 30);
    snprintf(
        script, sizeof script,
        "0 op configure%s -> op accepted\n"
        "0 op configure prefix.Q=jira prefix.R=jira prefix.p05=linear prefix.S=jira prefix.T=jira ttl_default=5000 "
        "-> op denied bad_request flaw=policy_value at=4\n"
        "0 ann claim Q-1 P05-1 -> ann granted Q-1#1 jira:P05-1#1 ttl=3600000\n"
        "0 op configure prefix.Q=jira prefix.R=jira prefix.S=jira prefix.P00= -> op accepted\n"
        "0 op configure prefix.T=jira -> op denied bad_request flaw=policy_value at=0\n"
        "0 op configure prefix.S=linear -> op accepted\n"
        "0 ann claim P00-1 S-1 T-1 -> ann granted P00-1#2 linear:S-1#2 T-1#2\n"
        "0 op configure prefix.Q= prefix.R= prefix.S= prefix.P01= prefix.A=jira prefix.B=jira prefix.C=jira "
        "prefix.D=jira -> op accepted\n"
        "0 op configure prefix.E=jira prefix.E= -> op accepted\n",
        many);
    play(script);
}
