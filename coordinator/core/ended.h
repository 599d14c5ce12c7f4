/* How claims ended by expiry, revoke or take: what a stale mutation is told (R11, S27). */
#ifndef CORE_ENDED_H
#define CORE_ENDED_H

#include "coordinator/core/context.h"
#include "coordinator/core/key/canonical_key.h"

/* How a claim ends: why, who took it, and an operator's reason. */
struct claim_end {
    enum why why;
    struct span by, words;
    bool cools; /* abandoned or expired: its keys, if offered, rest before they are picked again */
};

/* As remembered. The texts are kept here, since their row may go. */
struct ending {
    uint64_t session; /* whose claim it was; 0: nothing is remembered */
    enum why why;     /* WHY_NONE: the same */
    size_t by_size, words_size;
    uint8_t by[LIMIT_SESSION_BYTES];
    uint8_t words[LIMIT_TEXT_BYTES];
};

void ending_none(struct ending *out);

static inline struct span ending_by(const struct ending *ending)
{
    return span_of(ending->by, ending->by_size);
}

static inline struct span ending_words(const struct ending *ending)
{
    return span_of(ending->words, ending->words_size);
}

/* Makes the decision a denial with this reason because of that ending, whose texts it points into. */
void ending_deny(const struct ending *ending, enum reason reason, struct decision *decision);

void ended_remember(struct apply *apply, uint64_t token, uint64_t session, const struct span *keys, uint32_t key_count,
                    const struct claim_end *end);
void ended_forget(struct apply *apply, uint64_t token, uint64_t session, const struct span *keys, uint32_t key_count);

/* The session was granted this key again: how it lost it before is history. */
void ended_forget_key(struct apply *apply, uint64_t session, struct span key);

/* Whosever claim it was: CHECK is about the token, whoever asks (S37). */
void ended_by_token(struct state *state, uint64_t token, struct ending *out);

/* Only if it was the session's claim; with a key (else NULL), only if it lost that key with it and was not granted it
 * again since. */
void ended_own_by_token(struct state *state, uint64_t session, uint64_t token, const struct canonical_key *key,
                        struct ending *out);
void ended_by_key(struct state *state, uint64_t session, struct span key, struct ending *out);

#endif
