/* The heart of the rules: is what is wanted one's own already, done, held, queued for, or free? Asked when a claim
 * comes, and again of each waiter whenever something changed. Changes nothing. */
#include "tests/model/model_state.h"

static bool claim_conflicts(const struct claim *claim, const struct wanted *wanted, struct span key)
{
    if (claim->shared && wanted->shared)
        return false; /* INV-1: shared ones go together */
    for (uint32_t i = 0; i < claim->key_count; i++)
        if (overlaps(claim->keys[i], key))
            return true;
    return false;
}

static bool waiter_conflicts(const struct waiter *waiter, const struct wanted *wanted, struct span key)
{
    if (waiter->wanted.shared && wanted->shared)
        return false;
    for (uint32_t i = 0; i < waiter->wanted.count; i++)
        if (overlaps(waiter->wanted.keys[i], key))
            return true;
    return false;
}

/* INV-5: every live claim that conflicts blocks, one's own too; the one shown has the lowest token (S15). */
static struct claim *claim_against(const struct model *model, const struct wanted *wanted, struct span key)
{
    for (size_t i = 0; i < model->claims.count; i++)
        if (claim_conflicts(model->claims.items[i], wanted, key))
            return model->claims.items[i];
    return NULL;
}

/* INV-5, R20: and every older waiter, one's own like any other; the one shown has the lowest offset. */
static struct waiter *waiter_against(const struct model *model, const struct wanted *wanted, struct span key)
{
    for (size_t i = 0; i < model->waiters.count; i++) {
        struct waiter *waiter = model->waiters.items[i];
        if (waiter->wanted.offset >= wanted->offset)
            break;
        if (waiter_conflicts(waiter, wanted, key))
            return waiter;
    }
    return NULL;
}

struct done *done_with_key(const struct model *model, struct span key)
{
    for (size_t i = 0; i < model->done.count; i++) {
        struct done *done = model->done.items[i];
        if (span_equal(done->key, key)) /* R28: by exact key */
            return done;
    }
    return NULL;
}

/* R22, S21: `again` overrides what was done before its own offset, and no more. */
struct done *done_against(const struct model *model, const struct wanted *wanted, struct span key)
{
    struct done *done = done_with_key(model, key);
    return done != NULL && wanted->again && done->offset < wanted->offset ? NULL : done;
}

/* S12: one's own live claim of the same mode on that key, or on a subtree over it; the lowest token. */
struct claim *claim_covering(const struct model *model, uint64_t session, bool shared, struct span key)
{
    for (size_t i = 0; i < model->claims.count; i++) {
        struct claim *claim = model->claims.items[i];
        if (claim->session != session || claim->shared != shared)
            continue;
        for (uint32_t j = 0; j < claim->key_count; j++)
            if (span_equal(claim->keys[j], key) || lies_under(claim->keys[j], key))
                return claim;
    }
    return NULL;
}

/* S16 */
uint64_t queue_length(const struct model *model, struct span key)
{
    uint64_t length = 0;
    for (size_t i = 0; i < model->waiters.count; i++) {
        const struct wanted *wanted = &((struct waiter *)model->waiters.items[i])->wanted;
        for (uint32_t j = 0; j < wanted->count; j++)
            length += span_equal(wanted->keys[j], key);
    }
    return length;
}

/* S13: does a claim of one's own lie across the wanted key? */
static enum flaw own_across(const struct model *model, uint64_t session, const struct wanted *wanted, struct span key)
{
    for (size_t i = 0; i < model->claims.count; i++) {
        const struct claim *claim = model->claims.items[i];
        for (uint32_t j = 0; claim->session == session && j < claim->key_count; j++)
            if (claim->shared != wanted->shared && overlaps(claim->keys[j], key))
                return FLAW_MODE;
    }
    for (size_t i = 0; i < model->claims.count; i++) {
        const struct claim *claim = model->claims.items[i];
        for (uint32_t j = 0; claim->session == session && j < claim->key_count; j++)
            if (!span_equal(claim->keys[j], key) && lies_under(key, claim->keys[j]))
                return FLAW_PARTIAL;
    }
    return FLAW_NONE;
}

