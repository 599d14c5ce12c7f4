/* Looking: list, show, key, log, status. */
#include "tests/behaviour/cli/cli.h"

#include <stdlib.h>
#include <string.h>

TestSuite(listing, .init = home_begin_as_alice, .fini = home_end);

static size_t lines_of(const char *text)
{
    size_t count = 0;

    for (; *text != '\0'; text++)
        count += *text == '\n';
    return count;
}

Test(listing, list_pages_through_more_than_64_rows_in_order_and_without_a_gap)
{
    expect(0, dibs("configure", "claims_per_minute=1000", "claims_per_session=256"));
    expect(0, run_shell("for i in 0 1 2 3 4 5 6 7; do dibs claim $(seq -f \"k:$i%02g\" 0 24) >\"$HOME/out\"; done"));
    struct ran ran = expect(0, dibs("list"));
    cr_expect_eq(lines_of(ran.out), 200);
    struct ran keys = expect(0, run_shell("dibs list | cut -d' ' -f1 | sort -uc && dibs list k:3 | cut -d' ' -f1"));
    cr_expect_eq(lines_of(keys.out), 25);
    ran = expect(0, dibs("list", "--json"));
    cr_expect_eq(json_lines(ran), 200);
    cr_expect_str_eq(json_text(ran, "key"), "k:724");
}

Test(listing, list_filters_by_prefix_session_and_kind)
{
    expect(0, dibs("claim", "a:1", "b:1"));
    expect(0, dibs("claim", "a:2", "--session", "bob"));
    expect(0, dibs("done", "b:1"));
    cr_expect_eq(lines_of(expect(0, dibs("list")).out), 3);
    cr_expect_eq(lines_of(expect(0, dibs("list", "a:")).out), 2);
    cr_expect_eq(lines_of(expect(0, dibs("list", "--session", "bob")).out), 1);
    cr_expect_eq(lines_of(expect(0, dibs("list", "--held")).out), 2);
    expect_out(expect(0, dibs("list", "--done")), "b:1  done by alice");
    struct ran ran = expect(0, dibs("list", "zebra"));
    expect_silent(ran.out);
    expect_err(ran, "dibs: there is nothing to list");
    expect_err(expect(0, dibs("list", "--session", "rita")), "dibs: there is nothing to list of session rita\n");
    expect_err(expect(0, dibs("list", "a:*")), "leave out the star");
    expect_out(expect(0, dibs("help", "list")), "whose claims and offers to list");
}

Test(listing, list_tells_who_waits_and_for_what)
{
    expect(0, dibs("claim", "k:1", "k:2"));
    struct running bob = dibs_start("claim", "k:1", "k:2", "--wait", "--session", "bob");
    struct running carol = dibs_start("claim", "k:2", "--wait", "--session", "carol");
    running_ticket(&bob);
    running_ticket(&carol);
    struct ran ran = expect(0, dibs("list", "--waits")), json = expect(0, dibs("list", "--waits", "--json", "k:1"));
    struct ran held = expect(0, dibs("list")), both = expect(0, dibs("list", "--waits", "--held"));
    struct ran own = expect(0, dibs("list", "--waits", "--session", "carol"));
    running_end(&bob, SIGINT);
    running_end(&carol, SIGINT);
    cr_expect_eq(lines_of(ran.out), 3);
    expect_out(ran, "k:2  waited for by carol");
    cr_expect_eq(json_lines(json), 1);
    cr_expect_str_eq(json_text(json, "kind"), "waiter");
    cr_expect_str_eq(json_text(json, "session"), "bob");
    cr_expect_eq(lines_of(held.out), 2);
    cr_expect_eq(lines_of(both.out), 5);
    cr_expect_eq(lines_of(own.out), 1);
}

Test(listing, a_whole_key_in_another_spelling_is_a_prefix_too)
{
    expect(0, dibs("claim", "acme/app#5"));
    cr_expect_eq(lines_of(expect(0, dibs("list", "https://github.com/acme/app/issues/5")).out), 1);
    cr_expect_eq(lines_of(expect(0, dibs("list", "github:acme/")).out), 1);
}

