/* Printing as JSON: one object an answer, one a line for lists. The fields are documented in docs/CLI.md and stable. */
#include <string.h>

#include "json.h"
#include "output.h"

static json_t *holder_of(const struct dibs_holder *holder)
{
    json_t *object = json_object();

    json_put_text(object, "key", holder->key);
    json_put_text(object, "session", holder->session);
    json_put_text(object, "about", holder->about);
    json_put_time(object, "since", holder->since_ts_ms);
    json_put_lease(object, holder->token, holder->expires_ts_ms, holder->expires_in_ms);
    json_put_text(object, "ref", holder->ref);
    json_put_text(object, "origin", holder->origin);
    json_put_text(object, "own_ticket", holder->own_ticket);
    return object;
}

static json_t *rivals_of(const struct dibs_answer *answer)
{
    json_t *rivals = json_array();

    for (size_t i = 0; i < answer->rival_count; i++) {
        const struct dibs_rival *rival = &answer->rivals[i];
        json_t *object = json_object();
        json_put_text(object, "key", rival->key);
        json_put_text(object, "session", rival->session);
        json_put_text(object, "about", rival->about);
        json_put_text(object, "ref", rival->ref);
        json_put_text(object, "state", rival->done ? "done" : "live");
        json_put_number(object, "score", rival->score);
        json_put_flag(object, "linked", rival->linked);
        json_put_flag(object, "own", rival->own);
        json_put_time(object, "since", rival->since_ts_ms);
        json_put_lease(object, rival->token, rival->expires_ts_ms, rival->expires_in_ms);
        json_array_append_new(rivals, object);
    }
    return rivals;
}

static void put_rivals(json_t *object, const struct dibs_answer *answer)
{
    json_put_text(object, "likeness", dibs_likeness_name(answer->likeness));
    if (answer->rival_count != 0 || answer->thresholds != NULL)
        json_object_set_new(object, "rivals", rivals_of(answer));
    if (answer->thresholds == NULL)
        return;
    json_t *thresholds = json_object();
    json_put_number(thresholds, "deny", answer->thresholds->deny);
    json_put_number(thresholds, "ask", answer->thresholds->ask);
    json_put_number(thresholds, "warn", answer->thresholds->warn);
    json_object_set_new(object, "thresholds", thresholds);
}

