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

/* A policy's word on whose series a bare ENG-5 belongs to, such as prefix ENG and tracker linear. Case is ignored. */
struct key_prefix {
    struct span prefix;  /* letters, digits and underscores, a letter first */
    struct span tracker; /* a scheme: jira, linear, ... */
};

enum { KEY_PREFIXES_MAX = 32 };

struct key_prefixes {
    struct key_prefix entries[KEY_PREFIXES_MAX];
    uint32_t count;
};

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
