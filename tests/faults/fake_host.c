/* Loaded before a program's own libraries: another wall clock, another file system, as the environment says.
 *   FAKE_CLOCK_S=±N      CLOCK_REALTIME shows so many seconds more
 *   FAKE_FILE_SYSTEM=N   statfs says that number of every path
 *   FAKE_NO_LINKS=1      the file system has none
 *   FAKE_NO_ROOM=NAME    there is no descriptor for a file or folder whose path ends so */
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
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

static bool has_no_room(const char *path)
{
    const char *name = getenv("FAKE_NO_ROOM");
    size_t size = name == NULL ? 0 : strlen(name), length = strlen(path);
    return size > 0 && length >= size && strcmp(path + length - size, name) == 0;
}

int open(const char *path, int how, ...)
{
    va_list arguments;
    va_start(arguments, how);
    mode_t mode = (how & O_CREAT) != 0 ? va_arg(arguments, mode_t) : 0;
    va_end(arguments);
    if (!has_no_room(path))
        return (int)syscall(SYS_openat, AT_FDCWD, path, how, mode);
    errno = EMFILE;
    return -1;
}

DIR *opendir(const char *path)
{
    DIR *(*real)(const char *);
    void *found = dlsym(RTLD_NEXT, "opendir");
    memcpy(&real, &found, sizeof real);
    if (!has_no_room(path))
        return real(path);
    errno = EMFILE;
    return NULL;
}

int link(const char *from, const char *to)
{
    if (getenv("FAKE_NO_LINKS") == NULL)
        return (int)syscall(SYS_linkat, AT_FDCWD, from, AT_FDCWD, to, 0);
    errno = EPERM;
    return -1;
}
