/* Who asks: --session, $DIBS_SESSION, the terminal's, a new one; and $DIBS_TOKEN with $DIBS_KEYS. */
#include "tests/behaviour/cli/cli.h"

#include <stdlib.h>
#include <string.h>

TestSuite(sessions, .init = home_begin, .fini = home_end);

Test(sessions, the_option_goes_before_the_environment)
{
    setenv("DIBS_SESSION", "alice", 1);
    cr_expect_str_eq(json_text(expect(0, dibs("claim", "k:1", "--json")), "session"), "alice");
    cr_expect_str_eq(json_text(expect(0, dibs("claim", "k:2", "--session", "bob", "--json")), "session"), "bob");
    cr_expect_str_eq(json_text(expect(0, dibs("--session", "carol", "claim", "k:3", "--json")), "session"), "carol");
}

Test(sessions, without_any_each_claim_gets_a_new_one_whose_name_is_told_once)
{
    struct ran ran = expect(0, dibs("claim", "k:1"));
    expect_err(ran, "dibs: session s-");
    expect_err(ran, "to go on with it: export DIBS_SESSION=s-");
    ran = expect(1, dibs("claim", "k:1", "--json"));
    const char *session = json_text(ran, "session");
    expect_err(ran, text_format("dibs: session %s (", session));
    cr_expect_eq(strstr(strstr(ran.err, "dibs: session") + 1, "dibs: session"), NULL, "once: %s", ran.err);
    ran = expect(0, dibs("status"));
    expect_silent(ran.err);
}

Test(sessions, the_told_name_is_the_one_that_goes_on)
{
    struct ran ran = expect(0, dibs("claim", "k:1", "--json"));
    setenv("DIBS_SESSION", json_text(ran, "session"), 1);
    expect(0, dibs("done", "k:1"));
}

Test(sessions, a_verb_that_fails_for_want_of_a_session_quotes_the_very_command)
{
    static const char *const verbs[] = {"renew", "abandon", "release", "handoff", "done"};
    struct ran ran = expect(0, dibs("claim", "acme/app#5", "--session", "agent seven", "--json"));
    for (size_t i = 0; i < sizeof verbs / sizeof verbs[0]; i++) {
        ran = expect(1, dibs(verbs[i], "acme/app#5"));
        expect_err(ran, text_format("If the claim is yours: dibs %s 'acme/app#5' --session 'agent seven'\n", verbs[i]));
    }
    ran = expect(1, dibs("done", "acme/app#5", "--result", "it's merged"));
    const char *command = strstr(ran.err, "yours: dibs ");
    cr_assert_not_null(command);
    expect(0, run_shell(text_format("%.*s", (int)strcspn(command + 7, "\n"), command + 7)));
    ran = expect(1, dibs("claim", "acme/app#5", "--session", "bob", "--json"));
    cr_expect_str_eq(json_text(ran, "result"), "it's merged");
}

Test(sessions, with_json_the_command_is_a_warning)
{
    claim_token("k:1", "alice");
    struct ran ran = expect(1, dibs("done", "k:1", "--json"));
    cr_expect_str_eq(json_text(ran, "warnings.0.code"), "no_session");
    cr_expect_not_null(strstr(json_text(ran, "warnings.0.message"), "dibs done k:1 --json --session alice"));
}

/* Two commands of one script are two sessions. */
Test(sessions, a_claim_that_a_made_up_session_holds_tells_of_the_session_that_is_missing)
{
    expect(0, dibs("claim", "task:m"));
    struct ran ran = expect(1, dibs("claim", "task:m", "--about", "the work"));
    expect_err(ran, "dibs: no session was named, so \"s-");
    const char *command = strstr(ran.err, "yours: dibs ");
    cr_assert_not_null(command);
    ran = expect(0, run_shell(text_format("%.*s", (int)strcspn(command + 7, "\n"), command + 7)));
    expect_out(ran, "task:m  yours");
    expect(0, dibs("claim", "task:n", "--session", "alice"));
    ran = expect(1, dibs("claim", "task:n"));
    cr_expect_null(strstr(ran.err, "no session was named"), "she has a name: %s", ran.err);
}

Test(sessions, when_nobody_holds_it_the_hint_asks_for_the_name)
{
    expect_err(expect(1, dibs("done", "k:1")), "Name the one that claimed: dibs done k:1 --session NAME");
}

Test(sessions, a_session_that_was_named_gets_no_hint)
{
    claim_token("k:1", "alice");
    struct ran ran = expect(1, dibs("done", "k:1", "--session", "bob"));
    cr_expect_eq(strstr(ran.err, "no session was named"), NULL, "%s", ran.err);
}

