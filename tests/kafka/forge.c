/* Writes what no honest agent writes: garbage, records of versions to come, and what only the operator or a coordinator may
 * write. Says how many went to each topic.
 * usage: forge KAFKA_URL [OFFSET]: with an offset only a checkpoint of that offset, which no operator has signed */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "log/kafka.h"
#include "log/kafka_url.h"
#include "proto/codec.h"

enum { LARGE = 300000, ACK_MS = 10000 };

static struct kafka *kafka;
static struct error_text why;
static unsigned sent[KAFKA_TOPICS];
static uint8_t bytes[LIMIT_IMPORT_BYTES];

static void must(enum dibs_error error)
{
    if (error == DIBS_OK)
        return;
    (void)fprintf(stderr, "forge: %s\n", why.text);
    exit(1);
}

static void take(void *context, uint64_t cookie, enum kafka_ack ack, const char *words)
{
    (void)context;
    (void)cookie;
    if (ack == KAFKA_DELIVERED)
        return;
    (void)fprintf(stderr, "forge: not taken: %s\n", words);
    exit(1);
}

static void send_bytes(enum kafka_topic topic, struct span payload, int rank)
{
    must(kafka_send(kafka, topic, 0, payload, rank, 0, &why));
    while (kafka_unacked(kafka) > 0)
        if (kafka_acks(kafka, ACK_MS, take, NULL) == 0)
            exit(1);
    sent[topic]++;
}

static void send_intent(const struct intent *intent)
{
    size_t size = 0;
    must(intent_encode(intent, bytes, sizeof bytes, &size, &why));
    send_bytes(KAFKA_INTENTS, span_of(bytes, size), -1);
}

static struct intent *new_intent(enum verb verb)
{
    static struct intent intent;
    memset(&intent, 0, sizeof intent);
    intent.verb = verb;
    if (verb_has_head(verb)) {
        intent.has_head = true;
        intent.head = (struct intent_head){.id = {.client = 4711, .seq = 1}, .session = span_from_text("mallory")};
        memset(intent.head.identity, 7, sizeof intent.head.identity);
    }
    return &intent;
}

/* Bytes that are no record, or none that this version knows. */
static void send_garbage(void)
{
    uint8_t *large = calloc(1, LARGE);
    size_t size = 0;
    const uint8_t newer[] = {0x08, 99, 0x18, 1};
    if (large == NULL)
        exit(1);
    send_bytes(KAFKA_INTENTS, span_from_text("not a record at all"), -1);
    send_bytes(KAFKA_INTENTS, span_of(NULL, 0), -1);  /* null */
    send_bytes(KAFKA_INTENTS, span_of(large, 0), -1); /* empty */
    send_bytes(KAFKA_INTENTS, span_of(large, LARGE), -1);
    send_bytes(KAFKA_INTENTS, span_of(newer, sizeof newer), -1);
    must(intent_encode(new_intent(VERB_TICK), bytes, sizeof bytes, &size, &why));
    memcpy(bytes + size, "\xfa\x3f\x01x", 4); /* a field 1023 */
    send_bytes(KAFKA_INTENTS, span_of(bytes, size + 4), -1);
    free(large);
}

static void send_as_operator(void)
{
    struct intent *intent = new_intent(VERB_GENESIS);
    intent->body.genesis = (struct genesis_intent){.format = 1, .jump_max_ms = 1000, .rules = 1};
    send_intent(intent);
    intent = new_intent(VERB_RECOVERED);
    intent->body.recovered.lost_records = true;
    send_intent(intent);
    intent = new_intent(VERB_CONFIGURE);
    intent->body.configure.entries[0] = (struct policy_entry){.id = POLICY_TTL_DEFAULT_MS, .value = 5000};
    intent->body.configure.entry_count = 1;
    send_intent(intent);
    intent = new_intent(VERB_REVOKE);
    intent->head.id.seq = 2;
    intent->body.revoke.target = (struct target){.kind = TARGET_TOKEN, .token = 1};
    intent->body.revoke.reason = span_from_text("because I can");
    send_intent(intent);
    intent = new_intent(VERB_SEAL);
    intent->head.id.seq = 3;
    intent->body.seal.moved_to = span_from_text("elsewhere");
    send_intent(intent);
    intent = new_intent(VERB_IMPORT);
    intent->body.import.end = true;
    intent->body.import.jump_max_ms = 1000;
    send_intent(intent);
}

static void send_checkpoint(uint64_t offset)
{
    struct checkpoint checkpoint = {.offset = offset, .rules = 1, .build = span_from_text("forge")};
    uint8_t mine[CHECKPOINT_BYTES];
    size_t size = 0;
    must(checkpoint_encode(&checkpoint, mine, sizeof mine, &size, &why));
    send_bytes(KAFKA_CHECKPOINTS, span_of(mine, size), -1);
}

static void send_as_coordinator(void)
{
    send_checkpoint(1);
    send_bytes(KAFKA_CHECKPOINTS, span_from_text("not a checkpoint"), -1);
    send_bytes(KAFKA_DECISIONS, span_from_text("not a decision"), 0);
    send_bytes(KAFKA_DECISIONS, span_of(NULL, 0), 0);
}

int main(int argc, char **argv)
{
    static struct kafka_url url;
    if (argc != 2 && argc != 3)
        return 2;
    must(kafka_url_parse(argv[1], &url, &why));
    must(kafka_open(
        &(struct kafka_options){
            .brokers = url.brokers, .fleet = url.fleet, .settings = url.settings, .role = KAFKA_AGENT},
        &kafka, &why));
    must(kafka_ready(kafka, 7, ACK_MS, &why));
    if (argc == 3) {
        send_checkpoint(strtoull(argv[2], NULL, 10));
    } else {
        send_garbage();
        send_as_operator();
        send_as_coordinator();
    }
    (void)printf("intents=%u decisions=%u checkpoints=%u\n", sent[KAFKA_INTENTS], sent[KAFKA_DECISIONS],
                 sent[KAFKA_CHECKPOINTS]);
    kafka_close(kafka, false);
    return 0;
}
