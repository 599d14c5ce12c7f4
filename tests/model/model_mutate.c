/* What a holder does with its claims: what a target means (S27), renew (S31), close (S29, S30). */
#include "base/check.h"
#include "tests/model/model_state.h"

static bool claim_has(const struct claim *claim, struct span key)
{
    for (uint32_t i = 0; i < claim->key_count; i++)
        if (span_equal(claim->keys[i], key))
            return true;
    return false;
}

/* ---------------------------------------------------------------- targets */

/* With a key: one that the token is to have had. */
static void resolve_token(const struct model *model, const struct asker *asker, uint64_t token, const struct span *key,
                          struct found *found)
{
    struct claim *claim = claim_with_token(model, token);
    if (claim != NULL && claim->session == asker->session) {
        found->claims[found->count++] = claim;
        return;
    }
    /* INV-2: refused, and nothing changes. S27: how it ended is told to the one who lost it */
    found->reason = claim != NULL ? REASON_NOT_HOLDER : REASON_STALE_TOKEN;
    uint64_t loser = 0;
    const struct outcome *ending = claim != NULL ? NULL : ending_of_token(model, token, &loser);
    if (ending != NULL && loser == asker->session && (key == NULL || lost_key(ending, *key))) {
        found->why = ending->ended_why;
        found->by = ending->ended_by;
        found->words = ending->ended_words;
    }
}

static void resolve_key(const struct model *model, const struct asker *asker, struct span key, struct found *found)
{
    for (size_t i = 0; i < model->claims.count && found->count < LIMIT_RENEW_ITEMS * 4; i++) {
        struct claim *claim = model->claims.items[i];
        if (claim->session == asker->session && claim_has(claim, key))
            found->claims[found->count++] = claim;
    }
    if (found->count > 0)
        return;
    found->reason = REASON_NOT_HOLDER;
    const struct outcome *ending = asker->session == 0 ? NULL : ending_of_key(model, asker->session, key);
    if (ending != NULL) {
        found->why = ending->ended_why;
        found->by = ending->ended_by;
        found->words = ending->ended_words;
    }
}

struct found resolve(struct model *model, const struct asker *asker, const struct target *target, struct span in,
                     bool exactly_one)
{
    struct found found = {0};
    if (target->kind == TARGET_KEY || target->kind == TARGET_FENCED_KEY)
        CHECK(canonical(model, target->key, in, &found.key) == FLAW_NONE);
    if (target->kind == TARGET_KEY)
        resolve_key(model, asker, found.key, &found);
    else
        resolve_token(model, asker, target->token, target->kind == TARGET_FENCED_KEY ? &found.key : NULL, &found);
    if (target->kind == TARGET_FENCED_KEY && found.reason == REASON_NONE && !claim_has(found.claims[0], found.key)) {
        found.reason = REASON_STALE_TOKEN;
        found.count = 0;
    }
    if (exactly_one && found.count > 1) { /* R25 */
        found.reason = REASON_BAD_REQUEST;
        found.flaw = FLAW_AMBIGUOUS;
    }
    return found;
}

/* ---------------------------------------------------------------- how a claim ends */

/* S27: it leaves, and the outcome of its last granted intent says how. */
void claim_end(struct model *model, struct claim *claim, enum why why, struct span by, struct span words)
{
    struct row *row = row_find(model, claim->granted.id.client, claim->session);
    struct outcome *outcome = outcome_find(row, claim->granted.id.seq);
    CHECK(outcome != NULL); /* S24: a live claim's is never evicted, nor does its row fade */
    outcome->ended = true;
    outcome->ended_why = why;
    outcome->ended_by = by;
    outcome->ended_words = text_keep(model, words);
    outcome->ended_token = claim->token;
    outcome->lost_count = claim->key_count;
    for (uint32_t i = 0; i < claim->key_count; i++)
        outcome->lost_keys[i] = claim->keys[i];
    row->idle_since_ms = model->now_ms; /* S26 */
    list_remove(&model->claims, claim);
    offers_look_at(model, outcome->lost_keys, outcome->lost_count);
    if (why != WHY_TAKEN)
        nexts_are_due(model, 0);
}

/* S28, S29, S31, S32: of claims that end, or were named whole, 32 keys at most. */
void tell_keys(const struct claim *claim, uint64_t expires_ms, struct decision *decision)
{
    for (uint32_t i = 0; i < claim->key_count && decision->key_count < 32; i++)
        decision->keys[decision->key_count++] =
            (struct granted_key){.key = claim->keys[i], .token = claim->token, .expires_ms = expires_ms};
}

