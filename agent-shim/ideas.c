/* dibs_similar, dibs_label, dibs_get_scope_policy. */
#include "agent-shim/client.h"

#include "agent-shim/note.h"

enum dibs_error dibs_similar(dibs_client *client, const struct dibs_similar_options *options, struct dibs_answer **out)
{
    enum dibs_error error = note_need(out, "out");
    if (error == DIBS_OK)
        *out = NULL;
    if (error == DIBS_OK)
        error = note_need(options, "options");
    if (error != DIBS_OK)
        return error;
    const struct query_intent query = {.kind = QUERY_SIMILAR,
                                       .key = span_from_text(options->key),
                                       .in = span_from_text(options->in),
                                       .about = span_from_text(options->about),
                                       .aka = span_from_text(options->aka),
                                       .scope = span_from_text(options->scope),
                                       .category = span_from_text(options->category)};
    return call_question(client, &query, "similar", false, out);
}

enum dibs_error dibs_label(dibs_client *client, const char *a, const char *b, const char *in, bool same,
                           struct dibs_answer **out)
{
    struct call call;
    enum dibs_error error = call_begin(&call, client, NULL, same ? VERB_SAME : VERB_DIFFERENT, out);
    if (error != DIBS_OK)
        return error;
    call.intent.body.label = (struct label_intent){span_from_text(a), span_from_text(b), span_from_text(in)};
    error = call_submit(&call);
    call_end(&call);
    return error;
}

enum dibs_error dibs_get_scope_policy(dibs_client *client, const char *scope, struct dibs_answer **out)
{
    const struct query_intent query = {.kind = QUERY_POLICY, .scope = span_from_text(scope)};
    return call_question(client, &query, "configure", false, out);
}
