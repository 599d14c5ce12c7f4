/* A fleet's intents as a log, for replays: over a connection of its own, which is closed with the log. */
#include "agent-shim/fleet_own.h"

#include "agent-shim/fleet_log.h"
#include "agent-shim/replay.h"

#define MAP_BYTES (64ull << 30) /* sparse, as a store's own */

enum dibs_error fleet_log_open(const struct store_place *place, uint32_t patience_ms, struct log **out,
                               struct error_text *why)
{
    struct kafka *kafka = NULL;
    enum dibs_error error = fleet_connect(place, patience_ms, &kafka, why);
    if (error == DIBS_OK)
        error = kafka_ready(kafka, 1u << KAFKA_INTENTS, patience_ms, why);
    if (error == DIBS_OK)
        return log_kafka_open(kafka, true, out, why);
    kafka_close(kafka, false);
    return error;
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
