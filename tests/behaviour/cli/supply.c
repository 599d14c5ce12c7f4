/* Supply and selection from the command line: offer, withdraw, next, supply, steer, exec --next. */
#include "tests/behaviour/cli/cli.h"

#include <stdlib.h>
#include <string.h>

TestSuite(cli_supply, .init = home_begin_as_alice, .fini = home_end);

Test(cli_supply, each_key_has_its_line)
{
    struct ran ran = expect(0, dibs("offer", "https://github.com/o/r/issues/5", "k:1", "--category", "bug"));
    cr_expect_str_eq(ran.out, "github:o/r#5  offered\nk:1  offered\n");
    ran = expect(0, dibs("offer", "k:1", "--about", "new words"));
    cr_expect_str_eq(ran.out, "k:1  updated\n");
    ran = expect(2, dibs("offer", "k:2", ""));
    cr_expect_str_eq(ran.out, "k:2  offered\n");
    expect_err(ran, "  bad_request  a key is empty");
    ran = expect(0, dibs("offer", "k:3", "k:1", "--json"));
    expect_envelopes(ran);
    cr_expect_str_eq(json_text(ran, "answer"), "offered");
    cr_expect_str_eq(json_text(ran, "offered.0.answer"), "offered");
    cr_expect_str_eq(json_text(ran, "offered.1.answer"), "updated");
    cr_expect_str_eq(json_text(ran, "offered.1.key"), "k:1");
    ran = expect(1, dibs("withdraw", "k:1", "k:9"));
    cr_expect_str_eq(ran.out, "k:1  withdrawn\n");
    expect_err(ran, "k:9  not_holder  it is not offered");
    expect(1, dibs("withdraw", "k:3", "--session", "bob"));
}

Test(cli_supply, what_is_offered_is_listed)
{
    expect(0, dibs("offer", "k:1", "--about", "Fix it", "--category", "bug", "--needs", "gpu", "--priority", "9"));
    expect(0, dibs("offer", "k:2", "--after", "k:1", "--expires", "2h"));
    expect(0, dibs("offer", "k:3", "--not-before", "1h", "--session", "bob"));
    struct ran ran = expect(0, dibs("list", "--offered"));
    expect_out(ran, "k:1  ready  priority 9  about: Fix it  category: bug  needs: gpu  offered by: alice\n");
    expect_out(ran, "k:2  blocked by k:1  priority 5  ends in ");
    expect_out(ran, "k:3  not_yet for ");
    ran = expect(0, dibs("list", "--offered", "--json", "k:1"));
    expect_envelopes(ran);
    cr_expect_str_eq(json_text(ran, "kind"), "offer");
    cr_expect_str_eq(json_text(ran, "state"), "ready");
    cr_expect_str_eq(json_text(ran, "needs.0"), "gpu");
    cr_expect_eq(json_number(ran, "priority"), 9);
    cr_expect_str_eq(json_text(expect(0, dibs("list", "--offered", "--json", "k:2")), "blocked_by"), "k:1");
    cr_expect_gt(json_number(expect(0, dibs("list", "--offered", "--json", "--session", "bob")), "until_in_ms"),
                 3500000);
    expect(0, dibs("claim", "k:1"));
    cr_expect_str_eq(json_text(expect(0, dibs("list", "--offered", "--json", "k:1")), "state"), "claimed");
    expect_out(expect(0, dibs("list", "--offered", "--held", "k:1")), "k:1  held by alice");
    cr_expect_null(strstr(expect(0, dibs("list")).out, "k:2"));
}

Test(cli_supply, next_claims_and_says_what_it_is_about)
{
    expect(0, dibs("offer", "k:1", "--about", "Fix the login page", "--category", "bug", "--ref", "https://e.org/1"));
    struct ran ran = expect(0, dibs("next", "--ttl", "5m"));
    cr_expect_eq(strncmp(ran.out, "k:1  granted  token 1  until ", 29), 0, "%s", ran.out);
    expect_out(ran, "\nabout: Fix the login page\ncategory: bug\nref: https://e.org/1\n");
    expect_out(expect(0, dibs("show", "k:1")), "held by alice");
    ran = expect(1, dibs("next", "--session", "bob"));
    expect_silent(ran.out);
    expect_err(ran, "There is nothing to pick for you: 1 is claimed");
    ran = expect(1, dibs("next", "--session", "bob", "--json"));
    expect_envelopes(ran);
    cr_expect_str_eq(json_text(ran, "reason"), "drained");
    cr_expect_str_eq(json_text(ran, "obstacles.0.kind"), "claimed");
    cr_expect_str_eq(json_text(ran, "obstacles.0.key"), "k:1");
    cr_expect_str_eq(json_text(ran, "obstacles.0.by"), "alice");
    cr_expect_str_eq(json_text(ran, "supply.verdict"), "dry");
}

