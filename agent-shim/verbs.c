/* dibs_renew, dibs_close_claims, dibs_handoff, dibs_take. */
#include "agent-shim/client.h"

#include <string.h>

#include "agent-shim/answer.h"
#include "agent-shim/note.h"

_Static_assert((int)DIBS_TEXT_MAX == (int)LIMIT_TEXT_BYTES, "the public limit is the wire's");

static enum dibs_error fill_targets(const struct dibs_target *from, size_t count, bool tickets, struct target *to,
                                    uint32_t *to_count)
{
    if (count > LIMIT_RENEW_ITEMS)
        return error_say(note(), DIBS_BAD_INPUT, "%zu claims were named; at most %d at once", count, LIMIT_RENEW_ITEMS);
    enum dibs_error error = count > 0 ? note_need(from, "targets") : DIBS_OK;
    for (size_t i = 0; error == DIBS_OK && i < count; i++)
        error = call_target(&from[i], tickets, &to[i]);
    *to_count = (uint32_t)count;
    return error;
}

/* The last step of every verb that is logged. */
static enum dibs_error submit_and_end(struct call *call, enum dibs_error error)
{
    if (error == DIBS_OK)
        error = call_submit(call);
    call_end(call);
    return error;
}

static enum dibs_error fill_renew(const struct dibs_renew_options *options, struct renew_intent *renew)
{
    renew->in = span_from_text(options->in);
    renew->has_ttl = options->has_ttl;
    renew->ttl_ms = options->ttl_ms;
    renew->shorten = options->shorten;
    return fill_targets(options->targets, options->target_count, true, renew->targets, &renew->target_count);
}

enum dibs_error dibs_renew(dibs_client *client, const struct dibs_renew_options *options, struct dibs_answer **out)
{
    struct call call;
    enum dibs_error error = call_begin(&call, client, NULL, VERB_RENEW, out);
    if (error != DIBS_OK)
        return error;
    error = note_need(options, "options");
    return submit_and_end(&call, error == DIBS_OK ? fill_renew(options, &call.intent.body.renew) : error);
}

static enum dibs_error fill_outcome(enum dibs_outcome from, enum close_outcome *to)
{
    switch (from) {
    case DIBS_OUTCOME_DONE:
        *to = CLOSE_DONE;
        return DIBS_OK;
    case DIBS_OUTCOME_ABANDONED:
        *to = CLOSE_ABANDONED;
        return DIBS_OK;
    case DIBS_OUTCOME_RELEASED:
        *to = CLOSE_RELEASED;
        return DIBS_OK;
    }
    return error_say(note(), DIBS_BAD_INPUT, "%d is not an outcome: done, abandoned or released", (int)from);
}

static enum dibs_error fill_close(const struct dibs_close_options *options, struct close_intent *close)
{
    close->all = options->all;
    close->in = span_from_text(options->in);
    close->result = span_from_text(options->result);
    close->reason = span_from_text(options->reason);
    close->has_reward = options->has_reward;
    close->reward = options->reward;
    enum dibs_error error = fill_outcome(options->outcome, &close->outcome);
    if (error == DIBS_OK)
        error = fill_targets(options->targets, options->target_count, false, close->targets, &close->target_count);
    return error;
}

enum dibs_error dibs_close_claims(dibs_client *client, const struct dibs_close_options *options,
                                  struct dibs_answer **out)
{
    struct call call;
    enum dibs_error error = call_begin(&call, client, NULL, VERB_CLOSE, out);
    if (error != DIBS_OK)
        return error;
    error = note_need(options, "options");
    return submit_and_end(&call, error == DIBS_OK ? fill_close(options, &call.intent.body.close) : error);
}

/* A hand-off by key doesn't tell the token and the lease: the key is looked up. Failing that, they stay unknown. */
static void add_lease(dibs_client *client, struct dibs_answer *answer)
{
    struct dibs_key *key = (struct dibs_key *)answer->keys; /* ours: answer_keys.c made it */
    struct dibs_answer *shown = NULL;
    if (answer->key_count != 1 || key->expires_ts_ms >= 0 || dibs_show(client, key->key, NULL, &shown) != DIBS_OK)
        return;
    for (size_t i = 0; i < shown->row_count; i++) {
        const struct dibs_row *row = &shown->rows[i];
        bool own = row->kind == DIBS_ROW_CLAIM && strcmp(row->key, key->key) == 0 &&
                   strcmp(row->session, answer->session) == 0 && (key->token == 0 || key->token == row->token);
        if (!own)
            continue;
        key->token = row->token;
        key->expires_ts_ms = row->expires_ts_ms;
        key->expires_in_ms = row->expires_in_ms;
    }
    dibs_answer_free(shown);
}

enum dibs_error dibs_handoff(dibs_client *client, const struct dibs_target *target, const char *in, bool withdraw,
                             struct dibs_answer **out)
{
    char code[DIBS_CODE_SIZE];
    struct call call;
    enum dibs_error error = call_begin(&call, client, NULL, VERB_HANDOFF, out);
    if (error != DIBS_OK)
        return error;
    struct handoff_intent *handoff = &call.intent.body.handoff;
    handoff->in = span_from_text(in);
    handoff->withdraw = withdraw;
    if (!withdraw)
        code_make(code, handoff->code_hash);
    error = note_need(target, "target");
    error = submit_and_end(&call, error == DIBS_OK ? call_target(target, false, &handoff->target) : error);
    bool shown = error == DIBS_NO_ANSWER || (error == DIBS_OK && (*out)->verdict == DIBS_VERDICT_ACCEPTED);
    if (shown && !withdraw && *out != NULL)
        (*out)->code = pool_text(answer_pool(*out), span_from_text(code));
    if (shown && error == DIBS_OK)
        add_lease(client, *out);
    return error;
}

enum dibs_error dibs_take(dibs_client *client, const char *code, const char *origin, struct dibs_answer **out)
{
    struct call call;
    enum dibs_error error = call_begin(&call, client, NULL, VERB_TAKE, out);
    if (error != DIBS_OK)
        return error;
    call.intent.body.take.code = span_from_text(code);
    call.intent.body.take.origin = span_from_text(origin != NULL ? origin : client->origin);
    return submit_and_end(&call, DIBS_OK);
}
