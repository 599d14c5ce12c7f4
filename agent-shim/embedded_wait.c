/* Waiting at a file: store: look under the lock, tick when something is due, keep one's place in the queue, sleep a
 * little. Every look is a query by ticket, so any process with the session's secret can wait, and come back. */
#include "agent-shim/embedded.h"
#include "base/clock.h"
#include "proto/nobody.h"

#include <time.h>

enum { WAIT_SLEEP_FIRST_MS = 2, WAIT_SLEEP_MOST_MS = 50 };

/* What one look has shown. */
struct sight {
    enum answer answer;
    bool final;
    bool granted_live;
    uint64_t lease_left_ms; /* waiting: of the waiter's lease; granted: of the claim */
    uint64_t ttl_ms;
    struct decision_sink sink;
    bool report; /* pass the decision on even if it is not final */
};

static void see(void *context, const struct decision *d)
{
    struct sight *sight = context;
    uint64_t until_ms = d->answer == ANSWER_WAITING ? d->waiter_lease_ms : d->key_count > 0 ? d->keys[0].expires_ms : 0;
    sight->answer = d->answer;
    sight->final = d->final && d->answer != ANSWER_WAITING;
    sight->granted_live = d->answer == ANSWER_GRANTED && d->standing == STANDING_LIVE;
    sight->lease_left_ms = until_ms > d->now_ms ? until_ms - d->now_ms : 0;
    sight->ttl_ms = d->ttl_ms;
    if (sight->report)
        sight->sink.emit(sight->sink.context, d);
}

static enum dibs_error ask(struct store *store, const struct wait_request *request, struct sight *sight,
                           struct error_text *why)
{
    struct intent query = {.has_head = true, .head = *request->head, .verb = VERB_QUERY};
    query.head.id = (struct intent_id){request->renew_id->client, request->renew_id->seq + 1}; /* not logged */
    query.body.query = (struct query_intent){.kind = QUERY_TICKET, .ticket = request->ticket};
    return store_ask(store, &query, (struct decision_sink){see, sight}, why);
}

static enum dibs_error renew(struct store *store, const struct wait_request *request, struct error_text *why)
{
    struct intent intent = {.has_head = true, .head = *request->head, .verb = VERB_RENEW};
    request->renew_id->seq++;
    intent.head.id = *request->renew_id;
    intent.body.renew.targets[0] = (struct target){.kind = TARGET_TICKET, .id = request->ticket};
    intent.body.renew.target_count = 1;
    return store_submit(store, &intent, nobody, why);
}

/* R17: what the queue granted has a short lease until its claimer shows that it is there. */
static bool must_renew_grant(const struct sight *sight)
{
    return sight->granted_live && sight->lease_left_ms < sight->ttl_ms;
}

/* At a third of its length; whoever comes back to a ticket does not know the length, and renews at once. */
static bool must_renew_wait(const struct sight *sight, uint64_t *full_ms)
{
    if (sight->answer != ANSWER_WAITING)
        return false;
    if (sight->lease_left_ms > *full_ms) {
        bool known = *full_ms != 0;
        *full_ms = sight->lease_left_ms;
        return !known;
    }
    return sight->lease_left_ms < *full_ms - *full_ms / 3;
}

/* One turn. Passes the decision on when it is final, or the last look. */
static enum dibs_error look(struct embedded *embedded, const struct wait_request *request, struct sight *sight,
                            uint64_t *full_ms, bool last, struct error_text *why)
{
    struct store *store = &embedded->store;
    enum dibs_error error = embedded_begin(embedded, "waiting", why);
    if (error != DIBS_OK)
        return error;
    *request->as_of_ms = embedded->turn_ms;
    sight->report = false;
    error = ask(store, request, sight, why);
    bool renewed = error == DIBS_OK && !store->read_only &&
                   (must_renew_grant(sight) || (must_renew_wait(sight, full_ms) && !last));
    if (renewed)
        error = renew(store, request, why);
    sight->report = sight->final || last;
    if (error == DIBS_OK && (renewed || sight->report))
        error = ask(store, request, sight, why);
    embedded_end(embedded);
    return error;
}

static void sleep_ms(uint64_t ms)
{
    struct timespec time = {.tv_sec = (time_t)(ms / 1000), .tv_nsec = (long)(ms % 1000) * 1000000};
    (void)nanosleep(&time, NULL);
}

enum dibs_error embedded_wait(struct backend *backend, const struct wait_request *request, struct decision_sink sink,
                              struct error_text *why)
{
    struct embedded *embedded = (struct embedded *)backend;
    struct sight sight = {.sink = sink};
    uint64_t begun_ms = clock_boot_ms(), full_ms = request->submitted_here ? 1 : 0, nap_ms = WAIT_SLEEP_FIRST_MS;
    for (;;) { /* bounded by the timeout and by the claim's own deadline */
        uint64_t gone_ms = clock_boot_ms() - begun_ms;
        bool last = gone_ms >= request->timeout_ms || atomic_load(request->interrupted);
        enum dibs_error error = look(embedded, request, &sight, &full_ms, last, why);
        if (error != DIBS_OK || sight.report)
            return error;
        uint64_t rest_ms = request->timeout_ms - gone_ms;
        sleep_ms(nap_ms < rest_ms ? nap_ms : rest_ms);
        nap_ms = nap_ms * 2 < WAIT_SLEEP_MOST_MS ? nap_ms * 2 : WAIT_SLEEP_MOST_MS;
    }
}
