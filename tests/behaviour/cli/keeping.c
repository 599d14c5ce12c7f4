/* Keeping, passing on and ending claims: renew, done, abandon, release, handoff, take, check, revoke. */
#include "tests/behaviour/cli/cli.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

TestSuite(keeping, .init = home_begin_as_alice, .fini = home_end);

/* Returns when that claim's lease is over: somebody who waited for the key has had it. */
static void until_free(const char *key)
{
    expect(0, dibs("claim", key, "--wait=10s", "--session", "patient"));
    expect(0, dibs("release", key, "--session", "patient"));
}

Test(keeping, renew_counts_the_lease_anew_and_keeps_the_token)
{
    uint64_t token = claim_token("k:1", "alice");
    struct ran ran = expect(0, dibs("renew", "k:1", "--ttl", "2h"));
    expect_out(ran, text_format("k:1  renewed  token %s  until 2", token_text(token)));
    expect_out(ran, "(2h)\n");
    ran = expect(0, dibs("renew", "k:1", "--json"));
    cr_expect_eq(json_number(ran, "token"), (int64_t)token);
    cr_expect_eq(json_number(ran, "expires_in_ms"), 7200000, "the ttl given before has become the claim's");
    cr_expect_str_eq(json_text(ran, "items.0.key"), "k:1");
}

Test(keeping, renew_never_shortens_unless_told_to)
{
    expect(0, dibs("claim", "k:1", "--ttl", "1h"));
    expect(0, dibs("renew", "k:1", "--ttl", "1m"));
    cr_expect_gt(json_number(expect(0, dibs("renew", "k:1", "--json")), "expires_in_ms"), 3500000);
    cr_expect_leq(json_number(expect(0, dibs("renew", "k:1", "--ttl", "1m", "--shorten", "--json")), "expires_in_ms"),
                  60000);
}

Test(keeping, by_token_alone_a_verb_says_the_keys)
{
    uint64_t token = (uint64_t)json_number(expect(0, dibs("claim", "k:1", "k:2", "--json")), "keys.0.token");
    struct ran ran = expect(0, dibs("renew", "--token", token_text(token)));
    expect_out(ran, text_format("k:1  renewed  token %s  until", token_text(token)));
    expect_out(ran, text_format("\nk:2  renewed  token %s  until", token_text(token)));
    ran = expect(0, dibs("renew", "--token", token_text(token), "--json"));
    cr_expect_str_eq(json_text(ran, "items.0.key"), "k:1");
    cr_expect_str_eq(json_text(ran, "keys.1.key"), "k:2");
    cr_expect_eq(json_number(ran, "keys.1.expires_in_ms"), 3600000);
    ran = expect(0, dibs("handoff", "--token", token_text(token), "--json"));
    cr_expect_str_eq(json_text(ran, "keys.1.key"), "k:2");
    ran = expect(0, dibs("done", "--token", token_text(token), "--json"));
    cr_expect_str_eq(json_text(ran, "keys.1.key"), "k:2");
    cr_expect_eq(json_number(ran, "keys.1.token"), (int64_t)token);
    claim_token("k:3", "alice");
    ran = expect(0, dibs("release", "--all", "--json"));
    cr_expect_str_eq(json_text(ran, "key"), "k:3");
}

Test(keeping, renew_of_several_answers_each_for_itself)
{
    expect(0, dibs("claim", "k:1"));
    expect(0, dibs("claim", "k:2", "--session", "bob"));
    struct ran ran = expect(1, dibs("renew", "k:1", "k:2"));
    expect_out(ran, "k:1  renewed  token 1  until");
    expect_err(ran, "k:2  not_holder\n");
    ran = expect(1, dibs("renew", "k:1", "k:2", "--json"));
    cr_expect_str_eq(json_text(ran, "items.0.answer"), "renewed");
    cr_expect_str_eq(json_text(ran, "items.1.answer"), "denied");
    cr_expect_str_eq(json_text(ran, "items.1.reason"), "not_holder");
}

Test(keeping, when_one_of_several_cannot_be_ended_none_is)
{
    expect(0, dibs("claim", "k:1"));
    struct ran ran = expect(1, dibs("release", "k:1", "k:2"));
    expect_err(ran, "does not hold k:2");
    expect_err(ran, "Nothing was changed");
    expect(0, dibs("check", "k:1", "1"));
}

