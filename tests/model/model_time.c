/* What time alone brings about: buckets fill, leases and waits end, memory and rows fade. */
#include "tests/model/model_state.h"

/* ---------------------------------------------------------------- buckets and idle sessions */

static uint64_t bucket_level(const struct model *model, uint64_t per_minute, uint64_t level, uint64_t last_ms)
{
    uint64_t passed = model->now_ms - last_ms < 60000 ? model->now_ms - last_ms : 60000;
    uint64_t filled = level + per_minute * passed;
    return filled < per_minute * 60000 ? filled : per_minute * 60000;
}

/* R31 */
bool bucket_pay(struct model *model, uint64_t per_minute, uint64_t *level, uint64_t *last_ms)
{
    *level = bucket_level(model, per_minute, *level, *last_ms);
    *last_ms = model->now_ms;
    if (*level < 60000)
        return false;
    *level -= 60000;
    return true;
}

/* S37, R31: and when there will be enough. */
void deny_rate(struct decision *decision, uint64_t per_minute, uint64_t level)
{
    deny(decision, REASON_QUOTA, WHY_RATE);
    decision->retry_ms = 1;
    while (level + per_minute * decision->retry_ms < 60000)
        decision->retry_ms++;
}

static bool session_has_row(const struct model *model, uint64_t number)
{
    for (size_t i = 0; i < model->rows.count; i++)
        if (((struct row *)model->rows.items[i])->session == number)
            return true;
    return false;
}

/* R33: a session that nothing would be decided differently without; gone, it would come back just the same. A bucket
 * is full whatever its rate once nothing was taken from it for a minute. Looking once before each intent is enough,
 * since nothing sees it in between. R33 says only "not before"; S41 says when. A window that is made shorter is seen
 * here at once, by the core when the session is touched next: the simulator leaves the window as it was at first. */
static bool session_is_idle(const struct model *model, const struct session *session)
{
    if (claims_of(model, session->number) > 0 || waiters_of(model, session->number) > 0)
        return false;
    if (session_has_row(model, session->number))
        return false;
    if (model->now_ms - session->claim_last_ms < 60000 || model->now_ms - session->query_last_ms < 60000)
        return false;
    return !session->was_denied || model->now_ms - session->last_denial_ms >= model->policy[POLICY_DENIAL_WINDOW_MS];
}

static void fade_sessions(struct model *model)
{
    for (size_t i = model->sessions.count; i > 0; i--)
        if (session_is_idle(model, model->sessions.items[i - 1]))
            list_remove(&model->sessions, model->sessions.items[i - 1]);
}

/* ---------------------------------------------------------------- what falls due */

/* R2: at one time in this order */
enum due_kind { DUE_NOTHING, DUE_WAITER, DUE_CLAIM, DUE_DONE, DUE_OFFER_OVER, DUE_OFFER_READY, DUE_ROW };

struct due {
    enum due_kind kind;
    uint64_t time_ms;
    void *what;
};

static uint64_t waiter_ends_ms(const struct waiter *waiter)
{
    return waiter->deadline_ms < waiter->lease_ends_ms ? waiter->deadline_ms : waiter->lease_ends_ms;
}

/* Sooner in time; at one time the kind; within a kind the lists are in order of their ids already (S3), but for
 * done-memory and rows. */
static bool is_sooner(const struct due *a, const struct due *b)
{
    if (b->kind == DUE_NOTHING)
        return true;
    if (a->time_ms != b->time_ms)
        return a->time_ms < b->time_ms;
    if (a->kind != b->kind)
        return a->kind < b->kind;
    if (a->kind == DUE_DONE)
        return span_compare(((struct done *)a->what)->key, ((struct done *)b->what)->key) < 0;
    if (a->kind == DUE_OFFER_OVER || a->kind == DUE_OFFER_READY)
        return span_compare(((struct offer *)a->what)->key, ((struct offer *)b->what)->key) < 0;
    if (a->kind == DUE_ROW) {
        const struct row *one = a->what, *other = b->what;
        return one->client != other->client ? one->client < other->client : one->session < other->session;
    }
    return false;
}

