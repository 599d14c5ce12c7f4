/* A record of the intents topic as the rules see it. */
#ifndef DAEMON_RECORD_H
#define DAEMON_RECORD_H

#include "coordinator/state/rows.h"
#include "coordinator/state/state.h"
#include "log/kafka.h"

/* A time that its sender chose (the topic's timestamp type was wrong then) counts as none having passed: whoever applies
 * the record has the same one before it. A null payload is an empty one. Borrowed as the event is. */
static inline struct log_record record_of_event(struct state *state, const struct kafka_event *event)
{
    return (struct log_record){.offset = event->offset,
                               .ts_ms = event->ts_by_broker ? event->ts_ms : state_meta(state)->last_ts_ms,
                               .payload = event->payload};
}

#endif
