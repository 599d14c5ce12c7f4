/* HOST:PORT, and the socket that listens there. Without a token only where no other machine reaches. */
#ifndef HTTP_ADDRESS_H
#define HTTP_ADDRESS_H

#include "coordinator/http/listener.h"

/* As listener_check. */
MUST_USE enum dibs_error address_check(const char *address, bool has_token, struct error_text *why);

/* *file is the caller's. DIBS_BAD_INPUT as address_check, DIBS_UNAVAILABLE: it is in use, or not this machine's. */
MUST_USE enum dibs_error address_listen(const char *address, bool has_token, int *file, struct error_text *why);

/* Where that socket listens, in numbers. */
void address_of(int file, char out[LISTENER_ADDRESS_MAX]);

#endif
