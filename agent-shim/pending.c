/* The pure life of one request in flight. */
#include "agent-shim/pending_own.h"

void pending_init(struct pending *pending, const struct pending_start *start, uint64_t now_ms)
{
    *pending = (struct pending){
        .id = start->id,
        .questions = start->questions,
        .first_question_seq = start->questions.seq + 1,
        .is_ticket = start->is_ticket,
        .is_remembered = start->is_remembered,
        .give_up_ms = start->give_up_ms,
        .place = start->is_ticket ? PENDING_PERHAPS : PENDING_NOWHERE,
        .next_ms = now_ms,
        .pause_ms = PENDING_FIRST_PAUSE_MS,
        .renew_at_ms = never,
        .wait_ends_ms = never,
    };
}

/* ---------------------------------------------------------------- reports */

void pending_is_surely_there(struct pending *pending)
{
    if (pending->place != PENDING_SURELY)
        pending->surely_seq = pending->questions.seq + 1;
    pending->place = PENDING_SURELY;
}

void pending_on_ack(struct pending *pending, enum pending_ack ack, uint64_t now_ms)
{
    (void)now_ms;
    pending->out = false;
    if (ack == PENDING_DELIVERED)
        pending_is_surely_there(pending);
    else if (ack == PENDING_MAYBE && pending->place == PENDING_NOWHERE)
        pending->place = PENDING_PERHAPS;
    else if (ack == PENDING_REFUSED)
        pending->refused = true;
    if (pending->refused && pending->place == PENDING_NOWHERE && pending->result == PENDING_OPEN)
        pending->result = PENDING_UNAVAILABLE;
}

void pending_on_question_ack(struct pending *pending, enum pending_ack ack, uint64_t now_ms)
{
    (void)ack;
    (void)now_ms;
    pending->question_out = false;
}

/* ---------------------------------------------------------------- effects */

void pending_stop(struct pending *pending)
{
    pending->stopped = true;
}

void pending_be_patient(struct pending *pending, uint64_t give_up_ms)
{
    if (!pending->gave_up)
        pending->give_up_ms = give_up_ms;
}

void pending_look(struct pending *pending, uint64_t now_ms)
{
    if (pending->waits || pending->confirms)
        pending->renew_at_ms = now_ms;
    pending->pause_ms = PENDING_FIRST_PAUSE_MS;
}

void pending_give_up(struct pending *pending, uint64_t now_ms)
{
    if (now_ms < pending->give_up_ms)
        pending->give_up_ms = now_ms;
}

static bool may_send(const struct pending *pending, uint64_t now_ms)
{
    if (pending->is_ticket || pending->stopped || pending->refused || pending->has_waited)
        return false;
    return pending->place == PENDING_NOWHERE || now_ms < pending->first_sent_ms + PENDING_SEND_AGAIN_MS;
}

/* The next pause begins; each is twice the one before. */
static uint64_t pause(struct pending *pending, uint64_t now_ms)
{
    uint64_t pause_ms = pending->pause_ms;

    if (pending->pause_ms < PENDING_LONGEST_PAUSE_MS)
        pending->pause_ms *= 2;
    return later(now_ms, pause_ms);
}

static enum pending_effect send_it(struct pending *pending, uint64_t now_ms)
{
    /* What surely is not in the log needs no dedupe and no deadline: both count from here. */
    if (pending->place == PENDING_NOWHERE)
        pending->first_sent_ms = now_ms;
    pending->out = true;
    pending->next_ms = pause(pending, now_ms);
    return PENDING_SEND;
}

static enum pending_effect renew_it(struct pending *pending, uint64_t now_ms)
{
    pending->question_out = true;
    pending->questions.seq++;
    pending->renewals[pending->questions.seq % PENDING_RENEWALS] =
        (struct pending_renewal){.seq = pending->questions.seq, .sent_ms = now_ms};
    pending->renew_at_ms = pause(pending, now_ms);
    return PENDING_RENEW;
}

static enum pending_effect give_up(struct pending *pending, uint64_t now_ms)
{
    if (pending->confirms) { /* it was granted; how long that holds is known from what was confirmed before */
        pending->result = PENDING_ANSWERED;
    } else if (pending->out && !pending->gave_up) {
        pending->gave_up = true;
        pending->take_back_until_ms = later(now_ms, PENDING_TAKE_BACK_MS);
        return PENDING_TAKE_BACK;
    } else if (pending->out && now_ms < pending->take_back_until_ms) {
        return PENDING_NOTHING;
    } else {
        pending->result = pending->place == PENDING_NOWHERE && !pending->out ? PENDING_UNAVAILABLE : PENDING_UNKNOWN;
    }
    pending->told = true;
    return PENDING_FINISH;
}

enum pending_effect pending_next(struct pending *pending, uint64_t now_ms)
{
    if (pending->told)
        return PENDING_NOTHING;
    if (pending->result != PENDING_OPEN) {
        pending->told = true;
        return PENDING_FINISH;
    }
    if (now_ms >= pending->give_up_ms)
        return give_up(pending, now_ms);
    if ((pending->waits || pending->confirms) && now_ms >= pending->renew_at_ms && !pending->question_out)
        return renew_it(pending, now_ms);
    if (now_ms < pending->next_ms)
        return PENDING_NOTHING;
    if (may_send(pending, now_ms))
        return pending->out ? PENDING_NOTHING : send_it(pending, now_ms);
    if (pending->is_remembered && !pending->question_out) {
        pending->question_out = true;
        pending->questions.seq++;
        pending->next_ms = pause(pending, now_ms);
        return PENDING_ASK;
    }
    return PENDING_NOTHING;
}

uint64_t pending_wake_ms(const struct pending *pending)
{
    uint64_t wake_ms = pending->give_up_ms;

    if (pending->told)
        return never;
    if (pending->result != PENDING_OPEN)
        return 0;
    if (pending->gave_up)
        return pending->out ? pending->take_back_until_ms : 0;
    if ((pending->waits || pending->confirms) && !pending->question_out && pending->renew_at_ms < wake_ms)
        wake_ms = pending->renew_at_ms;
    /* While a send is out only its report moves things; a question likewise. */
    bool sends = may_send(pending, pending->next_ms);
    bool blocked = sends ? pending->out : pending->question_out || !pending->is_remembered;
    if (!blocked && pending->next_ms < wake_ms)
        wake_ms = pending->next_ms;
    return wake_ms;
}
