/* What must come of the intents: the naive model told the topic record by record, and every decision held against it. */
#ifndef FLEET_SIM_ORACLE_H
#define FLEET_SIM_ORACLE_H

#include "coordinator/state/state.h"
#include "tests/fleet_sim/topic.h"
#include "tests/model/model.h"

/* A decision that the model has made. */
struct entry {
    uint64_t offset;
    uint32_t index, partition;
    size_t bytes_at, size;
    uint64_t decided_ms;   /* when its record was appended */
    uint64_t log_ms;       /* T */
    uint64_t published_ms; /* 0: not yet */
    uint32_t copies;
    uint32_t first_at; /* where the first copy stands in its partition */
    struct intent_id id;
    enum verb verb;
    enum answer answer;
    enum reason reason;
    enum why why;
    bool final, repeat;
};

struct digest_at {
    bool known;
    struct state_digest digest;
};

struct oracle {
    struct model *model;
    struct entry *entries;
    uint32_t entry_count, entry_room;
    uint32_t *first_of; /* by offset: its first entry; one more than records */
    uint32_t offset_count, offset_room;
    struct digest_at *digests; /* by next offset */
    struct bytes bytes;
    uint8_t operator_verifier[LIMIT_IDENTITY_BYTES];
    struct intent *intent; /* in hand */
    struct intent_id *logged;
    bool *is_well_formed; /* of the logged: with a verb that is remembered */
    uint32_t logged_count, logged_room;
};

struct fleet;

void oracle_clear(struct fleet *fleet);
void oracle_free(struct fleet *fleet);

/* A record was appended to the intents, a decision to its topic. */
void oracle_on_intent(struct fleet *fleet, uint64_t offset, uint64_t ts_ms, struct span payload);
void oracle_on_decision(struct fleet *fleet, uint32_t partition, const struct record *record, struct span payload);

/* The number of this decision; NO_ENTRY: the model makes none such. */
uint32_t oracle_find(const struct fleet *fleet, uint64_t offset, uint32_t index);

/* Replicas that stand at the same offset must have the same digest. */
void oracle_on_digest(struct fleet *fleet, uint32_t replica, uint64_t next, struct state_digest digest);

bool oracle_is_logged(const struct fleet *fleet, struct intent_id id);

/* The final that this intent itself was told; NO_ENTRY: none. */
uint32_t oracle_final_of(const struct fleet *fleet, struct intent_id id);

/* Has every intent its final? */
bool oracle_is_settled(const struct fleet *fleet);

/* All that must hold when everything has come to rest. */
void oracle_at_rest(struct fleet *fleet);

static inline struct span oracle_bytes(const struct oracle *oracle, uint32_t entry)
{
    return span_of(oracle->bytes.data + oracle->entries[entry].bytes_at, oracle->entries[entry].size);
}

#endif
