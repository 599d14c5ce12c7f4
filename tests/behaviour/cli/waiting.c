/* Waiting in the queue: tickets, coming back, Ctrl-C, TERM. */
#include "tests/behaviour/cli/cli.h"

#include <signal.h>
#include <string.h>

static void begin(void)
{
    home_begin();
    setenv("DIBS_SESSION", "alice", 1);
    expect(0, dibs("claim", "k:1", "--about", "the work"));
    setenv("DIBS_SESSION", "bob", 1);
}

TestSuite(waiting, .init = begin, .fini = home_end);

static void alice_releases(void)
{
    expect(0, dibs("release", "k:1", "--session", "alice"));
}

Test(waiting, a_waiter_gets_the_key_when_it_is_free)
{
    struct running waiter = dibs_start("claim", "k:1", "--wait");
    running_ticket(&waiter);
    alice_releases();
    struct ran ran = expect(0, running_end(&waiter, 0));
    expect_out(ran, "k:1  granted  token 2  until");
}

Test(waiting, what_waits_says_so_and_how_to_come_back_should_it_be_killed)
{
    for (int i = 0; i < 2; i++) {
        struct running waiter = i == 0 ? dibs_start("claim", "k:1", "--wait=100ms")
                                       : dibs_start("exec", "k:1", "--wait=100ms", "--", "true");
        struct ran ran = expect(i == 0 ? 1 : 121, running_end(&waiter, 0));
        expect_err(ran, "Waiting for k:1, which is held by \"alice\"");
        expect_err(ran, "dibs: this command waits, and Ctrl-C gives it up; if it is killed, come back: dibs wait ");
        cr_expect_null(strstr(ran.err, "with the ticket"), "%s", ran.err);
    }
}

Test(waiting, the_ticket_is_told_before_the_wait_and_the_wait_can_be_taken_up_elsewhere)
{
    struct running waiter = dibs_start("claim", "k:1", "--wait=10m");
    const char *ticket = running_ticket(&waiter);
    expect(128 + SIGKILL, running_end(&waiter, SIGKILL));
    struct ran ran = expect(3, dibs("wait", ticket, "--timeout", "0", "--json"));
    cr_expect_str_eq(json_text(ran, "answer"), "waiting");
    cr_expect_str_eq(json_text(ran, "holder.about"), "the work");
    cr_expect(json_has(ran, "deadline"));
    ran = expect(3, dibs("wait", ticket, "--timeout", "0"));
    expect_err(ran, "Waiting for k:1, which is held by \"alice\" (about \"the work\"");
    expect_err(ran, text_format("dibs: to come back to it: dibs wait %s\n", ticket));
    alice_releases();
    expect_out(expect(0, dibs("wait", ticket)), "k:1  granted  token 2  until");
    expect(0, dibs("done", "k:1"));
}

Test(waiting, with_json_the_ticket_is_told_on_stderr_and_stdout_has_one_object)
{
    struct running waiter = dibs_start("claim", "k:1", "--wait=10m", "--json");
    const char *ticket = running_ticket(&waiter);
    alice_releases();
    struct ran ran = expect(0, running_end(&waiter, 0));
    cr_expect_eq(json_lines(ran), 1);
    cr_expect_str_eq(json_text(ran, "answer"), "granted");
    cr_expect_str_eq(json_text(ran, "ticket"), ticket);
}

Test(waiting, TERM_leaves_the_ticket_in_the_queue)
{
    struct running waiter = dibs_start("claim", "k:1", "--wait=10m");
    const char *ticket = running_ticket(&waiter);
    expect(128 + SIGTERM, running_end(&waiter, SIGTERM));
    cr_expect_eq(json_number(expect(0, dibs("status", "--json")), "waiters"), 1);
    alice_releases();
    expect(0, dibs("wait", ticket));
}

Test(waiting, ctrl_c_gives_the_wait_back)
{
    struct running waiter = dibs_start("claim", "k:1", "--wait=10m");
    const char *ticket = running_ticket(&waiter);
    struct ran ran = expect(1, running_end(&waiter, SIGINT));
    expect_out(ran, "Cancelled.");
    cr_expect_eq(json_number(expect(0, dibs("status", "--json")), "waiters"), 0);
    ran = expect(1, dibs("wait", ticket, "--json"));
    cr_expect_str_eq(json_text(ran, "reason"), "cancelled");
}

Test(waiting, ctrl_c_gives_up_a_wait_that_was_taken_up_again)
{
    struct running waiter = dibs_start("claim", "k:1", "--wait=10m");
    const char *ticket = running_ticket(&waiter);
    running_end(&waiter, SIGTERM);
    struct running again = dibs_start("wait", ticket, "--timeout", "10m", "--json");
    running_until_caught(&again, SIGINT);
    struct ran ran = expect(1, running_end(&again, SIGINT));
    cr_expect_str_eq(json_text(ran, "answer"), "cancelled");
    cr_expect_eq(json_number(expect(0, dibs("status", "--json")), "waiters"), 0);
}

