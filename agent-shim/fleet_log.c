/* A fleet's intents as a log, for replays: over a connection of its own, which is closed with the log. */
#include "agent-shim/fleet_own.h"

#include <inttypes.h>

#include "agent-shim/fleet_log.h"
#include "agent-shim/replay.h"

#define MAP_BYTES (64ull << 30) /* sparse, as a store's own */

static enum dibs_error connect_to_intents(const struct store_place *place, uint32_t patience_ms, struct kafka **kafka,
                                          struct error_text *why)
{
    *kafka = NULL;
    enum dibs_error error = fleet_connect(place, patience_ms, kafka, why);
    return error == DIBS_OK ? kafka_ready(*kafka, 1u << KAFKA_INTENTS, patience_ms, why) : error;
}

enum dibs_error fleet_log_open(const struct store_place *place, uint32_t patience_ms, struct log **out,
                               struct error_text *why)
{
    struct kafka *kafka;
    enum dibs_error error = connect_to_intents(place, patience_ms, &kafka, why);
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

/* The state below is with the coordinators alone; from here nothing can be proved. */
static enum dibs_error say_pruned(const struct store_place *place, uint64_t first, struct error_text *why)
{
    return error_say(
        why, DIBS_UNSUPPORTED,
        "the log of %s begins with record %" PRIu64
        ": those before were pruned, so what is left cannot be replayed, shown, exported or moved; a "
        "coordinator's snapshot (`dibsd restore`) has what they came to, and to leave you let the claims end "
        "and begin a new store",
        place->url, first);
}

enum dibs_error fleet_log_replay(const struct store_place *place, uint32_t patience_ms, const char *into,
                                 struct replay **out, struct error_text *why)
{
    struct replay_source source = {.kind = INTAKE_TOPIC, .map_bytes = MAP_BYTES};
    struct kafka *kafka;
    uint64_t first = 0;
    enum dibs_error error = connect_to_intents(place, patience_ms, &kafka, why);
    if (error == DIBS_OK)
        error = kafka_bounds(kafka, KAFKA_INTENTS, 0, &first, &source.end, why);
    if (error == DIBS_OK && first > 0)
        error = say_pruned(place, first, why);
    if (error != DIBS_OK) {
        kafka_close(kafka, false);
        return error;
    }
    error = log_kafka_open(kafka, true, &source.log, why);
    return error == DIBS_OK ? replay_new(&source, into, out, why) : error;
}

enum dibs_error fleet_replay(struct backend *backend, const char *into, struct replay **out, struct error_text *why)
{
    struct fleet *fleet = fleet_of(backend);
    return fleet_log_replay(fleet->place, fleet->options.patience_ms, into, out, why);
}