Test(keeping, what_ran_out_says_who_has_it_now_or_that_nobody_has)
{
    expect(0, dibs("claim", "k:1", "--ttl", "1s"));
    until_free("k:1");
    expect_err(expect(5, dibs("done", "k:1")), "nobody has k:1 since: if the work is finished, claim it again");
    expect(0, dibs("claim", "k:1", "--session", "bob"));
    expect_err(expect(5, dibs("done", "k:1")), "k:1 is held by bob now");
    expect(0, dibs("done", "k:1", "--session", "bob"));
    cr_expect_str_eq(json_text(expect(5, dibs("done", "k:1", "--json")), "warnings.0.code"), "done_since");
}

Test(keeping, what_is_held_by_its_subtree_says_by_which)
{
    expect(0, dibs("claim", "task:epic/**"));
    expect_err(expect(1, dibs("release", "task:epic/part")), "by its claim on task:epic/**: name that one");
}

Test(keeping, the_same_name_with_another_secret_is_said)
{
    expect(0, dibs("claim", "k:1"));
    setenv("DIBS_SECRET", text_of('s', 32), 1);
    expect_err(expect(1, dibs("done", "k:1")), "held by a session of this name with another secret");
}

Test(keeping, the_token_of_another_claim_is_not_taken_for_another_secret)
{
    expect(0, dibs("claim", "k:1"));
    expect(0, dibs("claim", "k:2", "--session", "another"));
    struct ran ran = expect(1, dibs("done", "k:1", "--token", "2"));
    expect_err(ran, "the claim on k:1, by a session of this name, has the token 1");
    cr_expect_null(strstr(ran.err, "secret"), "%s", ran.err);
    setenv("DIBS_TOKEN", "2", 1);
    setenv("DIBS_KEYS", "k:1", 1);
    expect_err(expect(1, dibs("done", "k:1")), "has the token 1");
}

Test(keeping, a_renewal_that_did_not_shorten_says_so)
{
    expect(0, dibs("claim", "k:1"));
    expect_err(expect(0, dibs("renew", "k:1", "--ttl", "1m")), "--shorten ends it sooner");
    expect_silent(expect(0, dibs("renew", "k:1", "--ttl", "1m", "--shorten")).err);
    expect_silent(expect(0, dibs("renew", "k:1", "--ttl", "5m")).err);
}

Test(keeping, a_revoke_that_finds_nothing_speaks_of_no_session)
{
    unsetenv("DIBS_SESSION");
    struct ran ran = expect(1, dibs("revoke", "k:1", "--reason", "why not"));
    cr_expect_null(strstr(ran.err, "no session was named"), "%s", ran.err);
}

Test(keeping, a_stranger_is_not_holder_and_changes_nothing)
{
    static const char *const verbs[] = {"renew", "done", "abandon", "release", "handoff"};
    claim_token("k:1", "alice");
    for (size_t i = 0; i < sizeof verbs / sizeof verbs[0]; i++) {
        struct ran ran = expect(1, dibs(verbs[i], "k:1", "--session", "bob"));
        expect_err(ran, "This session does not hold k:1");
        expect_err(ran, "; stop working on it");
    }
    expect(0, dibs("check", "k:1", "1"));
}

Test(keeping, what_was_closed_cannot_be_closed_again)
{
    expect(0, dibs("claim", "k:1"));
    expect(0, dibs("release", "k:1"));
    cr_expect_str_eq(json_text(expect(1, dibs("release", "k:1", "--json")), "reason"), "not_holder");
    cr_expect_str_eq(json_text(expect(1, dibs("done", "--token", "1", "--json")), "reason"), "stale_token");
}

Test(keeping, a_token_fences_the_key_it_is_given_with)
{
    uint64_t old = claim_token("k:1", "alice");
    expect(0, dibs("release", "k:1"));
    uint64_t new = claim_token("k:1", "alice");
    cr_expect_gt(new, old);
    struct ran ran = expect(1, dibs("done", "k:1", "--token", token_text(old)));
    expect_err(ran, text_format("Token %s is not the live one for k:1", token_text(old)));
    expect(0, dibs("done", "k:1", "--token", token_text(new)));
}

Test(keeping, closing_by_key_leaves_the_rest_of_a_set_and_by_token_ends_all)
{
    uint64_t token = (uint64_t)json_number(expect(0, dibs("claim", "k:1", "k:2", "k:3", "--json")), "keys.0.token");
    expect(0, dibs("release", "k:2"));
    expect(0, dibs("claim", "k:2", "--session", "bob"));
    expect(1, dibs("claim", "k:3", "--session", "bob"));
    struct ran ran = expect(0, dibs("release", "--token", token_text(token), "--json"));
    cr_expect_eq(json_number(ran, "ended"), 2);
    expect(0, dibs("claim", "k:1", "k:3", "--session", "bob"));
}

