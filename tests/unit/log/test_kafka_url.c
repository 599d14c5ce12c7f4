/* A fleet's address, and what may not be in it. */
#include <criterion/criterion.h>

#include "log/kafka_url.h"

static struct kafka_url url;
static struct error_text why;

static void refused(const char *text, const char *because)
{
    cr_assert_eq(kafka_url_parse(text, &url, &why), DIBS_BAD_INPUT, "%s", text);
    cr_assert_not_null(strstr(why.text, because), "'%s' says: %s", text, why.text);
    cr_assert_null(strstr(why.text, "hunter2"), "%s", why.text);
}

Test(kafka_url, names_brokers_fleet_and_options)
{
    cr_assert_eq(kafka_url_parse("kafka://a:1,[::1]:2,c/f-1?client.id=x%20y&debug=all", &url, &why), DIBS_OK, "%s",
                 why.text);
    cr_assert_str_eq(url.brokers, "a:1,[::1]:2,c:9092");
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
    refused("kafka://a,,b/f", "empty");
    refused("kafka://a/f?x", "malformed");
    refused("kafka://a/f?x=%0a", "malformed");
    refused("kafka://a/f?x=%1", "malformed");
}

Test(kafka_url, secrets_and_programs_are_refused_and_never_shown)
{
    refused("kafka://me:hunter2@a/f", "DIBS_KAFKA_CONFIG");
    refused("kafka://a/f?sasl.password=hunter2", "DIBS_KAFKA_CONFIG");
    refused("kafka://a/f?sasl%2Epassword=hunter2", "DIBS_KAFKA_CONFIG");
    refused("kafka://a/f?plugin.library.paths=hunter2", "program");
    refused("kafka://a/f?acks=1", "itself");
}
