/* The half of a request of who drives: its life (pending.h) is told what happens, and what it asks for is done. */
#include "agent-shim/fleet_own.h"

#include <stdlib.h>

#include "proto/codec.h"

void request_end(struct request *request, enum dibs_error error, const struct error_text *why)
{
    request->state = REQUEST_DONE;
    request->error = error;
    if (why != NULL)
        request->why = *why;
    (void)pthread_cond_signal(&request->done);
}

/* ---------------------------------------------------------------- what is heard */

static void keep(struct request *request, struct span payload)
{
    uint8_t *copy = malloc(payload.size);
    if (copy == NULL)
        return; /* the answer is asked for again */
    memcpy(copy, payload.bytes, payload.size);
    free(request->kept);
    request->kept = copy;
    request->kept_size = payload.size;
}

/* The question of somebody whose time is over was refused for its rate: to ask again and again would be to wait. */
static bool is_refused_look(const struct request *request, const struct decision *decision, uint64_t now_ms)
{
    return now_ms >= request->until_ms && decision->verb == VERB_QUERY && !decision->repeat &&
           decision->answer == ANSWER_DENIED && decision->reason == REASON_QUOTA;
}

static void hear(struct request *request, const struct decision *decision, struct span payload)
{
    struct pending *pending = &request->pending;
    uint64_t now_ms = clock_boot_ms();
    if (request->state == REQUEST_DONE || !pending_is_mine(pending, decision->id))
        return;
    if (request->look_seq != 0 && decision->id.seq >= request->look_seq && decision->verb == VERB_RENEW)
        request->has_looked = true;
    if (pending_on_decision(pending, decision, now_ms) == PENDING_KEEP)
        keep(request, payload);
    else if (is_refused_look(request, decision, now_ms))
        pending_give_up(pending, now_ms);
}

/* One that can't be read is of a newer version, or foreign: whoever waits for it asks again. */
void request_hear(struct fleet *fleet, struct span payload)
{
    struct error_text why;
    if (decision_decode(payload, &fleet->decision, &why) != DIBS_OK)
        return;
    if (fleet->decision.answer == ANSWER_ENDED)
        fleet_note_ended(fleet, &fleet->decision);
    for (struct request *request = fleet->requests; request != NULL; request = request->next)
        hear(request, &fleet->decision, payload);
}

static enum pending_ack pending_ack_of(enum kafka_ack ack)
{
    switch (ack) {
    case KAFKA_DELIVERED:
        return PENDING_DELIVERED;
    case KAFKA_NOT:
        return PENDING_NOT;
    case KAFKA_REFUSED:
        return PENDING_REFUSED;
    case KAFKA_MAYBE:
        break;
    }
    return PENDING_MAYBE;
}

/* Cookies are numbers of requests, doubled; odd ones of questions. */
void request_acked(struct fleet *fleet, uint64_t cookie, enum kafka_ack ack, const char *words)
{
    struct request *request = fleet->requests;
    while (request != NULL && request->number != cookie / 2)
        request = request->next;
    if (request == NULL)
        return;
    if (cookie % 2 == 0)
        pending_on_ack(&request->pending, pending_ack_of(ack), clock_boot_ms());
    else
        pending_on_question_ack(&request->pending, pending_ack_of(ack), clock_boot_ms());
    if (ack == KAFKA_REFUSED)
        (void)error_say(&request->why, DIBS_BAD_INPUT, "%s did not take the record on topic %s: %s", fleet->place->url,
                        kafka_topic_name(fleet->kafka, KAFKA_INTENTS), words);
}

/* ---------------------------------------------------------------- what is sent */

static bool send(struct fleet *fleet, struct request *request, struct span bytes, bool is_question)
{
    uint64_t cookie = request->number * 2 + is_question;
    struct error_text why;
    enum dibs_error error = kafka_send(fleet->kafka, KAFKA_INTENTS, 0, bytes, -1, cookie, &why);
    fleet->sent_ms = clock_boot_ms();
    if (error == DIBS_OK)
        return true;
    request_acked(fleet, cookie, error == DIBS_BAD_INPUT ? KAFKA_REFUSED : KAFKA_NOT, why.text);
    return false;
}

