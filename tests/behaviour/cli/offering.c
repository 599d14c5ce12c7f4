/* dibs offer --from, --from-github, --from-markdown: what people have, offered; what is bad in it is named, the rest is
 * offered, and a rerun finishes it. */
#include "tests/behaviour/cli/cli.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

TestSuite(offering, .init = home_begin_as_alice, .fini = home_end);

static struct ran offer_lines(const char *text, const char *more)
{
    home_write("lines", text);
    return run_shell(text_format("cd; dibs offer --from lines %s", more));
}

static int64_t dispatchable(void)
{
    return json_number(dibs("supply", "--json"), "supply.dispatchable");
}

Test(offering, each_line_is_an_item)
{
    struct ran ran = expect(
        0,
        offer_lines("\xef\xbb\xbf{\"key\":\"k:1\",\"about\":\"one\",\"priority\":9,\"category\":\"bug\",\"time\":17}\n"
                    "\n{\"key\":\"k:2\",\"after\":[\"k:1\"],\"needs\":\"gpu\",\"not_before\":\"1h\"}\r\n"
                    "{\"key\":\"k:3\",\"expires\":4102444800,\"again\":true}",
                    ""));
    cr_expect_str_eq(ran.out, "offered 3 new, 0 updated\n");
    cr_expect_eq(dispatchable(), 2);
    ran = expect(0, dibs("next", "--category", "bug"));
    expect_out(ran, "k:1  granted");
    ran = expect(0, offer_lines("{\"key\":\"k:3\"}\n{\"key\":\"k:4\"}\n", "--category docs --json"));
    expect_envelopes(ran);
    cr_expect_eq(json_number(ran, "new"), 1);
    cr_expect_eq(json_number(ran, "updated"), 1);
    ran = expect(0, dibs("next", "--category", "docs"));
    expect_out(ran, "granted");
}

Test(offering, a_bad_line_is_named_and_a_rerun_finishes_it)
{
    static const char *const bad[] = {"{\"key\":\"k:2\"",
                                      "[1]",
                                      "{\"about\":\"x\"}",
                                      "{\"key\":7}",
                                      "{\"key\":\"k:2\",\"priority\":10}",
                                      "{\"key\":\"k:2\",\"after\":[1]}",
                                      "{\"key\":\"k:2\",\"expires\":\"soon\"}",
                                      "{\"key\":\"k:2\",\"not_before\":253402300800}", /* the year 10000 */
                                      "{\"key\":\"k:2\",\"not_before\":\"2h\",\"expires\":\"1h\"}",
                                      "{\"key\":\"k:2\",\"not_before\":4102444800,\"expires\":4102444800}",
                                      "{\"key\":\"\"}",
                                      "{\"key\":\"x/**\"}",
                                      "\xff\xfe",
                                      "{\"key\":\"k:2\",\"needs\":[\"no blanks\"]}"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct ran ran = expect(2, offer_lines(text_format("{\"key\":\"k:1\"}\n%s\n{\"key\":\"k:3\"}\n", bad[i]), ""));
        expect_err(ran, "lines, line 2: ");
        expect_err(ran, "; it is not offered");
        expect_out(ran, "; 1 bad ones were left out");
        cr_expect_eq(dispatchable(), 2, "%s", bad[i]);
    }
    struct ran ran = expect(0, offer_lines("{\"key\":\"k:1\"}\n{\"key\":\"k:2\"}\n{\"key\":\"k:3\"}\n", ""));
    cr_expect_str_eq(ran.out, "offered 1 new, 2 updated\n");
    expect_err(expect(2, dibs("offer", "k:4", "--not-before", "2h", "--expires", "1h")),
               "--expires is no later than --not-before");
}

