/* With --json every verb prints objects with the fields of docs/CLI.md, on yes, no and error alike. */
#include "tests/behaviour/cli/cli.h"

#include <stdlib.h>
#include <string.h>

TestSuite(json, .init = home_begin_as_alice, .fini = home_end);

/* One object of that answer; its code is `code`. */
static struct ran answers(const char *answer, int code, struct ran ran)
{
    expect_code(code, ran, __FILE__, __LINE__);
    expect_envelopes(ran);
    cr_expect_eq(json_lines(ran), 1, "%s: %s", ran.command, ran.out);
    cr_expect_str_eq(json_text(ran, "answer"), answer, "%s: %s", ran.command, ran.out);
    return ran;
}

static void expect_who_and_where(struct ran ran)
{
    static const char *const names[] = {"session", "store", "ticket", "offset", "rules", "message"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        cr_expect(json_has(ran, names[i]), "%s: no %s: %s", ran.command, names[i], ran.out);
}

Test(json, every_verb_that_takes_effect_says_so_with_who_and_where)
{
    struct ran ran = answers("granted", 0, dibs("claim", "k:1", "--about", "w", "--json"));
    expect_who_and_where(ran);
    cr_expect(json_number(ran, "token") == 1 && json_number(ran, "expires_in_ms") <= 3600000 &&
              json_number(ran, "expires_in_ms") > 3500000 && json_has(ran, "expires"));
    expect_who_and_where(answers("yours", 0, dibs("claim", "k:1", "--json")));
    expect_who_and_where(answers("renewed", 0, dibs("renew", "k:1", "--json")));
    ran = answers("handed_off", 0, dibs("handoff", "k:1", "--json"));
    expect_who_and_where(ran);
    ran = answers("granted", 0, dibs("take", json_text(ran, "code"), "--session", "bob", "--json"));
    expect_who_and_where(ran);
    cr_expect_str_eq(json_text(ran, "about"), "w");
    expect_who_and_where(answers("abandoned", 0, dibs("abandon", "k:1", "--session", "bob", "--json")));
    answers("granted", 0, dibs("claim", "k:1", "k:2", "k:3", "--json"));
    ran = answers("done", 0, dibs("done", "k:1", "--json"));
    expect_who_and_where(ran);
    cr_expect_eq(json_number(ran, "ended"), 1);
    cr_expect_str_eq(json_text(ran, "key"), "k:1");
    ran = answers("released", 0, dibs("release", "k:2", "k:3", "--json"));
    cr_expect_eq(json_size(ran, "keys"), 2);
    cr_expect(!json_has(ran, "key"), "only when there is one");
    ran = answers("granted", 0, dibs("claim", "k:4", "--json"));
    expect_who_and_where(answers("cancelled", 0, dibs("cancel", json_text(ran, "ticket"), "--json")));
    answers("granted", 0, dibs("claim", "k:5", "--json"));
    expect_who_and_where(answers("revoked", 0, dibs("revoke", "k:5", "--reason", "x", "--json")));
    expect_who_and_where(answers("configured", 0, dibs("configure", "ttl_default=30m", "--json")));
}

Test(json, a_question_has_no_ticket)
{
    claim_token("k:1", "alice");
    cr_expect(!json_has(answers("valid", 0, dibs("check", "k:1", "1", "--json")), "ticket"));
    cr_expect(!json_has(answers("report", 0, dibs("status", "--json")), "ticket"));
}

Test(json, a_denial_has_the_holder_with_all_that_is_known)
{
    static const char *const names[] = {"reason",       "message",    "advice",        "holder.session", "holder.about",
                                        "holder.since", "holder.ref", "holder.origin", "holder.expires", "holder.key"};
    expect(0, dibs("claim", "k:1", "--about", "w", "--ref", "https://example.org/1", "--origin", "host 7"));
    struct ran ran = answers("denied", 1, dibs("claim", "k:1", "--session", "bob", "--json"));
    expect_who_and_where(ran);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        cr_expect_gt(strlen(json_text(ran, names[i])), 0);
    cr_expect(json_number(ran, "holder.token") == 1 && json_number(ran, "holder.expires_in_ms") > 3500000);
    cr_expect_eq(json_number(ran, "queue_length"), 0);
    expect_silent(ran.err);
}

Test(json, every_denied_verb_prints_its_reason_on_stdout_and_nothing_on_stderr)
{
    static const char *const verbs[] = {"renew", "done", "abandon", "release", "handoff"};
    for (size_t i = 0; i < sizeof verbs / sizeof verbs[0]; i++) {
        struct ran ran = answers("denied", 1, dibs(verbs[i], "k:1", "--json"));
        expect_who_and_where(ran);
        cr_expect_str_eq(json_text(ran, "reason"), "not_holder");
        expect_silent(ran.err);
    }
    answers("denied", 1, dibs("take", text_of('c', 40), "--json"));
    answers("denied", 1, dibs("check", "k:1", "5", "--json"));
    answers("denied", 1, dibs("revoke", "k:1", "--reason", "x", "--json"));
    const char *ticket = claim_ticket("k:9", "bob");
    expect(0, dibs("release", "k:9", "--session", "bob"));
    answers("denied", 1, dibs("cancel", ticket, "--json"));
    expect(0, dibs("init", home_path("two")));
    answers("denied", 1, dibs("wait", ticket, "--store", home_path("two"), "--json"));
}

Test(json, an_error_has_its_name_and_words)
{
    struct ran ran = answers("error", 4, dibs("list", "--store", home_path("nowhere"), "--json"));
    cr_expect_str_eq(json_text(ran, "error"), "no_store");
    cr_expect_not_null(strstr(json_text(ran, "message"), "dibs init"));
    cr_expect_str_eq(json_text(ran, "store"), text_format("file:%s", home_path("nowhere")));
    ran = answers("error", 2, dibs("claim", "--json"));
    cr_expect_str_eq(json_text(ran, "error"), "bad_input");
}

Test(json, lines_of_lists_have_all_fields_too)
{
    expect(0, dibs("claim", "k:1", "--shared", "--about", "w", "--category", "bug", "--ref", "r", "--origin", "o"));
    expect(0, dibs("claim", "k:2"));
    expect(0, dibs("done", "k:2", "--result", "fine"));
    struct ran ran = expect(0, dibs("list", "--json"));
    expect_envelopes(ran);
    cr_expect_eq(json_lines(ran), 2);
    cr_expect_str_eq(json_text(ran, "kind"), "done");
    cr_expect_str_eq(json_text(ran, "result"), "fine");
    ran = expect(0, dibs("show", "k:1", "--json"));
    expect_envelopes(ran);
    static const char *const names[] = {"session", "since", "about",   "category", "ref",
                                        "origin",  "key",   "expires", "store"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        cr_expect_gt(strlen(json_text(ran, names[i])), 0);
    cr_expect(json_has(ran, "shared") && json_number(ran, "token") == 1 && json_number(ran, "offset") == 1);
    expect_envelopes(expect(0, dibs("show", "k:3", "--json")));
    cr_expect_str_eq(json_text(expect(0, dibs("show", "k:3", "--json")), "kind"), "free");
    expect_envelopes(expect(0, dibs("configure", "--json")));
    expect_envelopes(expect(0, dibs("log", "--json")));
}

Test(json, what_needs_no_store_is_an_object_too)
{
    cr_expect_str_eq(json_text(answers("report", 0, dibs("key", "o/r#5", "--json")), "key"), "github:o/r#5");
    cr_expect(json_has(answers("report", 0, dibs("version", "--json")), "version"));
    struct ran ran = answers("report", 0, dibs("help", "--json"));
    cr_expect_str_eq(json_text(ran, "commands.1.name"), "claim");
    ran = answers("report", 0, dibs("claim", "--help", "--json"));
    cr_expect_eq(json_size(ran, "commands"), 1);
    cr_expect_str_eq(json_text(ran, "commands.0.options.0.name"), "any");
}

Test(json, several_keys_and_refused_ones_are_a_line_each)
{
    struct ran ran = expect(2, dibs("key", "o/r#5", "#6", "o/r#7", "--json"));
    cr_expect_eq(json_lines(ran), 3);
    cr_expect_str_eq(json_text(ran, "key"), "github:o/r#7");
}

Test(json, notes_stay_on_stderr_so_stdout_is_json_alone)
{
    unsetenv("DIBS_SESSION");
    unsetenv("DIBS_STORE");
    struct ran ran = answers("granted", 0, dibs("claim", "k:1", "--json"));
    expect_err(ran, "dibs: made a store at");
    expect_err(ran, "dibs: session s-");
}

Test(json, bytes_that_are_no_UTF_8_never_cost_the_object)
{
    cr_expect_not_null(strstr(json_text(expect(2, dibs("cl\xffm", "--json")), "message"), "\"cl?m\""));
    cr_expect_not_null(
        strstr(json_text(expect(2, dibs("claim", "k:1", "--ttl", "5\xff", "--json")), "message"), "--ttl 5?"));
    expect_envelopes(expect(4, dibs("list", "--store", "/nowhere/\xff", "--json")));
    cr_expect_eq(strchr(expect(2, dibs("claim", "--\x1b[31m")).err, '\x1b'), NULL, "nor move a terminal's cursor");
}