static enum dibs_error encode(struct fleet *fleet, struct request *request)
{
    enum dibs_error error =
        intent_encode(request->intent, fleet->encoded, sizeof fleet->encoded, &request->size, &request->why);
    if (error != DIBS_OK)
        return error;
    request->bytes = malloc(request->size);
    if (request->bytes == NULL)
        return error_say(&request->why, DIBS_UNAVAILABLE, "there is no memory to send an intent");
    memcpy(request->bytes, fleet->encoded, request->size);
    return DIBS_OK;
}

static void send_intent(struct fleet *fleet, struct request *request)
{
    enum dibs_error error = request->bytes == NULL ? encode(fleet, request) : DIBS_OK;
    if (error != DIBS_OK)
        request_end(request, error, NULL);
    else
        (void)send(fleet, request, span_of(request->bytes, request->size), false);
}

static void send_question(struct fleet *fleet, struct request *request, bool renews)
{
    struct intent *question = &fleet->question;
    size_t size;
    struct error_text why;
    memset(question, 0, sizeof *question);
    question->has_head = true;
    question->verb = renews ? VERB_RENEW : VERB_QUERY;
    question->head = request->head;
    question->head.id = pending_question(&request->pending);
    question->head.reply_partition = fleet->options.slot;
    if (renews) {
        question->body.renew.targets[0] = (struct target){.kind = TARGET_TICKET, .id = request->pending.id};
        question->body.renew.target_count = 1;
    } else {
        question->body.query = (struct query_intent){.kind = QUERY_TICKET, .ticket = request->pending.id};
    }
    if (intent_encode(question, fleet->encoded, sizeof fleet->encoded, &size, &why) == DIBS_OK)
        (void)send(fleet, request, span_of(fleet->encoded, size), true);
    else
        pending_on_question_ack(&request->pending, PENDING_NOT, clock_boot_ms());
}

/* ---------------------------------------------------------------- how it ends */

/* Once it was connected the trouble says it itself. */
static bool was_never_reached(const struct fleet *fleet)
{
    return fleet->trouble == DIBS_UNAVAILABLE && !fleet->is_connected && fleet->kafka != NULL &&
           !kafka_is_reached(fleet->kafka);
}

static void say_not_taken(const struct fleet *fleet, struct error_text *why)
{
    if (was_never_reached(fleet))
        (void)error_say(why, DIBS_UNAVAILABLE,
                        "no broker answers at %s: is the address right, and is it running? %s took no record in %u ms "
                        "($DIBS_PATIENCE waits longer or shorter): %s",
                        fleet->place->fleet.brokers, fleet->place->url, fleet->options.patience_ms,
                        fleet->trouble_why.text);
    else
        (void)error_say(why, DIBS_UNAVAILABLE, "%s took no record in %u ms%s%s", fleet->place->url,
                        fleet->options.patience_ms, fleet->trouble == DIBS_OK ? "" : ": ",
                        fleet->trouble == DIBS_OK ? "" : fleet->trouble_why.text);
}

/* What never was in the log, or may be there. */
static void end_unanswered(struct fleet *fleet, struct request *request, enum pending_result result)
{
    if (result == PENDING_UNAVAILABLE && request->pending.refused) {
        request_end(request, DIBS_BAD_INPUT, NULL); /* request_acked has said why */
    } else if (result == PENDING_UNAVAILABLE) {
        say_not_taken(fleet, &request->why);
        request_end(request, fleet->trouble == DIBS_OK ? DIBS_UNAVAILABLE : fleet->trouble, NULL);
    } else {
        (void)error_say(&request->why, DIBS_NO_ANSWER,
                        "%s gave no answer in %u ms%s%s; is a coordinator running (dibsd, for a new fleet with "
                        "--create-topics)?",
                        fleet->place->url, fleet->options.patience_ms, fleet->trouble == DIBS_OK ? "" : ": ",
                        fleet->trouble == DIBS_OK ? "" : fleet->trouble_why.text);
        request_end(request, DIBS_NO_ANSWER, NULL);
    }
}

