/* A replica's state. What never was committed is emptied for nothing; the rest by a new file. */
#include "tests/fleet_sim/replica_state.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/check.h"

static void must(enum dibs_error error, const struct error_text *why)
{
    if (error == DIBS_OK)
        return;
    (void)fprintf(stderr, "fleet_sim: the state failed: %s: %s\n", dibs_error_name(error), why->text);
    exit(3);
}

static void file_of(const struct replica_state *state, char path[320])
{
    (void)snprintf(path, 320, "%s/data.mdb", state->directory);
}

static void open_it(struct replica_state *state)
{
    const struct state_options options = {.map_bytes = (uint64_t)1 << 28, .create = true};
    struct error_text why = {0};

    must(state_open(state->directory, &options, &state->state, &why), &why);
    must(state_begin(state->state, false, &why), &why);
}

void replica_state_new(struct replica_state *state, const char *parent, int number)
{
    *state = (struct replica_state){0};
    (void)snprintf(state->directory, sizeof state->directory, "%s/replica-%d", parent, number);
    CHECK(mkdir(state->directory, 0700) == 0);
}

void replica_state_free(struct replica_state *state)
{
    char path[320];

    state_close(state->state);
    file_of(state, path);
    (void)unlink(path);
    (void)rmdir(state->directory);
}

void replica_state_empty(struct replica_state *state)
{
    char path[320];

    if (state->state != NULL && !state->stained) {
        replica_state_crash(state);
        return;
    }
    state_close(state->state);
    file_of(state, path);
    (void)unlink(path);
    state->stained = false;
    open_it(state);
}

void replica_state_commit(struct replica_state *state)
{
    struct error_text why = {0};

    state->stained = true;
    must(state_commit(state->state, &why), &why);
    must(state_begin(state->state, false, &why), &why);
}

void replica_state_crash(struct replica_state *state)
{
    struct error_text why = {0};

    state_abort(state->state);
    must(state_begin(state->state, false, &why), &why);
}

void replica_state_copy(struct replica_state *to, const struct replica_state *from)
{
    char from_path[320], to_path[320];
    static char buffer[1 << 16];
    ssize_t size;

    state_close(to->state);
    file_of(from, from_path);
    file_of(to, to_path);
    int in = open(from_path, O_RDONLY | O_CLOEXEC), out = open(to_path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    CHECK(in >= 0 && out >= 0);
    while ((size = read(in, buffer, sizeof buffer)) > 0)
        CHECK(write(out, buffer, (size_t)size) == size);
    (void)close(in);
    (void)close(out);
    to->stained = true;
    open_it(to);
}
