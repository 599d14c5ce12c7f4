/* The life of one request, told event by event. */
#include <criterion/criterion.h>

#include "agent-shim/pending.h"

static struct pending begin(bool is_ticket, uint64_t give_up_ms)
{
    const struct pending_start start = {
        .id = {1, 5}, .questions = {9, 0}, .is_ticket = is_ticket, .is_remembered = true, .give_up_ms = give_up_ms};
    struct pending pending;

    pending_init(&pending, &start, 1000);
    return pending;
}

static struct decision decision_for(uint64_t client, uint64_t seq, enum verb verb, enum answer answer)
{
    struct decision decision;

    decision_clear(&decision);
    decision.id = (struct intent_id){client, seq};
    decision.verb = verb;
    decision.answer = answer;
    decision.now_ms = 100000;
    decision.ttl_ms = 3600000;
    decision.key_count = 1;
    decision.keys[0] = (struct granted_key){.token = 7, .expires_ms = 100000 + 3600000};
    return decision;
}

/* Runs until nothing is said before `until_ms`; reports each send as `ack`. Returns the number of sends. */
static uint32_t run(struct pending *pending, enum pending_ack ack, uint64_t until_ms, enum pending_effect *last)
{
    uint32_t sends = 0;
    enum pending_effect effect;

    for (uint64_t now = 1000; now < until_ms; now += 250) {
        while ((effect = pending_next(pending, now)) != PENDING_NOTHING) {
            *last = effect;
            sends += effect == PENDING_SEND;
            if (effect == PENDING_SEND)
                pending_on_ack(pending, ack, now);
            else
                pending_on_question_ack(pending, PENDING_DELIVERED, now);
        }
    }
    return sends;
}

Test(pending, an_intent_is_sent_again_for_five_minutes_and_then_only_asked)
{
    struct pending pending = begin(false, UINT64_MAX);
    enum pending_effect last = PENDING_NOTHING;

    cr_assert_eq(run(&pending, PENDING_DELIVERED, 1000 + PENDING_SEND_AGAIN_MS, &last), 10);
    last = PENDING_NOTHING;
    cr_assert_eq(pending_next(&pending, 1000 + 3600000), PENDING_ASK);
    cr_assert_eq(pending_question(&pending).seq, 1);
}

Test(pending, nothing_is_sent_while_a_send_has_no_report)
{
    struct pending pending = begin(false, UINT64_MAX);

    cr_assert_eq(pending_next(&pending, 1000), PENDING_SEND);
    cr_assert_eq(pending_next(&pending, 100000), PENDING_NOTHING);
    cr_assert_eq(pending_wake_ms(&pending), UINT64_MAX);
}

Test(pending, what_may_be_in_the_log_ends_unknown_and_what_never_was_unavailable)
{
    enum pending_effect last = PENDING_NOTHING;
    struct pending perhaps = begin(false, 20000), never = begin(false, 20000), out = begin(false, 20000);

    (void)run(&perhaps, PENDING_MAYBE, 21000, &last);
    cr_assert_eq(last, PENDING_FINISH);
    cr_assert_eq(perhaps.result, PENDING_UNKNOWN);
    (void)run(&never, PENDING_NOT, 21000, &last);
    cr_assert_eq(never.result, PENDING_UNAVAILABLE);
    cr_assert_eq(pending_next(&out, 1000), PENDING_SEND);
    cr_assert_eq(pending_next(&out, 20000), PENDING_TAKE_BACK);
    cr_assert_eq(pending_next(&out, 20999), PENDING_NOTHING);
    cr_assert_eq(pending_next(&out, 21000), PENDING_FINISH);
    cr_assert_eq(out.result, PENDING_UNKNOWN);
}

