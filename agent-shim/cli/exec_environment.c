/* dibs exec: what the command is told of its claim, and of the way to the secret: the path of the per-user key, not the
 * secret. One that was given in $DIBS_SECRET stays there. */
#include "exec.h"

#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { ADDED = 7 };

static const char *const names[ADDED] = {"DIBS_KEY",   "DIBS_KEYS",        "DIBS_TOKEN", "DIBS_SESSION",
                                         "DIBS_STORE", "DIBS_SECRET_FILE", "DIBS_ABOUT"};

static char *variable(const char *name, const char *value)
{
    char *text = NULL;

    return asprintf(&text, "%s=%s", name, value) < 0 ? NULL : text;
}

/* Canonical, one a line. */
static char *lines_of_keys(const struct dibs_answer *granted)
{
    char *lines = calloc(granted->key_count, DIBS_KEY_SIZE + 1);

    for (size_t i = 0, at = 0; lines != NULL && i < granted->key_count; i++)
        at += (size_t)snprintf(lines + at, DIBS_KEY_SIZE + 1, "%s%s", i == 0 ? "" : "\n", granted->keys[i].key);
    return lines;
}

static bool is_added(const char *text, bool has_file)
{
    for (size_t i = 0; i < ADDED; i++) {
        size_t size = strlen(names[i]);
        if (strncmp(text, names[i], size) == 0 && text[size] == '=')
            return has_file || strcmp(names[i], "DIBS_SECRET_FILE") != 0;
    }
    return false;
}

static bool fill(const struct exec_job *job, const char *file, char **out)
{
    char token[24], path[PATH_MAX];
    char *keys = lines_of_keys(job->granted);
    size_t count = 0;

    snprintf(token, sizeof token, "%llu", (unsigned long long)job->granted->keys[0].token);
    for (char **at = environ; *at != NULL; at++) {
        if (!is_added(*at, file != NULL))
            out[count++] = *at;
    }
    const char *const values[ADDED] = {
        job->granted->keys[0].key,
        keys,
        token,
        dibs_session(job->client),
        dibs_store_url(job->client),
        file == NULL ? NULL : realpath(file, path),
        job->granted->about[0] != '\0' ? job->granted->about : job->arguments->about,
    };
    bool good = keys != NULL;
    for (size_t i = 0; good && i < ADDED; i++) {
        if (values[i] == NULL)
            continue;
        out[count] = variable(names[i], values[i]);
        good = out[count++] != NULL;
    }
    free(keys);
    return good;
}

char **exec_environment(const struct exec_job *job)
{
    size_t count = 0;

    while (environ[count] != NULL)
        count++;
    char **out = calloc(count + ADDED + 1, sizeof *out);
    if (out == NULL || !fill(job, dibs_secret_file(job->client), out)) {
        free(out);
        return NULL;
    }
    return out;
}
