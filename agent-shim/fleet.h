/* The back end for kafka: stores: intents go to a topic, and a coordinator's decisions come back on another.
 *
 * One of the blocked callers at a time has the connection and serves all of them, so that an answer needs no other thread
 * to reach who waits for it. While none waits, a thread of the client's takes in what comes; it starts with the second call. A client has a reply partition of its own, whose end is known before anything is sent. */
#ifndef SHIM_FLEET_H
#define SHIM_FLEET_H

#include "agent-shim/backend.h"
#include "agent-shim/store_url.h"
#include "log/kafka.h"

struct fleet_options {
    uint32_t patience_ms;     /* how long a call waits for its answer */
    uint32_t slot;            /* where the client's answers come (intent_ids.h) */
    const char *operator_key; /* a file; borrowed until close */
};

/* Connects to nothing yet. DIBS_BAD_INPUT: a setting, or a config file that others can read; DIBS_UNSUPPORTED: no
 * librdkafka here. On success *out is owned by the caller. */
MUST_USE enum dibs_error fleet_open(const struct store_place *place, const struct fleet_options *options,
                                    struct backend **out, struct error_text *why);

/* A connection of one's own to that fleet, with the settings of its URL and of the file that $DIBS_KAFKA_CONFIG names. */
MUST_USE enum dibs_error fleet_connect(const struct store_place *place, uint32_t timeout_ms, struct kafka **out,
                                       struct error_text *why);

#endif
