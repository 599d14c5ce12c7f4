/* Claiming from the command line: yes, no, and what is said. */
#include "tests/behaviour/cli/cli.h"

#include <string.h>

TestSuite(claims, .init = home_begin_as_alice, .fini = home_end);

Test(claims, a_grant_has_the_canonical_key_at_column_0_and_ends_with_0)
{
    struct ran ran = expect(0, dibs("claim", "acme/app#5", "--about", "fix the login"));
    cr_expect_eq(strncmp(ran.out, "github:acme/app#5  granted  token 1  until 2", 44), 0, "%s", ran.out);
    expect_silent(ran.err);
}

Test(claims, a_denial_says_on_stderr_who_what_how_long_what_next_and_which_store)
{
    expect(0, dibs("claim", "acme/app#5", "--ttl", "7d", "--about", "fix the login", "--ref", "https://example.org/5"));
    struct ran ran = expect(1, dibs("claim", "acme/app#5", "--session", "bob"));
    expect_silent(ran.out);
    expect_err(ran,
               "github:acme/app#5 is held by \"alice\" (about \"fix the login\"; see \"https://example.org/5\"; 6d23h");
    expect_err(ran, text_format(" left); take other work. (store %s:", home_is_fleet() ? "kafka" : "file"));
}

Test(claims, the_second_denial_in_a_row_advises_to_make_something_new)
{
    expect(0, dibs("claim", "k:1"));
    expect(1, dibs("claim", "k:1", "--session", "bob"));
    struct ran ran = expect(1, dibs("claim", "k:1", "--session", "bob", "--json"));
    cr_expect_str_eq(json_text(ran, "advice"), "create");
    ran = expect(1, dibs("claim", "k:1", "--session", "bob"));
    expect_err(ran, "`dibs claim --any A B C`");
    cr_expect_null(strstr(ran.err, "--wait"), "an hour is not soon: %s", ran.err);
}

Test(claims, who_is_to_make_something_new_hears_of_a_wait_that_is_short)
{
    struct ran ran;
    uint64_t begun_s;
    expect(0, dibs("claim", "k:1"));
    for (int i = 0;; i++) {
        const char *key = text_format("short:%d", i), *session = text_format("bob-%d", i);
        begun_s = clock_s();
        expect(1, dibs("claim", "k:1", "--session", session));
        dibs("claim", key, "--ttl", "2m");
        ran = dibs("claim", key, "--session", session);
        if (clock_s() - begun_s < 120)
            break;
    }
    expect_err(expect(1, ran), "`dibs claim --any A B C`");
    expect_err(ran, "wait for it with --wait");
}

Test(claims, a_denial_tells_how_long_what_stands_in_the_way_can_last)
{
    expect(0, dibs("claim", "k:1", "k:2"));
    struct ran ran = expect(1, dibs("claim", "k:1", "--session", "bob", "--json"));
    cr_expect_eq(json_number(ran, "retry_in_ms"), json_number(ran, "holder.expires_in_ms"));
    expect(0, dibs("done", "k:2"));
    cr_expect_gt(json_number(expect(1, dibs("claim", "k:2", "--session", "bob", "--json")), "retry_in_ms"), 3600000);
    cr_expect_not(json_has(expect(1, dibs("renew", "k:1", "--session", "bob", "--json")), "retry_in_ms"));
}

Test(claims, one_too_many_in_a_minute_is_told_to_ask_again)
{
    struct ran first, second;
    uint64_t begun_s;
    expect(0, dibs("configure", "claims_per_minute=1"));
    for (int i = 0;; i++) {
        const char *session = text_format("bob-%d", i);
        begun_s = clock_s();
        expect(0, dibs("claim", text_format("k:%d", i), "--session", session));
        first = dibs("claim", "free:1", "--session", session, "--json");
        second = dibs("claim", "free:1", "--session", session);
        if (clock_s() - begun_s < 60)
            break;
    }
    cr_expect_str_eq(json_text(expect(1, first), "reason"), "quota");
    cr_expect_str_eq(json_text(first, "why"), "rate");
    cr_expect(json_has(first, "retry_in_ms"));
    cr_expect(json_number(first, "retry_in_ms") > 0 && json_number(first, "retry_in_ms") <= 60000);
    expect_err(expect(1, second), "This session has asked too often (claims_per_minute); wait ");
    expect_err(second, ", then ask the same.");
    cr_expect_null(strstr(second.err, "divided"), "%s", second.err);
}