Test(sessions, release_all_needs_a_name)
{
    expect_err(expect(2, dibs("release", "--all")), "dibs release --all --session NAME");
}

Test(sessions, a_terminal_has_one_session_for_all_its_commands)
{
    struct ran ran = expect(0, run_on_terminal("dibs claim k:1 && dibs claim k:1 && dibs done k:1"));
    expect_out(ran, "granted");
    expect_out(ran, "yours");
    expect_out(ran, "done");
}

Test(sessions, a_command_in_a_pipe_or_substitution_has_its_terminal_s_session)
{
    struct ran ran = expect(0, run_on_terminal("x=$(dibs claim k:1) && dibs done k:1 | cat && dibs show k:1"));
    expect_out(ran, "k:1  done by terminal-");
}

Test(sessions, two_terminals_are_two_sessions)
{
    expect(0, run_on_terminal("dibs claim k:1"));
    struct ran ran = expect(1, run_on_terminal("dibs done k:1"));
    expect_out(ran, "dibs: no session was named, so \"terminal-");
    expect_out(ran, "dibs done k:1 --session terminal-");
}

Test(sessions, a_new_terminal_with_an_old_one_s_process_number_is_another)
{
    const char *name = json_text(expect(0, run_on_terminal("dibs claim k:1 --json")), "session");
    cr_expect_eq(strncmp(name, "terminal-", 9), 0, "%s", name);
    cr_expect_gt(strlen(strrchr(name, '-')), 2, "the leader's start is part of the name: %s", name);
}

/* A child that finds a token for some keys in its environment. */
static uint64_t old_and_new_token(void)
{
    uint64_t old = claim_token("k:1", "alice");
    setenv("DIBS_SESSION", "alice", 1);
    expect(0, dibs("release", "k:1"));
    expect(0, dibs("claim", "k:1"));
    return old;
}

Test(sessions, the_token_in_the_environment_fences_the_keys_that_are_listed_there)
{
    uint64_t old = old_and_new_token();
    setenv("DIBS_TOKEN", token_text(old), 1);
    setenv("DIBS_KEYS", "k:0\nk:1\n", 1);
    cr_expect_str_eq(json_text(expect(1, dibs("done", "k:1", "--json")), "reason"), "stale_token");
    expect_err(expect(1, dibs("done", "k:1")), text_format("token %s is that of $DIBS_TOKEN", token_text(old)));
    setenv("DIBS_TOKEN", token_text(old + 1), 1);
    expect(0, dibs("renew", "k:1"));
    expect(0, dibs("done", "k:1"));
}

Test(sessions, listed_keys_count_in_any_spelling)
{
    uint64_t token = claim_token("acme/app#5", "alice");
    setenv("DIBS_SESSION", "alice", 1);
    setenv("DIBS_TOKEN", token_text(token + 7), 1);
    setenv("DIBS_KEYS", "https://github.com/acme/app/issues/5", 1);
    expect(1, dibs("renew", "gh:acme/app#5"));
}

Test(sessions, the_token_in_the_environment_is_for_no_other_keys)
{
    uint64_t old = old_and_new_token();
    setenv("DIBS_TOKEN", token_text(old), 1);
    expect(0, dibs("renew", "k:1"));
    setenv("DIBS_KEYS", "k:2\nk:11", 1);
    expect(0, dibs("renew", "k:1"));
    setenv("DIBS_KEYS", "k:1", 1);
    expect(1, dibs("renew", "k:1"));
    expect(0, dibs("renew", "k:1", "--token", token_text(old + 1)));
}

Test(sessions, a_token_in_the_environment_that_is_none_is_bad_input_where_it_is_needed)
{
    old_and_new_token();
    setenv("DIBS_TOKEN", "soon", 1);
    setenv("DIBS_KEYS", "k:1", 1);
    expect_err(expect(2, dibs("done", "k:1")), "$DIBS_TOKEN is not a token");
    expect(1, dibs("done", "k:2"));
    setenv("DIBS_TOKEN", "", 1);
    expect(0, dibs("done", "k:1"));
}

Test(sessions, a_trap_at_a_shell_s_end_releases_everything)
{
    expect(0, run_shell("export DIBS_SESSION=nightly; trap 'dibs release --all' EXIT; dibs claim k:1; dibs claim k:2"));
    expect(0, dibs("claim", "k:1", "k:2", "--session", "bob"));
}
