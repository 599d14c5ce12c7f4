/* A fleet's intents topic as a log. */
#ifndef SHIM_FLEET_LOG_H
#define SHIM_FLEET_LOG_H

#include "agent-shim/replay.h"
#include "agent-shim/store_url.h"
#include "log/kafka.h"
#include "log/log.h"

/* Over a connection of its own. Errors as kafka_ready. On success *out is the caller's. */
MUST_USE enum dibs_error fleet_log_open(const struct store_place *place, uint32_t patience_ms, struct log **out,
                                        struct error_text *why);

/* The log once more, up to what is there now; `into` as in replay_new. */
MUST_USE enum dibs_error fleet_log_replay(const struct store_place *place, uint32_t patience_ms, const char *into,
                                          struct replay **out, struct error_text *why);

/* The physical offset that the next record will get. */
MUST_USE enum dibs_error fleet_log_end(struct kafka *kafka, uint64_t *end, struct error_text *why);

#endif
