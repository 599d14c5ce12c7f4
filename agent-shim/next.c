/* dibs_next, dibs_next_submit: picking and claiming in one. */
#include "agent-shim/client.h"

#include "agent-shim/note.h"

static enum dibs_error fill_words(const char *const *from, size_t count, size_t most, const char *name, struct span *to,
                                  uint32_t *to_count)
{
    if (count > most)
        return error_say(note(), DIBS_BAD_INPUT, "%zu %s were given; at most %zu", count, name, most);
    if (count > 0 && from == NULL)
        return note_need(NULL, name);
    for (size_t i = 0; i < count; i++)
        to[i] = span_from_text(from[i]);
    *to_count = (uint32_t)count;
    return DIBS_OK;
}

static enum dibs_error fill_next(const struct dibs_next_options *options, const char *origin, struct next_intent *next)
{
    next->has_ttl = options->has_ttl;
    next->ttl_ms = options->ttl_ms;
    next->has_wait = options->wait;
    next->has_wait_ms = options->wait && options->has_wait_ms;
    next->wait_ms = options->wait_ms;
    next->has_waiter_lease = options->has_waiter_lease;
    next->waiter_lease_ms = options->waiter_lease_ms;
    next->origin = span_from_text(options->origin != NULL ? options->origin : origin);
    next->scope = span_from_text(options->scope);
    next->explain = options->explain;
    enum dibs_error error = fill_words(options->categories, options->category_count, LIMIT_NEXT_CATEGORIES,
                                       "categories", next->categories, &next->category_count);
    return error == DIBS_OK
               ? fill_words(options->can, options->can_count, LIMIT_NEEDS, "can", next->can, &next->can_count)
               : error;
}

static enum dibs_error next(dibs_client *client, const struct dibs_next_options *options, bool block,
                            struct dibs_answer **out)
{
    struct call call;
    enum dibs_error error = call_begin(&call, client, NULL, VERB_NEXT, out);
    if (error != DIBS_OK)
        return error;
    error = note_need(options, "options");
    if (error == DIBS_OK)
        error = fill_next(options, client->origin, &call.intent.body.next);
    if (error == DIBS_OK)
        error = call_submit(&call);
    if (error == DIBS_OK && block && (*out)->verdict == DIBS_VERDICT_WAITING)
        error = call_wait_for_own(&call, "next");
    call_end(&call);
    return error;
}

enum dibs_error dibs_next(dibs_client *client, const struct dibs_next_options *options, struct dibs_answer **out)
{
    return next(client, options, true, out);
}

enum dibs_error dibs_next_submit(dibs_client *client, const struct dibs_next_options *options, struct dibs_answer **out)
{
    return next(client, options, false, out);
}