/* R11, S33: told to its last granted intent; not final. */
void emit_ended(struct model *model, const struct claim *claim, enum why why, struct span by, struct span words)
{
    /* OPEN: the claim's ttl is told, too */
    struct decision decision = {.answer = ANSWER_ENDED, .why = why, .by = by, .words = words, .ttl_ms = claim->ttl_ms};
    for (uint32_t i = 0; i < claim->key_count; i++)
        decision.keys[decision.key_count++] =
            (struct granted_key){.key = claim->keys[i], .token = claim->token, .expires_ms = claim->expires_ms};
    decision_emit(model, &claim->granted, &decision);
}

/* ---------------------------------------------------------------- renew */

/* R7: of the same client, and not above the last: changes nothing. Else it is the last now. */
static bool guard_passes(struct intent_id *guard, const struct intent_id *id)
{
    if (guard->client == id->client && id->seq <= guard->seq)
        return false;
    *guard = *id;
    return true;
}

/* R29, INV-7: keeps token, holder and grant time; never shortens unless asked. */
static void renew_claim(const struct model *model, const struct asker *asker, const struct renew_intent *intent,
                        uint64_t given_ttl_ms, struct claim *claim)
{
    if (!guard_passes(&claim->guard, &asker->id))
        return;
    if (intent->has_ttl)
        claim->ttl_ms = given_ttl_ms;
    uint64_t expires_ms = time_after(model->now_ms, claim->ttl_ms);
    if (intent->shorten || expires_ms > claim->expires_ms)
        claim->expires_ms = expires_ms;
}

static void renew_waiter(const struct model *model, const struct asker *asker, struct waiter *waiter,
                         struct renewed_item *item)
{
    if (guard_passes(&waiter->guard, &asker->id))
        waiter->lease_ends_ms = time_after(model->now_ms, waiter->lease_ms);
    item->answer = ANSWER_ACCEPTED;
    item->waiter = true;
    item->expires_ms = waiter->deadline_ms < waiter->lease_ends_ms ? waiter->deadline_ms : waiter->lease_ends_ms;
}

/* A ticket that isn't waiting stands for the token it was granted or told, or fails. */
static struct found resolve_ticket(const struct model *model, const struct asker *asker, const struct intent_id *id)
{
    struct found found = {0};
    const struct outcome *outcome = outcome_find(row_find(model, id->client, asker->session), id->seq);
    if (outcome == NULL)
        found.reason = REASON_FORGOTTEN;
    else if (outcome->answer->answer == ANSWER_GRANTED || outcome->answer->answer == ANSWER_YOURS)
        resolve_token(model, asker, outcome->answer->keys[0].token, NULL, &found);
    else
        found.reason = REASON_STALE_TOKEN; /* OPEN: of one that was denied or cancelled: no why */
    if (found.reason == REASON_STALE_TOKEN && outcome->ended) {
        found.why = outcome->ended_why; /* OPEN: by its ticket also `closed`, which a token isn't told (S27) */
        found.by = outcome->ended_by;
        found.words = outcome->ended_words;
    }
    return found;
}

static void renew_item(struct model *model, const struct asker *asker, const struct renew_intent *intent,
                       uint64_t ttl_ms, uint32_t index, struct decision *decision)
{
    const struct target *target = &intent->targets[index];
    struct renewed_item *item = &decision->items[index];
    struct found found;
    if (target->kind == TARGET_TICKET) {
        struct waiter *waiter = waiter_of(model, target->id.client, target->id.seq, asker->session);
        if (waiter != NULL) {
            renew_waiter(model, asker, waiter, item);
            return;
        }
        found = resolve_ticket(model, asker, &target->id);
    } else {
        found = resolve(model, asker, target, intent->in, false);
    }
    if (found.reason != REASON_NONE) {
        *item = (struct renewed_item){ANSWER_DENIED, found.reason, found.why, found.by, 0, 0, false};
        if (decision->answer == ANSWER_ACCEPTED) { /* the first that is denied */
            deny(decision, found.reason, found.why);
            decision->by = found.by;
            decision->words = found.words;
        }
        return;
    }
    item->answer = ANSWER_ACCEPTED;
    item->token = found.claims[0]->token; /* the lowest */
    item->expires_ms = UINT64_MAX;        /* the earliest */
    for (uint32_t i = 0; i < found.count; i++) {
        renew_claim(model, asker, intent, ttl_ms, found.claims[i]);
        if (found.claims[i]->expires_ms < item->expires_ms)
            item->expires_ms = found.claims[i]->expires_ms;
    }
    if (target->kind == TARGET_TOKEN || target->kind == TARGET_TICKET)
        tell_keys(found.claims[0], item->expires_ms, decision);
}

