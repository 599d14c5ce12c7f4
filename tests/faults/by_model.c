/* A store beside the model. See by_model.h. */
#include "tests/faults/by_model.h"

#include <dirent.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent-shim/store.h"
#include "base/check.h"
#include "log/segment.h"
#include "proto/codec.h"
#include "proto/nobody.h"
#include "tests/faults/power_loss.h"
#include "tests/model/model.h"
#include "tests/sim/core_dump.h"
#include "tests/sim/side_by_side.h"

enum { SEGMENTS_MAX = 512, LOCK_MS = 20000 };

typedef void record_listener(void *context, const struct log_record *record);

static int by_name(const void *a, const void *b)
{
    return strcmp(a, b);
}

static size_t list_segments(const char *store, char names[SEGMENTS_MAX][32])
{
    char path[PATH_MAX];
    size_t count = 0;
    (void)snprintf(path, sizeof path, "%s/log", store);
    DIR *directory = opendir(path);
    CHECK(directory != NULL);
    for (struct dirent *entry; (entry = readdir(directory)) != NULL;)
        if (strlen(entry->d_name) == 24) {
            CHECK(count < SEGMENTS_MAX);
            (void)snprintf(names[count++], 32, "%.24s", entry->d_name);
        }
    (void)closedir(directory);
    qsort(names, count, sizeof names[0], by_name);
    return count;
}

/* Every whole record in a row; stops at the first that isn't the next. */
static void each_record(const char *store, uint64_t most, record_listener *listen, void *context)
{
    static char names[SEGMENTS_MAX][32];
    size_t segments = list_segments(store, names);
    uint64_t next = 0;
    for (size_t i = 0; i < segments; i++) {
        char path[PATH_MAX];
        size_t size, at = SEGMENT_HEADER_BYTES, record_bytes;
        struct log_record record;
        (void)snprintf(path, sizeof path, "%.3000s/log/%.31s", store, names[i]);
        char *bytes = power_loss_read(path, &size);
        while (next < most && at < size &&
               segment_parse_record(span_of(bytes + at, size - at), &record, &record_bytes) == SEGMENT_WHOLE &&
               record.offset == next) {
            listen(context, &record);
            at += record_bytes;
            next++;
        }
        free(bytes);
        if (at < size)
            return;
    }
}

static void add_to_sum(void *context, const struct log_record *record)
{
    static struct intent intent;
    struct log_sum *sum = context;
    uint64_t numbers[4] = {sum->hash.low, sum->hash.high, record->offset, record->ts_ms};
    const struct span pieces[] = {span_of(numbers, sizeof numbers), record->payload};
    sum->hash = hash_xxh3_128_pieces(pieces, 2);
    sum->records++;
    intent_decode(record->payload, &intent);
    sum->recovered += intent.flaw == FLAW_NONE && intent.verb == VERB_RECOVERED;
}

struct log_sum by_model_sum(const char *store, uint64_t most)
{
    struct log_sum sum = {0};
    each_record(store, most, add_to_sum, &sum);
    return sum;
}

static void give_to_model(void *context, const struct log_record *record)
{
    static struct intent intent;
    intent_decode(record->payload, &intent);
    model_apply(context, record->offset, record->ts_ms, &intent, nobody);
}

static char *dump_model(const char *store)
{
    struct model *model = model_new();
    char *text = NULL;
    size_t size;
    each_record(store, UINT64_MAX, give_to_model, model);
    CHECK(model_check(model) == NULL);
    FILE *out = open_memstream(&text, &size);
    CHECK(out != NULL);
    model_dump(model, out);
    (void)fclose(out);
    model_free(model);
    return text;
}

static char *dump_store(struct store *store, uint64_t *last_token)
{
    struct snapshot tables = {0};
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    CHECK(out != NULL);
    snapshot_take(&tables, store->state);
    core_dump(store->state, &tables, out);
    (void)fclose(out);
    snapshot_free(&tables);
    *last_token = state_meta(store->state)->last_token;
    return text;
}

bool by_model_is_equal(const char *path, uint64_t *last_token)
{
    static struct store store;
    struct store_place place;
    struct error_text why;
    const struct store_options options = {.lock_timeout_ms = LOCK_MS};
    enum dibs_error error = store_place_parse(path, &place, &why);
    if (error == DIBS_OK)
        error = store_open(&store, &place, &options, &why);
    if (error == DIBS_OK)
        error = store_begin(&store, "comparing", &why);
    if (error != DIBS_OK) {
        fprintf(stderr, "the store cannot be used: %s: %s\n", dibs_error_name(error), why.text);
        return false;
    }
    char *ours = dump_store(&store, last_token), *models = dump_model(path);
    CHECK(store_commit(&store, &why) == DIBS_OK);
    store_end(&store);
    store_close(&store);
    bool is_equal = strcmp(ours, models) == 0;
    if (!is_equal)
        side_by_side_print(stderr, "the store", ours, "the model", models);
    free(ours);
    free(models);
    return is_equal;
}
