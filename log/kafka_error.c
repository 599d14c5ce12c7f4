/* librdkafka's errors in dibs' terms, with words that say what to do. */
#include <string.h>

#include "log/kafka_own.h"

bool kafka_error_is_login(rd_kafka_resp_err_t error, const char *reason)
{
    if (error == RD_KAFKA_RESP_ERR__SSL) /* a handshake also fails when a broker goes away in it */
        return strstr(reason, "certificate") != NULL || strstr(reason, "verify") != NULL ||
               strstr(reason, "alert") != NULL;
    return error == RD_KAFKA_RESP_ERR__AUTHENTICATION || error == RD_KAFKA_RESP_ERR_SASL_AUTHENTICATION_FAILED ||
           error == RD_KAFKA_RESP_ERR_UNSUPPORTED_SASL_MECHANISM || error == RD_KAFKA_RESP_ERR_ILLEGAL_SASL_STATE;
}

bool kafka_error_is_missing(rd_kafka_resp_err_t error)
{
    return error == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART || error == RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC ||
           error == RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION;
}

static bool is_refused(rd_kafka_resp_err_t error)
{
    return error == RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED ||
           error == RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED ||
           error == RD_KAFKA_RESP_ERR_TRANSACTIONAL_ID_AUTHORIZATION_FAILED;
}

static bool is_bad(rd_kafka_resp_err_t error)
{
    return error == RD_KAFKA_RESP_ERR_INVALID_CONFIG || error == RD_KAFKA_RESP_ERR_INVALID_REPLICATION_FACTOR ||
           error == RD_KAFKA_RESP_ERR_INVALID_PARTITIONS || error == RD_KAFKA_RESP_ERR_TOPIC_EXCEPTION ||
           error == RD_KAFKA_RESP_ERR_POLICY_VIOLATION || error == RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE ||
           error == RD_KAFKA_RESP_ERR_INVALID_MSG_SIZE || error == RD_KAFKA_RESP_ERR_RECORD_LIST_TOO_LARGE ||
           error == RD_KAFKA_RESP_ERR_INVALID_RECORD || error == RD_KAFKA_RESP_ERR__INVALID_ARG ||
           error == RD_KAFKA_RESP_ERR_OFFSET_OUT_OF_RANGE;
}

enum dibs_error kafka_error_of(rd_kafka_resp_err_t error)
{
    if (error == RD_KAFKA_RESP_ERR_NO_ERROR)
        return DIBS_OK;
    if (kafka_error_is_missing(error))
        return DIBS_NO_STORE;
    if (error == RD_KAFKA_RESP_ERR__BAD_MSG || error == RD_KAFKA_RESP_ERR_INVALID_MSG)
        return DIBS_DAMAGED;
    if (error == RD_KAFKA_RESP_ERR__UNSUPPORTED_FEATURE || error == RD_KAFKA_RESP_ERR_UNSUPPORTED_VERSION)
        return DIBS_UNSUPPORTED;
    return is_refused(error) || is_bad(error) || kafka_error_is_login(error, "") ? DIBS_BAD_INPUT : DIBS_UNAVAILABLE;
}

bool kafka_error_is_early(const struct kafka *kafka, rd_kafka_resp_err_t error)
{
    return kafka_error_is_missing(error) && clock_now_ms() < kafka->new_until_ms;
}

enum dibs_error kafka_error_say(struct kafka *kafka, struct error_text *why, rd_kafka_resp_err_t error,
                                const char *doing, const char *topic)
{
    enum dibs_error kind = kafka_error_of(error);
    if (kafka_error_is_early(kafka, error))
        return error_say(why, DIBS_UNAVAILABLE, "the topic %s is new, and not all of %s know it yet", topic,
                         kafka->options.brokers);
    if (kind == DIBS_NO_STORE)
        return error_say(why, kind,
                         "the topic %s is not on %s: check the fleet's name and the brokers, or make its topics with "
                         "dibsd --create-topics",
                         topic, kafka->options.brokers);
    if (is_refused(error))
        return error_say(why, kind,
                         "%s does not let this user %s topic %s (%s): its administrator must allow it, see "
                         "docs/OPERATIONS.md; the user is what the file that $DIBS_KAFKA_CONFIG names says",
                         kafka->options.brokers, doing, topic, rdk.err2name(error));
    return error_say(why, kind, "cannot %s topic %s on %s: %s", doing, topic, kafka->options.brokers,
                     rdk.err2str(error));
}