Test(cli_supply, explain_shows_the_draw_the_boost_and_what_decided)
{
    expect(0, dibs("offer", "k:1", "--category", "bug"));
    expect(0, dibs("offer", "k:2", "--category", "docs", "--needs", "gpu"));
    struct ran ran = expect(0, dibs("next", "--explain"));
    expect_out(ran, "chosen: bug  score ");
    expect_out(ran, " + boost ");
    expect_out(ran, "\npicked: offer 1, the best of 1 looked at\n");
    ran = expect(1, dibs("next", "--explain"));
    expect_err(ran, "needs: 1  first k:2  by gpu\n");
    ran = expect(0, dibs("next", "--explain", "--can", "ssd,gpu", "--category", "docs", "--category", "bug", "--json"));
    expect_envelopes(ran);
    cr_expect_str_eq(json_text(ran, "key"), "k:2");
    cr_expect_str_eq(json_text(ran, "draws.0.category"), "docs");
    cr_expect(json_has(ran, "draws.0.score") && json_has(ran, "draws.0.boost") && json_has(ran, "pick.looked"));
}

Test(cli_supply, explain_says_what_a_family_cost)
{
    expect(0, dibs("offer", "github:o/r#1", "github:o/r#2", "github:o/r#3", "github:o/r#4"));
    cr_expect_null(strstr(expect(0, dibs("next", "--explain")).out, "its family"));
    cr_expect_null(strstr(expect(0, dibs("next", "--explain")).out, "its family"));
    expect_out(expect(0, dibs("next", "--explain")),
               "; its family github:o/r cost it 1 step of priority: it has 2 live claims (1)\n");
    struct ran ran = expect(0, dibs("next", "--explain", "--json"));
    cr_expect_eq(json_number(ran, "pick.penalty"), 3);
    cr_expect_str_eq(json_text(ran, "pick.family"), "github:o/r");
    cr_expect_eq(json_number(ran, "pick.family_claims"), 3);
    cr_expect(json_has(ran, "pick.family_saturated"));
    expect(0, dibs("release", "--all"));
    expect(0, dibs("claim", "github:o/r#9", "github:o/r#8", "--category", "other"));
    expect_out(expect(0, dibs("next", "--explain")),
               "; its family github:o/r cost it 2 steps of priority: it has 2 live "
               "claims (1) and 3 or more of the last 5 picks were of it (1)\n");
    expect(0, dibs("release", "--all"));
    expect_out(expect(0, dibs("next", "--explain")),
               "; its family github:o/r cost it 1 step of priority: 3 or more of the last 5 picks were of it (1)\n");
    ran = expect(1, dibs("next", "--can", "x", "--category", "none", "--json"));
    cr_expect_not(json_has(ran, "pick.family"));
    expect(0, run_shell("dibs release --all; dibs claim $(seq -f github:o/r#%.0f 20 37)"));
    expect_out(expect(0, dibs("next", "--explain")), " it has 16 or more live claims (15)");
}

Test(cli_supply, the_exit_code_is_the_verdict)
{
    expect(0, dibs("init", home_path("own")));
    expect(7, dibs("supply"));
    expect(0, dibs("offer", "k:1"));
    struct ran ran = expect(6, dibs("supply"));
    cr_expect_eq(strncmp(ran.out, "thin\ndispatchable: 1\noffers: 1 ", 31), 0, "%s", ran.out);
    expect_err(ran, "Supply is thin: 1 of 1 can be picked");
    ran = expect(6, dibs("supply", "--json"));
    expect_envelopes(ran);
    cr_expect_str_eq(json_text(ran, "supply.verdict"), "thin");
    cr_expect_eq(json_number(ran, "supply.dispatchable"), 1);
    expect(0, dibs("offer", "k:2", "k:3", "k:4", "k:5", "k:6", "k:7", "k:8"));
    expect(0, dibs("supply"));
    expect(0, run_shell("for i in 1 2 3 4 5 6 7 8; do dibs next || exit; done"));
    expect(7, dibs("supply"));
    expect(0, run_shell("for i in 1 2 3 4 5 6 7 8 9 10; do dibs next; done 2>/dev/null; dibs supply; [ $? = 8 ]"));
    expect(4, dibs("supply", "--store", home_path("nowhere")));
}