Test(listing, show_tells_holders_waiters_and_who_has_done_it)
{
    expect(0, dibs("claim", "k:1"));
    expect(0, dibs("done", "k:1", "--result", "fine"));
    expect(0, dibs("claim", "k:1", "--again"));
    struct running waiter = dibs_start("claim", "k:1", "--wait=1m", "--again", "--session", "bob");
    running_ticket(&waiter);
    struct ran ran = expect(0, dibs("show", "k:1"));
    running_end(&waiter, SIGTERM);
    expect_out(ran, "k:1  held by alice  token 2");
    expect_out(ran, "k:1  waited for by bob");
    expect_out(ran, "k:1  done by alice");
    expect_out(ran, "result: fine");
    cr_expect_str_eq(expect(0, dibs("show", "acme/app#9")).out,
                     "github:acme/app#9  free: nobody holds it, waits for it, or has lately done it\n");
}

Test(listing, key_prints_canonical_forms_one_a_line)
{
    struct ran ran =
        expect(0, dibs("key", "--in", "github:o/r", "https://github.com/A/b/pull/7#x", "#5", "src/../a.c"));
    cr_expect_str_eq(ran.out, "github:a/b#7\ngithub:o/r#5\nfile:github:o/r:a.c\n");
}

Test(listing, log_tells_each_record_and_what_was_decided)
{
    expect(0, dibs("claim", "acme/app#5", "--about", "the work"));
    expect(1, dibs("claim", "acme/app#5", "--session", "bob"));
    expect(0, dibs("done", "acme/app#5"));
    struct ran ran = expect(0, dibs("log"));
    cr_expect_eq(strncmp(ran.out, "0  2", 4), 0);
    expect_out(ran, "  genesis\n");
    expect_out(ran, "  claim  alice  acme/app#5  about: the work\n    -> granted  alice  github:acme/app#5 token 1\n");
    expect_out(ran, "  claim  bob  acme/app#5\n    -> denied (held)  bob  github:acme/app#5: alice\n");
    expect_out(ran, "  done  alice  acme/app#5\n    -> accepted  alice  github:acme/app#5 token 1\n");
    ran = expect(0, dibs("log", "--json"));
    expect_envelopes(ran);
    cr_expect_eq(json_lines(ran), 4);
    cr_expect_str_eq(json_text(ran, "verb"), "done");
    cr_expect_str_eq(json_text(ran, "decisions.0.answer"), "accepted");
}

static size_t records(struct ran ran)
{
    return json_lines(expect_code(0, ran, __FILE__, __LINE__));
}

Test(listing, log_filters_by_offset_time_key_and_session)
{
    expect(0, dibs("claim", "k:1"));
    expect(0, dibs("claim", "k:2", "--session", "bob"));
    expect(0, dibs("release", "--token", "1"));
    cr_expect_eq(records(dibs("log", "--json")), 4);
    cr_expect_eq(records(dibs("log", "--from", "1", "--to", "3", "--json")), 2);
    cr_expect_eq(records(dibs("log", "--from", "1h", "--json")), 4);
    cr_expect_eq(records(dibs("log", "--to", "1h", "--json")), 0);
    cr_expect_eq(records(dibs("log", "--from", "2030-01-01T00:00:00Z", "--to", "2031-01-01T00:00:00+02:00", "--json")),
                 0);
    cr_expect_eq(records(dibs("log", "--key", "k:1", "--json")), 2, "the release by token is about it, too");
    cr_expect_eq(records(dibs("log", "--session", "bob", "--json")), 1);
    cr_expect_eq(records(dibs("log", "--session", "nobody", "--json")), 0);
}

Test(listing, status_counts_and_names_the_store_and_the_session)
{
    expect(0, dibs("claim", "k:1", "k:2"));
    struct ran ran = expect(0, dibs("status"));
    expect_out(ran, text_format("store       %s%s\n", home_is_fleet() ? "" : "file:", getenv("DIBS_STORE")));
    expect_out(ran, "session     alice\n");
    expect_out(ran, "claims      1 live, 0 waiting\n");
    ran = expect(0, dibs("status", "--json"));
    cr_expect_eq(json_number(ran, "records"), home_is_fleet() ? 4 : 2, "a fleet's questions are in its log");
    cr_expect_eq(home_is_fleet() || strlen(json_text(ran, "digest")) == 32, true);
    cr_expect_eq(strlen(json_text(ran, "store_id")), 32);
}

Test(listing, questions_change_nothing)
{
    if (home_is_fleet())
        cr_skip("a fleet's questions are in its log");
    expect(0, dibs("claim", "k:1"));
    const char *before = store_digest();
    expect(0, run_shell("dibs list; dibs show k:1; dibs check k:1 1; dibs log; dibs configure; dibs key k:1"));
    cr_expect_str_eq(store_digest(), before);
    cr_expect_eq(json_number(expect(0, dibs("status", "--json")), "records"), 2, "nothing was logged");
}
