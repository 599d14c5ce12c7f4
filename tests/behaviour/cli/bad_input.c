/* Bad input, as a person types it: each kind gets words on standard error that say what is wrong, nothing on standard
 * output, the right code, and changes nothing. */
#include "tests/behaviour/cli/cli.h"

#include <stdlib.h>
#include <string.h>

static const char *before;

static void begin(void)
{
    home_begin();
    setenv("DIBS_SESSION", "alice", 1);
    expect(0, dibs("claim", "held:1"));
    before = store_counts();
}

TestSuite(bad_input, .init = begin, .fini = home_end);

/* Refused as text and as JSON, with `words` in what is said. */
#define refused(words, ...) refused_command((words), (const char *const[]){"dibs", __VA_ARGS__, NULL})
static void refused_command(const char *words, const char *const *argv)
{
    const char *with_json[32];
    size_t count = 0;
    struct ran ran = expect(2, run_dibs(argv));

    expect_silent(ran.out);
    expect_err(ran, words);
    for (; argv[count] != NULL; count++)
        with_json[count] = argv[count];
    cr_assert_lt(count + 1, sizeof with_json / sizeof with_json[0]);
    with_json[count] = "--json";
    with_json[count + 1] = NULL;
    ran = expect(2, run_dibs(with_json));
    expect_envelopes(ran);
    cr_expect_not_null(strstr(json_text(ran, "message"), words), "%s", ran.out);
    cr_expect_not_null(strstr("denied error", json_text(ran, "answer")));
    cr_expect_str_eq(store_counts(), before, "%s: something was changed", ran.command);
}

Test(bad_input, an_empty_key)
{
    refused("\"\": a key is empty", "claim", "");
    refused("\"\": a key is empty", "claim", "k:1", "");
    refused("\"\": a key is empty", "done", "");
    refused("\"\": a key is empty", "key", "");
    refused("\"\": a key is empty", "show", "");
    refused("\"\": a key is empty", "check", "", "1");
}

Test(bad_input, an_over_long_key)
{
    expect(0, dibs("key", text_format("k:%s", text_of('x', 398))));
    refused("a key is longer than 400 bytes", "claim", text_format("k:%s", text_of('x', 399)));
    refused("a key is longer than 400 bytes", "claim", text_of('x', 50000));
    refused("a key is longer than 400 bytes", "claim", text_of('x', 100000));
    refused("a key has more than 32 parts", "claim",
            "k:a/b/c/d/e/f/g/h/i/j/k/l/m/n/o/p/q/r/s/t/u/v/w/x/y/z/1/2/3/4/5/6/7");
}

Test(bad_input, a_key_with_control_characters)
{
    refused("a key has control characters or is not UTF-8", "claim",
            "k:a\x01"
            "b");
    refused("a key has control characters or is not UTF-8", "claim", "k:a\nb");
    refused("a key has control characters or is not UTF-8", "claim", "k:a\x7f");
}

Test(bad_input, a_key_that_is_not_UTF_8)
{
    refused("\"k:a?b\": a key has control characters or is not UTF-8", "claim",
            "k:a\xff"
            "b");
    refused("a key has control characters or is not UTF-8", "claim", "k:\xc0\xaf");
    refused("a key has control characters or is not UTF-8", "claim", "k:\xed\xa0\x80");
    refused("a key has control characters or is not UTF-8", "done", "k:\xe2\x82");
}

Test(bad_input, dots_that_climb_out_of_a_repository)
{
    refused("climbs with .. above the root", "claim", "file:github:o/r:../x");
    refused("climbs with .. above the root", "claim", "file:github:o/r:a/../../x");
    refused("climbs with .. above the root", "claim", "../x", "--in", "github:o/r");
}

Test(bad_input, globs_but_for_a_whole_subtree)
{
    refused("\"file:github:o/r:src/*.c\": a key has a glob", "claim", "file:github:o/r:src/*.c");
    refused("the only one is /** at the very end", "claim", "file:github:o/r:**/a.c");
    refused("a key has a glob", "claim", "k:a?b");
}

Test(bad_input, a_reference_without_its_repository)
{
    refused("\"#5\": a bare reference needs its repository", "claim", "#5");
    refused("--in", "claim", "#5", "--in", "nonsense");
}