Test(keeping, release_all_ends_everything_of_this_session_and_nothing_else)
{
    expect(0, dibs("claim", "k:1", "k:2"));
    expect(0, dibs("claim", "k:3"));
    expect(0, dibs("claim", "k:4", "--session", "bob"));
    expect_out(expect(0, dibs("release", "--all")),
               "k:1  released  token 1\nk:2  released  token 1\nk:3  released  token 2\n");
    expect_out(expect(0, dibs("release", "--all")), "Released: 0 keys.\n");
    expect(1, dibs("claim", "k:4"));
    expect(2, dibs("release", "--all", "k:4"));
}

/* A wait whose process was killed is nobody's any more, and would be granted all the same. */
Test(keeping, release_all_ends_waits_too)
{
    expect(0, dibs("claim", "k:1", "--session", "bob"));
    expect(0, dibs("claim", "k:2"));
    struct running killed = dibs_start("claim", "k:1", "--wait");
    const char *ticket = running_ticket(&killed);
    running_end(&killed, SIGKILL);
    struct running waiter = dibs_start("claim", "k:1", "k:2", "--wait", "--session", "carol");
    running_ticket(&waiter);
    struct ran ran = expect(0, dibs("release", "--all", "--json"));
    cr_expect_str_eq(json_text(ran, "message"), "Released: 1 key and 1 wait.");
    cr_expect_eq(json_number(ran, "ended"), 2);
    expect_err(expect(1, dibs("wait", ticket)), "cancelled");
    expect(0, dibs("release", "k:1", "--session", "bob"));
    expect_out(running_end(&waiter, 0), "granted");
    expect_out(expect(0, dibs("release", "--all")), "Released: 0 keys.\n");
}

Test(keeping, an_expired_claim_is_lost_with_5_and_the_word)
{
    uint64_t token = (uint64_t)json_number(expect(0, dibs("claim", "k:1", "--ttl", "1s", "--json")), "token");
    until_free("k:1");
    static const char *const verbs[] = {"renew", "done", "abandon", "release", "handoff"};
    for (size_t i = 0; i < sizeof verbs / sizeof verbs[0]; i++) {
        struct ran ran = expect(5, dibs(verbs[i], "k:1", "--json"));
        cr_expect_str_eq(json_text(ran, "why"), "expired");
        expect_err(expect(5, dibs(verbs[i], "k:1")), "the lease ran out");
    }
    expect(5, dibs("renew", "--token", token_text(token)));
    expect(5, dibs("check", "k:1", token_text(token)));
}

Test(keeping, a_code_hands_a_claim_to_whoever_takes_it)
{
    expect(0, dibs("claim", "k:1", "--about", "the work"));
    struct ran code = expect(0, dibs("handoff", "k:1"));
    cr_expect_eq(strspn(code.out, "0123456789abcdef"), strlen(code.out) - 1, "the code alone: %s", code.out);
    struct ran ran =
        expect(0, dibs("take", text_format("%.*s", (int)strlen(code.out) - 1, code.out), "--session", "bob"));
    expect_out(ran, "k:1  granted  token 2  until");
    expect_out(ran, "about: the work\n");
    ran = expect(5, dibs("renew", "k:1", "--json"));
    cr_expect_str_eq(json_text(ran, "why"), "taken");
    cr_expect_str_eq(json_text(ran, "by"), "bob");
    expect_err(expect(5, dibs("done", "k:1")), "taken over with its hand-off code by \"bob\"");
    expect(1, dibs("take", text_format("%.*s", (int)strlen(code.out) - 1, code.out), "--session", "carol"));
    expect(0, dibs("done", "k:1", "--session", "bob"));
}

Test(keeping, a_withdrawn_code_is_worth_nothing)
{
    expect(0, dibs("claim", "k:1"));
    const char *code = json_text(expect(0, dibs("handoff", "k:1", "--json")), "code");
    struct ran ran = expect(0, dibs("handoff", "k:1", "--withdraw", "--json"));
    cr_expect_str_eq(json_text(ran, "answer"), "withdrawn");
    cr_expect(!json_has(ran, "code"));
    expect_err(expect(1, dibs("take", code, "--session", "bob")), "No live claim has that hand-off code");
}

Test(keeping, check_knows_the_live_token_only)
{
    uint64_t token = claim_token("k:1", "alice");
    expect_out(expect(0, dibs("check", "k:1", token_text(token), "--session", "bob")), "k:1  valid  token 1  until");
    cr_expect_str_eq(json_text(expect(1, dibs("check", "k:1", "77", "--json")), "reason"), "stale_token");
    expect_err(expect(1, dibs("check", "k:2", token_text(token))), "Token 1 is not the live one for k:2");
    expect(0, dibs("release", "k:1"));
    expect(1, dibs("check", "k:1", token_text(token)));
}