/* R23: all of it one's own, and else none of it. */
static bool judge_own_all(const struct model *model, uint64_t session, const struct wanted *wanted, bool at_record,
                          struct verdict *verdict)
{
    uint32_t covered = 0, first = 0;
    for (uint32_t i = wanted->count; i > 0; i--) {
        if (claim_covering(model, session, wanted->shared, wanted->keys[i - 1]) == NULL)
            continue;
        covered++;
        first = i - 1;
    }
    if (covered == wanted->count) {
        verdict->kind = VERDICT_YOURS;
        return true;
    }
    /* OPEN: a waiter whose own session comes to hold a part of what it waits for, or in another mode, waits on: only
     * a claim that arrives is told so. */
    if (!at_record)
        return false;
    verdict->kind = VERDICT_BAD;
    for (uint32_t i = 0; i < wanted->count; i++) {
        verdict->flaw = own_across(model, session, wanted, wanted->keys[i]);
        verdict->flaw_key = wanted->given_index[i];
        if (verdict->flaw != FLAW_NONE)
            return true;
    }
    if (covered > 0) {
        verdict->flaw = FLAW_PARTIAL;
        verdict->flaw_key = wanted->given_index[first];
        return true;
    }
    return false;
}

/* R24: one's own held key comes first, even before a free one. */
static bool judge_own_any(const struct model *model, uint64_t session, const struct wanted *wanted,
                          struct verdict *verdict)
{
    for (uint32_t i = 0; i < wanted->count; i++) {
        if (claim_covering(model, session, wanted->shared, wanted->keys[i]) != NULL) {
            verdict->kind = VERDICT_YOURS;
            verdict->chosen = i;
            return true;
        }
    }
    return false;
}

/* S15: done first, then held, then queued; each for the first key in order. */
static struct verdict judge_all(const struct model *model, const struct wanted *wanted)
{
    struct verdict verdict = {.kind = VERDICT_FREE};
    for (uint32_t i = 0; i < wanted->count; i++) {
        verdict.done = done_against(model, wanted, wanted->keys[i]);
        verdict.kind = VERDICT_DONE;
        verdict.chosen = i;
        if (verdict.done != NULL)
            return verdict;
    }
    for (uint32_t i = 0; i < wanted->count; i++) {
        verdict.claim = claim_against(model, wanted, wanted->keys[i]);
        verdict.kind = VERDICT_HELD;
        verdict.chosen = i;
        if (verdict.claim != NULL)
            return verdict;
    }
    for (uint32_t i = 0; i < wanted->count; i++) {
        verdict.waiter = waiter_against(model, wanted, wanted->keys[i]);
        verdict.kind = VERDICT_QUEUED;
        verdict.chosen = i;
        if (verdict.waiter != NULL)
            return verdict;
    }
    verdict.kind = VERDICT_FREE; /* INV-4: whole or not at all */
    return verdict;
}

/* S14, R5: the first candidate that is free; else held if any is held, else queued, else done. */
static struct verdict judge_any(const struct model *model, const struct wanted *wanted)
{
    struct verdict done = {.kind = VERDICT_DONE}, held = {.kind = VERDICT_HELD}, queued = {.kind = VERDICT_QUEUED};
    for (uint32_t i = 0; i < wanted->count; i++) {
        struct done *memory = done_against(model, wanted, wanted->keys[i]);
        struct claim *claim = claim_against(model, wanted, wanted->keys[i]);
        struct waiter *waiter = waiter_against(model, wanted, wanted->keys[i]);
        if (memory != NULL) {
            if (done.done == NULL)
                done = (struct verdict){.kind = VERDICT_DONE, .chosen = i, .done = memory};
        } else if (claim != NULL) {
            if (held.claim == NULL)
                held = (struct verdict){.kind = VERDICT_HELD, .chosen = i, .claim = claim};
        } else if (waiter != NULL) {
            if (queued.waiter == NULL)
                queued = (struct verdict){.kind = VERDICT_QUEUED, .chosen = i, .waiter = waiter};
        } else {
            return (struct verdict){.kind = VERDICT_FREE, .chosen = i};
        }
    }
    return held.claim != NULL ? held : queued.waiter != NULL ? queued : done;
}

struct verdict judge(const struct model *model, uint64_t session, const struct wanted *wanted, bool at_record)
{
    struct verdict verdict = {.kind = VERDICT_FREE};
    if (!wanted->fresh && wanted->any && judge_own_any(model, session, wanted, &verdict))
        return verdict;
    if (!wanted->fresh && !wanted->any && judge_own_all(model, session, wanted, at_record, &verdict))
        return verdict;
    return wanted->any ? judge_any(model, wanted) : judge_all(model, wanted);
}

