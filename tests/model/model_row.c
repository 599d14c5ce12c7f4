/* What is remembered of answered intents (INV-3): rows, outcomes, repeats, how claims ended, and fading. */
#include <stdlib.h>

#include "base/check.h"
#include "tests/model/model_state.h"

/* ---------------------------------------------------------------- looking things up */

struct row *row_find(const struct model *model, uint64_t client, uint64_t session)
{
    for (size_t i = 0; i < model->rows.count; i++) {
        struct row *row = model->rows.items[i];
        if (row->client == client && row->session == session)
            return row; /* R6 */
    }
    return NULL;
}

struct outcome *outcome_find(const struct row *row, uint64_t seq)
{
    for (size_t i = 0; row != NULL && i < row->outcomes.count; i++) {
        struct outcome *outcome = row->outcomes.items[i];
        if (outcome->seq == seq)
            return outcome;
    }
    return NULL;
}

struct outcome *outcome_of(const struct model *model, const struct asker *asker)
{
    return outcome_find(row_find(model, asker->id.client, asker->session), asker->id.seq);
}

/* The live claim whose last granted intent is this one. */
struct claim *claim_granted_to(const struct model *model, uint64_t client, uint64_t seq, uint64_t session)
{
    for (size_t i = 0; i < model->claims.count; i++) {
        struct claim *claim = model->claims.items[i];
        if (claim->session == session && claim->granted.id.client == client && claim->granted.id.seq == seq)
            return claim;
    }
    return NULL;
}

struct waiter *waiter_of(const struct model *model, uint64_t client, uint64_t seq, uint64_t session)
{
    for (size_t i = 0; i < model->waiters.count; i++) {
        struct waiter *waiter = model->waiters.items[i];
        if (waiter->asker.session == session && waiter->asker.id.client == client && waiter->asker.id.seq == seq)
            return waiter;
    }
    return NULL;
}

/* ---------------------------------------------------------------- remembering */

/* R12: is there no room for this session, or for this client's row? */
bool rows_full_for(const struct model *model, const struct asker *asker)
{
    if (asker->session == 0 && model->sessions.count >= model->policy[POLICY_SESSIONS_MAX])
        return true;
    return row_find(model, asker->id.client, asker->session) == NULL &&
           model->rows.count >= model->policy[POLICY_CLIENT_ROWS_MAX];
}

static void outcome_remove(struct row *row, struct outcome *outcome)
{
    free(outcome->answer);
    list_remove(&row->outcomes, outcome);
}

void row_remove(struct model *model, struct row *row)
{
    while (row->outcomes.count > 0)
        outcome_remove(row, row->outcomes.items[0]);
    list_clear(&row->outcomes);
    list_remove(&model->rows, row);
}

/* S24: what waits, or is granted and live, stays. */
static bool is_evictable(const struct model *model, const struct row *row, const struct outcome *outcome)
{
    return outcome->answer->answer != ANSWER_WAITING &&
           claim_granted_to(model, row->client, outcome->seq, row->session) == NULL;
}

static size_t evictable_count(const struct model *model, const struct row *row)
{
    size_t count = 0;
    for (size_t i = 0; i < row->outcomes.count; i++)
        count += is_evictable(model, row, row->outcomes.items[i]);
    return count;
}

/* The one with the lowest seq. */
static struct outcome *evictable(const struct model *model, const struct row *row)
{
    struct outcome *lowest = NULL;
    for (size_t i = 0; i < row->outcomes.count; i++) {
        struct outcome *outcome = row->outcomes.items[i];
        if (!is_evictable(model, row, outcome))
            continue;
        if (lowest == NULL || outcome->seq < lowest->seq)
            lowest = outcome;
    }
    return lowest;
}

static struct outcome *outcome_add(const struct model *model, struct row *row, uint64_t seq)
{
    while (evictable_count(model, row) >= LIMIT_OUTCOMES) {
        struct outcome *lowest = evictable(model, row);
        if (lowest->seq > row->floor)
            row->floor = lowest->seq; /* R8 */
        outcome_remove(row, lowest);
    }
    struct outcome *outcome = list_add(&row->outcomes, sizeof *outcome);
    outcome->seq = seq;
    return outcome;
}