Test(pending, what_is_refused_for_good_ends_at_once_unless_an_earlier_send_may_be_there)
{
    struct pending pending = begin(false, UINT64_MAX), earlier = begin(false, UINT64_MAX);

    cr_assert_eq(pending_next(&pending, 1000), PENDING_SEND);
    pending_on_ack(&pending, PENDING_REFUSED, 1001);
    cr_assert_eq(pending_next(&pending, 1001), PENDING_FINISH);
    cr_assert_eq(pending.result, PENDING_UNAVAILABLE);
    cr_assert_eq(pending_next(&earlier, 1000), PENDING_SEND);
    pending_on_ack(&earlier, PENDING_MAYBE, 1001);
    cr_assert_eq(pending_next(&earlier, 2000), PENDING_SEND);
    pending_on_ack(&earlier, PENDING_REFUSED, 2001);
    cr_assert_eq(pending_next(&earlier, 2001), PENDING_NOTHING);
    cr_assert_eq(earlier.result, PENDING_OPEN);
}

Test(pending, a_grant_told_at_once_is_the_answer_and_counts_from_the_first_send)
{
    struct pending pending = begin(false, UINT64_MAX);
    struct decision granted = decision_for(1, 5, VERB_CLAIM, ANSWER_GRANTED);

    cr_assert_eq(pending_next(&pending, 1000), PENDING_SEND);
    pending_on_ack(&pending, PENDING_MAYBE, 1500);
    cr_assert_eq(pending_next(&pending, 2000), PENDING_SEND);
    cr_assert_eq(pending_on_decision(&pending, &granted, 2100), PENDING_KEEP);
    cr_assert_eq(pending_next(&pending, 2100), PENDING_FINISH);
    cr_assert_eq(pending.result, PENDING_ANSWERED);
    cr_assert_eq(pending.confirmed_ms, 1000);
    cr_assert_eq(pending.lease_ms, 3600000);
}

static void let_wait(struct pending *pending)
{
    struct decision waiting = decision_for(1, 5, VERB_CLAIM, ANSWER_WAITING);

    waiting.waiter_lease_ms = 100000 + 180000;
    waiting.deadline_ms = 100000 + 600000;
    cr_assert_eq(pending_next(pending, 1000), PENDING_SEND);
    pending_on_ack(pending, PENDING_DELIVERED, 1001);
    cr_assert_eq(pending_on_decision(pending, &waiting, 1002), PENDING_KEEP);
}

Test(pending, of_yours_and_of_a_repeat_what_is_left_counts_from_the_first_send)
{
    struct pending yours = begin(false, UINT64_MAX), again = begin(false, UINT64_MAX);
    struct decision decision = decision_for(1, 5, VERB_CLAIM, ANSWER_YOURS);

    cr_assert_eq(pending_next(&yours, 1000), PENDING_SEND);
    cr_assert_eq(pending_next(&again, 1000), PENDING_SEND);
    decision.key_count = 2;
    decision.keys[1] = (struct granted_key){.token = 8, .expires_ms = 100000 + 50000};
    cr_assert_eq(pending_on_decision(&yours, &decision, 2100), PENDING_KEEP);
    cr_assert_eq(yours.confirmed_ms, 1000);
    cr_assert_eq(yours.lease_ms, 50000, "what ends first");
    decision.answer = ANSWER_GRANTED;
    decision.repeat = true;
    cr_assert_eq(pending_on_decision(&again, &decision, 2100), PENDING_KEEP);
    cr_assert_eq(again.lease_ms, 50000);
}

Test(pending, a_late_answer_to_an_older_renewal_counts_from_that_one)
{
    struct pending pending = begin(false, UINT64_MAX);
    struct decision renewed = decision_for(9, 1, VERB_RENEW, ANSWER_ACCEPTED);

    let_wait(&pending);
    for (uint64_t now = 61000; now < 64001; now += 1000) {
        if (pending_next(&pending, now) == PENDING_RENEW)
            pending_on_question_ack(&pending, PENDING_MAYBE, now + 1);
    }
    cr_assert_eq(pending_question(&pending).seq, 3, "at 61, 62 and 64 s");
    renewed.item_count = 1;
    renewed.id.seq = 2;
    renewed.items[0] = (struct renewed_item){.answer = ANSWER_ACCEPTED, .waiter = true, .expires_ms = 100000 + 120000};
    cr_assert_eq(pending_on_decision(&pending, &renewed, 65000), PENDING_NOTED);
    cr_assert_eq(pending.confirmed_ms, 62000);
    cr_assert_eq(pending.renew_at_ms, 62000, "it has changed nothing: a third of the lease is gone already");
}

