/* HTTP on one address: who may ask what, and what is answered. The only room that knows libmicrohttpd.
 *
 * /healthz and /readyz need no token; /metrics, /claims and /claim need the bearer token when there is one. GET and HEAD
 * only. Threads of its own, at most LISTENER_CONNECTIONS; each question goes through the mailbox. Who takes longer than 15 s for
 * a request is hung up on. */
#ifndef HTTP_LISTENER_H
#define HTTP_LISTENER_H

#include "base/error.h"
#include "coordinator/http/mailbox.h"

enum { LISTENER_CONNECTIONS = 64, LISTENER_TOKEN_MAX = 512, LISTENER_ADDRESS_MAX = 128 };

struct listener;

/* `address` is HOST:PORT (an IPv6 host in brackets); port 0 takes any free one. `token` is "" for none: then only a
 * loopback address is served. *out says with listener_address where. DIBS_BAD_INPUT: the address; DIBS_UNAVAILABLE: it is
 * taken, or there are no threads. `mailbox` is borrowed until close. */
MUST_USE enum dibs_error listener_open(const char *address, const char *token, struct mailbox *mailbox,
                                       struct listener **out, struct error_text *why);

/* Would that address be served? Opens nothing; asks the resolver for a host's name. DIBS_BAD_INPUT: no. */
MUST_USE enum dibs_error listener_check(const char *address, bool has_token, struct error_text *why);

const char *listener_address(const struct listener *listener);
void listener_close(struct listener *listener); /* NULL is allowed; waits for answers under way */

#endif
