/* What each decision says about a request in flight. */
#include "agent-shim/pending_own.h"

static void try_at(struct pending *pending, uint64_t at_ms)
{
    pending->next_ms = at_ms;
    pending->pause_ms = PENDING_FIRST_PAUSE_MS;
}

static enum pending_heard answered(struct pending *pending)
{
    pending->waits = pending->confirms = false;
    pending->result = PENDING_ANSWERED;
    return PENDING_KEEP;
}

/* It is in the queue: from now on renewals keep its place and tell what became of it. */
static enum pending_heard now_waits(struct pending *pending, const struct decision *decision, uint64_t now_ms)
{
    uint64_t left_ms = decision->waiter_lease_ms > decision->now_ms ? decision->waiter_lease_ms - decision->now_ms : 0;
    uint64_t rest_ms = decision->deadline_ms > decision->now_ms ? decision->deadline_ms - decision->now_ms : 0;
    bool is_first = intent_id_equal(decision->id, pending->id) && !decision->repeat && pending->first_sent_ms != 0;

    if (pending->confirms)
        return PENDING_NOT_MINE; /* an older answer that came late */
    if (!pending->waits)
        pending->renew_at_ms = is_first ? later(pending->first_sent_ms, left_ms / 3) : now_ms;
    if (left_ms > pending->wait_lease_ms)
        pending->wait_lease_ms = left_ms;
    if (is_first)
        pending->confirmed_ms = pending->first_sent_ms;
    pending->waits = pending->has_waited = true;
    pending->deadline_ms = decision->deadline_ms;
    pending->wait_ends_ms = later(now_ms, later(rest_ms, PENDING_WAIT_SLACK_MS));
    try_at(pending, pending->wait_ends_ms);
    return PENDING_KEEP;
}

/* What is left of the lease that ends first. */
static uint64_t lease_left_ms(const struct decision *decision)
{
    uint64_t expires_ms = UINT64_MAX;

    for (uint32_t i = 0; i < decision->key_count; i++) {
        if (decision->keys[i].expires_ms < expires_ms)
            expires_ms = decision->keys[i].expires_ms;
    }
    return decision->key_count > 0 && expires_ms > decision->now_ms ? expires_ms - decision->now_ms : 0;
}

/* R10, R17: a grant is an answer when its lease is known to have been there since a moment of ours. */
static enum pending_heard now_holds(struct pending *pending, const struct decision *decision, uint64_t now_ms)
{
    uint64_t left_ms = lease_left_ms(decision);
    bool lives = decision->standing != STANDING_ENDED && left_ms > 0;
    bool is_yours = decision->answer == ANSWER_YOURS; /* S12: its ttl is the claim's, not what was renewed by */
    bool told_at_once =
        !pending->has_waited && !pending->is_ticket && (is_yours || decision->repeat || left_ms >= decision->ttl_ms);

    if (decision->dry_run || !lives || !pending->is_remembered) {
        pending->lease_ms = 0;
        return answered(pending);
    }
    if (pending->lease_ms != 0 && !pending->confirms)
        return answered(pending); /* a renewal has confirmed it before its decision was seen */
    if (told_at_once) {
        pending->confirmed_ms = pending->first_sent_ms;
        pending->lease_ms = left_ms; /* of a repeat, too: it may have been granted out of the queue in between */
        return answered(pending);
    }
    pending->waits = false;
    pending->lease_ms = left_ms < decision->ttl_ms || decision->ttl_ms == 0 ? left_ms : decision->ttl_ms;
    if (pending->confirms)
        return PENDING_KEEP;
    pending->confirms = true;
    pending->renew_at_ms = now_ms;
    pending->pause_ms = PENDING_FIRST_PAUSE_MS;
    pending->next_ms = never;
    return PENDING_KEEP;
}

/* What an answer says of the request, whichever intent it came to. */
static enum pending_heard hear_answer(struct pending *pending, const struct decision *decision, uint64_t now_ms)
{
    if (decision->answer == ANSWER_WAITING)
        return now_waits(pending, decision, now_ms);
    if (decision->answer == ANSWER_GRANTED || decision->answer == ANSWER_YOURS)
        return now_holds(pending, decision, now_ms);
    return answered(pending);
}

