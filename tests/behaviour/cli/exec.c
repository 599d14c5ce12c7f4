/* dibs exec: a command that runs while its claim holds, what it is given, how it ends, and what dibs ends with. */
#include "tests/behaviour/cli/cli.h"

#include "tests/behaviour/coordinator.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

TestSuite(exec, .init = home_begin_as_alice, .fini = home_end, .timeout = 240);

/* Is there such a process, and not only what is left of one? */
static bool is_alive(const char *pid)
{
    struct ran ran = run_shell(text_format("sed 's/.*) //' /proc/%ld/stat 2>/dev/null | cut -c 1", atol(pid)));
    return ran.out[0] != '\0' && ran.out[0] != 'Z' && ran.out[0] != 'X' && ran.out[0] != '\n';
}

/* The pid that a command wrote into a file of the home. */
static const char *pid_in(const char *name)
{
    return home_read(name);
}

/* Waits until it has said that line on its output. */
static void until_said(struct running *running, const char *line)
{
    char text[4096] = "";
    size_t size = 0;
    struct pollfd file = {.fd = running->out, .events = POLLIN};
    while (strstr(text, line) == NULL) {
        cr_assert_gt(poll(&file, 1, 60000), 0, "%s: it never says %s", running->command, line);
        ssize_t got = read(running->out, text + size, sizeof text - 1 - size);
        cr_assert_gt(got, 0, "%s: it ended before it said %s", running->command, line);
        size += (size_t)got;
        text[size] = '\0';
    }
}

static void until_free(const char *key)
{
    expect(0, dibs("claim", key, "--wait=60s", "--session", "patient"));
    expect(0, dibs("release", key, "--session", "patient"));
}

/* Nobody holds it or waits for it. */
static void expect_free(const char *key)
{
    struct ran ran = expect(0, dibs("show", key));
    cr_expect(strstr(ran.out, "held by") == NULL && strstr(ran.out, "waited for") == NULL, "%s", ran.out);
}

/* ---------------------------------------------------------------- what the command has */

Test(exec, the_command_has_the_claim_in_its_environment_and_can_use_it)
{
    struct ran ran = expect(0, dibs("exec", "k:1", "k:2", "--about", "two things", "--", "sh", "-ec",
                                    "echo \"$DIBS_KEY|$DIBS_SESSION|$DIBS_STORE|$DIBS_TOKEN\"; echo \"$DIBS_KEYS\"; "
                                    "dibs check \"$DIBS_KEY\" \"$DIBS_TOKEN\"; dibs renew k:2"));
    expect_out(ran, text_format("k:1|alice|%s%s|", home_is_fleet() ? "" : "file:", getenv("DIBS_STORE")));
    expect_out(ran, "\nk:1\nk:2\n");
    expect_out(ran, "k:1  valid  token ");
    expect_out(ran, "k:2  renewed  token ");
    expect_free("k:1");
    expect_free("k:2");
}

Test(exec, a_made_up_session_is_the_commands_too_wherever_its_secret_is)
{
    unsetenv("DIBS_SESSION");
    struct ran ran = expect(0, dibs("exec", "k:1", "--", "sh", "-ec",
                                    "test -s \"$DIBS_SECRET_FILE\"; XDG_CONFIG_HOME=/nowhere dibs renew k:1"));
    expect_out(ran, "k:1  renewed");
    expect_silent(ran.err);
    setenv("DIBS_SECRET", "this is a secret of at least 32 bytes", 1);
    expect_out(expect(0, dibs("exec", "k:1", "--", "sh", "-ec",
                              "dibs renew k:1; cat /proc/$PPID/cmdline | grep -c 'is a sec[r]et' || true")),
               "\n0\n");
}

Test(exec, the_commands_input_and_output_are_its_own)
{
    struct ran ran =
        expect(0, run_shell("echo in | dibs exec k:1 -- sh -c 'read line; echo \"out $line\"; echo err >&2'"));
    cr_expect_str_eq(ran.out, "out in\n");
    cr_expect_str_eq(ran.err, "err\n");
}

/* ---------------------------------------------------------------- how it ends */

