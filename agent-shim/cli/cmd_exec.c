/* dibs exec: runs a command while its claim holds. */
#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "exec.h"
#include "output.h"
#include "session.h"

enum { REASON_BYTES = 128 };

/* What `done` would refuse when the command has run: its work would be lost to the others. */
static int check_done(const struct command *command, const struct arguments *arguments)
{
    size_t size = arguments->result == NULL ? 0 : strlen(arguments->result);

    if (size > DIBS_TEXT_MAX)
        return usage_error(command, arguments->json, "--result: it has %zu bytes, of at most %d", size, DIBS_TEXT_MAX);
    for (size_t i = 0; i < arguments->word_count; i++) {
        size = strlen(arguments->words[i]);
        if (size >= 3 && strcmp(arguments->words[i] + size - 3, "/**") == 0)
            return usage_error(command, arguments->json, "--then done: %s is a subtree, and only keys can be done",
                               arguments->words[i]);
    }
    return EXIT_YES;
}

static int check_usage(const struct command *command, const struct arguments *arguments)
{
    const char *then = arguments->then;

    if (arguments->command == NULL || arguments->command[0] == NULL)
        return usage_error(command, arguments->json, "the command is missing: dibs exec KEY... -- COMMAND...");
    if (arguments->next == (arguments->word_count > 0))
        return usage_error(command, arguments->json,
                           arguments->next ? "--next picks the key: name none"
                                           : "something is missing: dibs exec KEY... -- COMMAND..., or --next");
    if (!arguments->next && (arguments->can.count > 0 || arguments->categories.count > 1))
        return usage_error(command, arguments->json, "--can, and more than one --category, are for --next");
    if (then != NULL && strcmp(then, "release") != 0 && strcmp(then, "done") != 0)
        return usage_error(command, arguments->json, "--then %s: it is release or done", then);
    if (arguments->result != NULL && (then == NULL || strcmp(then, "done") != 0))
        return usage_error(command, arguments->json, "--result is told of what is done: it needs --then done");
    return then != NULL && strcmp(then, "done") == 0 ? check_done(command, arguments) : EXIT_YES;
}

/* Whoever read what dibs says has gone: that ends neither it nor the claim. A handler, and not SIG_IGN, which the command
 * would have, too. */
static void ignore(int signal)
{
    (void)signal;
}

/* Those that are passed on, and those that dibs needs. One that was ignored from the start stays ignored. */
static void choose_signals(struct exec_job *job)
{
    static const int taken[] = {SIGCHLD, SIGTERM, SIGINT,   SIGHUP,  SIGQUIT, SIGUSR1,
                                SIGUSR2, SIGTSTP, SIGWINCH, SIGCONT, SIGTTOU, SIGTTIN};
    struct sigaction before;

    signal(SIGCHLD, SIG_DFL); /* ignored, children would vanish */
    if (sigaction(SIGPIPE, NULL, &before) == 0 && before.sa_handler != SIG_IGN)
        signal(SIGPIPE, ignore);
    sigemptyset(&job->signals);
    for (size_t i = 0; i < sizeof taken / sizeof taken[0]; i++) {
        bool is_ignored = sigaction(taken[i], NULL, &before) == 0 && before.sa_handler == SIG_IGN;
        if (!is_ignored || taken[i] == SIGTTOU)
            sigaddset(&job->signals, taken[i]);
    }
    sigprocmask(SIG_SETMASK, NULL, &job->before);
}

/* ---------------------------------------------------------------- while it runs */

static void reap(struct exec_job *job)
{
    int status;
    pid_t pid;

    while ((pid = waitpid(-1, &status, WNOHANG | WUNTRACED)) > 0) {
        if (pid == job->on_lost && !WIFSTOPPED(status))
            job->on_lost = 0;
        if (pid != job->child)
            continue; /* an orphan of the command's */
        if (WIFSTOPPED(status)) {
            exec_stopped(job, WSTOPSIG(status));
            continue;
        }
        job->has_ended = true;
        job->status = status;
    }
}

static void pass_signals(struct exec_job *job)
{
    struct signalfd_siginfo info;

    while (read(job->signal_fd, &info, sizeof info) == (ssize_t)sizeof info) {
        int signal = (int)info.ssi_signo;
        if (signal == SIGTSTP || signal == SIGCONT)
            job->was_told_to_stop = signal == SIGTSTP;
        if (signal == SIGINT || signal == SIGQUIT)
            job->was_told_to_end = true;
        if (signal != SIGCHLD && signal != SIGTTOU && signal != SIGTTIN)
            exec_signal(job, signal);
    }
}

static void until_ended(struct exec_job *job)
{
    struct pollfd files[] = {{.fd = job->signal_fd, .events = POLLIN},
                             {.fd = job->lost_fd, .events = POLLIN},
                             {.fd = job->timer_fd, .events = POLLIN}};

    for (;;) { /* until the command has ended, and --on-lost */
        reap(job);
        if (job->has_ended && job->on_lost == 0)
            return;
        if (!job->has_ended)
            exec_look(job);
        files[1].fd = job->stage == EXEC_HOLDS ? job->lost_fd : -1;
        (void)poll(files, sizeof files / sizeof files[0], -1);
        pass_signals(job);
    }
}

/* ---------------------------------------------------------------- how it ends */

static struct dibs_close_options ending(const struct exec_job *job, char reason[REASON_BYTES])
{
    struct dibs_close_options options = {.outcome = DIBS_OUTCOME_RELEASED};