Test(claims, one_s_own_claim_is_yours_with_its_token_and_since_when)
{
    uint64_t token = claim_token("k:1", "alice");
    struct ran ran = expect(0, dibs("claim", "k:1"));
    expect_out(ran, text_format("k:1  yours  token %s  since 2", token_text(token)));
    expect_err(ran, "another agent of your session did");
}

Test(claims, each_key_of_a_set_that_is_yours_says_since_when)
{
    expect(0, dibs("claim", "k:1", "k:2"));
    struct ran ran = expect(0, dibs("claim", "k:1", "k:2", "--json"));
    cr_expect_str_eq(json_text(ran, "answer"), "yours");
    cr_expect(json_has(ran, "keys.0.since") && json_has(ran, "keys.1.since"));
}

Test(claims, fresh_treats_one_s_own_claim_as_a_stranger_s)
{
    expect(0, dibs("claim", "k:1"));
    struct ran ran = expect(1, dibs("claim", "k:1", "--fresh", "--json"));
    cr_expect_str_eq(json_text(ran, "reason"), "held");
}

Test(claims, who_stands_in_his_own_way_is_told_how_to_get_out_of_it)
{
    expect(0, dibs("claim", "k:1"));
    struct ran ran = expect(1, dibs("claim", "k:1", "--fresh"));
    expect_err(ran, "own claim stands in the way: end it first (`dibs release k:1`), or claim without --fresh (`dibs");
    cr_expect_null(strstr(ran.err, "other work"), "%s", ran.err);
    expect_err(expect(1, dibs("claim", "k:1", "--fresh")), "(`dibs release k:1`)");
    struct running waiting = dibs_start("claim", "k:1", "--fresh", "--wait=1h");
    running_ticket(&waiting);
    expect_err(expect(1, dibs("claim", "k:1", "--fresh")),
               "own claim stands in the way: end it first (`dibs release k:1`)");
    expect(0, dibs("release", "k:1"));
    expect(0, running_end(&waiting, 0));
}

Test(claims, a_set_is_granted_whole_or_not_at_all)
{
    expect(0, dibs("claim", "k:2", "--session", "bob"));
    expect(1, dibs("claim", "k:1", "k:2", "k:3"));
    expect(0, dibs("claim", "k:1", "k:3", "--session", "carol"));
}

Test(claims, a_lease_that_is_too_long_is_told_what_the_store_s_longest_is)
{
    expect_err(expect(2, dibs("claim", "k:1", "--ttl", "8d")),
               "dibs: the longest lease of this store is 7d (ttl_max)\n");
    expect(0, dibs("configure", "ttl_max=1h"));
    expect_err(expect(2, dibs("claim", "k:1", "--ttl", "2h")),
               "dibs: the longest lease of this store is 1h (ttl_max)\n");
    expect_err(expect(120, dibs("exec", "k:1", "--ttl", "2h", "--", "true")), "store is 1h (ttl_max)\n");
    struct ran ran = expect(2, dibs("claim", "k:1", "--ttl", "2h", "--json"));
    cr_expect_str_eq(json_text(ran, "warnings.0.code"), "ttl_max");
    ran = expect(2, dibs("claim", "a*b", "--ttl", "1h"));
    cr_expect_null(strstr(ran.err, "ttl_max"), "the key is wrong, not the lease: %s", ran.err);
}

Test(claims, a_sentence_without_quotes_is_told_to_be_many_keys)
{
    const char *note = "dibs: these are 4 keys; a key with blanks needs quotes, and words belong to --about\n";
    expect_err(expect(0, dibs("claim", "fix", "the", "login", "bug")), note);
    expect(0, dibs("release", "--all"));
    expect_silent(expect(0, dibs("claim", "fix", "the", "login", "bug", "--json")).err);
    expect(0, dibs("release", "--all"));
    expect_silent(expect(0, dibs("claim", "--any", "fix", "the", "login", "bug")).err);
    expect_silent(expect(0, dibs("claim", "lock:a", "step-2", "x/y#4", "build", "deploy")).err);
    expect_silent(expect(0, dibs("claim", "deploy_1", "release.2", "tag3")).err);
}

