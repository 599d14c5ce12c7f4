/* What can be seen to be no good is refused before anything is written, and says of what; what has ended is not told as
 * if it stood. */
#include "tests/behaviour/cli/cli.h"

#include <stdlib.h>
#include <string.h>

static void begin(void)
{
    home_begin();
    setenv("DIBS_SESSION", "alice", 1);
}

TestSuite(refusing, .init = begin, .fini = home_end);

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
