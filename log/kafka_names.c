/* The options of librdkafka that are not for everyone: those that claims depend on, secrets, programs, and logins. Held
 * against the CONFIGURATION.md of librdkafka 2.0.2 and of today. */
#include "log/kafka_names.h"

#include <string.h>

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
    "log.queue",
    "max.in.flight",
    "max.in.flight.requests.per.connection",
    "message.send.max.retries",
    "message.timeout.ms",
    "metadata.broker.list",
    "offset.store.method",
    "partitioner",
    "queuing.strategy",
    "request.required.acks",
    "retries",
    "test.mock.broker.rtt",
    "test.mock.num.brokers",
    "topic.blacklist",
    "transactional.id",
};

/* Whatever has one of these in its name, also in a library that is newer than this list. */
static const char *const secrets[] = {"password",        "secret",      "passphrase",
                                      "private.key.pem", "ssl.key.pem", "sasl.oauthbearer.config"};

/* A URL may come from a repository or a message: it must not choose what runs here (the command that renews a Kerberos
 * ticket is a shell's, and takes in the other options of its kind), what is loaded, or who is shown the login. */
static const char *const not_for_urls[] = {
    "enable.sasl.oauthbearer", "enable.ssl.",   "https.",     "plugin.",       "sasl.kerberos.",
    "sasl.oauthbearer.",       "ssl.endpoint.", "ssl.engine", "ssl.providers",
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
    for (size_t i = 0; i < sizeof secrets / sizeof secrets[0]; i++)
        if (memmem(name.bytes, name.size, secrets[i], strlen(secrets[i])) != NULL)
            return true;
    return false;
}

static bool is_for_urls(struct span name)
{
    for (size_t i = 0; i < sizeof not_for_urls / sizeof not_for_urls[0]; i++)
        if (span_starts_with(name, span_from_text(not_for_urls[i])))
            return false;
    return true;
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
    if (in_url && !is_for_urls(name))
        return error_say(
            why, DIBS_BAD_INPUT,
            "'%.*s' may run or load a program, or show the login to others, and so may not be in a URL; put "
            "it into the file that $DIBS_KAFKA_CONFIG names",
            size, bytes);
    return DIBS_OK;
}