Test(offering, what_is_no_such_file_at_all_is_given_up_soon)
{
    struct ran ran = expect(2, run_shell("yes nonsense | head -1000 | dibs offer --from -"));
    expect_err(ran, "-, line 1: it is not JSON");
    expect_err(ran, "line 100: so many are bad that it stopped here");
    cr_expect_null(strstr(ran.err, "line 101:"));
    ran =
        expect(2, run_shell("{ for i in 1 2 3 4 5; do echo '{\"key\":\"k:'$i'\"}'; done; yes nonsense | head -200; } | "
                            "dibs offer --from -"));
    expect_err(ran, "line 105: so many are bad that it stopped here");
    cr_expect_str_eq(ran.out, "offered 5 new, 0 updated; 100 bad ones were left out\n");
    ran = expect(2, run_shell("{ yes nonsense | head -99; for i in 1 2 3 4 5 6 7 8 9; do echo '{\"key\":\"k:'$i'\"}'; "
                              "echo '{\"key\":\"\"}'; done; } | dibs offer --from -"));
    cr_expect_str_eq(ran.out, "offered 3 new, 5 updated; 107 bad ones were left out\n");
    expect_err(expect(2, dibs("offer", "--from", home_path("nowhere"))), "it cannot be opened");
    expect_err(expect(2, dibs("offer", "--from", home_path("."))), "it cannot be read: Is a directory");
    static const char *const no_files[] = {"nowhere", "."}; /* one object, as of any other wrong option */
    for (size_t i = 0; i < sizeof no_files / sizeof no_files[0]; i++)
        cr_expect_eq(json_lines(expect(2, dibs("offer", "--json", "--from", home_path(no_files[i])))), 1);
    expect_err(expect(2, offer_lines(text_format("{\"key\":\"%s\"}\n", text_of('x', 65536)), "")),
               "longer than 64 KiB");
}

/* A peer that goes while something that we said is unread resets the connection: what it sent can be read, then none. */
Test(offering, what_was_read_before_a_failure_is_offered)
{
    static const char sent[] = "{\"key\":\"k:1\"}\n{\"key\":\"k:2\"}\n{\"key\":\"k:3\"";
    int ends[2];

    cr_assert(socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == 0);
    cr_assert(write(ends[0], sent, sizeof sent - 1) == (ssize_t)sizeof sent - 1 && write(ends[1], "x", 1) == 1);
    close(ends[0]);
    struct ran ran = expect(2, run_shell(text_format("bash -c 'dibs offer --from - <&%d'", ends[1])));
    close(ends[1]);
    expect_err(ran, "-, line 3: it cannot be read: Connection reset by peer; what stands before it is offered, it and "
                    "what follows isn't; offer it again to finish");
    cr_expect_str_eq(ran.out, "offered 2 new, 0 updated\n");
    cr_expect_eq(dispatchable(), 2);
}

/* Whether the signal comes while it reads or just before, line 18 is the first that it has nothing of. */
Test(offering, ctrl_c_says_up_to_where_it_came)
{
    const char *path = home_path("fifo");
    char *lines = text_format("%s", "");

    for (int i = 1; i <= 17; i++)
        lines = text_format("%s{\"key\":\"k:%d\"}\n", lines, i);
    cr_assert_eq(mkfifo(path, 0600), 0);
    int fifo = open(path, O_RDWR | O_CLOEXEC);
    cr_assert_eq(write(fifo, lines, strlen(lines)), (ssize_t)strlen(lines));
    struct running running = dibs_start("offer", "--from", path);
    while (dispatchable() != 16)
        continue;
    cr_assert_eq(kill(running.pid, SIGINT), 0);
    cr_assert_eq(write(fifo, "{\"key\":\"k:18\"}\n", 15), 15);
    struct ran ran = expect(128 + SIGINT, running_end(&running, 0));
    close(fifo);
    expect_err(ran, "fifo, line 18: it was interrupted; what stands before it is offered, it and what follows isn't");
    cr_expect_str_eq(ran.out, "offered 17 new, 0 updated\n");
    cr_expect_eq(dispatchable(), 17);
}

/* Its texts fit a line, but not a record beside its head. */
Test(offering, a_line_too_large_for_a_record_is_left_out_alone)
{
    struct ran ran = expect(2, offer_lines(text_format("{\"key\":\"k:1\"}\n{\"key\":\"k\",\"about\":\"%s\"}\n"
                                                       "{\"key\":\"k:3\"}\n",
                                                       text_of('a', 65514)),
                                           ""));
    expect_err(ran, "lines, line 2: the intent is larger than 65536 bytes");
    cr_expect_str_eq(ran.out, "offered 2 new, 0 updated; 1 bad ones were left out\n");
}

