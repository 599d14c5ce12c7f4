/* What can be seen to be no good is refused before anything is written, and says of what; what has ended is not told as
 * if it stood. */
#include "tests/behaviour/cli/cli.h"

#include <stdlib.h>
#include <string.h>

TestSuite(refusing, .init = home_begin_as_alice, .fini = home_end);

static int64_t records(void)
{
    return json_number(expect(0, dibs("status", "--json")), "records");
}

/* Ends with 2, and not even a record was written. */
#define leaves_no_trace(...) traceless((const char *const[]){"dibs", __VA_ARGS__, NULL})
static void traceless(const char *const *argv)
{
    const char *digest = home_is_fleet() ? "" : store_digest();
    int64_t before = records();
    struct ran ran = expect(2, run_dibs(argv));

    cr_expect_gt(strlen(ran.err), 30, "%s: %s", ran.command, ran.err);
    if (home_is_fleet())
        return; /* asking is a record there */
    cr_expect_eq(records(), before, "%s: it is in the log", ran.command);
    cr_expect_str_eq(store_digest(), digest, "%s: the digest is another", ran.command);
}

Test(refusing, bad_input_of_every_verb_leaves_no_trace)
{
    const char *long_key = text_of('x', 401), *long_text = text_of('x', 2049);

    expect(0, dibs("claim", "lock:mine"));
    leaves_no_trace("claim", "");
    leaves_no_trace("claim", "lock:a", "--about", long_text);
    leaves_no_trace("renew", "a*b");
    leaves_no_trace("renew", "lock:mine", "");
    leaves_no_trace("renew", "lock:mine", "--in", text_of('x', 401));
    leaves_no_trace("done", "");
    leaves_no_trace("done", long_key);
    leaves_no_trace("done", "k:sub/**");
    leaves_no_trace("done", "lock:mine", "--result", long_text);
    leaves_no_trace("done", "lock:mine", "--result", "a\x01");
    leaves_no_trace("abandon", "lock:mine", "--reason", long_text);
    leaves_no_trace("release", "a*b");
    leaves_no_trace("release", "#5");
    leaves_no_trace("handoff", "");
    leaves_no_trace("take", "a");
    leaves_no_trace("take", "");
    leaves_no_trace("take", text_of('\xff', 20));
    leaves_no_trace("take", text_of('x', 20), "--origin", text_of('x', 1025));
    leaves_no_trace("revoke", "", "--reason", "x");
    leaves_no_trace("revoke", "k:1", "--reason", long_text);
    leaves_no_trace("revoke", "--session", text_of('s', 129), "--reason", "x");
    leaves_no_trace("configure", "done_ttl=1h", "done_ttl=2h");
    leaves_no_trace("cancel", "no-ticket");
    expect(0, dibs("renew", "lock:mine"));
}

Test(refusing, a_revoke_names_one_thing)
{
    const char *token = token_text(claim_token("lock:x", "alice"));

    leaves_no_trace("revoke", "lock:x", "--session", "bob", "--reason", "wrong person");
    leaves_no_trace("revoke", "--token", token, "--session", "bob", "--reason", "wrong person");
    leaves_no_trace("revoke", "lock:x", "--token", token, "--reason", "two");
    expect(0, dibs("check", "lock:x", token));
    expect(0, dibs("revoke", "--session", "alice", "--reason", "right person"));
    expect(5, dibs("check", "lock:x", token));
}

/* As text and as JSON: ended, how, and no lease. */
static void is_told_as_ended(const char *ticket, int code, const char *why)
{
    struct ran ran = expect(code, dibs("wait", ticket));

    expect_out(ran, text_format("lock:e  ended (%s)", why));
    cr_expect_null(strstr(ran.out, "granted"), "%s", ran.out);
    cr_expect_null(strstr(ran.out, "until"), "%s", ran.out);
    expect_err(ran, text_format("has ended (%s)", why));
    ran = expect(code, dibs("wait", ticket, "--json"));
    cr_expect_str_eq(json_text(ran, "answer"), "ended");
    cr_expect_str_eq(json_text(ran, "ended_why"), why);
    cr_expect_not(json_has(ran, "expires_in_ms"));
    cr_expect_not(json_has(ran, "expires"));
    cr_expect_str_eq(json_text(ran, "key"), "lock:e");
}

