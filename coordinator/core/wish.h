/* Wishes: what a claim or a waiter wants, judged against what stands now. The one place that decides held, queued,
 * already done, yours or free (INV-1, INV-4, INV-5, R5, R20-R25, S12-S15). Changes nothing. */
#ifndef CORE_WISH_H
#define CORE_WISH_H

#include "coordinator/core/context.h"
#include "coordinator/state/claim_store.h"

enum verdict_kind { VERDICT_FREE, VERDICT_YOURS, VERDICT_DONE, VERDICT_HELD, VERDICT_QUEUED, VERDICT_BAD };

struct verdict {
    enum verdict_kind kind;
    uint32_t key;                   /* index: the key granted (any), done, blocked or at fault */
    uint64_t id;                    /* held: the token in the way; queued: the waiter's offset */
    enum flaw flaw;                 /* bad */
    uint64_t yours[LIMIT_ANY_KEYS]; /* yours: the own token for each key (any: for `key` alone) */
};

/* `wish` is a claim whose row has session (0: a session that holds nothing), offset, flags and key_count, with its keys.
 * Waiters with a lower offset than the wish's own stand before it. */
struct verdict wish_judge(struct apply *apply, const struct claim *wish);

#endif
