/* A page of the list of held keys, waits and done keys (S37). */
#ifndef CORE_LIST_H
#define CORE_LIST_H

#include "coordinator/core/report.h"

/* What the next page's cursor points into. */
struct list_place {
    uint8_t key[LIMIT_KEY_BYTES];
};

void list_answer(struct apply *apply, const struct query_intent *query, struct report *report,
                 struct list_place *place);

#endif
