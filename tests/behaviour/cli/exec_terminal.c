/* dibs exec on a terminal: Ctrl-C and Ctrl-Z are the command's, a shell sees one job, a terminal that closes ends it. */
#include "tests/behaviour/cli/cli.h"

#include "tests/behaviour/coordinator.h"

#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static void begin(void)
{
    home_begin();
    setenv("DIBS_SESSION", "alice", 1);
    setenv("PS1", "prompt> ", 1);
    setenv("TERM", "dumb", 1);
    setenv("NO_COLOR", "1", 1);
    unsetenv("PROMPT_COMMAND");
    unsetenv("HISTFILE");
}

TestSuite(exec_terminal, .init = begin, .fini = home_end, .timeout = 240);

static int terminal;
static pid_t shell;
static char said[1 << 20];
static size_t size, seen;

/* An interactive shell, with job control, on a terminal of its own. */
static void open_shell(void)
{
    shell = forkpty(&terminal, NULL, NULL, NULL);
    if (shell < 0)
        cr_skip("there are no terminals here");
    if (shell == 0) {
        execl("/bin/bash", "bash", "--norc", "--noprofile", "-i", (char *)NULL);
        _exit(127);
    }
}

/* Reads until the text comes, after what was waited for before. */
static void until(const char *text)
{
    struct pollfd file = {.fd = terminal, .events = POLLIN};
    char *found;
    while ((found = strstr(said + seen, text)) == NULL) {
        cr_assert_gt(poll(&file, 1, 60000), 0, "no '%s' in: %s", text, said + seen);
        ssize_t got = read(terminal, said + size, sizeof said - 1 - size);
        cr_assert_gt(got, 0, "the terminal is closed; no '%s' in: %s", text, said + seen);
        size += (size_t)got;
        said[size] = '\0';
    }
    seen = (size_t)(found - said) + strlen(text);
}

static void type(const char *text)
{
    cr_assert_eq(write(terminal, text, strlen(text)), (ssize_t)strlen(text));
}

/* The shell's prompt comes, and what it ran last has ended with that, such as "then=8". */
static void until_ended(const char *then)
{
    until("prompt> ");
    type("echo \"then=$?\"\n");
    until(then);
}

static void stop_by_key(void)
{
    type("\032");
    until("Stopped");
    until("prompt> ");
}

/* The command that was stopped reads its line. */
static void go_on_with_words(void)
{
    type("fg\n");
    until("dibs exec");
    type("words\n");
    until("got words");
}

static void close_shell(void)
{
    int status;
    type("exit\n");
    close(terminal);
    waitpid(shell, &status, 0);
}

static void until_held(const char *key, bool held)
{
    for (int i = 0; i < 1000; i++) {
        if ((strstr(expect(0, dibs("show", key)).out, "held by") != NULL) == held)
            return;
        usleep(20000);
    }
    cr_assert(false, "%s is %s", key, held ? "not held" : "held");
}

static void store_away(bool away)
{
    if (!home_is_fleet())
        cr_assert_eq(rename(home_path(away ? "store" : "elsewhere"), home_path(away ? "elsewhere" : "store")), 0);
    else if (away)
        coordinator_kill();
    else
        coordinator_start();
}

Test(exec_terminal, ctrl_c_is_the_commands_and_its_end_the_jobs)
{
    open_shell();
    until("prompt> ");
    type("dibs exec k:1 -- sh -c 'trap \"echo caught; exit 6\" INT; echo be\"\"gun; while :; do sleep 0.1; done'; echo "
         "\"status=$?\"\n");
    until("begun");
    type("\003");
    until("caught");
    until("status=6");
    type("dibs exec k:1 -- sh -c 'echo be\"\"gun; exec sleep 900'; echo \"status=$?\"\n");
    until("begun");
    type("\003");
    until_ended("then=130");
    until_held("k:1", false);
    close_shell();
}

Test(exec_terminal, ctrl_z_stops_the_job_and_fg_goes_on_with_it)
{
    open_shell();
    until("prompt> ");
    type("dibs exec k:1 -- sh -c 'echo be\"\"gun; read line; echo \"got $line\"; exit 8'\n");
    until("begun");
    stop_by_key();
    type("dibs check k:1 1; echo \"shell is here\"\n");
    until("k:1  valid");
    until("shell is here\r\n");
    go_on_with_words();
    until_ended("then=8");
    until_held("k:1", false);
    close_shell();
}

