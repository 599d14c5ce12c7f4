/* What a coordinator does when it looks around: the shell around the loop. */
#include "tests/fleet_sim/replicas_own.h"

#include "coordinator/state/rows.h"
#include "tests/sim/sim_codec.h"

enum { EFFECTS_MAX = 100000, BATCH = 8 };

struct checkpoint_bytes {
    uint64_t offset;
    struct state_digest digest;
    uint64_t rank;
};

/* Between any two steps. */
static bool may_crash(struct fleet *fleet, struct replica *replica)
{
    if (!fleet_is_quiet(fleet) && random_chance(&fleet->random, fleet->trouble.replica_crash))
        replica_crash(fleet, replica);
    return replica->crashed;
}

/* ---------------------------------------------------------------- applying */

struct sink {
    struct fleet *fleet;
    struct replica *replica;
};

static void hear(void *context, const struct decision *decision)
{
    struct sink *sink = context;
    struct bytes *bytes = &sink->fleet->replicas->bytes;

    bytes->size = 0;
    CHECK(sim_codec_encode_decision(decision, bytes));
    if (sink->replica->is_altered && decision->answer == ANSWER_GRANTED && decision->key_count > 0) {
        bytes->data[bytes->size - 1] ^= 1;
        sink->replica->has_altered = true;
    }
    loop_on_decision(sink->replica->loop, (struct decision_id){decision->offset, decision->index},
                     decision->reply_partition % PARTITIONS, bytes_span(bytes),
                     replica_now(sink->fleet, sink->replica));
}

static void applied(struct fleet *fleet, struct replica *replica)
{
    const struct loop_applied what = replica_standing(replica);

    if (!replica->is_altered)
        oracle_on_digest(fleet, replica->number, what.next, what.digest);
    loop_on_applied(replica->loop, &what, replica_now(fleet, replica));
}

/* One record, step by step; false: it died over it. */
static bool apply(struct fleet *fleet, struct replica *replica, const struct log_record *record)
{
    struct state *state = replica->state.state;
    struct sink sink = {fleet, replica};
    struct core_record core;

    while (intake_begin(&replica->intake, state, INTAKE_TOPIC, record, &core)) {
        enum core_progress progress;
        while ((progress = core_step(state, &core, (struct decision_sink){hear, &sink})) == CORE_MORE) {
            if (may_crash(fleet, replica))
                return false;
        }
        CHECK(progress == CORE_FINISHED);
        intake_end(&replica->intake, state);
        applied(fleet, replica);
    }
    return !may_crash(fleet, replica);
}

/* The next record that it can see; false: none yet. */
static bool fetch(struct fleet *fleet, struct replica *replica, struct log_record *record)
{
    const struct topic *topic = &fleet->intents;
    uint64_t at = intake_next(replica->state.state);

    while (at < topic->count && topic->records[at].is_hole)
        at++;
    if (at >= topic->count)
        return false;
    if (topic->records[at].at_ms + replica->lag_ms > fleet->now_ms) {
        replica_plan_look(fleet, replica, topic->records[at].at_ms + replica->lag_ms);
        return false;
    }
    *record = (struct log_record){.offset = at, .ts_ms = topic->records[at].ts_ms, .payload = topic_payload(topic, at)};
    return true;
}

/* ---------------------------------------------------------------- effects */

/* What it has read, or what stood there when it started, is not published again by it. */
static void check_not_seen(struct fleet *fleet, const struct replica *replica, const struct entry *entry)
{
    uint32_t partition = entry->partition, end = replica->tail_end[partition];

    if (entry->copies == 0 || entry->first_at < replica->tail_start[partition] ||
        entry->first_at < fleet->decisions[partition].first || loop_numbers(replica->loop).seen_dropped != 0)
        return;
    if (replica->read[partition] > end)
        end = replica->read[partition];
    if (entry->first_at < end)
        fleet_fail(fleet, "replica %u publishes %llu.%u again, which it has seen", replica->number,
                   (unsigned long long)entry->offset, entry->index);
}

static void publish(struct fleet *fleet, struct replica *replica, const struct loop_effect *effect)
{
    uint32_t entry = oracle_find(fleet, effect->id.offset, effect->id.index);
    const struct record like = {.rank = replica->rank, .entry = entry};

    if (entry == NO_ENTRY) {
        fleet_fail(fleet, "replica %u publishes %llu.%u, which the model does not decide", replica->number,
                   (unsigned long long)effect->id.offset, effect->id.index);
        return;
    }
    check_not_seen(fleet, replica, &fleet->oracle.entries[entry]);
    broker_send(fleet, &replica->producer, TOPIC_DECISIONS, effect->partition, effect->bytes, &like, entry);
}

static void commit(struct fleet *fleet, struct replica *replica)
{
    if (may_crash(fleet, replica))
        return;
    replica_state_commit(&replica->state);
    fleet_trace(fleet, "replica %u commits %llu", replica->number,
                (unsigned long long)state_meta(replica->state.state)->next_offset);
    if (!may_crash(fleet, replica))
        loop_on_committed(replica->loop, replica_now(fleet, replica));
}

static void write_checkpoint(struct fleet *fleet, struct replica *replica, const struct loop_effect *effect)
{
    const struct checkpoint_bytes bytes = {effect->offset, effect->digest, replica->rank};
    const struct record like = {.entry = NO_ENTRY, .is_authentic = true};

    if (!replica->has_key)
        return;
    broker_send(fleet, &replica->producer, TOPIC_CHECKPOINTS, 0, span_of(&bytes, sizeof bytes), &like, NOT_A_DECISION);
}