Test(waiting, a_wait_ends_at_its_deadline_with_a_no)
{
    struct ran ran = expect(1, dibs("claim", "k:1", "--wait=60ms", "--json"));
    cr_expect_str_eq(json_text(ran, "reason"), "deadline");
    expect_err(expect(1, dibs("claim", "k:1", "--wait=60ms")), "The wait ended without a grant; k:1 is held by ");
    expect_err(expect(1, dibs("claim", "k:1", "k:2", "--wait=60ms")), "dibs: it was the wait for k:1, k:2\n");
}

Test(waiting, wait_0_does_not_wait)
{
    cr_expect_str_eq(json_text(expect(1, dibs("claim", "k:1", "--wait=0", "--json")), "reason"), "held");
}

Test(waiting, a_free_key_is_granted_at_once_with_wait_too)
{
    struct ran ran = expect(0, dibs("claim", "k:2", "--wait"));
    expect_out(ran, "k:2  granted");
    expect_silent(ran.err);
}

Test(waiting, nobody_overtakes_a_waiter)
{
    struct running waiter = dibs_start("claim", "k:1", "k:2", "--wait=10m");
    const char *ticket = running_ticket(&waiter);
    struct ran ran = expect(1, dibs("claim", "k:2", "--session", "carol", "--json"));
    cr_expect_str_eq(json_text(ran, "reason"), "queued");
    cr_expect_str_eq(json_text(ran, "holder.session"), "bob");
    ran = expect(1, dibs("claim", "k:2"));
    expect_err(ran, text_format("dibs: this session waits for it already: dibs wait %s\n", ticket));
    running_end(&waiter, SIGTERM);
}

Test(waiting, cancel_leaves_the_queue_and_says_so_once)
{
    struct running waiter = dibs_start("claim", "k:1", "--wait=10m", "--json");
    const char *ticket = running_ticket(&waiter);
    struct ran ran = expect(0, dibs("cancel", ticket, "--json"));
    cr_expect_str_eq(json_text(ran, "answer"), "cancelled");
    cr_expect_eq(json_number(ran, "ended"), 1);
    ran = expect(1, running_end(&waiter, 0));
    cr_expect_str_eq(json_text(ran, "reason"), "cancelled");
}

Test(waiting, cancel_gives_back_what_was_granted)
{
    const char *ticket = claim_ticket("k:2", "bob");
    expect(0, dibs("cancel", ticket));
    expect(0, dibs("claim", "k:2", "--session", "carol"));
    expect_err(expect(1, dibs("cancel", claim_ticket("k:2", "carol"))), "There is nothing to cancel");
}

Test(waiting, wait_on_a_granted_ticket_says_granted_again)
{
    const char *ticket = claim_ticket("k:2", "bob");
    struct ran ran = expect(0, dibs("wait", ticket, "--json"));
    cr_expect_str_eq(json_text(ran, "answer"), "granted");
    cr_expect_str_eq(json_text(ran, "standing"), "live");
    expect(0, dibs("release", "k:2"));
    ran = expect(1, dibs("wait", ticket, "--json"));
    cr_expect_str_eq(json_text(ran, "standing"), "ended");
    cr_expect_str_eq(json_text(ran, "ended_why"), "closed");
}

Test(waiting, wait_on_a_ticket_whose_claim_was_revoked_ends_with_5)
{
    const char *ticket = claim_ticket("k:2", "bob");
    expect(0, dibs("revoke", "k:2", "--reason", "stuck"));
    struct ran ran = expect(5, dibs("wait", ticket, "--json"));
    cr_expect_str_eq(json_text(ran, "ended_why"), "revoked");
}

Test(waiting, a_ticket_works_from_any_session_of_the_same_user)
{
    const char *ticket = claim_ticket("k:2", "bob");
    cr_expect_str_eq(json_text(expect(0, dibs("wait", ticket, "--session", "carol", "--json")), "session"), "bob");
}

Test(waiting, a_ticket_that_the_store_does_not_know_is_forgotten)
{
    const char *ticket = claim_ticket("k:2", "bob");
    setenv("DIBS_STORE", home_path("other"), 1);
    expect(0, dibs("init"));
    cr_expect_str_eq(json_text(expect(1, dibs("wait", ticket, "--json")), "reason"), "forgotten");
}

Test(waiting, an_interrupt_that_was_ignored_from_the_start_stays_ignored)
{
    struct ran ran = expect(1, run_shell("trap '' INT; dibs claim k:1 --wait=300ms --json & sleep 0.05; kill -INT $!; "
                                         "wait $!"));
    cr_expect_str_eq(json_text(ran, "reason"), "deadline");
}

/* R13: whoever was told `yours` relies on it. */
Test(waiting, cancel_of_what_another_claim_was_told_says_how_to_end_it)
{
    const char *ticket = claim_ticket("k:9", "alice");
    expect(0, dibs("claim", "k:9", "--session", "alice"));
    struct ran ran = expect(1, dibs("cancel", ticket));
    expect_err(ran, "has been told to another claim of this session since: end that by its key or token");
    expect(0, dibs("release", "k:9", "--session", "alice"));
}
