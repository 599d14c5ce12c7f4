/* What librdkafka is told: our settings, the user's from the URL and the file, and the handles made of them. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/private_file.h"
#include "log/kafka_names.h"
#include "log/kafka_own.h"

enum { CONFIG_FILE_MAX = 65536 };

struct setting {
    const char *name, *value;
};

/* Quick reconnects and no waiting for company; a frozen broker is given up after 2 s. */
static const struct setting common[] = {
    {"client.id", "dibs"},
    {"socket.nagle.disable", "true"},
    {"reconnect.backoff.ms", "20"},
    {"reconnect.backoff.max.ms", "500"},
    {"topic.metadata.refresh.fast.interval.ms", "50"},
    {"allow.auto.create.topics", "false"},
    {"log.connection.close", "false"},
    {"statistics.interval.ms", "0"},
    {"socket.timeout.ms", "2000"},
    {NULL, NULL},
};

/* One request in flight: batches form by themselves, and order is kept. */
static const struct setting producer[] = {
    {"linger.ms", "0"},
    {"acks", "all"},
    {"retry.backoff.ms", "20"},
    {"compression.type", "none"},
    {"max.in.flight", "1"},
    {"request.timeout.ms", "1000"},
    {"topic.metadata.propagation.max.ms", "1000"},
    {NULL, NULL},
};

static const struct setting producer_agent[] = {
    {"message.timeout.ms", "60000"},
    {"enable.idempotence", "false"},
    {"queue.buffering.max.messages", "10000"},
    {"queue.buffering.max.kbytes", "32768"},
    {NULL, NULL},
};

static const struct setting producer_coordinator[] = {
    {"message.timeout.ms", "0"},
    {"enable.idempotence", "true"},
    {"queue.buffering.max.messages", "200000"},
    {"queue.buffering.max.kbytes", "65536"},
    {NULL, NULL},
};

/* No group; places are ours. What is out of range is an error and not a jump to the end. */
static const struct setting consumer[] = {
    {"fetch.wait.max.ms", "100"},
    {"fetch.min.bytes", "1"},
    {"fetch.error.backoff.ms", "10"},
    {"check.crcs", "true"},
    {"isolation.level", "read_uncommitted"},
    {"auto.offset.reset", "error"},
    {"enable.partition.eof", "true"},
    {"enable.auto.commit", "false"},
    {"enable.auto.offset.store", "false"},
    {"queued.max.messages.kbytes", "16384"},
    {NULL, NULL},
};

static enum dibs_error set_table(rd_kafka_conf_t *conf, const struct setting *table, struct error_text *why)
{
    for (; table->name != NULL; table++) {
        char cause[256];
        if (rdk.conf_set(conf, table->name, table->value, cause, sizeof cause) != RD_KAFKA_CONF_OK)
            return error_say(why, DIBS_UNSUPPORTED, "this librdkafka (%s) does not take %s=%s: %s", rdk.version_str(),
                             table->name, table->value, cause);
    }
    return DIBS_OK;
}

/* The library's own words would show the value. */
static enum dibs_error set_user(rd_kafka_conf_t *conf, const char *name, const char *value, const char *from,
                                struct error_text *why)
{
    char cause[256];
    switch (rdk.conf_set(conf, name, value, cause, sizeof cause)) {
    case RD_KAFKA_CONF_OK:
        return DIBS_OK;
    case RD_KAFKA_CONF_UNKNOWN:
        return error_say(why, DIBS_BAD_INPUT, "librdkafka %s has no option '%.60s' (in %s); leave it out",
                         rdk.version_str(), name, from);
    case RD_KAFKA_CONF_INVALID:
    default:
        return error_say(why, DIBS_BAD_INPUT,
                         "librdkafka %s does not take this value for the option '%.60s' (in %s); its "
                         "CONFIGURATION.md says which it takes",
                         rdk.version_str(), name, from);
    }
}

static char *trim(char *text)
{
    while (isspace((unsigned char)*text))
        text++;
    size_t size = strlen(text);
    while (size > 0 && isspace((unsigned char)text[size - 1]))
        text[--size] = '\0';
    return text;
}

struct lines {
    const char *from; /* for words */
    bool in_url;
    bool secret; /* one was met */
};

