/* Claims of others, and of one's own, whose end was heard on the decisions topic: by expiry, revoke or take. */
#include "agent-shim/fleet_own.h"

/* All keys of a claim have its token. */
void fleet_note_ended(struct fleet *fleet, const struct decision *decision)
{
    if (decision->key_count > 0)
        fleet->ended[fleet->ended_count++ % FLEET_ENDED] = decision->keys[0].token;
}

static bool has_ended(const struct fleet *fleet, uint64_t token)
{
    for (size_t i = 0; i < FLEET_ENDED; i++)
        if (fleet->ended[i] == token)
            return true;
    return false;
}

void fleet_find_ended(struct backend *backend, const uint64_t *tokens, size_t count, bool *ended)
{
    struct fleet *fleet = fleet_of(backend);
    fleet_enter(fleet); /* so that from now on the client's thread hears what comes */
    for (size_t i = 0; i < count; i++)
        ended[i] = has_ended(fleet, tokens[i]);
    (void)pthread_mutex_unlock(&fleet->mutex);
}
