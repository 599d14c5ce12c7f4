/* The list of requests that the callers share. */
#include "agent-shim/fleet_own.h"

#include <stdlib.h>

struct request *request_new(struct fleet *fleet, const struct pending_start *start, const struct intent_head *head)
{
    struct request *request = calloc(1, sizeof *request);
    if (request == NULL)
        return NULL;
    request->number = ++fleet->last_number;
    request->head = *head;
    memcpy(request->session, head->session.bytes, head->session.size);
    request->head.session.bytes = (const uint8_t *)request->session;
    request->slot = fleet->options.slot;
    request->until_ms = UINT64_MAX;
    pending_init(&request->pending, start, clock_boot_ms());
    (void)pthread_cond_init(&request->done, NULL);
    struct request **last = &fleet->requests;
    while (*last != NULL)
        last = &(*last)->next;
    *last = request;
    return request;
}

static void take_out(struct fleet *fleet, struct request *request)
{
    struct request **at = &fleet->requests;
    while (*at != request)
        at = &(*at)->next;
    *at = request->next;
    request->next = NULL;
}

void request_free(struct fleet *fleet, struct request *request)
{
    take_out(fleet, request);
    fleet->parked -= request->state == REQUEST_PARKED;
    (void)pthread_cond_destroy(&request->done);
    free(request->bytes);
    free(request->kept);
    free(request);
}

struct request *request_of(const struct fleet *fleet, struct intent_id id)
{
    for (struct request *request = fleet->requests; request != NULL; request = request->next)
        if (!request->pending.is_ticket && request->state != REQUEST_DONE && intent_id_equal(request->pending.id, id))
            return request;
    return NULL;
}

static void forget_oldest(struct fleet *fleet)
{
    for (struct request *request = fleet->requests; request != NULL; request = request->next) {
        if (request->state == REQUEST_PARKED) {
            request_free(fleet, request);
            return;
        }
    }
}

/* Behind all others, so that the first parked is the one that was parked first. */
void request_park(struct fleet *fleet, struct request *request)
{
    if (fleet->parked == FLEET_PARKED_MAX)
        forget_oldest(fleet);
    take_out(fleet, request);
    struct request **last = &fleet->requests;
    while (*last != NULL)
        last = &(*last)->next;
    *last = request;
    request->state = REQUEST_PARKED;
    request->intent = NULL;
    request->interrupted = NULL;
    fleet->parked++;
}
