/* The agents' life: looking around, reading answers, asking for more, dying and coming back. */
#include "tests/fleet_sim/agents_own.h"

#include "tests/sim/sim_codec.h"

void agents_free(struct fleet *fleet)
{
    if (fleet->agents == NULL)
        return;
    bytes_free(&fleet->agents->bytes);
    free(fleet->agents->intent);
    free(fleet->agents->decision);
    free(fleet->agents);
}

static void plan_look(struct fleet *fleet, struct agent *agent, uint64_t at_ms)
{
    if (at_ms >= agent->wake_ms)
        return;
    agent->wake_ms = at_ms < fleet->now_ms ? fleet->now_ms : at_ms;
    events_plan(&fleet->events, agent->wake_ms, EVENT_AGENT, agent->number, 0);
}

void agents_begin(struct fleet *fleet)
{
    struct random *random = &fleet->random;
    struct agents *agents = fleet->agents;

    if (agents == NULL) {
        agents = fleet->agents = calloc(1, sizeof *agents);
        CHECK(agents != NULL);
        agents->intent = calloc(1, sizeof *agents->intent);
        agents->decision = calloc(1, sizeof *agents->decision);
        CHECK(agents->intent != NULL && agents->decision != NULL);
    }
    agents->count = 1 + dice_below(random, AGENTS_MAX);
    fleet->agents->pace_ms = dice_percent(random, 70) ? 6000 : 40000;
    agents->request_count = 0;
    agents->claims_left = 4 + dice_below(random, 20);
    agents->bytes.size = 0;
    for (uint32_t i = 0; i < agents->count; i++) {
        struct agent *agent = &agents->list[i];
        *agent = (struct agent){.number = i,
                                .alive = true,
                                .partition = dice_below(random, PARTITIONS),
                                .client = (1 + i) * 0x10000,
                                .producer = {.who = i, .lag_ms = dice_below(random, 20)},
                                .boot_ms = dice_below(random, 1000000),
                                .lag_ms = 1 + dice_below(random, 1 + fleet->trouble.slow),
                                .idle_until_ms = fleet->now_ms + dice_below(random, 5000),
                                .wake_ms = UINT64_MAX};
        plan_look(fleet, agent, agent->idle_until_ms);
    }
}

void agents_on_append(struct fleet *fleet, enum topic_kind topic, uint32_t partition)
{
    for (uint32_t i = 0; topic == TOPIC_DECISIONS && i < fleet->agents->count; i++) {
        struct agent *agent = &fleet->agents->list[i];
        if (agent->alive && agent->partition == partition)
            plan_look(fleet, agent, fleet->now_ms + agent->lag_ms);
    }
}

void agents_on_report(struct fleet *fleet, uint32_t agent, uint64_t cookie, enum pending_ack ack)
{
    struct request *request = &fleet->agents->requests[cookie / 2];
    uint64_t now_ms = agent_now(fleet, &fleet->agents->list[agent]);

    if (!request->open)
        return;
    if (cookie % 2 == 0)
        pending_on_ack(&request->pending, ack, now_ms);
    else
        pending_on_question_ack(&request->pending, ack, now_ms);
    plan_look(fleet, &fleet->agents->list[agent], fleet->now_ms);
}

/* ---------------------------------------------------------------- answers */

static bool is_of(const struct request *request, const struct agent *agent)
{
    return request->open && request->agent == agent->number && request->epoch == agent->producer.epoch;
}

static void hear(struct fleet *fleet, struct agent *agent, uint32_t entry)
{
    struct agents *agents = fleet->agents;
    bool is_decoded = false;

    for (uint32_t i = 0; i < agents->request_count; i++) {
        struct request *request = &agents->requests[i];
        if (!is_of(request, agent) || !pending_is_mine(&request->pending, fleet->oracle.entries[entry].id))
            continue;
        if (!is_decoded)
            CHECK(sim_codec_decode_decision(oracle_bytes(&fleet->oracle, entry), agents->decision));
        is_decoded = true;
        if (pending_on_decision(&request->pending, agents->decision, agent_now(fleet, agent)) == PENDING_KEEP)
            request->kept = entry;
    }
}

static void read_decisions(struct fleet *fleet, struct agent *agent)
{
    const struct topic *topic = &fleet->decisions[agent->partition];

    if (agent->read < topic->first)
        agent->read = topic->first;
    for (; agent->read < topic->count; agent->read++) {
        const struct record *record = &topic->records[agent->read];
        if (record->at_ms + agent->lag_ms > fleet->now_ms) {
            plan_look(fleet, agent, record->at_ms + agent->lag_ms);
            return;
        }
        if (record->entry != NO_ENTRY)
            hear(fleet, agent, record->entry);
    }
}

/* ---------------------------------------------------------------- requests */

