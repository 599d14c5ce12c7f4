/* Form: is an intent well made? Limits, texts, names, keys; nothing here looks at what is held (R5, R26, S7-S9). */
#ifndef CORE_FORM_H
#define CORE_FORM_H

#include "coordinator/core/key/canonical_key.h"
#include "coordinator/core/context.h"
#include "coordinator/state/claim_store.h"

struct form {
    enum flaw flaw;
    uint32_t index; /* of the key or target at fault */
    bool by_policy; /* a limit that configure can change: to be judged after the gate, and remembered (INV-3) */
};

enum flaw form_head(const struct intent_head *head);

/* UTF-8 of at most `most` bytes, with no control characters but newline and tab. */
bool form_text(struct span text, size_t most);

/* A repository given with --in. */
bool form_in(struct span in);

/* The canonical form of a key as given; bare references mean `in`, and a bare ENG-5 what policy says now. */
enum flaw form_key(struct state *state, struct span given, struct span in, struct canonical_key *out);

/* S7: how long one waits that asked for this or for nothing, and under which lease. */
struct form_wait {
    uint64_t wait_ms, lease_ms;
};
struct form_wait form_wait(struct apply *apply, bool has_wait_ms, uint64_t wait_ms, bool has_lease, uint64_t lease_ms);

/* Where a claim's canonical keys are kept. */
struct form_keys {
    struct canonical_key keys[LIMIT_ANY_KEYS];
    uint32_t given[LIMIT_ANY_KEYS]; /* of each key that merging left: its index in the intent */
};

/* Checks a claim intent and fills `wish`: keys merged, flags, texts, ttl, wait and warnings; its spans point into the
 * intent and `keys`. deadline_ms is the wait asked for, 0 for none; session and times are the caller's. */
struct form form_claim(struct apply *apply, struct form_keys *keys, struct claim *wish);

#endif
