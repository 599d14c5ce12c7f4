/* Reading what commands print as JSON. */
#include "tests/behaviour/cli/cli.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DOCUMENT_BYTES = 1 << 16 };

/* The object on one line; `line` counts from 0. NULL: there is no such line. */
static json_t *object_at(struct ran ran, size_t line)
{
    const char *at = ran.out;

    for (; line > 0 && at != NULL; line--)
        at = strchr(at, '\n') != NULL ? strchr(at, '\n') + 1 : NULL;
    if (at == NULL || *at == '\0')
        return NULL;
    json_error_t error;
    json_t *object = json_loadb(at, strcspn(at, "\n"), JSON_REJECT_DUPLICATES, &error);
    cr_assert(json_is_object(object), "%s: not an object (%s): %s", ran.command, error.text, at);
    return object;
}

size_t json_lines(struct ran ran)
{
    size_t count = 0;

    while (object_at(ran, count) != NULL)
        count++;
    return count;
}

static bool is_null_or(const json_t *value, json_type type)
{
    return value != NULL && (json_is_null(value) || json_typeof(value) == type);
}

static bool has_lease(const json_t *object)
{
    return json_is_string(json_object_get(object, "key")) &&
           is_null_or(json_object_get(object, "token"), JSON_INTEGER) &&
           is_null_or(json_object_get(object, "expires"), JSON_STRING) &&
           is_null_or(json_object_get(object, "expires_in_ms"), JSON_INTEGER);
}

static bool has_keys(const json_t *object)
{
    const json_t *keys = json_object_get(object, "keys");

    for (size_t i = 0; i < json_array_size(keys); i++) {
        if (!has_lease(json_array_get(keys, i)))
            return false;
    }
    return json_is_array(keys) && (json_array_size(keys) != 1 || has_lease(object));
}

static bool has_warnings(const json_t *object)
{
    const json_t *warnings = json_object_get(object, "warnings");

    for (size_t i = 0; i < json_array_size(warnings); i++) {
        const json_t *warning = json_array_get(warnings, i);
        if (!json_is_string(json_object_get(warning, "code")) || !json_is_string(json_object_get(warning, "message")))
            return false;
    }
    return json_is_array(warnings);
}

/* docs/CLI.md. */
static const char *documentation(void)
{
    static char *text;
    FILE *file;

    if (text != NULL)
        return text;
    file = fopen(DIBS_CLI_DOCUMENT, "re");
    text = calloc(1, DOCUMENT_BYTES);
    cr_assert(file != NULL && text != NULL && fread(text, 1, DOCUMENT_BYTES - 1, file) > 0);
    fclose(file);
    return text;
}

/* Every field, however deep, is one that the document names. */
static void expect_documented(struct ran ran, const json_t *value)
{
    const char *name;
    json_t *member_value;

    for (size_t i = 0; i < json_array_size(value); i++)
        expect_documented(ran, json_array_get(value, i));
    json_object_foreach((json_t *)value, name, member_value)
    {
        cr_expect(strstr(documentation(), text_format("`%s`", name)) != NULL, "%s: `%s` is not in docs/CLI.md",
                  ran.command, name);
        expect_documented(ran, member_value);
    }
}

static void expect_documented_answer(struct ran ran, const json_t *object)
{
    const char *answer = json_string_value(json_object_get(object, "answer"));

    cr_expect(answer != NULL && strstr(documentation(), text_format("`%s`", answer)) != NULL,
              "%s: the answer is not in docs/CLI.md: %s", ran.command, ran.out);
}

void expect_envelopes(struct ran ran)
{
    size_t lines = json_lines(ran);

    cr_assert_gt(lines, 0, "%s: printed no object: %s", ran.command, ran.err);
    for (size_t i = 0; i < lines; i++) {
        const json_t *object = object_at(ran, i);
        expect_documented_answer(ran, object);
        expect_documented(ran, object);
        cr_expect(has_keys(object), "%s: keys: %s", ran.command, ran.out);
        cr_expect(has_warnings(object), "%s: warnings: %s", ran.command, ran.out);
        static const char *const texts[] = {"session", "ticket", "store"}, *const numbers[] = {"offset", "rules"};
        for (size_t name = 0; name < sizeof texts / sizeof texts[0]; name++)
            cr_expect(is_null_or(json_object_get(object, texts[name]), JSON_STRING), "%s: %s: %s", ran.command,
                      texts[name], ran.out);
        for (size_t name = 0; name < sizeof numbers / sizeof numbers[0]; name++)
            cr_expect(is_null_or(json_object_get(object, numbers[name]), JSON_INTEGER), "%s: %s: %s", ran.command,
                      numbers[name], ran.out);
    }
}

static json_t *member(struct ran ran, const char *path)
{
    size_t lines = json_lines(ran);
    char *names = text_format("%s", path), *rest = NULL;

    cr_assert_gt(lines, 0, "%s: printed no object: %s%s", ran.command, ran.out, ran.err);
    expect_envelopes(ran); /* whatever else it is looked at for */
    json_t *at = object_at(ran, lines - 1);
    for (char *name = strtok_r(names, ".", &rest); name != NULL; name = strtok_r(NULL, ".", &rest))
        at = json_is_array(at) ? json_array_get(at, (size_t)atoi(name)) : json_object_get(at, name);
    return at;
}

const char *json_text(struct ran ran, const char *path)
{
    json_t *value = member(ran, path);

    cr_assert(json_is_string(value), "%s: no text %s in: %s", ran.command, path, ran.out);
    return json_string_value(value);
}

int64_t json_number(struct ran ran, const char *path)
{
    json_t *value = member(ran, path);

    cr_assert(json_is_integer(value), "%s: no number %s in: %s", ran.command, path, ran.out);
    return json_integer_value(value);
}

bool json_has(struct ran ran, const char *path)
{
    json_t *value = member(ran, path);

    return value != NULL && !json_is_null(value);
}

size_t json_size(struct ran ran, const char *path)
{
    json_t *value = member(ran, path);

    cr_assert(json_is_array(value), "%s: no array %s in: %s", ran.command, path, ran.out);
    return json_array_size(value);
}

const char *store_digest(void)
{
    return json_text(expect(0, dibs("status", "--json", "--session", "digest")), "digest");
}

const char *store_counts(void)
{
    static const char *const names[] = {"claims", "waiters", "sessions", "client_rows", "done", "last_token"};
    struct ran ran = expect(0, dibs("status", "--json", "--session", "counts"));
    const char *text = "";

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        text = text_format("%s %s=%.0f", text, names[i], (double)json_number(ran, names[i]));
    return text;
}

uint64_t claim_token(const char *key, const char *session)
{
    return (uint64_t)json_number(expect(0, dibs("claim", key, "--session", session, "--json")), "token");
}

const char *claim_ticket(const char *key, const char *session)
{
    return json_text(expect(0, dibs("claim", key, "--session", session, "--json")), "ticket");
}