Test(offering, a_full_store_is_said_so_and_what_is_there_still_changes)
{
    char *text = text_format("%s", "");
    expect(0, dibs("configure", "offers_max=5"));
    for (int i = 0; i < 300; i++)
        text = text_format("%s{\"key\":\"k:%d\"}\n", text, i);
    struct ran ran = expect(1, offer_lines(text, ""));
    expect_err(ran, "lines, line 6: the store holds as many offers as it may (offers_max)");
    expect_err(ran, "lines, line 8: ");
    cr_expect_null(strstr(ran.err, "line 9: "), "%s", ran.err);
    expect_err(ran, "lines, line 112: there was no room for 107 in a row, so it stopped here");
    cr_expect_str_eq(ran.out, "offered 5 new, 0 updated; no room for 107\n");

    ran = expect(2, offer_lines("{\"key\":\"k:6\"}\nnonsense\n{\"key\":\"k:1\",\"priority\":9}\n", "--json"));
    cr_expect_eq(json_number(ran, "no_room"), 1);
    cr_expect_eq(json_number(ran, "updated"), 1);
    cr_expect_eq(json_number(ran, "bad"), 1);
    expect_out(expect(0, dibs("next")), "k:1  granted");
}

/* 256 offers may wait for one key: that is no full store, which would end it. */
Test(offering, an_item_after_a_key_that_too_many_wait_for_is_left_out_alone)
{
    char *text = text_format("{\"key\":\"first:1\"}\n");
    for (int i = 0; i < 256; i++)
        text = text_format("%s{\"key\":\"k:%d\",\"after\":\"first:1\"}\n", text, i);
    expect(0, offer_lines(text, ""));
    text = text_format("{\"key\":\"k:0\",\"after\":\"first:1\"}\n");
    for (int i = 0; i < 101; i++) /* so many bad ones would end it */
        text = text_format("%s{\"key\":\"more:%d\",\"after\":\"first:1\"}\n", text, i);
    struct ran ran = expect(1, offer_lines(text_format("%s{\"key\":\"last:1\"}\n", text), ""));
    expect_err(ran,
               "lines, line 2: as many offers as may wait for one key wait for one that it comes after; it is not");
    expect_err(ran, "lines, line 4: ");
    cr_expect_str_eq(ran.out, "offered 1 new, 1 updated; no room for 101\n");
    ran = expect(1, dibs("offer", "more:1", "--after", "first:1", "--json"));
    cr_expect_str_eq(json_text(ran, "offered.0.why"), "offers");
    cr_expect(json_has(ran, "offered.0.after_full"), "%s", ran.out);

    expect(0, dibs("configure", "offers_max=1"));
    ran = expect(1, dibs("offer", "other:1", "--json"));
    cr_expect_str_eq(json_text(ran, "offered.0.reason"), "quota");
    cr_expect(!json_has(ran, "offered.0.after_full"), "%s", ran.out);
    expect(0, run_shell("dibs claim first:1 && dibs done first:1 && dibs configure offers_max=1000"));
    expect(0, offer_lines(text, "")); /* nobody waits any more */
}

Test(offering, done_work_is_not_offered_again)
{
    expect(0, run_shell("dibs claim k:1 && dibs done k:1"));
    cr_expect_str_eq(expect(0, offer_lines("{\"key\":\"k:1\"}\n{\"key\":\"k:2\"}\n", "")).out,
                     "offered 1 new, 0 updated, 1 are done already\n");
    cr_expect_str_eq(expect(0, offer_lines("{\"key\":\"k:1\",\"again\":true}\n", "")).out,
                     "offered 1 new, 0 updated\n");
}