Test(bad_input, a_session_name_that_is_none)
{
    refused("1 to 128 bytes", "claim", "k:1", "--session", "");
    refused("1 to 128 bytes", "claim", "k:1", "--session", text_of('n', 129));
    refused("without control characters", "claim", "k:1", "--session", "a\x01");
    refused("UTF-8", "claim", "k:1", "--session", "a\xff");
    setenv("DIBS_SESSION", text_of('n', 129), 1);
    refused("1 to 128 bytes", "claim", "k:1");
    setenv("DIBS_SESSION", "alice", 1);
}

Test(bad_input, a_ttl_of_0_or_less)
{
    refused("--ttl 0: a lease lasts at least 1s", "claim", "k:1", "--ttl", "0");
    refused("--ttl 0s: a lease lasts at least 1s", "renew", "held:1", "--ttl", "0s");
    refused("--ttl -5s: ", "claim", "k:1", "--ttl", "-5s");
    refused("--ttl -5s: ", "claim", "k:1", "--ttl=-5s");
    refused(
        "write 250ms, 90s, 15m, 2h, 3d or 1h30m; a lease lasts at least 1s and at most what the store allows (ttl_max, "
        "7d unless configured)",
        "claim", "k:1", "--ttl", "5x");
}

Test(bad_input, a_ttl_outside_the_limits)
{
    refused("the ttl is outside what the store allows: 1s to its longest", "claim", "k:1", "--ttl", "999ms");
    refused("the ttl is outside what the store allows", "claim", "k:1", "--ttl", "8d");
    refused("--ttl 367d: ", "claim", "k:1", "--ttl", "367d");
    refused("--ttl 99999999999999999999d: ", "claim", "k:1", "--ttl", "99999999999999999999d");
}