/* R17: what came out of the queue was renewed before it is told, unless time is up. */
static void check_renewed(struct fleet *fleet, const struct agent *agent, const struct request *request)
{
    const struct pending *pending = &request->pending;
    uint32_t grant = oracle_final_of(fleet, pending->id);

    if (!pending->has_waited || grant == NO_ENTRY || agent_now(fleet, agent) >= pending->give_up_ms)
        return;
    for (uint32_t i = grant; i < fleet->oracle.entry_count; i++) {
        const struct entry *entry = &fleet->oracle.entries[i];
        if (entry->verb == VERB_RENEW && entry->answer == ANSWER_ACCEPTED &&
            entry->id.client == pending->questions.client)
            return;
    }
    fleet_fail(fleet, "request %llx:%llu was told of a grant that it has not renewed",
               (unsigned long long)pending->id.client, (unsigned long long)pending->id.seq);
}

static void finish_claim(struct fleet *fleet, struct agent *agent, uint32_t at)
{
    struct request *request = &fleet->agents->requests[at];
    const struct decision *decision = fleet->agents->decision;

    if (request->pending.result != PENDING_ANSWERED || request->pending.lease_ms == 0)
        return;
    /* Whoever lost patience is not there to hold it. */
    if (decision->answer == ANSWER_GRANTED || decision->answer == ANSWER_YOURS) {
        check_renewed(fleet, agent, request);
        if (!request->pending.stopped)
            hold_begin(fleet, agent, at, decision->keys[0].token);
    }
}

static void check_answer(struct fleet *fleet, const struct request *request)
{
    const struct pending *pending = &request->pending;

    fleet_trace(fleet, "agent %u: request %llx:%llu ends %s", request->agent, (unsigned long long)pending->id.client,
                (unsigned long long)pending->id.seq,
                pending->result == PENDING_ANSWERED  ? "answered"
                : pending->result == PENDING_UNKNOWN ? "unknown"
                                                     : "unavailable");
    if (pending->result == PENDING_ANSWERED && request->kept == NO_ENTRY)
        fleet_fail(fleet, "request %llx:%llu was answered by nothing", (unsigned long long)pending->id.client,
                   (unsigned long long)pending->id.seq);
}

static void finish(struct fleet *fleet, struct agent *agent, uint32_t at)
{
    struct request *request = &fleet->agents->requests[at];

    check_answer(fleet, request);
    request->open = false;
    if (request->pending.result == PENDING_ANSWERED && !request->pending.stopped && request->kind != REQUEST_CANCEL)
        agent->free_id = request->pending.questions;
    if (request->kept != NO_ENTRY)
        CHECK(sim_codec_decode_decision(oracle_bytes(&fleet->oracle, request->kept), fleet->agents->decision));
    switch (request->kind) {
    case REQUEST_CLAIM:
    case REQUEST_TICKET:
        finish_claim(fleet, agent, at);
        break;
    case REQUEST_RENEW:
        hold_renewed(fleet, agent, request);
        break;
    case REQUEST_CANCEL: /* then its claim has nothing more to wait for */
        pending_give_up(&fleet->agents->requests[request->target].pending, agent_now(fleet, agent) + 2000);
        break;
    case REQUEST_CLOSE:
        break;
    }
}

static void ask_question(struct fleet *fleet, struct agent *agent, struct request *request, bool renews)
{
    struct bytes *bytes = &fleet->agents->bytes;
    const struct record like = {.entry = NO_ENTRY};
    size_t before = bytes->size;
    uint64_t at = (uint64_t)(request - fleet->agents->requests);

    agents_question(fleet, agent, request, renews);
    CHECK(sim_codec_encode(fleet->agents->intent, bytes));
    broker_send(fleet, &agent->producer, TOPIC_INTENTS, 0, span_of(bytes->data + before, bytes->size - before), &like,
                at * 2 + 1);
}

/* Does what the request's life asks for. */
static void drive(struct fleet *fleet, struct agent *agent, uint32_t at)
{
    struct request *request = &fleet->agents->requests[at];
    const struct record like = {.entry = NO_ENTRY};
    uint64_t now_ms = agent_now(fleet, agent);

    for (uint32_t i = 0; request->open; i++) {
        enum pending_effect effect = pending_next(&request->pending, now_ms);
        if (effect == PENDING_NOTHING)
            return;
        if (i > 8)
            fleet_fail(fleet, "request %u never comes to rest", at);
        if (effect == PENDING_SEND)
            broker_send(fleet, &agent->producer, TOPIC_INTENTS, 0,
                        span_of(fleet->agents->bytes.data + request->bytes_at, request->size), &like, at * 2);
        else if (effect == PENDING_ASK || effect == PENDING_RENEW)
            ask_question(fleet, agent, request, effect == PENDING_RENEW);
        else if (effect == PENDING_FINISH)
            finish(fleet, agent, at);
    }
}

static void lose_patience(struct fleet *fleet, struct agent *agent, uint32_t at)
{
    struct request *request = &fleet->agents->requests[at];

    pending_stop(&request->pending);
    if (request->pending.out) /* sent after what is out, so that it cannot overtake */
        return;
    request->cancel_at_ms = UINT64_MAX;
    (void)agents_ask(fleet, agent, REQUEST_CANCEL, at);
}

