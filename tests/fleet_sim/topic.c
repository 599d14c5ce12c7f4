/* The simulated broker. */
#include "tests/fleet_sim/fleet.h"

#include "tests/fleet_sim/agents.h"
#include "tests/fleet_sim/replicas.h"

enum { REPORT_TIMEOUT_MS = 30000, LATE_MS = 60000, REORDERED_MS = 3000 };

static void topic_clear(struct topic *topic)
{
    topic->count = topic->first = 0;
    topic->bytes.size = 0;
}

static void topic_free(struct topic *topic)
{
    free(topic->records);
    bytes_free(&topic->bytes);
    *topic = (struct topic){0};
}

void broker_clear(struct fleet *fleet)
{
    struct broker *broker = &fleet->broker;

    topic_clear(&fleet->intents);
    topic_clear(&fleet->checkpoints);
    for (int i = 0; i < PARTITIONS; i++)
        topic_clear(&fleet->decisions[i]);
    broker->skew_ms = (int64_t)dice_below(&fleet->random, 7200000) - 3600000;
    broker->down_until_ms = broker->jumped_ms = 0;
    broker->send_count = 0;
    broker->sent.size = 0;
}

void broker_free(struct fleet *fleet)
{
    topic_free(&fleet->intents);
    topic_free(&fleet->checkpoints);
    for (int i = 0; i < PARTITIONS; i++)
        topic_free(&fleet->decisions[i]);
    free(fleet->broker.sends);
    bytes_free(&fleet->broker.sent);
}

struct topic *broker_topic(struct fleet *fleet, enum topic_kind kind, uint32_t partition)
{
    if (kind == TOPIC_INTENTS)
        return &fleet->intents;
    return kind == TOPIC_CHECKPOINTS ? &fleet->checkpoints : &fleet->decisions[partition];
}

static struct record *topic_add(struct fleet *fleet, struct topic *topic)
{
    if (topic->count == topic->room) {
        topic->room = topic->room * 2 + 256;
        topic->records = realloc(topic->records, topic->room * sizeof *topic->records);
        CHECK(topic->records != NULL);
    }
    struct record *record = &topic->records[topic->count++];
    *record = (struct record){.at_ms = fleet->now_ms,
                              .ts_ms = (uint64_t)((int64_t)fleet->now_ms + fleet->broker.skew_ms),
                              .bytes_at = topic->bytes.size,
                              .entry = NO_ENTRY};
    return record;
}

void broker_append(struct fleet *fleet, enum topic_kind kind, uint32_t partition, struct span payload,
                   const struct record *like)
{
    struct topic *topic = broker_topic(fleet, kind, partition);

    if (fleet->trouble.holes && dice_percent(&fleet->random, 5))
        topic_add(fleet, topic)->is_hole = true;
    struct record *record = topic_add(fleet, topic);
    record->size = payload.size;
    record->rank = like->rank;
    record->entry = like->entry;
    record->is_authentic = like->is_authentic;
    bytes_add(&topic->bytes, payload.bytes, payload.size);
    if (kind == TOPIC_INTENTS)
        oracle_on_intent(fleet, topic->count - 1, record->ts_ms, topic_payload(topic, topic->count - 1));
    if (kind == TOPIC_DECISIONS)
        oracle_on_decision(fleet, partition, record, topic_payload(topic, topic->count - 1));
    agents_on_append(fleet, kind, partition);
    replicas_on_append(fleet);
}

/* ---------------------------------------------------------------- sends */

static uint64_t delay(struct fleet *fleet, const struct producer *producer)
{
    return 1 + producer->lag_ms + dice_below(&fleet->random, fleet->trouble.slow + 1);
}

static void plan(struct fleet *fleet, uint64_t time_ms, enum event_kind kind, uint32_t send)
{
    events_plan(&fleet->events, time_ms, kind, send, 0);
}

