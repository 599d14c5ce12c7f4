/* Of an answer: whose work is like it. */
#include "agent-shim/answer.h"

const struct dibs_rival *answer_rivals(struct pool *pool, const struct decision *d)
{
    struct dibs_rival *rivals = pool_take_array(pool, d->rival_count, sizeof *rivals);
    for (uint32_t i = 0; rivals != NULL && i < d->rival_count; i++) {
        const struct rival *from = &d->rivals[i];
        rivals[i] = (struct dibs_rival){.key = pool_text(pool, from->key),
                                        .session = pool_text(pool, from->session),
                                        .about = pool_text(pool, from->about),
                                        .ref = pool_text(pool, from->ref),
                                        .token = from->token,
                                        .score = from->score,
                                        .done = from->done,
                                        .linked = from->linked,
                                        .own = from->own,
                                        .since_ts_ms = answer_ts(d, from->since_ms),
                                        .expires_ts_ms = answer_ts(d, from->expires_ms),
                                        .expires_in_ms = answer_left(d, from->expires_ms)};
    }
    return rivals;
}

/* Only a question about likeness tells them, and then they are not all 0: `ask` rises with the scope. */
const struct dibs_thresholds *answer_thresholds(struct pool *pool, const struct decision *d)
{
    const struct report_thresholds *from = &d->thresholds;
    struct dibs_thresholds *to = from->ask + from->deny + from->warn > 0 ? pool_take(pool, sizeof *to) : NULL;
    if (to != NULL)
        *to = (struct dibs_thresholds){from->deny, from->ask, from->warn};
    return to;
}