Test(exec_terminal, ctrl_c_ends_the_script_that_runs_it)
{
    home_write("script", "dibs exec k:1 -- sh -c 'echo be\"\"gun; exec sleep 900'\n"
                         "echo 'the script goes on'\n");
    open_shell();
    until("prompt> ");
    type("sh \"$HOME/script\"\n");
    until("begun");
    type("\003");
    until_ended("then=130");
    cr_expect_null(strstr(said, "the script goes on"), "%s", said);
    until_held("k:1", false);
    close_shell();
}

/* Who sends dibs a signal, and no key was typed, means dibs and its command. */
Test(exec_terminal, an_interrupt_that_was_meant_for_dibs_alone_ends_no_script)
{
    home_write("script", "(until dibs show k:1 | grep -q held; do sleep 0.05; done; exec kill -INT \"$(cat pid)\") &\n"
                         "sh -c 'echo $$ >pid; exec dibs exec k:1 -- sleep 900'\n"
                         "echo \"and then $?\"\n");
    open_shell();
    until("prompt> ");
    type("cd; sh script\n");
    until("and then 130");
    until("prompt> ");
    close_shell();
}

/* The shell waits for the script, and hears of a stop only if the script is stopped, too. */
Test(exec_terminal, ctrl_z_stops_the_script_that_runs_it)
{
    home_write("script", "dibs exec k:1 -- sh -c 'echo be\"\"gun; read line; echo \"got $line\"; exit 8'\n"
                         "echo \"and then $?\"\n");
    open_shell();
    until("prompt> ");
    type("sh \"$HOME/script\"\n");
    until("begun");
    stop_by_key();
    type("fg\n");
    until("sh \"$HOME/script\"");
    type("words\n");
    until("got words");
    until("and then 8");
    until("prompt> ");
    until_held("k:1", false);
    close_shell();
}

/* Somebody who stops dibs alone, as a process, stops the command and nobody else. */
Test(exec_terminal, a_stop_that_was_meant_for_dibs_alone_stops_no_script)
{
    home_write("script", "dibs exec k:1 -- sleep 900 &\n"
                         "until dibs show k:1 | grep -q held; do sleep 0.05; done\n"
                         "kill -TSTP $!\n"
                         "until grep -q 'State:.T' /proc/$!/status; do sleep 0.05; done\n"
                         "kill -TERM $!; kill -CONT $!; wait $!; echo \"and then $?\"\n");
    open_shell();
    until("prompt> ");
    type("sh \"$HOME/script\"\n");
    until("and then 143");
    until("prompt> ");
    close_shell();
}

/* A command that has not got the terminal can't have been stopped by its key. */
Test(exec_terminal, a_stop_of_a_command_without_the_terminal_stops_no_script)
{
    home_write("script", "dibs exec k:1 -- sh -c 'echo $PPID >dibs; echo $$ >pid; exec sleep 900' | cat &\n"
                         "until [ -s pid ]; do sleep 0.05; done\n"
                         "kill -TSTP $(cat pid)\n"
                         "until grep -q 'State:.T' /proc/$(cat dibs)/status; do sleep 0.05; done\n"
                         "kill -TERM $(cat dibs); kill -CONT $(cat dibs); wait; echo 'and then'\n");
    open_shell();
    until("prompt> ");
    type("cd; sh script\n");
    until("and then");
    until("prompt> ");
    close_shell();
}

/* Nobody renews for a job that is stopped. A command that starts no others: one that is stopped between vfork and exec never
 * stops its parent, for a shell as for dibs. */
Test(exec_terminal, a_job_that_was_stopped_beyond_its_lease_is_ended_when_it_goes_on)
{
    open_shell();
    until("prompt> ");
    type("dibs exec k:1 --ttl 3s -- sh -c 'echo be\"\"gun; exec sleep 900'\n");
    until("begun");
    type("\032");
    until("Stopped");
    expect(0, dibs("claim", "k:1", "--wait=60s", "--session", "bob"));
    type("fg\n");
    until("The lease has ended while the command was stopped");
    until_ended("then=125");
    close_shell();
}

