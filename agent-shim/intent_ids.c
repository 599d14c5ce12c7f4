/* Intent ids of one client handle: idle client numbers are used again, so that few callers make few rows. */
#include "agent-shim/intent_ids.h"

#include "base/private_file.h"
#include "base/check.h"

void intent_ids_init(struct intent_ids *ids)
{
    *ids = (struct intent_ids){0};
    random_fill(&ids->slot, sizeof ids->slot);
    ids->slot %= REPLY_SLOTS;
    CHECK(pthread_mutex_init(&ids->mutex, NULL) == 0);
}

void intent_ids_deinit(struct intent_ids *ids)
{
    (void)pthread_mutex_destroy(&ids->mutex);
}

struct intent_id intent_ids_take(struct intent_ids *ids)
{
    struct intent_id id = {0};
    (void)pthread_mutex_lock(&ids->mutex);
    if (ids->idle_count > 0)
        id = ids->idle[--ids->idle_count];
    (void)pthread_mutex_unlock(&ids->mutex);
    while (id.client == 0) { /* 0 is not a client */
        random_fill(&id.client, sizeof id.client);
        id.client = id.client - id.client % REPLY_SLOTS + ids->slot;
    }
    return id;
}

void intent_ids_give_back(struct intent_ids *ids, struct intent_id id)
{
    (void)pthread_mutex_lock(&ids->mutex);
    if (ids->idle_count < INTENT_IDS_KEPT)
        ids->idle[ids->idle_count++] = id;
    (void)pthread_mutex_unlock(&ids->mutex);
}
