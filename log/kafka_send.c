/* Sending, and what became of it. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "log/kafka_own.h"

_Static_assert(sizeof(void *) == sizeof(uint64_t), "a cookie travels as a pointer");

/* The place of the ring's i-th ack. */
static uint32_t place(const struct kafka *kafka, uint32_t i)
{
    uint32_t at = kafka->acks_first + i;
    return at < kafka->acks_capacity ? at : at - kafka->acks_capacity;
}

/* Acks come out of a callback, which can't fail: there is room for each before its record is sent. */
static bool make_room(struct kafka *kafka)
{
    if (kafka->unacked < kafka->acks_capacity)
        return true;
    uint32_t capacity = kafka->acks_capacity == 0 ? 64 : kafka->acks_capacity * 2;
    struct kafka_sent *acks = calloc(capacity, sizeof *acks);
    if (acks == NULL)
        return false;
    for (uint32_t i = 0; i < kafka->acks_count; i++)
        acks[i] = kafka->acks[place(kafka, i)];
    free(kafka->acks);
    kafka->acks = acks;
    kafka->acks_capacity = capacity;
    kafka->acks_first = 0;
    return true;
}

/* An empty payload with an address is empty; without one it is null, as in Kafka. */
static rd_kafka_resp_err_t produce(struct kafka *kafka, enum kafka_topic topic, int32_t partition, struct span payload,
                                   int rank, void *cookie)
{
    if (rank < 0)
        return rdk.produce(kafka->topics[topic], partition, RD_KAFKA_MSG_F_COPY, (void *)(uintptr_t)payload.bytes,
                           payload.size, NULL, 0, cookie) == 0
                   ? RD_KAFKA_RESP_ERR_NO_ERROR
                   : rdk.last_error();
    char number[16];
    int size = snprintf(number, sizeof number, "%d", rank);
    const rd_kafka_vu_t what[] = {
        {.vtype = RD_KAFKA_VTYPE_RKT, .u.rkt = kafka->topics[topic]},
        {.vtype = RD_KAFKA_VTYPE_PARTITION, .u.i32 = partition},
        {.vtype = RD_KAFKA_VTYPE_MSGFLAGS, .u.i = RD_KAFKA_MSG_F_COPY},
        {.vtype = RD_KAFKA_VTYPE_VALUE, .u.mem = {(void *)(uintptr_t)payload.bytes, payload.size}},
        {.vtype = RD_KAFKA_VTYPE_HEADER, .u.header = {RANK_HEADER, number, size}},
        {.vtype = RD_KAFKA_VTYPE_OPAQUE, .u.ptr = cookie},
    };
    rd_kafka_error_t *failed = rdk.produceva(kafka->producer, what, sizeof what / sizeof what[0]);
    if (failed == NULL)
        return RD_KAFKA_RESP_ERR_NO_ERROR;
    rd_kafka_resp_err_t error = rdk.error_code(failed);
    rdk.error_destroy(failed);
    return error;
}

enum dibs_error kafka_send(struct kafka *kafka, enum kafka_topic topic, uint32_t partition, struct span payload,
                           int rank, uint64_t cookie, struct error_text *why)
{
    if (partition > INT32_MAX)
        return error_say(why, DIBS_BAD_INPUT, "there is no partition %u", partition);
    if (!make_room(kafka))
        return error_say(why, DIBS_UNAVAILABLE, "no memory to send to topic %s", kafka->names[topic]);
    rd_kafka_resp_err_t error =
        produce(kafka, topic, (int32_t)partition, payload, rank, (void *)(uintptr_t)cookie); // NOLINT
    if (error == RD_KAFKA_RESP_ERR_NO_ERROR) {
        kafka->unacked++;
        return DIBS_OK;
    }
    if (error == RD_KAFKA_RESP_ERR__QUEUE_FULL)
        return error_say(why, DIBS_BUSY, "%u records for %s wait to be sent; take acks first", kafka->unacked,
                         kafka->options.brokers);
    if (error == RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE)
        return error_say(why, DIBS_BAD_INPUT, "a record of %zu bytes is too large for topic %s", payload.size,
                         kafka->names[topic]);
    if (error == RD_KAFKA_RESP_ERR__FATAL)
        return error_say(why, DIBS_UNAVAILABLE, "sending to %s has ended for good and must be begun anew",
                         kafka->options.brokers);
    return kafka_error_say(kafka, why, error, "write to", kafka->names[topic]);
}

static enum kafka_ack ack_of(const rd_kafka_message_t *message)
{
    switch (rdk.message_status(message)) {
    case RD_KAFKA_MSG_STATUS_PERSISTED:
        return KAFKA_DELIVERED;
    case RD_KAFKA_MSG_STATUS_POSSIBLY_PERSISTED:
        return KAFKA_MAYBE;
    case RD_KAFKA_MSG_STATUS_NOT_PERSISTED:
    default:
        return kafka_error_of(message->err) == DIBS_UNAVAILABLE ? KAFKA_NOT : KAFKA_REFUSED;
    }
}

void kafka_send_delivered(struct kafka *kafka, const rd_kafka_message_t *message)
{
    uint32_t at = place(kafka, kafka->acks_count++);
    kafka->acks[at] = (struct kafka_sent){
        .cookie = (uint64_t)(uintptr_t)message->_private, .error = message->err, .ack = ack_of(message)};
}

void kafka_serve(struct kafka *kafka, int timeout_ms)
{
    (void)rdk.poll(kafka->producer, timeout_ms);
}

/* Something may have come between the look and the reading of the descriptor: look once more. */
static void serve_until_unreadable(struct kafka *kafka)
{
    kafka_serve(kafka, 0);
    if (kafka->acks_count > 0)
        return;
    uint64_t count;
    if (read(kafka->send_fd, &count, sizeof count) == (ssize_t)sizeof count)
        kafka_serve(kafka, 0);
}

uint32_t kafka_acks(struct kafka *kafka, uint32_t timeout_ms, kafka_ack_taker *taker, void *context)
{
    serve_until_unreadable(kafka);
    uint64_t end_ms = clock_now_ms() + timeout_ms;
    for (uint64_t now; kafka->acks_count == 0 && (now = clock_now_ms()) < end_ms;)
        kafka_serve(kafka, (int)(end_ms - now)); /* comes back for an error too */
    uint32_t handed = 0;
    while (kafka->acks_count > 0) {
        struct kafka_sent sent = kafka->acks[kafka->acks_first];
        kafka->acks_first = place(kafka, 1);
        kafka->acks_count--;
        kafka->unacked--;
        handed++;
        taker(context, sent.cookie, sent.ack, sent.ack == KAFKA_DELIVERED ? "" : rdk.err2str(sent.error));
    }
    return handed;
}

int kafka_send_fd(const struct kafka *kafka)
{
    return kafka->send_fd;
}

uint32_t kafka_unacked(const struct kafka *kafka)
{
    return kafka->unacked;
}

void kafka_take_back(struct kafka *kafka)
{
    (void)rdk.purge(kafka->producer, RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_NON_BLOCKING);
}
