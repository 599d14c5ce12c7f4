/* Waiting at a file: store: look under the lock, tick when something is due, keep one's place in the queue, and sleep
 * until there is news, or something falls due. Every look is a query by ticket, so any process with the session's secret
 * can wait, and come back.
 *
 * Of all who wait one wakes when something falls due, and puts the tick into the log; the others hear what came of it for
 * them. Who was to do it may have died, or owed a wake-up when it did: nobody sleeps longer than a second. */
#include "agent-shim/embedded.h"
#include "base/clock.h"
#include "coordinator/state/rows.h"

#include <time.h>

enum { WAIT_SLEEP_MOST_MS = 1000, WAIT_NAP_FIRST_MS = 2, WAIT_NAP_MOST_MS = 50 };

/* What one look has shown. */
struct sight {
    enum answer answer;
    bool final;
    bool sealed; /* the store has moved, and that was passed on */
    bool granted_live;
    uint64_t lease_left_ms; /* waiting: of the waiter's lease; granted: of the claim */
    uint64_t ttl_ms;
    uint64_t deadline_ms;    /* waiting: when the wait is over, of the log's clock */
    uint64_t due_ms, now_ms; /* of the log's clock: when something falls due next, and the look */
    struct decision_sink sink;
    bool report; /* pass the decision on even if it is not final */
};

/* How one call waits. */
struct waiting {
    struct wake_page *page; /* NULL: there is none, so it takes naps */
    uint64_t hash;
    uint32_t word;        /* as it was before the look */
    uint64_t full_ms;     /* the waiter's lease when it was new; 0: not known */
    uint64_t took_due_ms; /* what falls due then is this call's to do */
    uint64_t nap_ms;
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
    sight->deadline_ms = d->deadline_ms;
    if (sight->report)
        sight->sink.emit(sight->sink.context, d);
}

static enum dibs_error ask(struct store *store, const struct wait_request *request, struct sight *sight,
                           struct error_text *why)
{
    struct intent query = {.has_head = true, .head = *request->head, .verb = VERB_QUERY};
    query.head.id = (struct intent_id){request->renew_id->client, request->renew_id->seq + 1}; /* not logged */
    query.body.query = (struct query_intent){.kind = QUERY_TICKET, .ticket = request->ticket};
    enum dibs_error error = store_ask(store, &query, (struct decision_sink){see, sight}, why);
    if (error == DIBS_OK) {
        sight->due_ms = state_meta(store->state)->next_due_ms;
        sight->now_ms = log_now_ms(store->log);
    }
    return error;
}

/* S6: a sealed store grants nothing any more, and the answer says where to ask. */
static void see_renewed(void *context, const struct decision *d)
{
    struct sight *sight = context;
    sight->sealed = sight->answer == ANSWER_WAITING && d->answer == ANSWER_DENIED && d->reason == REASON_SEALED;
    if (sight->sealed)
        sight->sink.emit(sight->sink.context, d);
}

static enum dibs_error renew(struct store *store, const struct wait_request *request, struct sight *sight,
                             struct error_text *why)
{
    struct intent intent = {.has_head = true, .head = *request->head, .verb = VERB_RENEW};
    request->renew_id->seq++;
    intent.head.id = *request->renew_id;
    intent.body.renew.targets[0] = (struct target){.kind = TARGET_TICKET, .id = request->ticket};
    intent.body.renew.target_count = 1;
    return store_submit(store, &intent, (struct decision_sink){see_renewed, sight}, why);
}

/* R17: what the queue granted has a short lease until its claimer shows that it is there. */
static bool must_renew_grant(const struct sight *sight)
{
    return sight->granted_live && sight->lease_left_ms < sight->ttl_ms;
}

