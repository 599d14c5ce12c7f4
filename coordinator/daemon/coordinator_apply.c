/* Records of the log: read, applied step by step, their decisions given to the loop. */
#include "coordinator/daemon/coordinator_own.h"
#include "coordinator/daemon/record.h"
#include "proto/codec.h"

enum { RECORDS_A_LOOK = 64 };

static void count(struct numbers *numbers, const struct decision *decision)
{
    numbers->decisions++;
    if (decision->answer == ANSWER_GRANTED)
        numbers->granted++;
    if (decision->answer == ANSWER_DENIED && (unsigned)decision->reason < REASONS)
        numbers->denied[decision->reason]++;
}

/* A decision of the core's. Those of an import were given by the log that is carried over. */
static void hear_decision(void *context, const struct decision *decision)
{
    struct coordinator *coordinator = context;
    uint32_t partitions = coordinator->config.partitions;
    size_t size = 0;
    if (coordinator->intake.importing)
        return;
    if (decision_encode(decision, coordinator->bytes, sizeof coordinator->bytes, &size, &coordinator->reason->why) !=
        DIBS_OK) {
        coordinator_fail(coordinator, EXIT_LOCAL); /* codec.h says that it can't be */
        return;
    }
    count(&coordinator->numbers, decision);
    loop_on_decision(coordinator->loop, (struct decision_id){decision->offset, decision->index},
                     decision->reply_partition % partitions, span_of(coordinator->bytes, size), clock_now_ms());
}

/* ---------------------------------------------------------------- one record */

/* Did the brokers' clock jump? Leases are counted by it. Without J nothing is known, and what is read late tells nothing. */
static void look_at_clock(struct coordinator *coordinator, uint64_t ts_ms)
{
    const struct state_meta *meta = state_meta(coordinator->state);
    uint64_t now_ms = clock_now_ms(), before_ms = coordinator->clock_ts_ms, passed_ms = now_ms - coordinator->clock_ms;
    bool known = coordinator->caught_up && coordinator->clock_ms != 0 && meta->has_genesis != 0;
    uint64_t most_ms = meta->jump_max_ms < UINT64_MAX - passed_ms ? meta->jump_max_ms + passed_ms : UINT64_MAX;
    bool ahead = known && ts_ms > before_ms && ts_ms - before_ms > most_ms;
    bool back = known && ts_ms < before_ms && before_ms - ts_ms > meta->jump_max_ms;
    coordinator->clock_ts_ms = ts_ms;
    coordinator->clock_ms = now_ms;
    if (!ahead && !back)
        return;
    coordinator->numbers.clock_jumps++;
    trace_event(
        TRACE_ERROR, "clock", TRACE_NUMBER("were_ms", before_ms), TRACE_NUMBER("are_ms", ts_ms),
        TRACE_NUMBER("passed_ms", passed_ms),
        TRACE_WORDS("why", ahead ? "the brokers' clock jumped ahead: leases lose at most jump_max by it; set it right"
                                 : "the brokers' clock went back: leases last so much longer as the next record "
                                   "takes; set it right"));
}

static void take_record(struct coordinator *coordinator, const struct kafka_event *event)
{
    look_at_clock(coordinator, event->ts_ms);
    struct in_hand *hand = &coordinator->hand;
    *hand = (struct in_hand){.has_record = true, .hash = log_identity_hash(event->ts_ms, event->payload)};
    hand->record = record_of_event(coordinator->state, event);
    coordinator->numbers.sender_times += !event->ts_by_broker;
}

static void catch_up(struct coordinator *coordinator)
{
    if (!coordinator->caught_up)
        loop_on_caught_up(coordinator->loop);
    coordinator->caught_up = true;
}

/* All that the record stood for is applied. */
static void finish_record(struct coordinator *coordinator)
{
    struct in_hand *hand = &coordinator->hand;
    coordinator->identity.last = hand->record.offset;
    coordinator->identity.record = hand->hash;
    coordinator->identity.has_last = 1;
    coordinator->numbers.records++;
    coordinator->snapshot_records++;
    hand->has_record = false;
    if (hand->record.offset + 1 >= coordinator->start_end)
        catch_up(coordinator);
}

