/* The options of librdkafka that are not for everyone: those that claims depend on, secrets, and programs. */
#include "log/kafka_names.h"

#include "base/text.h"

/* What must stay as kafka_settings says, or claims get lost, reordered or wait for ever. */
static const char *const ours[] = {
    "acks",
    "allow.auto.create.topics",
    "auto.commit.enable",
    "auto.offset.reset",
    "batch.num.messages",
    "bootstrap.servers",
    "check.crcs",
    "delivery.timeout.ms",
    "enable.auto.commit",
    "enable.auto.offset.store",
    "enable.gapless.guarantee",
    "enable.idempotence",
    "enable.partition.eof",
    "group.id",
    "group.instance.id",
    "isolation.level",
    "max.in.flight",
    "max.in.flight.requests.per.connection",
    "message.timeout.ms",
    "metadata.broker.list",
    "partitioner",
    "request.required.acks",
    "topic.blacklist",
    "transactional.id",
};

static const char *const secrets[] = {
    "sasl.password", "sasl.oauthbearer.client.secret", "sasl.oauthbearer.config", "ssl.key.password",
    "ssl.key.pem",   "ssl.keystore.password",
};

/* A URL may come from a repository or a message: it must not choose what runs here. */
static const char *const programs[] = {
    "plugin.library.paths",
    "sasl.kerberos.kinit.cmd",
    "ssl.engine.location",
    "ssl.providers",
};

static bool is_in(struct span name, const char *const *names, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (span_equal(name, span_from_text(names[i])))
            return true;
    return false;
}
#define IS_IN(name, names) is_in((name), (names), sizeof(names) / sizeof(names)[0])

bool kafka_name_is_secret(struct span name)
{
    return IS_IN(name, secrets);
}

enum dibs_error kafka_name_check(struct span name, bool in_url, struct error_text *why)
{
    int size = (int)(name.size < 60 ? name.size : 60);
    const char *bytes = (const char *)name.bytes;
    if (name.size == 0)
        return error_say(why, DIBS_BAD_INPUT, "an option of Kafka has no name; write name=value");
    if (IS_IN(name, ours))
        return error_say(why, DIBS_BAD_INPUT, "the option '%.*s' is set by dibs itself; leave it out", size, bytes);
    if (in_url && kafka_name_is_secret(name))
        return error_say(why, DIBS_BAD_INPUT,
                         "'%.*s' is a secret, which others could see in a URL; put it into a file that only you can "
                         "read, and name it in $DIBS_KAFKA_CONFIG",
                         size, bytes);
    if (in_url && IS_IN(name, programs))
        return error_say(why, DIBS_BAD_INPUT,
                         "'%.*s' makes the library run or load a program, which a URL may not; put it into the file "
                         "that $DIBS_KAFKA_CONFIG names",
                         size, bytes);
    return DIBS_OK;
}