/* A copy whose texts last. */
static struct decision *keep_decision(struct model *model, const struct asker *asker, const struct decision *decision)
{
    struct decision *kept = malloc(sizeof *kept);
    CHECK(kept != NULL);
    *kept = *decision;
    kept->first_offset = model->offset;
    kept->verb = asker->verb;
    for (uint32_t i = 0; i < kept->key_count; i++)
        kept->keys[i].key = text_keep(model, decision->keys[i].key);
    kept->about = text_keep(model, decision->about);
    kept->holder.session = text_keep(model, decision->holder.session);
    kept->holder.about = text_keep(model, decision->holder.about);
    kept->holder.ref = text_keep(model, decision->holder.ref);
    kept->holder.origin = text_keep(model, decision->holder.origin);
    kept->holder.key = text_keep(model, decision->holder.key);
    kept->result = text_keep(model, decision->result);
    kept->by = text_keep(model, decision->by);
    kept->words = text_keep(model, decision->words);
    for (uint32_t i = 0; i < kept->rival_count; i++) { /* S50 */
        struct rival *rival = &kept->rivals[i];
        rival->key = text_keep(model, rival->key);
        rival->session = text_keep(model, rival->session);
        rival->about = text_keep(model, rival->about);
        rival->ref = text_keep(model, rival->ref);
    }
    kept->category = kept->ref = (struct span){0}; /* what a next picked and why is told once */
    kept->has_pick = kept->has_supply = kept->has_steering = false;
    kept->obstacle_count = kept->draw_count = 0;
    kept->retry_ms = 0;
    return kept;
}

/* Keeps an answer under its intent's id, in place of what stood there (WAITING, a tombstone, a grant that was
 * cancelled). NULL: rows are full (R12), or it is a bad_request (S40). */
struct outcome *remember(struct model *model, const struct asker *asker, const struct decision *decision)
{
    if (rows_full_for(model, asker))
        return NULL;
    uint64_t session = session_find_or_add(model, asker)->number;
    struct row *row = row_find(model, asker->id.client, session);
    if (row == NULL) {
        row = list_add(&model->rows, sizeof *row);
        row->client = asker->id.client;
        row->session = session;
    }
    struct outcome *outcome = outcome_find(row, asker->id.seq);
    bool waited = outcome != NULL && (outcome->waited || outcome->answer->answer == ANSWER_WAITING);
    if (outcome == NULL)
        outcome = outcome_add(model, row, asker->id.seq);
    if (waited && !outcome->waited) { /* R9, S39: fixed when its final is decided */
        outcome->waited = true;
        outcome->keep_until_ms = time_after(model->now_ms, model->policy[POLICY_WAITED_KEEP_MS]);
    }
    free(outcome->answer);
    outcome->answer = keep_decision(model, asker, decision);
    outcome->tombstone = false;
    row->idle_since_ms = model->now_ms; /* S26 */
    return outcome;
}

/* ---------------------------------------------------------------- repeats */

static bool all_yours_live(const struct model *model, const struct row *row, const struct decision *answer)
{
    for (uint32_t i = 0; i < answer->key_count; i++) {
        const struct claim *claim = claim_with_token(model, answer->keys[i].token);
        if (claim == NULL || claim->session != row->session)
            return false;
    }
    return true;
}

/* R10: is what it was granted, or told yours, still there? */
enum standing standing_of(const struct model *model, const struct row *row, const struct outcome *outcome,
                          enum why *why)
{
    *why = WHY_NONE;
    if (outcome->answer->answer == ANSWER_YOURS)
        return all_yours_live(model, row, outcome->answer) ? STANDING_LIVE : STANDING_ENDED;
    if (outcome->answer->answer != ANSWER_GRANTED)
        return STANDING_NONE;
    if (!outcome->ended)
        return STANDING_LIVE;
    *why = outcome->ended_why;
    return STANDING_ENDED;
}

/* S25: the answer as at first, with how things stand today. */
void recall(const struct model *model, const struct outcome *outcome, uint64_t client, uint64_t session,
            struct decision *decision)
{
    const struct row *row = row_find(model, client, session);
    *decision = *outcome->answer;
    decision->repeat = true;
    if (decision->answer == ANSWER_WAITING) {
        const struct waiter *waiter = waiter_of(model, client, outcome->seq, session);
        decision->deadline_ms = waiter->deadline_ms;
        decision->waiter_lease_ms = waiter->lease_ends_ms;
    }
    decision->standing = standing_of(model, row, outcome, &decision->standing_why);
    if (decision->standing == STANDING_LIVE)
        for (uint32_t i = 0; i < decision->key_count; i++)
            decision->keys[i].expires_ms = claim_with_token(model, decision->keys[i].token)->expires_ms;
}

