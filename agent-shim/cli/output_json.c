/* Printing as JSON: one object an answer, one a line for lists. The fields are documented in docs/CLI.md and stable. */
#include <jansson.h>
#include <stdio.h>

#include "output.h"

static void print_object(json_t *object)
{
    if (object == NULL || json_dumpf(object, stdout, JSON_COMPACT) != 0)
        fprintf(stderr, "dibs: the answer could not be written as JSON\n");
    putchar('\n');
    json_decref(object);
}

static void put_time(json_t *object, const char *name, int64_t ts_ms)
{
    char text[DIBS_TIME_TEXT_SIZE];

    if (ts_ms >= 0)
        json_object_set_new(object, name, json_string(dibs_format_time(ts_ms, text, sizeof text)));
}

static void put_text(json_t *object, const char *name, const char *text)
{
    if (text != NULL && text[0] != '\0')
        json_object_set_new(object, name, json_string(text));
}

static void put_number(json_t *object, const char *name, uint64_t number)
{
    json_object_set_new(object, name, json_integer((json_int_t)number));
}

static void put_lease(json_t *object, uint64_t token, int64_t expires_ts_ms, int64_t expires_in_ms)
{
    if (token != 0)
        put_number(object, "token", token);
    put_time(object, "expires", expires_ts_ms);
    if (expires_ts_ms >= 0)
        json_object_set_new(object, "expires_in_ms", json_integer(expires_in_ms));
}

static json_t *keys_of(const struct dibs_answer *answer)
{
    json_t *keys = json_array();

    for (size_t i = 0; i < answer->key_count; i++) {
        const struct dibs_key *key = &answer->keys[i];
        json_t *object = json_object();
        put_text(object, "key", key->key);
        put_lease(object, key->token, key->expires_ts_ms, key->expires_in_ms);
        json_array_append_new(keys, object);
    }
    return keys;
}

static json_t *holder_of(const struct dibs_holder *holder)
{
    json_t *object = json_object();

    put_text(object, "key", holder->key);
    put_text(object, "session", holder->session);
    put_text(object, "about", holder->about);
    put_time(object, "since", holder->since_ts_ms);
    put_lease(object, holder->token, holder->expires_ts_ms, holder->expires_in_ms);
    put_text(object, "ref", holder->ref);
    put_text(object, "origin", holder->origin);
    put_text(object, "own_ticket", holder->own_ticket);
    return object;
}

static json_t *warnings_of(const struct dibs_answer *answer)
{
    json_t *warnings = json_array();

    for (size_t i = 0; i < answer->warning_count; i++) {
        json_array_append_new(warnings, json_pack("{s:s, s:s}", "code", answer->warnings[i].code, "message",
                                                  answer->warnings[i].message));
    }
    return warnings;
}

static json_t *items_of(const struct dibs_answer *answer)
{
    json_t *items = json_array();

    for (size_t i = 0; i < answer->item_count; i++) {
        const struct dibs_renewed *item = &answer->items[i];
        json_t *object = json_object();
        bool renewed = item->verdict == DIBS_VERDICT_ACCEPTED;
        put_text(object, "answer", renewed ? "renewed" : dibs_verdict_name(item->verdict));
        put_text(object, "reason", dibs_reason_name(item->reason));
        put_text(object, "why", dibs_why_name(item->why));
        put_text(object, "by", item->by);
        if (renewed)
            put_lease(object, item->token, item->expires_ts_ms, item->expires_in_ms);
        if (item->waiter)
            json_object_set_new(object, "waiter", json_true());
        json_array_append_new(items, object);
    }
    return items;
}

static const char *answer_word(const struct dibs_answer *answer, const char *accepted)
{
    if (answer->verdict == DIBS_VERDICT_ACCEPTED)
        return accepted;
    if (answer->verdict == DIBS_VERDICT_NONE)
        return "no_answer";
    return dibs_verdict_name(answer->verdict);
}

static void put_denial(json_t *object, const struct dibs_answer *answer)
{
    put_text(object, "reason", dibs_reason_name(answer->reason));
    put_text(object, "why", dibs_why_name(answer->why));
    put_text(object, "message", answer->message);
    put_text(object, "advice", dibs_advice_name(answer->advice));
    if (answer->holder != NULL) {
        json_object_set_new(object, "holder", holder_of(answer->holder));
        put_number(object, "queue_length", answer->queue_length);
    }
    put_text(object, "result", answer->result);
    put_text(object, "by", answer->by);
    put_text(object, "words", answer->words);
}