static bool begin_core_record(struct coordinator *coordinator)
{
    struct in_hand *hand = &coordinator->hand;
    hand->within = intake_begin(&coordinator->intake, coordinator->state, INTAKE_TOPIC, &hand->record, &hand->core);
    if (hand->within && !coordinator->intake.importing) {
        uint64_t slot = hand->core.offset % TIMES_SLOTS;
        coordinator->times[slot].offset = hand->core.offset;
        coordinator->times[slot].ts_ms = hand->record.ts_ms;
    }
    return hand->within;
}

static void end_core_record(struct coordinator *coordinator)
{
    intake_end(&coordinator->intake, coordinator->state);
    coordinator->hand.within = false;
    const struct loop_applied applied = coordinator_standing(coordinator);
    loop_on_applied(coordinator->loop, &applied, clock_now_ms());
}

static bool state_is_well(struct coordinator *coordinator)
{
    enum dibs_error error = state_failure(coordinator->state, &coordinator->reason->why);
    if (error == DIBS_OK)
        return true;
    coordinator_fail(coordinator, error == DIBS_NEWER ? EXIT_NEWER : EXIT_LOCAL);
    return false;
}

/* As far as the loop allows; false: it doesn't now, or something has failed. */
static bool work_on(struct coordinator *coordinator)
{
    const struct decision_sink sink = {hear_decision, coordinator};
    struct in_hand *hand = &coordinator->hand;
    while (!coordinator->ends) {
        if (!hand->within && !begin_core_record(coordinator)) {
            if (state_is_well(coordinator))
                finish_record(coordinator); /* before any commit, which tells how far the log is applied */
            return !coordinator->ends;
        }
        if (!loop_may_apply(coordinator->loop))
            return false;
        enum core_progress progress = core_step(coordinator->state, &hand->core, sink);
        if (progress == CORE_FINISHED)
            end_core_record(coordinator);
        if (!state_is_well(coordinator))
            return false;
    }
    return false;
}

/* ---------------------------------------------------------------- reading */

/* A connection broke: a topic that comes back may have lost its end. */
static void look_at_last(struct coordinator *coordinator)
{
    enum step step = log_identity_check_last(coordinator->kafka, &coordinator->identity, coordinator->reason);
    coordinator->is_shaken = step == STEP_AGAIN;
    if (step == STEP_END)
        coordinator_fail(coordinator, coordinator->reason->code);
}

static void trouble(struct coordinator *coordinator, const struct kafka_event *event)
{
    coordinator->numbers.broker_errors++;
    trace_event(TRACE_WARN, "broker", TRACE_WORDS("why", event->words));
    if (event->kind == KAFKA_GONE || !event->retriable)
        coordinator->again = true; /* the checks of a new start tell what it is */
}

/* The next event, a record mostly; false: none now. */
static bool fetch(struct coordinator *coordinator)
{
    struct kafka_event event;
    switch (kafka_reader_next(coordinator->intents, 0, &event)) {
    case KAFKA_NOTHING:
        return false;
    case KAFKA_RECORD:
        coordinator->numbers.log_next = event.offset + 1;
        if (event.offset + 1 > coordinator->numbers.log_end)
            coordinator->numbers.log_end = event.offset + 1;
        take_record(coordinator, &event);
        return true;
    case KAFKA_END:
        coordinator->numbers.log_end = coordinator->numbers.log_next = event.offset;
        catch_up(coordinator);
        return true;
    case KAFKA_SHAKEN:
        coordinator->is_shaken = true;
        return true;
    case KAFKA_GONE:
    case KAFKA_TROUBLE:
        trouble(coordinator, &event);
        return true;
    }
    return false;
}

/* Nothing is applied before the checkpoints are read: what is below them was answered long ago. */
bool coordinator_may_apply(const struct coordinator *coordinator)
{
    return !coordinator->ends && !coordinator->again && !coordinator->is_shaken && coordinator->checkpoints_read &&
           !coordinator->stopping && loop_may_apply(coordinator->loop);
}

void coordinator_apply(struct coordinator *coordinator)
{
    if (coordinator->is_shaken)
        look_at_last(coordinator);
    for (int i = 0; i < RECORDS_A_LOOK && coordinator->has_intents && coordinator_may_apply(coordinator); i++) {
        if (!coordinator->hand.has_record)
            coordinator->has_intents = fetch(coordinator) && kafka_reader_has_more(coordinator->intents);
        if (coordinator->hand.has_record && !work_on(coordinator))
            coordinator->has_intents = true; /* this one */
    }
}