/* True: it was answered here, from what is remembered, or is `forgotten` (R8). A tombstone is no answer yet. */
bool answer_repeat(struct model *model, const struct asker *asker, struct decision *forgotten)
{
    const struct row *row = row_find(model, asker->id.client, asker->session);
    const struct outcome *outcome = outcome_find(row, asker->id.seq);
    if (outcome != NULL && outcome->tombstone)
        return false;
    if (outcome != NULL) {
        struct decision decision;
        struct asker as_first = *asker;
        recall(model, outcome, asker->id.client, asker->session, &decision);
        as_first.verb = decision.verb; /* the verb does not matter */
        decision_emit(model, &as_first, &decision);
        return true;
    }
    if (row == NULL || asker->id.seq > row->floor)
        return false;
    deny(forgotten, REASON_FORGOTTEN, WHY_NONE);
    decision_emit(model, asker, forgotten);
    return true;
}

/* S6. True: the store has moved, and the decision says where. */
bool refused_sealed(const struct model *model, struct decision *decision)
{
    if (!model->sealed)
        return false;
    deny(decision, REASON_SEALED, WHY_NONE);
    decision->words = model->moved_to;
    return true;
}

/* The checks every remembered verb but claim begins with: repeat, tombstone, sealed. True: it was answered. */
bool refused_before_deciding(struct model *model, const struct asker *asker, struct decision *decision)
{
    if (answer_repeat(model, asker, decision))
        return true;
    const struct outcome *earlier = outcome_of(model, asker);
    if (earlier != NULL && earlier->tombstone)
        /* S40: of any remembered verb */
        deny(decision, REASON_CANCELLED, WHY_NONE);
    else if (!refused_sealed(model, decision))
        return false;
    remember(model, asker, decision);
    decision_emit(model, asker, decision);
    return true;
}

/* ---------------------------------------------------------------- how claims ended */

static bool is_loss(const struct outcome *outcome)
{
    return outcome->ended &&
           (outcome->ended_why == WHY_EXPIRED || outcome->ended_why == WHY_REVOKED || outcome->ended_why == WHY_TAKEN);
}

/* S27: how the claim with that token ended, if that is remembered. */
struct outcome *ending_of_token(const struct model *model, uint64_t token, uint64_t *loser)
{
    for (size_t i = 0; i < model->rows.count; i++) {
        const struct row *row = model->rows.items[i];
        for (size_t j = 0; j < row->outcomes.count; j++) {
            struct outcome *outcome = row->outcomes.items[j];
            if (!is_loss(outcome) || outcome->ended_token != token)
                continue;
            if (loser != NULL)
                *loser = row->session;
            return outcome;
        }
    }
    return NULL;
}

/* S27: and not granted again since */
bool lost_key(const struct outcome *outcome, struct span key)
{
    for (uint32_t i = 0; i < outcome->lost_count; i++)
        if (span_equal(outcome->lost_keys[i], key))
            return true;
    return false;
}

/* S27: how the session's last claim that had that key was lost, unless it was granted the key again since. */
struct outcome *ending_of_key(const struct model *model, uint64_t session, struct span key)
{
    struct outcome *latest = NULL;
    for (size_t i = 0; i < model->rows.count; i++) {
        const struct row *row = model->rows.items[i];
        for (size_t j = 0; row->session == session && j < row->outcomes.count; j++) {
            struct outcome *outcome = row->outcomes.items[j];
            if (is_loss(outcome) && lost_key(outcome, key) &&
                (latest == NULL || outcome->ended_token > latest->ended_token))
                latest = outcome;
        }
    }
    return latest;
}

/* ---------------------------------------------------------------- fading */

/* S26: is something of this row waiting or live? */
bool row_is_pending(const struct model *model, const struct row *row)
{
    for (size_t i = 0; i < row->outcomes.count; i++) {
        const struct outcome *outcome = row->outcomes.items[i];
        if (waiter_of(model, row->client, outcome->seq, row->session) != NULL ||
            claim_granted_to(model, row->client, outcome->seq, row->session) != NULL)
            return true;
    }
    return false;
}

/* R9, S26 */
uint64_t row_fades_ms(const struct model *model, const struct row *row)
{
    uint64_t fades_ms = time_after(row->idle_since_ms, model->row_keep_ms);
    for (size_t i = 0; i < row->outcomes.count; i++) {
        const struct outcome *outcome = row->outcomes.items[i];
        if (outcome->waited && outcome->keep_until_ms > fades_ms)
            fades_ms = outcome->keep_until_ms;
    }
    return fades_ms;
}
