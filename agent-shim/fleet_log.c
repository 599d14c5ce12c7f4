/* A fleet's intents as a log, for replays: over a connection of its own, which is closed with the log. */
#include "agent-shim/fleet_own.h"

#include <stdlib.h>

#include "agent-shim/fleet_log.h"
#include "agent-shim/replay.h"

#define MAP_BYTES (64ull << 30) /* sparse, as a store's own */

struct fleet_log {
    struct log log; /* first */
    struct log *topic;
    struct kafka *kafka;
};

static struct fleet_log *own(struct log *log)
{
    return (struct fleet_log *)log;
}

static enum dibs_error append(struct log *log, struct span payload, uint64_t *offset, uint64_t *ts_ms,
                              struct error_text *why)
{
    return log_append(own(log)->topic, payload, offset, ts_ms, why);
}

static enum dibs_error read(struct log *log, uint64_t offset, struct log_record *record, struct error_text *why)
{
    return log_read(own(log)->topic, offset, record, why);
}

static enum dibs_error end(struct log *log, uint64_t *offset, struct error_text *why)
{
    return log_end(own(log)->topic, offset, why);
}

static uint64_t now_ms(struct log *log)
{
    return log_now_ms(own(log)->topic);
}

static enum dibs_error wait(struct log *log, uint64_t offset, uint32_t timeout_ms, struct error_text *why)
{
    return log_wait(own(log)->topic, offset, timeout_ms, why);
}

static void close_log(struct log *log)
{
    log_close(own(log)->topic);
    kafka_close(own(log)->kafka, false);
    free(log);
}

enum dibs_error fleet_log_open(const struct store_place *place, uint32_t patience_ms, struct log **out,
                               struct error_text *why)
{
    static const struct log_methods methods = {
        .append = append, .read = read, .end = end, .now_ms = now_ms, .wait = wait, .close = close_log};
    struct fleet_log *log = calloc(1, sizeof *log);
    if (log == NULL)
        return error_say(why, DIBS_UNAVAILABLE, "there is no memory to read the log");
    log->log.methods = &methods;
    enum dibs_error error = fleet_connect(place, patience_ms, &log->kafka, why);
    if (error == DIBS_OK)
        error = kafka_ready(log->kafka, 1u << KAFKA_INTENTS, patience_ms, why);
    if (error == DIBS_OK)
        error = log_kafka_open(log->kafka, &log->topic, why);
    if (error != DIBS_OK) {
        close_log(&log->log);
        return error;
    }
    *out = &log->log;
    return DIBS_OK;
}

enum dibs_error fleet_log_end(struct kafka *kafka, uint64_t *end, struct error_text *why)
{
    uint64_t first;
    return kafka_bounds(kafka, KAFKA_INTENTS, 0, &first, end, why);
}

enum dibs_error fleet_log_replay(const struct store_place *place, uint32_t patience_ms, const char *into,
                                 struct replay **out, struct error_text *why)
{
    struct replay_source source = {.kind = INTAKE_TOPIC, .map_bytes = MAP_BYTES};
    enum dibs_error error = fleet_log_open(place, patience_ms, &source.log, why);
    if (error != DIBS_OK)
        return error;
    error = log_end(source.log, &source.end, why);
    if (error != DIBS_OK) {
        log_close(source.log);
        return error;
    }
    return replay_new(&source, into, out, why);
}

enum dibs_error fleet_replay(struct backend *backend, const char *into, struct replay **out, struct error_text *why)
{
    struct fleet *fleet = fleet_of(backend);
    return fleet_log_replay(fleet->place, fleet->options.patience_ms, into, out, why);
}
