/* The API of those who run stores (admin.h). */
#include <dibs/admin.h>

#include <stdio.h>
#include <string.h>

#include "agent-shim/client.h"
#include "agent-shim/note.h"
#include "agent-shim/policy_info.h"
#include "agent-shim/store.h"
#include "base/standard_files.h"

/* The genesis has room for numbers alone. */
static enum dibs_error first_policy(const struct dibs_init_options *options, struct store_new_options *fresh)
{
    struct configure_intent configure;
    enum dibs_error error = options->setting_count > 0 ? note_need(options->settings, "settings") : DIBS_OK;
    if (error == DIBS_OK)
        error = policy_parse(options->settings, options->setting_count, (struct policy_domain){0}, &configure, note());
    if (error != DIBS_OK)
        return error;
    if (configure.prefix_count > 0)
        return error_say(
            note(), DIBS_BAD_INPUT,
            "a store is made without prefixes; set them once it is there: dibs configure prefix.ENG=linear");
    memcpy(fresh->entries, configure.entries, sizeof fresh->entries);
    fresh->entry_count = configure.entry_count;
    return DIBS_OK;
}

enum dibs_error dibs_store_init(const struct dibs_init_options *options, bool *already, char *url, size_t url_size)
{
    static const struct dibs_init_options defaults = {0};
    struct store_place place;
    struct store_new_options fresh = {0};
    bool was_there = false;
    standard_files_hold();
    if (options == NULL)
        options = &defaults;
    fresh.operator_key = options->operator_key;
    fresh.map_bytes = options->map_bytes;
    fresh.sync = options->sync;
    fresh.has_retain = options->has_retain;
    fresh.retain_ms = options->retain_ms;
    fresh.segment_bytes = options->segment_bytes;
    enum dibs_error error = store_place_find(options->store, options->config_dir, &place, note());
    if (error == DIBS_OK && place.is_fleet)
        error = error_say(
            note(), DIBS_UNSUPPORTED,
            "a fleet's store is made by its operator: dibsd --store %s --create-topics --operator-key FILE", place.url);
    if (error == DIBS_OK)
        error = first_policy(options, &fresh);
    if (error == DIBS_OK)
        error = store_make(&place, &fresh, &was_there, note());
    if (already != NULL)
        *already = was_there;
    if (error == DIBS_OK && url != NULL && url_size > 0)
        (void)snprintf(url, url_size, "%s", place.url);
    return error;
}

enum dibs_error dibs_store_verify(dibs_client *client, struct dibs_verify_report *report)
{
    const struct dibs_replay_options options = {.verify = true};
    struct dibs_replay_report whole;
    if (report == NULL)
        return note_need(report, "report");
    enum dibs_error error = dibs_store_replay(client, &options, &whole);
    *report = whole.verified;
    return error;
}

enum dibs_error dibs_store_rebuild(dibs_client *client)
{
    enum dibs_error error = client_check(client);
    return error == DIBS_OK ? client->backend->methods->rebuild(client->backend, note()) : error;
}
