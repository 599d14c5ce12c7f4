/* The back end for file: stores: each call is one turn under the store's lock. */
#include "agent-shim/embedded.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/text.h"
#include "coordinator/core/apply.h"
#include "coordinator/state/claim_store.h"
#include "log/log_local.h"

enum { MUTEX_LOOK_MS = 100 };

/* By the wall's clock, as the call wants it; a part of the time at once, so that a clock that is set ends nothing. */
static bool lock_for_a_while(pthread_mutex_t *mutex, uint64_t ms)
{
    struct timespec until;
    (void)clock_gettime(CLOCK_REALTIME, &until);
    uint64_t ns = (uint64_t)until.tv_nsec + (ms < MUTEX_LOOK_MS ? ms : MUTEX_LOOK_MS) * 1000000;
    until.tv_sec += (time_t)(ns / 1000000000);
    until.tv_nsec = (long)(ns % 1000000000);
    return pthread_mutex_timedlock(mutex, &until) == 0;
}

/* The threads of a client wait for each other's turns no longer than for the lock, and what they have waited is taken from
 * what is left for that: a lock that nobody gives costs each of them the patience once, not one behind the other. */
static enum dibs_error take_mutex(struct embedded *embedded, struct error_text *why)
{
    const uint32_t patience_ms = embedded->patience_ms;
    uint64_t begun_ms = clock_now_ms(), gone_ms = 0;
    bool has = pthread_mutex_trylock(&embedded->mutex) == 0;
    while (!has && gone_ms < patience_ms) {
        has = lock_for_a_while(&embedded->mutex, patience_ms - gone_ms);
        gone_ms = clock_now_ms() - begun_ms;
    }
    if (!has)
        return error_say(why, DIBS_BUSY,
                         "the store's lock %s/lock was not had within %" PRIu32
                         " ms: other threads of this process wait for it, or have it; try again",
                         embedded->store.place.path, patience_ms);
    embedded->store.lock_timeout_ms = gone_ms < patience_ms ? patience_ms - (uint32_t)gone_ms : 1;
    return DIBS_OK;
}

enum dibs_error embedded_begin(struct embedded *embedded, const char *doing, struct error_text *why)
{
    enum dibs_error error = take_mutex(embedded, why);
    if (error != DIBS_OK)
        return error;
    error = store_begin(&embedded->store, doing, why);
    embedded->turn_ms = clock_boot_ms();
    if (error != DIBS_OK)
        (void)pthread_mutex_unlock(&embedded->mutex);
    return error;
}

void embedded_end(struct embedded *embedded)
{
    store_end(&embedded->store);
    (void)pthread_mutex_unlock(&embedded->mutex);
}

static struct embedded *embedded_of(struct backend *backend)
{
    return (struct embedded *)backend; /* its first member */
}

/* What failed in one's own turn may have been put into the log by one who has died since. */
static enum dibs_error unless_begun(const struct lock_request *request, enum dibs_error error)
{
    return error != DIBS_OK && request != NULL && request->begun ? DIBS_NO_ANSWER : error;
}

/* The turn of a submit, or its request's answer, which another gave. */
static enum dibs_error submit(struct embedded *embedded, const struct intent *intent, const struct asker *asker,
                              struct decision_sink sink, struct error_text *why)
{
    struct store *store = &embedded->store;
    struct lock_request *request = store_request(store, intent);
    *asker->as_of_ms = clock_boot_ms();
    enum dibs_error error = store_begin_or_request(store, "claiming", request, why);
    if (error != DIBS_OK)
        return unless_begun(request, error);
    if (request != NULL && request->served)
        return store_hear_answer(store, request, intent->head.id, sink, why);
    *asker->as_of_ms = clock_boot_ms();
    error = store_submit_and_serve(store, intent, sink, why);
    store_end(store);
    return unless_begun(request, error);
}

static enum dibs_error embedded_submit(struct backend *backend, const struct intent *intent, const struct asker *asker,
                                       struct decision_sink sink, struct error_text *why)
{
    struct embedded *embedded = embedded_of(backend);
    enum dibs_error error = take_mutex(embedded, why);
    if (error != DIBS_OK)
        return error;
    late_submits(embedded);
    error = submit(embedded, intent, asker, sink, why);
    late_submitted(embedded);
    (void)pthread_mutex_unlock(&embedded->mutex);
    return error;
}

static enum dibs_error embedded_ask(struct backend *backend, const struct intent *query, const struct asker *asker,
                                    struct decision_sink sink, struct error_text *why)
{
    struct embedded *embedded = embedded_of(backend);
    enum dibs_error error = embedded_begin(embedded, "reading", why);
    if (error != DIBS_OK)
        return error;
    *asker->as_of_ms = embedded->turn_ms;
    error = store_ask(&embedded->store, query, sink, why);
    embedded_end(embedded);
    return error;
}

