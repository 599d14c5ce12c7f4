/* Requests of administration: sent, waited for; and the deletion of records. */
#include <stdio.h>

#include "log/kafka_own.h"

enum dibs_error kafka_request_begin(struct kafka *kafka, rd_kafka_admin_op_t op, struct kafka_request *request,
                                    struct error_text *why)
{
    char cause[256];
    int timeout_ms = (int)(kafka->options.timeout_ms < 3600000 ? kafka->options.timeout_ms : 3600000);
    *request = (struct kafka_request){.options = rdk.AdminOptions_new(kafka->producer, op),
                                      .queue = rdk.queue_new(kafka->producer)};
    rd_kafka_resp_err_t error = rdk.AdminOptions_set_request_timeout(request->options, timeout_ms, cause, sizeof cause);
    if (error == RD_KAFKA_RESP_ERR_NO_ERROR && op != RD_KAFKA_ADMIN_OP_DESCRIBECONFIGS)
        error = rdk.AdminOptions_set_operation_timeout(request->options, timeout_ms, cause, sizeof cause);
    if (error == RD_KAFKA_RESP_ERR_NO_ERROR)
        return DIBS_OK;
    kafka_request_end(request);
    return error_say(why, DIBS_UNSUPPORTED, "librdkafka does not take the request: %s", cause);
}

enum dibs_error kafka_request_wait(struct kafka *kafka, struct kafka_request *request, const char *doing,
                                   struct error_text *why)
{
    struct kafka_patience patience = kafka_patience_begin(kafka, kafka->options.timeout_ms + 1000);
    while ((request->event = rdk.queue_poll(request->queue, kafka_patience_left(&patience))) == NULL) {
        enum dibs_error end = kafka_patience_again(&patience, RD_KAFKA_RESP_ERR__TIMED_OUT, doing, why);
        if (end != DIBS_OK)
            return end;
    }
    rd_kafka_resp_err_t error = rdk.event_error(request->event);
    if (error == RD_KAFKA_RESP_ERR_NO_ERROR)
        return DIBS_OK;
    enum dibs_error kind = kafka_trouble(kafka, why);
    if (kind == DIBS_BAD_INPUT)
        return kind;
    char words[512];
    (void)snprintf(words, sizeof words, "did not %s: %s", doing, rdk.event_error_string(request->event));
    kind = kafka_error_of(error);
    return kafka_link_say(kafka, why, kind, words);
}

void kafka_request_end(struct kafka_request *request)
{
    if (request->event != NULL)
        rdk.event_destroy(request->event);
    rdk.queue_destroy(request->queue);
    rdk.AdminOptions_destroy(request->options);
    *request = (struct kafka_request){0};
}

static enum dibs_error delete_before(struct kafka *kafka, struct kafka_request *request, enum kafka_topic topic,
                                     rd_kafka_DeleteRecords_t *what, struct error_text *why)
{
    rdk.DeleteRecords(kafka->producer, &what, 1, request->options, request->queue);
    enum dibs_error error = kafka_request_wait(kafka, request, "delete records", why);
    if (error != DIBS_OK)
        return error;
    const rd_kafka_DeleteRecords_result_t *result = rdk.event_DeleteRecords_result(request->event);
    const rd_kafka_topic_partition_list_t *offsets = rdk.DeleteRecords_result_offsets(result);
    rd_kafka_resp_err_t cause = offsets->elems[0].err;
    return cause == RD_KAFKA_RESP_ERR_NO_ERROR ? DIBS_OK
                                               : kafka_error_say(kafka, why, cause, "delete from", kafka->names[topic]);
}

enum dibs_error kafka_delete_before(struct kafka *kafka, enum kafka_topic topic, uint32_t partition, uint64_t offset,
                                    struct error_text *why)
{
    struct kafka_request request;
    enum dibs_error error = kafka_request_begin(kafka, RD_KAFKA_ADMIN_OP_DELETERECORDS, &request, why);
    if (error != DIBS_OK)
        return error;
    rd_kafka_topic_partition_list_t *list = rdk.topic_partition_list_new(1);
    rdk.topic_partition_list_add(list, kafka->names[topic], (int32_t)partition)->offset = (int64_t)offset;
    rd_kafka_DeleteRecords_t *what = rdk.DeleteRecords_new(list);
    error = delete_before(kafka, &request, topic, what, why);
    rdk.DeleteRecords_destroy(what);
    rdk.topic_partition_list_destroy(list);
    kafka_request_end(&request);
    if (error != DIBS_UNAVAILABLE)
        return error;
    uint32_t count; /* it says "no leaders" of a topic that isn't there */
    struct error_text cause;
    enum dibs_error better = kafka_partitions(kafka, topic, &count, &cause);
    return better == DIBS_OK ? error : error_say(why, better, "%s", cause.text);
}