Test(pending, a_waiter_is_renewed_at_a_third_and_its_grant_before_it_is_an_answer)
{
    struct pending pending = begin(false, UINT64_MAX);
    struct decision granted = decision_for(1, 5, VERB_CLAIM, ANSWER_GRANTED);
    struct decision renewed = decision_for(9, 1, VERB_RENEW, ANSWER_ACCEPTED);

    let_wait(&pending);
    cr_assert_eq(pending_wake_ms(&pending), 61000);
    cr_assert_eq(pending_next(&pending, 60999), PENDING_NOTHING);
    cr_assert_eq(pending_next(&pending, 61000), PENDING_RENEW);
    pending_on_question_ack(&pending, PENDING_DELIVERED, 61001);
    granted.keys[0].expires_ms = 100000 + 180000;
    cr_assert_eq(pending_on_decision(&pending, &granted, 61100), PENDING_KEEP);
    cr_assert_eq(pending.result, PENDING_OPEN, "R17: not yet");
    cr_assert_eq(pending_next(&pending, 61100), PENDING_RENEW);
    renewed.id.seq = pending_question(&pending).seq;
    renewed.item_count = 1;
    renewed.items[0] = (struct renewed_item){.answer = ANSWER_ACCEPTED, .token = 7, .expires_ms = 100000 + 3600000};
    (void)pending_on_decision(&pending, &renewed, 61200);
    cr_assert_eq(pending_next(&pending, 61200), PENDING_FINISH);
    cr_assert_eq(pending.confirmed_ms, 61100);
    cr_assert_eq(pending.lease_ms, 3600000);
}

Test(pending, a_renewal_that_finds_the_wait_over_asks_what_became_of_it)
{
    struct pending pending = begin(false, UINT64_MAX);
    struct decision renewed = decision_for(9, 1, VERB_RENEW, ANSWER_DENIED);

    let_wait(&pending);
    cr_assert_eq(pending_next(&pending, 61000), PENDING_RENEW);
    pending_on_question_ack(&pending, PENDING_DELIVERED, 61001);
    renewed.item_count = 1;
    renewed.items[0] = (struct renewed_item){.answer = ANSWER_DENIED, .reason = REASON_STALE_TOKEN};
    (void)pending_on_decision(&pending, &renewed, 61100);
    cr_assert_eq(pending_next(&pending, 61100), PENDING_ASK);
}

/* S6: it would wait in vain. */
Test(pending, who_waits_in_a_sealed_store_is_told_by_its_renewal)
{
    struct pending pending = begin(false, UINT64_MAX);
    struct decision sealed = decision_for(9, 1, VERB_RENEW, ANSWER_DENIED);

    let_wait(&pending);
    cr_assert_eq(pending_next(&pending, 61000), PENDING_RENEW);
    sealed.reason = REASON_SEALED;
    cr_assert_eq(pending_on_decision(&pending, &sealed, 61100), PENDING_KEEP);
    cr_assert_eq(pending.result, PENDING_ANSWERED);
}

Test(pending, a_ticket_is_never_sent_and_forgotten_is_an_answer_only_of_what_was_there)
{
    struct pending ticket = begin(true, UINT64_MAX), perhaps = begin(false, UINT64_MAX);
    struct decision forgotten = decision_for(9, 1, VERB_QUERY, ANSWER_DENIED);

    forgotten.reason = REASON_FORGOTTEN;
    cr_assert_eq(pending_next(&ticket, 1000), PENDING_ASK);
    cr_assert_eq(pending_on_decision(&ticket, &forgotten, 1100), PENDING_KEEP);
    cr_assert_eq(ticket.result, PENDING_ANSWERED);
    cr_assert_eq(pending_next(&perhaps, 1000), PENDING_SEND);
    pending_on_ack(&perhaps, PENDING_MAYBE, 1001);
    cr_assert_eq(pending_next(&perhaps, 1000 + PENDING_SEND_AGAIN_MS), PENDING_ASK);
    cr_assert_eq(pending_on_decision(&perhaps, &forgotten, 400000), PENDING_NOTED);
    cr_assert_eq(perhaps.result, PENDING_OPEN);
}

