/* The connection: made before anything is sent, in the order that a cold start needs it. */
#include "agent-shim/fleet_own.h"

#include "agent-shim/config.h"

#include <time.h>

enum { LINK_TOPICS = 1u << KAFKA_INTENTS | 1u << KAFKA_DECISIONS, LINK_NAP_MS = 40 };

enum dibs_error fleet_connect(const struct store_place *place, uint32_t timeout_ms, struct kafka **out,
                              struct error_text *why)
{
    const struct kafka_options options = {.brokers = place->fleet.brokers,
                                          .fleet = place->fleet.fleet,
                                          .settings = place->fleet.settings,
                                          .config_file = environment("DIBS_KAFKA_CONFIG"),
                                          .role = KAFKA_AGENT,
                                          .timeout_ms = timeout_ms};
    return kafka_open(&options, out, why);
}

/* Brokers are asked without the mutex: meanwhile nobody else uses the connection. */
static void begin_asking(struct fleet *fleet)
{
    fleet->is_asking = true;
    (void)pthread_mutex_unlock(&fleet->mutex);
}

static void end_asking(struct fleet *fleet)
{
    (void)pthread_mutex_lock(&fleet->mutex);
    fleet->is_asking = false;
}

static enum dibs_error check_partitions(const struct fleet *fleet, uint32_t count, struct error_text *why)
{
    if (count > 0 && count <= FLEET_PARTITIONS_MAX)
        return DIBS_OK;
    return error_say(why, DIBS_UNSUPPORTED, "topic %s has %u partitions; 1 to %d can be used",
                     kafka_topic_name(fleet->kafka, KAFKA_DECISIONS), count, FLEET_PARTITIONS_MAX);
}

/* The reader's own connection is made, and its topic's leaders are asked for, while this one asks. */
static enum dibs_error connect(struct fleet *fleet, uint32_t *partitions, struct error_text *why)
{
    enum dibs_error error = DIBS_OK;
    if (fleet->kafka == NULL)
        error = fleet_connect(fleet->place, FLEET_TRY_MS, &fleet->kafka, why);
    if (error == DIBS_OK && fleet->reader == NULL)
        error = kafka_reader_open(fleet->kafka, &fleet->reader, why);
    if (error == DIBS_OK)
        kafka_reader_expect(fleet->reader, KAFKA_DECISIONS);
    if (error == DIBS_OK)
        error = kafka_ready(fleet->kafka, LINK_TOPICS, FLEET_TRY_MS, why);
    if (error == DIBS_OK)
        *partitions = kafka_partitions_seen(fleet->kafka, KAFKA_DECISIONS);
    return error == DIBS_OK ? check_partitions(fleet, *partitions, why) : error;
}

/* A log begins with its genesis or never: a record that is there before keeps every coordinator and every migration away.
 * Where anything was answered it has one, which spares the question. */
static enum dibs_error check_begun(const struct fleet *fleet, uint64_t answers, struct error_text *why)
{
    static const struct timespec nap = {.tv_nsec = LINK_NAP_MS * 1000000L};
    uint64_t first = 0, end = answers;
    enum dibs_error error = answers > 0 ? DIBS_OK : kafka_bounds(fleet->kafka, KAFKA_INTENTS, 0, &first, &end, why);
    if (error != DIBS_OK || end > 0)
        return error;
    (void)nanosleep(&nap, NULL); /* whoever made the topics is about to begin it */
    return error_say(why, DIBS_UNAVAILABLE,
                     "nobody has begun the log in %s: dibsd does with --create-topics, or the migration that fills it",
                     kafka_topic_name(fleet->kafka, KAFKA_INTENTS));
}

static void note_trouble(struct fleet *fleet, enum dibs_error error, const struct error_text *why)
{
    fleet->trouble = error;
    if (error != DIBS_OK)
        fleet->trouble_why = *why;
}

void fleet_link(struct fleet *fleet)
{
    struct error_text why = {0};
    uint32_t partitions = 0;
    uint64_t answers = 0;
    begin_asking(fleet);
    enum dibs_error error = connect(fleet, &partitions, &why);
    if (error == DIBS_OK)
        error =
            kafka_reader_start_at_end(fleet->reader, KAFKA_DECISIONS, fleet->options.slot % partitions, &answers, &why);
    if (error == DIBS_OK)
        error = check_begun(fleet, answers, &why);
    end_asking(fleet);
    note_trouble(fleet, error, &why);
    if (error != DIBS_OK)
        return;
    fleet->is_connected = true;
    fleet->partitions = partitions;
    fleet->is_read[fleet->options.slot % partitions] = true;
    fleet->counted_ms = clock_boot_ms();
}

/* With other partitions than before the answers come elsewhere. What comes there before it is read is asked for again. */
static void count_again(struct fleet *fleet)
{
    uint32_t partitions = 0;
    struct error_text why;
    uint64_t now_ms = clock_boot_ms();
    if (now_ms - fleet->counted_ms < FLEET_COUNT_MS)
        return;
    fleet->counted_ms = now_ms;
    begin_asking(fleet);
    enum dibs_error error = kafka_partitions(fleet->kafka, KAFKA_DECISIONS, &partitions, &why);
    if (error == DIBS_OK && partitions != fleet->partitions)
        kafka_reader_learn(fleet->reader, KAFKA_DECISIONS);
    end_asking(fleet);
    if (error == DIBS_OK && check_partitions(fleet, partitions, &why) == DIBS_OK)
        fleet->partitions = partitions;
}

void fleet_link_partitions(struct fleet *fleet)
{
    count_again(fleet);
    for (struct request *request = fleet->requests; request != NULL; request = request->next) {
        uint32_t partition = request->slot % fleet->partitions;
        struct error_text why;
        uint64_t end;
        if (request->state != REQUEST_OPEN || fleet->is_read[partition])
            continue;
        begin_asking(fleet);
        enum dibs_error error = kafka_reader_start_at_end(fleet->reader, KAFKA_DECISIONS, partition, &end, &why);
        end_asking(fleet);
        note_trouble(fleet, error, &why);
        fleet->is_read[partition] = error == DIBS_OK;
        return; /* the list may have changed: the rest in the next turn */
    }
}

void fleet_unlink(struct fleet *fleet)
{
    kafka_reader_close(fleet->reader, false);
    kafka_close(fleet->kafka, false);
    fleet->reader = NULL;
    fleet->kafka = NULL;
    fleet->is_connected = false;
    memset(fleet->is_read, 0, sizeof fleet->is_read);
    for (struct request *request = fleet->requests; request != NULL; request = request->next) {
        if (request->pending.out)
            pending_on_ack(&request->pending, PENDING_MAYBE, clock_boot_ms());
        if (request->pending.question_out)
            pending_on_question_ack(&request->pending, PENDING_MAYBE, clock_boot_ms());
    }
}