Test(exec, the_commands_status_is_passed_on)
{
    expect(0, dibs("exec", "k:1", "--", "true"));
    expect(1, dibs("exec", "k:1", "--", "false"));
    expect(77, dibs("exec", "k:1", "--", "sh", "-c", "exit 77"));
    expect(128 + SIGTERM, dibs("exec", "k:1", "--", "sh", "-c", "kill -TERM $$"));
    expect(128 + SIGKILL, dibs("exec", "k:1", "--", "sh", "-c", "kill -KILL $$"));
    expect_free("k:1");
}

Test(exec, bad_usage_is_120)
{
    expect_err(expect(120, dibs("exec", "k:1")), "the command is missing: dibs exec KEY... -- COMMAND...");
    expect_err(expect(120, dibs("exec", "k:1", "--")), "the command is missing");
    expect_err(expect(120, dibs("exec", "--", "true")), "something is missing");
    expect_err(expect(120, dibs("exec", "k:1", "--fresh", "--", "true")), "there is no option --fresh");
    expect_err(expect(120, dibs("exec", "k:1", "--then", "what", "--", "true")), "--then what: it is release or done");
    expect_err(expect(120, dibs("exec", "k:1", "--result", "r", "--", "true")), "it needs --then done");
    expect_err(expect(120, dibs("exec", "", "--", "true")), "key");
    expect(120, dibs("exec", "k:1", "--ttl", "0", "--", "true"));
    expect_free("k:1");
}

Test(exec, what_could_not_be_done_is_told_before_the_command_runs)
{
    char result[2050];
    memset(result, 'x', 2049);
    result[2049] = '\0';
    struct ran ran = expect(120, dibs("exec", "k:1", "--then", "done", "--result", result, "--", "echo", "ran"));
    expect_err(ran, "--result: it has 2049 bytes, of at most 2048");
    expect_silent(ran.out);
    result[2048] = '\0';
    expect(0, dibs("exec", "k:1", "--then", "done", "--result", result, "--", "true"));
    ran = expect(120, dibs("exec", "k:2/**", "--then", "done", "--", "echo", "ran"));
    expect_err(ran, "k:2/** is a subtree, and only keys can be done");
    expect_silent(ran.out);
    expect(0, dibs("exec", "k:2/**", "--", "true"));
}

Test(exec, what_was_refused_as_done_is_not_held_any_more)
{
    expect_err(expect(123, dibs("exec", "k:1", "--then", "done", "--result", "\xff", "--", "true")), "not UTF-8");
    expect_free("k:1");
}

Test(exec, a_denial_is_121_and_nothing_is_run)
{
    expect(0, dibs("claim", "k:1", "--session", "bob", "--about", "his own"));
    struct ran ran = expect(121, dibs("exec", "k:1", "--", "echo", "ran"));
    expect_silent(ran.out);
    expect_err(ran, "bob");
    expect_err(ran, "his own");
    cr_expect_str_eq(json_text(expect(121, dibs("exec", "k:1", "--json", "--", "echo", "ran")), "reason"), "held");
    expect(121, dibs("exec", "k:1", "--wait=1s", "--", "echo", "ran"));
}

Test(exec, ones_own_session_is_a_stranger_too)
{
    expect_out(expect(0, dibs("exec", "k:1", "--", "sh", "-c", "dibs exec k:1 -- true; echo \"= $?\"")), "= 121");
}

Test(exec, no_answer_is_122_and_nothing_is_kept_from_the_others_for_it)
{
    if (!home_is_fleet())
        return; /* a directory answers itself */
    setenv("DIBS_PATIENCE", "2s", 1);
    expect(0, dibs("list", "--json"));
    coordinator_kill();
    struct ran ran = expect(122, dibs("exec", "k:1", "--", "echo", "ran"));
    expect_err(ran, "dibs wait ");
    expect_err(ran, "dibs cancel ");
    coordinator_start();
    unsetenv("DIBS_PATIENCE");
    until_free("k:1");
}

Test(exec, a_store_that_is_not_there_is_123)
{
    expect_err(expect(123, dibs("exec", "k:1", "--store", home_path("nowhere"), "--", "true")), "dibs init");
}

