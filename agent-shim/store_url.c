/* Which store is meant: `file:/path`, `file:///path`, a bare directory, or `kafka://brokers/FLEET`. A store that was named is never exchanged for
 * another one silently. */
#include "agent-shim/store_url.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "agent-shim/config.h"

enum { STORE_URL_MAX = 4096 };

static bool has_control_characters(const char *text)
{
    for (; *text != '\0'; text++)
        if ((unsigned char)*text < 0x20 || *text == 0x7f)
            return true;
    return false;
}

/* Length of `scheme` in `scheme:…`, 0 for a bare path. */
static size_t scheme_length(const char *text)
{
    size_t length = strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+.-");
    return text[length] == ':' ? length : 0;
}

/* Absolute and, where the directory exists, free of links, so that two names of one store show alike. */
static enum dibs_error settle(const char *path, struct store_place *out, struct error_text *why)
{
    if (path[0] == '\0')
        return error_say(why, DIBS_BAD_INPUT, "the store's path is empty; write file:/path/to/directory");
    if (realpath(path, out->path) == NULL) {
        char here[PATH_MAX] = "";
        if (path[0] != '/' && getcwd(here, sizeof here) == NULL)
            return error_say(why, DIBS_UNAVAILABLE, "the current directory has no name; give an absolute path");
        int length = snprintf(out->path, sizeof out->path, "%s%s%s", here, path[0] == '/' ? "" : "/", path);
        if (length < 0 || (size_t)length >= sizeof out->path)
            return error_say(why, DIBS_BAD_INPUT, "the store's path is too long: '%.60s…'", path);
    }
    (void)snprintf(out->url, sizeof out->url, "file:%s", out->path);
    return DIBS_OK;
}

/* `file://host/path` is somebody else's directory, and in `file://name` the name would be that host. */
static enum dibs_error settle_directory(const char *url, struct store_place *out, struct error_text *why)
{
    if (strncmp(url, "file://", 7) != 0)
        return settle(url + 5, out, why);
    if (url[7] != '/')
        return error_say(why, DIBS_BAD_INPUT,
                         "'%.60s' names a host, and a directory is this host's own; write file:/path/to/directory",
                         url);
    return settle(url + 7, out, why);
}

static enum dibs_error settle_fleet(const char *text, struct store_place *out, struct error_text *why)
{
    size_t shown = strcspn(text, "?");
    const char *at = memrchr(text, '@', shown);
    if (at != NULL)
        return error_say(
            why, DIBS_BAD_INPUT,
            "kafka://***%.*s: names and passwords are not taken in a URL; leave them out, and write them to "
            "the file that $DIBS_KAFKA_CONFIG names",
            (int)(shown - (size_t)(at - text)), at);
    enum dibs_error error = kafka_url_parse(text, &out->fleet, why);
    out->is_fleet = error == DIBS_OK;
    if (error == DIBS_OK)
        kafka_url_shown(&out->fleet, out->url, sizeof out->url);
    return error;
}

enum dibs_error store_place_parse(const char *text, struct store_place *out, struct error_text *why)
{
    *out = (struct store_place){0};
    if (has_control_characters(text))
        return error_say(why, DIBS_BAD_INPUT, "the store's name has control characters; write file:/path/to/directory");
    size_t length = scheme_length(text);
    if (length == 0)
        return settle(text, out, why);
    if (strncmp(text, "file:", 5) == 0)
        return settle_directory(text, out, why);
    if (strncmp(text, "kafka:", 6) == 0)
        return settle_fleet(text, out, why);
    return error_say(why, DIBS_BAD_INPUT,
                     "unknown kind of store '%.*s:'; known are file:/path/to/directory and kafka://host:port/FLEET",
                     (int)(length < 40 ? length : 40), text);
}

static enum dibs_error find_default(struct store_place *out, struct error_text *why)
{
    char path[PATH_MAX];
    enum dibs_error error = config_state_directory(path, why);
    if (error == DIBS_OK) {
        *out = (struct store_place){0};
        error = settle(path, out, why);
    }
    out->is_default = error == DIBS_OK;
    out->named_by = "the default";
    return error;
}

static enum dibs_error parse_found(const char *text, const char *named_by, struct store_place *out,
                                   struct error_text *why)
{
    enum dibs_error error = store_place_parse(text, out, why);
    out->named_by = named_by;
    return error;
}

enum dibs_error store_place_find(const char *given, const char *config_dir, struct store_place *out,
                                 struct error_text *why)
{
    if (given != NULL)
        return store_place_parse(given, out, why);
    if (environment("DIBS_STORE") != NULL)
        return parse_found(environment("DIBS_STORE"), "$DIBS_STORE", out, why);
    char directory[PATH_MAX], configured[STORE_URL_MAX] = "";
    enum dibs_error error = config_directory(config_dir, directory, why);
    if (error == DIBS_OK)
        error = config_store(directory, configured, sizeof configured, why);
    else if (config_dir == NULL)
        error = DIBS_OK; /* no home, no config file */
    if (error != DIBS_OK)
        return error;
    return configured[0] != '\0' ? parse_found(configured, "the configuration file", out, why) : find_default(out, why);
}
