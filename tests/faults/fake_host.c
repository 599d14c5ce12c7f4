/* Loaded before a program's own libraries: another wall clock, another file system, as the environment says.
 *   FAKE_CLOCK_S=±N      CLOCK_REALTIME shows so many seconds more
 *   FAKE_FILE_SYSTEM=N   statfs says that number of every path */
#include <stdlib.h>
#include <sys/vfs.h>
#include <time.h>
#include <unistd.h>
#include <sys/syscall.h>

int clock_gettime(clockid_t id, struct timespec *now)
{
    long result = syscall(SYS_clock_gettime, id, now);
    const char *more = getenv("FAKE_CLOCK_S");
    if (result == 0 && id == CLOCK_REALTIME && more != NULL)
        now->tv_sec += strtol(more, NULL, 10);
    return (int)result;
}

int statfs(const char *path, struct statfs *out)
{
    long result = syscall(SYS_statfs, path, out);
    const char *type = getenv("FAKE_FILE_SYSTEM");
    if (result == 0 && type != NULL)
        out->f_type = (__typeof__(out->f_type))strtol(type, NULL, 0);
    return (int)result;
}
