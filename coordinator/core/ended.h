/* How claims ended by expiry, revoke or take: what a stale mutation is told (R11, S27). */
#ifndef CORE_ENDED_H
#define CORE_ENDED_H

#include "coordinator/core/context.h"

/* `by` is kept here, since its row may go. */
struct ending {
    enum why why; /* WHY_NONE: nothing is remembered */
    size_t by_size;
    uint8_t by[LIMIT_SESSION_BYTES];
};

static inline struct span ending_by(const struct ending *ending)
{
    return span_of(ending->by, ending->by_size);
}

void ended_remember(struct apply *apply, uint64_t token, uint64_t session, const struct span *keys, uint32_t key_count,
                    enum why why, struct span by);
void ended_forget(struct apply *apply, uint64_t token, uint64_t session, const struct span *keys, uint32_t key_count);

/* The session was granted this key again: how it lost it before is history. */
void ended_forget_key(struct apply *apply, uint64_t session, struct span key);

/* Whosever claim it was: a token is public. */
struct ending ended_by_token(struct state *state, uint64_t token);
struct ending ended_by_key(struct state *state, uint64_t session, struct span key);

#endif
