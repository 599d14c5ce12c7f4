/* dibs claim --from: many claims of one process, in their order; a bad line is named and nothing is claimed. */
#include "tests/behaviour/cli/cli.h"

#include <stdlib.h>
#include <string.h>

TestSuite(batches, .init = home_begin_as_alice, .fini = home_end);

static struct ran claim_lines(const char *text, const char *more)
{
    home_write("lines", text);
    return run_shell(text_format("dibs claim --from '%s' %s", home_path("lines"), more));
}

/* Nothing of it was claimed, nor anything else. */
static void expect_nothing_held(void)
{
    cr_expect_str_eq(expect(0, dibs("list", "--held")).out, "");
}

Test(batches, each_line_is_a_claim_and_the_answers_keep_their_order)
{
    expect(0, dibs("claim", "k:3", "--session", "bob"));
    struct ran ran = expect(1, claim_lines("k:1 k:2\n\nk:3\r\n  'a key' \"an'other\" \\ one\tk:5  \nk:6", "--json"));
    expect_envelopes(ran);
    cr_assert_eq(json_lines(ran), 4u, "%s", ran.out);
    static const char *const in_order[] = {"\"key\":\"k:1\"",   "\"key\":\"k:2\"", "\"reason\":\"held\"",
                                           "\"key\":\"a key\"", "an'other",        "\"key\":\"one\"",
                                           "\"key\":\"k:5\"",   "\"key\":\"k:6\""};
    const char *at = ran.out;
    for (size_t i = 0; i < sizeof in_order / sizeof in_order[0]; i++) {
        at = strstr(at, in_order[i]);
        cr_assert_not_null(at, "%s is not where it should be: %s", in_order[i], ran.out);
    }
    expect_out(expect(0, dibs("show", "k:1")), "held by alice");
}

/* A reference begins with it, too. */
Test(batches, a_hash_by_itself_begins_a_comment)
{
    struct ran ran =
        expect(0, claim_lines("# what is due\n#42\n  #\n \t# k:1 'not closed\n'#'\nk:2 k:3 #7\n", "--in o/r"));
    expect_out(ran, "github:o/r#42  granted");
    expect_out(ran, "\n#  granted");
    expect_out(ran, "k:3  granted");
    cr_expect_null(strstr(ran.out, "due"));
    cr_expect_null(strstr(ran.out, "k:1"));
}

Test(batches, options_are_each_claims)
{
    struct ran ran = expect(0, claim_lines("k:1 k:2\nk:3\n", "--any --ttl 2h --about 'many things'"));
    expect_out(ran, "k:1  granted");
    cr_expect_null(strstr(ran.out, "k:2"));
    cr_expect(strstr(ran.out, "(2h)") != NULL || strstr(ran.out, "(1h59m)") != NULL, "%s", ran.out);
    expect_out(expect(0, dibs("show", "k:3")), "about: many things");
}

Test(batches, it_reads_its_input)
{
    struct ran ran = expect(0, run_shell("printf 'k:1\\nk:2\\n' | dibs claim --from -"));
    expect_out(ran, "k:1  granted");
    expect_out(ran, "k:2  granted");
}

Test(batches, a_bad_line_is_named_and_nothing_is_claimed)
{
    char many[400] = "";
    for (int i = 0; i < 33; i++)
        strcat(many, text_format("k:%d ", i));
    expect_err(expect(2, claim_lines("k:1\n\nk:2 ''\n", "")), "line 3: ");
    expect_err(expect(2, claim_lines("k:1\n'k:2\n", "")), "line 2: a quote has no end; nothing was claimed");
    expect_err(expect(2, claim_lines(text_format("k:0\n%s\n", many), "")), "line 2: it has 33 keys, of at most 32");
    expect_err(expect(2, claim_lines(text_format("k:1\n%s\n", text_of('x', 401)), "")), "line 2: ");
    expect_err(expect(2, claim_lines("\n \n", "")), "there is no key in it");
    expect_err(expect(2, run_shell("printf 'k:1\\n\\0\\n' | dibs claim --from -")), "NUL");
    expect_err(expect(2, dibs("claim", "--from", home_path("nowhere"))), "it cannot be opened");
    expect_err(expect(2, dibs("claim", "--from", "/")), "cannot be read");
    expect_err(expect(2, claim_lines("k:1\n", "k:2")), "named twice");
    expect_err(expect(2, claim_lines("k:1\n", "--wait")), "--wait");
    expect_err(expect(2, dibs("claim")), "something is missing");
    expect_nothing_held();
}

/* The store goes away in between: what was done is said. */
Test(batches, what_was_done_before_the_store_failed_is_said)
{
    home_write("both", "k:1\nk:2\nk:3\n");
    expect(0, dibs("configure", "claims_per_session=2")); /* a quota that no time that passes fills up again */
    struct ran ran = run_shell("dibs claim --from \"$HOME/both\"");
    cr_expect_eq(ran.code, 1, "%s", ran.err); /* the third is denied for its quota, the first two are not */
    expect_out(ran, "k:1  granted");
    expect_out(ran, "k:2  granted");
    if (home_is_fleet())
        return;
    ran = run_shell("ulimit -f 1; dibs claim --from \"$HOME/both\" --session dave");
    cr_expect_eq(ran.code, 4, "%d: %s", ran.code, ran.err);
    expect_err(ran, "line 1: that is where it stopped; 0 of 3 lines were answered before, 2 were not asked");
}

Test(batches, help_says_that_from_takes_a_file_here_and_a_time_elsewhere)
{
    expect_out(expect(0, dibs("help", "claim")), "--from FILE ");
    expect_out(expect(0, dibs("help", "log")), "--from WHEN ");
    expect_err(expect(2, dibs("claim", "--from")), "needs a value (FILE)");
    expect_out(expect(0, dibs("completion", "fish")), "__fish_seen_subcommand_from claim' -l from -r -F");
}