Test(cli_supply, steer_shows_each_category)
{
    expect(0, dibs("offer", "k:1", "--category", "bug"));
    expect(0, run_shell("dibs next && dibs done k:1 --reward 1"));
    struct ran ran = expect(0, dibs("steer"));
    expect_out(ran, "selections: 1\nplateau: no");
    expect_out(ran, "\nbug  share ");
    expect_out(ran, "(1 good, 0 not)");
    ran = expect(0, dibs("steer", "--json"));
    expect_envelopes(ran);
    cr_expect_str_eq(json_text(ran, "draws.0.category"), "bug");
    cr_expect_eq(json_number(ran, "draws.0.successes"), 1);
    cr_expect_eq(json_number(ran, "steering.selections"), 1);
    expect_out(run_on_terminal("dibs steer"), "bug  [");
}

Test(cli_supply, exec_runs_on_what_was_picked)
{
    expect(0, dibs("offer", "k:1", "--about", "bake a cake"));
    struct ran ran =
        expect(0, dibs("exec", "--next", "--then", "done", "--", "sh", "-c", "echo $DIBS_KEY, $DIBS_ABOUT"));
    cr_expect_str_eq(ran.out, "k:1, bake a cake\n");
    expect_out(expect(0, dibs("show", "k:1")), "done by alice");
    ran = expect(121, dibs("exec", "--next", "--", "false"));
    expect_err(ran, "nothing to pick");
    expect(120, dibs("exec", "--next", "k:2", "--", "true"));
    expect(120, dibs("exec", "--", "true"));
    expect(120, dibs("exec", "k:2", "--can", "gpu", "--", "true"));
    ran = expect(0, dibs("exec", "k:2", "--about", "as said", "--", "sh", "-c", "echo $DIBS_ABOUT"));
    cr_expect_str_eq(ran.out, "as said\n");
}

Test(cli_supply, bad_options_are_named)
{
    static const char *const bad[][3] = {{"--priority", "10", "9 the most urgent"},
                                         {"--priority", "-1", "9 the most urgent"},
                                         {"--not-before", "soon", "it is a time"},
                                         {"--expires", "", "it is a time"},
                                         {"--needs", "a,b,c,d,e,f,g,h,i,j,k,l,m,n,o,p,q", "more than 16"}};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        expect_err(expect(2, dibs("offer", "k:1", bad[i][0], bad[i][1])), bad[i][2]);
    expect_err(expect(2, dibs("offer", "k:1", "--category", "a", "--category", "b")), "given twice");
    expect_err(expect(2, dibs("offer", "k:1", "--needs", "no blanks")), "a capability is");
    expect_err(expect(2, dibs("next", "--can", "no blanks")), "a capability is");
    expect_err(expect(2, dibs("offer")), "something is missing");
    expect_err(expect(2, dibs("offer", "k:1", "--from", "f")), "once");
    expect(2, dibs("next", "k:1"));
    expect_err(expect(7, dibs("supply")), "Nothing was ever offered here");
}

Test(cli_supply, next_waits_until_something_comes)
{
    struct running waiting = dibs_start("next", "--wait=1m", "--session", "bob");
    running_ticket(&waiting);
    expect(0, dibs("offer", "k:1", "--about", "bake a cake"));
    struct ran ran = expect(0, running_end(&waiting, 0));
    expect_out(ran, "k:1  granted  token ");
    expect_out(ran, "about: bake a cake\n");
    waiting = dibs_start("next", "--wait=1m", "--session", "carl");
    running_ticket(&waiting);
    running_until_caught(&waiting, SIGINT);
    ran = expect(1, running_end(&waiting, SIGINT)); /* gives its place back */
    expect(0, dibs("offer", "k:2"));
    expect_out(expect(0, dibs("log", "--from", "0")), "cancel");
    ran = expect(0, dibs("next"));
    expect_out(ran, "k:2  granted");
    expect_err(expect(1, dibs("next", "--wait=50ms")),
               "The wait ended without a grant; nothing came: ask again later, offer new work (`dibs offer`), or end.");
}

Test(cli_supply, a_category_that_nothing_is_of_is_named_with_those_that_there_are)
{
    expect(0, dibs("offer", "k:1", "--category", "bug"));
    expect(0, dibs("offer", "k:2", "--category", "docs"));
    struct ran ran = expect(1, dibs("next", "--category", "bgu"));
    expect_err(ran, "dibs: nothing was ever offered of the category \"bgu\"; there is work of: bug, docs\n");
    ran = expect(1, dibs("next", "--category", "bgu", "--json"));
    cr_expect_str_eq(json_text(ran, "warnings.0.code"), "no_category");
    expect(0, dibs("next", "--category", "bug"));
    ran = expect(1, dibs("next", "--category", "bug", "--session", "bob", "--json"));
    cr_expect_eq(json_size(ran, "warnings"), 0); /* it is one, and empty */
    expect(0, dibs("next", "--category", "docs"));
    ran = expect(1, dibs("next", "--category", "bgu", "--session", "carl"));
    expect_err(ran, "category \"bgu\"; no other category has anything to pick either\n");
}
