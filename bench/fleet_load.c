/* Load for a coordinator. */
#include "bench/fleet_load.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "base/check.h"
#include "bench/figures.h"
#include "bench/rdkafka_bare.h"
#include "proto/codec.h"

enum { BATCH = 1000, GIVE_UP_MS = 120000, INTENT_BYTES = 256 };

struct load {
    rd_kafka_t *producer, *consumer;
    rd_kafka_topic_t *intents, *decisions;
    rd_kafka_queue_t *queue;
    uint32_t partitions;
    uint64_t client; /* the first of LOAD_SESSIONS */
    uint64_t run;    /* keys of each run are its own */
    uint64_t seqs[LOAD_SESSIONS];
    size_t heard;
    struct intent intent;
    struct decision decision;
};

struct load *load_open(const char *brokers, const char *fleet, uint32_t partitions)
{
    char name[300];
    struct load *load = calloc(1, sizeof *load);
    CHECK(load != NULL);
    load->partitions = partitions;
    load->client = ((uint64_t)getpid() << 40) + ((uint64_t)time(NULL) << 16);
    load->producer = bare_producer(brokers);
    (void)snprintf(name, sizeof name, "%s.intents", fleet);
    load->intents = rd_kafka_topic_new(load->producer, name, NULL);
    load->consumer = bare_consumer(brokers);
    (void)snprintf(name, sizeof name, "%s.decisions", fleet);
    load->decisions = rd_kafka_topic_new(load->consumer, name, NULL);
    load->queue = rd_kafka_queue_new(load->consumer);
    for (uint32_t i = 0; i < partitions; i++)
        bare_read_from_end(load->consumer, load->decisions, (int)i, load->queue);
    return load;
}

void load_close(struct load *load)
{
    (void)rd_kafka_flush(load->producer, 10000);
    for (uint32_t i = 0; i < load->partitions; i++)
        (void)rd_kafka_consume_stop(load->decisions, (int)i);
    rd_kafka_queue_destroy(load->queue);
    rd_kafka_topic_destroy(load->decisions);
    rd_kafka_topic_destroy(load->intents);
    rd_kafka_destroy(load->consumer);
    rd_kafka_destroy(load->producer);
    free(load);
}

/* ---------------------------------------------------------------- what is sent */

struct encoded {
    uint8_t *bytes; /* INTENT_BYTES each */
    uint8_t *sizes;
    size_t count;
};

static struct intent *begin(struct load *load, enum verb verb, size_t number, char *session, size_t size)
{
    uint64_t who = number % LOAD_SESSIONS;
    struct intent *intent = &load->intent;
    memset(intent, 0, sizeof *intent);
    (void)snprintf(session, size, "load-%llu", (unsigned long long)who);
    intent->has_head = true;
    intent->verb = verb;
    intent->head = (struct intent_head){.id = {load->client + who, ++load->seqs[who]},
                                        .session = span_from_text(session),
                                        .reply_partition = (uint32_t)(who % load->partitions)};
    return intent;
}

static void encode(struct load *load, struct encoded *out, enum verb verb, size_t number)
{
    char session[32], key[64];
    size_t size;
    struct error_text why;
    struct intent *intent = begin(load, verb, number, session, sizeof session);
    (void)snprintf(key, sizeof key, "bench:%llx/%llu/%zu", (unsigned long long)load->client,
                   (unsigned long long)load->run, number);
    if (verb == VERB_CLAIM) {
        intent->body.claim.keys[0] = span_from_text(key);
        intent->body.claim.key_count = 1;
    } else {
        intent->body.close.outcome = CLOSE_RELEASED;
        intent->body.close.targets[0] = (struct target){.kind = TARGET_KEY, .key = span_from_text(key)};
        intent->body.close.target_count = 1;
    }
    CHECK(intent_encode(intent, out->bytes + out->count * INTENT_BYTES, INTENT_BYTES, &size, &why) == DIBS_OK);
    CHECK(size <= UINT8_MAX);
    out->sizes[out->count++] = (uint8_t)size;
}

static struct encoded encode_all(struct load *load, const struct load_plan *plan)
{
    struct encoded all = {.bytes = malloc(2 * plan->claims * INTENT_BYTES), .sizes = malloc(2 * plan->claims)};
    CHECK(all.bytes != NULL && all.sizes != NULL && plan->live <= plan->claims);
    load->run++;
    for (size_t i = 0; i < plan->claims; i++) {
        encode(load, &all, VERB_CLAIM, i);
        if (i >= plan->live)
            encode(load, &all, VERB_CLOSE, i - plan->live);
    }
    for (size_t i = plan->claims - plan->live; !plan->stays && i < plan->claims; i++)
        encode(load, &all, VERB_CLOSE, i);
    return all;
}

/* ---------------------------------------------------------------- what is heard */

static void look(struct load *load, const rd_kafka_message_t *message)
{
    struct error_text why;
    struct decision *decision = &load->decision;
    CHECK(decision_decode(span_of(message->payload, message->len), decision, &why) == DIBS_OK);
    if (decision->id.client < load->client || decision->id.client >= load->client + LOAD_SESSIONS)
        return;
    CHECK(decision->answer == ANSWER_GRANTED || decision->answer == ANSWER_ACCEPTED);
    load->heard++;
}

static void hear(struct load *load, int timeout_ms)
{
    rd_kafka_message_t *batch[BATCH];
    size_t count = bare_consume(load->queue, timeout_ms, batch, BATCH);
    for (size_t i = 0; i < count; i++) {
        look(load, batch[i]);
        rd_kafka_message_destroy(batch[i]);
    }
}

double load_run(struct load *load, const struct load_plan *plan)
{
    struct encoded all = encode_all(load, plan);
    load->heard = 0;
    double begun = figures_now_ms();
    for (size_t sent = 0; sent < all.count; sent++) {
        while (sent - load->heard >= plan->window) {
            hear(load, 100);
            CHECK(figures_now_ms() < begun + GIVE_UP_MS);
        }
        bare_produce(load->producer, load->intents, all.bytes + sent * INTENT_BYTES, all.sizes[sent]);
        if (sent % 500 == 0)
            hear(load, 0);
    }
    while (load->heard < all.count) {
        hear(load, 100);
        CHECK(figures_now_ms() < begun + GIVE_UP_MS);
    }
    double seconds = (figures_now_ms() - begun) / 1e3;
    free(all.bytes);
    free(all.sizes);
    return (double)all.count / seconds;
}
