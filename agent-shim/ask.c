/* The questions: dibs_get_policy, dibs_check, dibs_list, dibs_show, dibs_get_status, dibs_store_key,
 * dibs_canonical_key. */
#include "agent-shim/client.h"

#include "agent-shim/cursor.h"
#include "agent-shim/note.h"
#include "agent-shim/words.h"
#include "coordinator/core/key/canonical_key.h"

enum dibs_error dibs_get_policy(dibs_client *client, struct dibs_answer **out)
{
    const struct query_intent query = {.kind = QUERY_POLICY};
    return call_question(client, &query, "configure", false, out);
}

enum dibs_error dibs_check(dibs_client *client, const char *key, const char *in, uint64_t token,
                           struct dibs_answer **out)
{
    const struct query_intent query = {
        .kind = QUERY_CHECK, .key = span_from_text(key), .in = span_from_text(in), .token = token};
    return call_question(client, &query, "check", false, out);
}

enum dibs_error dibs_list(dibs_client *client, const struct dibs_list_options *options, struct dibs_answer **out)
{
    static const struct dibs_list_options everything = {0};
    if (options == NULL)
        options = &everything;
    bool is_plain = !options->held && !options->done && !options->waits && !options->offers;
    struct query_intent query = {.kind = QUERY_LIST,
                                 .prefix = span_from_text(options->prefix),
                                 .session = span_from_text(options->session),
                                 .want_held = options->held || is_plain,
                                 .want_done = options->done || is_plain,
                                 .want_waits = options->waits,
                                 .want_offers = options->offers};
    enum dibs_error error = note_need(out, "out");
    if (error != DIBS_OK)
        return error;
    *out = NULL;
    error = cursor_parse(options->after, &query.after, note());
    return error == DIBS_OK ? call_question(client, &query, "list", false, out) : error;
}

enum dibs_error dibs_show(dibs_client *client, const char *key, const char *in, struct dibs_answer **out)
{
    const struct query_intent query = {.kind = QUERY_KEY, .key = span_from_text(key), .in = span_from_text(in)};
    return call_question(client, &query, "show", false, out);
}

enum dibs_error dibs_get_status(dibs_client *client, struct dibs_answer **out)
{
    const struct query_intent query = {.kind = QUERY_STATUS};
    enum dibs_error error = call_question(client, &query, "status", true, out);
    if (error != DIBS_OK || (*out)->status == NULL)
        return error;
    struct dibs_status *status = (struct dibs_status *)(*out)->status; /* ours: answer.c made it */
    (*out)->message = "The store answers.";
    error = client->backend->methods->describe(client->backend, status, note());
    if (error != DIBS_OK) {
        dibs_answer_free(*out);
        *out = NULL;
    }
    return error;
}

static enum dibs_error write_key(const char *text, const char *in, const struct key_prefixes *prefixes,
                                 char out[DIBS_KEY_SIZE])
{
    struct canonical_key key;
    if (out == NULL)
        return note_need(out, "out");
    enum flaw flaw = key_canonical(span_from_text(text), span_from_text(in), prefixes, &key);
    if (flaw != FLAW_NONE)
        return error_say(note(), DIBS_BAD_INPUT, "%s",
                         words_of_key_flaw(flaw, span_from_text(text), span_from_text(in)));
    memcpy(out, key.bytes, key.size);
    out[key.size] = '\0';
    return DIBS_OK;
}

enum dibs_error dibs_canonical_key(const char *text, const char *in, char out[DIBS_KEY_SIZE])
{
    return write_key(text, in, NULL, out);
}

enum dibs_error dibs_store_key(dibs_client *client, const char *text, const char *in, char out[DIBS_KEY_SIZE])
{
    enum dibs_error error = client_check(client);
    if (error != DIBS_OK)
        return error;
    struct prefixes prefixes = {.client = client};
    struct key_prefixes asking = prefixes_of(&prefixes);
    error = write_key(text, in, &asking, out);
    return error == DIBS_OK ? prefixes.error : error;
}

static bool note_asked(void *context, struct span prefix, struct span *tracker)
{
    bool *asked = context;
    (void)prefix, (void)tracker;
    *asked = true;
    return false;
}

bool dibs_key_needs_store(const char *text, const char *in)
{
    bool asked = false;
    const struct key_prefixes noting = {.find = note_asked, .context = &asked};
    struct canonical_key key;
    return key_canonical(span_from_text(text), span_from_text(in), &noting, &key) == FLAW_NONE && asked;
}
