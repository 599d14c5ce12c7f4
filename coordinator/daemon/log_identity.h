/* Which log a state was made from, and how far: a local row of the state, committed with it. Kafka can lose a log's end,
 * and a topic can be deleted and made anew under the same name; either would silently make this state a lie. */
#ifndef DAEMON_LOG_IDENTITY_H
#define DAEMON_LOG_IDENTITY_H

#include <stdbool.h>

#include "base/hash.h"
#include "coordinator/daemon/step.h"
#include "coordinator/state/state.h"
#include "log/kafka.h"
#include "log/kafka_url.h"

/* No padding: it is stored as it is. */
struct log_identity {
    char cluster[KAFKA_CLUSTER_ID_MAX];
    char topic[KAFKA_FLEET_MAX + 24];
    struct hash128 genesis; /* of the record at offset 0 */
    uint64_t last;          /* physical offset of the last record that is applied whole, … */
    struct hash128 record;  /* … and its hash */
    uint64_t has_last;      /* 0 or 1 */
};

/* Of a record as it stands in the log, its time included. */
struct hash128 log_identity_hash(uint64_t ts_ms, struct span payload);

/* False: the state was made from no log yet. */
bool log_identity_load(struct state *state, struct log_identity *out);
void log_identity_keep(struct state *state, const struct log_identity *identity);

/* The genesis as it stood in the log, for when it is pruned; one that is too large for a local row is not kept. False: none is. */
void log_genesis_keep(struct state *state, struct span genesis);
bool log_genesis_load(struct state *state, struct span *genesis);

/* What the log is now: cluster, topic, and its first record (*genesis, copied into `buffer` of KAFKA_RECORD_MAX bytes;
 * no bytes when the log is empty or was pruned). */
struct log_now {
    struct log_identity identity;
    uint64_t first, end;
    struct span genesis;
};
MUST_USE enum step log_identity_look(struct kafka *kafka, uint8_t *buffer, struct log_now *out,
                                     struct step_reason *reason);

/* Is the log still the one that `of` was made from, and are the records after it there? Brokers that come back from a pause
 * may tell of an older time, so it is asked for several seconds before the worst is believed. EXIT_LOG: another cluster's,
 * another fleet's, recreated, truncated, pruned; with the way out. */
MUST_USE enum step log_identity_check(struct kafka *kafka, const struct log_identity *of, const struct log_now *now,
                                      struct step_reason *reason);
/* The last applied record alone, as after a connection broke. */
MUST_USE enum step log_identity_check_last(struct kafka *kafka, const struct log_identity *of,
                                           struct step_reason *reason);

#endif
