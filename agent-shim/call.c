/* How each verb runs: an intent with an id and an identity goes to the back end, its decision becomes the answer. */
#include "agent-shim/client.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "agent-shim/answer.h"
#include "agent-shim/intent_flaw.h"
#include "agent-shim/note.h"
#include "proto/ticket.h"

enum dibs_error client_check(const dibs_client *client)
{
    if (client == NULL)
        return error_say(note(), DIBS_BAD_INPUT, "no client was given; open one with dibs_open");
    if (client->pid != getpid())
        return error_say(note(), DIBS_FORKED,
                         "this client was opened by process %ld, before fork; open one in this process",
                         (long)client->pid);
    return DIBS_OK;
}

/* A question to a directory is answered to whoever may read it, so one without a key asks as nobody. */
static enum dibs_error fill_identity(dibs_client *client, struct intent_head *head, bool may_be_nobody)
{
    if (may_be_nobody && !identity_source_has_place(&client->identities))
        return DIBS_OK;
    (void)pthread_mutex_lock(&client->mutex);
    enum dibs_error error =
        identity_of_session(&client->identities, head->session, client_identity_form(client), head->identity, note());
    (void)pthread_mutex_unlock(&client->mutex);
    return error;
}

enum dibs_error call_begin(struct call *call, dibs_client *client, const char *session, enum verb verb,
                           struct dibs_answer **out)
{
    enum dibs_error error = note_need(out, "out");
    if (error != DIBS_OK)
        return error;
    *out = NULL;
    error = client_check(client);
    if (error != DIBS_OK)
        return error;
    memset(call, 0, sizeof *call);
    call->client = client;
    call->prefixes.client = client;
    call->out = out;
    (void)snprintf(call->session, sizeof call->session, "%s", session != NULL ? session : client->session);
    call->intent.has_head = true;
    call->intent.verb = verb;
    call->intent.head.session = span_from_text(call->session);
    bool may_be_nobody = verb == VERB_QUERY && session == NULL && !client->place.is_fleet;
    error = fill_identity(client, &call->intent.head, may_be_nobody);
    if (error != DIBS_OK)
        return error;
    if (verb != VERB_RENEW && verb != VERB_QUERY)
        (void)atomic_fetch_add(&client->remembered, 1);
    call->id = intent_ids_take(&client->ids);
    call->id.seq++;
    call->intent.head.id = call->id;
    if (client->place.is_fleet)
        call->intent.head.reply_partition = reply_slot(call->id.client);
    return DIBS_OK;
}

static bool may_wait(const struct call *call)
{
    return call->intent.verb == VERB_CLAIM || call->intent.verb == VERB_NEXT;
}

/* A claim that is still waiting, for all we know, keeps its id for itself. */
void call_end(struct call *call)
{
    const struct dibs_answer *answer = *call->out;
    bool unanswered = call->logged && may_wait(call) && (answer == NULL || !answer->final);
    if (!unanswered)
        intent_ids_give_back(&call->client->ids, call->id);
}

static void take_decision(void *context, const struct decision *decision)
{
    struct call *call = context;
    const struct key_prefixes prefixes = prefixes_known(&call->prefixes);
    const struct answer_context words = {.store = call->client->place.url,
                                         .session = call->session,
                                         .ticket = call->ticket[0] != '\0' ? call->ticket : NULL,
                                         .verb = call->verb,
                                         .is_fleet = call->client->place.is_fleet,
                                         .logged = call->logged,
                                         .asked = &call->intent,
                                         .prefixes = &prefixes};
    dibs_answer_free(*call->out);
    *call->out = answer_new(decision, &words);
    if (*call->out != NULL && call->as_of_ms != 0)
        (*call->out)->as_of_boot_ms = (int64_t)call->as_of_ms;
    call->out_of_memory = *call->out == NULL || (call->want_status && !answer_add_status(*call->out, decision));
    call->more = decision->more;
}

/* Nothing but the ticket is known. */
static void take_nothing(struct call *call)
{
    struct decision nothing = {.id = call->intent.head.id,
                               .session = call->intent.head.session,
                               .reply_partition = call->intent.head.reply_partition,
                               .verb = call->intent.verb};
    take_decision(call, &nothing);
}

enum dibs_error call_no_answer(struct call *call)
{
    take_nothing(call);
    return DIBS_NO_ANSWER;
}

static enum dibs_error finish(struct call *call, enum dibs_error error)
{
    if (error == DIBS_OK && (*call->out == NULL || call->out_of_memory))
        error = error_say(note(), call->logged ? DIBS_NO_ANSWER : DIBS_UNAVAILABLE,
                          call->out_of_memory ? "there is no memory for the answer" : "the store gave no answer");
    if (error == DIBS_NO_ANSWER)
        take_nothing(call);
    if (error != DIBS_OK && error != DIBS_NO_ANSWER) {
        dibs_answer_free(*call->out);
        *call->out = NULL;
    }
    return error;
}

