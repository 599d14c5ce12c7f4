/* Prefixes of trackers at a shell: set, listed, and what `dibs key` and the other commands make of a bare ENG-5. */
#include "tests/behaviour/cli/cli.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

TestSuite(prefixes, .init = home_begin_as_alice, .fini = home_end);

Test(prefixes, configure_sets_lists_and_takes_out)
{
    expect(0, dibs("configure", "prefix.ENG=linear", "prefix.ops=jira", "ttl_default=30m"));
    struct ran ran = expect(0, dibs("configure"));
    expect_out(ran, "\nprefix.ENG              tracker   linear\nprefix.OPS              tracker   jira\n");
    ran = expect(0, dibs("configure", "--json"));
    expect_envelopes(ran);
    cr_expect_str_eq(json_text(ran, "name"), "prefix.OPS");
    cr_expect_str_eq(json_text(ran, "value"), "jira");
    cr_expect_str_eq(json_text(ran, "unit"), "tracker");
    expect(0, dibs("configure", "prefix.OPS="));
    ran = expect(0, dibs("configure"));
    expect_out(ran, "prefix.ENG");
    cr_expect_null(strstr(ran.out, "OPS"), "%s", ran.out);
}

Test(prefixes, what_is_none_is_refused_with_words)
{
    const char *before = expect(0, dibs("configure")).out;
    expect_err(expect(2, dibs("configure", "prefix.1x=linear")), "prefix.1x: '1x' is no prefix: a letter, then");
    expect_err(expect(2, dibs("configure", "prefix.ENG=github")), "prefix.ENG: 'github' is no tracker that dibs knows");
    expect_err(expect(2, dibs("configure", "prefix=linear")), "no setting is named 'prefix'");
    expect_err(expect(2, dibs("configure", "prefix.ENG")), "is not NAME=VALUE");
    expect_err(expect(2, dibs("configure", "prefix.A=jira", "prefix.a=jira")), "prefix.a is given twice");
    cr_expect_str_eq(expect(0, dibs("configure")).out, before);
}

/* The first part of the examples: those that the project was given. */
Test(prefixes, dibs_key_has_all_the_given_examples_of_keys_at_a_store_with_the_prefix)
{
    char line[1024];
    int ran = 0;
    FILE *file = fopen("tests/golden/keys.tsv", "r");
    cr_assert_not_null(file, "tests run in the repository's root");
    expect(0, dibs("configure", "prefix.ENG=linear"));
    while (fgets(line, sizeof line, file) != NULL && strcmp(line, "\n") != 0) {
        char *tab = strchr(line, '\t');
        if (line[0] == '#' || line[0] == '@')
            continue;
        cr_assert_not_null(tab);
        *tab = '\0';
        struct ran key = expect(0, dibs("key", line, "--in", "github:acme/app"));
        cr_expect_str_eq(key.out, tab + 1, "%s", line);
        ran++;
    }
    fclose(file);
    cr_expect_eq(ran, 24);
}

Test(prefixes, dibs_key_works_where_there_is_no_store_and_asks_none_for_other_keys)
{
    expect(0, dibs("configure", "prefix.ENG=linear"));
    cr_expect_str_eq(expect(0, dibs("key", "eng-5", "OPS-5", "o/r#5")).out, "linear:ENG-5\nOPS-5\ngithub:o/r#5\n");
    cr_expect_str_eq(json_text(expect(0, dibs("key", "eng-5", "--json")), "key"), "linear:ENG-5");
    setenv("DIBS_STORE", home_path("nowhere"), 1);
    struct ran ran = expect(0, dibs("key", "eng-5"));
    cr_expect_str_eq(ran.out, "eng-5\n");
    expect_silent(ran.err);
    expect(2, run_shell("test -e \"$DIBS_STORE\" && exit 3; dibs key eng-5 'a*b'"));
    setenv("DIBS_STORE", home_path("broken"), 1);
    expect(0, run_shell("mkdir \"$DIBS_STORE\" && echo nonsense >\"$DIBS_STORE/store.json\""));
    cr_expect_str_eq(expect(0, dibs("key", "github:o/r#5")).out, "github:o/r#5\n");
    ran = expect(4, dibs("key", "eng-5"));
    expect_silent(ran.out);
    expect_err(ran, "store.json");
}

Test(prefixes, each_command_takes_the_bare_issue_id)
{
    expect(0, dibs("configure", "prefix.ENG=linear"));
    expect_out(expect(0, dibs("claim", "eng-5")), "linear:ENG-5  granted");
    expect_out(expect(0, dibs("list", "ENG-5")), "linear:ENG-5");
    expect_out(expect(0, dibs("show", "eng-05")), "linear:ENG-5");
    expect_out(expect(0, dibs("show", "eng-6")), "linear:ENG-6");
    expect_out(expect(0, dibs("renew", "ENG-5")), "linear:ENG-5");
    expect_out(expect(0, dibs("log", "--key", "eng-5")), "linear:ENG-5");
    expect_err(expect(1, dibs("done", "eng-6")), "linear:ENG-6");
    expect_out(expect(0, dibs("done", "eng-5")), "linear:ENG-5");
    expect_err(expect(1, dibs("done", "eng-5")), "linear:ENG-5 was done by alice");
}

Test(prefixes, the_environments_token_is_of_the_keys_that_mean_the_same)
{
    expect(0, dibs("configure", "prefix.ENG=linear"));
    uint64_t token = claim_token("eng-5", "alice");
    setenv("DIBS_TOKEN", token_text(token + 7), 1);
    setenv("DIBS_KEYS", "linear:ENG-5", 1);
    expect_err(expect(1, dibs("renew", "ENG-5")), token_text(token + 7));
    setenv("DIBS_TOKEN", token_text(token), 1);
    expect(0, dibs("renew", "ENG-5"));
}
