/* dibs_claim, dibs_claim_submit, dibs_wait, dibs_cancel. */
#include "agent-shim/client.h"

#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

#include "agent-shim/answer.h"
#include "agent-shim/note.h"
#include "proto/ticket.h"

static enum dibs_error fill_keys(const struct dibs_claim_options *options, struct claim_intent *claim)
{
    size_t most = options->any ? LIMIT_ANY_KEYS : LIMIT_ALL_KEYS;
    if (options->key_count > most)
        return error_say(note(), DIBS_BAD_INPUT, "%zu keys were given; one claim has at most %d, with any %d",
                         options->key_count, LIMIT_ALL_KEYS, LIMIT_ANY_KEYS);
    if (options->key_count > 0 && options->keys == NULL)
        return note_need(NULL, "keys");
    for (size_t i = 0; i < options->key_count; i++)
        claim->keys[i] = span_from_text(options->keys[i]);
    claim->key_count = (uint32_t)options->key_count;
    return DIBS_OK;
}

static enum dibs_error fill_not_same(const struct dibs_claim_options *options, struct claim_intent *claim)
{
    if (options->not_same_count > LIMIT_NOT_SAME)
        return error_say(note(), DIBS_BAD_INPUT, "%zu claims that it isn't the same as were named; at most %d",
                         options->not_same_count, LIMIT_NOT_SAME);
    if (options->not_same_count > 0 && options->not_same_as == NULL)
        return note_need(NULL, "not_same_as");
    for (size_t i = 0; i < options->not_same_count; i++)
        claim->not_same_as[i] = options->not_same_as[i];
    claim->not_same_count = (uint32_t)options->not_same_count;
    return DIBS_OK;
}

static enum dibs_error fill_claim(const struct dibs_claim_options *options, const char *origin,
                                  struct claim_intent *claim)
{
    claim->any = options->any;
    claim->shared = options->shared;
    claim->fresh = options->fresh;
    claim->again = options->again;
    claim->dry_run = options->dry_run;
    claim->has_ttl = options->has_ttl;
    claim->ttl_ms = options->ttl_ms;
    claim->has_wait = options->wait;
    claim->has_wait_ms = options->wait && options->has_wait_ms;
    claim->wait_ms = options->wait_ms;
    claim->has_waiter_lease = options->has_waiter_lease;
    claim->waiter_lease_ms = options->waiter_lease_ms;
    claim->in = span_from_text(options->in);
    claim->about = span_from_text(options->about);
    claim->aka = span_from_text(options->aka);
    claim->category = span_from_text(options->category);
    claim->ref = span_from_text(options->ref);
    claim->origin = span_from_text(options->origin != NULL ? options->origin : origin);
    claim->scope = span_from_text(options->scope);
    enum dibs_error error = fill_not_same(options, claim);
    if (error != DIBS_OK)
        return error;
    return fill_keys(options, claim);
}

/* A claim has one beginning, however many keys it is on. */
static void set_since(struct dibs_answer *answer, uint64_t token, int64_t since_ts_ms)
{
    struct dibs_key *keys = (struct dibs_key *)answer->keys; /* ours: answer_keys.c made them */
    for (size_t i = 0; i < answer->key_count; i++)
        if (keys[i].token == token)
            keys[i].since_ts_ms = since_ts_ms;
}

/* `yours` says since when; the decision does not, so the key is looked up. Failing that, it stays unknown. */
static void add_since(dibs_client *client, struct dibs_answer *answer)
{
    for (size_t i = 0; i < answer->key_count; i++) {
        struct dibs_answer *shown = NULL;
        if (answer->keys[i].since_ts_ms < 0 && dibs_show(client, answer->keys[i].key, NULL, &shown) == DIBS_OK)
            for (size_t row = 0; row < shown->row_count; row++)
                if (shown->rows[row].kind == DIBS_ROW_CLAIM)
                    set_since(answer, shown->rows[row].token, shown->rows[row].since_ts_ms);
        dibs_answer_free(shown);
    }
}

static enum dibs_error claim(dibs_client *client, const struct dibs_claim_options *options, bool block,
                             struct dibs_answer **out)
{
    struct call call;
    enum dibs_error error = call_begin(&call, client, NULL, VERB_CLAIM, out);
    if (error != DIBS_OK)
        return error;
    error = note_need(options, "options");
    if (error == DIBS_OK)
        error = fill_claim(options, client->origin, &call.intent.body.claim);
    if (error == DIBS_OK)
        error = call_submit(&call);
    if (error == DIBS_OK && block && (*out)->verdict == DIBS_VERDICT_WAITING)
        error = call_wait_for_own(&call, "claim");
    call_end(&call);
    if (error == DIBS_OK && (*out)->verdict == DIBS_VERDICT_YOURS)
        add_since(client, *out);
    return error;
}

enum dibs_error dibs_claim(dibs_client *client, const struct dibs_claim_options *options, struct dibs_answer **out)
{
    return claim(client, options, true, out);
}

enum dibs_error dibs_claim_submit(dibs_client *client, const struct dibs_claim_options *options,
                                  struct dibs_answer **out)
{
    return claim(client, options, false, out);
}

enum dibs_error dibs_wait(dibs_client *client, const char *ticket, uint64_t timeout_ms, struct dibs_answer **out)
{
    struct ticket parsed;
    struct call call;
    enum dibs_error error = note_need(out, "out");
    if (error == DIBS_OK) {
        *out = NULL;
        error = client_check(client);
    }
    if (error == DIBS_OK)
        error = ticket_parse(ticket, &parsed, note());
    if (error == DIBS_OK)
        error = call_begin(&call, client, parsed.session, VERB_QUERY, out);
    if (error != DIBS_OK)
        return error;
    (void)snprintf(call.ticket, sizeof call.ticket, "%s", ticket);
    call.verb = "wait";
    call.ticket_partition = parsed.reply_partition;
    error = call_wait(&call, parsed.id, timeout_ms, false);
    call_end(&call);
    return error;
}

enum dibs_error dibs_cancel(dibs_client *client, const char *ticket, struct dibs_answer **out)
{
    struct ticket parsed;
    struct call call;
    enum dibs_error error = note_need(out, "out");
    if (error == DIBS_OK) {
        *out = NULL;
        error = client_check(client);
    }
    if (error == DIBS_OK)
        error = ticket_parse(ticket, &parsed, note());
    if (error == DIBS_OK)
        error = call_begin(&call, client, parsed.session, VERB_CANCEL, out);
    if (error != DIBS_OK)
        return error;
    call.intent.body.cancel.target = parsed.id;
    (void)snprintf(call.ticket, sizeof call.ticket, "%s", ticket);
    error = call_submit(&call);
    call_end(&call);
    return error;
}
