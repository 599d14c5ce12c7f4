/* Targets: which of one's own claims a mutation acts on (R25, R27, S27, S29). */
#ifndef CORE_TARGET_H
#define CORE_TARGET_H

#include "coordinator/core/key/canonical_key.h"
#include "coordinator/core/context.h"
#include "coordinator/core/ended.h"
#include "coordinator/state/claim_store.h"

/* What a target turned out to be. */
struct found {
    enum reason reason; /* REASON_NONE: found */
    enum flaw flaw;     /* with bad_request */
    struct ending ending;
    uint64_t token;
    bool whole; /* by token: all its keys; else `key` alone */
    struct canonical_key key;
};

/* The keys of claims that ended, or were named whole, in an answer: who hears it may not know them (S28, S29, S31, S32). */
struct told_keys {
    size_t used;
    uint8_t bytes[LIMIT_ALL_KEYS * LIMIT_KEY_BYTES];
};

/* Adds those keys of a claim (a bit each in `keys`) to the decision's, as long as they are at most LIMIT_ALL_KEYS, with its
 * token and its lease's end (0: it has ended); they live as long as `told`. */
void target_tell_keys(struct told_keys *told, const struct claim *claim, uint32_t keys, uint64_t token,
                      uint64_t expires_ms, struct decision *decision);

/* Form of a target: its kind and its key. */
enum flaw target_form(struct state *state, const struct target *target, struct span in, struct canonical_key *key);

/* Finds the one own claim that the target names; two by key are `bad_request` (R25). session 0 holds nothing. `key` is
 * what target_form made of the target's key. */
void target_find(struct apply *apply, uint64_t session, const struct target *target, const struct canonical_key *key,
                 struct found *out);

/* The own claims holding exactly this key, by token, after `after` (0: the first); 0: no more. */
uint64_t target_next_own(struct state *state, uint64_t session, struct span key, uint64_t after);

/* The session's claims by token, after `after`; 0: no more. */
uint64_t target_next_of_session(struct state *state, uint64_t session, uint64_t after);

#endif