static void drive_all(struct fleet *fleet, struct agent *agent)
{
    for (uint32_t i = 0; i < fleet->agents->request_count; i++) { /* those added meanwhile, too */
        struct request *request = &fleet->agents->requests[i];
        if (is_of(request, agent) && fleet->now_ms >= request->cancel_at_ms)
            lose_patience(fleet, agent, i);
        if (is_of(request, agent))
            drive(fleet, agent, i);
    }
}

static void start_claim(struct fleet *fleet, struct agent *agent)
{
    struct agents *agents = fleet->agents;

    if (fleet_is_quiet(fleet) || agents->claims_left == 0 || fleet->now_ms < agent->idle_until_ms)
        return;
    struct request *request = agents_ask(fleet, agent, REQUEST_CLAIM, 0);
    if (request == NULL)
        return;
    agents->claims_left--;
    agent->idle_until_ms = fleet->now_ms + dice_below(&fleet->random, agents->pace_ms);
    if (dice_percent(&fleet->random, fleet->trouble.cancels))
        request->cancel_at_ms =
            fleet->now_ms + dice_below(&fleet->random, dice_percent(&fleet->random, 50) ? 40 : 60000);
    if (dice_percent(&fleet->random, fleet->trouble.crashes))
        events_plan(&fleet->events, fleet->now_ms + dice_below(&fleet->random, 30000), EVENT_TROUBLE, agent->number, 0);
}

/* ---------------------------------------------------------------- coming and going */

/* The process is gone, with all that it had in hand. */
void agents_crash(struct fleet *fleet, uint32_t number)
{
    struct agents *agents = fleet->agents;

    if (number >= agents->count || !agents->list[number].alive || fleet_is_quiet(fleet))
        return;
    struct agent *agent = &agents->list[number];
    fleet_trace(fleet, "agent %u crashes", number);
    for (uint32_t i = 0; i < agents->request_count; i++) {
        struct request *request = &agents->requests[i];
        if (is_of(request, agent)) {
            request->open = false;
            request->leave = request->kind == REQUEST_CLAIM;
        }
    }
    memset(agent->holds, 0, sizeof agent->holds);
    agent->alive = false;
    agent->producer.epoch++;
    agent->back_ms = fleet->now_ms + dice_below(&fleet->random, dice_percent(&fleet->random, 70) ? 5000 : 200000);
    plan_look(fleet, agent, agent->back_ms);
}

static void come_back(struct fleet *fleet, struct agent *agent)
{
    uint32_t known = fleet->agents->request_count;

    fleet_trace(fleet, "agent %u is back", agent->number);
    agent->alive = true;
    agent->read = fleet->decisions[agent->partition].count;
    agent->client += 0x1000;
    agent->free_id = (struct intent_id){0};
    for (uint32_t i = 0; i < known; i++) {
        struct request *request = &fleet->agents->requests[i];
        if (request->agent != agent->number || !request->leave)
            continue;
        request->leave = false;
        if (dice_percent(&fleet->random, fleet->trouble.resumes))
            (void)agents_ask(fleet, agent, REQUEST_TICKET, i);
    }
}

static void plan_next(struct fleet *fleet, struct agent *agent)
{
    uint64_t wake_ms = holds_wake_ms(agent);

    for (uint32_t i = 0; i < fleet->agents->request_count; i++) {
        const struct request *request = &fleet->agents->requests[i];
        if (!is_of(request, agent))
            continue;
        if (pending_wake_ms(&request->pending) < wake_ms)
            wake_ms = pending_wake_ms(&request->pending);
        if (request->cancel_at_ms != UINT64_MAX && request->cancel_at_ms > fleet->now_ms)
            plan_look(fleet, agent, request->cancel_at_ms);
    }
    if (wake_ms != UINT64_MAX)
        plan_look(fleet, agent, wake_ms > agent_now(fleet, agent) ? wake_ms - agent->boot_ms : fleet->now_ms + 1);
    if (fleet->agents->claims_left > 0 && !fleet_is_quiet(fleet))
        plan_look(fleet, agent, agent->idle_until_ms);
}

void agents_look(struct fleet *fleet, uint32_t number)
{
    struct agent *agent = &fleet->agents->list[number];

    if (agent->wake_ms > fleet->now_ms)
        return; /* a later look was planned before an earlier one, and this is neither */
    agent->wake_ms = UINT64_MAX;
    if (!agent->alive && fleet->now_ms < agent->back_ms) {
        plan_look(fleet, agent, agent->back_ms);
        return;
    }
    if (!agent->alive)
        come_back(fleet, agent);
    read_decisions(fleet, agent);
    holds_look(fleet, agent);
    start_claim(fleet, agent);
    drive_all(fleet, agent);
    plan_next(fleet, agent);
}