Test(exec, what_cannot_be_run_is_126_or_127_as_in_a_shell_and_holds_nothing)
{
    home_write("plain", "no program\n");
    expect_err(expect(127, dibs("exec", "k:1", "--", "no-such-command")), "no-such-command: there is no such command");
    expect_err(
        expect(127, dibs("exec", "k:1", "--", "echo hi there")),
        "echo hi there: there is no such command: no shell is run; write -- sh -c '...', or leave the quotes out");
    expect_err(expect(126, dibs("exec", "k:1", "--", home_path("plain"))), "Permission denied");
    home_write("script", "#!/no/such/interpreter\n");
    expect(0, run_shell("chmod +x \"$HOME/script\""));
    expect_err(expect(127, dibs("exec", "k:1", "--", home_path("script"))), "its interpreter is not there");
    struct ran ran = expect(127, dibs("exec", "k:1", "--json", "--", "no-such-command"));
    cr_expect_str_eq(json_text(ran, "error"), "bad_input");
    expect_free("k:1");
}

Test(exec, then_done_is_done_on_0_and_abandoned_otherwise)
{
    expect(3, dibs("exec", "k:1", "--then", "done", "--", "sh", "-c", "exit 3"));
    expect_free("k:1");
    expect(0, dibs("exec", "k:1", "--then", "done", "--result", "merged", "--", "true"));
    expect_out(expect(0, dibs("show", "k:1")), "k:1  done by alice");
    expect_err(expect(121, dibs("exec", "k:1", "--", "true")), "merged");
    expect(0, dibs("exec", "k:1", "--again", "--", "true"));
}

Test(exec, a_command_may_end_the_claim_itself)
{
    expect(0, dibs("claim", "k:held", "--session", "carol"));
    expect(0, dibs("exec", "k:1", "--ttl", "3s", "--then", "done", "--", "sh", "-c",
                   "dibs done \"$DIBS_KEY\" --result mine && unset DIBS_TOKEN && "
                   "! dibs claim k:held --wait=5s --session bob >/dev/null"));
    expect_out(expect(0, dibs("show", "k:1")), "result: mine");
}

/* ---------------------------------------------------------------- the lease */

Test(exec, the_lease_is_kept_for_as_long_as_the_command_runs)
{
    expect(0, dibs("exec", "k:1", "--ttl", "3s", "--", "sh", "-c", "! dibs claim k:1 --wait=7s --session bob 2>&1"));
    expect_free("k:1");
}

/* Revoked, and two grandchildren: one of its group, one of a session of its own. */
static struct ran run_and_revoke(const char *trap)
{
    struct running running =
        dibs_start("exec", "k:1", "--ttl", "3s", "--grace", "400ms", "--", "sh", "-c",
                   text_format("%s; echo $$ >%s; sleep 900 & echo $! >%s; "
                               "setsid sh -c 'trap \"\" TERM; echo $$ >%s; echo begun; while :; do sleep 1; done' & "
                               "wait; while :; do sleep 1; done",
                               trap, home_path("child"), home_path("member"), home_path("stranger")));
    until_said(&running, "begun");
    expect(0, dibs("revoke", "k:1", "--reason", "a test"));
    return running_end(&running, 0);
}

Test(exec, when_the_lease_is_lost_the_command_is_ended_and_what_descends_from_it)
{
    struct ran ran = run_and_revoke("trap 'echo got TERM; exit 0' TERM");
    cr_expect_eq(ran.code, 125, "%d: %s", ran.code, ran.err);
    expect_out(ran, "got TERM");
    expect_err(ran, "is over: revoked (a test).");
    cr_expect_not(is_alive(pid_in("child")));
    cr_expect_not(is_alive(pid_in("member")));
    cr_expect_not(is_alive(pid_in("stranger")));
}

/* The lease's renewal would be due in twenty minutes. */
Test(exec, a_claim_that_is_revoked_ends_the_command_at_once)
{
    struct running running =
        dibs_start("exec", "k:1", "--grace", "400ms", "--", "sh", "-c", "echo begun; while :; do sleep 1; done");
    until_said(&running, "begun");
    expect(0, dibs("revoke", "k:1", "--reason", "a test"));
    struct ran ran = running_end(&running, 0);
    cr_expect_eq(ran.code, 125, "%d: %s", ran.code, ran.err);
    expect_err(ran, "is over: revoked (a test).");
}

