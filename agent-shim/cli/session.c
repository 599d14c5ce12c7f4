/* Whose commands these are. On a terminal: one session per terminal, named by its session leader, so that `dibs claim`
 * and a later `dibs done` in the same shell belong together. Elsewhere: a new one, whose name is told. */
#include "session.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "hint.h"
#include "output.h"

static bool read_line(const char *path, char *out, size_t size)
{
    FILE *file = fopen(path, "re");
    bool read = file != NULL && fgets(out, (int)size, file) != NULL;

    if (file != NULL)
        fclose(file);
    return read;
}

/* When a process began, in ticks since boot: tells a leader from a later one with its number. */
static bool process_began(pid_t pid, unsigned long long *ticks)
{
    char path[64], line[1024];

    snprintf(path, sizeof path, "/proc/%ld/stat", (long)pid);
    if (!read_line(path, line, sizeof line))
        return false;
    const char *after_name = strrchr(line, ')');
    return after_name != NULL &&
           sscanf(after_name + 1, " %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %*u %*u %*d %*d %*d %*d %*d %*d %llu",
                  ticks) == 1;
}

/* The terminal's session name; false: there is no terminal. */
static bool terminal_session(char *out, size_t size)
{
    unsigned long long began;
    char boot[64];
    pid_t leader = getsid(0);

    if (!isatty(STDIN_FILENO) && !isatty(STDERR_FILENO))
        return false;
    if (leader <= 0 || !process_began(leader, &began) ||
        !read_line("/proc/sys/kernel/random/boot_id", boot, sizeof boot))
        return false;
    snprintf(out, size, "terminal-%.8s-%ld-%llu", boot, (long)leader, began);
    return true;
}

static const char *find_session(const struct arguments *arguments, char *buffer, size_t size)
{
    const char *given = getenv("DIBS_SESSION");

    if (arguments->session != NULL)
        return arguments->session;
    if (given != NULL && given[0] != '\0')
        return given;
    return terminal_session(buffer, size) ? buffer : NULL;
}

/* A store that this user may only read. When that fails, too, the first words say more. */
static enum dibs_error open_to_read(struct dibs_client_options *options, dibs_client **client)
{
    options->read_only = true;
    enum dibs_error error = dibs_open(options, client);
    if (error == DIBS_OK)
        return error;
    options->read_only = false;
    return dibs_open(options, client);
}

const char *session_origin(const struct arguments *arguments, char out[ORIGIN_BYTES])
{
    char host[256] = "";

    if (arguments->origin != NULL)
        return arguments->origin;
    if (gethostname(host, sizeof host - 1) != 0 || host[0] == '\0')
        snprintf(host, sizeof host, "host");
    snprintf(out, ORIGIN_BYTES, "%s pid %ld", host, (long)getppid());
    return out;
}

bool session_filter_is_good(const struct command *command, const struct arguments *arguments)
{
    if (arguments->session == NULL || arguments->session[0] != '\0')
        return true;
    usage_error(command, arguments->json, "--session is empty; leave it out for everybody's");
    return false;
}

static enum dibs_error open_client(const struct arguments *arguments, enum session_need need, dibs_client **client)
{
    char buffer[DIBS_SESSION_SIZE];
    struct dibs_client_options options = {
        .store = arguments->store,
        .session = find_session(arguments, buffer, sizeof buffer),
        .operator_key = arguments->operator_key,
        .no_create =
            need == SESSION_NONE || need == SESSION_MUST_BE, /* there is nothing to see or to end in a new store */
    };
    enum dibs_error error = dibs_open(&options, client);

    if (error == DIBS_UNAVAILABLE && need == SESSION_NONE)
        error = open_to_read(&options, client);

    if (error == DIBS_OK && dibs_store_mended(*client)[0] != '\0')
        output_note("%s", dibs_store_mended(*client));
    if (error == DIBS_OK && dibs_store_is_new(*client))
        output_note("made a store at %s", dibs_store_url(*client));
    return error;
}

dibs_client *session_open_or_damaged(const struct arguments *arguments, bool *damaged, int *code)
{
    dibs_client *client = NULL;
    enum dibs_error error = open_client(arguments, SESSION_NONE, &client);

    *damaged = error == DIBS_DAMAGED;
    if (error != DIBS_OK && !*damaged)
        *code = output_error(error, arguments->store, arguments->json);
    return client;
}

dibs_client *session_open_if_there(const struct arguments *arguments, int *code)
{
    dibs_client *client = NULL;
    enum dibs_error error = open_client(arguments, SESSION_NONE, &client);

    *code = EXIT_YES;
    if (error != DIBS_OK && error != DIBS_NO_STORE)
        *code = output_error(error, arguments->store, arguments->json);
    return client;
}

dibs_client *session_open(const struct arguments *arguments, enum session_need need, int *code)
{
    dibs_client *client = NULL;
    enum dibs_error error = open_client(arguments, need, &client);

    if (error != DIBS_OK) {
        *code = output_error(error, arguments->store, arguments->json);
        return NULL;
    }
    if (need == SESSION_CLAIMS && dibs_session_is_new(client))
        output_note("session %s (to go on with it: export DIBS_SESSION=%s)", dibs_session(client),
                    dibs_session(client));
    return client;
}

bool session_is_fleet(const dibs_client *client)
{
    return strncmp(dibs_store_url(client), "kafka:", 6) == 0;
}

int session_close(dibs_client *client, int code)
{
    dibs_close(client);
    return code;
}

int session_finish(dibs_client *client, const struct arguments *arguments, enum dibs_error error,
                   struct dibs_answer *answer, const char *accepted)
{
    struct hint hint;

    if (answer == NULL)
        return session_close(client, output_error(error, dibs_store_url(client), arguments->json));
    if (error != DIBS_OK) /* the intent is in the log, and only the ticket is known */
        output_note("%s", dibs_error_text());
    int code = dibs_answer_exit_code(answer);
    bool hinted = hint_find(client, arguments, answer, &hint);
    output_answer(answer, accepted, hinted ? &hint : NULL, arguments->json);
    dibs_answer_free(answer);
    return session_close(client, code);
}
