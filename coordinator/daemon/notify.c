/* One datagram to the service manager's socket: see notify.h. */
#include "coordinator/daemon/notify.h"

#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum dibs_error notify_send(const char *lines, struct error_text *why)
{
    const char *name = getenv("NOTIFY_SOCKET");
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (name == NULL || name[0] == '\0')
        return DIBS_OK;
    size_t size = strlen(name);
    if ((name[0] != '/' && name[0] != '@') || size >= sizeof address.sun_path)
        return error_say(why, DIBS_BAD_INPUT, "$NOTIFY_SOCKET is no socket's name: %.100s", name);
    memcpy(address.sun_path, name, size);
    if (name[0] == '@')
        address.sun_path[0] = '\0';
    int file = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (file < 0)
        return error_say(why, DIBS_UNAVAILABLE, "no socket: %s", strerror(errno));
    socklen_t length = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + size);
    ssize_t sent = sendto(file, lines, strlen(lines), MSG_NOSIGNAL, (struct sockaddr *)&address, length);
    int cause = errno;
    (void)close(file);
    return sent >= 0 ? DIBS_OK
                     : error_say(why, DIBS_UNAVAILABLE, "cannot tell the service manager: %s", strerror(cause));
}

uint64_t notify_watchdog_ms(void)
{
    const char *text = getenv("WATCHDOG_USEC"), *owner = getenv("WATCHDOG_PID");
    char *end = NULL;
    if (text == NULL || (owner != NULL && strtoll(owner, NULL, 10) != (long long)getpid()))
        return 0;
    unsigned long long usec = strtoull(text, &end, 10);
    return *end == '\0' ? usec / 1000 : 0;
}
