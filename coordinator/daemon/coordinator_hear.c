/* What coordinators have published: decisions and checkpoints, read and given to the loop; and the acks of what we sent. */
#include "coordinator/daemon/coordinator_own.h"
#include "proto/codec.h"

enum { EVENTS_A_LOOK = 1000 };

static void hear_decision(struct coordinator *coordinator, const struct kafka_event *event)
{
    struct decision *decision = &coordinator->decision;
    /* Without a rank it is no coordinator's. */
    if (!event->has_payload || event->rank < 0 || decision_decode(event->payload, decision, NULL) != DIBS_OK) {
        coordinator->numbers.foreign++;
        return;
    }
    loop_on_seen(coordinator->loop, event->partition, (struct decision_id){decision->offset, decision->index},
                 event->payload, (uint32_t)event->rank, clock_now_ms());
}

static void end_tail(struct coordinator *coordinator, uint32_t partition)
{
    if (coordinator->tail_read[partition])
        return;
    coordinator->tail_read[partition] = true;
    loop_on_seen_end(coordinator->loop, partition, clock_now_ms());
}

static void hear_checkpoint(struct coordinator *coordinator, const struct kafka_event *event)
{
    struct checkpoint checkpoint;
    struct loop_checkpoint told;
    if (!event->has_payload || checkpoint_decode(event->payload, &checkpoint, NULL) != DIBS_OK ||
        (coordinator->key.is_there && !checkpoint_is_sealed(&checkpoint, coordinator->key.secret))) {
        if (event->offset == 0)
            return; /* the copy of the genesis */
        coordinator->numbers.foreign++;
        trace_event(TRACE_WARN, "foreign",
                    TRACE_WORDS("topic", kafka_topic_name(coordinator->kafka, KAFKA_CHECKPOINTS)),
                    TRACE_NUMBER("offset", event->offset), TRACE_WORDS("why", "it is not this operator's checkpoint"));
        return;
    }
    if (!coordinator->key.is_there) {
        if (event->offset < coordinator->checkpoints_end)
            loop_on_unproved(coordinator->loop, checkpoint.offset);
        return; /* nobody can tell whose it is */
    }
    told = (struct loop_checkpoint){
        .offset = checkpoint.offset, .rules = checkpoint.rules, .rank = checkpoint.rank, .build = checkpoint.build};
    told.digest = state_digest_read(checkpoint.digest);
    loop_on_checkpoint(coordinator->loop, &told, clock_now_ms());
}

static void hear_record(struct coordinator *coordinator, const struct kafka_event *event)
{
    if (event->topic == KAFKA_CHECKPOINTS) {
        hear_checkpoint(coordinator, event);
        coordinator->checkpoints_read |= event->offset + 1 >= coordinator->checkpoints_end;
    } else if (event->partition < coordinator->config.partitions) {
        hear_decision(coordinator, event);
        if (event->offset + 1 >= coordinator->tail_end[event->partition])
            end_tail(coordinator, event->partition);
    }
}

/* True: there was something. */
static bool hear_one(struct coordinator *coordinator)
{
    struct kafka_event event;
    switch (kafka_reader_next(coordinator->answers, 0, &event)) {
    case KAFKA_NOTHING:
        return false;
    case KAFKA_RECORD:
        hear_record(coordinator, &event);
        return true;
    case KAFKA_END:
        if (event.topic == KAFKA_CHECKPOINTS)
            coordinator->checkpoints_read = true;
        else if (event.partition < coordinator->config.partitions)
            end_tail(coordinator, event.partition);
        return true;
    case KAFKA_SHAKEN:
        return true;
    case KAFKA_GONE: /* retention overtook a reader that was paused */
    case KAFKA_TROUBLE:
        coordinator->numbers.broker_errors++;
        trace_event(TRACE_WARN, "broker", TRACE_WORDS("why", event.words));
        if (event.kind == KAFKA_TROUBLE && event.error == DIBS_BAD_INPUT)
            coordinator_refused(coordinator, event.words);
        coordinator->again |= event.kind == KAFKA_GONE || !event.retriable;
        return true;
    }
    return false;
}

/* ---------------------------------------------------------------- acks */

static void take_ack(void *context, uint64_t cookie, enum kafka_ack ack, const char *words)
{
    struct coordinator *coordinator = context;
    if (ack != KAFKA_DELIVERED) {
        coordinator->numbers.broker_errors++;
        trace_event(ack == KAFKA_REFUSED ? TRACE_ERROR : TRACE_WARN, "unsent", TRACE_WORDS("why", words));
        if (ack == KAFKA_REFUSED)
            coordinator->again = true; /* a permission or a topic is gone: the start's checks say which */
    }
    if (cookie == COOKIE_TICK || cookie == COOKIE_CHECKPOINT)
        return;
    const struct sent *sent = &coordinator->sent[cookie % SENT_SLOTS];
    if (ack == KAFKA_DELIVERED) {
        uint64_t now_ms = clock_wall_ms();
        coordinator->numbers.acknowledged++;
        if (sent->ts_ms != 0)
            numbers_latency(&coordinator->numbers, now_ms > sent->ts_ms ? now_ms - sent->ts_ms : 0);
    }
    loop_on_ack(coordinator->loop, sent->id, ack == KAFKA_DELIVERED, clock_now_ms());
}

/* Reports are taken when nothing can go on without them, and else now and then. */
static void take_acks(struct coordinator *coordinator)
{
    uint64_t now_ms = clock_now_ms();
    if (!coordinator->has_acks && coordinator->reads_intents &&
        now_ms - coordinator->acked_ms < COORDINATOR_ACK_MOST_MS)
        return;
    coordinator->acked_ms = now_ms;
    coordinator->has_acks = false;
    (void)kafka_acks(coordinator->kafka, 0, take_ack, coordinator);
}

void coordinator_hear(struct coordinator *coordinator)
{
    take_acks(coordinator);
    for (int i = 0; i < EVENTS_A_LOOK && !coordinator->again && coordinator->has_answers; i++)
        coordinator->has_answers = hear_one(coordinator) && kafka_reader_has_more(coordinator->answers);
}
