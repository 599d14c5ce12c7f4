/* What the agents may count on: while they live, and at the end. */
#include "tests/fleet_sim/agents_own.h"

/* The local deadline comes before the log's, as long as the broker's clock does not jump. */
static void check_belief(struct fleet *fleet, const struct decision *decision)
{
    for (uint32_t i = 0; i < fleet->agents->count; i++) {
        const struct agent *agent = &fleet->agents->list[i];
        for (uint32_t j = 0; agent->alive && j < HOLDS_MAX; j++) {
            const struct hold *hold = &agent->holds[j];
            if (hold->used && hold->believes && hold->lease.token == decision->keys[0].token &&
                agent_now(fleet, agent) < lease_deadline_ms(&hold->lease))
                fleet_fail(fleet, "agent %u relies on token %llu, whose lease has just ended", i,
                           (unsigned long long)hold->lease.token);
        }
    }
}

static void check_waiter(struct fleet *fleet, const struct decision *decision)
{
    const struct agents *agents = fleet->agents;

    for (uint32_t i = 0; i < agents->request_count; i++) {
        const struct request *request = &agents->requests[i];
        if (request->open && request->pending.waits && request->pending.confirmed_ms != 0 &&
            intent_id_equal(request->pending.id, decision->id))
            fleet_fail(fleet, "waiter %llx:%llu lost its place while its agent was there",
                       (unsigned long long)decision->id.client, (unsigned long long)decision->id.seq);
    }
}

void agents_on_decided(struct fleet *fleet, const struct decision *decision)
{
    if (decision->answer == ANSWER_ENDED && decision->why == WHY_EXPIRED && !fleet->trouble.jumps)
        check_belief(fleet, decision);
    if (decision->answer == ANSWER_DENIED && decision->reason == REASON_DEADLINE && decision->why == WHY_LEASE &&
        !decision->repeat && fleet->trouble.calm)
        check_waiter(fleet, decision);
}

bool agents_are_done(const struct fleet *fleet)
{
    const struct agents *agents = fleet->agents;

    for (uint32_t i = 0; i < agents->count; i++) {
        if (holds_any(&agents->list[i]) || !agents->list[i].alive)
            return false;
    }
    for (uint32_t i = 0; i < agents->request_count; i++) {
        if (agents->requests[i].open)
            return false;
    }
    return true;
}

/* What a request was told against what the model decided about its intent. */
static void check_told(struct fleet *fleet, const struct request *request)
{
    const struct pending *pending = &request->pending;
    uint32_t final = oracle_final_of(fleet, pending->id);

    if (request->kept == NO_ENTRY || final == NO_ENTRY || pending->result != PENDING_ANSWERED ||
        request->kind == REQUEST_RENEW)
        return;
    const struct entry *told = &fleet->oracle.entries[request->kept], *truth = &fleet->oracle.entries[final];
    bool same = told->answer == truth->answer && told->reason == truth->reason;
    bool cancelled = told->answer == ANSWER_DENIED && told->reason == REASON_CANCELLED; /* R14 */
    bool forgotten = told->answer == ANSWER_DENIED && told->reason == REASON_FORGOTTEN;
    /* Whoever asks for a ticket that the log has not got yet cannot know better. */
    bool too_early = forgotten && request->kind == REQUEST_TICKET && told->offset < truth->offset;
    bool too_late = forgotten && told->log_ms >= truth->log_ms + ROW_KEEP_MS; /* R9 */
    if (!same && !cancelled && !too_early && !too_late)
        fleet_fail(fleet, "request %llx:%llu was told %u/%u where the log decided %u/%u",
                   (unsigned long long)pending->id.client, (unsigned long long)pending->id.seq, told->answer,
                   told->reason, truth->answer, truth->reason);
}

void agents_at_rest(struct fleet *fleet)
{
    const struct agents *agents = fleet->agents;

    for (uint32_t i = 0; i < agents->request_count && !fleet->failed; i++) {
        const struct request *request = &agents->requests[i];
        if (request->open)
            fleet_fail(fleet, "request %u of agent %u never ended", i, request->agent);
        if (request->pending.result == PENDING_UNAVAILABLE && oracle_is_logged(fleet, request->pending.id))
            fleet_fail(fleet, "request %llx:%llu was told that it never was in the log, and it is",
                       (unsigned long long)request->pending.id.client, (unsigned long long)request->pending.id.seq);
        check_told(fleet, request);
    }
}
