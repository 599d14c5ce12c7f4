/* Tickets: opaque text that names an intent and its session, and holds no secret. Pure. */
#ifndef SHIM_TICKET_H
#define SHIM_TICKET_H

#include <dibs/dibs.h>

#include "base/error.h"

#include "proto/messages.h"

struct ticket {
    struct intent_id id;
    uint32_t reply_partition;
    char session[DIBS_SESSION_SIZE];
};

/* The text of a ticket: version, client, seq, reply partition, session. `session` has 1-128 bytes without NUL. */
void ticket_print(struct intent_id id, uint32_t reply_partition, struct span session, char out[DIBS_TICKET_SIZE]);

/* DIBS_BAD_INPUT with words for anything that ticket_print does not make; NULL too. */
MUST_USE enum dibs_error ticket_parse(const char *text, struct ticket *out, struct error_text *why);

#endif
