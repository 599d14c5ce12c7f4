/* Ideas from the command line: claim --about, similar, same, different, configure --scope. */
#include "tests/behaviour/cli/cli.h"

#include <stdlib.h>
#include <string.h>

static void begin(void)
{
    home_begin();
    setenv("DIBS_SESSION", "alice", 1);
    expect(0, dibs("claim", "k:1", "--about", "Fix the login page"));
}

TestSuite(cli_ideas, .init = begin, .fini = home_end);

Test(cli_ideas, a_denial_says_what_to_do_in_one_sentence_and_shows_the_rivals)
{
    struct ran ran = expect(1, dibs("claim", "k:2", "--about", "fix login page", "--session", "bob"));
    expect_silent(ran.out);
    expect_err(ran, "This looks like the same work as k:1, held by \"alice\" (about \"Fix the login page\"; ");
    expect_err(ran, "if it isn't, claim again with --not-same-as 1.");
    expect_err(ran, "\nk:1  held by alice  like it by 1000 of 1000  token 1  since ");
    expect(0, dibs("claim", "k:2", "--about", "fix login page", "--session", "bob", "--not-same-as", "1"));
}

Test(cli_ideas, json_has_the_rivals_and_how_sure_it_is)
{
    struct ran ran = expect(1, dibs("claim", "k:2", "--about", "fix login page", "--session", "bob", "--json"));
    expect_envelopes(ran);
    cr_expect_str_eq(json_text(ran, "reason"), "similar");
    cr_expect_str_eq(json_text(ran, "likeness"), "same");
    cr_expect_eq(json_size(ran, "rivals"), 1);
    cr_expect_str_eq(json_text(ran, "rivals.0.key"), "k:1");
    cr_expect_str_eq(json_text(ran, "rivals.0.session"), "alice");
    cr_expect_str_eq(json_text(ran, "rivals.0.about"), "Fix the login page");
    cr_expect_str_eq(json_text(ran, "rivals.0.state"), "live");
    cr_expect_eq(json_number(ran, "rivals.0.score"), 1000);
    cr_expect_eq(json_number(ran, "rivals.0.token"), 1);
}

Test(cli_ideas, the_first_token_of_a_grants_line_is_its_own)
{
    struct ran ran =
        expect(0, dibs("claim", "k:2", "--about", "Fix login crash on blue tablets", "--session", "bob", "--json"));
    cr_assert_eq(json_size(ran, "rivals"), 1, "%s", ran.out);
    cr_expect_neq(json_number(ran, "rivals.0.token"), json_number(ran, "token"));
    cr_expect_eq(atoll(strstr(ran.out, "\"token\":") + strlen("\"token\":")), json_number(ran, "token"), "%s", ran.out);
}

Test(cli_ideas, similar_asks_without_claiming)
{
    struct ran ran = expect(0, dibs("similar", "login pages fixed"));
    cr_expect_eq(strncmp(ran.out, "k:1  held by alice (this session)  like it by ", 46), 0, "%s", ran.out);
    ran = expect(0, dibs("similar", "login pages fixed", "--json"));
    expect_envelopes(ran);
    cr_expect_str_eq(json_text(ran, "answer"), "report");
    cr_expect_eq(json_number(ran, "thresholds.ask"), 450);
    ran = expect(0, dibs("similar", "quarterly tax report"));
    expect_silent(ran.out);
    expect_err(ran, "Nobody's live or lately done work is like this: claim it with --about, ");
    ran = expect(0, dibs("similar", "login pages fixed", "--scope", "web"));
    expect_silent(ran.out);
    expect(2, dibs("similar"));
    expect(2, dibs("similar", "a\xff"));
}

Test(cli_ideas, same_and_different_label_for_good)
{
    struct ran ran = expect(0, dibs("same", "k:1", "k:2"));
    cr_expect_str_eq(ran.out, "k:1  labelled\nk:2  labelled\n");
    ran = expect(1, dibs("claim", "k:2", "--session", "bob"));
    expect_err(ran, "This is labelled the same work as k:1, held by \"alice\"");
    ran = expect(2, dibs("different", "k:2", "k:1"));
    expect_err(ran, "labelled otherwise before");
    ran = expect(2, dibs("same", "k:3", "k:3"));
    expect_err(ran, "one key twice");
    expect(0, dibs("different", "k:1", "k:4"));
    expect(0, dibs("claim", "k:4", "--about", "fix login page", "--session", "bob"));
}

Test(cli_ideas, tokens_that_are_none_are_refused)
{
    static const char *const bad[] = {"", "x", "0", "1,", ",1", "1,,2", "18446744073709551616"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct ran ran = expect(2, dibs("claim", "k:2", "--not-same-as", bad[i]));
        expect_err(ran, "--not-same-as");
    }
    expect(0, dibs("claim", "k:2", "--not-same-as", "1,2,3"));
}

Test(cli_ideas, thresholds_may_be_of_one_scope)
{
    if (home_is_fleet())
        return; /* the operator's key is the coordinator's */
    expect(0, dibs("configure", "--scope", "web", "idea_ask=1001", "idea_deny=1001", "idea_warn=1001"));
    struct ran ran = expect(0, dibs("configure", "--scope", "web"));
    expect_out(ran, "scope: web");
    ran = expect(0, dibs("configure"));
    cr_expect_null(strstr(ran.out, "scope: web"), "%s", ran.out);
    expect(2, dibs("configure", "--scope", "web", "ttl_default=5m"));
    expect(0, dibs("claim", "k:5", "--about", "paint it", "--scope", "web"));
    expect(0, dibs("claim", "k:6", "--about", "paint it", "--scope", "web", "--session", "bob"));
}
