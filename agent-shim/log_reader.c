/* dibs_log_*: the log's records with their decisions, computed anew from its start. */
#include "agent-shim/client.h"

#include <stdlib.h>
#include <string.h>

#include "agent-shim/answer.h"
#include "agent-shim/asked.h"
#include "agent-shim/log_filter.h"
#include "agent-shim/note.h"
#include "agent-shim/replay.h"
#include "agent-shim/words.h"
#include "base/standard_files.h"
#include "coordinator/core/apply.h"

struct dibs_log {
    const dibs_client *client; /* borrowed; NULL: of a damaged store, which has none */
    char store[sizeof((struct store_place){0}).url];
    bool is_fleet;
    struct replay *replay;
    struct log_filter filter;
    struct dibs_log_entry entry;
    struct pool pool;             /* the entry's texts */
    struct dibs_answer **answers; /* owned, each too; entry.decisions */
    size_t answer_count, answer_room;
    bool out_of_memory;
    /* of the record in progress */
    bool within, intent_passed;
    struct intent_id id;
    struct key_prefixes prefixes; /* as they stand before it, in the replay's state */
    const struct intent *intent;  /* the replay's, until it reads on */
};

/* All but the replay. */
static enum dibs_error log_new(const struct store_place *place, const struct dibs_log_options *options, dibs_log **out)
{
    static const struct dibs_log_options everything = {0};
    dibs_log *log = calloc(1, sizeof *log);
    *out = log;
    if (log == NULL)
        return error_say(note(), DIBS_UNAVAILABLE, "there is no memory to read the log");
    memcpy(log->store, place->url, sizeof log->store);
    log->is_fleet = place->is_fleet;
    return log_filter_init(&log->filter, options == NULL ? &everything : options, note());
}

enum dibs_error dibs_log_open_damaged(const char *store, const char *config_dir, const struct dibs_log_options *options,
                                      dibs_log **out)
{
    struct store_place place;
    enum dibs_error error = note_need(out, "out");
    if (error != DIBS_OK)
        return error;
    *out = NULL;
    standard_files_hold();
    error = store_place_find(store, config_dir, &place, note());
    if (error == DIBS_OK && place.is_fleet)
        error = error_say(note(), DIBS_UNSUPPORTED, "%s has no files that could be salvaged", place.url);
    if (error != DIBS_OK)
        return error;
    dibs_log *log;
    error = log_new(&place, options, &log);
    if (error == DIBS_OK)
        error = replay_open_damaged(&place, &log->replay, note());
    if (error != DIBS_OK) {
        dibs_log_close(log);
        return error;
    }
    *out = log;
    return DIBS_OK;
}

enum dibs_error dibs_log_open(dibs_client *client, const struct dibs_log_options *options, dibs_log **out)
{
    static const struct dibs_log_options everything = {0};
    enum dibs_error error = note_need(out, "out");
    if (error != DIBS_OK)
        return error;
    *out = NULL;
    error = client_check(client);
    if (error != DIBS_OK)
        return error;
    dibs_log *log;
    error = log_new(&client->place, options == NULL ? &everything : options, &log);
    if (error == DIBS_OK) {
        log->client = client;
        error = client->backend->methods->replay(client->backend, NULL, &log->replay, note());
    }
    if (error != DIBS_OK) {
        dibs_log_close(log);
        return error;
    }
    *out = log;
    return DIBS_OK;
}

static void forget_entry(dibs_log *log)
{
    for (size_t i = 0; i < log->answer_count; i++)
        dibs_answer_free(log->answers[i]);
    log->answer_count = 0;
    pool_deinit(&log->pool);
    log->entry = (struct dibs_log_entry){0};
}

void dibs_log_close(dibs_log *log)
{
    if (log == NULL)
        return;
    forget_entry(log);
    free(log->answers);
    replay_close(log->replay);
    log_filter_deinit(&log->filter);
    free(log);
}

static void keep_answer(dibs_log *log, const struct decision *decision, bool answers_it)
{
    const struct answer_context context = {.store = log->store,
                                           .is_fleet = log->is_fleet,
                                           .logged = true,
                                           .asked = answers_it ? log->intent : NULL,
                                           .prefixes = &log->prefixes};
    if (log->answer_count == log->answer_room) {
        size_t room = log->answer_room == 0 ? 16 : log->answer_room * 2;
        struct dibs_answer **answers = realloc(log->answers, room * sizeof(struct dibs_answer *));
        if (answers == NULL) {
            log->out_of_memory = true;
            return;
        }
        log->answers = answers;
        log->answer_room = room;
    }
    struct dibs_answer *answer = answer_new(decision, &context);
    log->out_of_memory = log->out_of_memory || answer == NULL;
    if (answer != NULL)
        log->answers[log->answer_count++] = answer;
}

