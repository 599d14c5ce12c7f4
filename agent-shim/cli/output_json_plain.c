/* Printing as JSON what has no answer from a store: keys, the version, help, errors. */
#include <stdio.h>
#include <string.h>

#include <dibs/admin.h>

#include "json.h"
#include "output.h"

/* As it was given, but for what may be a secret: the user's part, and the options. */
static void put_given_store(json_t *object, const char *store)
{
    char shown[4096];
    const char *slashes = store == NULL ? NULL : strstr(store, "://");

    if (slashes == NULL || strncmp(store, "file:", 5) == 0) {
        json_put_text(object, "store", store);
        return;
    }
    size_t end = strcspn(store, "?"), head = (size_t)(slashes - store) + 3, from = head;
    for (size_t i = head; i < end; i++)
        from = store[i] == '@' ? i : from;
    snprintf(shown, sizeof shown, "%.*s%s%.*s", (int)head, store, from > head ? "***" : "", (int)(end - from),
             store + from);
    json_put_text(object, "store", shown);
}

void output_json_error(const char *error, const char *message, const char *store)
{
    json_t *object = json_envelope("error");

    json_put_text(object, "error", error);
    json_put_text(object, "message", message);
    put_given_store(object, store);
    json_print(object);
}

void output_json_key(const char *key)
{
    json_t *object = json_envelope("report");

    json_add_key(object, key, 0, -1, -1, 0, true);
    json_print(object);
}

void output_json_store(const char *answer, const char *store)
{
    json_t *object = json_envelope(answer);

    json_put_text(object, "store", store);
    json_print(object);
}

void output_json_report(const struct dibs_store_report *report, const char *answer)
{
    json_t *object = json_envelope(answer), *findings = json_array();

    json_put_number(object, "records", report->records);
    json_object_set_new(object, "damaged", json_boolean(report->damaged));
    json_object_set_new(object, "can_recover", json_boolean(report->can_recover));
    json_object_set_new(object, "loses_records", json_boolean(report->loses_records));
    json_put_text(object, "advice", report->advice);
    json_put_text(object, "aside", report->aside[0] == '\0' ? NULL : report->aside);
    for (size_t i = 0; i < report->finding_count; i++) {
        json_t *finding = json_object();
        json_object_set_new(finding, "is_damage", json_boolean(report->findings[i].is_damage));
        json_put_text(finding, "words", report->findings[i].words);
        json_array_append_new(findings, finding);
    }
    json_object_set_new(object, "findings", findings);
    json_print(object);
}

void output_json_replay(const struct dibs_replay_report *report, bool verify, const char *store)
{
    json_t *object = json_envelope("report");

    json_put_number(object, "offset", report->offset);
    json_put_text(object, "store", store);
    json_put_number(object, "records", report->records);
    json_put_number(object, "elapsed_ms", report->elapsed_ms);
    json_put_text(object, "digest", report->digest);
    if (verify) {
        json_put_text(object, "live_digest", report->verified.live_digest);
        json_object_set_new(object, "equal", json_boolean(report->verified.equal));
        json_put_text(object, "difference", report->verified.difference);
        json_put_number(object, "decisions", report->verified.decisions);
        json_put_number(object, "checkpoints", report->verified.checkpoints);
        json_put_number(object, "unproved", report->verified.unproved);
    }
    json_print(object);
}

void output_json_migrate(const struct dibs_migrate_report *report, bool copy)
{
    json_t *object = json_envelope(report->already ? "exists" : copy ? "copied" : "migrated");

    json_put_text(object, "store", report->to);
    if (!report->already) {
        json_put_number(object, "records", report->records);
        json_put_number(object, "imported", report->imported);
        json_put_text(object, "digest", report->digest);
    }
    json_put_flag(object, "continued", report->continued);
    json_print(object);
}

void output_json_carried(const char *answer, const char *store, uint64_t records, const char *digest)
{
    json_t *object = json_envelope(answer);

    json_put_text(object, "store", store);
    json_put_number(object, "records", records);
    json_put_text(object, "digest", digest);
    json_print(object);
}

void output_json_coordination(const struct output_carried *carried)
{
    json_t *object = json_envelope("imported");

    json_put_text(object, "store", carried->store);
    json_put_number(object, "claims", carried->claims);
    json_put_number(object, "done", carried->done);
    json_put_number(object, "known", carried->known);
    json_put_number(object, "old", carried->old);
    json_put_number(object, "left", carried->left);
    json_print(object);
}

void output_json_version(const char *version)
{
    json_t *object = json_envelope("report");

    json_put_text(object, "version", version);
    json_print(object);
}

static json_t *option_object(const struct command *command, enum option_id id)
{
    const struct option own = option_for(command, id), *option = &own;
    json_t *object = json_object();

    json_put_text(object, "name", option->name);
    json_put_text(object, "value", option->value);
    json_put_flag(object, "optional", option->optional);
    json_put_text(object, "help", option->help);
    return object;
}

static json_t *command_object(const struct command *command)
{
    json_t *object = json_object(), *list = json_array();

    json_put_text(object, "name", command->name);
    json_put_text(object, "operands", command->words);
    json_put_text(object, "summary", command->summary);
    json_put_text(object, "example", command->example);
    for (const enum option_id *id = command->options; *id != OPTION_END; id++)
        json_array_append_new(list, option_object(command, *id));
    for (const enum option_id *id = common_options; *id != OPTION_END; id++)
        json_array_append_new(list, option_object(command, *id));
    json_object_set_new(object, "options", list);
    return object;
}

void output_json_commands(const struct command *only)
{
    json_t *object = json_envelope("report"), *list = json_array();

    for (const struct command *command = commands; command->name != NULL; command++) {
        if (only == NULL || command == only)
            json_array_append_new(list, command_object(command));
    }
    json_object_set_new(object, "commands", list);
    json_print(object);
}
