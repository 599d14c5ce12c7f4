/* Rivals: others whose work is like what a claim wants, by a label of its keys or by its idea, and what is said of it. */
#ifndef CORE_RIVALS_H
#define CORE_RIVALS_H

#include "coordinator/core/idea/idea_index.h"
#include "coordinator/core/session.h"
#include "coordinator/state/claim_store.h"

enum { RIVALS_SHOWN = 3, RIVAL_BYTES = LIMIT_KEY_BYTES + LIMIT_SESSION_BYTES + LIMIT_RIVAL_ABOUT + LIMIT_REF_BYTES };

/* A comparison, and what its rivals' spans point into. */
struct rivals {
    bool compared; /* is_idea, and of an idea what follows it, are known */
    bool is_idea;
    struct idea idea;
    struct idea_list list;
    struct report_thresholds thresholds;
    uint32_t least; /* the lowest of them: a lower score is nothing */
    bool all_own;   /* also those of one's own session, marked: for a query */
    struct session_name asker;
    size_t used;
    uint8_t storage[LIMIT_RIVALS * RIVAL_BYTES];
};

static inline void rivals_begin(struct rivals *rivals)
{
    rivals->compared = false;
    rivals->all_own = false;
    rivals->used = 0;
}

/* Compares a wish that could be granted, or would wait. True: it is not to be, and the decision says why, as a denial of
 * `similar` with its rivals. False: it may be, and the decision warns if it is like another's. `waits`: of an any-of
 * wish no key is chosen yet. */
bool rivals_refuse(struct apply *apply, const struct claim *wish, bool waits, struct rivals *rivals,
                   struct decision *decision);

/* It is refused for another reason: its warning and the rivals go. */
void rivals_unwarn(struct decision *decision);

/* The idea to begin with the grant, or NULL; after rivals_refuse. */
const struct idea *rivals_idea(const struct rivals *rivals);

/* A limit on a grant: is there a scope for its idea? */
bool rivals_have_scope(struct state *state, const struct rivals *rivals);

/* The denial advises to make something new: shows what is near it. */
void rivals_advise(struct apply *apply, const struct claim *wish, struct rivals *rivals, struct decision *decision);

/* For a query: those of the pool with any score, one's own among them. `wish` has texts, scope, session and perhaps a key. */
void rivals_report(struct apply *apply, const struct claim *wish, struct rivals *rivals, struct decision *decision);

#endif