Test(keeping, a_revoked_claim_is_lost_with_5_and_the_word)
{
    expect(0, dibs("claim", "k:1", "--session", "bob"));
    expect_out(expect(0, dibs("revoke", "k:1", "--reason", "its machine is gone")), "k:1  revoked\n");
    struct ran ran = expect(5, dibs("renew", "k:1", "--session", "bob", "--json"));
    cr_expect_str_eq(json_text(ran, "why"), "revoked");
    ran = expect(5, dibs("done", "k:1", "--session", "bob"));
    expect_err(ran, "an operator revoked it");
    expect_err(ran, "(\"its machine is gone\")");
    cr_expect_str_eq(json_text(expect(5, dibs("renew", "--token", "1", "--session", "bob", "--json")), "words"),
                     "its machine is gone");
    expect_out(expect(0, dibs("log", "--key", "k:1")), "words: its machine is gone\n");
    expect(1, dibs("revoke", "k:1", "--reason", "again"));
}

Test(keeping, revoke_by_session_ends_all_it_holds_and_waits_for)
{
    expect(0, dibs("claim", "k:1", "--session", "bob"));
    expect(0, dibs("claim", "k:2", "--session", "bob"));
    expect(0, dibs("claim", "k:3"));
    struct running waiter = dibs_start("claim", "k:3", "--wait=1m", "--session", "bob", "--json");
    running_ticket(&waiter);
    struct ran ran = expect(0, dibs("revoke", "--session", "bob", "--reason", "stuck", "--json"));
    cr_expect_eq(json_number(ran, "ended"), 3);
    ran = expect(1, running_end(&waiter, 0));
    cr_expect_str_eq(json_text(ran, "reason"), "cancelled");
    cr_expect_str_eq(json_text(ran, "why"), "revoked");
    cr_expect_str_eq(json_text(ran, "words"), "stuck");
}

Test(keeping, revoke_by_token_ends_that_claim)
{
    uint64_t token = claim_token("k:1", "bob");
    expect(0, dibs("revoke", "--token", token_text(token), "--reason", "stuck"));
    expect(0, dibs("claim", "k:1"));
}

Test(keeping, only_the_operator_revokes_and_configures)
{
    expect(0, dibs("claim", "k:1", "--session", "bob"));
    cr_assert_eq(rename(home_path(home_is_fleet() ? "fleet.key" : "store/operator.key"), home_path("elsewhere.key")),
                 0);
    unsetenv("DIBS_OPERATOR_KEY_FILE");
    expect_err(expect(2, dibs("revoke", "k:1", "--reason", "x")), "operator");
    expect_err(expect(2, dibs("configure", "ttl_default=30m")), "operator");
    home_write("wrong.key", text_of('x', 32));
    expect(0, run_shell(text_format("chmod 600 '%s'", home_path("wrong.key"))));
    struct ran ran =
        expect(1, dibs("revoke", "k:1", "--reason", "x", "--operator-key", home_path("wrong.key"), "--json"));
    cr_expect_str_eq(json_text(ran, "reason"), "forbidden");
    expect(1, dibs("configure", "ttl_default=30m", "--operator-key", home_path("wrong.key")));
    expect(0, dibs("configure", "ttl_default=30m", "--operator-key", home_path("elsewhere.key")));
    setenv("DIBS_OPERATOR_KEY_FILE", home_path("elsewhere.key"), 1);
    expect(0, dibs("revoke", "k:1", "--reason", "x"));
}

Test(keeping, configure_changes_policy_for_all_and_alone_shows_it)
{
    expect_out(expect(0, dibs("configure", "ttl_default=30m", "claims_per_session=2")), "Policy changed.\n");
    struct ran ran = expect(0, dibs("configure"));
    expect_out(ran, "ttl_default             ms        30m         1h          1s          7d\n");
    ran = expect(0, dibs("claim", "k:1", "--json"));
    cr_expect(json_number(ran, "expires_in_ms") <= 1800000 && json_number(ran, "expires_in_ms") > 1700000);
    expect(0, dibs("claim", "k:2"));
    ran = expect(1, dibs("claim", "k:3", "--json"));
    cr_expect_str_eq(json_text(ran, "reason"), "quota");
    cr_expect_str_eq(json_text(ran, "why"), "claims");
}
