/* When the brokers don't let this user read the decisions: no answer will ever be heard, but what was sent may have been
 * granted, and nobody would let go of it. So it is cancelled, and its caller is told that nothing is held. */
#include "agent-shim/fleet_own.h"

#include "proto/codec.h"

enum { WITHDRAW_MS = 2000 };

static bool may_hold(const struct request *request)
{
    if (request->state != REQUEST_OPEN || request->intent == NULL)
        return false;
    enum verb verb = request->intent->verb;
    bool grants = verb == VERB_CLAIM || verb == VERB_TAKE || verb == VERB_NEXT;
    return grants && (request->pending.place != PENDING_NOWHERE || request->pending.out);
}

/* With one request in flight it can't overtake what it cancels. False: it is not sent. */
static bool send_cancel(struct fleet *fleet, struct request *request)
{
    struct intent *cancel = &fleet->question;
    size_t size;
    struct error_text why;
    memset(cancel, 0, sizeof *cancel);
    cancel->has_head = true;
    cancel->verb = VERB_CANCEL;
    cancel->head = request->head;
    cancel->head.id = request->pending.questions;
    cancel->head.id.seq = ++request->pending.questions.seq;
    cancel->head.reply_partition = fleet->options.slot;
    cancel->body.cancel.target = request->pending.id;
    return intent_encode(cancel, fleet->encoded, sizeof fleet->encoded, &size, &why) == DIBS_OK &&
           kafka_send(fleet->kafka, KAFKA_INTENTS, 0, span_of(fleet->encoded, size), -1, request->number * 2 + 1,
                      &why) == DIBS_OK;
}

static void take_ack(void *context, uint64_t cookie, enum kafka_ack ack, const char *words)
{
    struct fleet *fleet = context;
    for (struct request *request = fleet->requests; request != NULL; request = request->next)
        if (request->number == cookie / 2 && cookie % 2 == 1 && ack == KAFKA_DELIVERED)
            request->is_withdrawn = true;
    (void)words;
}

static void tell(struct fleet *fleet)
{
    for (struct request *request = fleet->requests; request != NULL; request = request->next) {
        if (!request->is_withdrawn || request->state != REQUEST_OPEN)
            continue;
        (void)error_say(&request->why, DIBS_UNAVAILABLE,
                        "%s. Without the right to read it no answer is heard; what was asked is taken back: nothing is "
                        "held",
                        fleet->trouble_why.text);
        request_end(request, DIBS_UNAVAILABLE, NULL);
    }
}

void fleet_withdraw(struct fleet *fleet)
{
    bool sent = false;
    for (struct request *request = fleet->requests; request != NULL; request = request->next)
        if (may_hold(request))
            sent = send_cancel(fleet, request) || sent;
    uint64_t end_ms = clock_boot_ms() + WITHDRAW_MS;
    for (uint64_t now_ms; sent && kafka_unacked(fleet->kafka) > 0 && (now_ms = clock_boot_ms()) < end_ms;)
        (void)kafka_acks(fleet->kafka, (uint32_t)(end_ms - now_ms), take_ack, fleet);
    tell(fleet);
}
