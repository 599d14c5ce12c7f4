/* Who in the queue can be let in: full passes in offset order until one changes nothing (INV-5, R15, S20). */
#include "base/check.h"
#include "tests/model/model_state.h"

/* R11: every waiter gets one final. It leaves the queue first, so it isn't counted in what it is told. */
void waiter_finish(struct model *model, struct waiter *waiter, struct decision *decision)
{
    struct asker asker = waiter->asker;
    list_remove(&model->waiters, waiter);
    nexts_are_due(model, 0);
    remember(model, &asker, decision);
    decision_emit(model, &asker, decision);
}

static void tell_yours(struct model *model, struct waiter *waiter, uint32_t chosen) /* R18 */
{
    struct decision decision = {.warnings = waiter->warnings};
    answer_yours(model, waiter->asker.session, &waiter->wanted, chosen, false, &decision);
    waiter_finish(model, waiter, &decision);
}

/* R21. OPEN: the queue's length told here doesn't count the waiter itself. */
static void tell_done(struct model *model, struct waiter *waiter, struct done *done, struct span key)
{
    struct decision decision = {.warnings = waiter->warnings};
    struct wanted told = {.keys = {key}, .count = 1};
    struct verdict verdict = {.kind = VERDICT_DONE, .done = done};
    struct asker asker = waiter->asker;
    struct wanted wanted = waiter->wanted;
    if (wanted.count == 0) /* it wanted that one to the last */
        wanted.keys[wanted.count++] = key;
    struct span scope = waiter->texts.scope;
    list_remove(&model->waiters, waiter);
    nexts_are_due(model, 0);
    show_blocker(model, &told, asker.session, &verdict, &decision);
    deny(&decision, REASON_ALREADY_DONE, WHY_NONE);
    count_denial(model, &asker, false, &decision);
    show_near(model, &asker, &wanted, scope, &decision);
    remember(model, &asker, &decision);
    decision_emit(model, &asker, &decision);
}

/* R16, R17, S22 */
static void let_in(struct model *model, struct waiter *waiter, uint32_t chosen)
{
    struct decision decision = {.warnings = waiter->warnings};
    uint64_t served_ms = model->policy[POLICY_SERVED_LEASE_MS];
    /* OPEN: one who asked for no waiter lease counts as having asked for policy's */
    uint64_t lease_ms = served_ms > waiter->lease_ms ? served_ms : waiter->lease_ms;
    lease_ms = lease_ms < waiter->wanted.ttl_ms ? lease_ms : waiter->wanted.ttl_ms;
    struct wanted got = would_get(&waiter->wanted, chosen);
    struct span scope = waiter->texts.scope;
    if (!refused_sealed(model, &decision) &&
        !refused_as_similar(model, &waiter->asker, &got, scope, true, false, &decision) && /* S48 */
        !over_grant_limits(model, waiter->asker.session, &waiter->wanted, scope, &decision))
        grant(model, &waiter->asker, &waiter->wanted, &waiter->texts, chosen, lease_ms, false, &decision);
    waiter_finish(model, waiter, &decision);
}

/* Drops the candidates that are done. True: none is left, and `last` and `key` are of the last one lost. */
static bool lost_all(const struct model *model, struct wanted *wanted, struct done **last, struct span *key)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < wanted->count; i++) {
        struct done *done = done_against(model, wanted, wanted->keys[i]);
        if (done == NULL) {
            wanted->keys[kept++] = wanted->keys[i];
        } else {
            /* OPEN: of several lost at once, the last in the given order */
            *last = done;
            *key = wanted->keys[i];
        }
    }
    wanted->count = kept;
    return kept == 0;
}

/* One look: yours, done, blocked, limits. True: the queue changed. */
static bool look(struct model *model, struct waiter *waiter)
{
    if (waiter->is_next)
        return next_look(model, waiter);
    struct wanted *wanted = &waiter->wanted;
    struct verdict verdict = judge(model, waiter->asker.session, wanted, false);
    if (verdict.kind == VERDICT_YOURS) {
        tell_yours(model, waiter, verdict.chosen);
        return true;
    }
    if (wanted->any) {
        struct done *done = NULL;
        struct span key = {0};
        uint32_t before = wanted->count;
        if (lost_all(model, wanted, &done, &key)) {
            tell_done(model, waiter, done, key);
            return true;
        }
        if (wanted->count < before)
            return true; /* it blocks less now: look again from the lowest */
    }
    if (verdict.kind == VERDICT_DONE) {
        tell_done(model, waiter, verdict.done, wanted->keys[verdict.chosen]);
        return true;
    }
    if (verdict.kind == VERDICT_FREE) {
        let_in(model, waiter, verdict.chosen);
        return true;
    }
    return false; /* held or queued for: it waits on */
}

void serve(struct model *model)
{
    for (size_t i = 0; i < model->waiters.count;) {
        if (look(model, model->waiters.items[i]))
            i = 0;
        else
            i++;
    }
}
