/* A store's prefixes: one question about its policy, and the answer kept for a call. */
#include "agent-shim/prefixes.h"

#include "agent-shim/asked.h"
#include "agent-shim/client.h"
#include "agent-shim/note.h"

static struct span tracker_text(struct span tracker)
{
    return span_from_text(span_equal(tracker, span_from_text("jira")) ? "jira" : "linear");
}

static void take_report(void *context, const struct decision *decision)
{
    struct prefixes *prefixes = context;
    prefixes->count = 0;
    if (decision->answer != ANSWER_REPORT) {
        prefixes->error = error_say(note(), DIBS_UNAVAILABLE,
                                    "the store does not tell what prefixes it has: this session asks too often; ask "
                                    "again in a minute");
        return;
    }
    for (uint32_t i = 0; i < decision->prefix_count; i++) {
        const struct prefix_entry *from = &decision->prefixes[i];
        if (!key_is_prefix(from->prefix))
            continue;
        memcpy(prefixes->bytes[prefixes->count], from->prefix.bytes, from->prefix.size);
        prefixes->entries[prefixes->count] = (struct prefix_entry){
            .prefix = span_of(prefixes->bytes[prefixes->count], from->prefix.size), tracker_text(from->tracker)};
        prefixes->count++;
    }
}

static enum dibs_error ask(struct prefixes *prefixes)
{
    struct call call;
    struct dibs_answer *none = NULL;
    struct backend *backend = prefixes->client->backend;
    enum dibs_error error = call_begin(&call, prefixes->client, NULL, VERB_QUERY, &none);
    if (error != DIBS_OK)
        return error;
    call.intent.body.query.kind = QUERY_POLICY;
    const struct asker asker = {.id = &call.id, .as_of_ms = &call.as_of_ms};
    error = backend->methods->ask(backend, &call.intent, &asker, (struct decision_sink){take_report, prefixes}, note());
    call_end(&call);
    return error == DIBS_OK ? prefixes->error : error;
}

static bool find_known(void *context, struct span prefix, struct span *tracker)
{
    const struct prefixes *prefixes = context;
    for (uint32_t i = 0; i < prefixes->count; i++)
        if (span_equal(prefixes->entries[i].prefix, prefix)) {
            *tracker = prefixes->entries[i].tracker;
            return true;
        }
    return false;
}

static bool find(void *context, struct span prefix, struct span *tracker)
{
    struct prefixes *prefixes = context;
    if (!prefixes->asked) {
        prefixes->asked = true;
        prefixes->error = ask(prefixes);
    }
    return find_known(context, prefix, tracker);
}

struct key_prefixes prefixes_of(struct prefixes *prefixes)
{
    return (struct key_prefixes){.find = find, .context = prefixes};
}

struct key_prefixes prefixes_known(struct prefixes *prefixes)
{
    return (struct key_prefixes){.find = find_known, .context = prefixes};
}

void prefixes_learn(struct prefixes *prefixes, const struct intent *intent)
{
    struct key_prefixes asking = prefixes_of(prefixes);
    struct canonical_key key;
    for (uint32_t i = 0; i < asked_count(intent) && !prefixes->asked; i++)
        (void)asked_canonical(intent, i, &asking, &key);
}
