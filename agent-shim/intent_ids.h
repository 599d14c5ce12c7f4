/* Intent ids of one client handle: a client number for each caller at a time, since one number has one unanswered claim
 * (R6), with a sequence that grows (INV-3). Thread-safe. */
#ifndef SHIM_INTENT_IDS_H
#define SHIM_INTENT_IDS_H

#include <pthread.h>

#include "proto/messages.h"

enum { INTENT_IDS_KEPT = 64 };

struct intent_ids {
    pthread_mutex_t mutex;
    struct intent_id idle[INTENT_IDS_KEPT]; /* under mutex: client numbers that nobody uses now, seq used last */
    uint32_t idle_count;
};

void intent_ids_init(struct intent_ids *ids);
void intent_ids_deinit(struct intent_ids *ids);

/* An id of one's own until it is given back; count seq up before each use. */
struct intent_id intent_ids_take(struct intent_ids *ids);

/* Not for an id whose claim is still unanswered: just forget those. */
void intent_ids_give_back(struct intent_ids *ids, struct intent_id id);

#endif
