/* A page of claims as JSON. Pure but for memory. */
#ifndef HTTP_CLAIMS_JSON_H
#define HTTP_CLAIMS_JSON_H

#include "coordinator/http/mailbox.h"
#include "proto/messages.h"

/* The report that answers /claims or /claim, malloced: {"offset", "claims": […], "next": {…}}. NULL: no memory. */
char *claims_json(const struct decision *report, uint64_t offset);

#endif