static json_t *items_of(const struct dibs_answer *answer)
{
    json_t *items = json_array();

    for (size_t i = 0; i < answer->item_count; i++) {
        const struct dibs_renewed *item = &answer->items[i];
        json_t *object = json_object();
        bool renewed = item->verdict == DIBS_VERDICT_ACCEPTED;
        json_put_text(object, "answer", renewed ? "renewed" : dibs_verdict_name(item->verdict));
        json_put_text(object, "key", item->key);
        json_put_text(object, "reason", dibs_reason_name(item->reason));
        json_put_text(object, "why", dibs_why_name(item->why));
        json_put_text(object, "by", item->by);
        if (renewed)
            json_put_lease(object, item->token, item->expires_ts_ms, item->expires_in_ms);
        json_put_flag(object, "waiter", item->waiter);
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
    if (answer->standing == DIBS_STANDING_ENDED)
        return dibs_verdict_name(DIBS_VERDICT_ENDED);
    return dibs_verdict_name(answer->verdict);
}

static void put_denial(json_t *object, const struct dibs_answer *answer)
{
    json_put_text(object, "reason", dibs_reason_name(answer->reason));
    json_put_text(object, "why", dibs_why_name(answer->why));
    json_put_text(object, "advice", dibs_advice_name(answer->advice));
    if (answer->holder != NULL) {
        json_object_set_new(object, "holder", holder_of(answer->holder));
        json_put_number(object, "queue_length", answer->queue_length);
    }
    if (answer->retry_in_ms >= 0)
        json_put_number(object, "retry_in_ms", (uint64_t)answer->retry_in_ms);
    json_put_text(object, "result", answer->result);
    json_put_text(object, "by", answer->by);
    json_put_text(object, "words", answer->words);
}

static void put_repeat(json_t *object, const struct dibs_answer *answer)
{
    json_put_flag(object, "repeat", true);
    json_put_number(object, "first_offset", answer->first_offset);
    if (answer->standing != DIBS_STANDING_NONE)
        json_put_text(object, "standing", answer->standing == DIBS_STANDING_LIVE ? "live" : "ended");
    json_put_text(object, "ended_why", dibs_why_name(answer->standing_why));
}

/* What every answer has. */
static json_t *answer_frame(const struct dibs_answer *answer, const char *word)
{
    json_t *object = json_envelope(word);

    for (size_t i = 0; i < answer->key_count; i++) {
        const struct dibs_key *key = &answer->keys[i];
        bool over = answer->standing == DIBS_STANDING_ENDED; /* it has no lease any more */
        json_add_key(object, key->key, key->token, key->since_ts_ms, over ? -1 : key->expires_ts_ms, key->expires_in_ms,
                     answer->key_count == 1);
    }
    json_put_text(object, "session", answer->session);
    json_put_text(object, "ticket", answer->ticket);
    if (answer->rules != 0) { /* else no store was asked */
        json_put_number(object, "offset", answer->offset);
        json_put_number(object, "rules", answer->rules);
    }
    json_put_text(object, "store", answer->store);
    for (size_t i = 0; i < answer->warning_count; i++)
        json_add_warning(object, answer->warnings[i].code, answer->warnings[i].message);
    return object;
}

static bool ends_claims(const char *verb)
{
    static const char *const verbs[] = {"done", "abandon", "release", "cancel", "revoke"};

    for (size_t i = 0; i < sizeof verbs / sizeof verbs[0]; i++) {
        if (strcmp(verb, verbs[i]) == 0)
            return true;
    }
    return false;
}

static json_t *answer_object(const struct dibs_answer *answer, const char *accepted)
{
    json_t *object = answer_frame(answer, answer_word(answer, accepted));

    json_put_text(object, "message", answer->message);
    put_denial(object, answer);
    put_rivals(object, answer);
    if (answer->item_count != 0)
        json_object_set_new(object, "items", items_of(answer));
    json_put_time(object, "deadline", answer->deadline_ts_ms);
    json_put_text(object, "about", answer->about);
    json_put_text(object, "code", answer->code);
    output_json_put_supply(object, answer, accepted);
    if (answer->verdict == DIBS_VERDICT_ACCEPTED && ends_claims(answer->verb))
        json_put_number(object, "ended", answer->ended_count);
    json_put_flag(object, "dry_run", answer->dry_run);
    if (answer->repeat)
        put_repeat(object, answer);
    return object;
}

void output_json_answer(const struct dibs_answer *answer, const char *accepted, const struct hint *hint)
{
    json_t *object = answer_object(answer, accepted);

    if (hint != NULL)
        json_add_warning(object, hint->code, hint->text);
    json_print(object);
}

static void print_row(const struct dibs_answer *answer, const struct dibs_row *row)
{
    json_t *object = answer_frame(answer, "report");

    json_add_key(object, row->key, row->token, row->since_ts_ms, row->expires_ts_ms, row->expires_in_ms, true);
    json_put_text(object, "kind", dibs_row_kind_name(row->kind));
    json_put_text(object, "session", row->session);
    json_put_number(object, "offset", row->offset);
    json_put_flag(object, "shared", row->shared);
    json_put_flag(object, "any", row->any);
    json_put_text(object, "about", row->about);
    json_put_text(object, "category", row->category);
    json_put_text(object, "result", row->result);
    json_put_text(object, "ref", row->ref);
    json_put_text(object, "origin", row->origin);
    if (row->kind == DIBS_ROW_OFFER)
        output_json_put_offer(object, row);
    json_print(object);
}

void output_json_rows(const struct dibs_answer *answer)
{
    for (size_t i = 0; i < answer->row_count; i++)
        print_row(answer, &answer->rows[i]);
}

void output_json_free(const struct dibs_answer *answer, const char *key)
{
    json_t *object = answer_frame(answer, "report");

    json_add_key(object, key, 0, -1, -1, 0, true);
    json_put_text(object, "kind", "free");
    json_print(object);
}

void output_json_policy(const struct dibs_answer *answer)
{
    for (size_t i = 0; i < answer->policy_count; i++) {
        const struct dibs_policy *policy = &answer->policy[i];
        json_t *object = answer_frame(answer, "report");
        json_put_text(object, "name", policy->name);
        json_put_text(object, "unit", policy->unit);
        json_put_number(object, "value", policy->value);
        json_put_number(object, "default", policy->initial);
        json_put_number(object, "least", policy->least);
        json_put_number(object, "most", policy->most);
        json_put_text(object, "scope", policy->scope);
        json_put_text(object, "category", policy->category);
        json_print(object);
    }
    for (size_t i = 0; i < answer->prefix_count; i++) {
        char name[64];
        json_t *object = answer_frame(answer, "report");
        snprintf(name, sizeof name, "prefix.%s", answer->prefixes[i].prefix);
        json_put_text(object, "name", name);
        json_put_text(object, "unit", "tracker");
        json_put_text(object, "value", answer->prefixes[i].tracker);
        json_print(object);
    }
}

void output_json_status(const struct dibs_answer *answer)
{
    const struct dibs_status *status = answer->status;
    json_t *object = answer_object(answer, "report");

    json_put_text(object, "store_id", status->store_id);
    json_put_number(object, "records", status->log_records);
    json_put_number(object, "bad_records", status->bad_records);
    json_put_number(object, "claims", status->claims);
    json_put_number(object, "waiters", status->waiters);
    json_put_number(object, "sessions", status->sessions);
    json_put_number(object, "client_rows", status->client_rows);
    json_put_number(object, "done", status->done);
    json_put_number(object, "done_evicted", status->done_evicted);
    json_put_number(object, "last_token", status->last_token);
    json_put_number(object, "map_used_bytes", status->map_used_bytes);
    json_put_number(object, "map_bytes", status->map_bytes);
    json_put_text(object, "digest", status->digest);
    json_put_number(object, "digest_offset", status->digest_offset);
    json_object_set_new(object, "sealed", json_boolean(status->sealed));
    json_print(object);
}

void output_json_event(const struct dibs_answer *event)
{
    json_t *object = answer_object(event, "accepted");

    json_put_time(object, "time", event->now_ts_ms);
    json_put_text(object, "verb", event->verb);
    json_print(object);
}

void output_json_log(const struct dibs_log_entry *entry, const char *store)
{
    json_t *object = json_envelope("record"), *decisions = json_array();

    for (size_t i = 0; i < entry->key_count; i++)
        json_add_key(object, entry->keys[i], 0, -1, -1, 0, entry->key_count == 1);
    json_put_text(object, "session", entry->session);
    json_put_text(object, "ticket", entry->ticket);
    json_put_number(object, "offset", entry->offset);
    if (entry->decision_count > 0)
        json_put_number(object, "rules", entry->decisions[0]->rules);
    json_put_text(object, "store", store);
    json_put_time(object, "time", entry->ts_ms);
    json_put_text(object, "verb", entry->verb);
    json_put_text(object, "about", entry->about);
    json_put_text(object, "result", entry->result);
    json_put_text(object, "words", entry->reason);
    for (size_t i = 0; i < entry->decision_count; i++)
        json_array_append_new(decisions, answer_object(entry->decisions[i], "accepted"));
    json_object_set_new(object, "decisions", decisions);
    json_print(object);
}
