/* What happens when: a heap of events, ordered by time and then by the order in which they were planned. */
#ifndef FLEET_SIM_EVENTS_H
#define FLEET_SIM_EVENTS_H

#include <stdbool.h>
#include <stdint.h>

enum event_kind {
    EVENT_ARRIVE, /* a send's copy reaches the broker */
    EVENT_REPORT, /* a delivery report reaches its producer */
    EVENT_AGENT,  /* an agent looks around */
    EVENT_REPLICA,
    EVENT_TROUBLE
};

struct event {
    uint64_t time_ms, order;
    enum event_kind kind;
    uint32_t who; /* agent, replica, or index of a send */
    uint32_t what;
};

struct events {
    struct event *heap;
    uint32_t count, room;
    uint64_t planned;
};

void events_clear(struct events *events);
void events_free(struct events *events);
void events_plan(struct events *events, uint64_t time_ms, enum event_kind kind, uint32_t who, uint32_t what);
bool events_next(struct events *events, struct event *out);

#endif
