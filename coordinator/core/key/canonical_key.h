/* Canonical keys: one spelling for one piece of work, so that two agents who name it differently collide.
 * Pure; computed in the core under a numbered rule set (kv=1), so every client agrees. Idempotent: the canonical
 * form of a canonical key is itself. Rules and examples: docs/KEYS.md. */
#ifndef CORE_CANONICAL_KEY_H
#define CORE_CANONICAL_KEY_H

#include "base/limits.h"
#include "base/span.h"
#include "proto/messages.h"

struct canonical_key {
    uint8_t bytes[LIMIT_KEY_BYTES];
    size_t size;
};

/* Policy's word on whose issue a bare ENG-5 is. Asked for a text of that form alone, so it may cost a look-up. */
struct key_prefixes {
    /* The tracker (a scheme: jira, linear) of a prefix in upper case, good until key_canonical returns; false: none. */
    bool (*find)(void *context, struct span prefix, struct span *tracker);
    void *context;
};

/* Letters, digits and underscores, a letter first; at most LIMIT_PREFIX_BYTES. */
bool key_is_prefix(struct span text);

/* Writes the canonical form of `given` to `out`. `in` is the repository that bare references and paths mean (such as
 * `github:o/r`, in any spelling), or empty; one that names no repository is FLAW_KEY_NO_REPO, even where it isn't
 * needed. `prefixes` may be NULL. Returns FLAW_NONE, or the FLAW_KEY_… that says what is wrong; then *out is undefined.
 * Takes any bytes. A key ending in a slash and two stars is a subtree and stays one. What is canonical with a
 * repository given is canonical with every other one, and with none. */
enum flaw key_canonical(struct span given, struct span in, const struct key_prefixes *prefixes,
                        struct canonical_key *out);

/* Does the key end in a slash and two stars? For canonical keys. */
bool key_is_subtree(struct span key);

/* The subtree's root, without the slash and stars; the key itself if it is none. */
struct span key_path(struct span key);

/* Is canonical `key` inside subtree `tree` (a/b, a and a/b/c with its stars are all inside a/…)? False when `tree` is
 * no subtree. */
bool key_under(struct span tree, struct span key);

/* Do two canonical keys overlap: equal, or one inside the other's subtree? */
bool key_overlaps(struct span a, struct span b);

#endif
