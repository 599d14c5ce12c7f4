/* Where this user's settings are, and what they say: lines `name = value`, `#` for remarks; the one name is `store`. */
#include "agent-shim/config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/private_file.h"

enum { CONFIG_BYTES_MAX = 16384 };

const char *environment(const char *name)
{
    const char *value = getenv(name);
    return value == NULL || value[0] == '\0' ? NULL : value;
}

static enum dibs_error join(char out[PATH_MAX], const char *base, const char *rest, struct error_text *why)
{
    int length = snprintf(out, PATH_MAX, "%s%s", base, rest);
    if (length < 0 || length >= PATH_MAX)
        return error_say(why, DIBS_BAD_INPUT, "the path is too long: '%.60s…'", base);
    return DIBS_OK;
}

/* $variable/dibs, else $HOME/fallback/dibs; the XDG rules say to ignore relative ones. */
static enum dibs_error user_directory(const char *variable, const char *fallback, char out[PATH_MAX],
                                      struct error_text *why)
{
    const char *base = environment(variable);
    if (base != NULL && base[0] == '/')
        return join(out, base, "/dibs", why);
    const char *home = environment("HOME");
    if (home == NULL || home[0] != '/')
        return error_say(why, DIBS_BAD_INPUT, "neither $%s nor $HOME names a directory; set one of them", variable);
    return join(out, home, fallback, why);
}

enum dibs_error config_directory(const char *given, char out[PATH_MAX], struct error_text *why)
{
    if (given != NULL && given[0] == '\0')
        return error_say(why, DIBS_BAD_INPUT,
                         "the name of the config directory is empty; leave it out for the usual one");
    if (given != NULL)
        return join(out, given, "", why);
    return user_directory("XDG_CONFIG_HOME", "/.config/dibs", out, why);
}

enum dibs_error config_state_directory(char out[PATH_MAX], struct error_text *why)
{
    return user_directory("XDG_STATE_HOME", "/.local/state/dibs", out, why);
}

static char *trim(char *text)
{
    text += strspn(text, " \t\r");
    size_t length = strlen(text);
    while (length > 0 && strchr(" \t\r", text[length - 1]) != NULL)
        length--;
    text[length] = '\0';
    return text;
}

static enum dibs_error take_line(const char *path, int number, char *line, char *out, size_t size,
                                 struct error_text *why)
{
    line = trim(line);
    if (line[0] == '\0' || line[0] == '#')
        return DIBS_OK;
    char *equals = strchr(line, '=');
    if (equals != NULL)
        *equals = '\0';
    if (equals == NULL || strcmp(trim(line), "store") != 0)
        return error_say(why, DIBS_BAD_INPUT, "%s, line %d: not a setting; the one there is reads: store = URL", path,
                         number);
    if (trim(equals + 1)[0] == '\0')
        return error_say(why, DIBS_BAD_INPUT, "%s, line %d: no store is named; write store = URL, or delete the line",
                         path, number);
    int length = snprintf(out, size, "%s", trim(equals + 1));
    if (length < 0 || (size_t)length >= size)
        return error_say(why, DIBS_BAD_INPUT, "%s, line %d: the value is too long", path, number);
    return DIBS_OK;
}

enum dibs_error config_store(const char *directory, char *out, size_t size, struct error_text *why)
{
    char path[PATH_MAX], text[CONFIG_BYTES_MAX];
    out[0] = '\0';
    enum dibs_error error = join(path, directory, "/config", why);
    if (error == DIBS_OK)
        error = file_read_text(path, text, sizeof text, why);
    if (error == DIBS_NO_STORE)
        return DIBS_OK;
    char *rest = text;
    for (int number = 1; error == DIBS_OK && rest != NULL; number++) {
        char *line = strsep(&rest, "\n");
        error = take_line(path, number, line, out, size, why);
    }
    return error;
}