static void take_decision(void *context, const struct decision *decision)
{
    dibs_log *log = context;
    bool answers_it = intent_id_equal(decision->id, log->id);
    bool passed = log_filter_decision(&log->filter, decision, log->intent_passed && answers_it);
    if (log->within && passed)
        keep_answer(log, decision, answers_it);
}

static void fill_keys(struct pool *pool, const struct intent *intent, struct dibs_log_entry *entry)
{
    uint32_t count = asked_count(intent);
    const char **copies = pool_take_array(pool, count, sizeof *copies);
    for (uint32_t i = 0; copies != NULL && i < count; i++) {
        struct span key = asked_key(intent, i);
        if (key.size > 0)
            copies[entry->key_count++] = pool_text(pool, key);
    }
    entry->keys = copies;
}

static void fill_texts(struct pool *pool, const struct intent *intent, struct dibs_log_entry *entry)
{
    struct span about = {0}, result = {0}, reason = {0};
    if (intent->flaw == FLAW_NONE && intent->verb == VERB_CLAIM)
        about = intent->body.claim.about;
    if (intent->flaw == FLAW_NONE && intent->verb == VERB_CLOSE) {
        result = intent->body.close.result;
        reason = intent->body.close.reason;
    }
    if (intent->flaw == FLAW_NONE && intent->verb == VERB_REVOKE)
        reason = intent->body.revoke.reason;
    entry->about = pool_text(pool, about);
    entry->result = pool_text(pool, result);
    entry->reason = pool_text(pool, reason);
}

static void fill_entry(dibs_log *log, const struct log_record *record, const struct intent *intent)
{
    struct dibs_log_entry *entry = &log->entry;
    entry->offset = record->offset;
    entry->ts_ms = record->ts_ms > INT64_MAX ? INT64_MAX : (int64_t)record->ts_ms;
    entry->verb = words_of_intent(intent);
    entry->session = "";
    if (intent->has_head) {
        entry->session = pool_text(&log->pool, intent->head.session);
        entry->ticket = ticket_text(&log->pool, intent->head.id, intent->head.reply_partition, intent->head.session);
    }
    fill_keys(&log->pool, intent, entry);
    fill_texts(&log->pool, intent, entry);
    entry->decisions = (const struct dibs_answer *const *)log->answers;
    entry->decision_count = log->answer_count;
}

/* What bare keys mean in the record that was read. */
static enum dibs_error read_prefixes(dibs_log *log)
{
    struct state *state;
    enum dibs_error error = replay_state(log->replay, &state, note());
    if (error != DIBS_OK)
        return error;
    log->prefixes = core_prefixes(state);
    log_filter_set_prefixes(&log->filter, &log->prefixes);
    return DIBS_OK;
}

/* One record; *shown tells whether the entry is one that was asked for. */
static enum dibs_error read_one(dibs_log *log, bool *shown)
{
    struct log_record record;
    const struct intent *intent;
    forget_entry(log);
    log->out_of_memory = false;
    enum dibs_error error = replay_read(log->replay, &record, &intent, note());
    if (error != DIBS_OK)
        return error;
    enum log_range range = log_filter_range(&log->filter, &record);
    if (range == LOG_BEHIND)
        return error_say(note(), DIBS_ENDED, "the asked range ends here");
    error = read_prefixes(log);
    if (error != DIBS_OK)
        return error;
    log->within = range == LOG_WITHIN;
    log->intent_passed = log_filter_intent(&log->filter, intent);
    log->id = intent->head.id;
    log->intent = intent;
    error = replay_apply(log->replay, (struct decision_sink){take_decision, log}, note());
    if (error != DIBS_OK)
        return error;
    *shown = log->within && (log->intent_passed || log->answer_count > 0);
    if (*shown)
        fill_entry(log, &record, intent);
    if (log->out_of_memory || log->pool.failed)
        return error_say(note(), DIBS_UNAVAILABLE, "there is no memory to show record %llu",
                         (unsigned long long)record.offset);
    return DIBS_OK;
}

enum dibs_error dibs_log_next(dibs_log *log, const struct dibs_log_entry **entry)
{
    bool shown = false;
    enum dibs_error error = note_need(log, "log");
    if (error == DIBS_OK)
        error = note_need(entry, "entry");
    if (error != DIBS_OK)
        return error;
    *entry = NULL;
    error = log->client == NULL ? DIBS_OK : client_check(log->client);
    while (error == DIBS_OK && !shown) /* bounded by the log */
        error = read_one(log, &shown);
    if (error == DIBS_OK)
        *entry = &log->entry;
    return error;
}
