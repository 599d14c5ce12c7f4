/* Opens and closes clients: finds the store, the session and its secret, and picks the back end. */
#include "agent-shim/client.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "agent-shim/config.h"
#include "agent-shim/embedded.h"
#include "agent-shim/fleet.h"
#include "agent-shim/keeper.h"
#include "agent-shim/note.h"
#include "base/standard_files.h"

enum { LOCK_PATIENCE_MS = 10000, FLEET_PATIENCE_MS = 30000, PATIENCE_MAX_MS = 3600000 };

static enum dibs_error find_operator_key(dibs_client *client, const char *given)
{
    char own[PATH_MAX];
    const char *path = given;
    if (path == NULL && !client->place.is_fleet && access(store_path(&client->place, "operator.key", own), F_OK) == 0)
        path = own;
    if (path == NULL)
        path = environment("DIBS_OPERATOR_KEY_FILE");
    if (path == NULL)
        path = client->place.is_fleet ? "" : own;
    int length = snprintf(client->operator_key, sizeof client->operator_key, "%s", path);
    if (length < 0 || (size_t)length >= sizeof client->operator_key)
        return error_say(note(), DIBS_BAD_INPUT, "the path of the operator's key is too long");
    return DIBS_OK;
}

enum identity_form client_identity_form(const dibs_client *client)
{
    return client->place.is_fleet ? IDENTITY_PROOF : IDENTITY_VERIFIER;
}

enum dibs_error client_operator(const dibs_client *client, enum identity_form form, uint8_t out[LIMIT_IDENTITY_BYTES])
{
    if (client->operator_key[0] == '\0')
        return error_say(note(), DIBS_BAD_INPUT,
                         "this needs the operator's key of %s; name its file (--operator-key, $DIBS_OPERATOR_KEY_FILE)",
                         client->place.url);
    enum dibs_error error = identity_of_operator(client->operator_key, false, form, out, note());
    if (error == DIBS_NO_STORE)
        return error_say(note(), DIBS_BAD_INPUT, "there is no operator's key at %s; name its file (--operator-key)",
                         client->operator_key);
    return error;
}

static enum dibs_error find_patience(dibs_client *client, uint64_t asked_ms)
{
    const char *given = environment("DIBS_PATIENCE");
    if (asked_ms == 0 && given != NULL && (dibs_parse_duration(given, &asked_ms) != DIBS_OK || asked_ms == 0))
        return error_say(note(), DIBS_BAD_INPUT, "$DIBS_PATIENCE is '%.40s'; write a duration such as 30s", given);
    if (asked_ms == 0)
        asked_ms = client->place.is_fleet ? FLEET_PATIENCE_MS : LOCK_PATIENCE_MS;
    client->patience_ms = asked_ms > PATIENCE_MAX_MS ? PATIENCE_MAX_MS : (uint32_t)asked_ms;
    return DIBS_OK;
}

static enum dibs_error open_fleet(dibs_client *client, const struct dibs_client_options *options)
{
    const struct fleet_options fleet = {
        .patience_ms = client->patience_ms, .slot = client->ids.slot, .operator_key = client->operator_key};
    if (options->read_only)
        return error_say(note(), DIBS_UNSUPPORTED,
                         "%s cannot be opened for reading alone: a question is a record of the topic, too",
                         client->place.url);
    return fleet_open(&client->place, &fleet, &client->backend, note());
}

static enum dibs_error open_backend(dibs_client *client, const struct dibs_client_options *options)
{
    struct embedded_options embedded = {.lock_timeout_ms = client->patience_ms, .read_only = options->read_only};
    if (client->place.is_fleet)
        return open_fleet(client, options);
    if (client->place.is_default && !options->no_create && !options->read_only) {
        struct store_new_options fresh = {0};
        bool already = false;
        enum dibs_error error = store_make(&client->place, &fresh, &already, note());
        if (error != DIBS_OK)
            return error;
        client->store_is_new = !already;
    }
    return embedded_open(&client->place, &embedded, &client->backend, note());
}

static enum dibs_error open_client(dibs_client *client, const struct dibs_client_options *options)
{
    enum dibs_error error = session_name_find(options->session, client->session, &client->session_is_new, note());
    if (error == DIBS_OK)
        error = identity_source_init(&client->identities, options, note());
    if (error == DIBS_OK)
        error = identity_source_check(&client->identities, note());
    if (error == DIBS_OK)
        error = store_place_find(options->store, options->config_dir, &client->place, note());
    if (error == DIBS_OK)
        error = find_operator_key(client, options->operator_key);
    if (error == DIBS_OK)
        error = find_patience(client, options->lock_timeout_ms);
    return error == DIBS_OK ? open_backend(client, options) : error;
}

void dibs_find_store(const char *store, const char *config_dir, char *url, size_t size)
{
    struct store_place place;
    struct error_text why; /* dibs_error_text stays what it is */
    if (url == NULL || size == 0)
        return;
    bool found = store_place_find(store, config_dir, &place, &why) == DIBS_OK;
    (void)snprintf(url, size, "%s", found ? place.url : "");
}

enum dibs_error dibs_open(const struct dibs_client_options *options, dibs_client **out)
{
    static const struct dibs_client_options defaults = {0};
    if (options == NULL)
        options = &defaults;
    if (out == NULL)
        return note_need(out, "out");
    *out = NULL;
    standard_files_hold();
    dibs_client *client = calloc(1, sizeof *client);
    if (client == NULL)
        return error_say(note(), DIBS_UNAVAILABLE, "there is no memory for a client");
    client->pid = getpid();
    (void)origin_of_this_process(client->origin);
    intent_ids_init(&client->ids);
    (void)pthread_mutex_init(&client->mutex, NULL);
    enum dibs_error error = open_client(client, options);
    if (error != DIBS_OK) {
        dibs_close(client);
        return error;
    }
    *out = client;
    return DIBS_OK;
}

void dibs_close(dibs_client *client)
{
    if (client == NULL)
        return;
    keeper_close(client->keeper, client->pid != getpid());
    if (client->backend != NULL)
        client->backend->methods->close(client->backend, client->pid != getpid());
    identity_source_deinit(&client->identities);
    intent_ids_deinit(&client->ids);
    (void)pthread_mutex_destroy(&client->mutex);
    free(client);
}

const char *dibs_store_url(const dibs_client *client)
{
    return client->place.url;
}

const char *dibs_session(const dibs_client *client)
{
    return client->session;
}

bool dibs_session_is_new(const dibs_client *client)
{
    return client->session_is_new;
}

const char *dibs_secret_file(const dibs_client *client)
{
    return client->identities.given || client->identities.key_path[0] == '\0' ? NULL : client->identities.key_path;
}

const char *dibs_store_mended(const dibs_client *client)
{
    const struct backend_methods *methods = client->backend->methods;
    return methods->mended == NULL ? "" : methods->mended(client->backend);
}

bool dibs_store_is_new(const dibs_client *client)
{
    return client->store_is_new;
}

void dibs_interrupt(dibs_client *client)
{
    if (client == NULL)
        return;
    atomic_store(&client->interrupted, true);
    if (client->backend != NULL && client->backend->methods->interrupt != NULL && client->pid == getpid())
        client->backend->methods->interrupt(client->backend);
}

enum dibs_error dibs_sync(dibs_client *client)
{
    enum dibs_error error = client_check(client);
    return error == DIBS_OK ? client->backend->methods->sync(client->backend, note()) : error;
}
