/* The callers' side of a fleet: a request is put on the list, and its caller drives it, or sleeps while another drives. */
#include "agent-shim/fleet_own.h"

#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/thread.h"
#include "proto/codec.h"

/* Who calls once needs none. One that can't be made now is tried for again. */
static void start_thread(struct fleet *fleet)
{
    if (!fleet->has_thread)
        fleet->has_thread = thread_start(&fleet->thread, 0, fleet_run, fleet);
}

void fleet_enter(struct fleet *fleet)
{
    (void)pthread_mutex_lock(&fleet->mutex);
    if (fleet->was_called)
        start_thread(fleet);
    fleet->was_called = true;
}

static void leave(struct fleet *fleet)
{
    (void)pthread_mutex_unlock(&fleet->mutex);
}

/* ---------------------------------------------------------------- answers */

/* What is told of a lease counts from now, and from the first send of what was confirmed last: later than that the
 * holder could not know it. A grant out of the queue was renewed since it was decided. Returns what the decision's times
 * count from; 0: not known. */
static uint64_t count_from_now(const struct pending *pending, struct decision *decision)
{
    uint64_t now_ms = clock_boot_ms(), gone_ms = now_ms - pending->confirmed_ms;
    bool holds = decision->answer == ANSWER_GRANTED || decision->answer == ANSWER_YOURS;
    if (!holds || decision->dry_run || pending->lease_ms == 0 || pending->confirmed_ms == 0)
        return pending->first_sent_ms;
    for (uint32_t i = 0; i < decision->key_count; i++)
        if (pending->has_waited && decision->keys[i].expires_ms < decision->now_ms + pending->lease_ms)
            decision->keys[i].expires_ms = decision->now_ms + pending->lease_ms;
    decision->now_ms += gone_ms;
    decision->ts_ms += gone_ms;
    return now_ms;
}

struct outcome {
    uint8_t *kept; /* owned */
    size_t size;
    struct pending pending;
};

/* Without the mutex: words are made here. */
static enum dibs_error tell(struct outcome *outcome, uint64_t *as_of_ms, struct decision_sink sink,
                            struct error_text *why)
{
    struct decision decision;
    enum dibs_error error = decision_decode(span_of(outcome->kept, outcome->size), &decision, why);
    if (error == DIBS_OK) {
        *as_of_ms = count_from_now(&outcome->pending, &decision);
        sink.emit(sink.context, &decision);
    }
    free(outcome->kept);
    return error;
}

/* Takes the outcome; a request whose claim waits on is parked, so that its caller can come back to it. */
static enum dibs_error take(struct fleet *fleet, struct request *request, struct outcome *outcome,
                            struct error_text *why)
{
    enum dibs_error error = request->error;
    outcome->pending = request->pending;
    if (error != DIBS_OK)
        *why = request->why;
    bool waits = !request->pending.is_ticket && request->pending.waits && request->pending.result == PENDING_OPEN;
    if (error == DIBS_OK && waits && request->kept_size > 0) {
        outcome->kept = malloc(request->kept_size);
        outcome->size = request->kept_size;
        if (outcome->kept == NULL)
            return error_say(why, DIBS_NO_ANSWER, "there is no memory for the answer");
        memcpy(outcome->kept, request->kept, request->kept_size);
        request_park(fleet, request);
        return DIBS_OK;
    }
    if (error == DIBS_OK) {
        outcome->kept = request->kept;
        outcome->size = request->kept_size;
        request->kept = NULL;
    }
    request_free(fleet, request);
    return error;
}

/* On a connection that stands the first send needs nobody else. */
static void begin(struct fleet *fleet, struct request *request)
{
    bool is_ready = fleet->is_connected && !fleet->is_asking && fleet->is_read[request->slot % fleet->partitions];
    if (is_ready)
        request_drive(fleet, request, clock_boot_ms());
    if (fleet->is_driven)
        fleet_wake(fleet); /* it may have to wake sooner than it thought */
}