    if (job->arguments->then == NULL || strcmp(job->arguments->then, "done") != 0)
        return options;
    options.outcome = DIBS_OUTCOME_DONE;
    options.result = job->arguments->result;
    if (WIFEXITED(job->status) && WEXITSTATUS(job->status) == 0)
        return options;
    options.outcome = DIBS_OUTCOME_ABANDONED;
    options.result = NULL;
    options.reason = reason;
    if (WIFEXITED(job->status))
        snprintf(reason, REASON_BYTES, "the command ended with status %d", WEXITSTATUS(job->status));
    else
        snprintf(reason, REASON_BYTES, "the command was ended by signal %d (%s)", WTERMSIG(job->status),
                 strsignal(WTERMSIG(job->status)));
    return options;
}

/* EXIT_YES: ended as was asked, or ended already by the session itself; EXEC_LOST: it was lost at the last moment. */
static int close_claim(struct exec_job *job)
{
    char reason[REASON_BYTES];
    const struct dibs_target target = {.token = job->granted->keys[0].token};
    struct dibs_close_options options = ending(job, reason);
    struct dibs_answer *answer = NULL;
    int code = EXIT_YES;

    options.targets = &target;
    options.target_count = 1;
    enum dibs_error error = dibs_close_claims(job->client, &options, &answer);
    if (error != DIBS_OK) {
        output_note("exec: the claim could not be ended, and ends with its lease: %s", dibs_error_text());
        code = options.outcome == DIBS_OUTCOME_RELEASED ? EXIT_YES : EXEC_STORE;
    } else if (dibs_answer_exit_code(answer) == EXIT_LOST) {
        output_note("exec: %s", answer->message);
        code = EXEC_LOST;
    } else if (answer->verdict != DIBS_VERDICT_ACCEPTED && answer->reason != DIBS_REASON_STALE_TOKEN &&
               answer->reason != DIBS_REASON_NOT_HOLDER) {
        output_note("exec: %s", answer->message);
        code = options.outcome == DIBS_OUTCOME_RELEASED ? EXIT_YES : EXEC_STORE;
        if (code != EXIT_YES)
            exec_release(job); /* nobody works on it any more */
    }
    dibs_answer_free(answer);
    return code;
}

/* As the command ended, so that whoever waits for dibs sees what it would have seen. Was it a key of the terminal, dibs's
 * group gets it, too, as it would have if the command were in it: else a script that runs dibs would just go on. */
static int end_like(const struct exec_job *job, int status)
{
    bool is_keys = job->had_terminal && !job->was_told_to_end;
    const struct rlimit none = {0, 0};
    sigset_t signals;

    if (WIFEXITED(status))
        return WEXITSTATUS(status);
    setrlimit(RLIMIT_CORE, &none); /* the command has left one, if any was wanted */
    signal(WTERMSIG(status), SIG_DFL);
    sigemptyset(&signals);
    sigaddset(&signals, WTERMSIG(status));
    if (is_keys && (WTERMSIG(status) == SIGINT || WTERMSIG(status) == SIGQUIT))
        kill(0, WTERMSIG(status));
    else
        raise(WTERMSIG(status));
    sigprocmask(SIG_UNBLOCK, &signals, NULL);
    return 128 + WTERMSIG(status);
}

static int could_not_run(struct exec_job *job, int error)
{
    const char *name = job->arguments->command[0], *why = strerror(error);
    bool is_there = strchr(name, '/') != NULL && access(name, F_OK) == 0;
    char words[PATH_MAX + 100];

    if (error == ENOENT && !is_there && strpbrk(name, " \t\n") != NULL)
        why = "there is no such command: no shell is run; write -- sh -c '...', or leave the quotes out";
    else if (error == ENOENT)
        why = is_there ? "its interpreter is not there" : "there is no such command";
    snprintf(words, sizeof words, "exec: %s: %s", name, why);
    if (job->arguments->json)
        output_json_error(dibs_error_name(DIBS_BAD_INPUT), words, dibs_store_url(job->client));
    else
        output_note("%s", words);
    exec_release(job);
    return error == ENOENT ? EXEC_MISSING : EXEC_CANNOT;
}

static int run(struct exec_job *job)
{
    job->environment = exec_environment(job);
    if (job->environment == NULL || !exec_keep(job)) {
        exec_release(job);
        return EXEC_CANNOT;
    }
    job->signal_fd = signalfd(-1, &job->signals, SFD_CLOEXEC | SFD_NONBLOCK);
    int error = exec_spawn(job);
    if (error != 0) {
        dibs_keep_end(job->kept);
        return could_not_run(job, error);
    }
    until_ended(job);
    if (job->stage == EXEC_ENDING || job->stage == EXEC_KILLED)
        exec_kill_all(job); /* what the command has left */
    exec_guard_end(job);
    job->had_terminal = exec_take_terminal(job);
    if (job->stage != EXEC_HOLDS)
        return EXEC_LOST;
    dibs_keep_end(job->kept);
    return close_claim(job);
}

int cmd_exec(const struct command *command, const struct arguments *arguments)
{
    static struct exec_job job; /* it outlives this: a loss ends the process with the library's threads at work */

    job = (struct exec_job){.command = command, .arguments = arguments, .guard_fd = -1, .terminal = -1};
    if (check_usage(command, arguments) != EXIT_YES)
        return EXEC_USAGE;
    choose_signals(&job);
    int code = exec_claim(&job);
    if (code != EXIT_YES && job.caught != 0)
        return end_like(&job, job.caught);
    if (code != EXIT_YES)
        return code;
    code = run(&job);
    if (code == EXEC_LOST)
        return code; /* without waiting for a renewal that nobody may ever answer */
    dibs_answer_free(job.granted);
    dibs_close(job.client);
    return code == EXIT_YES ? end_like(&job, job.status) : code;
}
