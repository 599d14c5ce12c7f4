/* A coordinator as small as can be, for tests of agents: it makes a fleet's topics and genesis, applies the intents from
 * the first on, publishes what is decided, ticks when something is due, and writes a checkpoint whenever it rests. It
 * keeps no state: started again it applies and publishes all once more, which agents must bear.
 * usage: as dibsd --store URL --state DIR --operator-key FILE …; says READY=1 to $NOTIFY_SOCKET. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "agent-shim/fleet_log.h"
#include "agent-shim/identity.h"
#include "agent-shim/nobody.h"
#include "agent-shim/store_url.h"
#include "base/endian.h"
#include "base/hash.h"
#include "base/private_file.h"
#include "coordinator/core/apply.h"
#include "coordinator/daemon/notify.h"
#include "coordinator/intake/intake.h"
#include "coordinator/state/rows.h"
#include "log/kafka.h"
#include "proto/codec.h"

enum { IDLE_MS = 20, TICK_MS = 50, COUNT_MS = 1000, RULES = 1 };

static struct coordinator {
    const char *url, *directory, *key_file;
    uint8_t key[KEY_FILE_BYTES];
    struct kafka *kafka;
    struct kafka_reader *reader;
    struct state *state;
    struct intake intake;
    uint32_t partitions;
    uint64_t last_ts_ms, last_ms, ticked_ms; /* of the last record, by the broker and here; of our last tick */
    uint64_t counted_ms;                     /* when the partitions were counted */
    uint64_t checkpoint;
    uint8_t bytes[LIMIT_RECORD_BYTES];
} self;

static struct error_text why;
static volatile sig_atomic_t stopped;

#define MUST(call) must((call), #call)
static void must(enum dibs_error error, const char *call)
{
    if (error == DIBS_OK)
        return;
    fprintf(stderr, "small coordinator: %s: %s: %s\n", call, dibs_error_name(error), why.text);
    exit(1);
}

static void stop(int signal)
{
    (void)signal;
    stopped = 1;
}