/* Until it is done: sleeps while another caller drives, else drives; lets go of the mutex. */
static enum dibs_error await(struct fleet *fleet, struct request *request, struct intent_id *id, uint64_t *as_of_ms,
                             struct decision_sink sink, struct error_text *why)
{
    struct outcome outcome = {0};
    begin(fleet, request);
    while (request->state != REQUEST_DONE) {
        if (fleet->is_driven)
            (void)pthread_cond_wait(&request->done, &fleet->mutex);
        else
            fleet_drive(fleet, request);
    }
    enum dibs_error error = take(fleet, request, &outcome, why);
    leave(fleet);
    if (outcome.pending.questions.client == id->client && outcome.pending.questions.seq > id->seq)
        id->seq = outcome.pending.questions.seq;
    return error == DIBS_OK ? tell(&outcome, as_of_ms, sink, why) : error;
}

static enum dibs_error no_memory(struct fleet *fleet, struct error_text *why)
{
    leave(fleet);
    return error_say(why, DIBS_UNAVAILABLE, "there is no memory for a request");
}

/* ---------------------------------------------------------------- verbs */

/* R7: those are not remembered, so nobody can ask what became of them. */
static bool is_remembered(const struct intent *intent)
{
    bool is_dry = intent->verb == VERB_CLAIM && intent->body.claim.dry_run;
    return intent->verb != VERB_RENEW && intent->verb != VERB_QUERY && !is_dry;
}

static enum dibs_error fleet_submit(struct backend *backend, const struct intent *intent, const struct asker *asker,
                                    struct decision_sink sink, struct error_text *why)
{
    struct fleet *fleet = fleet_of(backend);
    const struct pending_start start = {.id = intent->head.id,
                                        .questions = intent->head.id,
                                        .is_remembered = is_remembered(intent),
                                        .give_up_ms = clock_boot_ms() + fleet->options.patience_ms};
    fleet_enter(fleet);
    struct request *request = request_new(fleet, &start, &intent->head);
    if (request == NULL)
        return no_memory(fleet, why);
    request->intent = intent;
    request->returns_waiting = true;
    request->interrupted = asker->interrupted;
    request->is_cancel = intent->verb == VERB_CANCEL;
    if (request->is_cancel)
        request->cancelled = intent->body.cancel.target;
    return await(fleet, request, asker->id, asker->as_of_ms, sink, why);
}

/* ---------------------------------------------------------------- waiting */

/* What has happened in the meantime was heard, too, but a look that ends before anything else can happen asks. */
static struct request *come_back(struct fleet *fleet, struct request *request, bool is_look)
{
    uint64_t now_ms = clock_boot_ms();
    request->state = REQUEST_OPEN;
    fleet->parked--;
    request->returns_waiting = false;
    request->look_seq = is_look ? request->pending.questions.seq + 1 : 0;
    request->has_looked = false;
    pending_be_patient(&request->pending, now_ms + fleet->options.patience_ms);
    if (is_look)
        pending_look(&request->pending, now_ms);
    return request;
}

static struct request *new_wait(struct fleet *fleet, const struct wait_request *wait, uint64_t until_ms)
{
    uint64_t patient_ms = clock_boot_ms() + fleet->options.patience_ms;
    const struct pending_start start = {.id = wait->ticket,
                                        .questions = *wait->renew_id,
                                        .is_ticket = true,
                                        .is_remembered = true,
                                        .give_up_ms =
                                            until_ms > patient_ms && until_ms != UINT64_MAX ? until_ms : patient_ms};
    struct request *request = request_new(fleet, &start, wait->head);
    if (request != NULL)
        request->slot = wait->reply_partition;
    return request;
}

