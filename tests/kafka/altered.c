/* Publishes what a coordinator would not: a decision that is there already, altered, or a checkpoint with a false digest
 * and nobody's signature. usage: altered STORE decision|checkpoint */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent-shim/fleet.h"
#include "proto/codec.h"

static struct error_text why;
static uint8_t bytes[KAFKA_RECORD_MAX], altered[LIMIT_RECORD_BYTES];

static void must(enum dibs_error error, const char *what)
{
    if (error == DIBS_OK)
        return;
    fprintf(stderr, "altered: %s: %s\n", what, why.text);
    exit(1);
}

static void take_ack(void *context, uint64_t cookie, enum kafka_ack ack, const char *words)
{
    (void)context, (void)cookie;
    if (ack != KAFKA_DELIVERED)
        must(error_say(&why, DIBS_UNAVAILABLE, "%s", words), "an ack");
}

static void put(struct kafka *kafka, enum kafka_topic topic, uint32_t partition, size_t size)
{
    must(kafka_send(kafka, topic, partition, span_of(altered, size), 0, 0, &why), "send");
    while (kafka_unacked(kafka) > 0)
        (void)kafka_acks(kafka, 1000, take_ack, NULL);
}

static void alter_decision(struct kafka *kafka)
{
    static struct decision decision;
    uint32_t partitions;
    size_t size;
    must(kafka_partitions(kafka, KAFKA_DECISIONS, &partitions, &why), "partitions");
    for (uint32_t i = 0; i < partitions; i++) {
        struct kafka_event event;
        must(kafka_read_one(kafka, KAFKA_DECISIONS, i, 0, bytes, sizeof bytes, &event, &why), "read");
        if (event.kind != KAFKA_RECORD)
            continue;
        must(decision_decode(event.payload, &decision, &why), "decode");
        decision.ttl_ms++;
        must(decision_encode(&decision, altered, sizeof altered, &size, &why), "encode");
        put(kafka, KAFKA_DECISIONS, i, size);
        printf("record %llu, decision %u\n", (unsigned long long)decision.offset, (unsigned)decision.index);
        return;
    }
    must(error_say(&why, DIBS_NO_STORE, "nothing was published"), "read");
}

static void write_checkpoint(struct kafka *kafka)
{
    const struct checkpoint checkpoint = {.offset = 1, .digest = "false", .rules = 1, .mac = "nobody's"};
    size_t size;
    must(checkpoint_encode(&checkpoint, altered, sizeof altered, &size, &why), "encode");
    put(kafka, KAFKA_CHECKPOINTS, 0, size);
}

int main(int argc, char **argv)
{
    struct store_place place;
    struct kafka *kafka;
    if (argc != 3)
        return 2;
    must(store_place_parse(argv[1], &place, &why), "store");
    must(fleet_connect(&place, 10000, &kafka, &why), "connect");
    if (strcmp(argv[2], "decision") == 0)
        alter_decision(kafka);
    else
        write_checkpoint(kafka);
    kafka_close(kafka, false);
    return 0;
}
