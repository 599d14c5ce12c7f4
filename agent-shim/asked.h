/* What an intent was about, read back from it: answers name what was asked, not only what was decided. */
#ifndef SHIM_ASKED_H
#define SHIM_ASKED_H

#include "coordinator/core/key/canonical_key.h"
#include "proto/messages.h"

/* How many keys (claim, offer, withdraw, same, different) or targets (renew, close, handoff, revoke) an intent names. NULL, other verbs and flawed
 * intents name none. */
uint32_t asked_count(const struct intent *intent);

/* The key of one of them as given; empty when it was named in another way. */
struct span asked_key(const struct intent *intent, uint32_t index);
/* The same, and the repository that a bare reference means in *in. */
struct span asked_key_in(const struct intent *intent, uint32_t index, struct span *in);

/* The same in canonical form, in *key; false when there is none. `prefixes`: the store's; NULL: none. */
bool asked_canonical(const struct intent *intent, uint32_t index, const struct key_prefixes *prefixes,
                     struct canonical_key *key);

/* As key_canonical. A call makes the same key canonical again and again, to judge it, to learn prefixes and for its words: the
 * thread's last one is remembered, if neither repository nor prefixes had a say in it. */
enum flaw asked_key_canonical(struct span given, struct span in, const struct key_prefixes *prefixes,
                              struct canonical_key *key);

/* The token of one of them; 0 when none was given. */
uint64_t asked_token(const struct intent *intent, uint32_t index);

#endif
