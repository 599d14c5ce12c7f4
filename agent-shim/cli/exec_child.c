/* dibs exec: the command as a process: its group, its terminal, its guard. Between fork and exec only what is
 * async-signal-safe is called, for the library has threads. */
#include "exec.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "output.h"

/* ---------------------------------------------------------------- the terminal */

bool exec_has_terminal(const struct exec_job *job)
{
    return job->terminal >= 0 && tcgetpgrp(job->terminal) == getpgrp();
}

void exec_give_terminal(struct exec_job *job)
{
    if (exec_has_terminal(job))
        job->gave_terminal = tcsetpgrp(job->terminal, job->child) == 0;
}

bool exec_take_terminal(struct exec_job *job)
{
    bool had = job->gave_terminal && tcgetpgrp(job->terminal) == job->child;

    if (had)
        (void)tcsetpgrp(job->terminal, getpgrp());
    job->gave_terminal = false;
    return had;
}

/* At once where dibs alone has the terminal, as with an editor. Part of a pipeline, it is given when it is asked for. */
static bool is_all_terminal(void)
{
    return isatty(STDIN_FILENO) && isatty(STDOUT_FILENO) && isatty(STDERR_FILENO);
}

/* ---------------------------------------------------------------- the guard */

static void pause_ms(uint64_t ms)
{
    const struct timespec time = {.tv_sec = (time_t)(ms / 1000), .tv_nsec = (long)(ms % 1000) * 1000000};

    nanosleep(&time, NULL);
}

/* Reads until dibs says that all is well, or is gone: then nobody renews, and the command may not go on. */
static void guard(const struct exec_job *job, int alive)
{
    char word = 0;
    sigset_t all;

    sigfillset(&all);
    sigprocmask(SIG_SETMASK, &all, NULL);
    setpgid(0, 0);
    dup2(alive, STDIN_FILENO);
    (void)close_range(1, ~0U, 0); /* nobody must wait for the end of what it holds open */
    while (read(STDIN_FILENO, &word, 1) < 0 && errno == EINTR)
        continue;
    if (word == 'k')
        _exit(0);
    kill(-job->child, SIGTERM);
    kill(-job->child, SIGCONT);
    pause_ms(job->grace_ms);
    kill(-job->child, SIGKILL);
    _exit(0);
}

/* 0, or the errno of why there is none. */
static int guard_begin(struct exec_job *job)
{
    int alive[2];

    if (pipe2(alive, O_CLOEXEC) != 0)
        return errno;
    job->guard = fork();
    int error = job->guard < 0 ? errno : 0;
    if (job->guard == 0) {
        close(alive[1]);
        guard(job, alive[0]);
    }
    close(alive[0]);
    job->guard_fd = alive[1];
    return error;
}

void exec_guard_end(struct exec_job *job)
{
    if (job->guard_fd < 0)
        return;
    (void)!write(job->guard_fd, "k", 1);
    close(job->guard_fd);
    job->guard_fd = -1;
    if (job->guard > 0)
        waitpid(job->guard, NULL, 0);
    job->guard = 0;
}

/* ---------------------------------------------------------------- the command */

static void default_signals(void)
{
    static const int changed[] = {SIGINT, SIGTERM, SIGHUP, SIGXFSZ, SIGCHLD};
    struct sigaction before;

    for (size_t i = 0; i < sizeof changed / sizeof changed[0]; i++) {
        bool is_ours = changed[i] == SIGXFSZ || changed[i] == SIGCHLD ||
                       (sigaction(changed[i], NULL, &before) == 0 && before.sa_handler != SIG_IGN);
        if (is_ours)
            signal(changed[i], SIG_DFL);
    }
}

/* The pipes between dibs and a process that it starts. */
struct start {
    int go[2];   /* a byte: begin; the end: dibs is gone, or has thought better of it */
    int told[2]; /* what execvpe said; the end: it has begun */
};