Test(refusing, a_ticket_whose_grant_has_ended_is_not_told_as_granted)
{
    const char *ticket = claim_ticket("lock:e", "alice");

    expect(0, dibs("wait", ticket));
    expect(0, dibs("release", "lock:e"));
    is_told_as_ended(ticket, 1, "closed");
    ticket = claim_ticket("lock:e", "alice");
    expect(0, dibs("revoke", "lock:e", "--reason", "x"));
    is_told_as_ended(ticket, 5, "revoked");
    ticket = claim_ticket("lock:e", "alice");
    expect(0, run_shell("dibs take \"$(dibs handoff lock:e)\" --session bob"));
    is_told_as_ended(ticket, 5, "taken");
}

Test(refusing, a_password_in_an_address_is_never_shown)
{
    static const char *const bad[] = {"kafka://user:secretpw@h/F", "kafka://h/F?librdkafka.sasl.password=secretpw",
                                      "other://user:secretpw@h/F", "kafka://user:sec/secretpw@h:1/F"};

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct ran ran = expect(2, dibs("claim", "k:1", "--store", bad[i]));
        cr_expect_null(strstr(ran.err, "secretpw"), "%s", ran.err);
        expect_silent(ran.out);
        ran = expect(2, dibs("claim", "k:1", "--json", "--store", bad[i]));
        cr_expect_null(strstr(ran.out, "secretpw"), "%s", ran.out);
        ran = expect(2, dibs("init", bad[i]));
        cr_expect_null(strstr(ran.err, "secretpw"), "%s", ran.err);
    }
    struct ran ran = expect(2, dibs("claim", "k:1", "--store", bad[0], "--json"));
    cr_expect_str_eq(json_text(ran, "store"), "kafka://***@h/F");
    cr_expect_not_null(strstr(json_text(ran, "message"), "$DIBS_KAFKA_CONFIG"), "%s", ran.out);
}

Test(refusing, to_make_a_store_over_a_damaged_or_newer_one)
{
    if (home_is_fleet())
        cr_skip("a directory is needed");
    const char *whole = home_read("store/store.json");
    char *newer = text_format("%s", whole);
    char *format = strstr(newer, "\"format\": 1");

    cr_assert_not_null(format);
    format[strlen("\"format\": ")] = '9';
    home_write("store/store.json", newer);
    expect_err(expect(4, dibs("init")), "use a newer dibs");
    home_write("store/store.json", "");
    expect_err(expect(4, dibs("init")), "is damaged");
    home_write("store/store.json", whole);
    expect_out(expect(0, dibs("init")), "is there already; nothing was changed");
}

Test(refusing, to_make_a_store_leaves_nothing)
{
    if (home_is_fleet())
        cr_skip("a directory is needed");
    home_write("no.key", "too wide");
    expect(2, dibs("init", home_path("huge"), "--map-size", "18446744073709551615"));
    expect(2, run_shell(text_format("chmod 644 %s; dibs init %s --operator-key %s", home_path("no.key"),
                                    home_path("keyless"), home_path("no.key"))));
    expect(0, run_shell(text_format("test ! -e %s && test ! -e %s", home_path("huge"), home_path("keyless"))));
    expect(0, dibs("init", home_path("huge")));
}

Test(refusing, an_option_that_is_given_twice_or_a_filter_that_is_empty)
{
    leaves_no_trace("claim", "k:1", "--ttl", "5m", "--ttl", "6m");
    leaves_no_trace("claim", "k:1", "--session", "a", "--session=b");
    leaves_no_trace("list", "--session", "");
    leaves_no_trace("log", "--session", "");
    expect_err(expect(2, run_shell("dibs")), "there is no command");
}

Test(refusing, the_code_of_a_hand_off_need_not_be_an_argument)
{
    expect(0, dibs("claim", "lock:h"));
    expect(0, run_shell("dibs handoff lock:h | dibs take - --session bob"));
    expect(0, run_shell("DIBS_CODE=$(dibs handoff lock:h --session bob) dibs take --session carol"));
    expect_out(expect(0, dibs("list", "lock:h")), "held by carol");
    expect_err(expect(2, dibs("take")), "$DIBS_CODE");
    expect(2, run_shell("dibs take - </dev/null"));
}

Test(refusing, words_say_of_what_they_speak)
{
    expect_err(expect(2, dibs("claim", "#5", "--in", text_of('x', 401))), "--in: a text is over its limit: 401 bytes");
    expect_err(expect(2, dibs("list", text_of('x', 500))), "the prefix: a text is over its limit: 500 bytes");
    expect(0, dibs("claim", "lock:r"));
    expect(0, dibs("release", "lock:r"));
    struct ran ran = expect(1, dibs("release", "lock:r"));
    cr_expect_null(strstr(ran.err, "claim it again"), "%s", ran.err);
    expect_err(ran, "closed already");
}

