/* Looks the model's tables through after a record: what must hold whatever was asked (INV-1, 2, 5, 8). */
#include <criterion/criterion.h>

#include "tests/model/model_state.h"
#include "tests/unit/model/play.h"

/* INV-1: an exclusive key or subtree has one live holder, and never a shared one beside it. */
static void check_exclusion(const struct model *model)
{
    for (size_t i = 0; i < model->claims.count; i++) {
        for (size_t j = i + 1; j < model->claims.count; j++) {
            const struct claim *a = model->claims.items[i], *b = model->claims.items[j];
            for (uint32_t k = 0; k < a->key_count; k++)
                for (uint32_t l = 0; l < b->key_count; l++)
                    cr_assert((a->shared && b->shared) || !overlaps(a->keys[k], b->keys[l]), "INV-1: tokens %lu, %lu",
                              (unsigned long)a->token, (unsigned long)b->token);
        }
    }
}

/* INV-2: tokens grow, none above the counter; and a claim alive has time left. */
static void check_claims(const struct model *model)
{
    uint64_t last = 0;
    for (size_t i = 0; i < model->claims.count; i++) {
        const struct claim *claim = model->claims.items[i];
        cr_assert(claim->token > last && claim->token <= model->last_token, "INV-2");
        cr_assert_gt(claim->expires_ms, model->now_ms, "R2: alive means T < expiry");
        cr_assert_gt(claim->key_count, 0);
        last = claim->token;
        const struct row *row = row_find(model, claim->granted.id.client, claim->session);
        const struct outcome *outcome = outcome_find(row, claim->granted.id.seq);
        cr_assert(outcome != NULL && outcome->answer->answer == ANSWER_GRANTED, "INV-3: token %lu",
                  (unsigned long)claim->token);
    }
}

/* INV-5: each waiter is blocked by something, and its row says that it waits. */
static void check_waiters(const struct model *model)
{
    uint64_t last = 0;
    for (size_t i = 0; i < model->waiters.count; i++) {
        const struct waiter *waiter = model->waiters.items[i];
        struct verdict verdict = judge(model, waiter->asker.session, &waiter->wanted, false);
        cr_assert(verdict.kind == VERDICT_HELD || verdict.kind == VERDICT_QUEUED, "a waiter was left standing");
        cr_assert_gt(waiter->wanted.offset, last);
        cr_assert(waiter->deadline_ms > model->now_ms && waiter->lease_ends_ms > model->now_ms);
        last = waiter->wanted.offset;
        cr_assert_eq(outcome_of(model, &waiter->asker)->answer->answer, ANSWER_WAITING);
    }
}

/* INV-8 */
static void check_bounds(const struct model *model)
{
    for (size_t i = 0; i < model->rows.count; i++) {
        const struct row *row = model->rows.items[i];
        cr_assert(session_numbered(model, row->session) != NULL);
        for (size_t j = 0; j < row->outcomes.count; j++)
            cr_assert_geq(model->last_token, ((struct outcome *)row->outcomes.items[j])->ended_token);
    }
    for (size_t i = 0; i < model->done.count; i++)
        cr_assert_gt(((struct done *)model->done.items[i])->expires_ms, model->now_ms);
}

void play_check(const struct model *model)
{
    if (!model->begun)
        return;
    check_exclusion(model);
    check_claims(model);
    check_waiters(model);
    check_bounds(model);
}
