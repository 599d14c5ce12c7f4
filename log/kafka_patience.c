/* How long one try of a question to the brokers may take. A question that is given up is sent all the same, and the next
 * waits behind it: tries that are shorter than the network's way there and back would for ever hear what was asked before. So
 * a handle's tries grow with each that ran out, from one question to the next, and shrink to what answers take. */
#include <stdio.h>

#include "log/kafka_own.h"

enum { SHORTEST_TRY_MS = 100, LONGEST_TRY_MS = 2000, ANSWERS_IN_A_TRY = 4, PAUSE_MS = 10 };

struct kafka_patience kafka_patience_begin(struct kafka *kafka, uint32_t timeout_ms)
{
    if (kafka->try_ms < SHORTEST_TRY_MS)
        kafka->try_ms = SHORTEST_TRY_MS;
    uint32_t total_ms = timeout_ms > kafka->try_ms ? timeout_ms : kafka->try_ms;
    return (struct kafka_patience){.kafka = kafka, .end_ms = clock_now_ms() + total_ms, .total_ms = total_ms};
}

static uint64_t left_ms(const struct kafka_patience *patience, uint64_t now_ms)
{
    return now_ms < patience->end_ms ? patience->end_ms - now_ms : 0;
}

int kafka_patience_left(struct kafka_patience *patience)
{
    patience->begun_ms = clock_now_ms();
    uint64_t left = left_ms(patience, patience->begun_ms);
    patience->is_cut = left < patience->kafka->try_ms;
    return (int)(patience->is_cut ? left : patience->kafka->try_ms);
}

void kafka_patience_met(struct kafka_patience *patience)
{
    uint64_t enough_ms = (clock_now_ms() - patience->begun_ms) * ANSWERS_IN_A_TRY;
    if (enough_ms < patience->kafka->try_ms)
        patience->kafka->try_ms = enough_ms > SHORTEST_TRY_MS ? (uint32_t)enough_ms : SHORTEST_TRY_MS;
}

/* What failed at once (no broker, no leader) is repeated after a moment. */
enum dibs_error kafka_patience_again(struct kafka_patience *patience, rd_kafka_resp_err_t error, const char *doing,
                                     struct error_text *why)
{
    struct kafka *kafka = patience->kafka;
    bool slow = error == RD_KAFKA_RESP_ERR__TIMED_OUT || error == RD_KAFKA_RESP_ERR__TIMED_OUT_QUEUE;
    if (slow && !patience->is_cut)
        kafka->try_ms = kafka->try_ms * 2 < LONGEST_TRY_MS ? kafka->try_ms * 2 : LONGEST_TRY_MS;
    kafka_serve(kafka, slow || error == RD_KAFKA_RESP_ERR__TRANSPORT ? 0 : PAUSE_MS);
    if (kafka_trouble(kafka, why) == DIBS_BAD_INPUT)
        return DIBS_BAD_INPUT;
    if (left_ms(patience, clock_now_ms()) > 0)
        return DIBS_OK;
    char words[160];
    (void)snprintf(words, sizeof words, "did not %s within %u ms (%s)", doing, patience->total_ms, rdk.err2str(error));
    return kafka_link_say(kafka, why, DIBS_UNAVAILABLE, words);
}