Test(refusing, marks_that_reorder_a_line_are_shown_not_sent)
{
    expect(0, dibs("claim", "lock:r", "--session", "x\u202ey", "--about", "a\u2066b\u200fc"));
    struct ran ran = expect(0, dibs("list", "lock:r"));
    expect_out(ran, "held by x\\u202ey");
    expect_out(ran, "a\\u2066b\\u200fc");
}

Test(refusing, a_repository_lists_its_keys)
{
    expect(0, dibs("claim", "github:acme/app#5"));
    expect_out(expect(0, dibs("list", "acme/app")), "github:acme/app#5  held by alice");
    expect_out(expect(0, dibs("list", "acme/app#5")), "github:acme/app#5  held by alice");
}

Test(refusing, to_make_a_store_for_a_question)
{
    if (home_is_fleet())
        cr_skip("a directory is needed");
    unsetenv("DIBS_STORE");
    static const char *const asks[] = {"list", "status", "log", "configure"};
    for (size_t i = 0; i < sizeof asks / sizeof asks[0]; i++)
        expect_err(expect(4, dibs(asks[i])), "dibs init");
    expect(4, dibs("check", "k:1", "1"));
    expect(4, dibs("release", "--all"));
    expect(0, run_shell("test ! -e \"$XDG_STATE_HOME/dibs\""));
    expect(0, run_shell("mkdir -p \"$XDG_CONFIG_HOME/dibs\" && echo 'store =' >\"$XDG_CONFIG_HOME/dibs/config\""));
    expect_err(expect(2, dibs("claim", "k:1")), "no store is named");
}

Test(refusing, a_file_that_may_not_grow_is_an_error_of_the_store)
{
    if (home_is_fleet())
        cr_skip("a directory is needed");
    struct ran ran = expect(4, run_shell("ulimit -f 0; dibs claim lock:xf"));
    expect_err(ran, "dibs: cannot ");
    ran = run_shell("ulimit -f 1; dibs claim lock:xf"); /* the record fits or does not, the state does not */
    cr_expect(ran.code == 3 || ran.code == 4, "%d: %s", ran.code, ran.err);
    expect(0, dibs("claim", "lock:xf"));
}

Test(refusing, a_path_with_spaces_can_be_copied_from_the_words)
{
    if (home_is_fleet())
        cr_skip("a directory is needed");
    struct ran ran = expect(4, dibs("status", "--store", home_path("sp ace")));
    expect_err(ran, text_format("dibs init --store '%s'", home_path("sp ace")));
}

Test(refusing, a_cancel_with_another_secret_is_not_told_as_a_yes)
{
    const char *ticket = claim_ticket("lock:c", "alice");
    const char *other = text_of('y', 40);
    struct ran ran = expect(1, run_shell(text_format("DIBS_SECRET=%s dibs cancel %s", other, ticket)));

    cr_expect_null(strstr(ran.err, "Cancelled"), "%s", ran.err);
    expect_err(ran, "not known under this secret");
    expect_silent(ran.out);
    ran = expect(1, run_shell(text_format("DIBS_SECRET=%s dibs cancel %s --json", other, ticket)));
    cr_expect_str_eq(json_text(ran, "answer"), "denied");
    expect_out(expect(0, dibs("list", "lock:c")), "held by alice");
    expect(0, dibs("cancel", ticket));
    expect_out(expect(0, dibs("show", "lock:c")), "free");
}

Test(refusing, what_is_known_of_keys_is_told)
{
    uint64_t token = claim_token("lock:k", "alice");
    struct ran ran = expect(1, dibs("renew", "lock:k", "lock:none", "--json"));

    cr_expect_eq(json_size(ran, "keys"), 1);
    cr_expect_eq(json_number(ran, "token"), (int64_t)token);
    cr_expect_gt(json_number(ran, "expires_in_ms"), 0);
    ran = expect(0, dibs("handoff", "lock:k", "--json"));
    cr_expect_eq(json_number(ran, "token"), (int64_t)token);
    cr_expect_gt(json_number(ran, "expires_in_ms"), 0);
    ran = expect(1, dibs("claim", "lock:k", "--wait=100ms", "--session", "bob"));
    expect_err(ran, "lock:k is held by \"alice\"");
}