Test(offering, long_items_go_in_intents_of_their_own)
{
    char *text = text_format("%s", "");
    for (int i = 0; i < 40; i++)
        text = text_format("%s{\"key\":\"k:%d\",\"about\":\"%s\",\"aka\":\"%s\"}\n", text, i, text_of('a', 2000),
                           text_of('b', 2000));
    cr_expect_str_eq(expect(0, offer_lines(text, "")).out, "offered 40 new, 0 updated\n");
}

Test(offering, issues_as_gh_lists_them)
{
    home_write("issues.json",
               "\xef\xbb\xbf[{\"number\":5,\"title\":\"Login times out\",\"url\":\"https://github.com/o/r/issues/5\","
               "\"updatedAt\":\"2026-11-29T08:00:00Z\",\"labels\":[{\"name\":\"bug\"},{\"name\":\"priority: "
               "high\"},{\"name\":\"needs:gpu\"}]},"
               "{\"number\":6,\"title\":\"Docs\",\"url\":\"https://github.com/o/r/issues/6\",\"labels\":[]},"
               "{\"number\":7}]");
    struct ran ran = expect(2, run_shell("cd; dibs offer --from-github issues.json --category other"));
    expect_err(ran, "issues.json, issue 7 (3 of the array): it has no `url` and `title`");
    cr_expect_str_eq(ran.out, "offered 2 new, 0 updated; 1 bad ones were left out\n");
    ran = expect(0, dibs("next", "--can", "gpu", "--category", "bug"));
    expect_out(ran, "github:o/r#5  granted");
    expect_out(ran, "about: Login times out\ncategory: bug\nref: https://github.com/o/r/issues/5\n");
    ran = expect(0, dibs("next", "--category", "other"));
    expect_out(ran, "github:o/r#6  granted");
    home_write("object.json", "{}");
    expect_err(expect(2, run_shell("cd; dibs offer --from-github object.json")), "it is not an array of issues");
    expect_err(expect(2, run_shell("echo '[' | dibs offer --from-github -")), "it is not JSON");
    expect_err(expect(2, dibs("offer", "--from-github", home_path("nowhere"))), "it cannot be opened");
    expect_err(expect(2, run_shell("cd; dibs offer --from-github .")), ".: it cannot be read: Is a directory");
}

static const char *sixteen(const char *option)
{
    char *text = text_format("cd; dibs offer");
    for (int i = 0; i < 16; i++)
        text = text_format("%s %s k%d", text, option, i);
    return text;
}

/* What an item comes after and needs keeps it from being begun too soon, or by whom it isn't for: none is dropped. */
Test(offering, items_say_more_than_fits_beside_the_options)
{
    cr_assert_eq(mkdir(home_path("tasks"), 0755), 0);
    home_write("tasks/a.md", "---\ndepends: b\n---\n");
    home_write("tasks/b.md", "---\ntags: [food, 'needs:oven']\n---\n");
    home_write("issues.json", "[{\"number\":5,\"title\":\"Login\",\"url\":\"https://github.com/o/r/issues/5\","
                              "\"labels\":[\"needs:gpu\"]}]");
    struct ran ran = expect(2, run_shell(text_format("%s --from-markdown tasks", sixteen("--after"))));
    expect_err(ran, "a.md: it comes after more than 16 keys");
    ran = expect(2, run_shell(text_format("%s --from-markdown tasks", sixteen("--needs"))));
    expect_err(ran, "b.md: it needs more than 16 capabilities");
    ran = expect(2, run_shell(text_format("%s --from-github issues.json", sixteen("--needs"))));
    expect_err(ran, "issues.json, issue 5 (1 of the array): it needs more than 16 capabilities");

    expect(0, run_shell("cd; dibs offer --from-markdown tasks --category other")); /* for those that have none */
    expect_out(expect(0, dibs("next", "--can", "oven", "--category", "food")), "task:b  granted");
}

Test(offering, a_terminal_sees_how_far_it_is)
{
    struct ran ran = run_on_terminal(
        "cd; i=0; while [ $i -lt 1200 ]; do i=$((i+1)); echo '{\"key\":\"k:'$((i % 900))'\"}'; done >f; "
        "dibs offer --from f");
    expect_out(ran, "dibs: item 1008");
    expect_out(ran, "offered 900 new, 300 updated");
}
