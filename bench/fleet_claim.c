/* What a fleet costs its agents, through the public API and a running dibsd; bench/fleet.sh puts bare Kafka's figures
 * beside it in the same run (kafka_echo).
 *
 * round   one call at a time, claim and release by turns, from the call to its answer
 * cold    a new process each time, from main until its first claim is answered
 * pipe    claims of keys that are all free as fast as they go, until the last decision is there
 *
 * usage: fleet_claim STORE [ROUNDS]     (2,000; the operator's key in $DIBS_OPERATOR_KEY_FILE, to lift the quotas) */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <dibs/dibs.h>

#include "agent-shim/fleet.h"
#include "base/check.h"
#include "bench/child.h"
#include "proto/codec.h"

enum { ROUNDS_MAX = 1000000, PIPE_PER_ROUND = 100, PARTITION = 0, UNHEARD_MS = 120000 };

static double now_ms(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static void must(enum dibs_error error, const char *what, const char *words)
{
    if (error == DIBS_OK)
        return;
    (void)fprintf(stderr, "fleet_claim: %s: %s\n", what, words);
    exit(1);
}

static dibs_client *open_client(const char *store, const char *session)
{
    const struct dibs_client_options options = {.store = store, .session = session};
    dibs_client *client = NULL;
    must(dibs_open(&options, &client), "open", dibs_error_text());
    return client;
}

static void claim(dibs_client *client, const char *key)
{
    const struct dibs_claim_options options = {.keys = &key, .key_count = 1};
    struct dibs_answer *answer = NULL;
    must(dibs_claim(client, &options, &answer), "claim", dibs_error_text());
    CHECK(answer->verdict == DIBS_VERDICT_GRANTED || answer->verdict == DIBS_VERDICT_YOURS);
    dibs_answer_free(answer);
}

static void release(dibs_client *client, const char *key)
{
    const struct dibs_target target = {.key = key};
    const struct dibs_close_options options = {.outcome = DIBS_OUTCOME_RELEASED, .targets = &target, .target_count = 1};
    struct dibs_answer *answer = NULL;
    must(dibs_close_claims(client, &options, &answer), "release", dibs_error_text());
    CHECK(answer->verdict == DIBS_VERDICT_ACCEPTED);
    dibs_answer_free(answer);
}

/* ---------------------------------------------------------------- figures */

static double figures[ROUNDS_MAX];

static int compare(const void *left, const void *right)
{
    double a = *(const double *)left, b = *(const double *)right;
    return (a > b) - (a < b);
}

static void print(const char *what, size_t count)
{
    qsort(figures, count, sizeof figures[0], compare);
    printf("%-6s %-16s p50 %7.3f  p99 %7.3f  p99.9 %7.3f  most %7.3f ms  (%zu)\n", what, "dibs", figures[count / 2],
           figures[count * 99 / 100], figures[count * 999 / 1000], figures[count - 1], count);
    (void)fflush(stdout);
}

/* ---------------------------------------------------------------- one at a time */

static void lift_quotas(const char *store)
{
    static const struct dibs_setting settings[] = {{"claims_per_minute", "1000000"}, {"claims_per_session", "256"}};
    struct dibs_answer *answer = NULL;
    dibs_client *client = open_client(store, "operator");
    must(dibs_configure(client, settings, 2, &answer), "configure", dibs_error_text());
    CHECK(answer->verdict == DIBS_VERDICT_ACCEPTED);
    dibs_answer_free(answer);
    dibs_close(client);
}

static void round_trips(const char *store, size_t rounds)
{
    dibs_client *client = open_client(store, "round");
    for (size_t i = 0; i < rounds / 20 + 10; i++) { /* warm */
        claim(client, "bench:round");
        release(client, "bench:round");
    }
    for (size_t i = 0; i < rounds; i++) {
        double begun = now_ms();
        if (i % 2 == 0)
            claim(client, "bench:round");
        else
            release(client, "bench:round");
        figures[i] = now_ms() - begun;
    }
    dibs_close(client);
    print("round", rounds);
}

static int once(const char *store)
{
    double begun = now_ms();
    dibs_client *client = open_client(store, "cold");
    claim(client, "bench:cold");
    printf("%.3f\n", now_ms() - begun);
    dibs_close(client);
    return 0;
}

/* ---------------------------------------------------------------- as fast as they go */

struct pipe_end {
    struct kafka *kafka;
    struct kafka_reader *reader;
    struct intent intent;
    uint64_t client;
    size_t sent, heard;
    uint8_t bytes[LIMIT_RECORD_BYTES];
};

static void ignore_ack(void *context, uint64_t cookie, enum kafka_ack ack, const char *words)
{
    (void)context, (void)cookie, (void)words;
    CHECK(ack == KAFKA_DELIVERED);
}

static void hear(struct pipe_end *end, uint32_t timeout_ms)
{
    static struct decision decision;
    struct kafka_event event;
    struct error_text why;
    while (kafka_reader_next(end->reader, timeout_ms, &event) != KAFKA_NOTHING) {
        timeout_ms = 0;
        if (event.kind != KAFKA_RECORD || decision_decode(event.payload, &decision, &why) != DIBS_OK)
            continue;
        if (decision.id.client < end->client || decision.id.client >= end->client + end->sent)
            continue;
        CHECK(decision.answer == ANSWER_GRANTED);
        end->heard++;
    }
}

/* Each of a session of its own and on a key of its own: nothing but the rules' work is in the way. */
static void send_claim(struct pipe_end *end)
{
    char session[32], key[32];
    size_t size;
    struct error_text why;
    (void)snprintf(session, sizeof session, "pipe-%zu", end->sent / 128);
    (void)snprintf(key, sizeof key, "bench:%llx/%zu", (unsigned long long)end->client, end->sent);
    end->intent.has_head = true;
    end->intent.verb = VERB_CLAIM;
    end->intent.head = (struct intent_head){
        .id = {end->client + end->sent, 1}, .session = span_from_text(session), .reply_partition = PARTITION};
    end->intent.body.claim.keys[0] = span_from_text(key);
    end->intent.body.claim.key_count = 1;
    must(intent_encode(&end->intent, end->bytes, sizeof end->bytes, &size, &why), "encode", why.text);
    enum dibs_error error;
    while ((error = kafka_send(end->kafka, KAFKA_INTENTS, 0, span_of(end->bytes, size), -1, 0, &why)) == DIBS_BUSY) {
        (void)kafka_acks(end->kafka, 10, ignore_ack, NULL);
        hear(end, 0);
    }
    must(error, "send", why.text);
    end->sent++;
}

static void pipeline(const char *store, size_t records)
{
    static struct pipe_end end;
    struct store_place place;
    struct error_text why;
    uint64_t first, last;
    must(store_place_parse(store, &place, &why), "store", why.text);
    must(fleet_connect(&place, 10000, &end.kafka, &why), "connect", why.text);
    must(kafka_bounds(end.kafka, KAFKA_DECISIONS, PARTITION, &first, &last, &why), "bounds", why.text);
    must(kafka_reader_open(end.kafka, &end.reader, &why), "reader", why.text);
    must(kafka_reader_start(end.reader, KAFKA_DECISIONS, PARTITION, last, &why), "reader", why.text);
    end.client = ((uint64_t)getpid() << 40) + ((uint64_t)time(NULL) << 24);
    double begun = now_ms(), give_up = begun + UNHEARD_MS;
    for (size_t i = 0; i < records; i++) {
        send_claim(&end);
        if (i % 500 == 0) {
            (void)kafka_acks(end.kafka, 0, ignore_ack, NULL);
            hear(&end, 0);
        }
    }
    double sent_s = (now_ms() - begun) / 1e3;
    while (end.heard < records) {
        (void)kafka_acks(end.kafka, 0, ignore_ack, NULL);
        hear(&end, 10);
        CHECK(now_ms() < give_up);
    }
    double seconds = (now_ms() - begun) / 1e3;
    printf("pipe   %-16s %.0f decisions a second (%zu claims of free keys; sent in %.2f s, decided in %.2f s)\n",
           "dibs", (double)records / seconds, records, sent_s, seconds);
    kafka_reader_close(end.reader, false);
    kafka_close(end.kafka, false);
}

int main(int argc, char **argv)
{
    if (argc == 3 && strcmp(argv[1], "once") == 0)
        return once(argv[2]);
    if (argc < 2 || argc > 3) {
        (void)fprintf(stderr, "usage: fleet_claim STORE [ROUNDS]\n");
        return 2;
    }
    size_t rounds = argc == 3 ? strtoul(argv[2], NULL, 10) : 2000;
    rounds = rounds < 100 ? 100 : rounds > ROUNDS_MAX ? ROUNDS_MAX : rounds;
    lift_quotas(argv[1]);
    round_trips(argv[1], rounds);
    for (size_t i = 0; i < rounds / 10; i++)
        figures[i] = child_number((char *[]){argv[0], "once", argv[1], NULL});
    print("cold", rounds / 10);
    pipeline(argv[1], rounds * PIPE_PER_ROUND);
    return 0;
}