/* name=value lines, changed in place; empty ones and those that begin with # say nothing. */
static enum dibs_error set_lines(rd_kafka_conf_t *conf, char *text, struct lines *lines, struct error_text *why)
{
    unsigned number = 0;
    for (char *line = text, *next; line != NULL; line = next) {
        next = strchr(line, '\n');
        if (next != NULL)
            *next++ = '\0';
        number++;
        line = trim(line);
        if (*line == '\0' || *line == '#')
            continue;
        char *equals = strchr(line, '=');
        if (equals == NULL)
            return error_say(why, DIBS_BAD_INPUT, "line %u of %s is not name=value", number, lines->from);
        *equals = '\0';
        char *name = trim(line), *value = trim(equals + 1);
        enum dibs_error error = kafka_name_check(span_from_text(name), lines->in_url, why);
        if (error == DIBS_OK)
            error = set_user(conf, name, value, lines->from, why);
        if (error != DIBS_OK)
            return error;
        lines->secret = lines->secret || kafka_name_is_secret(span_from_text(name));
    }
    return DIBS_OK;
}

static enum dibs_error check_reach(const char *path, struct error_text *why)
{
    struct stat status;
    if (stat(path, &status) != 0)
        return error_say(why, DIBS_BAD_INPUT, "cannot look at %s", path);
    return file_check_private(&status, path, why);
}

static enum dibs_error set_file(rd_kafka_conf_t *conf, const char *path, struct error_text *why)
{
    char *text = malloc(CONFIG_FILE_MAX);
    if (text == NULL)
        return error_say(why, DIBS_UNAVAILABLE, "no memory for %s", path);
    struct error_text cause;
    struct lines lines = {.from = path};
    enum dibs_error error = file_read_text(path, text, CONFIG_FILE_MAX, &cause);
    if (error != DIBS_OK)
        error =
            error_say(why, DIBS_BAD_INPUT, "the options of Kafka ($DIBS_KAFKA_CONFIG, --kafka-config): %s", cause.text);
    else
        error = set_lines(conf, text, &lines, why);
    explicit_bzero(text, CONFIG_FILE_MAX);
    free(text);
    if (error == DIBS_OK && lines.secret)
        error = check_reach(path, why);
    return error;
}

static enum dibs_error set_ours(rd_kafka_conf_t *conf, enum kafka_role role, struct error_text *why)
{
    enum dibs_error error = set_table(conf, common, why);
    if (error == DIBS_OK)
        error = set_table(conf, producer, why);
    if (error == DIBS_OK)
        error = set_table(conf, role == KAFKA_AGENT ? producer_agent : producer_coordinator, why);
    return error == DIBS_OK ? set_table(conf, consumer, why) : error;
}

/* One for both kinds of handles: the library leaves out what is not for a kind. The file comes last: what its owner says
 * (TLS, say) is not for a URL to take back. */
enum dibs_error kafka_config_make(struct kafka *kafka, struct error_text *why)
{
    const struct kafka_options *options = &kafka->options;
    rd_kafka_conf_t *conf = kafka->settings = rdk.conf_new();
    enum dibs_error error = set_ours(conf, options->role, why);
    if (error == DIBS_OK && options->settings != NULL) {
        char text[KAFKA_SETTINGS_MAX];
        if (snprintf(text, sizeof text, "%s", options->settings) >= (int)sizeof text)
            return error_say(why, DIBS_BAD_INPUT, "the options of Kafka are longer than %zu bytes", sizeof text - 1);
        struct lines lines = {.from = "the store's URL", .in_url = true};
        error = set_lines(conf, text, &lines, why);
    }
    if (error == DIBS_OK && options->config_file != NULL)
        error = set_file(conf, options->config_file, why);
    char cause[256];
    if (error == DIBS_OK &&
        rdk.conf_set(conf, "bootstrap.servers", options->brokers, cause, sizeof cause) != RD_KAFKA_CONF_OK)
        error = error_say(why, DIBS_BAD_INPUT, "librdkafka does not take the brokers '%s'", options->brokers);
    return error;
}

enum dibs_error kafka_config_handle(struct kafka *kafka, rd_kafka_type_t type, struct kafka_link *link,
                                    rd_kafka_t **out, struct error_text *why)
{
    char cause[512];
    rd_kafka_conf_t *conf = rdk.conf_dup(kafka->settings);
    kafka_link_attach(link, conf);
    *out = rdk.new(type, conf, cause, sizeof cause);
    if (*out != NULL)
        return DIBS_OK;
    rd_kafka_resp_err_t error = rdk.last_error();
    /* `conf` is lost: librdkafka 2.0.2 has freed its interceptor lists by now and would do so again. */
    bool ours = error == RD_KAFKA_RESP_ERR__CRIT_SYS_RESOURCE;
    return error_say(why, ours ? DIBS_UNAVAILABLE : DIBS_BAD_INPUT, "librdkafka %s does not start: %s",
                     rdk.version_str(), cause);
}