/* OPEN: renew isn't remembered and looks at no row: neither repeat nor `forgotten`. */
void renew_apply(struct model *model, struct asker *asker, const struct renew_intent *intent)
{
    struct decision decision = {0};
    if (refused_sealed(model, &decision)) {
        decision_emit(model, asker, &decision);
        return;
    }
    uint64_t most = model->policy[POLICY_TTL_MAX_MS];
    uint64_t ttl_ms = intent->ttl_ms < 1000 ? 1000 : intent->ttl_ms > most ? most : intent->ttl_ms;
    if (intent->has_ttl && intent->ttl_ms > most)
        decision.warnings |= WARNING_TTL_CLAMPED;
    decision.answer = ANSWER_ACCEPTED;
    decision.final = true;
    decision.item_count = intent->target_count;
    for (uint32_t i = 0; i < intent->target_count; i++)
        renew_item(model, asker, intent, ttl_ms, i, &decision);
    if (decision.answer == ANSWER_DENIED)
        decision.key_count = 0;
    decision_emit(model, asker, &decision);
}

/* ---------------------------------------------------------------- close */

/* A key of a claim that is to end. */
struct ending {
    struct claim *claim;
    struct span key;
};

struct endings {
    struct ending items[LIMIT_RENEW_ITEMS * 4 * LIMIT_ALL_KEYS];
    uint32_t count;
};

static bool endings_have(const struct endings *endings, const struct claim *claim, struct span key)
{
    for (uint32_t i = 0; i < endings->count; i++)
        if (endings->items[i].claim == claim && span_equal(endings->items[i].key, key))
            return true;
    return false;
}

/* `key` is one of the claim's own, in the claim's own words. It is told. */
static void endings_add(struct endings *endings, struct claim *claim, struct span key, struct decision *decision)
{
    if (endings_have(endings, claim, key))
        return; /* hit twice, counts once */
    endings->items[endings->count++] = (struct ending){claim, key};
    if (decision->key_count < 32)
        decision->keys[decision->key_count++] = (struct granted_key){.key = key, .token = claim->token};
}

static void endings_add_all(struct endings *endings, struct claim *claim, struct decision *decision)
{
    for (uint32_t i = 0; i < claim->key_count; i++)
        endings_add(endings, claim, claim->keys[i], decision);
}

static void endings_add_key(struct endings *endings, struct claim *claim, struct span key, struct decision *decision)
{
    for (uint32_t i = 0; i < claim->key_count; i++)
        if (span_equal(claim->keys[i], key))
            endings_add(endings, claim, claim->keys[i], decision);
}

static bool any_subtree(const struct endings *endings, uint32_t from)
{
    for (uint32_t i = from; i < endings->count; i++)
        if (is_subtree(endings->items[i].key))
            return true;
    return false;
}

/* R27: all are found before any ends. False: the decision says which failed and why. */
static bool find_endings(struct model *model, const struct asker *asker, const struct close_intent *intent,
                         struct endings *endings, struct decision *decision)
{
    for (size_t i = 0; intent->all && i < model->claims.count; i++) {
        struct claim *claim = model->claims.items[i];
        if (claim->session == asker->session)
            endings_add_all(endings, claim, decision);
    }
    for (uint32_t i = 0; i < intent->target_count; i++) {
        struct found found = resolve(model, asker, &intent->targets[i], intent->in, true);
        uint32_t before = endings->count;
        if (found.reason == REASON_NONE && intent->targets[i].kind == TARGET_TOKEN)
            endings_add_all(endings, found.claims[0], decision);
        else if (found.reason == REASON_NONE)
            endings_add_key(endings, found.claims[0], found.key, decision);
        if (found.reason == REASON_NONE && intent->outcome == CLOSE_DONE && any_subtree(endings, before)) {
            found.reason = REASON_BAD_REQUEST;
            found.flaw = FLAW_SUBTREE_DONE;
        }
        if (found.reason == REASON_NONE)
            continue;
        deny(decision, found.reason, found.why);
        decision->key_count = 0;
        decision->by = found.by;
        decision->words = found.words;
        decision->flaw = found.flaw;
        decision->flaw_key = i;
        return false;
    }
    return true;
}

