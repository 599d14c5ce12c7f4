/* An item from a JSON object. */
#ifndef CLI_OFFER_JSON_H
#define CLI_OFFER_JSON_H

#include <jansson.h>

#include "offer_batch.h"

/* Fills in what the object has: key, about, aka, category, scope, ref, priority, after, needs, not_before, expires, again;
 * other members mean nothing. The slot borrows from it. NULL, or what is wrong. */
const char *offer_json_fill(struct offer_slot *slot, const json_t *object);

/* json_decref, as a slot's release. */
void offer_json_release(void *object);

/* What a text of JSON calls itself: its `title`, `about` or `description`; NULL when it says nothing. The caller's. */
char *offer_json_title(const char *text);

#endif
