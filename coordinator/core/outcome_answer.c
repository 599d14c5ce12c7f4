/* Giving an answer again: what a repeated intent or a question about a ticket is told (R8, R10, S25). */
#include "coordinator/core/outcome.h"
#include "coordinator/core/supply/offer.h"
#include "coordinator/state/claim_store.h"

static void fill_plain(const struct outcome *outcome, struct decision *decision)
{
    const struct outcome_row *row = &outcome->row;
    const struct span *texts = outcome->texts;

    decision->verb = (enum verb)row->verb;
    decision->answer = (enum answer)row->answer;
    decision->final = decision->answer != ANSWER_WAITING;
    decision->reason = (enum reason)row->reason;
    decision->why = (enum why)row->why;
    decision->advice = (enum advice)row->advice;
    decision->flaw = (enum flaw)row->flaw;
    decision->flaw_key = row->flaw_key;
    decision->warnings = row->warnings;
    decision->repeat = true;
    decision->dry_run = false; /* what was answered at first was none */
    decision->first_offset = row->offset;
    decision->ttl_ms = row->ttl_ms;
    decision->ended_count = row->ended_count;
    decision->queue_length = row->queue_length;
    decision->about = texts[OUTCOME_ABOUT];
    decision->result = texts[OUTCOME_RESULT];
    decision->by = texts[OUTCOME_BY];
    decision->words = texts[OUTCOME_WORDS];
    if (decision->answer == ANSWER_ACCEPTED && (decision->verb == VERB_OFFER || decision->verb == VERB_WITHDRAW)) {
        offered_unpack(decision->words, decision);
        decision->words = (struct span){0};
    }
    decision->has_holder = row->has_holder != 0;
    decision->holder = (struct holder){
        .session = texts[OUTCOME_HOLDER_SESSION],
        .about = texts[OUTCOME_HOLDER_ABOUT],
        .ref = texts[OUTCOME_HOLDER_REF],
        .origin = texts[OUTCOME_HOLDER_ORIGIN],
        .key = texts[OUTCOME_HOLDER_KEY],
        .token = row->holder_token,
        .since_ms = row->holder_since_ms,
        .expires_ms = row->holder_expires_ms,
        .own_waiter = {.client = row->holder_client, .seq = row->holder_seq},
    };
    if (row->flags & OUTCOME_RIVALS) {
        decision->likeness = outcome->rivals.likeness;
        decision->rival_count = outcome->rivals.count;
        for (uint32_t i = 0; i < outcome->rivals.count; i++)
            decision->rivals[i] = outcome->rivals.rivals[i];
    }
    decision->key_count = row->key_count;
    for (uint32_t i = 0; i < row->key_count; i++) {
        decision->keys[i] = (struct granted_key){
            .key = outcome->key_spans[i], .token = outcome->keys[i].token, .expires_ms = outcome->keys[i].expires_ms};
    }
}

/* A grant's own claim lives: today's lease. */
static void fill_granted(struct apply *apply, const struct outcome *outcome, struct decision *decision)
{
    struct claim_row claim;

    if (outcome->row.flags & OUTCOME_ENDED) {
        decision->standing = STANDING_ENDED;
        decision->standing_why = (enum why)outcome->row.ended_why;
        return;
    }
    decision->standing = STANDING_LIVE;
    if (!claim_load_row(apply->state, TABLE_CLAIM, outcome->row.token, &claim))
        return;                                    /* only after a failure of the state */
    if (claim.expires_ms <= apply->meta->now_ms) { /* over, though no record has said so yet (core_query) */
        decision->standing = STANDING_ENDED;
        decision->standing_why = WHY_EXPIRED;
        return;
    }
    for (uint32_t i = 0; i < decision->key_count; i++)
        decision->keys[i].expires_ms = claim.expires_ms;
}

/* Every claim that a `yours` named must be live. */
static void fill_yours(struct apply *apply, struct decision *decision)
{
    struct claim_row claims[LIMIT_ALL_KEYS];

    decision->standing = STANDING_ENDED;
    for (uint32_t i = 0; i < decision->key_count; i++) {
        if (!claim_load_row(apply->state, TABLE_CLAIM, decision->keys[i].token, &claims[i]) ||
            claims[i].expires_ms <= apply->meta->now_ms)
            return;
    }
    decision->standing = STANDING_LIVE;
    for (uint32_t i = 0; i < decision->key_count; i++)
        decision->keys[i].expires_ms = claims[i].expires_ms;
}

static void fill_waiting(struct state *state, const struct outcome *outcome, struct decision *decision)
{
    struct claim_row waiter;

    if (!claim_load_row(state, TABLE_WAITER, outcome->row.waiter_offset, &waiter))
        return; /* only after a failure of the state */
    decision->deadline_ms = waiter.deadline_ms;
    decision->waiter_lease_ms = waiter.expires_ms;
}

void outcome_answer(struct apply *apply, const struct outcome *outcome, struct decision *decision)
{
    fill_plain(outcome, decision);
    if (decision->answer == ANSWER_GRANTED)
        fill_granted(apply, outcome, decision);
    else if (decision->answer == ANSWER_YOURS)
        fill_yours(apply, decision);
    else if (decision->answer == ANSWER_WAITING)
        fill_waiting(apply->state, outcome, decision);
}