/* INV-8, R12: done-memory is full: the entry soonest to end goes; at one time the lowest key. */
static void evict_done(struct model *model)
{
    struct done *soonest = model->done.items[0];
    for (size_t i = 1; i < model->done.count; i++) {
        struct done *done = model->done.items[i];
        if (done->expires_ms < soonest->expires_ms ||
            (done->expires_ms == soonest->expires_ms && span_compare(done->key, soonest->key) < 0))
            soonest = done;
    }
    list_remove(&model->done, soonest);
    nexts_are_due(model, 0);
    model->done_evicted++;
}

/* S30. OPEN: with done_ttl 0 nothing is written, and what an earlier `done` left stays. */
static void remember_done(struct model *model, const struct asker *asker, const struct close_intent *intent,
                          const struct ending *ending)
{
    uint64_t done_ttl_ms = model->policy[POLICY_DONE_TTL_MS];
    if (done_ttl_ms == 0)
        return;
    struct done *done = done_with_key(model, ending->key); /* R28: the last one wins */
    if (done == NULL) {
        if (model->done.count >= model->policy[POLICY_DONE_MAX])
            evict_done(model);
        done = list_add(&model->done, sizeof *done);
    } else {
        nexts_are_due(model, 0);
    }
    *done = (struct done){.key = text_keep(model, ending->key),
                          .session_name = text_keep(model, asker->session_name),
                          .texts = ending->claim->texts,
                          .result = text_keep(model, intent->result),
                          .token = ending->claim->token,
                          .offset = model->offset,
                          .idea = ending->claim->idea, /* S47 */
                          .since_ms = model->now_ms,
                          .expires_ms = time_after(model->now_ms, done_ttl_ms)};
}

static void drop_key(struct claim *claim, struct span key)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < claim->key_count; i++)
        if (!span_equal(claim->keys[i], key))
            claim->keys[kept++] = claim->keys[i];
    claim->key_count = kept;
}

/* The first wait of that session after that offset, if any. */
static struct waiter *next_wait(const struct model *model, uint64_t session, uint64_t offset)
{
    struct waiter *next = NULL;
    for (size_t i = 0; i < model->waiters.count; i++) {
        struct waiter *waiter = model->waiters.items[i];
        if (waiter->asker.session == session && waiter->wanted.offset > offset &&
            (next == NULL || waiter->wanted.offset < next->wanted.offset))
            next = waiter;
    }
    return next;
}

static uint32_t count_waits(const struct model *model, uint64_t session)
{
    uint32_t count = 0;
    for (size_t i = 0; i < model->waiters.count; i++)
        count += ((const struct waiter *)model->waiters.items[i])->asker.session == session;
    return count;
}

/* S29: told after the close's own answer, by offset. */
static void end_waits(struct model *model, uint64_t session)
{
    struct waiter *waiter;
    while ((waiter = next_wait(model, session, 0)) != NULL) {
        struct decision cancelled = {.warnings = waiter->warnings};
        deny(&cancelled, REASON_CANCELLED, WHY_NONE);
        waiter_finish(model, waiter, &cancelled);
    }
}

/* A reward is learned from once for each claim, whatever keys of it were closed. */
static bool is_first_of_claim(const struct endings *endings, uint32_t at)
{
    for (uint32_t i = 0; i < at; i++)
        if (endings->items[i].claim == endings->items[at].claim)
            return false;
    return true;
}

void close_apply(struct model *model, struct asker *asker, const struct close_intent *intent)
{
    struct decision decision = {0};
    static struct endings endings;
    endings.count = 0;
    if (refused_before_deciding(model, asker, &decision))
        return;
    if (find_endings(model, asker, intent, &endings, &decision)) {
        decision.answer = ANSWER_ACCEPTED;
        decision.final = true;
        decision.ended_count = endings.count + (intent->all ? count_waits(model, asker->session) : 0);
        for (uint32_t i = 0; i < endings.count; i++) {
            struct ending *ending = &endings.items[i];
            if (intent->has_reward && is_first_of_claim(&endings, i))
                steer_learns(model, ending->claim->texts.category, ending->claim->token, intent->reward);
            if (intent->outcome == CLOSE_DONE)
                remember_done(model, asker, intent, ending);
            if (intent->outcome == CLOSE_DONE)
                offer_is_done(model, ending->key);
            if (intent->outcome == CLOSE_ABANDONED)
                offer_cools(model, ending->key);
            drop_key(ending->claim, ending->key);
            if (ending->claim->key_count == 0)
                claim_end(model, ending->claim, WHY_CLOSED, (struct span){0}, (struct span){0});
            offers_look(model);
            nexts_are_due(model, 0);
        }
    }
    remember(model, asker, &decision);
    decision_emit(model, asker, &decision);
    if (intent->all)
        end_waits(model, asker->session);
}
