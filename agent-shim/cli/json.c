/* The pieces of JSON. Running out of memory here ends in output that says so, never in half an object. */
#include "json.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <dibs/dibs.h>

/* A JSON text of any bytes. */
static json_t *text_of(const char *text)
{
    json_t *string = json_string(text);
    char *copy;

    if (string != NULL || (copy = strdup(text)) == NULL)
        return string;
    for (char *at = copy; *at != '\0'; at++) {
        if ((unsigned char)*at >= 0x80)
            *at = '?';
    }
    string = json_string(copy);
    free(copy);
    return string;
}

json_t *json_envelope(const char *answer)
{
    return json_pack("{s:s, s:[], s:n, s:n, s:n, s:n, s:n, s:[]}", "answer", answer, "keys", "session", "ticket",
                     "offset", "rules", "store", "warnings");
}

void json_print(json_t *object)
{
    if (object == NULL || json_dumpf(object, stdout, JSON_COMPACT) != 0)
        fprintf(stderr, "dibs: the answer could not be written as JSON\n");
    putchar('\n');
    json_decref(object);
}

void json_put_text(json_t *object, const char *name, const char *text)
{
    if (text != NULL && text[0] != '\0')
        json_object_set_new(object, name, text_of(text));
}

void json_put_time(json_t *object, const char *name, int64_t ts_ms)
{
    char text[DIBS_TIME_TEXT_SIZE];

    if (ts_ms >= 0)
        json_object_set_new(object, name, json_string(dibs_format_time(ts_ms, text, sizeof text)));
}

void json_put_number(json_t *object, const char *name, uint64_t number)
{
    json_object_set_new(object, name, json_integer((json_int_t)number));
}

void json_put_flag(json_t *object, const char *name, bool set)
{
    if (set)
        json_object_set_new(object, name, json_true());
}

void json_put_lease(json_t *object, uint64_t token, int64_t expires_ts_ms, int64_t expires_in_ms)
{
    if (token != 0)
        json_put_number(object, "token", token);
    json_put_time(object, "expires", expires_ts_ms);
    if (expires_ts_ms >= 0)
        json_object_set_new(object, "expires_in_ms", json_integer(expires_in_ms));
}

void json_put_lease_or_null(json_t *object, uint64_t token, int64_t expires_ts_ms, int64_t expires_in_ms)
{
    json_object_set_new(object, "token", json_null());
    json_object_set_new(object, "expires", json_null());
    json_object_set_new(object, "expires_in_ms", json_null());
    json_put_lease(object, token, expires_ts_ms, expires_in_ms);
}

void json_add_key(json_t *object, const char *key, uint64_t token, int64_t since_ts_ms, int64_t expires_ts_ms,
                  int64_t expires_in_ms, bool only)
{
    json_t *entry = json_object();

    json_put_text(entry, "key", key);
    json_put_lease_or_null(entry, token, expires_ts_ms, expires_in_ms);
    json_put_time(entry, "since", since_ts_ms);
    if (only)
        json_object_update(object, entry);
    json_array_append_new(json_object_get(object, "keys"), entry);
}

void json_add_warning(json_t *object, const char *code, const char *message)
{
    json_t *warning = json_object();

    json_put_text(warning, "code", code);
    json_put_text(warning, "message", message);
    json_array_append_new(json_object_get(object, "warnings"), warning);
}