void replicas_forge_checkpoint(struct fleet *fleet)
{
    const struct checkpoint_bytes bytes = {.offset = dice_below(&fleet->random, fleet->intents.count + 3),
                                           .digest = {random_next(&fleet->random), 1}};
    const struct record like = {.entry = NO_ENTRY};

    broker_append(fleet, TOPIC_CHECKPOINTS, 0, span_of(&bytes, sizeof bytes), &like);
}

/* Only another build differs: it stops, and is an alarm to the others. */
static void differs(struct fleet *fleet, struct replica *replica, const struct loop_effect *effect)
{
    const struct loop_divergence *divergence = &effect->divergence;
    const struct replica *highest = &fleet->replicas->list[fleet->replicas->count - 1];

    fleet_trace(fleet, "replica %u %s", replica->number, effect->kind == LOOP_HALT ? "halts" : "is alarmed");
    replica->halted = effect->kind == LOOP_HALT;
    if (effect->kind == LOOP_HALT ? replica->has_altered : highest->is_altered && divergence->rank == highest->rank)
        return;
    fleet_fail(fleet, "replica %u (rank %u) finds that rank %u differs at %llu.%u%s", replica->number, replica->rank,
               divergence->rank, (unsigned long long)divergence->offset, divergence->index,
               divergence->is_checkpoint ? " (checkpoint)" : "");
}

static void act(struct fleet *fleet, struct replica *replica, const struct loop_effect *effect)
{
    const struct record like = {.entry = NO_ENTRY};

    switch (effect->kind) {
    case LOOP_PUBLISH:
        publish(fleet, replica, effect);
        break;
    case LOOP_COMMIT:
        commit(fleet, replica);
        break;
    case LOOP_TICK:
        broker_send(fleet, &replica->producer, TOPIC_INTENTS, 0, bytes_span(&fleet->replicas->tick), &like,
                    NOT_A_DECISION);
        break;
    case LOOP_CHECKPOINT:
        write_checkpoint(fleet, replica, effect);
        break;
    case LOOP_HALT:
    case LOOP_ALARM:
        differs(fleet, replica, effect);
        break;
    case LOOP_STOP_READING_DECISIONS:
    case LOOP_PAUSE:
        replica->reads[effect->partition] = false;
        break;
    case LOOP_RESUME:
        replica->reads[effect->partition] = true;
        break;
    }
}

static bool do_effects(struct fleet *fleet, struct replica *replica)
{
    struct loop_effect effect;

    for (uint32_t i = 0;
         !replica->crashed && !replica->halted && loop_next(replica->loop, replica_now(fleet, replica), &effect); i++) {
        if (i == EFFECTS_MAX)
            fleet_fail(fleet, "replica %u never comes to rest", replica->number);
        if (fleet->failed)
            return false;
        act(fleet, replica, &effect);
        (void)may_crash(fleet, replica);
    }
    return !replica->crashed && !replica->halted;
}

/* ---------------------------------------------------------------- reading */

/* True: there is more. */
static bool read_decisions(struct fleet *fleet, struct replica *replica, uint32_t partition)
{
    const struct topic *topic = &fleet->decisions[partition];
    uint64_t now_ms = replica_now(fleet, replica);

    if (replica->read[partition] < topic->first)
        replica->read[partition] = topic->first;
    for (uint32_t i = 0; replica->reads[partition] && replica->read[partition] < topic->count; i++) {
        if (i == BATCH)
            return true;
        const struct record *record = &topic->records[replica->read[partition]];
        if (record->at_ms + replica->lag_ms > fleet->now_ms) {
            replica_plan_look(fleet, replica, record->at_ms + replica->lag_ms);
            break;
        }
        const struct span payload = topic_payload(topic, replica->read[partition]++);
        if (record->entry == NO_ENTRY)
            continue;
        const struct entry *entry = &fleet->oracle.entries[record->entry];
        loop_on_seen(replica->loop, partition, (struct decision_id){entry->offset, entry->index}, payload, record->rank,
                     now_ms);
    }
    if (replica->read[partition] >= replica->tail_end[partition])
        loop_on_seen_end(replica->loop, partition, now_ms);
    return false;
}

/* In batches, so that a pause comes in between. */
static bool read_all(struct fleet *fleet, struct replica *replica)
{
    bool more = true;

    while (more) {
        more = false;
        for (uint32_t i = 0; i < PARTITIONS; i++)
            more = read_decisions(fleet, replica, i) || more;
        if (!do_effects(fleet, replica))
            return false;
    }
    return true;
}

static void read_checkpoints(struct fleet *fleet, struct replica *replica)
{
    const struct topic *topic = &fleet->checkpoints;

    for (; replica->read_checkpoints < topic->count; replica->read_checkpoints++) {
        const struct record *record = &topic->records[replica->read_checkpoints];
        struct checkpoint_bytes bytes;
        if (record->at_ms + replica->lag_ms > fleet->now_ms)
            return;
        if (record->is_hole || !record->is_authentic || !replica->has_key)
            continue;
        memcpy(&bytes, topic_payload(topic, replica->read_checkpoints).bytes, sizeof bytes);
        loop_on_checkpoint(
            replica->loop,
            &(struct loop_checkpoint){.offset = bytes.offset, .digest = bytes.digest, .rank = (uint32_t)bytes.rank},
            replica_now(fleet, replica));
    }
}

void replica_work(struct fleet *fleet, struct replica *replica)
{
    struct log_record record;

    read_checkpoints(fleet, replica);
    if (!read_all(fleet, replica))
        return;
    while (loop_may_apply(replica->loop) && fetch(fleet, replica, &record)) {
        if (!apply(fleet, replica, &record) || !read_all(fleet, replica))
            return;
    }
}
