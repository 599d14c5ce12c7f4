/* Intent ids of one client handle: a client number for each caller at a time, since one number has one unanswered claim
 * (R6), with a sequence that grows (INV-3). Thread-safe. */
#ifndef SHIM_INTENT_IDS_H
#define SHIM_INTENT_IDS_H

#include <pthread.h>

#include "proto/messages.h"

enum { INTENT_IDS_KEPT = 64, REPLY_SLOTS = 1024 };

/* On a fleet the answers to a client's intents come in partition `slot` modulo their topic's partitions. The clients of
 * one handle share their slot, so that it reads one partition, however many there are. */
static inline uint32_t reply_slot(uint64_t client)
{
    return (uint32_t)(client % REPLY_SLOTS);
}

struct intent_ids {
    pthread_mutex_t mutex;
    uint32_t slot;                          /* of all */
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
