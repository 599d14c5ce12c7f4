/* What a request asks for, read from its texts. Pure. */
#ifndef HTTP_REQUEST_H
#define HTTP_REQUEST_H

#include "base/span.h"
#include "coordinator/http/mailbox.h"

/* One argument of the query string, decoded, into the question. False: unknown, too long or no number; why says so. A NUL stands
 * behind the value's bytes; one within them is no good, as what stands before it is not what was asked for. */
bool request_argument(struct mail *mail, const char *name, struct span value, char why[MAIL_TEXT_MAX]);

/* Is nothing missing? */
bool request_is_whole(const struct mail *mail, char why[MAIL_TEXT_MAX]);

/* Is `header` `Bearer TOKEN`? Takes as long for a wrong token as for the right one. NULL: there was no header. */
bool request_has_token(const char *header, const char *token);

/* HOST:PORT, [HOST]:PORT. */
bool request_split_address(const char *address, char *host, size_t host_size, char *port, size_t port_size);

#endif