static void consider(struct due *first, enum due_kind kind, uint64_t time_ms, void *what)
{
    struct due due = {.kind = kind, .time_ms = time_ms, .what = what};
    if (is_sooner(&due, first))
        *first = due;
}

static struct due first_due(const struct model *model)
{
    struct due first = {.kind = DUE_NOTHING};
    for (size_t i = 0; i < model->waiters.count; i++)
        consider(&first, DUE_WAITER, waiter_ends_ms(model->waiters.items[i]), model->waiters.items[i]);
    for (size_t i = 0; i < model->claims.count; i++)
        consider(&first, DUE_CLAIM, ((struct claim *)model->claims.items[i])->expires_ms, model->claims.items[i]);
    for (size_t i = 0; i < model->done.count; i++)
        consider(&first, DUE_DONE, ((struct done *)model->done.items[i])->expires_ms, model->done.items[i]);
    for (size_t i = 0; i < model->supply.offers.count; i++) {
        struct offer *offer = model->supply.offers.items[i];
        bool is_over = offer_due_ms(offer) == offer->expires_ms; /* of both at one time */
        if (offer_due_ms(offer) < UINT64_MAX)
            consider(&first, is_over ? DUE_OFFER_OVER : DUE_OFFER_READY, offer_due_ms(offer), offer);
    }
    for (size_t i = 0; i < model->rows.count; i++)
        if (!row_is_pending(model, model->rows.items[i]))
            consider(&first, DUE_ROW, row_fades_ms(model, model->rows.items[i]), model->rows.items[i]);
    return first;
}

/* R11, S19: a wait is over; at one time the deadline has it. */
static void waiter_is_over(struct model *model, struct waiter *waiter)
{
    enum why why = waiter->deadline_ms <= waiter->lease_ends_ms ? WHY_NONE : WHY_LEASE;
    if (waiter->is_next) {
        next_is_over(model, waiter, why);
        return;
    }
    struct decision decision = {.warnings = waiter->warnings};
    struct verdict verdict = judge(model, waiter->asker.session, &waiter->wanted, false);
    if (verdict.kind == VERDICT_HELD || verdict.kind == VERDICT_QUEUED) {
        show_blocker(model, &waiter->wanted, waiter->asker.session, &verdict, &decision);
        decision.queue_length--; /* itself no more */
    }
    deny(&decision, REASON_DEADLINE, why);
    waiter_finish(model, waiter, &decision);
}

/* R11: a lease ran out. R36: what was let in out of the queue and never heard of again cools nothing. */
static void claim_is_over(struct model *model, struct claim *claim)
{
    bool is_brief = claim->expires_ms - claim->since_ms < claim->ttl_ms && !claim->yours_told;
    for (uint32_t i = 0; i < claim->key_count && !is_brief; i++)
        offer_cools(model, claim->keys[i]);
    emit_ended(model, claim, WHY_EXPIRED, (struct span){0}, (struct span){0});
    claim_end(model, claim, WHY_EXPIRED, (struct span){0}, (struct span){0});
}

static void due_happens(struct model *model, const struct due *due)
{
    switch (due->kind) {
    case DUE_WAITER:
        waiter_is_over(model, due->what);
        break;
    case DUE_CLAIM:
        claim_is_over(model, due->what);
        break;
    case DUE_DONE:
        list_remove(&model->done, due->what);
        nexts_are_due(model, 0);
        break;
    case DUE_OFFER_OVER:
    case DUE_OFFER_READY:
        offer_falls_due(model, due->what);
        break;
    case DUE_ROW:
        row_remove(model, due->what);
        break;
    case DUE_NOTHING:
        break;
    }
}

/* R1: each due event at its own time, with those it lets in; then T is T(n). Alive means T < expiry (R2). */
void time_passes(struct model *model)
{
    for (;;) {
        struct due due = first_due(model);
        if (due.kind == DUE_NOTHING || due.time_ms > model->end_ms)
            break;
        if (due.time_ms > model->now_ms)
            model->now_ms = due.time_ms;
        due_happens(model, &due);
        serve(model);
    }
    model->now_ms = model->end_ms;
    fade_sessions(model);
}