static json_t *answer_object(const struct dibs_answer *answer, const char *accepted)
{
    json_t *object = json_object();

    put_text(object, "answer", answer_word(answer, accepted));
    json_object_set_new(object, "keys", keys_of(answer));
    if (answer->key_count == 1) {
        put_text(object, "key", answer->keys[0].key);
        put_lease(object, answer->keys[0].token, answer->keys[0].expires_ts_ms, answer->keys[0].expires_in_ms);
    }
    put_text(object, "session", answer->session);
    put_text(object, "ticket", answer->ticket);
    put_number(object, "offset", answer->offset);
    put_number(object, "rules", answer->rules);
    put_text(object, "store", answer->store);
    json_object_set_new(object, "warnings", warnings_of(answer));
    if (answer->verdict != DIBS_VERDICT_GRANTED && answer->verdict != DIBS_VERDICT_YOURS &&
        answer->verdict != DIBS_VERDICT_ACCEPTED)
        put_denial(object, answer);
    else
        put_text(object, "message", answer->message);
    if (answer->item_count != 0)
        json_object_set_new(object, "items", items_of(answer));
    put_time(object, "deadline", answer->deadline_ts_ms);
    put_text(object, "about", answer->about);
    put_text(object, "code", answer->code);
    if (answer->ended_count != 0)
        put_number(object, "ended", answer->ended_count);
    if (answer->dry_run)
        json_object_set_new(object, "dry_run", json_true());
    if (answer->repeat) {
        json_object_set_new(object, "repeat", json_true());
        put_number(object, "first_offset", answer->first_offset);
        if (answer->standing != DIBS_STANDING_NONE)
            put_text(object, "standing", answer->standing == DIBS_STANDING_LIVE ? "live" : "ended");
        put_text(object, "ended_why", dibs_why_name(answer->standing_why));
    }
    return object;
}

void output_json_answer(const struct dibs_answer *answer, const char *accepted)
{
    print_object(answer_object(answer, accepted));
}

void output_json_rows(const struct dibs_answer *answer)
{
    for (size_t i = 0; i < answer->row_count; i++) {
        const struct dibs_row *row = &answer->rows[i];
        json_t *object = json_object();
        put_text(object, "kind", dibs_row_kind_name(row->kind));
        put_text(object, "key", row->key);
        put_text(object, "session", row->session);
        put_lease(object, row->token, row->expires_ts_ms, row->expires_in_ms);
        put_time(object, "since", row->since_ts_ms);
        if (row->shared)
            json_object_set_new(object, "shared", json_true());
        put_text(object, "about", row->about);
        put_text(object, "category", row->category);
        put_text(object, "result", row->result);
        put_text(object, "ref", row->ref);
        put_text(object, "origin", row->origin);
        put_number(object, "offset", row->offset);
        put_text(object, "store", answer->store);
        print_object(object);
    }
}

void output_json_policy(const struct dibs_answer *answer)
{
    for (size_t i = 0; i < answer->policy_count; i++) {
        const struct dibs_policy *policy = &answer->policy[i];
        json_t *object = json_object();
        put_text(object, "name", policy->name);
        put_text(object, "unit", policy->unit);
        put_number(object, "value", policy->value);
        put_number(object, "default", policy->initial);
        put_number(object, "least", policy->least);
        put_number(object, "most", policy->most);
        print_object(object);
    }
}

void output_json_status(const struct dibs_answer *answer)
{
    const struct dibs_status *status = answer->status;
    json_t *object = answer_object(answer, "report");

    put_text(object, "store_id", status->store_id);
    put_number(object, "records", status->log_records);
    put_number(object, "bad_records", status->bad_records);
    put_number(object, "claims", status->claims);
    put_number(object, "waiters", status->waiters);
    put_number(object, "sessions", status->sessions);
    put_number(object, "client_rows", status->client_rows);
    put_number(object, "done", status->done);
    put_number(object, "done_evicted", status->done_evicted);
    put_number(object, "last_token", status->last_token);
    put_number(object, "map_used_bytes", status->map_used_bytes);
    put_number(object, "map_bytes", status->map_bytes);
    put_text(object, "digest", status->digest);
    json_object_set_new(object, "sealed", json_boolean(status->sealed));
    print_object(object);
}

void output_json_log(const struct dibs_log_entry *entry)
{
    json_t *object = json_object(), *keys = json_array(), *decisions = json_array();

    put_number(object, "offset", entry->offset);
    put_time(object, "time", entry->ts_ms);
    put_text(object, "verb", entry->verb);
    put_text(object, "session", entry->session);
    put_text(object, "ticket", entry->ticket);
    for (size_t i = 0; i < entry->key_count; i++)
        json_array_append_new(keys, json_string(entry->keys[i]));
    json_object_set_new(object, "keys", keys);
    put_text(object, "about", entry->about);
    for (size_t i = 0; i < entry->decision_count; i++)
        json_array_append_new(decisions, answer_object(entry->decisions[i], "accepted"));
    json_object_set_new(object, "decisions", decisions);
    print_object(object);
}

void output_json_error(const char *error, const char *message, const char *store)
{
    json_t *object = json_pack("{s:s, s:s, s:s, s:[], s:[]}", "answer", "error", "error", error, "message", message,
                               "keys", "warnings");

    put_text(object, "store", store);
    print_object(object);
}

void output_json_pair(const char *name, const char *value)
{
    print_object(json_pack("{s:s}", name, value));
}
