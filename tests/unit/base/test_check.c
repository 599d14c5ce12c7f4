/* CHECK: a line on stderr, then the end. */
#include <criterion/criterion.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/check.h"

Test(check, that_holds_goes_on)
{
    CHECK(1 + 1 == 2);
}

Test(check, that_fails_aborts, .signal = SIGABRT)
{
    CHECK(1 + 1 == 3);
}

/* The line is caught in a pipe by a child of our own, since Criterion sees nothing of a test that died. */
Test(check, that_fails_says_where_and_what)
{
    int ends[2];
    char line[256];
    cr_assert_eq(pipe(ends), 0);
    pid_t child = fork();
    if (child == 0) {
        dup2(ends[1], STDERR_FILENO);
        check_failed("a == b", "room/file.c", 1207);
    }
    close(ends[1]);
    ssize_t size = read(ends[0], line, sizeof line - 1);
    for (ssize_t more; size >= 0 && (more = read(ends[0], line + size, sizeof line - 1 - (size_t)size)) > 0;)
        size += more;
    cr_assert_gt(size, 0);
    line[size] = '\0';
    cr_assert_not_null(strstr(line, "dibs: a bug: room/file.c:1207: CHECK(a == b) failed\n"), "%s", line);
    int status;
    cr_assert_eq(waitpid(child, &status, 0), child);
    cr_assert(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
}
