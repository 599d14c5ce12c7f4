/* What the agents' own files share. */
#ifndef FLEET_SIM_AGENTS_OWN_H
#define FLEET_SIM_AGENTS_OWN_H

#include "agent-shim/lease_keeper.h"
#include "agent-shim/pending.h"
#include "tests/fleet_sim/agents.h"

enum { REQUESTS_MAX = 512, HOLDS_MAX = 8, KEYS_MAX = 5 };

enum request_kind { REQUEST_CLAIM, REQUEST_CLOSE, REQUEST_CANCEL, REQUEST_RENEW, REQUEST_TICKET };

/* One request: what it sends, how far it has got, and what it was told. */
struct request {
    enum request_kind kind;
    uint32_t agent;
    uint32_t epoch; /* of the agent when it began; an older one died with its process */
    struct pending pending;
    size_t bytes_at, size;
    uint32_t target;       /* a cancel's or ticket's request, a renewal's or close's hold */
    uint64_t wait_ms;      /* 0: no wait */
    uint64_t sent_ms;      /* of a renewal */
    uint64_t cancel_at_ms; /* the caller loses patience; UINT64_MAX: never */
    uint32_t kept;         /* the decision it would answer with; NO_ENTRY */
    bool open, leave;      /* TERM: forgotten here, its ticket lives on */
};

struct hold {
    bool used, believes;
    struct lease lease;
    uint32_t request;
    uint64_t close_at_ms;
    uint32_t renewal; /* the request; NO_ENTRY: none */
};

struct agent {
    uint32_t number;
    bool alive;
    uint32_t partition, read; /* of its decisions */
    uint64_t client, seq;
    struct intent_id free_id; /* of a request that was answered: its client may be used again, from here on */
    struct producer producer;
    uint64_t boot_ms; /* its clock = now + this */
    uint64_t lag_ms;  /* of its reading */
    uint64_t idle_until_ms, back_ms;
    uint64_t wake_ms; /* the planned look; UINT64_MAX: none */
    struct hold holds[HOLDS_MAX];
};

struct agents {
    struct agent list[AGENTS_MAX];
    uint32_t count, request_count, claims_left, pace_ms;
    struct request requests[REQUESTS_MAX];
    struct bytes bytes;
    struct intent *intent;
    struct decision *decision;
};

static inline uint64_t agent_now(const struct fleet *fleet, const struct agent *agent)
{
    return fleet->now_ms + agent->boot_ms;
}

/* agents_intents.c: puts a request of this kind into the list; NULL: no room. */
struct request *agents_ask(struct fleet *fleet, struct agent *agent, enum request_kind kind, uint32_t target);

/* The intent that a question of this request is sent as, in agents->intent. */
void agents_question(struct fleet *fleet, const struct agent *agent, struct request *request, bool renews);

/* agents_hold.c */
void hold_begin(struct fleet *fleet, struct agent *agent, uint32_t request, uint64_t token);
void hold_renewed(struct fleet *fleet, struct agent *agent, const struct request *renewal);
void holds_look(struct fleet *fleet, struct agent *agent);
uint64_t holds_wake_ms(const struct agent *agent); /* by the agent's clock */
bool holds_any(const struct agent *agent);

#endif
