/* The coordinators' life: starting, dying, freezing, coming back. */
#include "tests/fleet_sim/replicas_own.h"

#include "coordinator/daemon/rank.h"
#include "coordinator/state/rows.h"
#include "tests/sim/sim_codec.h"

enum { TAIL_MS = 60000 };

static const struct outbox_limits limits = {.entries = 4096,
                                            .bytes = 4 << 20,
                                            .step_entries = 1024,
                                            .step_bytes = 1 << 20,
                                            .seen_ahead = 512,
                                            .seen_ahead_of_partition = 64};

static struct loop_config config_of(const struct replica *replica)
{
    return (struct loop_config){.rank = replica->rank, .partitions = PARTITIONS, .limits = limits};
}

void replicas_new(struct fleet *fleet, const char *parent)
{
    struct replicas *replicas = calloc(1, sizeof *replicas);

    CHECK(replicas != NULL);
    fleet->replicas = replicas;
    for (int i = 0; i < REPLICAS_MAX; i++) {
        struct replica *replica = &replicas->list[i];
        const struct loop_config config = config_of(replica);
        replica_state_new(&replica->state, parent, i);
        replica->loop = loop_new(&config);
        CHECK(replica->loop != NULL);
    }
    CHECK(sim_codec_encode(&(struct intent){.verb = VERB_TICK}, &replicas->tick));
}

void replicas_free(struct fleet *fleet)
{
    for (int i = 0; i < REPLICAS_MAX; i++) {
        replica_state_free(&fleet->replicas->list[i].state);
        loop_free(fleet->replicas->list[i].loop);
    }
    bytes_free(&fleet->replicas->bytes);
    bytes_free(&fleet->replicas->tick);
    free(fleet->replicas);
}

void replica_plan_look(struct fleet *fleet, struct replica *replica, uint64_t at_ms)
{
    if (at_ms >= replica->wake_ms)
        return;
    replica->wake_ms = at_ms < fleet->now_ms ? fleet->now_ms : at_ms;
    events_plan(&fleet->events, replica->wake_ms, EVENT_REPLICA, replica->number, 0);
}

/* ---------------------------------------------------------------- starting and dying */

/* Where reading of the decisions begins: shortly before the last committed record, as the topic's clock has it. */
static uint32_t tail_start(const struct topic *topic, uint64_t committed_ts_ms)
{
    uint64_t from_ms = committed_ts_ms > TAIL_MS ? committed_ts_ms - TAIL_MS : 0;
    uint32_t at = topic->first;

    while (at < topic->count && topic->records[at].ts_ms < from_ms)
        at++;
    return at;
}

struct loop_applied replica_standing(const struct replica *replica)
{
    struct state *state = replica->state.state;
    const struct state_meta *meta = state_meta(state);
    struct state_digest digest = core_digest(state);

    digest.low ^= replica->has_altered;
    return (struct loop_applied){.next = meta->next_offset,
                                 .digest = digest,
                                 .next_due_ms = meta->has_genesis ? meta->next_due_ms : UINT64_MAX,
                                 .log_time_ms = meta->now_ms,
                                 .jump_max_ms = meta->has_genesis ? meta->jump_max_ms : 0};
}

static void start(struct fleet *fleet, struct replica *replica)
{
    struct state *state = replica->state.state;
    const struct loop_config config = config_of(replica);

    replica->down_until_ms = replica->frozen_until_ms = 0;
    replica->healthy_ms = fleet->now_ms;
    replica->intake = (struct intake){0};
    replica->read_checkpoints = 0;
    const struct loop_applied from = replica_standing(replica);
    loop_init(replica->loop, &config, &from, replica_now(fleet, replica));
    for (uint32_t i = 0; i < PARTITIONS; i++) {
        replica->read[i] = replica->tail_start[i] = tail_start(&fleet->decisions[i], state_meta(state)->last_ts_ms);
        replica->tail_end[i] = fleet->decisions[i].count;
        replica->reads[i] = true;
    }
    fleet_trace(fleet, "replica %u (rank %u) starts at %llu", replica->number, replica->rank,
                (unsigned long long)state_meta(state)->next_offset);
}

/* A new build is tried out on the highest rank, while all others are well. */
static void alter(struct fleet *fleet)
{
    struct trouble *trouble = &fleet->trouble;

    trouble->replica_crash = trouble->replica_freeze = trouble->failed_acks = 0;
    trouble->outage = false;
    if (trouble->slow > 10)
        trouble->slow = 10;
    fleet->replicas->list[fleet->replicas->count - 1].is_altered = true;
}