/* A query is refused for itself, too (its rate); only a repeat speaks of the ticket. */
static enum pending_heard hear_query(struct pending *pending, const struct decision *decision, uint64_t now_ms)
{
    bool is_forgotten = decision->answer == ANSWER_DENIED && decision->reason == REASON_FORGOTTEN;

    if (decision->repeat)
        return hear_answer(pending, decision, now_ms);
    /* What only may have been in the log when this was asked can come after it: not known is no answer then. */
    bool was_there = pending->place == PENDING_SURELY && decision->id.seq >= pending->surely_seq;
    if (is_forgotten && (pending->is_ticket || was_there))
        return answered(pending);
    return PENDING_NOTED;
}

/* The next is due when a third of the lease is gone; one that came late has changed nothing (R7), so that less is left
 * than it asked for. What reaches to the wait's own end need not be renewed. */
static void waiter_renewed(struct pending *pending, uint64_t sent_ms, uint64_t left_ms, uint64_t expires_ms)
{
    if (left_ms > pending->wait_lease_ms)
        pending->wait_lease_ms = left_ms;
    uint64_t spare_ms = pending->wait_lease_ms - pending->wait_lease_ms / 3;
    if (expires_ms >= pending->deadline_ms)
        pending->renew_at_ms = pending->wait_ends_ms;
    else
        pending->renew_at_ms = later(sent_ms, left_ms > spare_ms ? left_ms - spare_ms : 0);
}

static enum pending_heard hear_renewal(struct pending *pending, const struct decision *decision, uint64_t now_ms)
{
    const struct renewed_item *item = &decision->items[0];
    const struct pending_renewal *renewal = &pending->renewals[decision->id.seq % PENDING_RENEWALS];
    uint64_t left_ms = item->expires_ms > decision->now_ms ? item->expires_ms - decision->now_ms : 0;

    if (pending->waits && decision->answer == ANSWER_DENIED && decision->reason == REASON_SEALED)
        return answered(pending); /* S6: nothing is granted here any more; the answer says where to ask */
    /* Refused as a whole: the wait goes on. So long ago that it tells nothing: a later one will. */
    if (decision->item_count != 1 || renewal->seq != decision->id.seq)
        return PENDING_NOTED;
    if (item->answer != ANSWER_ACCEPTED) { /* it has ended: what was it? */
        pending->waits = pending->confirms = false;
        pending->lease_ms = 0;
        pending->renew_at_ms = never;
        try_at(pending, now_ms);
        return PENDING_NOTED;
    }
    pending->confirmed_ms = renewal->sent_ms;
    pending->pause_ms = PENDING_FIRST_PAUSE_MS;
    if (item->waiter) {
        waiter_renewed(pending, renewal->sent_ms, left_ms, item->expires_ms);
        return PENDING_NOTED;
    }
    pending->lease_ms = left_ms;
    pending->renew_at_ms = never;
    if (pending->confirms) {
        pending->confirms = false;
        pending->result = PENDING_ANSWERED;
    } else { /* its grant has not been seen: ask for it */
        pending->waits = false;
        try_at(pending, now_ms);
    }
    return PENDING_NOTED;
}

bool pending_is_mine(const struct pending *pending, struct intent_id id)
{
    return intent_id_equal(pending->id, id) ||
           (id.client == pending->questions.client && id.seq >= pending->first_question_seq &&
            id.seq <= pending->questions.seq);
}

enum pending_heard pending_on_decision(struct pending *pending, const struct decision *decision, uint64_t now_ms)
{
    if (pending->result != PENDING_OPEN || decision->answer == ANSWER_ENDED || !pending_is_mine(pending, decision->id))
        return PENDING_NOT_MINE;
    if (intent_id_equal(pending->id, decision->id)) {
        pending_is_surely_there(pending);
        return hear_answer(pending, decision, now_ms);
    }
    return decision->verb == VERB_RENEW ? hear_renewal(pending, decision, now_ms)
                                        : hear_query(pending, decision, now_ms);
}
