/* dibs_watch_*: decisions as they are made, from wherever the store's kind hears of them. */
#include "agent-shim/client.h"

#include <stdlib.h>

#include "agent-shim/answer.h"
#include "agent-shim/log_filter.h"
#include "agent-shim/note.h"
#include "base/clock.h"

enum { LOOK_MS = 50 };

struct dibs_watch {
    const dibs_client *client; /* borrowed */
    struct watcher *watcher;
    struct log_filter filter;
    struct dibs_answer **heard; /* owned, each too; those before `given` were given */
    size_t count, room, given;
    bool out_of_memory;
};

/* The key as the store reads it now. */
static enum dibs_error read_key(dibs_watch *watch, dibs_client *client)
{
    struct prefixes prefixes = {.client = client};
    struct key_prefixes asking = prefixes_of(&prefixes);
    log_filter_set_prefixes(&watch->filter, &asking);
    log_filter_set_prefixes(&watch->filter, NULL); /* decisions name keys in full */
    return prefixes.error;
}

enum dibs_error dibs_watch_open(dibs_client *client, const struct dibs_watch_options *options, dibs_watch **out)
{
    struct dibs_log_options filter = {0};
    enum dibs_error error = note_need(out, "out");
    if (error != DIBS_OK)
        return error;
    *out = NULL;
    error = client_check(client);
    if (error != DIBS_OK)
        return error;
    if (options != NULL)
        filter = (struct dibs_log_options){.key = options->key, .in = options->in, .session = options->session};
    dibs_watch *watch = calloc(1, sizeof *watch);
    if (watch == NULL)
        return error_say(note(), DIBS_UNAVAILABLE, "there is no memory to watch");
    watch->client = client;
    error = log_filter_init(&watch->filter, &filter, note());
    if (error == DIBS_OK)
        error = read_key(watch, client);
    if (error == DIBS_OK)
        error = client->backend->methods->watch(client->backend, &watch->watcher, note());
    if (error != DIBS_OK) {
        dibs_watch_close(watch);
        return error;
    }
    *out = watch;
    return DIBS_OK;
}

static void forget(dibs_watch *watch)
{
    for (size_t i = 0; i < watch->count; i++)
        dibs_answer_free(watch->heard[i]);
    watch->count = watch->given = 0;
}

void dibs_watch_close(dibs_watch *watch)
{
    if (watch == NULL)
        return;
    forget(watch);
    free(watch->heard);
    if (watch->watcher != NULL)
        watch->watcher->close(watch->watcher, client_check(watch->client) != DIBS_OK);
    log_filter_deinit(&watch->filter);
    free(watch);
}

static void keep(dibs_watch *watch, struct dibs_answer *answer)
{
    if (watch->count == watch->room) {
        size_t room = watch->room == 0 ? 16 : watch->room * 2;
        struct dibs_answer **heard = realloc(watch->heard, room * sizeof(struct dibs_answer *));
        if (heard == NULL) {
            dibs_answer_free(answer);
            watch->out_of_memory = true;
            return;
        }
        watch->heard = heard;
        watch->room = room;
    }
    watch->heard[watch->count++] = answer;
}

/* What changes nothing is no news. */
static void take_decision(void *context, const struct decision *decision)
{
    dibs_watch *watch = context;
    const struct answer_context words = {
        .store = watch->client->place.url, .is_fleet = watch->client->place.is_fleet, .logged = true};
    if (decision->verb == VERB_QUERY || !log_filter_decision(&watch->filter, decision, false))
        return;
    struct dibs_answer *answer = answer_new(decision, &words);
    if (answer == NULL)
        watch->out_of_memory = true;
    else
        keep(watch, answer);
}

static enum dibs_error listen(dibs_watch *watch, uint64_t timeout_ms)
{
    uint64_t begun_ms = clock_boot_ms();
    enum dibs_error error = DIBS_OK;
    forget(watch);
    watch->out_of_memory = false;
    for (uint64_t gone_ms = 0; error == DIBS_OK && watch->count == 0; gone_ms = clock_boot_ms() - begun_ms) {
        uint64_t left_ms = timeout_ms > gone_ms ? timeout_ms - gone_ms : 0;
        error = watch->watcher->next(watch->watcher, left_ms < LOOK_MS ? (uint32_t)left_ms : LOOK_MS,
                                     (struct decision_sink){take_decision, watch}, note());
        if (left_ms == 0 || atomic_load(&watch->client->interrupted))
            break;
    }
    if (error == DIBS_OK && watch->out_of_memory)
        error = error_say(note(), DIBS_UNAVAILABLE, "there is no memory for what was heard");
    return error;
}

enum dibs_error dibs_watch_next(dibs_watch *watch, uint64_t timeout_ms, const struct dibs_answer **event)
{
    enum dibs_error error = note_need(watch, "watch");
    if (error == DIBS_OK)
        error = note_need(event, "event");
    if (error != DIBS_OK)
        return error;
    *event = NULL;
    error = client_check(watch->client);
    if (error == DIBS_OK && watch->given == watch->count)
        error = listen(watch, timeout_ms);
    if (error == DIBS_OK && watch->given < watch->count)
        *event = watch->heard[watch->given++];
    return error;
}