Test(claims, any_gets_the_first_free_key)
{
    expect(0, dibs("claim", "k:1", "--session", "bob"));
    struct ran ran = expect(0, dibs("claim", "--any", "k:1", "k:2", "k:3", "--json"));
    cr_expect_str_eq(json_text(ran, "key"), "k:2");
    cr_expect_eq(json_size(ran, "keys"), 1);
    expect_err(expect(1, dibs("claim", "--any", "k:1", "k:2", "--session", "carol")),
               "None of the 2 is free: k:1 is held by");
}

Test(claims, shared_claims_stand_beside_each_other_and_bar_exclusive_ones)
{
    expect(0, dibs("claim", "k:1", "--shared"));
    expect(0, dibs("claim", "k:1", "--shared", "--session", "bob"));
    expect(1, dibs("claim", "k:1", "--session", "carol"));
    struct ran ran = expect(0, dibs("show", "k:1"));
    expect_out(ran, "  shared");
}

Test(claims, a_subtree_covers_what_is_below_it)
{
    expect(0, dibs("claim", "file:github:o/r:src/**"));
    struct ran ran = expect(1, dibs("claim", "src/a.c", "--in", "github:o/r", "--session", "bob", "--json"));
    cr_expect_str_eq(json_text(ran, "holder.session"), "alice");
}

Test(claims, in_gives_bare_references_their_repository)
{
    struct ran ran = expect(0, dibs("claim", "#5", "--in", "github:o/r", "--json"));
    cr_expect_str_eq(json_text(ran, "key"), "github:o/r#5");
}

Test(claims, a_dry_run_tells_the_answer_and_claims_nothing)
{
    struct ran ran = expect(0, dibs("claim", "k:1", "--dry-run", "--json"));
    cr_expect_str_eq(json_text(ran, "answer"), "granted");
    cr_expect(!json_has(ran, "token") && !json_has(ran, "ticket") && json_has(ran, "dry_run"));
    expect_out(expect(0, dibs("claim", "k:1", "--dry-run")), "granted (dry run)  until");
    expect_out(expect(0, dibs("show", "k:1")), "free");
    struct ran status = expect(0, dibs("status", "--json"));
    cr_expect(json_number(status, "claims") == 0 && json_number(status, "last_token") == 0);
}

Test(claims, done_work_is_refused_with_its_result_unless_asked_again)
{
    expect(0, dibs("claim", "k:1", "--about", "the work"));
    struct ran done = expect(0, dibs("done", "k:1", "--result", "merged as #9", "--reward", "0.75"));
    expect_out(done, "k:1  done  token 1\n");
    struct ran ran = expect(1, dibs("claim", "k:1", "--session", "bob"));
    expect_err(ran, "k:1 is done already by \"alice\" with the result \"merged as #9\"");
    ran = expect(1, dibs("claim", "k:1", "--session", "bob", "--json"));
    cr_expect_str_eq(json_text(ran, "reason"), "already_done");
    cr_expect_str_eq(json_text(ran, "result"), "merged as #9");
    cr_expect_str_eq(json_text(ran, "holder.about"), "the work");
    expect(0, dibs("claim", "k:1", "--session", "bob", "--again"));
}

Test(claims, check_says_how_a_claim_ended_while_that_is_remembered)
{
    const char *first = token_text(claim_token("k:1", "alice"));
    expect(0, dibs("done", "k:1", "--result", "merged as #9"));
    struct ran ran = expect(1, dibs("check", "k:1", first, "--session", "bob"));
    expect_err(ran, "dibs: its claim ended as done, by alice, with the result: merged as #9\n");
    expect_err(ran, "is not the live one for k:1; stop working on it. (store");
    ran = expect(1, dibs("check", "k:1", first, "--json"));
    cr_expect_str_eq(json_text(ran, "warnings.0.code"), "done_since");
    const char *second = token_text(claim_token("k:2", "alice"));
    expect(0, dibs("abandon", "k:2", "--reason", "too hard"));
    ran = expect(1, dibs("check", "k:2", second, "--session", "bob"));
    expect_err(ran, "the store does not remember how that claim ended");
    ran = expect(1, dibs("check", "k:1", second, "--json")); /* done under another token */
    cr_expect_str_eq(json_text(ran, "warnings.0.code"), "not_remembered");
}

