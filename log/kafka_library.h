/* librdkafka, loaded when it is first needed: a store in a directory never pays for it.
 *
 * The types are those of the installed header, the functions those of librdkafka.so.1, which keeps them. Its inline
 * functions are not used. */
#ifndef LOG_KAFKA_LIBRARY_H
#define LOG_KAFKA_LIBRARY_H

#include <librdkafka/rdkafka.h>

#include "base/error.h"

/* clang-format off */
#define KAFKA_FUNCTIONS(X) \
    X(AdminOptions_destroy) X(AdminOptions_new) X(AdminOptions_set_operation_timeout) \
    X(AdminOptions_set_request_timeout) \
    X(ConfigEntry_name) X(ConfigEntry_value) \
    X(ConfigResource_configs) X(ConfigResource_destroy) X(ConfigResource_destroy_array) X(ConfigResource_error) \
    X(ConfigResource_error_string) X(ConfigResource_name) X(ConfigResource_new) \
    X(CreateTopics) X(CreateTopics_result_topics) \
    X(DeleteRecords) X(DeleteRecords_destroy) X(DeleteRecords_new) X(DeleteRecords_result_offsets) \
    X(DescribeConfigs) X(DescribeConfigs_result_resources) \
    X(NewTopic_destroy) X(NewTopic_destroy_array) X(NewTopic_new) X(NewTopic_set_config) \
    X(clusterid) \
    X(conf_destroy) X(conf_dup) X(conf_interceptor_add_on_new) X(conf_new) X(conf_set) X(conf_set_dr_msg_cb) \
    X(conf_set_error_cb) X(conf_set_log_cb) X(conf_set_opaque) \
    X(consume_batch_queue) X(consume_start_queue) X(consume_stop) \
    X(default_topic_conf_dup) X(destroy) X(destroy_flags) X(error_code) X(error_destroy) X(err2name) X(err2str) \
    X(event_CreateTopics_result) X(event_DeleteRecords_result) X(event_DescribeConfigs_result) X(event_destroy) \
    X(event_error) X(event_error_string) X(event_type) \
    X(fatal_error) X(header_get_last) X(interceptor_add_on_broker_state_change) X(last_error) X(mem_free) \
    X(message_destroy) X(message_headers) X(message_status) X(message_timestamp) X(metadata) X(metadata_destroy) X(new) \
    X(offsets_for_times) X(pause_partitions) X(poll) X(produce) X(produceva) X(purge) X(query_watermark_offsets) \
    X(queue_destroy) X(queue_get_main) X(queue_io_event_enable) X(queue_new) X(queue_poll) X(resume_partitions) X(seek) \
    X(topic_conf_set_opaque) X(topic_destroy) X(topic_new) X(topic_opaque) \
    X(topic_partition_list_add) X(topic_partition_list_destroy) X(topic_partition_list_new) X(topic_result_error) \
    X(topic_result_error_string) X(topic_result_name) X(version_str)
/* clang-format on */

struct kafka_library {
#define KAFKA_FUNCTION_MEMBER(name) __typeof__(rd_kafka_##name) *name;
    KAFKA_FUNCTIONS(KAFKA_FUNCTION_MEMBER)
#undef KAFKA_FUNCTION_MEMBER
};

/* rdk.produce is rd_kafka_produce and so on. Constant once kafka_library_load has succeeded. */
extern struct kafka_library rdk;

/* Loads it once for the process; it stays. Thread-safe. DIBS_UNSUPPORTED: it isn't here or is too old; the words name
 * the package. */
MUST_USE enum dibs_error kafka_library_load(struct error_text *why);

#endif