/* An agent's send: no idempotence, so that a retry may come twice, later than what was sent after it, or not at all. */
static void plan_agent_send(struct fleet *fleet, uint32_t at, uint64_t arrives_ms)
{
    const struct trouble *trouble = &fleet->trouble;
    struct random *random = &fleet->random;
    struct send *send = &fleet->broker.sends[at];
    bool trusty = fleet_is_quiet(fleet);
    uint64_t report_ms = arrives_ms + 1 + dice_below(random, trouble->slow + 1);

    send->report = PENDING_DELIVERED;
    if (!trusty && dice_percent(random, trouble->lost)) {
        send->report = dice_percent(random, 50) ? PENDING_MAYBE : PENDING_NOT;
        plan(fleet, fleet->now_ms + 1 + dice_below(random, REPORT_TIMEOUT_MS), EVENT_REPORT, at);
        return;
    }
    if (!trusty && dice_percent(random, trouble->maybe)) {
        send->report = PENDING_MAYBE;
        report_ms = fleet->now_ms + 1 + dice_below(random, REPORT_TIMEOUT_MS);
        arrives_ms += dice_percent(random, 50) ? dice_below(random, LATE_MS) : 0;
    }
    if (!trusty && dice_percent(random, trouble->reordered))
        plan(fleet, arrives_ms + dice_below(random, REORDERED_MS), EVENT_ARRIVE, at);
    else
        plan(fleet, arrives_ms, EVENT_ARRIVE, at);
    if (!trusty && dice_percent(random, trouble->duplicates))
        plan(fleet, arrives_ms + dice_below(random, dice_percent(random, 70) ? 100 : LATE_MS), EVENT_ARRIVE, at);
    plan(fleet, report_ms, EVENT_REPORT, at);
}

/* A replica's producer is idempotent and never gives up; only a fatal error of it says failed. */
static void plan_replica_send(struct fleet *fleet, uint32_t at, uint64_t arrives_ms)
{
    struct send *send = &fleet->broker.sends[at];
    bool fails = !fleet_is_quiet(fleet) && dice_percent(&fleet->random, fleet->trouble.failed_acks);

    send->report = fails ? PENDING_MAYBE : PENDING_DELIVERED;
    if (!fails || dice_percent(&fleet->random, 50))
        plan(fleet, arrives_ms, EVENT_ARRIVE, at);
    plan(fleet, arrives_ms + 1 + dice_below(&fleet->random, fleet->trouble.slow + 1), EVENT_REPORT, at);
}

void broker_send(struct fleet *fleet, struct producer *producer, enum topic_kind topic, uint32_t partition,
                 struct span payload, const struct record *like, uint64_t cookie)
{
    struct broker *broker = &fleet->broker;

    if (broker->send_count == broker->send_room) {
        broker->send_room = broker->send_room * 2 + 256;
        broker->sends = realloc(broker->sends, broker->send_room * sizeof *broker->sends);
        CHECK(broker->sends != NULL);
    }
    uint32_t at = broker->send_count++;
    struct send *send = &broker->sends[at];
    *send = (struct send){.producer = producer,
                          .epoch = producer->epoch,
                          .topic = topic,
                          .partition = partition,
                          .record = *like,
                          .cookie = cookie,
                          .drop = dice_percent(&fleet->random, 50)};
    send->record.bytes_at = broker->sent.size;
    send->record.size = payload.size;
    bytes_add(&broker->sent, payload.bytes, payload.size);

    uint64_t arrives_ms = fleet->now_ms + delay(fleet, producer);
    if (arrives_ms <= producer->busy_until_ms)
        arrives_ms = producer->busy_until_ms + 1;
    producer->busy_until_ms = arrives_ms;
    if (producer->is_replica)
        plan_replica_send(fleet, at, arrives_ms);
    else
        plan_agent_send(fleet, at, arrives_ms);
}

void broker_on_arrive(struct fleet *fleet, uint32_t at)
{
    struct send *send = &fleet->broker.sends[at];

    if (send->drop && send->epoch != send->producer->epoch)
        return;
    if (fleet->broker.down_until_ms > fleet->now_ms) {
        plan(fleet, fleet->broker.down_until_ms, EVENT_ARRIVE, at);
        return;
    }
    send->arrived = true;
    broker_append(fleet, send->topic, send->partition,
                  span_of(fleet->broker.sent.data + send->record.bytes_at, send->record.size), &send->record);
}

void broker_on_report(struct fleet *fleet, uint32_t at)
{
    const struct send *send = &fleet->broker.sends[at];

    if (send->epoch != send->producer->epoch)
        return;
    if (send->producer->is_replica && replicas_frozen_until_ms(fleet, send->producer->who) > fleet->now_ms) {
        plan(fleet, replicas_frozen_until_ms(fleet, send->producer->who), EVENT_REPORT, at);
        return;
    }
    if (send->report == PENDING_DELIVERED && !send->arrived) {
        uint64_t down_until_ms = fleet->broker.down_until_ms;
        plan(fleet, down_until_ms > fleet->now_ms ? down_until_ms + 1 : fleet->now_ms + 5, EVENT_REPORT, at);
        return;
    }
    if (send->producer->is_replica)
        replicas_on_report(fleet, send->producer->who, send->cookie, send->report == PENDING_DELIVERED);
    else
        agents_on_report(fleet, send->producer->who, send->cookie, send->report);
}