static void end_interrupted(struct request *request)
{
    bool never_sent = request->pending.place == PENDING_NOWHERE && !request->pending.out;
    enum dibs_error error = never_sent ? DIBS_UNAVAILABLE : DIBS_NO_ANSWER;
    (void)error_say(&request->why, error, never_sent ? "interrupted before anything was sent" : "interrupted");
    request_end(request, error, NULL);
}

static bool is_interrupted(const struct request *request)
{
    return request->interrupted != NULL && atomic_load(request->interrupted);
}

/* `waiting` is an answer for who asked for no more, or waits no longer. */
static bool has_enough(const struct request *request, uint64_t now_ms)
{
    const struct pending *pending = &request->pending;
    if (request->kept == NULL || pending->confirms || (request->look_seq != 0 && !request->has_looked))
        return false;
    return request->returns_waiting || now_ms >= request->until_ms || is_interrupted(request);
}

/* A claim in the queue is waited for until its own deadline, and then a while for the answer to come. */
static void be_patient(const struct fleet *fleet, struct request *request)
{
    struct pending *pending = &request->pending;
    if (pending->waits && pending->result == PENDING_OPEN) {
        uint64_t end_ms = pending->wait_ends_ms < request->until_ms ? pending->wait_ends_ms : request->until_ms;
        pending_be_patient(pending, end_ms > UINT64_MAX - fleet->options.patience_ms
                                        ? UINT64_MAX
                                        : end_ms + fleet->options.patience_ms);
    }
}

/* A claim that is being cancelled isn't sent again, and its cancel goes out after it: it can't overtake. */
static bool must_hold_back(struct fleet *fleet, const struct request *request)
{
    struct request *target = request->is_cancel ? request_of(fleet, request->cancelled) : NULL;
    if (target == NULL)
        return false;
    pending_stop(&target->pending);
    return target->pending.out;
}

static void finish(struct fleet *fleet, struct request *request, uint64_t now_ms)
{
    struct request *target = request->is_cancel ? request_of(fleet, request->cancelled) : NULL;
    enum pending_result result = request->pending.result;
    if (target != NULL)
        pending_give_up(&target->pending, now_ms + FLEET_CANCELLED_MS);
    if (result == PENDING_ANSWERED && request->kept != NULL)
        request_end(request, DIBS_OK, NULL);
    else
        end_unanswered(fleet, request, result == PENDING_ANSWERED ? PENDING_UNKNOWN : result);
}

void request_drive(struct fleet *fleet, struct request *request, uint64_t now_ms)
{
    struct pending *pending = &request->pending;
    be_patient(fleet, request);
    while (request->state == REQUEST_OPEN) { /* a few effects at a time */
        bool can_send = fleet->is_connected && !must_hold_back(fleet, request);
        bool is_over = pending->result != PENDING_OPEN || now_ms >= pending->give_up_ms;
        enum pending_effect effect = can_send || is_over ? pending_next(pending, now_ms) : PENDING_NOTHING;
        if (effect == PENDING_SEND)
            send_intent(fleet, request);
        else if (effect == PENDING_ASK || effect == PENDING_RENEW)
            send_question(fleet, request, effect == PENDING_RENEW);
        else if (effect == PENDING_FINISH)
            finish(fleet, request, now_ms);
        else if (effect == PENDING_TAKE_BACK)
            kafka_take_back(fleet->kafka);
        else
            break;
    }
    if (request->state == REQUEST_OPEN && has_enough(request, now_ms))
        request_end(request, DIBS_OK, NULL);
    else if (request->state == REQUEST_OPEN && is_interrupted(request) && request->kept == NULL)
        end_interrupted(request);
}

uint64_t request_wake_ms(const struct request *request)
{
    if (request->state != REQUEST_OPEN)
        return UINT64_MAX;
    uint64_t wake_ms = pending_wake_ms(&request->pending);
    bool looks = request->pending.confirms || (request->look_seq != 0 && !request->has_looked);
    if (request->kept != NULL && !looks && request->until_ms < wake_ms)
        wake_ms = request->until_ms;
    return wake_ms;
}
