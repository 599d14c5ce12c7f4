/* getrandom, whole: see random_secure.h. */
#include "base/random_secure.h"

#include <errno.h>
#include <string.h>
#include <sys/random.h>
#include <sys/types.h>

enum dibs_error random_secure(void *out, size_t size, struct error_text *why)
{
    unsigned char *to = out;
    while (size > 0) { /* each turn takes at least a byte or ends; signals may cut a turn short */
        ssize_t got = getrandom(to, size, 0);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return error_say(why, DIBS_UNAVAILABLE, "the system gives no random bytes: %s", strerror(errno));
        to += got;
        size -= (size_t)got;
    }
    return DIBS_OK;
}
