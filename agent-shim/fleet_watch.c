/* A fleet's decisions as they are published, from all partitions. */
#include "agent-shim/fleet_own.h"

#include <stdlib.h>

#include "proto/codec.h"
#include "proto/decision_id.h"

enum { GROWN_LOOK_MS = 10000, HEAR_MOST = 1000 };

struct fleet_watcher {
    struct watcher watcher; /* first */
    struct kafka *kafka;
    struct kafka_reader *reader;
    uint32_t partitions;
    uint64_t looked_ms;
    /* Of each partition the last decision that was told: replicas repeat them. */
    struct {
        bool any;
        struct decision_id last;
    } told[FLEET_PARTITIONS_MAX];
    struct decision decision;
};

/* A partition that is new is read from its beginning, those that were there at first from their ends. */
static enum dibs_error read_partitions(struct fleet_watcher *watcher, bool from_end, struct error_text *why)
{
    uint32_t count = 0;
    enum dibs_error error = kafka_partitions(watcher->kafka, KAFKA_DECISIONS, &count, why);
    if (count > FLEET_PARTITIONS_MAX)
        count = FLEET_PARTITIONS_MAX;
    while (error == DIBS_OK && watcher->partitions < count) {
        uint64_t first, end;
        error = kafka_bounds(watcher->kafka, KAFKA_DECISIONS, watcher->partitions, &first, &end, why);
        if (error == DIBS_OK)
            error =
                kafka_reader_start(watcher->reader, KAFKA_DECISIONS, watcher->partitions, from_end ? end : first, why);
        watcher->partitions += error == DIBS_OK;
    }
    watcher->looked_ms = clock_boot_ms();
    return error;
}

static void tell(struct fleet_watcher *watcher, const struct kafka_event *event, struct decision_sink sink)
{
    const struct decision *decision = &watcher->decision;
    struct error_text why;
    if (!event->has_payload || decision_decode(event->payload, &watcher->decision, &why) != DIBS_OK)
        return; /* of a newer version, or foreign */
    uint32_t at = event->partition;
    const struct decision_id id = {decision->offset, decision->index};
    if (watcher->told[at].any && decision_id_compare(id, watcher->told[at].last) <= 0)
        return;
    watcher->told[at].any = true;
    watcher->told[at].last = id;
    sink.emit(sink.context, decision);
}

/* What is there at once; waits only for the first. An outage is waited out. */
static enum dibs_error watch_next(struct watcher *base, uint32_t timeout_ms, struct decision_sink sink,
                                  struct error_text *why)
{
    struct fleet_watcher *watcher = (struct fleet_watcher *)base;
    struct error_text ignored;
    if (clock_boot_ms() - watcher->looked_ms > GROWN_LOOK_MS)
        (void)!read_partitions(watcher, false, &ignored); /* later, then */
    for (int i = 0; i < HEAR_MOST; i++) {
        struct kafka_event event;
        enum kafka_event_kind kind = kafka_reader_next(watcher->reader, i == 0 ? timeout_ms : 0, &event);
        if (kind == KAFKA_NOTHING)
            break;
        if (kind == KAFKA_RECORD)
            tell(watcher, &event, sink);
        else if (kind == KAFKA_GONE || (kind == KAFKA_TROUBLE && !event.retriable))
            return error_say(why, event.error, "%s", event.words);
    }
    return DIBS_OK;
}

static void watch_close(struct watcher *base, bool forked)
{
    struct fleet_watcher *watcher = (struct fleet_watcher *)base;
    kafka_reader_close(watcher->reader, forked);
    kafka_close(watcher->kafka, forked);
    free(watcher);
}

enum dibs_error fleet_watch(struct backend *backend, struct watcher **out, struct error_text *why)
{
    struct fleet *fleet = fleet_of(backend);
    struct fleet_watcher *watcher = calloc(1, sizeof *watcher);
    if (watcher == NULL)
        return error_say(why, DIBS_UNAVAILABLE, "there is no memory to watch");
    watcher->watcher = (struct watcher){.next = watch_next, .close = watch_close};
    enum dibs_error error = fleet_connect(fleet->place, fleet->options.patience_ms, &watcher->kafka, why);
    if (error == DIBS_OK)
        error = kafka_ready(watcher->kafka, 1u << KAFKA_DECISIONS, fleet->options.patience_ms, why);
    if (error == DIBS_OK)
        error = kafka_reader_open(watcher->kafka, &watcher->reader, why);
    if (error == DIBS_OK)
        error = read_partitions(watcher, true, why);
    if (error != DIBS_OK) {
        watch_close(&watcher->watcher, false);
        return error;
    }
    *out = &watcher->watcher;
    return DIBS_OK;
}