static void embedded_find_ended(struct backend *backend, const uint64_t *tokens, size_t count, bool *ended)
{
    struct embedded *embedded = embedded_of(backend);
    struct claim_row row;
    struct error_text why;
    memset(ended, 0, count * sizeof *ended);
    if (embedded_begin(embedded, "looking after claims", &why) != DIBS_OK)
        return;
    for (size_t i = 0; i < count; i++)
        ended[i] = !claim_load_row(embedded->store.state, TABLE_CLAIM, tokens[i], &row) &&
                   state_failure(embedded->store.state, NULL) == DIBS_OK;
    embedded_end(embedded);
}

static void embedded_interrupt(struct backend *backend)
{
    wakers_interrupt(&embedded_of(backend)->store.wakers);
}

static const char *embedded_mended(const struct backend *backend)
{
    return ((const struct embedded *)backend)->store.mended.text;
}

static enum dibs_error embedded_sync(struct backend *backend, struct error_text *why)
{
    struct embedded *embedded = embedded_of(backend);
    enum dibs_error error = embedded_begin(embedded, "syncing", why);
    if (error != DIBS_OK)
        return error;
    error = store_sync(&embedded->store, why);
    embedded_end(embedded);
    return error;
}

static enum dibs_error embedded_describe(struct backend *backend, struct dibs_status *status, struct error_text *why)
{
    struct embedded *embedded = embedded_of(backend);
    struct store *store = &embedded->store;
    struct text id;
    enum dibs_error error = embedded_begin(embedded, "reading", why);
    if (error != DIBS_OK)
        return error;
    state_digest_print(core_digest(store->state), status->digest);
    TEXT_BEGIN(&id, status->store_id);
    text_hex(&id, span_of(store->manifest.store_id, sizeof store->manifest.store_id));
    state_space(store->state, &status->map_used_bytes, &status->map_bytes);
    /* as the core counts them: behind those of an import a log of its own goes on */
    status->log_records = state_meta(store->state)->next_offset;
    status->digest_offset = status->log_records;
    embedded_end(embedded);
    return error;
}

static enum dibs_error embedded_rebuild(struct backend *backend, struct error_text *why)
{
    struct embedded *embedded = embedded_of(backend);
    if (embedded->store.read_only)
        return error_say(why, DIBS_UNAVAILABLE, "%s was opened to be read only", embedded->store.place.url);
    enum dibs_error error = embedded_begin(embedded, "rebuilding the state", why);
    if (error != DIBS_OK)
        return error;
    error = store_rebuild(&embedded->store, why);
    if (error == DIBS_OK)
        error = store_commit(&embedded->store, why);
    embedded_end(embedded);
    return error;
}

/* A child of fork shares its parent's files: their closing must not write or unlock anything. state, log and lock only
 * close and unmap here, which is private to the child. What a thread of the parent was in the middle of can't be taken
 * apart in the child, where that thread is not: it is left alone. */
static void embedded_close(struct backend *backend, bool forked)
{
    struct embedded *embedded = embedded_of(backend);
    if (forked && pthread_mutex_trylock(&embedded->mutex) != 0)
        return;
    if (!forked)
        late_end(embedded);
    store_close(&embedded->store);
    if (!forked) /* a child has it locked now */
        (void)pthread_mutex_destroy(&embedded->mutex);
    free(embedded);
}

enum dibs_error embedded_open(const struct store_place *place, const struct embedded_options *options,
                              struct backend **out, struct error_text *why)
{
    static const struct backend_methods methods = {.submit = embedded_submit,
                                                   .ask = embedded_ask,
                                                   .wait = embedded_wait,
                                                   .find_ended = embedded_find_ended,
                                                   .interrupt = embedded_interrupt,
                                                   .sync = embedded_sync,
                                                   .mended = embedded_mended,
                                                   .describe = embedded_describe,
                                                   .check = embedded_check,
                                                   .checks_whole = true,
                                                   .replay = embedded_replay,
                                                   .watch = embedded_watch,
                                                   .rebuild = embedded_rebuild,
                                                   .close = embedded_close};
    const struct store_options store = {.lock_timeout_ms = options->lock_timeout_ms, .read_only = options->read_only};
    struct embedded *embedded = calloc(1, sizeof *embedded);
    if (embedded == NULL)
        return error_say(why, DIBS_UNAVAILABLE, "there is no memory to open a store");
    embedded->backend.methods = &methods;
    embedded->patience_ms = options->lock_timeout_ms;
    enum dibs_error error = store_open(&embedded->store, place, &store, why);
    if (error != DIBS_OK) {
        free(embedded);
        return error;
    }
    (void)pthread_mutex_init(&embedded->mutex, NULL);
    late_begin(embedded);
    *out = &embedded->backend;
    return DIBS_OK;
}