void replicas_begin(struct fleet *fleet)
{
    struct random *random = &fleet->random;
    struct replicas *replicas = fleet->replicas;
    bool same_ranks = dice_percent(random, 10);

    replicas->count = 1 + dice_below(random, REPLICAS_MAX);
    replicas->must_reach = 0;
    for (uint32_t i = 0; i < REPLICAS_MAX; i++)
        replicas->list[i].is_altered = replicas->list[i].has_altered = replicas->list[i].halted = false;
    if (replicas->count > 1 && !same_ranks && dice_percent(random, 6))
        alter(fleet);
    for (uint32_t i = 0; i < replicas->count; i++) {
        struct replica *replica = &replicas->list[i];
        replica->number = i;
        replica->rank = same_ranks ? 0 : i;
        replica->has_key = dice_percent(random, 80);
        replica->lag_ms = 1 + dice_below(random, fleet->trouble.slow + 1);
        if (i > 0 && dice_percent(random, 10) && !replicas->list[replicas->count - 1].is_altered)
            replica->lag_ms += dice_below(random, 5000);
        replica->boot_ms = dice_below(random, 100000);
        replica->producer = (struct producer){.is_replica = true, .who = i, .lag_ms = dice_below(random, 10)};
        replica->wake_ms = UINT64_MAX;
        replica->settled = 0;
        replica_state_empty(&replica->state);
        start(fleet, replica);
        replica_plan_look(fleet, replica, fleet->now_ms + dice_below(random, 1000));
        events_plan(&fleet->events, fleet->quiet_ms, EVENT_REPLICA, i, 0);
    }
}

static void change_state(struct fleet *fleet, struct replica *replica)
{
    uint32_t other = dice_below(&fleet->random, fleet->replicas->count);

    replica_state_crash(&replica->state);
    if (fleet->trouble.lose_state && dice_percent(&fleet->random, 15)) {
        fleet_trace(fleet, "replica %u loses its state", replica->number);
        replica_state_empty(&replica->state);
    } else if (fleet->trouble.snapshots && other != replica->number && fleet->replicas->list[other].state.stained &&
               dice_percent(&fleet->random, 15)) {
        fleet_trace(fleet, "replica %u gets the state of %u", replica->number, other);
        replica_state_copy(&replica->state, &fleet->replicas->list[other].state);
    }
}

void replica_crash(struct fleet *fleet, struct replica *replica)
{
    uint64_t most_ms = fleet->trouble.calm ? 5000 : dice_percent(&fleet->random, 70) ? 3000 : 120000;

    if (replica->down_until_ms != 0)
        return;
    fleet_trace(fleet, "replica %u crashes", replica->number);
    change_state(fleet, replica);
    replica->crashed = true;
    replica->frozen_until_ms = 0;
    replica->healthy_ms = UINT64_MAX;
    replica->producer.epoch++;
    replica->settled = 0;
    replica->down_until_ms = fleet->now_ms + 1 + dice_below(&fleet->random, (uint32_t)most_ms);
    replica_plan_look(fleet, replica, replica->down_until_ms);
}

void replicas_crash(struct fleet *fleet, uint32_t number)
{
    if (number < fleet->replicas->count)
        replica_crash(fleet, &fleet->replicas->list[number]);
}

void replicas_freeze(struct fleet *fleet, uint32_t number)
{
    struct replica *replica = &fleet->replicas->list[number];

    if (number >= fleet->replicas->count || replica->down_until_ms != 0)
        return;
    replica->frozen_until_ms = fleet->now_ms + dice_below(&fleet->random, 300000);
    replica->healthy_ms = UINT64_MAX;
    fleet_trace(fleet, "replica %u freezes", number);
    replica_plan_look(fleet, replica, replica->frozen_until_ms);
}

/* ---------------------------------------------------------------- a look around */

static bool is_away(struct fleet *fleet, struct replica *replica)
{
    if (fleet->now_ms < replica->down_until_ms || fleet->now_ms < replica->frozen_until_ms) {
        replica_plan_look(fleet, replica,
                          replica->down_until_ms != 0 ? replica->down_until_ms : replica->frozen_until_ms);
        return true;
    }
    if (replica->down_until_ms != 0)
        start(fleet, replica);
    if (replica->frozen_until_ms != 0) {
        fleet_trace(fleet, "replica %u goes on", replica->number);
        replica->frozen_until_ms = 0;
        replica->healthy_ms = fleet->now_ms;
    }
    return false;
}

