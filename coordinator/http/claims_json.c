/* A page of claims as JSON: the names of fields are those of `dibs list --json`. */
#include "coordinator/http/claims_json.h"

#include <jansson.h>

#include "base/text.h"
#include "base/timestamp.h"

static void put_text(json_t *object, const char *name, struct span text)
{
    if (text.size != 0)
        (void)json_object_set_new(object, name, json_stringn((const char *)text.bytes, text.size));
}

static void put_number(json_t *object, const char *name, uint64_t number)
{
    (void)json_object_set_new(object, name, json_integer((json_int_t)number));
}

/* Log time as people know it. */
static void put_time(json_t *object, const char *name, const struct decision *report, uint64_t at_ms)
{
    char array[TIMESTAMP_TEXT_SIZE];
    struct text text;
    TEXT_BEGIN(&text, array);
    timestamp_format(&text, (int64_t)report->ts_ms + ((int64_t)at_ms - (int64_t)report->now_ms));
    (void)json_object_set_new(object, name, json_string(array));
}

static json_t *row_object(const struct decision *report, const struct report_row *row)
{
    static const char *const kinds[] = {"", "claim", "waiter", "done"};
    json_t *object = json_object();
    (void)json_object_set_new(object, "kind", json_string(kinds[row->kind <= ROW_DONE ? row->kind : 0]));
    put_text(object, "key", row->key);
    put_text(object, "session", row->session);
    put_text(object, "about", row->about);
    put_text(object, "category", row->category);
    put_text(object, "ref", row->ref);
    put_text(object, "origin", row->origin);
    put_text(object, "result", row->result);
    if (row->token != 0)
        put_number(object, "token", row->token);
    put_number(object, "offset", row->offset);
    put_time(object, "since", report, row->since_ms);
    put_time(object, "expires", report, row->expires_ms);
    if (row->shared)
        (void)json_object_set_new(object, "shared", json_true());
    return object;
}

static json_t *next_object(const struct list_cursor *next)
{
    json_t *object = json_object();
    put_text(object, "after", next->key);
    put_number(object, "after_token", next->token);
    (void)json_object_set_new(object, "after_done", json_boolean(next->done));
    return object;
}

char *claims_json(const struct decision *report, uint64_t records)
{
    json_t *object = json_object(), *rows = json_array();
    if (records == 0)
        (void)json_object_set_new(object, "offset", json_null());
    else
        put_number(object, "offset", records - 1);
    for (uint32_t i = 0; i < report->row_count; i++)
        (void)json_array_append_new(rows, row_object(report, &report->rows[i]));
    (void)json_object_set_new(object, "claims", rows);
    (void)json_object_set_new(object, "more", json_boolean(report->more));
    if (report->more)
        (void)json_object_set_new(object, "next", next_object(&report->next));
    char *text = json_dumps(object, JSON_COMPACT);
    json_decref(object);
    return text;
}
