/* What coordinators have published, read from the first record that the topics keep. */
#include "agent-shim/fleet_published.h"

#include <stdlib.h>
#include <string.h>

#include "base/private_file.h"
#include "proto/codec.h"

enum { SILENCE_MS = 30000 };

struct reading {
    struct published *published;
    struct kafka *kafka;
    struct kafka_reader *reader;
    const uint8_t *key; /* NULL: none */
    struct decision decision;
};

/* Room for one more; NULL: no memory. */
static void *grow(void **items, size_t *count, size_t *room, size_t size)
{
    if (*count == *room) {
        size_t more = *room == 0 ? 1024 : *room * 2;
        void *grown = realloc(*items, more * size);
        if (grown == NULL)
            return NULL;
        *items = grown;
        *room = more;
    }
    return (char *)*items + size * (*count)++;
}

static enum dibs_error take_decision(struct reading *reading, const struct kafka_event *event, struct error_text *why)
{
    struct published *published = reading->published;
    struct error_text ignored;
    if (decision_decode(event->payload, &reading->decision, &ignored) != DIBS_OK) {
        published->foreign++;
        return DIBS_OK;
    }
    void *items = published->decisions;
    struct published_decision *taken =
        grow(&items, &published->decision_count, &published->decision_room, sizeof *taken);
    published->decisions = items;
    if (taken == NULL)
        return error_say(why, DIBS_UNAVAILABLE, "there is no memory for %zu published decisions",
                         published->decision_count + 1);
    *taken = (struct published_decision){.id = {reading->decision.offset, reading->decision.index},
                                         .partition = event->partition,
                                         .place = event->offset,
                                         .hash = hash_xxh3_128(event->payload)};
    return DIBS_OK;
}

/* The first record there is a copy of the genesis. */
static enum dibs_error take_checkpoint(struct reading *reading, const struct kafka_event *event, struct error_text *why)
{
    struct published *published = reading->published;
    struct checkpoint checkpoint;
    struct error_text ignored;
    if (event->offset == 0)
        return DIBS_OK;
    if (checkpoint_decode(event->payload, &checkpoint, &ignored) != DIBS_OK ||
        (reading->key != NULL && !checkpoint_is_sealed(&checkpoint, reading->key))) {
        published->foreign++;
        return DIBS_OK;
    }
    void *items = published->checkpoints;
    struct published_checkpoint *taken =
        grow(&items, &published->checkpoint_count, &published->checkpoint_room, sizeof *taken);
    published->checkpoints = items;
    if (taken == NULL)
        return error_say(why, DIBS_UNAVAILABLE, "there is no memory for the checkpoints");
    *taken =
        (struct published_checkpoint){.offset = checkpoint.offset, .place = event->offset, .rank = checkpoint.rank};
    memcpy(taken->digest, checkpoint.digest, sizeof taken->digest);
    return DIBS_OK;
}

static enum dibs_error take_record(struct reading *reading, const struct kafka_event *event, struct error_text *why)
{
    if (!event->has_payload) {
        reading->published->foreign++;
        return DIBS_OK;
    }
    return event->topic == KAFKA_DECISIONS ? take_decision(reading, event, why) : take_checkpoint(reading, event, why);
}

/* One partition, up to what is its end now. */
static enum dibs_error read_partition(struct reading *reading, enum kafka_topic topic, uint32_t partition,
                                      struct error_text *why)
{
    uint64_t next = 0, end = 0;
    enum dibs_error error = kafka_bounds(reading->kafka, topic, partition, &next, &end, why);
    if (error == DIBS_OK && next < end)
        error = kafka_reader_start(reading->reader, topic, partition, next, why);
    while (error == DIBS_OK && next < end) {
        struct kafka_event event;
        enum kafka_event_kind kind = kafka_reader_next(reading->reader, SILENCE_MS, &event);
        if (kind == KAFKA_RECORD)
            error = take_record(reading, &event, why);
        else if (kind == KAFKA_NOTHING || kind == KAFKA_GONE || (kind == KAFKA_TROUBLE && !event.retriable))
            error = error_say(why, kind == KAFKA_NOTHING ? DIBS_UNAVAILABLE : event.error, "topic %s, partition %u: %s",
                              kafka_topic_name(reading->kafka, topic), partition,
                              kind == KAFKA_NOTHING ? "nothing came in 30 s" : event.words);
        if (kind == KAFKA_RECORD || kind == KAFKA_END)
            next = kind == KAFKA_END ? event.offset : event.offset + 1;
    }
    kafka_reader_stop(reading->reader, topic, partition);
    return error;
}

static int by_identity(const void *a, const void *b)
{
    const struct published_decision *x = a, *y = b;
    return decision_id_compare(x->id, y->id);
}

static int by_offset(const void *a, const void *b)
{
    const struct published_checkpoint *x = a, *y = b;
    return x->offset < y->offset ? -1 : x->offset > y->offset;
}

static enum dibs_error read_all(struct reading *reading, struct error_text *why)
{
    struct published *published = reading->published;
    uint32_t partitions = 0;
    enum dibs_error error = kafka_partitions(reading->kafka, KAFKA_DECISIONS, &partitions, why);
    if (error == DIBS_OK)
        error = read_partition(reading, KAFKA_CHECKPOINTS, 0, why);
    for (uint32_t i = 0; error == DIBS_OK && i < partitions; i++)
        error = read_partition(reading, KAFKA_DECISIONS, i, why);
    if (published->decision_count > 0)
        qsort(published->decisions, published->decision_count, sizeof *published->decisions, by_identity);
    if (published->checkpoint_count > 0)
        qsort(published->checkpoints, published->checkpoint_count, sizeof *published->checkpoints, by_offset);
    return error;
}

enum dibs_error published_init(struct published *published, struct kafka *kafka, const char *operator_key,
                               struct error_text *why)
{
    uint8_t key[KEY_FILE_BYTES];
    enum dibs_error error = DIBS_OK;
    *published = (struct published){.is_proved = operator_key[0] != '\0'};
    struct reading *reading = calloc(1, sizeof *reading);
    if (reading == NULL)
        return error_say(why, DIBS_UNAVAILABLE, "there is no memory to read the decisions");
    *reading = (struct reading){.published = published, .kafka = kafka, .key = published->is_proved ? key : NULL};
    if (published->is_proved)
        error = key_file_read(operator_key, false, key, why);
    if (error == DIBS_OK)
        error = kafka_reader_open(kafka, &reading->reader, why);
    if (error == DIBS_OK)
        error = read_all(reading, why);
    kafka_reader_close(reading->reader, false);
    explicit_bzero(key, sizeof key);
    free(reading);
    if (error != DIBS_OK)
        published_deinit(published);
    return error;
}

void published_deinit(struct published *published)
{
    free(published->decisions);
    free(published->checkpoints);
    *published = (struct published){0};
}
