/* Who overlaps whom: the index from keys and subtrees to the claims that hold them and the waiters that want them.
 *
 * A plain key `a/b/c` is listed as EXACT at `a/b/c` and as UNDER at `a/b` and `a`; a subtree `a/b` with its stars is
 * listed as SUBTREE at `a/b` and as UNDER at `a`. So whatever overlaps a key is found by at most one look-up per
 * segment, however many claims there are. */
#ifndef CORE_SUBTREE_H
#define CORE_SUBTREE_H

#include "coordinator/core/context.h"

/* Lists `id` (a token in TABLE_HOLD, an offset in TABLE_WANT) at canonical `key`; listing twice is once. */
void subtree_list(struct state *state, enum table table, struct span key, bool shared, uint64_t id);

/* Takes it off. UNDER entries shared with another key of the same id go, too: list the others again. */
void subtree_unlist(struct state *state, enum table table, struct span key, bool shared, uint64_t id);

/* INV-1, INV-5: the smallest id at or above `from` that conflicts with `key` in this mode (equal keys or overlapping
 * subtrees, one of the two exclusive). UINT64_MAX: none. */
uint64_t subtree_conflict(struct state *state, enum table table, struct span key, bool shared, uint64_t from);

/* The smallest id at or above `from` that holds (or wants) this very key, in this mode. UINT64_MAX: none. */
uint64_t subtree_exact(struct state *state, enum table table, struct span key, bool shared, uint64_t from);

/* The same in either mode. */
uint64_t subtree_exact_any(struct state *state, enum table table, struct span key, uint64_t from);

/* A walk over all listed keys in the order (key without its stars, plain before subtree, id). */
struct held_key {
    uint64_t id;
    size_t key_size;
    uint8_t key[LIMIT_KEY_BYTES]; /* canonical */
    bool after;                   /* the walk goes on after this row … */
    bool past;                    /* … and after all others of this key */
};

/* Starts the walk where keys with this prefix begin; or after a row, if that is later. */
void subtree_walk_from(struct held_key *walk, struct span prefix);
void subtree_walk_after(struct held_key *walk, struct span key, uint64_t id, struct span prefix);

/* The next row; false: no more that could begin with the prefix. */
bool subtree_walk(struct state *state, enum table table, struct held_key *walk, struct span prefix);

#endif