void replicas_look(struct fleet *fleet, uint32_t number)
{
    struct replica *replica = &fleet->replicas->list[number];

    if (fleet_is_quiet(fleet) && fleet->replicas->must_reach == 0)
        fleet->replicas->must_reach = fleet->intents.count;
    if (replica->wake_ms > fleet->now_ms)
        return;
    replica->wake_ms = UINT64_MAX;
    replica->crashed = false;
    if (replica->halted || is_away(fleet, replica))
        return;
    replica_work(fleet, replica);
    if (replica->crashed || fleet->failed)
        return;
    if (replica->halted)
        return;
    replica->settled = loop_numbers(replica->loop).committed;
    uint64_t wake_ms = loop_wake_ms(replica->loop, replica_now(fleet, replica));
    if (wake_ms != UINT64_MAX)
        replica_plan_look(fleet, replica,
                          wake_ms > replica_now(fleet, replica) ? wake_ms - replica->boot_ms : fleet->now_ms + 1);
}

void replicas_on_append(struct fleet *fleet)
{
    for (uint32_t i = 0; i < fleet->replicas->count; i++)
        replica_plan_look(fleet, &fleet->replicas->list[i], fleet->now_ms + fleet->replicas->list[i].lag_ms);
}

uint64_t replicas_frozen_until_ms(const struct fleet *fleet, uint32_t number)
{
    return fleet->replicas->list[number].frozen_until_ms;
}

void replicas_on_report(struct fleet *fleet, uint32_t number, uint64_t cookie, bool delivered)
{
    struct replica *replica = &fleet->replicas->list[number];

    if (cookie == NOT_A_DECISION)
        return;
    const struct entry *entry = &fleet->oracle.entries[cookie];
    loop_on_ack(replica->loop, (struct decision_id){entry->offset, entry->index}, delivered,
                replica_now(fleet, replica));
    replica_plan_look(fleet, replica, fleet->now_ms);
}

bool replicas_are_settled(const struct fleet *fleet)
{
    const struct replicas *replicas = fleet->replicas;

    for (uint32_t i = 0; i < replicas->count; i++) {
        if (replicas->list[i].halted)
            continue;
        if (replicas->must_reach == 0 || replicas->list[i].settled < replicas->must_reach)
            return false;
    }
    return true;
}

/* How many older decisions still had to be published when that one was made: each takes its sender a millisecond. */
static uint64_t queued_before(const struct oracle *oracle, uint32_t number)
{
    uint64_t count = 0;

    for (uint32_t i = 0; i < number; i++)
        count += oracle->entries[i].copies == 0 || oracle->entries[i].published_ms > oracle->entries[number].decided_ms;
    return count;
}

/* A decision's first copy: while a coordinator was there all the time, it must not have taken longer than that one may
 * leave it to lower ranks. */
void replicas_on_first_copy(struct fleet *fleet, uint32_t number)
{
    const struct replicas *replicas = fleet->replicas;
    uint64_t decided_ms = fleet->oracle.entries[number].decided_ms;

    if (fleet->trouble.outage)
        return;
    for (uint32_t i = 0; i < replicas->count; i++) {
        const struct replica *replica = &replicas->list[i];
        uint64_t step_ms = fleet->trouble.slow + replica->lag_ms + 20;
        /* Its turn, and before it that of what an earlier commit waits for; a failed send takes another round. */
        uint64_t most_ms = 2 * replica->rank * RANK_STEP_MS + 200 + 6 * step_ms;
        if (fleet->trouble.failed_acks != 0)
            most_ms += 6 * (LOOP_RETRY_MS + 2 * step_ms);
        if (!replica->is_altered && replica->healthy_ms <= decided_ms && fleet->now_ms - decided_ms > most_ms &&
            fleet->now_ms - decided_ms > most_ms + queued_before(&fleet->oracle, number))
            fleet_fail(fleet, "an answer took %llu ms while replica %u (rank %u) was there",
                       (unsigned long long)(fleet->now_ms - decided_ms), i, replica->rank);
    }
}

void replicas_at_rest(struct fleet *fleet)
{
    const struct replicas *replicas = fleet->replicas;

    for (uint32_t i = 0; i < replicas->count; i++) {
        if (replicas->list[i].has_altered && !replicas->list[i].halted)
            fleet_fail(fleet, "replica %u answers otherwise and has not stopped", i);
    }
}
