/* What agents hold: renewed by lease_keeper, closed when the work is done, believed in until the local deadline. */
#include "tests/fleet_sim/agents_own.h"

void hold_begin(struct fleet *fleet, struct agent *agent, uint32_t request, uint64_t token)
{
    const struct pending *pending = &fleet->agents->requests[request].pending;
    struct hold *hold = NULL;

    for (uint32_t i = 0; i < HOLDS_MAX; i++) {
        if (agent->holds[i].used && agent->holds[i].lease.token == token)
            return; /* told `yours`: it is kept already */
        if (!agent->holds[i].used)
            hold = &agent->holds[i];
    }
    if (hold == NULL)
        return;
    *hold = (struct hold){.used = true, .believes = true, .request = request, .renewal = NO_ENTRY};
    lease_begin(&hold->lease, token, pending->confirmed_ms, pending->lease_ms);
    hold->close_at_ms =
        agent_now(fleet, agent) + random_between(&fleet->random, 500, fleet->trouble.is_long ? 500000 : 150000);
}

static void hold_end(struct hold *hold)
{
    lease_on_ended(&hold->lease);
    hold->used = hold->believes = false;
}

void hold_renewed(struct fleet *fleet, struct agent *agent, const struct request *renewal)
{
    struct hold *hold = &agent->holds[renewal->target];
    const struct decision *decision = fleet->agents->decision;

    if (!hold->used || hold->renewal != (uint32_t)(renewal - fleet->agents->requests))
        return;
    hold->renewal = NO_ENTRY;
    if (renewal->pending.result != PENDING_ANSWERED) {
        lease_on_no_answer(&hold->lease, agent_now(fleet, agent));
    } else if (decision->item_count == 1 && decision->items[0].answer == ANSWER_ACCEPTED) {
        lease_on_confirmed(&hold->lease, renewal->pending.first_sent_ms,
                           decision->items[0].expires_ms - decision->now_ms);
        hold->lease.in_flight = false;
        hold->believes = true;
    } else {
        hold_end(hold);
    }
}

static void hold_look(struct fleet *fleet, struct agent *agent, uint32_t at)
{
    struct hold *hold = &agent->holds[at];
    uint64_t now_ms = agent_now(fleet, agent);
    enum lease_effect effect;

    if (hold->used && (now_ms >= hold->close_at_ms || fleet_is_quiet(fleet))) {
        (void)agents_ask(fleet, agent, REQUEST_CLOSE, at);
        hold_end(hold);
        return;
    }
    while (hold->used && (effect = lease_next(&hold->lease, now_ms)) != LEASE_NOTHING) {
        if (effect == LEASE_LOST) {
            hold->believes = false;
            continue;
        }
        struct request *renewal = agents_ask(fleet, agent, REQUEST_RENEW, at);
        if (renewal == NULL) {
            hold_end(hold);
            return;
        }
        hold->renewal = (uint32_t)(renewal - fleet->agents->requests);
        lease_on_sent(&hold->lease, now_ms);
    }
}

void holds_look(struct fleet *fleet, struct agent *agent)
{
    for (uint32_t i = 0; i < HOLDS_MAX; i++)
        hold_look(fleet, agent, i);
}

uint64_t holds_wake_ms(const struct agent *agent)
{
    uint64_t wake_ms = UINT64_MAX;

    for (uint32_t i = 0; i < HOLDS_MAX; i++) {
        const struct hold *hold = &agent->holds[i];
        if (!hold->used)
            continue;
        if (hold->close_at_ms < wake_ms)
            wake_ms = hold->close_at_ms;
        if (lease_wake_ms(&hold->lease) < wake_ms)
            wake_ms = lease_wake_ms(&hold->lease);
    }
    return wake_ms;
}

bool holds_any(const struct agent *agent)
{
    for (uint32_t i = 0; i < HOLDS_MAX; i++) {
        if (agent->holds[i].used)
            return true;
    }
    return false;
}