static uint64_t now_ms(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_BOOTTIME, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

static void take_ack(void *context, uint64_t cookie, enum kafka_ack ack, const char *words)
{
    (void)context, (void)cookie;
    if (ack != KAFKA_DELIVERED)
        must(error_say(&why, DIBS_UNAVAILABLE, "%s", words), "an ack");
}

static void put(enum kafka_topic topic, uint32_t partition, size_t size, int rank)
{
    enum dibs_error error;
    while ((error = kafka_send(self.kafka, topic, partition, span_of(self.bytes, size), rank, 0, &why)) == DIBS_BUSY)
        (void)kafka_acks(self.kafka, 100, take_ack, NULL);
    MUST(error);
}

static void put_intent(enum kafka_topic topic, const struct intent *intent)
{
    size_t size;
    MUST(intent_encode(intent, self.bytes, sizeof self.bytes, &size, &why));
    put(topic, 0, size, -1);
}

static void publish(void *context, const struct decision *decision)
{
    size_t size;
    (void)context;
    if (decision->id.client == 0)
        return;
    MUST(decision_encode(decision, self.bytes, sizeof self.bytes, &size, &why));
    put(KAFKA_DECISIONS, decision->reply_partition % self.partitions, size, 0);
}

/* ---------------------------------------------------------------- the beginning */

static void write_genesis(void)
{
    static struct intent genesis;
    genesis.verb = VERB_GENESIS;
    genesis.body.genesis = (struct genesis_intent){
        .format = 1, .jump_max_ms = FLEET_JUMP_MAX_MS, .row_keep_ms = FLEET_ROW_KEEP_MS, .rules = RULES};
    random_fill(genesis.body.genesis.store_id, sizeof genesis.body.genesis.store_id);
    MUST(identity_of_operator(self.key_file, true, IDENTITY_VERIFIER, genesis.body.genesis.operator_identity, &why));
    put_intent(KAFKA_INTENTS, &genesis);
    put_intent(KAFKA_CHECKPOINTS, &genesis);
}

static void begin(void)
{
    const struct state_options options = {.map_bytes = 1 << 28, .create = true};
    const struct kafka_plan plan = {0};
    struct store_place place;
    unsigned made;
    uint64_t first, end;
    char path[256];
    MUST(store_place_parse(self.url, &place, &why));
    const struct kafka_options kafka = {.brokers = place.fleet.brokers,
                                        .fleet = place.fleet.fleet,
                                        .settings = place.fleet.settings,
                                        .config_file = getenv("DIBS_KAFKA_CONFIG"),
                                        .role = KAFKA_COORDINATOR};
    MUST(kafka_open(&kafka, &self.kafka, &why));
    MUST(kafka_create_topics(self.kafka, &plan, &made, &why));
    MUST(kafka_partitions(self.kafka, KAFKA_DECISIONS, &self.partitions, &why));
    MUST(kafka_bounds(self.kafka, KAFKA_INTENTS, 0, &first, &end, &why));
    if (end == 0)
        write_genesis();
    MUST(key_file_read(self.key_file, true, self.key, &why));
    (void)snprintf(path, sizeof path, "%s-%ld", self.directory, (long)getpid());
    (void)mkdir(path, 0700);
    MUST(state_open(path, &options, &self.state, &why));
    MUST(state_begin(self.state, false, &why));
    MUST(kafka_reader_open(self.kafka, &self.reader, &why));
    MUST(kafka_reader_start(self.reader, KAFKA_INTENTS, 0, 0, &why));
}

/* ---------------------------------------------------------------- the loop */

static void apply(const struct kafka_event *event)
{
    const struct log_record record = {.offset = event->offset, .ts_ms = event->ts_ms, .payload = event->payload};
    const struct decision_sink sink = {publish, NULL};
    struct core_record core;
    intake_init(&self.intake);
    while (intake_begin(&self.intake, self.state, INTAKE_TOPIC, &record, &core)) {
        bool speaks = !self.intake.importing;
        if (core_apply(self.state, &core, speaks ? sink : nobody) != CORE_FINISHED)
            MUST(state_failure(self.state, &why));
        intake_end(&self.intake, self.state);
    }
    self.last_ts_ms = event->ts_ms;
    self.last_ms = now_ms();
    (void)kafka_acks(self.kafka, 0, take_ack, NULL);
}

static void write_checkpoint(void)
{
    struct checkpoint checkpoint = {
        .offset = state_meta(self.state)->next_offset, .rules = RULES, .build = span_from_text("small coordinator")};
    struct state_digest digest = core_digest(self.state);
    size_t size;
    if (checkpoint.offset == self.checkpoint || intake_is_importing(self.state))
        return;
    self.checkpoint = checkpoint.offset;
    put_u64be(checkpoint.digest, digest.high);
    put_u64be(checkpoint.digest + 8, digest.low);
    MUST(checkpoint_encode(&checkpoint, self.bytes, sizeof self.bytes, &size, &why));
    hash_blake2b_256_keyed(span_of(self.bytes, size), self.key, checkpoint.mac);
    MUST(checkpoint_encode(&checkpoint, self.bytes, sizeof self.bytes, &size, &why));
    put(KAFKA_CHECKPOINTS, 0, size, -1);
}

/* There may be more than there were. */
static void count_partitions(void)
{
    uint32_t count;
    uint64_t now = now_ms();
    if (now - self.counted_ms < COUNT_MS)
        return;
    self.counted_ms = now;
    if (kafka_partitions(self.kafka, KAFKA_DECISIONS, &count, &why) == DIBS_OK)
        self.partitions = count;
}

static void rest(void)
{
    static const struct intent tick = {.verb = VERB_TICK};
    (void)kafka_acks(self.kafka, 0, take_ack, NULL);
    count_partitions();
    if (kafka_unacked(self.kafka) == 0 && self.last_ts_ms != 0)
        write_checkpoint();
    uint64_t now = now_ms(), ts_ms = self.last_ts_ms + (now - self.last_ms);
    if (self.last_ts_ms == 0 || now - self.ticked_ms < TICK_MS || !core_is_due(self.state, ts_ms))
        return;
    self.ticked_ms = now;
    put_intent(KAFKA_INTENTS, &tick);
}

static void take_arguments(int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        const char *next = i + 1 < argc ? argv[i + 1] : "";
        if (strcmp(argv[i], "--store") == 0)
            self.url = next;
        else if (strcmp(argv[i], "--state") == 0)
            self.directory = next;
        else if (strcmp(argv[i], "--operator-key") == 0)
            self.key_file = next;
    }
    if (self.url == NULL || self.directory == NULL || self.key_file == NULL) {
        fprintf(stderr, "usage: --store URL --state DIR --operator-key FILE\n");
        exit(2);
    }
}

int main(int argc, char **argv)
{
    take_arguments(argc, argv);
    (void)signal(SIGTERM, stop);
    begin();
    MUST(notify_send("READY=1", &why));
    while (!stopped) {
        struct kafka_event event;
        enum kafka_event_kind kind = kafka_reader_next(self.reader, IDLE_MS, &event);
        if (kind == KAFKA_RECORD)
            apply(&event);
        else if (kind == KAFKA_NOTHING)
            rest();
        else if (kind == KAFKA_GONE || (kind == KAFKA_TROUBLE && !event.retriable))
            must(event.error, event.words);
    }
    kafka_reader_close(self.reader, false);
    kafka_close(self.kafka, false);
    return 0;
}