Test(pending, a_query_refused_for_itself_is_no_answer_of_its_ticket)
{
    struct pending ticket = begin(true, UINT64_MAX);
    struct decision refused = decision_for(9, 1, VERB_QUERY, ANSWER_DENIED);

    refused.reason = REASON_QUOTA;
    cr_assert_eq(pending_next(&ticket, 1000), PENDING_ASK);
    cr_assert_eq(pending_on_decision(&ticket, &refused, 1100), PENDING_NOTED);
    cr_assert_eq(ticket.result, PENDING_OPEN);
}

Test(pending, what_is_cancelled_is_not_sent_again)
{
    struct pending pending = begin(false, UINT64_MAX);

    cr_assert_eq(pending_next(&pending, 1000), PENDING_SEND);
    pending_on_ack(&pending, PENDING_MAYBE, 1001);
    pending_stop(&pending);
    cr_assert_eq(pending_next(&pending, 2000), PENDING_ASK);
}

Test(pending, a_ticket_asked_for_before_its_intent_was_known_to_be_there_is_not_forgotten)
{
    struct pending pending = begin(false, UINT64_MAX);
    struct decision forgotten = decision_for(9, 1, VERB_QUERY, ANSWER_DENIED);

    forgotten.reason = REASON_FORGOTTEN;
    cr_assert_eq(pending_next(&pending, 1000), PENDING_SEND);
    pending_on_ack(&pending, PENDING_MAYBE, 1001);
    pending_stop(&pending);
    cr_assert_eq(pending_next(&pending, 2000), PENDING_ASK);
    pending_on_question_ack(&pending, PENDING_DELIVERED, 2001);
    pending_is_surely_there(&pending);
    cr_assert_eq(pending_on_decision(&pending, &forgotten, 2100), PENDING_NOTED);
    cr_assert_eq(pending_next(&pending, 9000), PENDING_ASK);
    forgotten.id.seq = 2;
    cr_assert_eq(pending_on_decision(&pending, &forgotten, 9100), PENDING_KEEP);
}

Test(pending, what_is_refused_after_it_may_be_there_is_asked_for_and_not_sent)
{
    struct pending pending = begin(false, UINT64_MAX);

    cr_assert_eq(pending_next(&pending, 1000), PENDING_SEND);
    pending_on_ack(&pending, PENDING_MAYBE, 1001);
    cr_assert_eq(pending_next(&pending, 2000), PENDING_SEND);
    pending_on_ack(&pending, PENDING_REFUSED, 2001);
    cr_assert_eq(pending_next(&pending, 4000), PENDING_ASK);
}

Test(pending, a_grant_that_cannot_be_renewed_in_time_is_still_the_answer)
{
    struct pending pending = begin(false, 70000);
    struct decision granted = decision_for(1, 5, VERB_CLAIM, ANSWER_GRANTED);

    let_wait(&pending);
    granted.keys[0].expires_ms = 100000 + 180000;
    cr_assert_eq(pending_on_decision(&pending, &granted, 61100), PENDING_KEEP);
    cr_assert_eq(pending_next(&pending, 61100), PENDING_RENEW);
    cr_assert_eq(pending_next(&pending, 70000), PENDING_FINISH);
    cr_assert_eq(pending.result, PENDING_ANSWERED);
    cr_assert_eq(pending.confirmed_ms, 1000, "of its lease only what was confirmed before is known");
    cr_assert_eq(pending.lease_ms, 180000);
}

Test(pending, that_a_claim_has_ended_is_no_answer_to_it)
{
    struct pending pending = begin(false, UINT64_MAX);
    struct decision ended = decision_for(1, 5, VERB_CLAIM, ANSWER_ENDED);

    cr_assert_eq(pending_next(&pending, 1000), PENDING_SEND);
    cr_assert_eq(pending_on_decision(&pending, &ended, 1100), PENDING_NOT_MINE);
}

Test(pending, a_grant_is_not_taken_back_by_an_older_answer_that_comes_late)
{
    struct pending pending = begin(false, UINT64_MAX);
    struct decision granted = decision_for(1, 5, VERB_CLAIM, ANSWER_GRANTED);
    struct decision waiting = decision_for(1, 5, VERB_CLAIM, ANSWER_WAITING);

    let_wait(&pending);
    cr_assert_eq(pending_on_decision(&pending, &granted, 61100), PENDING_KEEP);
    cr_assert_eq(pending_on_decision(&pending, &waiting, 61200), PENDING_NOT_MINE);
}

