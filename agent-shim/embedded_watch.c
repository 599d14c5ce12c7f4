/* A directory's decisions as they are made: its log is followed, and what it decides is computed once more. */
#include "agent-shim/embedded.h"

#include <stdlib.h>

#include "agent-shim/replay.h"
#include "base/clock.h"
#include "proto/nobody.h"

enum { TICK_EVERY_MS = 1000 };

struct embedded_watcher {
    struct watcher watcher; /* first */
    struct embedded *embedded;
    struct replay *replay;
    uint32_t slept_ms; /* since somebody looked whether anything is due */
};

/* Nobody else may be there to say that a lease is over: a question does it. */
static enum dibs_error tick(struct embedded *embedded, struct error_text *why)
{
    const struct intent query = {
        .has_head = true, .verb = VERB_QUERY, .head = {.id = {1, 1}}, .body.query = {.kind = QUERY_POLICY}};
    return embedded->store.read_only ? DIBS_OK : store_ask(&embedded->store, &query, nobody, why);
}

static enum dibs_error find_end(struct embedded_watcher *watcher, uint64_t *end, struct error_text *why)
{
    struct embedded *embedded = watcher->embedded;
    enum dibs_error error = embedded_begin(embedded, "watching", why);
    if (error != DIBS_OK)
        return error;
    if (watcher->slept_ms >= TICK_EVERY_MS) {
        watcher->slept_ms = 0;
        error = tick(embedded, why);
    }
    if (error == DIBS_OK)
        error = log_end(embedded->store.log, end, why);
    embedded_end(embedded);
    return error;
}

/* Until the log grows, which is looked at without the lock. */
static enum dibs_error wait_for_more(struct embedded_watcher *watcher, uint32_t *left_ms, struct error_text *why)
{
    uint32_t until_tick_ms = TICK_EVERY_MS - watcher->slept_ms,
             ms = *left_ms < until_tick_ms ? *left_ms : until_tick_ms;
    uint64_t begun_ms = clock_now_ms();
    enum dibs_error error = replay_wait(watcher->replay, ms, why);
    uint64_t slept_ms = clock_now_ms() - begun_ms;
    watcher->slept_ms += slept_ms < until_tick_ms ? (uint32_t)slept_ms : until_tick_ms;
    *left_ms -= slept_ms < *left_ms ? (uint32_t)slept_ms : *left_ms;
    return error;
}

static enum dibs_error watch_next(struct watcher *base, uint32_t timeout_ms, struct decision_sink sink,
                                  struct error_text *why)
{
    struct embedded_watcher *watcher = (struct embedded_watcher *)base;
    for (uint32_t left_ms = timeout_ms;;) {
        uint64_t end = 0;
        enum dibs_error error = find_end(watcher, &end, why);
        if (error != DIBS_OK)
            return error;
        if (end > replay_end(watcher->replay)) {
            replay_extend(watcher->replay, end);
            return replay_run(watcher->replay, sink, why);
        }
        if (left_ms == 0)
            return DIBS_OK;
        error = wait_for_more(watcher, &left_ms, why);
        if (error != DIBS_OK)
            return error;
    }
}

static void watch_close(struct watcher *base, bool forked)
{
    (void)forked; /* a replay knows who made it */
    replay_close(((struct embedded_watcher *)base)->replay);
    free(base);
}

enum dibs_error embedded_watch(struct backend *backend, struct watcher **out, struct error_text *why)
{
    struct embedded_watcher *watcher = calloc(1, sizeof *watcher);
    if (watcher == NULL)
        return error_say(why, DIBS_UNAVAILABLE, "there is no memory to watch");
    watcher->watcher = (struct watcher){.next = watch_next, .close = watch_close};
    watcher->embedded = (struct embedded *)backend;
    enum dibs_error error = embedded_replay(backend, NULL, &watcher->replay, why);
    if (error == DIBS_OK)
        error = replay_run(watcher->replay, nobody, why);
    if (error != DIBS_OK) {
        watch_close(&watcher->watcher, false);
        return error;
    }
    *out = &watcher->watcher;
    return DIBS_OK;
}
