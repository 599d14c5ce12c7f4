/* Over to the brokers: checks that the log is ours and whole, and starts reading everything from where it must be. */
#include <inttypes.h>
#include <time.h>

#include "base/check.h"
#include "coordinator/daemon/coordinator_own.h"
#include "coordinator/daemon/topics.h"
#include "coordinator/state/rows.h"

enum { TAIL_MS = 60000, READY_MS = 1000 };

struct loop_applied coordinator_standing(struct coordinator *coordinator)
{
    const struct state_meta *meta = state_meta(coordinator->state);
    return (struct loop_applied){.next = meta->next_offset,
                                 .digest = core_digest(coordinator->state),
                                 .next_due_ms = meta->has_genesis ? meta->next_due_ms : UINT64_MAX,
                                 .log_time_ms = meta->now_ms,
                                 .jump_max_ms = meta->has_genesis ? meta->jump_max_ms : 0};
}

/* The state's own row against the log; a state without one must find the log's first record. */
static enum step check_log(struct coordinator *coordinator, const struct log_now *now, struct step_reason *reason)
{
    struct log_identity *identity = &coordinator->identity;
    const struct state_meta *meta = state_meta(coordinator->state);
    uint64_t next = intake_next(coordinator->state);
    if (meta->has_genesis && coordinator->key.is_there &&
        memcmp(meta->operator_identity, coordinator->key.verifier, sizeof meta->operator_identity) != 0)
        return step_end(reason, EXIT_GENESIS,
                        "the state was made from another operator's log: --operator-key names another key than the one "
                        "that the fleet was made with");
    if (log_identity_load(coordinator->state, identity))
        return log_identity_check(coordinator->kafka, identity, now, reason);
    if (state_failure(coordinator->state, &reason->why) != DIBS_OK)
        return step_of_state(DIBS_DAMAGED, reason);
    *identity = now->identity;
    if (now->first > next)
        return step_end(reason, EXIT_LOG,
                        "pruned past this state: there is no state, and the log of %s begins at record %" PRIu64
                        ": `dibsd restore` a snapshot, or copy the state of a replica",
                        identity->topic, now->first);
    return STEP_DONE;
}

/* ---------------------------------------------------------------- readers */

static enum step start_partition(struct coordinator *coordinator, uint32_t partition, uint64_t last_ts_ms,
                                 struct step_reason *reason)
{
    struct kafka *kafka = coordinator->kafka;
    uint64_t first = 0, end = 0, from;
    enum dibs_error error = kafka_bounds(kafka, KAFKA_DECISIONS, partition, &first, &end, &reason->why);
    from = first;
    if (error == DIBS_OK && last_ts_ms > TAIL_MS && end > first)
        error = kafka_offset_at(kafka, KAFKA_DECISIONS, partition, last_ts_ms - TAIL_MS, &from, &reason->why);
    if (error != DIBS_OK)
        return step_of_broker(error, reason, EXIT_BROKER);
    if (from < first)
        from = first;
    coordinator->tail_end[partition] = end;
    coordinator->tail_read[partition] = from >= end;
    if (from >= end)
        loop_on_seen_end(coordinator->loop, partition, clock_now_ms());
    if (from >= end && coordinator->config.rank == 0)
        return STEP_DONE;
    return step_of_broker(kafka_reader_start(coordinator->answers, KAFKA_DECISIONS, partition, from, &reason->why),
                          reason, EXIT_BROKER);
}

static enum step start_checkpoints(struct coordinator *coordinator, struct step_reason *reason)
{
    uint64_t first = 0;
    enum dibs_error error =
        kafka_bounds(coordinator->kafka, KAFKA_CHECKPOINTS, 0, &first, &coordinator->checkpoints_end, &reason->why);
    coordinator->checkpoints_read = first >= coordinator->checkpoints_end;
    if (error == DIBS_OK)
        error = kafka_reader_start(coordinator->answers, KAFKA_CHECKPOINTS, 0, first, &reason->why);
    return step_of_broker(error, reason, EXIT_BROKER);
}

static enum step start_readers(struct coordinator *coordinator, struct step_reason *reason)
{
    struct kafka *kafka = coordinator->kafka;
    uint64_t last_ts_ms = state_meta(coordinator->state)->last_ts_ms;
    enum dibs_error error = kafka_reader_open(kafka, &coordinator->intents, &reason->why);
    if (error == DIBS_OK)
        error = kafka_reader_open(kafka, &coordinator->answers, &reason->why);
    if (error == DIBS_OK)
        error =
            kafka_reader_start(coordinator->intents, KAFKA_INTENTS, 0, intake_next(coordinator->state), &reason->why);
    enum step step = step_of_broker(error, reason, EXIT_BROKER);
    if (step == STEP_DONE)
        step = start_checkpoints(coordinator, reason);
    for (uint32_t i = 0; step == STEP_DONE && i < coordinator->config.partitions; i++)
        step = start_partition(coordinator, i, last_ts_ms, reason);
    return step;
}

/* ---------------------------------------------------------------- all of it */

static enum step ask_partitions(struct coordinator *coordinator, struct step_reason *reason)
{
    uint32_t count = 0;
    enum dibs_error error = kafka_partitions(coordinator->kafka, KAFKA_DECISIONS, &count, &reason->why);
    if (error != DIBS_OK)
        return step_of_broker(error, reason, EXIT_BROKER);
    if (count == 0 || count > LOOP_PARTITIONS_MAX)
        return step_end(reason, EXIT_TOPICS, "topic %s has %u partitions; at most %d can be served",
                        kafka_topic_name(coordinator->kafka, KAFKA_DECISIONS), count, LOOP_PARTITIONS_MAX);
    coordinator->config.partitions = count;
    coordinator->partitions_asked_ms = clock_now_ms();
    return STEP_DONE;
}

