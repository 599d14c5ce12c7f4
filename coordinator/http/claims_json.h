/* A page of claims as JSON. Pure but for memory. */
#ifndef HTTP_CLAIMS_JSON_H
#define HTTP_CLAIMS_JSON_H

#include "coordinator/http/mailbox.h"
#include "proto/messages.h"

/* The report that answers /claims or /claim, malloced: {"offset", "claims": […], "more", "next": {…}}. `offset` is that
 * of the last record that was applied, so that at_least takes it; null when `records`, of them all, is 0. NULL: no
 * memory. */
char *claims_json(const struct decision *report, uint64_t records);

#endif
