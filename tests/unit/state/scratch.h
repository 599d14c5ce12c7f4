/* A directory for one test, and shorthands for keys and values. */
#ifndef TESTS_STATE_SCRATCH_H
#define TESTS_STATE_SCRATCH_H

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/check.h"
#include "coordinator/state/rows.h"
#include "coordinator/state/state.h"

struct scratch {
    char path[64];
};

static inline void scratch_begin(struct scratch *scratch)
{
    strcpy(scratch->path, "/tmp/dibs-state-XXXXXX");
    CHECK(mkdtemp(scratch->path) != NULL);
}

static inline void scratch_file(const struct scratch *scratch, char *name, size_t size)
{
    CHECK((size_t)snprintf(name, size, "%s/data.mdb", scratch->path) < size);
}

static inline void scratch_end(struct scratch *scratch)
{
    char name[128];

    (void)chmod(scratch->path, 0700);
    scratch_file(scratch, name, sizeof name);
    (void)unlink(name);
    (void)rmdir(scratch->path);
}

static inline struct state *scratch_open(const struct scratch *scratch)
{
    struct state_options options = {.create = true, .map_bytes = UINT64_C(1) << 30, .check_bytes = UINT64_C(1) << 30};
    struct state *state = NULL;
    struct error_text why = {0};

    if (state_open(scratch->path, &options, &state, &why) != DIBS_OK) {
        fprintf(stderr, "%s\n", why.text);
        abort();
    }
    return state;
}

/* With a map that is soon full. */
static inline struct state *scratch_open_tiny(const struct scratch *scratch)
{
    struct state *state = NULL;
    struct state_options options = {.create = true, .map_bytes = 256 * 1024};
    struct error_text why = {0};

    CHECK(state_open(scratch->path, &options, &state, &why) == DIBS_OK);
    return state;
}

/* Puts until the state fails, or 1 MB is in. */
static inline void fill(struct state *state)
{
    static uint8_t value[1000];
    for (uint32_t i = 0; i < 1000 && state_failure(state, NULL) == DIBS_OK; i++)
        table_put(state, TABLE_TEXT, span_of(&i, sizeof i), span_of(value, sizeof value));
}

static inline void begin(struct state *state)
{
    struct error_text why = {0};
    CHECK(state_begin(state, false, &why) == DIBS_OK);
}

static inline void begin_reading(struct state *state)
{
    struct error_text why = {0};
    CHECK(state_begin(state, true, &why) == DIBS_OK);
}

static inline void commit(struct state *state)
{
    struct error_text why = {0};
    CHECK(state_commit(state, &why) == DIBS_OK);
}

static inline void put(struct state *state, enum table table, const char *key, const char *value)
{
    table_put(state, table, span_from_text(key), span_from_text(value));
}

static inline bool has(struct state *state, enum table table, const char *key, const char *value)
{
    struct span found;
    return table_get(state, table, span_from_text(key), &found) && span_equal(found, span_from_text(value));
}

static inline bool digest_is_right(struct state *state)
{
    struct state_digest kept = state_digest(state), computed = state_digest_recomputed(state);
    return kept.low == computed.low && kept.high == computed.high;
}

#endif
