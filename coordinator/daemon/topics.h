/* The fleet's topics: made, looked at, and opened with a genesis. */
#ifndef DAEMON_TOPICS_H
#define DAEMON_TOPICS_H

#include "coordinator/daemon/log_identity.h"
#include "coordinator/daemon/operator_key.h"
#include "coordinator/daemon/options.h"

/* A connection with the settings of the options. EXIT_CONFIG: a setting is no good. */
MUST_USE enum step topics_connect(const struct options *options, struct kafka **out, struct step_reason *reason);

/* The same settings, looked at without asking their brokers. */
MUST_USE enum step topics_check_settings(const struct options *options, struct step_reason *reason);

/* Makes those that are missing when the options say so; then looks at the settings of all. EXIT_TOPICS: one is missing or
 * would lose or reorder claims; what is only not wise is a warning on the trace. */
MUST_USE enum step topics_check(struct kafka *kafka, const struct options *options, struct step_reason *reason);

/* The log begins with a genesis of ours, and the checkpoints with a copy of it. An empty log gets one when the options say
 * so. `buffer` has KAFKA_RECORD_MAX bytes. EXIT_GENESIS: there is none, or it is another operator's. */
MUST_USE enum step topics_open(struct kafka *kafka, const struct options *options, const struct operator_key *key,
                               uint8_t *buffer, struct log_now *out, struct step_reason *reason);

/* Where the checkpoints are empty they begin with the genesis. EXIT_TOPICS: they are, and it is not known (no bytes). */
MUST_USE enum step topics_copy_genesis(struct kafka *kafka, struct span genesis, struct step_reason *reason);

/* Sends one record and waits for its ack, a quarter of a minute at most. */
MUST_USE enum step topics_send(struct kafka *kafka, enum kafka_topic topic, struct span payload,
                               struct step_reason *reason);

#endif