Test(bad_input, a_ttl_that_cannot_be_read)
{
    static const char *const bad[] = {"", "soon", "5", "1.5h", "5 m", "1h 30m", "1s1h", "m", "1e3s", "+5s"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        refused("is not a duration", "claim", "k:1", "--ttl", bad[i]);
    expect_err(expect(2, dibs("claim", "k:1", "--ttl")), "--ttl needs a value (DURATION)");
}

Test(bad_input, a_wait_that_is_too_long_or_unreadable)
{
    refused("the wait is longer than the store allows", "claim", "held:1", "--wait=25h", "--session", "bob");
    refused("is not a duration", "claim", "k:1", "--wait=soon");
    refused("is 5m how long to wait? Write --wait=5m", "claim", "k:1", "--wait", "5m");
    refused("is not a duration", "wait", "t1-x", "--timeout", "ever");
}

Test(bad_input, unknown_verbs)
{
    struct ran ran = expect(2, dibs("grab", "k:1"));
    expect_err(ran, "there is no command \"grab\"; `dibs help` lists them");
    expect_envelopes(expect(2, dibs("grab", "--json")));
    refused("there is no command \"grab\"", "help", "grab");
    expect(2, dibs(""));
    expect(2, dibs("--frobnicate"));
}

Test(bad_input, a_command_by_the_name_that_others_have_for_it)
{
    refused("there is no command \"ls\"; did you mean `dibs list`?", "ls");
    refused("did you mean `dibs claim`?", "lock", "k:1");
    refused("did you mean `dibs release`?", "unlock", "k:1");
}

Test(bad_input, options_without_a_command)
{
    refused("options come after a command: dibs COMMAND --frobnicate; `dibs help` lists", "--frobnicate", "status");
    struct ran ran = expect(2, dibs("--json"));
    cr_expect_not_null(strstr(json_text(ran, "message"), "options come after a command: dibs COMMAND --json"));
    ran = expect(2, dibs("--json", "grab"));
    cr_expect_not_null(strstr(json_text(ran, "message"), "there is no command \"grab\""));
}

Test(bad_input, unknown_options)
{
    refused("there is no option --tll; did you mean --ttl?", "claim", "k:1", "--tll", "5m");
    refused("there is no option --abuot=x; did you mean --about?", "claim", "k:1", "--abuot=x");
    refused("there is no option --sesion; did you mean --session?", "list", "--sesion", "bob");
    refused("there is no option --soon; `dibs help claim` lists them", "claim", "k:1", "--soon");
    refused("there is no option --ttl; `dibs help list` lists them", "list", "--ttl", "5m");
    refused("there is no option -x", "claim", "k:1", "-x");
    refused("--any takes no value", "claim", "k:1", "--any=yes");
    refused("there is no option --", "claim", "k:1", "--=5");
}

Test(bad_input, missing_and_surplus_operands)
{
    refused("something is missing: dibs claim KEY...", "claim");
    refused("something is missing: dibs check KEY TOKEN", "check", "k:1");
    refused("name what to act on: dibs done KEY, or --token N", "done");
    refused("name the claim: dibs handoff KEY, or --token N", "handoff");
    refused("too many (2, at most 1): dibs show KEY", "show", "k:1", "k:2");
    refused("\"k:1\" is too much: it is about the store; one key's: dibs show k:1", "status", "k:1");
    refused("\"k:1\" is too much: it takes options only", "supply", "k:1");
}

static const char *const *claim_of(size_t count, bool any)
{
    const char **argv = calloc(count + 4, sizeof *argv);
    size_t at = 0;

    cr_assert_not_null(argv);
    argv[at++] = "dibs";
    argv[at++] = "claim";
    if (any)
        argv[at++] = "--any";
    for (size_t i = 0; i < count; i++)
        argv[at++] = text_format("k:%zu", i);
    return argv;
}

Test(bad_input, more_than_32_keys_or_64_with_any)
{
    struct ran ran = expect(2, run_dibs(claim_of(33, false)));
    expect_err(ran, "33 keys were given; one claim has at most 32, with any 64");
    ran = expect(2, run_dibs(claim_of(65, true)));
    expect_err(ran, "65");
    expect_err(ran, "at most 64");
    cr_expect_str_eq(store_counts(), before);
    expect(0, run_dibs(claim_of(32, false)));
    expect(0, dibs("release", "--all"));
    expect(0, run_dibs(claim_of(64, true)));
}

Test(bad_input, more_than_8_keys_that_wait)
{
    refused("too many keys: 9 were given, and a claim that waits has at most 8", "claim", "--wait", "k:1", "k:2", "k:3",
            "k:4", "k:5", "k:6", "k:7", "k:8", "k:9");
}

Test(bad_input, over_long_texts)
{
    static const struct {
        const char *option;
        size_t most;
    } texts[] = {{"--about", 2048}, {"--aka", 2048}, {"--category", 64}, {"--ref", 1024}, {"--origin", 1024}};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        refused("a text is over its limit", "claim", "k:1", texts[i].option, text_of('x', texts[i].most + 1));
    refused("a text is over its limit", "done", "held:1", "--result", text_of('x', 2049));
    refused("a text is over its limit", "abandon", "held:1", "--reason", text_of('x', 2049));
    refused("a text is over its limit", "revoke", "held:1", "--reason", text_of('x', 2049));
}

Test(bad_input, texts_that_are_not_UTF_8_or_have_control_characters)
{
    refused("not UTF-8", "claim", "k:1", "--about", "a\xff");
    refused("has control characters", "claim", "k:1", "--about", "a\x1b[31m");
    refused("not UTF-8", "done", "held:1", "--result", "\xc0\xaf");
}

Test(bad_input, rewards_outside_0_to_1)
{
    static const char *const bad[] = {"1.1", "-0.1", "2", "0.00001", "half", "", "1e-1", ".5"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        refused("is not a reward: write a number from 0 to 1", "done", "held:1", "--reward", bad[i]);
}

Test(bad_input, tokens_that_are_none)
{
    static const char *const bad[] = {"0", "-1", "x", "", "1x", "99999999999999999999"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        refused("it takes a whole number above 0", "done", "held:1", "--token", bad[i]);
        if (bad[i][0] != '-')
            refused("is not a token", "check", "held:1", bad[i]);
    }
}

Test(bad_input, tickets_and_codes_that_are_none)
{
    refused("is not a ticket", "wait", "no-ticket");
    refused("is not a ticket", "wait", "");
    refused("is not a whole ticket", "cancel", "t1-AAAA");
    refused("a hand-off code has 16 to 64 characters", "take", "short");
    refused("a hand-off code has 16 to 64 characters", "take", text_of('c', 65));
}

Test(bad_input, settings_that_are_none)
{
    refused("no setting is named", "configure", "frobs=1");
    refused("is not NAME=VALUE", "configure", "ttl_max");
    refused("is not NAME=VALUE", "configure", "=1");
    refused("is not a number of milliseconds or duration", "configure", "ttl_max=long");
    refused("outside", "configure", "ttl_max=1ms");
    refused("outside", "configure", "ttl_default=30m", "keys_per_claim=33");
    expect_out(expect(0, dibs("configure")), "ttl_default             ms        1h ");
}

Test(bad_input, a_revoke_without_a_reason_or_of_two_things)
{
    refused("--reason TEXT is needed", "revoke", "held:1");
    refused("--reason TEXT is needed", "revoke", "held:1", "--reason", "");
    refused("name one thing", "revoke", "held:1", "--token", "1", "--reason", "x");
    refused("name one thing", "revoke", "--reason", "x");
}

Test(bad_input, moments_of_the_log_that_are_none)
{
    refused("--from never: an offset, a time such as", "log", "--from", "never");
    refused("--to -1: an offset, a time such as", "log", "--to", "-1");
    refused("--from 2026-13-01T00:00:00Z", "log", "--from", "2026-13-01T00:00:00Z");
    refused("a key is empty", "log", "--key", "");
}

Test(bad_input, done_on_a_subtree)
{
    refused("a subtree cannot be done, only keys can", "done", "file:github:o/r:src/**");
}

Test(bad_input, half_of_a_set_that_one_holds_or_another_mode)
{
    expect_err(expect(2, dibs("claim", "k:1", "held:1")), "\"held:1\": this session holds a part of it already");
    expect_err(expect(2, dibs("claim", "held:1", "--shared")),
               "\"held:1\": this session holds it already in the other mode");
    cr_expect_eq(json_number(expect(0, dibs("status", "--json")), "claims"), 1); /* it was paid for, as an intent */
}

Test(bad_input, a_stale_token)
{
    struct ran ran = expect(1, dibs("done", "held:1", "--token", "77", "--json"));
    cr_expect_str_eq(json_text(ran, "reason"), "stale_token");
    expect(0, dibs("check", "held:1", "1")); /* the refusal itself is remembered, for repeats */
}

Test(bad_input, the_words_name_the_very_thing_that_is_wrong)
{
    refused("what --in names is no repository", "claim", "src/a.c", "--in", "nonsense");
    refused("what --in names is no repository", "key", "#5", "--in", "nonsense");
    refused("a bare reference needs its repository", "claim", "#5");
    refused("an absolute path is another one in every checkout", "claim", "/home/me/a.c", "--in", "acme/app");
    refused("climbs with ..", "claim", "../a.c", "--in", "acme/app");
    refused("--ref: a text is over its limit: 1025 bytes, at most 1024", "claim", "k:1", "--ref", text_of('x', 1025));
    refused("--reason: a text is not UTF-8", "abandon", "held:1", "--reason", "\xc0\xaf");
    refused("did you mean `dibs claim`?", "cliam", "k:1");
    refused("did you mean `dibs renew`?", "rene", "k:1");
    refused("`dibs help` lists them", "frobnicate");
    refused("or outside 1s to 7d", "configure", "ttl_default=999d");
}

Test(bad_input, an_absolute_path_in_a_repository_whatever_is_before_it)
{
    static const char *const given[] = {"/etc/passwd", "~/x", "file:/etc/passwd", "C:/x", "file:C:\\x", "o:/x"};
    for (size_t i = 0; i < sizeof given / sizeof given[0]; i++)
        refused("an absolute path is another one in every checkout", "key", given[i], "--in", "o/r");
    refused("a key climbs with ..", "key", "src/../../x", "--in", "o/r");
}

Test(bad_input, an_empty_repository)
{
    refused("--in is empty (is a variable unset?)", "claim", "src/a.c", "--in", "");
    refused("--in is empty", "key", "src/a.c", "--in=");
}
