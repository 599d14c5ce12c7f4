/* Started, heard, waited for. */
#include "bench/child.h"

#include <fcntl.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/check.h"
#include "bench/figures.h"

struct child_times child_run(char *const argv[])
{
    extern char **environ;
    char said[4096] = "";
    size_t size = 0;
    ssize_t got;
    int out[2], status;
    pid_t pid;
    posix_spawn_file_actions_t actions;
    CHECK(pipe(out) == 0);
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, out[1], STDOUT_FILENO);
    posix_spawn_file_actions_addclose(&actions, out[0]);
    posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    struct child_times times = {.whole_ms = -figures_now_ms()};
    CHECK(posix_spawn(&pid, argv[0], &actions, NULL, argv, environ) == 0);
    posix_spawn_file_actions_destroy(&actions);
    (void)close(out[1]);
    while ((got = read(out[0], said + size, sizeof said - 1 - size)) > 0) {
        if (size == 0)
            times.whole_ms += figures_now_ms();
        size += (size_t)got;
    }
    (void)close(out[0]);
    CHECK(waitpid(pid, &status, 0) == pid && status == 0 && size > 0);
    times.said = strtod(said, NULL);
    return times;
}