static void become(const struct exec_job *job, char *const *argv, char *const *environment, bool takes_terminal,
                   const struct start *pipes)
{
    char go;

    close(pipes->go[1]);
    setpgid(0, 0);
    if (read(pipes->go[0], &go, 1) != 1)
        _exit(EXEC_MISSING);
    if (takes_terminal) /* SIGTTOU is blocked still */
        (void)tcsetpgrp(job->terminal, getpid());
    default_signals();
    sigprocmask(SIG_SETMASK, &job->before, NULL);
    execvpe(argv[0], argv, environment);
    int error = errno;
    (void)!write(pipes->told[1], &error, sizeof error);
    _exit(EXEC_MISSING);
}

/* The pid of a process that waits for its go; 0: *error says why there is none. */
static pid_t prepare(const struct exec_job *job, char *const *argv, char *const *environment, bool takes_terminal,
                     struct start *pipes, int *error)
{
    *error = 0;
    if (pipe2(pipes->go, O_CLOEXEC) != 0 || pipe2(pipes->told, O_CLOEXEC) != 0) {
        *error = errno;
        return 0;
    }
    pid_t pid = fork();
    if (pid == 0)
        become(job, argv, environment, takes_terminal, pipes);
    if (pid < 0)
        *error = errno;
    else
        setpgid(pid, pid); /* whoever of the two comes first */
    return pid < 0 ? 0 : pid;
}

/* 0, or what execvpe said: then the process has ended. `error`: why it may not begin; 0: it may. */
static int let_go(pid_t pid, struct start *pipes, int error)
{
    if (error == 0)
        (void)!write(pipes->go[1], "g", 1);
    close(pipes->go[1]);
    close(pipes->told[1]);
    if (read(pipes->told[0], &error, sizeof error) > 0 || error != 0)
        waitpid(pid, NULL, 0);
    close(pipes->told[0]);
    close(pipes->go[0]);
    return error;
}

int exec_spawn(struct exec_job *job)
{
    struct start pipes;
    int error;

    job->terminal = open("/dev/tty", O_RDWR | O_CLOEXEC);
    (void)prctl(PR_SET_CHILD_SUBREAPER, 1);
    bool takes = exec_has_terminal(job) && is_all_terminal();
    job->child = prepare(job, job->arguments->command, job->environment, takes, &pipes, &error);
    if (error == 0)
        error = let_go(job->child, &pipes, guard_begin(job)); /* it never runs without one */
    if (error != 0)
        exec_guard_end(job);
    job->gave_terminal = takes;
    if (error != 0 && takes)
        (void)tcsetpgrp(job->terminal, getpgrp());
    return error;
}

void exec_signal(const struct exec_job *job, int signal)
{
    if (!job->has_ended)
        kill(-job->child, signal);
}

pid_t exec_run_shell(const struct exec_job *job, const char *script, const char *why)
{
    char lost[64], child[64], shell[] = "sh", flag[] = "-c", *text = strdup(script);
    char *argv[] = {shell, flag, text, NULL};
    struct start pipes;
    size_t count = 0;
    int error;

    while (job->environment[count] != NULL)
        count++;
    char **environment = calloc(count + 3, sizeof *environment);
    if (environment == NULL || text == NULL) {
        free(environment);
        free(text);
        return 0;
    }
    memcpy(environment, job->environment, count * sizeof *environment);
    snprintf(lost, sizeof lost, "DIBS_LOST=%s", why);
    snprintf(child, sizeof child, "DIBS_PID=%ld", (long)job->child);
    environment[count] = lost;
    environment[count + 1] = child;
    pid_t pid = prepare(job, argv, environment, false, &pipes, &error);
    if (error == 0)
        error = let_go(pid, &pipes, 0);
    if (error != 0)
        output_note("exec: --on-lost could not be run: %s", strerror(error));
    free(environment);
    free(text);
    return error == 0 ? pid : 0;
}