/* What is interrupted may have been granted: who gives it back sends a cancel, which nothing interrupts. */
static bool may_interrupt(const struct call *call)
{
    return may_wait(call) || call->intent.verb == VERB_TAKE;
}

static void refuse(struct call *call, enum flaw flaw, uint32_t flaw_key)
{
    struct decision refused = {.id = call->intent.head.id,
                               .session = call->intent.head.session,
                               .reply_partition = call->intent.head.reply_partition,
                               .verb = call->intent.verb,
                               .answer = ANSWER_DENIED,
                               .reason = REASON_BAD_REQUEST,
                               .flaw = flaw,
                               .flaw_key = flaw_key,
                               .final = true};
    refused.dry_run = call->intent.verb == VERB_CLAIM && call->intent.body.claim.dry_run;
    take_decision(call, &refused);
}

/* What is no good whatever the store holds leaves no trace there: it is answered here. */
static bool refuse_flawed(struct call *call)
{
    uint32_t flaw_key = 0;
    enum flaw flaw = intent_flaw(&call->intent, &flaw_key);
    if (flaw != FLAW_NONE)
        refuse(call, flaw, flaw_key);
    return flaw != FLAW_NONE;
}

/* Decisions tell a claim's keys themselves, so claims need not ask. */
static void learn_prefixes(struct call *call)
{
    if (!may_wait(call))
        prefixes_learn(&call->prefixes, &call->intent);
}

enum dibs_error call_submit(struct call *call)
{
    struct backend *backend = call->client->backend;
    struct decision_sink sink = {take_decision, call};
    if (refuse_flawed(call))
        return finish(call, DIBS_OK);
    learn_prefixes(call);
    call->logged = true;
    const struct asker asker = {.id = &call->id,
                                .interrupted = may_interrupt(call) ? &call->client->interrupted : NULL,
                                .as_of_ms = &call->as_of_ms};
    return finish(call, backend->methods->submit(backend, &call->intent, &asker, sink, note()));
}

enum dibs_error call_ask(struct call *call)
{
    struct backend *backend = call->client->backend;
    struct decision_sink sink = {take_decision, call};
    const struct asker asker = {.id = &call->id, .as_of_ms = &call->as_of_ms};
    if (call->intent.body.query.kind == QUERY_CHECK) /* the words of no other question name a key that was given */
        prefixes_learn(&call->prefixes, &call->intent);
    return finish(call, backend->methods->ask(backend, &call->intent, &asker, sink, note()));
}

enum dibs_error call_question(dibs_client *client, const struct query_intent *query, const char *verb, bool want_status,
                              struct dibs_answer **out)
{
    struct call call;
    enum dibs_error error = call_begin(&call, client, NULL, VERB_QUERY, out);
    if (error != DIBS_OK)
        return error;
    call.intent.body.query = *query;
    call.verb = verb;
    call.want_status = want_status;
    error = call_ask(&call);
    call_end(&call);
    return error;
}

enum dibs_error call_wait(struct call *call, struct intent_id ticket, uint64_t timeout_ms, bool submitted_here)
{
    struct backend *backend = call->client->backend;
    struct decision_sink sink = {take_decision, call};
    struct wait_request request = {.head = &call->intent.head,
                                   .ticket = ticket,
                                   .reply_partition = call->ticket_partition,
                                   .renew_id = &call->id,
                                   .timeout_ms = timeout_ms,
                                   .submitted_here = submitted_here,
                                   .interrupted = &call->client->interrupted,
                                   .as_of_ms = &call->as_of_ms};
    return finish(call, backend->methods->wait(backend, &request, sink, note()));
}

enum dibs_error call_wait_for_own(struct call *call, const char *verb)
{
    (void)snprintf(call->ticket, sizeof call->ticket, "%s", (*call->out)->ticket);
    call->verb = verb;
    call->ticket_partition = call->intent.head.reply_partition;
    enum dibs_error error = call_wait(call, call->intent.head.id, UINT64_MAX, true);
    if (error == DIBS_OK || error == DIBS_NO_ANSWER)
        return error;
    return call_no_answer(call);
}

enum dibs_error call_target(const struct dibs_target *from, bool ticket, struct target *to)
{
    *to = (struct target){.token = from->token, .key = span_from_text(from->key)};
    if (from->ticket != NULL && ticket) {
        struct ticket parsed;
        enum dibs_error error = ticket_parse(from->ticket, &parsed, note());
        to->kind = TARGET_TICKET;
        to->id = parsed.id;
        return error;
    }
    if (from->key == NULL && from->token == 0)
        return error_say(note(), DIBS_BAD_INPUT, "nothing was named to act on: give a key, a token, or both");
    to->kind = from->key == NULL ? TARGET_TOKEN : from->token == 0 ? TARGET_KEY : TARGET_FENCED_KEY;
    return DIBS_OK;
}
