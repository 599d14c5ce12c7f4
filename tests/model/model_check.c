/* What must hold of the model's own tables after each record, whatever was asked (INV-1, 2, 3, 5, 8). */
#include "tests/model/model_state.h"

/* INV-1: an exclusive key or subtree has one live holder, and never a shared one beside it. */
static bool exclusion_holds(const struct model *model)
{
    for (size_t i = 0; i < model->claims.count; i++) {
        for (size_t j = i + 1; j < model->claims.count; j++) {
            const struct claim *a = model->claims.items[i], *b = model->claims.items[j];
            for (uint32_t k = 0; k < a->key_count; k++)
                for (uint32_t l = 0; l < b->key_count; l++)
                    if (!(a->shared && b->shared) && overlaps(a->keys[k], b->keys[l]))
                        return false;
        }
    }
    return true;
}

/* INV-2: tokens grow, none above the counter. */
static bool tokens_grow(const struct model *model)
{
    uint64_t last = 0;
    for (size_t i = 0; i < model->claims.count; i++) {
        const struct claim *claim = model->claims.items[i];
        if (claim->token <= last || claim->token > model->last_token)
            return false;
        last = claim->token;
    }
    return true;
}

/* R2, INV-3: a claim alive has time and keys left, and its intent's outcome says so. */
static bool claims_are_alive(const struct model *model)
{
    for (size_t i = 0; i < model->claims.count; i++) {
        const struct claim *claim = model->claims.items[i];
        const struct row *row = row_find(model, claim->granted.id.client, claim->session);
        const struct outcome *outcome = outcome_find(row, claim->granted.id.seq);
        if (claim->expires_ms <= model->now_ms || claim->key_count == 0 || outcome == NULL ||
            outcome->answer->answer != ANSWER_GRANTED)
            return false;
    }
    return true;
}

/* INV-5: each waiter is blocked by something, has time left, and its row says that it waits. */
static bool waiters_are_blocked(const struct model *model)
{
    uint64_t last = 0;
    for (size_t i = 0; i < model->waiters.count; i++) {
        const struct waiter *waiter = model->waiters.items[i];
        struct verdict verdict = {.kind = VERDICT_HELD};
        if (!waiter->is_next)
            verdict = judge(model, waiter->asker.session, &waiter->wanted, false);
        if ((verdict.kind != VERDICT_HELD && verdict.kind != VERDICT_QUEUED) || waiter->wanted.offset <= last ||
            waiter->deadline_ms <= model->now_ms || waiter->lease_ends_ms <= model->now_ms ||
            outcome_of(model, &waiter->asker)->answer->answer != ANSWER_WAITING)
            return false;
        last = waiter->wanted.offset;
    }
    return true;
}

/* INV-8: nothing is kept of a session that is gone, nor longer than it may be. */
static bool rows_are_bounded(const struct model *model)
{
    for (size_t i = 0; i < model->rows.count; i++) {
        const struct row *row = model->rows.items[i];
        if (session_numbered(model, row->session) == NULL)
            return false;
        for (size_t j = 0; j < row->outcomes.count; j++)
            if (((struct outcome *)row->outcomes.items[j])->ended_token > model->last_token)
                return false;
    }
    for (size_t i = 0; i < model->done.count; i++)
        if (((struct done *)model->done.items[i])->expires_ms <= model->now_ms)
            return false;
    return true;
}

const char *model_check(const struct model *model)
{
    if (!model->begun)
        return NULL;
    if (!exclusion_holds(model))
        return "INV-1: two live claims overlap";
    if (!tokens_grow(model))
        return "INV-2: tokens do not grow";
    if (!claims_are_alive(model))
        return "R2, INV-3: a claim without time, keys or an outcome";
    if (!waiters_are_blocked(model))
        return "INV-5: a waiter was left standing";
    if (!rows_are_bounded(model))
        return "INV-8: something is kept too long";
    return NULL;
}