/* Its lease is no reason any more: the shell must come back. */
Test(exec_terminal, ctrl_z_stops_a_command_that_goes_on_after_its_loss)
{
    open_shell();
    until("prompt> ");
    type("dibs exec k:1 --on-lost 'echo was \"lo\"\"st\"' -- sh -c 'echo be\"\"gun; read line; echo \"got $line\"'\n");
    until("begun");
    expect(0, dibs("revoke", "k:1", "--reason", "a test"));
    until("was lost");
    stop_by_key();
    go_on_with_words();
    until_ended("then=125");
    close_shell();
}

/* There is nothing to renew, and nothing was lost. */
Test(exec_terminal, ctrl_z_stops_a_command_that_has_ended_its_claim_itself)
{
    open_shell();
    until("prompt> ");
    type("dibs exec k:1 -- sh -c 'dibs release k:1; echo be\"\"gun; read line; echo \"got $line\"; exit 8'\n");
    until("begun");
    stop_by_key();
    go_on_with_words();
    until_ended("then=8");
    close_shell();
}

/* The lease has an hour to go: that nobody could be asked just then is no loss. */
Test(exec_terminal, a_job_that_goes_on_while_its_store_is_away_keeps_its_lease)
{
    setenv("DIBS_PATIENCE", "2s", 1);
    open_shell();
    until("prompt> ");
    type("dibs exec k:1 -- sh -c 'trap \"echo goes o\"\"n\" CONT; echo be\"\"gun; while [ -z \"$line\" ]; do read "
         "line; done; "
         "echo \"got $line\"; exit 8'\n");
    until("begun");
    stop_by_key();
    store_away(true);
    type("fg\n");
    until("dibs exec");
    until("goes on");
    store_away(false);
    type("words\n");
    until("got words");
    until_ended("then=8");
    until_held("k:1", false);
    close_shell();
}

Test(exec_terminal, in_the_background_a_command_that_reads_is_stopped_until_fg)
{
    open_shell();
    until("prompt> ");
    type("dibs exec k:1 -- sh -c 'read line; echo \"got $line\"' &\n");
    until("prompt> ");
    until_held("k:1", true);
    for (int i = 0; i < 500; i++) { /* until the shell has noticed */
        type("jobs; echo \"li\"\"sted\"\n");
        until("listed\r\n");
        if (strstr(said, "Stopped") != NULL)
            break;
        usleep(20000);
    }
    cr_assert_not_null(strstr(said, "Stopped"), "%s", said);
    type("fg\n");
    type("words\n");
    until("got words");
    until("prompt> ");
    close_shell();
}

Test(exec_terminal, in_a_pipeline_the_command_gets_the_terminal_when_it_asks_for_it)
{
    open_shell();
    until("prompt> ");
    type("dibs exec k:1 -- sh -c 'read line </dev/tty; echo \"got $line\"' | cat; echo \"af\"\"ter\"\n");
    until_held("k:1", true);
    type("words\n");
    until("got words");
    until("after");
    close_shell();
}

Test(exec_terminal, a_terminal_that_closes_ends_the_command_and_the_claim)
{
    open_shell();
    until("prompt> ");
    type(text_format(
        "dibs exec k:1 -- sh -c 'trap \"echo hung >%s; exit 1\" HUP; echo be\"\"gun; while :; do sleep 0.1; done'\n",
        home_path("hung")));
    until("begun");
    close(terminal);
    until_held("k:1", false);
    cr_expect_str_eq(home_read("hung"), "hung\n");
    waitpid(shell, NULL, 0);
}

Test(exec_terminal, what_ignores_hangups_goes_on_with_its_lease)
{
    open_shell();
    until("prompt> ");
    /* It is renewed at a third of that, and a busy machine must not take the rest away. */
    type("nohup dibs exec k:1 --ttl 9s -- sh -c 'echo be\"\"gun; while ! test -e \"$HOME/enough\"; do sleep 0.1; done' "
         ">\"$HOME/said\" 2>&1 &\n");
    until("prompt> ");
    until_held("k:1", true);
    close(terminal);
    waitpid(shell, NULL, 0);
    expect(1, dibs("claim", "k:1", "--wait=12s", "--session", "bob"));
    home_write("enough", "");
    until_held("k:1", false);
}
