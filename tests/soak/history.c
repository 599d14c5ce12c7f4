/* A store's whole history against the model: each record of its log is given to the core and to the model, whose decisions
 * must be the same field by field, and at the end their tables; the live state must be what the log makes.
 *
 * usage: history STORE. Exit status 0: it is so, with the numbers on one line; 1: the first difference is shown. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <dibs/admin.h>

#include "agent-shim/client.h"
#include "agent-shim/note.h"
#include "agent-shim/replay.h"
#include "tests/model/model.h"
#include "tests/sim/core_dump.h"
#include "tests/sim/decision_store.h"
#include "tests/sim/side_by_side.h"

struct history {
    struct replay *replay;
    struct model *model;
    struct decision_store by_core, by_model;
    uint64_t records, decisions, granted, tokens;
};

static _Noreturn void fail(const char *what, enum dibs_error error)
{
    fprintf(stderr, "history: %s: %s: %s\n", what, dibs_error_name(error), dibs_error_text());
    exit(1);
}

static void add(void *context, const struct decision *decision)
{
    decision_store_add(context, decision);
}

static void add_and_count(void *context, const struct decision *decision)
{
    struct history *history = context;
    decision_store_add(&history->by_core, decision);
    history->decisions++;
    if (decision->answer != ANSWER_GRANTED || decision->key_count == 0 || decision->verb == VERB_QUERY)
        return;
    history->granted++;
    if (decision->keys[0].token > history->tokens)
        history->tokens = decision->keys[0].token;
}

static bool is_same(const struct history *history)
{
    const struct decision_store *a = &history->by_core, *b = &history->by_model;
    bool same = a->count == b->count;
    for (uint32_t i = 0; same && i < a->count; i++)
        same = span_equal(decision_store_flat(a, i), decision_store_flat(b, i));
    return same;
}

static void show_difference(const struct history *history, uint64_t offset)
{
    fprintf(stderr, "history: record %llu: %u decisions of the core, %u of the model\n", (unsigned long long)offset,
            history->by_core.count, history->by_model.count);
    for (uint32_t i = 0; i < history->by_core.count || i < history->by_model.count; i++)
        side_by_side_print(stderr, "core", decision_store_text(&history->by_core, i), "model",
                           decision_store_text(&history->by_model, i));
}

/* False: there is no more. */
static bool one_record(struct history *history)
{
    struct log_record record;
    const struct intent *intent;
    enum dibs_error error = replay_read(history->replay, &record, &intent, note());
    if (error == DIBS_ENDED)
        return false;
    if (error != DIBS_OK)
        fail("the log cannot be read", error);
    decision_store_clear(&history->by_core);
    decision_store_clear(&history->by_model);
    model_apply(history->model, record.offset, record.ts_ms, intent, (struct decision_sink){add, &history->by_model});
    error = replay_apply(history->replay, (struct decision_sink){add_and_count, history}, note());
    if (error != DIBS_OK)
        fail("a record cannot be applied", error);
    history->records++;
    if (is_same(history))
        return true;
    show_difference(history, record.offset);
    exit(1);
}

static void compare_tables(struct history *history)
{
    struct snapshot snapshot = {0};
    struct state *state;
    char *texts[2];
    size_t sizes[2];
    enum dibs_error error = replay_state(history->replay, &state, note());
    if (error != DIBS_OK)
        fail("the state cannot be read", error);
    FILE *core = open_memstream(&texts[0], &sizes[0]), *model = open_memstream(&texts[1], &sizes[1]);
    snapshot_take(&snapshot, state);
    core_dump(state, &snapshot, core);
    model_dump(history->model, model);
    if (fclose(core) != 0 || fclose(model) != 0)
        abort();
    const char *broken = model_check(history->model);
    if (strcmp(texts[0], texts[1]) != 0 || broken != NULL) {
        fprintf(stderr, "history: the tables differ; broken in the model: %s\n", broken == NULL ? "nothing" : broken);
        side_by_side_print(stderr, "core", texts[0], "model", texts[1]);
        exit(1);
    }
    snapshot_free(&snapshot);
    free(texts[0]);
    free(texts[1]);
}

int main(int argc, char **argv)
{
    const struct dibs_client_options options = {.store = argc > 1 ? argv[1] : NULL, .no_create = true};
    struct dibs_verify_report verified;
    struct history history = {.by_core.texts = true, .by_model.texts = true};
    dibs_client *client;
    enum dibs_error error = dibs_open(&options, &client);
    if (error != DIBS_OK)
        fail("the store cannot be opened", error);
    history.model = model_new();
    error = client->backend->methods->replay(client->backend, NULL, &history.replay, note());
    if (error != DIBS_OK)
        fail("the log cannot be opened", error);
    while (one_record(&history))
        continue;
    compare_tables(&history);
    replay_close(history.replay);
    error = dibs_store_verify(client, &verified);
    if (error != DIBS_OK || !verified.equal)
        fail(error == DIBS_OK ? verified.difference : "the live state cannot be compared", error);
    printf("%llu records, %llu decisions, %llu grants, last token %llu: core, model and live state agree\n",
           (unsigned long long)history.records, (unsigned long long)history.decisions,
           (unsigned long long)history.granted, (unsigned long long)history.tokens);
    decision_store_free(&history.by_core);
    decision_store_free(&history.by_model);
    model_free(history.model);
    dibs_close(client);
    return 0;
}
