/* A core with its state in a directory of its own. Most stories never commit, which makes an empty state free. */
#include "tests/sim/core_side.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static const uint64_t map_bytes = (uint64_t)1 << 30; /* sparse */

static void must(enum dibs_error error, const struct error_text *why)
{
    if (error == DIBS_OK)
        return;
    (void)fprintf(stderr, "sim: the state failed: %s: %s\n", dibs_error_name(error), why->text);
    exit(3);
}

static void delete_file(const struct core_side *side)
{
    char path[320];

    (void)snprintf(path, sizeof path, "%s/data.mdb", side->directory);
    (void)unlink(path);
}

static void open_state(struct core_side *side)
{
    const struct state_options options = {.map_bytes = map_bytes, .create = true};
    struct error_text why = {0};

    must(state_open(side->directory, &options, &side->state, &why), &why);
    must(state_begin(side->state, false, &why), &why);
}

void core_side_open(struct core_side *side, const char *parent, const char *name)
{
    *side = (struct core_side){0};
    (void)snprintf(side->directory, sizeof side->directory, "%s/%s", parent, name);
    if (mkdir(side->directory, 0700) != 0 && errno != EEXIST) {
        perror(side->directory);
        exit(3);
    }
    delete_file(side);
}

void core_side_fresh(struct core_side *side)
{
    struct error_text why = {0};

    if (side->state != NULL && !side->stained) {
        state_abort(side->state);
        must(state_begin(side->state, false, &why), &why);
        return;
    }
    state_close(side->state);
    delete_file(side);
    side->stained = false;
    open_state(side);
}

void core_side_commit(struct core_side *side)
{
    struct error_text why = {0};

    side->stained = true;
    must(state_commit(side->state, &why), &why);
    must(state_begin(side->state, false, &why), &why);
}

void core_side_crash(struct core_side *side)
{
    struct error_text why = {0};

    state_abort(side->state);
    must(state_begin(side->state, false, &why), &why);
}

void core_side_restart(struct core_side *side)
{
    state_close(side->state);
    open_state(side);
}

void core_side_close(struct core_side *side)
{
    if (side->directory[0] == '\0')
        return;
    state_close(side->state);
    side->state = NULL;
    delete_file(side);
    (void)rmdir(side->directory);
}
