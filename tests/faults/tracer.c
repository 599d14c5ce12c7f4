/* Kills a child at its n-th stop at a system call, with ptrace: nothing in the product knows of it. */
#include "tests/faults/tracer.h"

#include <errno.h>
#include <stdbool.h>
#include <signal.h>
#include <stdio.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

static void run_child(int (*function)(void))
{
    if (ptrace(PTRACE_TRACEME, 0, NULL, NULL) != 0)
        _exit(99);
    (void)raise(SIGSTOP);
    _exit(function());
}

static enum traced end_of(int status)
{
    if (WIFEXITED(status) && WEXITSTATUS(status) == 99)
        return TRACED_UNABLE;
    return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? TRACED_FINISHED : TRACED_FAILED;
}

enum traced traced_run(int (*function)(void), long stop)
{
    int status;
    (void)fflush(NULL);
    pid_t child = fork();
    if (child == 0)
        run_child(function);
    if (child < 0 || waitpid(child, &status, 0) != child)
        return TRACED_UNABLE;
    if (!WIFSTOPPED(status))
        return end_of(status);
    (void)ptrace(PTRACE_SETOPTIONS, child, NULL, (void *)(PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL));
    for (long stops = 0, signal_number = 0; stops < stop;) {
        if (ptrace(PTRACE_SYSCALL, child, NULL, (void *)signal_number) != 0 && errno != ESRCH)
            return TRACED_UNABLE;
        if (waitpid(child, &status, 0) != child)
            return TRACED_UNABLE;
        if (!WIFSTOPPED(status))
            return end_of(status);
        bool at_call = WSTOPSIG(status) == (SIGTRAP | 0x80);
        signal_number = at_call ? 0 : WSTOPSIG(status);
        stops += at_call;
    }
    (void)kill(child, SIGKILL);
    (void)waitpid(child, &status, 0);
    return TRACED_KILLED;
}
