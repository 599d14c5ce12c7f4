/* A fleet's address, and what may not be in it. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "log/kafka_url.h"

static struct kafka_url url;
static struct error_text why;

static void refused(const char *text, const char *because)
{
    cr_assert_eq(kafka_url_parse(text, &url, &why), DIBS_BAD_INPUT, "%s", text);
    cr_assert_not_null(strstr(why.text, because), "'%s' says: %s", text, why.text);
    cr_assert_null(strstr(why.text, "hunter2"), "%s", why.text);
    cr_assert(url.brokers[0] == '\0' && url.fleet[0] == '\0' && url.settings[0] == '\0', "%s", text);
}

Test(kafka_url, names_brokers_fleet_and_options)
{
    cr_assert_eq(kafka_url_parse("kafka://a:1,[::1]:2,c/f-1?client.id=x%20y&debug=all", &url, &why), DIBS_OK, "%s",
                 why.text);
    cr_assert_str_eq(url.brokers, "a:1,[::1]:2,c:9092");
    cr_assert_eq(kafka_url_parse("kafka://[::1]/f", &url, &why), DIBS_OK);
    cr_assert_str_eq(url.brokers, "[::1]:9092");
    cr_assert_eq(kafka_url_parse("kafka://a:1,[::1]:2,c/f-1?client.id=x%20y&debug=all", &url, &why), DIBS_OK);
    cr_assert_str_eq(url.fleet, "f-1");
    cr_assert_str_eq(url.settings, "client.id=x y\ndebug=all\n");
}

Test(kafka_url, malformed_ones_are_refused)
{
    refused("kafka:a/f", "not the URL");
    refused("kafka://a:1", "no fleet");
    refused("kafka://a:1/", "name");
    refused("kafka://a:1/f/g", "name");
    refused("kafka://a:0/f", "port");
    refused("kafka://a:/f", "port");
    refused("kafka://a:65536/f", "port");
    refused("kafka://a:000001/f", "port");
    refused("kafka://a:9x/f", "port");
    refused("kafka://:9092/f", "port");
    refused("kafka://a b:1/f", "malformed");
    refused("kafka://a,,b/f", "empty");
    refused("kafka://a/f?x", "malformed");
    refused("kafka://a/f?x=%0a", "malformed");
    refused("kafka://a/f?x=%1", "malformed");
    refused("kafka://a/f?x=%7f", "malformed");
}

/* `head`, then `part` so often that it is no longer than `size`, then `tail`. */
static const char *filled(const char *head, const char *part, size_t size, const char *tail)
{
    static char text[16384];
    size_t used = (size_t)snprintf(text, sizeof text, "%s", head);
    for (size_t end = used + size; used + strlen(part) <= end; used += strlen(part))
        memcpy(text + used, part, strlen(part) + 1);
    cr_assert_lt(used + strlen(tail), sizeof text);
    memcpy(text + used, tail, strlen(tail) + 1);
    return text;
}

Test(kafka_url, what_does_not_fit_is_refused)
{
    refused(filled("kafka://a", ",b:1", sizeof url.brokers, "/f"), "too many brokers");
    refused(filled("kafka://a/", "f", KAFKA_FLEET_MAX + 1, ""), "name");
    cr_assert_eq(kafka_url_parse(filled("kafka://a/", "f", KAFKA_FLEET_MAX, ""), &url, &why), DIBS_OK);
    refused(filled("kafka://a/f?debug=", "x", KAFKA_SETTINGS_MAX, ""), "longer");
}

Test(kafka_url, secrets_and_programs_are_refused_and_never_shown)
{
    refused("kafka://me:hunter2@a/f", "DIBS_KAFKA_CONFIG");
    refused("kafka://a/f?sasl.password=hunter2", "DIBS_KAFKA_CONFIG");
    refused("kafka://a/f?sasl%2Epassword=hunter2", "DIBS_KAFKA_CONFIG");
    refused("kafka://a/f?plugin.library.paths=hunter2", "program");
    static const char *const secrets[] = {"ssl.key.password", "ssl.key.pem", "ssl.keystore.password",
                                          "sasl.oauthbearer.client.secret",
                                          "sasl.oauthbearer.assertion.private.key.passphrase"};
    static const char *const programs[] = {"sasl.kerberos.kinit.cmd",
                                           "sasl.kerberos.keytab",
                                           "ssl.engine.location",
                                           "ssl.engine.id",
                                           "ssl.providers",
                                           "sasl.oauthbearer.token.endpoint.url",
                                           "enable.ssl.certificate.verification",
                                           "enable.sasl.oauthbearer.unsecure.jwt",
                                           "ssl.endpoint.identification.algorithm"};
    static const char *const ours[] = {"acks",
                                       "enable.idempotence",
                                       "isolation.level",
                                       "transactional.id",
                                       "max.in.flight",
                                       "test.mock.num.brokers",
                                       "queuing.strategy",
                                       "auto.offset.reset",
                                       "bootstrap.servers"};
    char text[200];
#define ALL_REFUSED(names, because) \
    for (size_t i = 0; i < sizeof(names) / sizeof(names)[0]; i++) { \
        (void)snprintf(text, sizeof text, "kafka://a/f?debug=all&%s=hunter2", (names)[i]); \
        refused(text, because); \
    }
    ALL_REFUSED(secrets, "DIBS_KAFKA_CONFIG")
    ALL_REFUSED(programs, "program")
    ALL_REFUSED(ours, "itself")
}

Test(kafka_url, what_a_broker_with_tls_and_passwords_needs_is_taken)
{
    cr_assert_eq(kafka_url_parse("kafka://a/f?security.protocol=sasl_ssl&ssl.ca.location=/ca.pem&sasl.mechanism=PLAIN&"
                                 "sasl.username=me&ssl.certificate.location=/c.pem&ssl.key.location=/k.pem",
                                 &url, &why),
                 DIBS_OK, "%s", why.text);
}
