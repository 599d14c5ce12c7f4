/* Serving others in one's own turn: who waits for the lock leaves its intent with it (log/request_page.h), and whoever has
 * the lock appends and applies it behind its own, in the order of the queue, and commits all at once. A request whose answer
 * is lost is done again by its owner: the same intent is then answered from memory (INV-3), and a renewal renews again. */
#include "agent-shim/store.h"

#include <stdlib.h>

#include "base/clock.h"
#include "log/log_local.h"
#include "proto/codec.h"

enum { SERVE_MOST_MS = 2 }; /* in one turn; who wants the lock itself waits behind them */

struct serving {
    struct intent intent;
    struct decision heard;   /* of an answer that another gave … */
    struct lock_request own; /* … to this */
    uint8_t own_asks[REQUEST_BYTES];
    uint8_t request[REQUEST_BYTES];
    uint8_t answer[REQUEST_BYTES];
    size_t answer_size; /* larger than its room: it does not fit */
};

static struct serving *serving_of(struct store *store)
{
    if (store->serving == NULL)
        store->serving = malloc(sizeof *store->serving);
    return store->serving;
}

static bool may_request(enum verb verb)
{
    return verb == VERB_CLAIM || verb == VERB_RENEW || verb == VERB_CLOSE;
}

struct lock_request *store_request(struct store *store, const struct intent *intent)
{
    struct error_text ignored;
    struct serving *serving = may_request(intent->verb) ? serving_of(store) : NULL;
    size_t size = 0;
    if (serving == NULL ||
        intent_encode(intent, serving->own_asks, sizeof serving->own_asks, &size, &ignored) != DIBS_OK)
        return NULL;
    serving->own.asks = span_of(serving->own_asks, size);
    return &serving->own;
}

void own_answers_emit(void *own_answers, const struct decision *decision)
{
    struct own_answers *own = own_answers;
    bool ours = intent_id_equal(decision->id, own->id);
    if (!ours || own->had_final || decision->answer == ANSWER_ENDED)
        return;
    own->had_final = decision->final;
    own->sink.emit(own->sink.context, decision);
}

static void write_answer(void *context, const struct decision *decision)
{
    struct serving *serving = context;
    struct error_text ignored;
    if (decision_encode(decision, serving->answer, sizeof serving->answer, &serving->answer_size, &ignored) != DIBS_OK)
        serving->answer_size = sizeof serving->answer + 1;
}

/* What fails before it is in the log is left to its owner, who is told why. */
static enum dibs_error serve(struct store *store, struct serving *serving, struct span request)
{
    struct error_text ignored;
    struct intent *intent = &serving->intent;
    struct own_answers own = {.sink = {write_answer, serving}};
    intent_decode(request, intent);
    if (intent->flaw != FLAW_NONE || !intent->has_head || !may_request(intent->verb))
        return DIBS_OK;
    own.id = intent->head.id;
    serving->answer_size = 0;
    enum dibs_error error =
        store_submit_unsettled(store, intent, (struct decision_sink){own_answers_emit, &own}, &ignored);
    if (error == DIBS_OK && serving->answer_size > 0)
        store_lock_answer(store->lock, span_of(serving->answer, serving->answer_size));
    return error;
}

/* A full log is rolled by a turn of its own. */
static void serve_others(struct store *store)
{
    struct serving *serving = store_lock_is_wanted(store->lock) ? serving_of(store) : NULL;
    struct span request;
    uint64_t begun_ms = clock_boot_ms();
    for (unsigned n = 0; serving != NULL && n < STORE_SERVES_MOST && clock_boot_ms() - begun_ms < SERVE_MOST_MS; n++)
        if (log_local_is_full(store->log) || !store_lock_next_request(store->lock, serving->request, &request) ||
            serve(store, serving, request) != DIBS_OK)
            return;
}

enum dibs_error store_submit_and_serve(struct store *store, const struct intent *intent, struct decision_sink sink,
                                       struct error_text *why)
{
    struct error_text ignored;
    struct own_answers own = {.id = intent->head.id, .sink = sink};
    enum dibs_error error = store_submit_unsettled(store, intent, (struct decision_sink){own_answers_emit, &own}, why);
    if (error == DIBS_OK)
        serve_others(store);
    enum dibs_error settled = store_settle(store, error == DIBS_OK ? why : &ignored);
    if (settled != DIBS_OK)
        store_lock_forget_answers(store->lock);
    return error == DIBS_OK ? settled : error;
}

enum dibs_error store_hear_answer(struct store *store, const struct lock_request *request, struct intent_id id,
                                  struct decision_sink sink, struct error_text *why)
{
    struct error_text ignored;
    struct serving *serving = serving_of(store);
    if (serving == NULL)
        return error_say(why, DIBS_NO_ANSWER, "there is no memory for the answer");
    if (decision_decode(request->answer, &serving->heard, &ignored) != DIBS_OK ||
        !intent_id_equal(serving->heard.id, id))
        return error_say(why, DIBS_NO_ANSWER, "the answer in %s/lock was written over", store->place.path);
    sink.emit(sink.context, &serving->heard);
    return DIBS_OK;
}
