/* The fleet's log before it is built: every call says that it isn't. */
#include "log/kafka.h"

#include "base/check.h"

#define NOT_BUILT(why) error_say((why), DIBS_UNSUPPORTED, "this build has no fleet back end yet")
#define STUB(name, ...) \
    enum dibs_error name(__VA_ARGS__, struct error_text *why) \
    { \
        return NOT_BUILT(why); \
    }
#pragma GCC diagnostic ignored "-Wunused-parameter"

STUB(kafka_open, const struct kafka_options *options, struct kafka **out)
STUB(kafka_ready, struct kafka *kafka, unsigned topics, uint32_t timeout_ms)
STUB(kafka_partitions, struct kafka *kafka, enum kafka_topic topic, uint32_t *count)
STUB(kafka_bounds, struct kafka *kafka, enum kafka_topic topic, uint32_t partition, uint64_t *first, uint64_t *end)
STUB(kafka_offset_at, struct kafka *kafka, enum kafka_topic topic, uint32_t partition, uint64_t ts_ms, uint64_t *offset)
STUB(kafka_cluster_id, struct kafka *kafka, char out[KAFKA_CLUSTER_ID_MAX])
STUB(kafka_trouble, struct kafka *kafka)
STUB(kafka_create_topics, struct kafka *kafka, const struct kafka_plan *plan, unsigned *made)
STUB(kafka_check_topics, struct kafka *kafka, struct kafka_findings *out)
STUB(kafka_delete_before, struct kafka *kafka, enum kafka_topic topic, uint32_t partition, uint64_t offset)
STUB(kafka_reader_open, struct kafka *kafka, struct kafka_reader **out)
STUB(kafka_reader_start, struct kafka_reader *reader, enum kafka_topic topic, uint32_t partition, uint64_t offset)
STUB(kafka_read_one, struct kafka *kafka, enum kafka_topic topic, uint32_t partition, uint64_t offset, uint8_t *buffer,
     size_t size, struct kafka_event *event)
STUB(kafka_send, struct kafka *kafka, enum kafka_topic topic, uint32_t partition, struct span payload, int rank,
     uint64_t cookie)
STUB(log_kafka_open, struct kafka *kafka, struct log **out)
void kafka_close(struct kafka *kafka, bool forked)
{
    CHECK(kafka == NULL);
}

const char *kafka_topic_name(const struct kafka *kafka, enum kafka_topic topic)
{
    return "";
}

bool kafka_is_fatal(struct kafka *kafka)
{
    return false;
}

void kafka_reader_close(struct kafka_reader *reader, bool forked)
{
    CHECK(reader == NULL);
}

void kafka_reader_stop(struct kafka_reader *reader, enum kafka_topic topic, uint32_t partition)
{
}

void kafka_reader_pause(struct kafka_reader *reader, enum kafka_topic topic, uint32_t partition)
{
}

void kafka_reader_resume(struct kafka_reader *reader, enum kafka_topic topic, uint32_t partition)
{
}

enum kafka_event_kind kafka_reader_next(struct kafka_reader *reader, uint32_t timeout_ms, struct kafka_event *event)
{
    return KAFKA_NOTHING;
}

int kafka_reader_fd(const struct kafka_reader *reader)
{
    return -1;
}

uint32_t kafka_acks(struct kafka *kafka, uint32_t timeout_ms, kafka_ack_taker *taker, void *context)
{
    return 0;
}

int kafka_send_fd(const struct kafka *kafka)
{
    return -1;
}

uint32_t kafka_unacked(const struct kafka *kafka)
{
    return 0;
}
