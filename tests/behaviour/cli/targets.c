/* A category's own target from the command line: configure --category, steer, next --explain. */
#include "tests/behaviour/cli/cli.h"

#include <stdlib.h>
#include <string.h>

TestSuite(cli_targets, .init = home_begin_as_alice, .fini = home_end);

Test(cli_targets, configure_shows_what_it_sets)
{
    struct ran ran = expect(0, dibs("configure", "--category", "bug", "steer_target=2000", "--json"));
    expect_envelopes(ran);
    cr_expect_str_eq(json_text(ran, "answer"), "configured");
    ran = expect(0, dibs("configure", "--category", "bug"));
    expect_out(ran, "category: bug");
    expect_out(ran, "share     2000 ");
    cr_expect_null(strstr(expect(0, dibs("configure")).out, "category: bug"));
    cr_expect_null(strstr(expect(0, dibs("configure", "--category", "docs")).out, "category: "));
    expect_envelopes(expect(0, dibs("configure", "--category", "bug", "--json")));
    ran = expect(0, run_shell("dibs configure --category bug --json | grep '\"category\"'"));
    cr_expect_str_eq(json_text(ran, "category"), "bug");
    cr_expect_str_eq(json_text(ran, "name"), "steer_target");
    cr_expect_eq(json_number(ran, "value"), 2000);
    expect(0, dibs("configure", "--category", "bug", "steer_target="));
    cr_expect_null(strstr(expect(0, dibs("configure", "--category", "bug")).out, "category: "));
}

Test(cli_targets, steer_and_explain_say_whose_target_it_is)
{
    expect(0, dibs("configure", "--category", "bug", "steer_target=2000"));
    expect(0, dibs("offer", "k:1", "--category", "docs"));
    expect(0, dibs("offer", "k:2", "--category", "bug"));
    struct ran ran = expect(0, dibs("steer"));
    expect_out(ran, "\nbug  share 0.0%  target 20.0% (its own)  mean ");
    expect_out(ran, "\ndocs  share 0.0%  target 3.1%  mean ");
    expect_out(run_on_terminal("dibs steer"), "bug  [    |               ]");
    ran = expect(0, dibs("steer", "--json"));
    expect_envelopes(ran);
    cr_expect_str_eq(json_text(ran, "draws.0.category"), "bug");
    cr_expect_eq(json_number(ran, "draws.0.target"), 2000);
    cr_expect(json_has(ran, "draws.0.own_target"));
    cr_expect_not(json_has(ran, "draws.1.own_target"));
    ran = expect(0, dibs("claim", "k:9", "--category", "docs"));
    expect_out(ran, "most neglected: bug  share 0.0% of target 20.0% (its own)  1 to pick\n");
    ran = expect(0, dibs("next", "--explain"));
    expect_out(ran, "k:2  granted");
    expect_out(ran, "chosen: bug  score ");
    expect_out(ran, "share 0.0% of target 20.0% (its own)\n");
    expect_out(ran, "not tried: docs  score ");
    expect_out(ran, "share 1.6% of target 3.1%\n");
}

Test(cli_targets, whoever_finds_nothing_hears_what_is_wanted)
{
    expect(0, dibs("offer", "k:1", "--category", "bug"));
    expect_out(expect(0, dibs("next")), "k:1  granted");
    cr_expect_null(strstr(expect(1, dibs("next", "--session", "bob")).err, "Wanted most"));
    expect(0, dibs("configure", "--category", "docs", "steer_target=2050"));
    expect_err(expect(1, dibs("next", "--session", "bob")),
               " Wanted most is work of the category \"docs\": it had 0.0% of the last picks and is to have 20.5%.");
    expect(0, dibs("offer", "k:2", "--category", "docs"));
    expect_out(expect(0, dibs("next")), "k:2  granted");
    expect_err(expect(1, dibs("next", "--session", "bob")),
               "\"docs\": it had 1.6% of the last picks and is to have 20.5%.");
    expect(0, dibs("configure", "--category", "docs", "steer_target=100"));
    cr_expect_null(strstr(expect(1, dibs("next", "--session", "bob")).err, "Wanted most"));
}

Test(cli_targets, what_cannot_be_is_refused_by_name)
{
    const char *is_long = text_of('c', 65);
    expect_err(expect(2, dibs("configure", "--category", "bug", "steer_gain=3")), "steer_gain is for all categories");
    expect_err(expect(2, dibs("configure", "--category", "bug", "steer_target=10001")), "outside 0 to 10000");
    expect_err(expect(2, dibs("configure", "steer_target=")), "outside 0 to 10000");
    expect_err(expect(2, dibs("configure", "--category", "", "steer_target=5")), "--category is empty");
    expect_err(expect(2, dibs("configure", "--category", "")), "--category is empty");
    expect_err(expect(2, dibs("configure", "--category", "bug", "--scope", "web", "steer_target=5")), "not both");
    expect_err(expect(2, dibs("configure", "--category", is_long, "steer_target=5")),
               "steer_target: a category is a text of at most 64 bytes");
    expect_err(expect(2, dibs("configure", "--category", is_long)), "--category: a text is over its limit");
    expect_err(expect(0, dibs("steer")), "there is no category yet");
}