Test(exec, a_command_that_ignores_TERM_is_killed)
{
    struct ran ran = run_and_revoke("trap '' TERM");
    cr_expect_eq(ran.code, 125, "%d: %s", ran.code, ran.err);
    expect_err(ran, "is over: revoked (a test).");
    cr_expect_not(is_alive(pid_in("child")));
    cr_expect_not(is_alive(pid_in("member")));
    cr_expect_not(is_alive(pid_in("stranger")));
}

Test(exec, on_lost_runs_in_place_of_ending_the_command)
{
    struct ran ran =
        dibs("exec", "k:1", "--ttl", "3s", "--on-lost", "echo \"lost $DIBS_LOST $DIBS_KEY\"; kill $DIBS_PID", "--",
             "sh", "-c", "trap 'echo ended; exit 0' TERM; dibs revoke k:1 --reason x; while :; do sleep 0.1; done");
    cr_expect_eq(ran.code, 125, "%d: %s", ran.code, ran.err);
    expect_out(ran, "lost revoked k:1");
    expect_out(ran, "\nended\n");
}

/* The store goes away: nobody can be heard, and the command ends before its lease does. */
Test(exec, without_a_store_the_command_is_ended_before_the_leases_last_safe_moment)
{
    struct running running = dibs_start("exec", "k:1", "--ttl", "6s", "--grace", "1s", "--", "sh", "-c",
                                        "trap '' TERM; echo begun; while :; do sleep 0.1; done");
    until_said(&running, "begun");
    uint64_t begun_s = clock_s();
    if (home_is_fleet())
        coordinator_kill();
    else
        cr_assert_eq(rename(home_path("store"), home_path("elsewhere")), 0);
    struct ran ran = running_end(&running, 0);
    cr_expect_eq(ran.code, 125, "%d: %s", ran.code, ran.err);
    cr_expect_leq(clock_s() - begun_s, 6u);
    cr_expect_geq(clock_s() - begun_s, 2u);
    expect_err(ran, home_is_fleet() ? "No renewal was confirmed in time (the store has not answered for "
                                    : "No renewal was confirmed in time (");
    if (!home_is_fleet())
        expect_err(ran, text_format("%s", home_path("store")));
    expect_err(ran, "), and the lease ends soon. The command is ended.");
    if (home_is_fleet())
        coordinator_start();
}

Test(exec, a_store_that_is_gone_at_the_end_is_told_and_matters_for_what_was_done)
{
    if (home_is_fleet())
        setenv("DIBS_PATIENCE", "2s", 1);
    /* Paths are looked at once a millisecond: in that of the last look it would be ended in the store that has moved. */
    const char *away =
        home_is_fleet() ? "kill -9 $(pgrep -P %ld dibsd)" : "mv \"$HOME/store\" \"$HOME/elsewhere\"; sleep 0.05";
    const char *script = text_format(away, (long)getpid());
    struct ran ran = dibs("exec", "k:1", "--", "sh", "-c", text_format("%s; exit 5", script));
    cr_expect_eq(ran.code, 5, "%d: %s", ran.code, ran.err);
    expect_err(ran, "the claim could not be ended, and ends with its lease");
    if (home_is_fleet())
        return;
    expect(0, run_shell("mv \"$HOME/elsewhere\" \"$HOME/store\""));
    expect_err(expect(123, dibs("exec", "k:2", "--then", "done", "--", "sh", "-c", script)), "could not be ended");
}

/* ---------------------------------------------------------------- signals */

Test(exec, signals_are_passed_on_and_the_commands_answer_to_them_is_the_status)
{
    struct running running = dibs_start("exec", "k:1", "--", "sh", "-c",
                                        "trap 'echo usr1' USR1; trap 'echo term; exit 9' TERM; echo begun; "
                                        "while :; do sleep 0.1; done");
    until_said(&running, "begun");
    cr_assert_eq(kill(running.pid, SIGUSR1), 0);
    until_said(&running, "usr1");
    struct ran ran = running_end(&running, SIGTERM);
    cr_expect_eq(ran.code, 9, "%d: %s", ran.code, ran.err);
    expect_out(ran, "term");
    expect_free("k:1");
}