static enum dibs_error fleet_wait(struct backend *backend, const struct wait_request *wait, struct decision_sink sink,
                                  struct error_text *why)
{
    struct fleet *fleet = fleet_of(backend);
    uint64_t now_ms = clock_boot_ms();
    uint64_t until_ms = wait->timeout_ms > UINT64_MAX - now_ms ? UINT64_MAX : now_ms + wait->timeout_ms;
    fleet_enter(fleet);
    struct request *request = request_of(fleet, wait->ticket);
    bool is_parked = request != NULL && request->state == REQUEST_PARKED;
    request = is_parked ? come_back(fleet, request, until_ms != UINT64_MAX) : new_wait(fleet, wait, until_ms);
    if (request == NULL)
        return no_memory(fleet, why);
    request->until_ms = until_ms;
    request->interrupted = wait->interrupted;
    return await(fleet, request, wait->renew_id, wait->as_of_ms, sink, why);
}

/* ---------------------------------------------------------------- the rest */

/* Whatever was answered is in the log, on the replicas that the topic asks for. */
static enum dibs_error fleet_sync(struct backend *backend, struct error_text *why)
{
    (void)backend, (void)why;
    return DIBS_OK;
}

static enum dibs_error fleet_rebuild(struct backend *backend, struct error_text *why)
{
    return error_say(why, DIBS_UNSUPPORTED,
                     "the state of %s is its coordinators'; a dibsd without state directory builds it anew",
                     fleet_of(backend)->place->url);
}

/* In a child of fork the thread isn't there. Whatever it was in the middle of is left alone. */
static void fleet_close(struct backend *backend, bool forked)
{
    struct fleet *fleet = fleet_of(backend);
    if (forked && pthread_mutex_trylock(&fleet->mutex) != 0)
        return;
    if (!forked && fleet->has_thread) {
        (void)pthread_mutex_lock(&fleet->mutex);
        fleet->stops = true;
        (void)pthread_cond_signal(&fleet->rests);
        (void)pthread_mutex_unlock(&fleet->mutex);
        (void)pthread_join(fleet->thread, NULL);
    }
    kafka_reader_close(fleet->reader, forked);
    kafka_close(fleet->kafka, forked);
    (void)close(fleet->wake);
    if (forked)
        return; /* its callers' requests are on the list */
    while (fleet->requests != NULL)
        request_free(fleet, fleet->requests);
    (void)pthread_cond_destroy(&fleet->rests);
    (void)pthread_mutex_destroy(&fleet->mutex);
    free(fleet);
}

static void init_locks(struct fleet *fleet)
{
    thread_condition_init(&fleet->rests);
    (void)pthread_mutex_init(&fleet->mutex, NULL);
}

enum dibs_error fleet_open(const struct store_place *place, const struct fleet_options *options, struct backend **out,
                           struct error_text *why)
{
    static const struct backend_methods methods = {.submit = fleet_submit,
                                                   .ask = fleet_submit,
                                                   .wait = fleet_wait,
                                                   .find_ended = fleet_find_ended,
                                                   .sync = fleet_sync,
                                                   .describe = fleet_describe,
                                                   .replay = fleet_replay,
                                                   .check = fleet_check,
                                                   .watch = fleet_watch,
                                                   .rebuild = fleet_rebuild,
                                                   .close = fleet_close};
    struct fleet *fleet = calloc(1, sizeof *fleet);
    if (fleet == NULL)
        return error_say(why, DIBS_UNAVAILABLE, "there is no memory to open a store");
    fleet->backend.methods = &methods;
    fleet->place = place;
    fleet->options = *options;
    fleet->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    enum dibs_error error = fleet->wake < 0
                                ? error_say(why, DIBS_UNAVAILABLE, "there is no file descriptor left to open a store")
                                : fleet_connect(place, FLEET_TRY_MS, &fleet->kafka, why);
    if (error != DIBS_OK) {
        if (fleet->wake >= 0)
            (void)close(fleet->wake);
        free(fleet);
        return error;
    }
    init_locks(fleet);
    *out = &fleet->backend;
    return DIBS_OK;
}
