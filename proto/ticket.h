/* Tickets: opaque text that names an intent and its session, enough to wait for it, renew its wait or cancel it from
 * another process. Holds no secret: who uses it must have the session's. Pure. */
#ifndef PROTO_TICKET_H
#define PROTO_TICKET_H

#include "base/error.h"
#include "base/limits.h"
#include "base/span.h"
#include "proto/messages.h"

enum { TICKET_SIZE = 257 }; /* bytes that hold any ticket with its NUL */

struct ticket {
    struct intent_id id;
    uint32_t reply_partition;
    char session[LIMIT_SESSION_BYTES + 1]; /* with a NUL; has none within */
};

/* One text for one ticket. `session` is a good name: 1-128 bytes of clean UTF-8. */
void ticket_format(struct intent_id id, uint32_t reply_partition, struct span session, char out[TICKET_SIZE]);

/* Takes exactly what ticket_format makes. DIBS_BAD_INPUT: not a ticket, or mistyped (it carries a checksum); DIBS_NEWER:
 * of a newer form. On an error *out is as it was. NULL is not a ticket. */
MUST_USE enum dibs_error ticket_parse(const char *text, struct ticket *out, struct error_text *why);

#endif