/* ---------------------------------------------------------------- telling it */

static void show_claim(const struct model *model, const struct claim *claim, struct holder *holder)
{
    holder->session = session_numbered(model, claim->session)->name;
    holder->about = claim->texts.about;
    holder->ref = claim->texts.ref;
    holder->origin = claim->texts.origin;
    holder->token = claim->token;
    holder->since_ms = claim->since_ms;
    holder->expires_ms = claim->expires_ms;
}

static void show_waiter(const struct waiter *waiter, struct holder *holder)
{
    holder->session = waiter->asker.session_name;
    holder->about = waiter->texts.about;
    holder->ref = waiter->texts.ref;
    holder->origin = waiter->texts.origin;
    holder->since_ms = waiter->since_ms;
    holder->expires_ms = waiter->deadline_ms < waiter->lease_ends_ms ? waiter->deadline_ms : waiter->lease_ends_ms;
}

/* S17 */
static void show_done(const struct done *done, struct decision *decision)
{
    struct holder *holder = &decision->holder;
    holder->session = done->session_name;
    holder->about = done->texts.about;
    holder->ref = done->texts.ref;
    holder->origin = done->texts.origin;
    holder->token = done->token;
    holder->since_ms = done->since_ms;
    holder->expires_ms = done->expires_ms;
    decision->result = done->result;
}

/* S36: of the holder shown. OPEN: done-memory is nobody's holder: no warning about who did it. */
static uint32_t holder_warnings(const struct model *model, uint64_t holder, uint64_t asker)
{
    if (holder == asker)
        return WARNING_WAITS_ON_SELF;
    struct span one = session_numbered(model, holder)->name, other = session_numbered(model, asker)->name;
    return span_equal(one, other) ? WARNING_SAME_NAME : 0;
}

/* R20: the first of the session's own older waiters on that key, in any mode. */
static const struct waiter *own_place(const struct model *model, uint64_t session, const struct wanted *wanted,
                                      struct span key)
{
    for (size_t i = 0; i < model->waiters.count; i++) {
        const struct waiter *waiter = model->waiters.items[i];
        for (uint32_t j = 0; waiter->asker.session == session && j < waiter->wanted.count; j++)
            if (waiter->wanted.offset < wanted->offset && overlaps(waiter->wanted.keys[j], key))
                return waiter;
    }
    return NULL;
}

/* Fills in who or what stands in the way, how long the queue is for that key, and the warnings about it. */
void show_blocker(const struct model *model, const struct wanted *wanted, uint64_t session,
                  const struct verdict *verdict, struct decision *decision)
{
    const struct waiter *own = own_place(model, session, wanted, wanted->keys[verdict->chosen]);
    decision->has_holder = true;
    decision->holder.key = wanted->keys[verdict->chosen];
    decision->queue_length = (uint32_t)queue_length(model, decision->holder.key);
    if (verdict->claim != NULL) {
        show_claim(model, verdict->claim, &decision->holder);
        decision->warnings |= holder_warnings(model, verdict->claim->session, session);
    } else if (verdict->waiter != NULL) {
        show_waiter(verdict->waiter, &decision->holder);
        decision->warnings |= holder_warnings(model, verdict->waiter->asker.session, session);
    } else {
        show_done(verdict->done, decision);
    }
    if (verdict->done == NULL && own != NULL)
        decision->holder.own_waiter = own->asker.id;
}

/* R34, S23: a denial that counts, and the advice that follows from it. */
void count_denial(struct model *model, const struct asker *asker, bool dry_run, struct decision *decision)
{
    struct session *session = session_numbered(model, asker->session);
    bool again_soon =
        session->was_denied && model->now_ms - session->last_denial_ms < model->policy[POLICY_DENIAL_WINDOW_MS];
    if (!dry_run) {
        session->was_denied = true;
        session->last_denial_ms = model->now_ms;
    }
    bool over_soon = decision->reason == REASON_HELD && decision->holder.expires_ms - model->now_ms <= 120000 &&
                     decision->queue_length == 0;
    decision->advice = again_soon ? ADVICE_CREATE : over_soon ? ADVICE_WAIT : ADVICE_PIVOT;
    supply_denied(model, asker->category, dry_run, decision);
}
