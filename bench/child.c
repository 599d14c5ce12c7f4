/* Started, heard, waited for. */
#include "bench/child.h"

#include <spawn.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/check.h"

double child_number(char *const argv[])
{
    extern char **environ;
    char line[64] = "";
    int out[2], status;
    pid_t pid;
    posix_spawn_file_actions_t actions;
    CHECK(pipe(out) == 0);
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, out[1], STDOUT_FILENO);
    CHECK(posix_spawn(&pid, argv[0], &actions, NULL, argv, environ) == 0);
    posix_spawn_file_actions_destroy(&actions);
    (void)close(out[1]);
    CHECK(waitpid(pid, &status, 0) == pid && status == 0);
    CHECK(read(out[0], line, sizeof line - 1) > 0);
    (void)close(out[0]);
    return strtod(line, NULL);
}
