/* What happens when. */
#include "tests/fleet_sim/events.h"

#include <stdlib.h>

#include "base/check.h"

static bool sooner(const struct event *a, const struct event *b)
{
    return a->time_ms != b->time_ms ? a->time_ms < b->time_ms : a->order < b->order;
}

void events_clear(struct events *events)
{
    events->count = 0;
    events->planned = 0;
}

void events_free(struct events *events)
{
    free(events->heap);
    *events = (struct events){0};
}

void events_plan(struct events *events, uint64_t time_ms, enum event_kind kind, uint32_t who, uint32_t what)
{
    if (events->count == events->room) {
        events->room = events->room * 2 + 256;
        events->heap = realloc(events->heap, events->room * sizeof *events->heap);
        CHECK(events->heap != NULL);
    }
    const struct event event = {time_ms, events->planned++, kind, who, what};
    uint32_t at = events->count++;
    for (; at > 0 && sooner(&event, &events->heap[(at - 1) / 2]); at = (at - 1) / 2)
        events->heap[at] = events->heap[(at - 1) / 2];
    events->heap[at] = event;
}

bool events_next(struct events *events, struct event *out)
{
    if (events->count == 0)
        return false;
    *out = events->heap[0];
    const struct event last = events->heap[--events->count];
    uint32_t at = 0;
    for (uint32_t child = 1; child < events->count; child = 2 * at + 1) {
        if (child + 1 < events->count && sooner(&events->heap[child + 1], &events->heap[child]))
            child++;
        if (!sooner(&events->heap[child], &last))
            break;
        events->heap[at] = events->heap[child];
        at = child;
    }
    events->heap[at] = last;
    return true;
}
