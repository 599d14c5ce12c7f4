/* Supply from the command line: offer, withdraw, supply. */
#include "tests/behaviour/cli/cli.h"

#include <stdlib.h>
#include <string.h>

static void begin(void)
{
    home_begin();
    setenv("DIBS_SESSION", "alice", 1);
}

TestSuite(cli_supply, .init = begin, .fini = home_end);

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
    expect(0, run_shell("for i in 1 2 3 4 5 6 7 8; do dibs claim k:$i || exit; done"));
    expect(7, dibs("supply"));
    expect(4, dibs("supply", "--store", home_path("nowhere")));
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
    expect_err(expect(2, dibs("offer")), "something is missing");
    expect_err(expect(2, dibs("offer", "k:1", "--from", "f")), "once");
    expect_err(expect(7, dibs("supply")), "Nothing was ever offered here");
}