Test(pending, a_renewal_refused_as_a_whole_leaves_the_wait_as_it_is)
{
    struct pending pending = begin(false, UINT64_MAX);
    struct decision refused = decision_for(9, 1, VERB_RENEW, ANSWER_DENIED);

    let_wait(&pending);
    cr_assert_eq(pending_next(&pending, 61000), PENDING_RENEW);
    pending_on_question_ack(&pending, PENDING_DELIVERED, 61001);
    refused.reason = REASON_FORBIDDEN;
    refused.items[0] = (struct renewed_item){0};
    cr_assert_eq(pending_on_decision(&pending, &refused, 61100), PENDING_NOTED);
    cr_assert(pending.waits);
    cr_assert_eq(pending_next(&pending, 62000), PENDING_RENEW);
}

Test(pending, a_grant_that_had_ended_before_it_was_renewed_is_told_as_ended_and_holds_nothing)
{
    struct pending pending = begin(false, UINT64_MAX);
    struct decision granted = decision_for(1, 5, VERB_CLAIM, ANSWER_GRANTED);
    struct decision renewed = decision_for(9, 1, VERB_RENEW, ANSWER_DENIED);

    let_wait(&pending);
    granted.keys[0].expires_ms = 100000 + 180000;
    cr_assert_eq(pending_on_decision(&pending, &granted, 61100), PENDING_KEEP);
    cr_assert_eq(pending_next(&pending, 61100), PENDING_RENEW);
    pending_on_question_ack(&pending, PENDING_DELIVERED, 61101);
    renewed.item_count = 1;
    renewed.items[0] = (struct renewed_item){.answer = ANSWER_DENIED, .reason = REASON_STALE_TOKEN};
    (void)pending_on_decision(&pending, &renewed, 61200);
    cr_assert_eq(pending_next(&pending, 61200), PENDING_ASK);
    granted.id = (struct intent_id){9, pending_question(&pending).seq};
    granted.verb = VERB_QUERY;
    granted.repeat = true;
    granted.standing = STANDING_ENDED;
    cr_assert_eq(pending_on_decision(&pending, &granted, 61300), PENDING_KEEP);
    cr_assert_eq(pending_next(&pending, 61300), PENDING_FINISH);
    cr_assert_eq(pending.lease_ms, 0);
}

/* Somebody has come back to a wait: how it stands is asked at once, whenever the next renewal was due. */
Test(pending, a_look_renews_a_wait_at_once)
{
    struct pending pending = begin(false, UINT64_MAX);
    struct decision waiting = decision_for(1, 5, VERB_CLAIM, ANSWER_WAITING);

    waiting.waiter_lease_ms = waiting.now_ms + 180000;
    waiting.deadline_ms = waiting.now_ms + 600000;
    cr_assert_eq(pending_next(&pending, 1000), PENDING_SEND);
    pending_on_ack(&pending, PENDING_DELIVERED, 1000);
    cr_assert_eq(pending_on_decision(&pending, &waiting, 1000), PENDING_KEEP);
    cr_assert_eq(pending_next(&pending, 2000), PENDING_NOTHING);
    pending_look(&pending, 2000);
    cr_assert_eq(pending_next(&pending, 2000), PENDING_RENEW);
}

Test(pending, patience_can_be_given_anew_until_it_has_given_up)
{
    struct pending pending = begin(false, 5000);

    cr_assert_eq(pending_next(&pending, 1000), PENDING_SEND);
    pending_be_patient(&pending, 9000);
    cr_assert_eq(pending_next(&pending, 6000), PENDING_NOTHING);
    cr_assert_eq(pending_next(&pending, 9000), PENDING_TAKE_BACK);
    pending_be_patient(&pending, 20000);
    pending_on_ack(&pending, PENDING_NOT, 9000);
    cr_assert_eq(pending_next(&pending, 9000), PENDING_FINISH);
    cr_assert_eq(pending.result, PENDING_UNAVAILABLE);
}
