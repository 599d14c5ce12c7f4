/* Words to the service manager that started us (sd_notify's protocol, without its library). */
#ifndef DAEMON_NOTIFY_H
#define DAEMON_NOTIFY_H

#include <stdint.h>

#include "base/error.h"

/* Sends lines such as "READY=1\nSTATUS=serving" to $NOTIFY_SOCKET: a path, or `@` and an abstract name. Without that
 * variable nobody wants to know: DIBS_OK. */
MUST_USE enum dibs_error notify_send(const char *lines, struct error_text *why);

/* How often the manager wants "WATCHDOG=1", ms; 0: not at all. */
uint64_t notify_watchdog_ms(void);

#endif