/* Its end could not be told to the log, which has no room for a tick, or may not be written any more. */
static bool is_overdue(const struct sight *sight)
{
    return sight->answer == ANSWER_WAITING && sight->deadline_ms != 0 && sight->deadline_ms <= sight->now_ms;
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

static bool must_renew(const struct store *store, const struct sight *sight, struct waiting *waiting, bool last)
{
    if (store->read_only)
        return false;
    bool waits_in_vain = sight->answer == ANSWER_WAITING && state_meta(store->state)->sealed;
    return waits_in_vain || must_renew_grant(sight) || (must_renew_wait(sight, &waiting->full_ms) && !last);
}

/* One turn. Passes the decision on when it is final, or the last look. */
static enum dibs_error look(struct embedded *embedded, const struct wait_request *request, struct sight *sight,
                            struct waiting *waiting, bool last, struct error_text *why)
{
    struct store *store = &embedded->store;
    char path[PATH_MAX];
    enum dibs_error error = embedded_begin(embedded, "waiting", why);
    if (error != DIBS_OK)
        return error;
    if (waiting->page == NULL && !store->read_only)
        waiting->page = wakers_page(&store->wakers, store_path(&store->place, "wake", path));
    if (waiting->page != NULL)
        waiting->word = wake_page_word(waiting->page, waiting->hash);
    *request->as_of_ms = embedded->turn_ms;
    sight->report = false;
    error = ask(store, request, sight, why);
    bool renewed = error == DIBS_OK && must_renew(store, sight, waiting, last);
    if (renewed)
        error = renew(store, request, sight, why);
    sight->report = sight->final || sight->sealed || last;
    if (error == DIBS_OK && !sight->sealed && (renewed || sight->report))
        error = ask(store, request, sight, why);
    embedded_end(embedded);
    return error;
}

static void nap(struct waiting *waiting, uint64_t most_ms)
{
    uint64_t ms = waiting->nap_ms < most_ms ? waiting->nap_ms : most_ms;
    struct timespec time = {.tv_sec = (time_t)(ms / 1000), .tv_nsec = (long)(ms % 1000) * 1000000};
    (void)nanosleep(&time, NULL);
    waiting->nap_ms = waiting->nap_ms * 2 < WAIT_NAP_MOST_MS ? waiting->nap_ms * 2 : WAIT_NAP_MOST_MS;
}

/* How long there can be nothing to do here, unless this call is woken. */
static uint64_t quiet_ms(const struct sight *sight, struct waiting *waiting)
{
    uint64_t ms = WAIT_SLEEP_MOST_MS, renew_at_ms = waiting->full_ms - waiting->full_ms / 3;
    uint64_t renew_in_ms = sight->lease_left_ms > renew_at_ms ? sight->lease_left_ms - renew_at_ms + 1 : 1;
    if (sight->answer == ANSWER_WAITING && renew_in_ms < ms)
        ms = renew_in_ms;
    uint64_t due_in_ms = sight->due_ms > sight->now_ms ? sight->due_ms - sight->now_ms : ms;
    if (due_in_ms >= ms || sight->due_ms == UINT64_MAX)
        return ms;
    if (sight->due_ms == waiting->took_due_ms || wake_page_take_due(waiting->page, sight->due_ms)) {
        waiting->took_due_ms = sight->due_ms;
        ms = due_in_ms;
    }
    return ms;
}

static void sleep_on(struct embedded *embedded, const struct wait_request *request, const struct sight *sight,
                     struct waiting *waiting, uint64_t most_ms)
{
    if (waiting->page == NULL) {
        nap(waiting, most_ms);
        return;
    }
    uint64_t ms = quiet_ms(sight, waiting);
    wakers_will_sleep(&embedded->store.wakers, waiting->hash);
    if (!atomic_load(request->interrupted)) /* set before this is asked, or followed by a wake-up */
        wake_page_sleep(waiting->page, waiting->hash, waiting->word, ms < most_ms ? ms : most_ms);
}

enum dibs_error embedded_wait(struct backend *backend, const struct wait_request *request, struct decision_sink sink,
                              struct error_text *why)
{
    struct embedded *embedded = (struct embedded *)backend;
    struct sight sight = {.sink = sink};
    struct waiting waiting = {
        .hash = wakers_hash(request->ticket), .full_ms = request->submitted_here ? 1 : 0, .nap_ms = WAIT_NAP_FIRST_MS};
    uint64_t begun_ms = clock_boot_ms();
    for (;;) { /* bounded by the timeout and by the claim's own deadline */
        uint64_t gone_ms = clock_boot_ms() - begun_ms;
        bool last = gone_ms >= request->timeout_ms || atomic_load(request->interrupted) || is_overdue(&sight);
        enum dibs_error error = look(embedded, request, &sight, &waiting, last, why);
        if (error != DIBS_OK || sight.report)
            return error;
        if (!is_overdue(&sight))
            sleep_on(embedded, request, &sight, &waiting, request->timeout_ms - gone_ms);
    }
}
