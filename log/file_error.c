/* Words for a failed call on a file of the store. */
#include "log/file_error.h"

#include <errno.h>
#include <string.h>

static const char *hint(int number)
{
    switch (number) {
    case ENOSPC:
    case EDQUOT:
        return "; free some space there and try again";
    case EFBIG:
        return "; raise the limit on file sizes (ulimit -f)";
    case EROFS:
        return "; the store must be on a file system that can be written";
    case EACCES:
    case EPERM:
        return "; check the owner and the mode of the store's directory";
    case EIO:
        return "; the disk failed, see the kernel's messages (dmesg)";
    case EMFILE:
    case ENFILE:
        return "; raise the limit on open files (ulimit -n)";
    case ENOLCK:
    case EINVAL:
        return "; the store must be on a local file system of this host";
    default:
        return "";
    }
}

enum dibs_error file_error_say(struct error_text *why, enum dibs_error error, const char *doing, const char *path,
                               int number)
{
    char text[128];
    return error_say(why, error, "cannot %s %s: %s%s", doing, path, strerror_r(number, text, sizeof text),
                     hint(number));
}

enum dibs_error file_error_read(struct error_text *why, const char *path, int number)
{
    return file_error_say(why, number == EIO ? DIBS_DAMAGED : DIBS_UNAVAILABLE, "read", path, number);
}