Test(claims, check_says_who_has_the_key_now)
{
    const char *first = token_text(claim_token("k:1", "alice"));
    expect(0, dibs("release", "k:1"));
    const char *second = token_text(claim_token("k:1", "bob"));
    struct ran ran = expect(1, dibs("check", "k:1", first));
    expect_err(ran, "is not the live one for k:1; stop working on it. (store");
    expect_err(ran, "dibs: k:1 is held by bob now\n");
    cr_expect_str_eq(json_text(expect(1, dibs("check", "k:1", first, "--json")), "warnings.0.code"), "held_now");
    expect(0, dibs("revoke", "k:1", "--reason", "a test"));
    claim_token("k:1", "carol");
    expect_err(expect(5, dibs("check", "k:1", second, "--session", "bob")), "dibs: k:1 is held by carol now\n");
}

Test(claims, the_log_tells_why_work_was_abandoned_and_what_came_of_it)
{
    expect(0, dibs("claim", "k:1"));
    expect(0, dibs("abandon", "k:1", "--reason", "needs a decision"));
    struct ran ran = expect(0, dibs("log", "--key", "k:1"));
    expect_out(ran, "  abandon  alice  k:1  reason: needs a decision\n");
    ran = expect(0, dibs("log", "--key", "k:1", "--json"));
    cr_expect_str_eq(json_text(ran, "words"), "needs a decision");
    expect(0, dibs("claim", "k:1"));
    expect(0, dibs("done", "k:1", "--result", "merged as #9"));
    expect_out(expect(0, dibs("log", "--key", "k:1")), "  done  alice  k:1  result: merged as #9\n");
}

Test(claims, abandoned_and_released_work_may_be_claimed_at_once)
{
    expect(0, dibs("claim", "k:1"));
    expect_out(expect(0, dibs("abandon", "k:1", "--reason", "too hard")), "k:1  abandoned  token 1\n");
    expect(0, dibs("claim", "k:1", "--session", "bob"));
    expect_out(expect(0, dibs("release", "k:1", "--session", "bob")), "k:1  released  token 2\n");
    expect(0, dibs("claim", "k:1"));
}

Test(claims, texts_of_others_cannot_forge_lines_or_colours)
{
    expect(0, dibs("claim", "k:1", "--about", "a\nk:2  granted  token 9\tb"));
    struct ran ran = expect(0, dibs("list"));
    expect_out(ran, "about: a k:2  granted  token 9 b");
    cr_expect_eq(strchr(ran.out, '\n'), ran.out + strlen(ran.out) - 1, "one line: %s", ran.out);
    ran = expect(1, dibs("claim", "k:1", "--session", "bob"));
    cr_expect_eq(strchr(ran.err, '\n'), ran.err + strlen(ran.err) - 1, "one line: %s", ran.err);
    expect(0, dibs("claim", "k:3", "--about",
                   "\xc2\x9b"
                   "31mred"));
    ran = expect(0, dibs("show", "k:3"));
    expect_out(ran, "about: \\x9b31mred");
}

Test(claims, a_session_named_in_the_key_is_warned)
{
    struct ran ran = expect(0, dibs("claim", "task:agent-seventeen", "--session", "agent-seventeen", "--json"));
    cr_expect_str_eq(json_text(ran, "warnings.0.code"), "session_in_key");
    ran = expect(0, dibs("claim", "task:agent-seventeen", "--session", "agent-seventeen"));
    expect_err(ran, "dibs: The key has this session's own name in it");
}

/* The program itself is gone by the time that anybody reads it. */
Test(claims, the_origin_is_whoever_ran_the_program)
{
    struct ran ran = expect(0, run_shell("dibs claim k:1 >\"$HOME/out\" && dibs show k:1 && echo pid $$."));
    const char *origin = strstr(ran.out, "origin: "), *pid = strstr(ran.out, "\npid ");
    cr_assert(origin != NULL && pid != NULL, "%s", ran.out);
    pid = text_format("%.*s", (int)strcspn(pid + 1, "."), pid + 1);
    cr_expect_not_null(strstr(origin, pid), "%s", ran.out);
    cr_expect_eq(strstr(origin, pid)[strlen(pid)], '\n', "%s", ran.out);
}
