/* Denials: who stands in the way, what the asker had better do, and how often it was told so (R5, R34, S16, S17, S23,
 * S36). */
#ifndef CORE_DENIAL_H
#define CORE_DENIAL_H

#include "coordinator/core/context.h"
#include "coordinator/core/done.h"
#include "coordinator/core/session.h"
#include "coordinator/core/wish.h"

/* What a denial's spans point into: the holder's, or what was done. */
struct denial_texts {
    union {
        struct claim claim;
        struct done done;
    };
    struct session_name name;
};

/* Fills reason, holder, queue length, result and the warnings about the holder from a verdict of done, held or queued.
 * `asker` is the wish's session name. The spans live as long as `texts` and the wish's keys. */
void denial_fill(struct apply *apply, const struct claim *wish, struct span asker, const struct verdict *verdict,
                 struct denial_texts *texts, struct decision *decision);

/* Makes the decision a denial with this reason. */
void denial_set(struct decision *decision, enum reason reason, enum why why);

/* A `quota` for want of rate, of a claim and all that pays as one does; tells when the session may ask again. */
void denial_rate(struct apply *apply, uint64_t session, struct decision *decision);

/* Gives advice (S23). With `count` the denial is counted against the session (0: there is none to count). */
void denial_advise(struct apply *apply, uint64_t session, bool count, struct decision *decision);

/* A `bad_request` about the key or target with this index. */
void denial_bad(struct decision *decision, enum flaw flaw, uint32_t index);

#endif
