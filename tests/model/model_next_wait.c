/* A next that waits (S65): it is in the queue as any waiter, without a key; an offer that can be picked is what it is let
 * in by. */
#include "tests/model/model_state.h"

uint64_t next_wait_ms(const struct model *model, const struct next_intent *intent)
{
    uint64_t wait_ms = model->policy[POLICY_WAIT_DEFAULT_MS], most_ms = model->policy[POLICY_WAIT_MAX_MS];
    return !intent->has_wait ? 0 : intent->has_wait_ms ? intent->wait_ms : wait_ms < most_ms ? wait_ms : most_ms;
}

static void keep_words(struct model *model, struct span *words, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        words[i] = text_keep(model, words[i]);
}

/* The decision shows already what keeps it waiting. */
void next_enters_queue(struct model *model, const struct asker *asker, const struct next_intent *intent,
                       struct decision *decision)
{
    if (waiters_of(model, asker->session) >= model->policy[POLICY_WAITERS_PER_SESSION]) {
        *decision = (struct decision){.answer = ANSWER_NONE};
        deny(decision, REASON_QUOTA, WHY_WAITERS);
        return;
    }
    uint64_t most_ms = model->policy[POLICY_WAITER_LEASE_MAX_MS];
    uint64_t asked_ms = intent->has_waiter_lease ? intent->waiter_lease_ms : model->policy[POLICY_WAITER_LEASE_MS];
    struct waiter *waiter = list_add(&model->waiters, sizeof *waiter);
    waiter->asker = *asker;
    waiter->is_next = true;
    waiter->next = *intent;
    keep_words(model, waiter->next.categories, intent->category_count);
    keep_words(model, waiter->next.can, intent->can_count);
    keep_words(model, &waiter->next.origin, 1);
    keep_words(model, &waiter->next.scope, 1);
    waiter->wanted = (struct wanted){.ttl_ms = next_ttl_ms(model, intent), .offset = model->offset};
    waiter->texts.origin = waiter->next.origin;
    waiter->since_ms = model->now_ms;
    waiter->deadline_ms = time_after(model->now_ms, next_wait_ms(model, intent));
    waiter->lease_ms = asked_ms < 1000 ? 1000 : asked_ms > most_ms ? most_ms : asked_ms;
    waiter->lease_ends_ms = time_after(model->now_ms, waiter->lease_ms);
    waiter->guard = asker->id;
    decision->answer = ANSWER_WAITING;
    decision->advice = ADVICE_WAIT;
    decision->ttl_ms = waiter->wanted.ttl_ms;
    decision->deadline_ms = waiter->deadline_ms;
    decision->waiter_lease_ms = waiter->lease_ends_ms;
}

/* Something may have become theirs: while there is anything to pick. */
void nexts_are_due(struct model *model, uint64_t session)
{
    bool any = false;
    for (size_t i = 0; i < model->supply.offers.count; i++)
        any = any || obstacle_of(model, model->supply.offers.items[i]) == OBSTACLE_NONE;
    for (size_t i = 0; any && i < model->waiters.count; i++) {
        struct waiter *waiter = model->waiters.items[i];
        waiter->is_due = waiter->is_due || session == 0 || waiter->asker.session == session;
    }
}

/* R16, R17, S48: whose turn it is gets what can be picked, if its session may have one more. */
bool next_look(struct model *model, struct waiter *waiter)
{
    struct decision decision = {0};
    if (!waiter->is_due)
        return false;
    waiter->is_due = false;
    if (refused_sealed(model, &decision)) {
        waiter_finish(model, waiter, &decision);
        return true;
    }
    uint64_t served_ms = model->policy[POLICY_SERVED_LEASE_MS], ttl_ms = waiter->wanted.ttl_ms;
    uint64_t lease_ms = served_ms > waiter->lease_ms ? served_ms : waiter->lease_ms;
    lease_ms = lease_ms < ttl_ms ? lease_ms : ttl_ms;
    if (!next_is_granted(model, waiter, lease_ms, &decision))
        return false;
    waiter_finish(model, waiter, &decision);
    return true;
}

/* Its wait, or its lease, is over. */
void next_is_over(struct model *model, struct waiter *waiter, enum why why)
{
    struct decision decision = {0};
    deny(&decision, REASON_DEADLINE, why);
    waiter_finish(model, waiter, &decision);
}
