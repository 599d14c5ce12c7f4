/* dibs_revoke, dibs_configure, dibs_configure_scope, dibs_configure_category. */
#include "agent-shim/client.h"

#include "agent-shim/note.h"
#include "agent-shim/policy_info.h"

enum { REVOKE_RECORDS_MAX = 100000 };

static enum dibs_error fill_revoke(const dibs_client *client, const struct dibs_revoke_options *options,
                                   struct revoke_intent *revoke)
{
    int named = (options->key != NULL) + (options->token != 0) + (options->session != NULL);
    if (named != 1)
        return error_say(note(), DIBS_BAD_INPUT, "name one thing to revoke: a key, a token or a session");
    revoke->target = (struct target){.kind = options->key != NULL  ? TARGET_KEY
                                             : options->token != 0 ? TARGET_TOKEN
                                                                   : TARGET_SESSION,
                                     .key = span_from_text(options->key),
                                     .token = options->token,
                                     .session = span_from_text(options->session)};
    revoke->in = span_from_text(options->in);
    revoke->reason = span_from_text(options->reason);
    return client_operator(client, client_identity_form(client), revoke->operator_identity);
}

/* What was revoked before stays so, and the caller has to know. */
static enum dibs_error say_partly(enum dibs_error error, uint32_t ended)
{
    struct error_text cause = *note();
    return error_say(note(), error, "%u were revoked, then: %s", (unsigned)ended, cause.text);
}

/* One more record. The answer becomes one for all so far; if this one finds nothing any more, it is the one before. */
static enum dibs_error revoke_more(struct call *call)
{
    struct dibs_answer *before = *call->out;
    *call->out = NULL;
    call->more = false;
    call->id.seq++;
    call->intent.head.id = call->id;
    enum dibs_error error = call_submit(call);
    uint32_t ended = before->ended_count;
    if (error == DIBS_OK && (*call->out)->reason == DIBS_REASON_NOT_HOLDER) {
        dibs_answer_free(*call->out);
        *call->out = before;
        return DIBS_OK;
    }
    dibs_answer_free(before);
    if (error != DIBS_OK)
        return say_partly(error, ended);
    (*call->out)->ended_count += ended;
    return DIBS_OK;
}

/* One record ends a bounded number of claims. */
static enum dibs_error revoke_all(struct call *call)
{
    enum dibs_error error = call_submit(call);
    for (int i = 1; error == DIBS_OK && call->more && i < REVOKE_RECORDS_MAX; i++)
        error = revoke_more(call);
    return error;
}

enum dibs_error dibs_revoke(dibs_client *client, const struct dibs_revoke_options *options, struct dibs_answer **out)
{
    struct call call;
    enum dibs_error error = call_begin(&call, client, NULL, VERB_REVOKE, out);
    if (error != DIBS_OK)
        return error;
    error = note_need(options, "options");
    if (error == DIBS_OK)
        error = fill_revoke(client, options, &call.intent.body.revoke);
    if (error == DIBS_OK)
        error = revoke_all(&call);
    call_end(&call);
    return error;
}

static enum dibs_error configure_of(dibs_client *client, struct policy_domain domain,
                                    const struct dibs_setting *settings, size_t count, struct dibs_answer **out)
{
    struct call call;
    enum dibs_error error = call_begin(&call, client, NULL, VERB_CONFIGURE, out);
    if (error != DIBS_OK)
        return error;
    struct configure_intent *configure = &call.intent.body.configure;
    error = count > 0 ? note_need(settings, "settings") : DIBS_OK;
    if (error == DIBS_OK)
        error = policy_parse(settings, count, domain, configure, note());
    if (error == DIBS_OK)
        error = client_operator(client, client_identity_form(client), configure->operator_identity);
    if (error == DIBS_OK)
        error = call_submit(&call);
    call_end(&call);
    return error;
}

enum dibs_error dibs_configure_scope(dibs_client *client, const char *scope, const struct dibs_setting *settings,
                                     size_t count, struct dibs_answer **out)
{
    return configure_of(client, (struct policy_domain){.scope = span_from_text(scope)}, settings, count, out);
}

enum dibs_error dibs_configure_category(dibs_client *client, const char *category, const struct dibs_setting *settings,
                                        size_t count, struct dibs_answer **out)
{
    return configure_of(client, (struct policy_domain){.category = span_from_text(category)}, settings, count, out);
}

enum dibs_error dibs_configure(dibs_client *client, const struct dibs_setting *settings, size_t count,
                               struct dibs_answer **out)
{
    return configure_of(client, (struct policy_domain){0}, settings, count, out);
}