Test(exec, who_is_ended_while_it_waits_leaves_nothing_in_the_queue)
{
    static const int ends[] = {SIGTERM, SIGINT, SIGHUP};
    expect(0, dibs("claim", "k:1", "--session", "bob"));
    for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++) {
        struct running running = dibs_start("exec", "k:1", "--wait=10m", "--", "echo", "ran");
        running_ticket(&running);
        struct ran ran = running_end(&running, ends[i]);
        cr_expect_eq(ran.code, 128 + ends[i], "%d: %s", ran.code, ran.err);
        expect_silent(ran.out);
        cr_expect_null(strstr(expect(0, dibs("show", "k:1")).out, "waited for"));
    }
}

Test(exec, it_waits_for_its_turn)
{
    expect(0, dibs("claim", "k:1", "--session", "bob"));
    struct running running = dibs_start("exec", "k:1", "--wait=10m", "--", "echo", "ran");
    running_ticket(&running);
    expect(0, dibs("release", "k:1", "--session", "bob"));
    struct ran ran = running_end(&running, 0);
    cr_expect_eq(ran.code, 0, "%d: %s", ran.code, ran.err);
    expect_out(ran, "ran");
}

Test(exec, when_dibs_is_killed_its_command_is_ended_and_the_lease_expires)
{
    struct running running = dibs_start(
        "exec", "k:1", "--ttl", "2s", "--grace", "200ms", "--", "sh", "-c",
        text_format("trap '' TERM; echo $$ >%s; echo begun; while :; do sleep 0.1; done", home_path("child")));
    until_said(&running, "begun");
    struct ran ran = running_end(&running, SIGKILL); /* returns when nobody holds its output open */
    cr_expect_eq(ran.code, 128 + SIGKILL);
    cr_expect_not(is_alive(pid_in("child")));
    until_free("k:1");
}

Test(exec, orphans_of_the_command_do_not_confuse_it)
{
    expect(4, dibs("exec", "k:1", "--", "sh", "-c", "(sh -c 'exit 3' &); (sleep 0.1 &); sleep 0.3; exit 4"));
}

/* Its guard is ended, as by somebody who tidies up, or for want of memory: the command's end is told all the same. */
Test(exec, a_guard_that_was_killed_takes_nobody_with_it)
{
    const char *script = "for file in /proc/[0-9]*/stat; do read -r pid name state parent rest <\"$file\"; "
                         "[ \"$parent\" = $PPID ] && [ \"$pid\" != $$ ] && kill -KILL \"$pid\"; done 2>/dev/null; "
                         "exit 7";
    struct ran ran = dibs("exec", "k:1", "--", "sh", "-c", script);
    cr_expect_eq(ran.code, 7, "%d: %s", ran.code, ran.err);
    expect_free("k:1");
}

/* Whatever it is that there is no room for. */
Test(exec, without_a_guard_no_command_runs)
{
    if (home_is_fleet())
        return; /* a connection that has no room waits for some, longer than this test */
    home_write("command", "for file in /proc/[0-9]*/stat; do read -r pid name state parent rest <\"$file\"; "
                          "[ \"$parent\" = $PPID ] && [ \"$pid\" != $$ ] && exit 9; done 2>/dev/null; exit 99");
    struct ran ran = run_shell("for files in $(seq 4 40); do (ulimit -n $files; dibs exec k:1 -- sh \"$HOME/command\" "
                               ">/dev/null 2>&1); echo $?; done | sort | uniq");
    expect_out(ran, "9\n");
    cr_expect_null(strstr(ran.out, "99"), "%s", ran.out);
}

/* Who read what it says has gone: that is no reason to leave undone what is due, nor the command's to bear. */
Test(exec, what_nobody_reads_is_done_all_the_same)
{
    expect(0, run_shell("{ dibs exec k:1 --ttl 3s --on-lost 'echo $DIBS_LOST >\"$HOME/lost\"; kill $DIBS_PID' -- "
                        "sh -c 'sleep 0.3; dibs revoke k:1 --reason x >/dev/null; while :; do sleep 0.1; done'; "
                        "echo $? >\"$HOME/status\"; } 2>&1 >/dev/null | true; "
                        "until [ -s \"$HOME/status\" ]; do sleep 0.05; done"));
    cr_expect_str_eq(home_read("status"), "125\n");
    cr_expect_str_eq(home_read("lost"), "revoked\n");
    struct ran ran = dibs("exec", "k:2", "--", "sh", "-c", "kill -PIPE $$");
    cr_expect_eq(ran.code, 128 + 13, "the command has the signal as ever: %d: %s", ran.code, ran.err);
}