/* A counter never falls while the process lives. */
static void keep_counts(struct coordinator *coordinator)
{
    const struct loop_numbers loop = loop_numbers(coordinator->loop);
    coordinator->earlier.published += loop.published;
    coordinator->earlier.ticks += loop.ticks;
    coordinator->earlier.alarms += loop.alarms;
    coordinator->earlier.seen_dropped += loop.seen_dropped;
}

static void begin_anew(struct coordinator *coordinator)
{
    keep_counts(coordinator);
    const struct loop_applied standing = coordinator_standing(coordinator);
    loop_init(coordinator->loop, &coordinator->config, &standing, clock_now_ms());
    intake_init(&coordinator->intake);
    coordinator->hand = (struct in_hand){0};
    coordinator->is_shaken = coordinator->again = coordinator->caught_up = false;
    coordinator->has_intents = coordinator->has_answers = coordinator->has_acks = true;
    coordinator->sent_next = 0;
    coordinator->clock_ms = 0;
}

/* A broker may hear late of a topic: that it is missing is believed after a second. */
static enum dibs_error find_intents(struct kafka *kafka, struct error_text *why)
{
    uint64_t end_ms = clock_now_ms() + READY_MS;
    enum dibs_error error = kafka_ready(kafka, 1 << KAFKA_INTENTS, READY_MS, why);
    while (error == DIBS_NO_STORE && clock_now_ms() < end_ms) {
        (void)nanosleep(&(struct timespec){.tv_nsec = 50 * 1000000L}, NULL);
        error = kafka_ready(kafka, 1 << KAFKA_INTENTS, READY_MS, why);
    }
    return error;
}

/* Of a state that had a log: that topic is never made anew, the two others are. */
static enum step check_topics(struct kafka *kafka, const struct options *options, bool had_log,
                              struct step_reason *reason)
{
    enum dibs_error error = had_log ? find_intents(kafka, &reason->why) : DIBS_OK;
    if (error == DIBS_NO_STORE)
        return step_end(reason, EXIT_TOPICS,
                        "topic %s is not there, and this state was made from it: it was deleted. Restore it from your "
                        "backup of Kafka; if that was meant, start with an empty state directory and --create-topics",
                        kafka_topic_name(kafka, KAFKA_INTENTS));
    enum step step = step_of_broker(error, reason, EXIT_BROKER);
    return step == STEP_DONE ? topics_check(kafka, options, reason) : step;
}

/* A log without a genesis of ours, where there was one, is another log: that is what to say, and the way out. */
static enum step open_topics(struct coordinator *coordinator, const struct log_identity *mine, bool had_log,
                             struct log_now *now, struct step_reason *reason)
{
    struct options as_told = *coordinator->options;
    static struct step_reason other;
    if (had_log)
        as_told.create_topics = false;
    enum step step = topics_open(coordinator->kafka, &as_told, &coordinator->key, coordinator->buffer, now, reason);
    if (had_log && step == STEP_END && reason->code == EXIT_GENESIS &&
        log_identity_check(coordinator->kafka, mine, now, &other) == STEP_END && other.code == EXIT_LOG)
        *reason = other;
    return step;
}

/* Of a pruned log the state has it, in case that the checkpoints were made anew. */
static enum step keep_genesis(struct coordinator *coordinator, const struct log_now *now, struct step_reason *reason)
{
    struct span kept = {0};
    if (now->genesis.size > 0) {
        log_genesis_keep(coordinator->state, now->genesis);
        return step_of_state(state_failure(coordinator->state, &reason->why), reason);
    }
    (void)log_genesis_load(coordinator->state, &kept);
    return topics_copy_genesis(coordinator->kafka, kept, reason);
}

enum step coordinator_connect(struct coordinator *coordinator, struct step_reason *reason)
{
    struct log_now now;
    struct log_identity mine;
    enum step step = step_of_state(state_begin(coordinator->state, false, &reason->why), reason);
    if (step != STEP_DONE)
        return step;
    bool had_log = log_identity_load(coordinator->state, &mine) && mine.has_last;
    step = topics_connect(coordinator->options, &coordinator->kafka, reason);
    if (step == STEP_DONE)
        step = check_topics(coordinator->kafka, coordinator->options, had_log, reason);
    if (step == STEP_DONE)
        step = open_topics(coordinator, &mine, had_log, &now, reason);
    if (step == STEP_DONE)
        step = check_log(coordinator, &now, reason);
    if (step == STEP_DONE)
        step = keep_genesis(coordinator, &now, reason);
    if (step == STEP_DONE)
        step = ask_partitions(coordinator, reason);
    if (step != STEP_DONE)
        return step;
    begin_anew(coordinator);
    coordinator->start_end = now.end;
    return start_readers(coordinator, reason);
}

void coordinator_disconnect(struct coordinator *coordinator)
{
    kafka_reader_close(coordinator->intents, false);
    kafka_reader_close(coordinator->answers, false);
    kafka_close(coordinator->kafka, false);
    coordinator->intents = coordinator->answers = NULL;
    coordinator->kafka = NULL;
    state_abort(coordinator->state);
}
