/* The client and brokers that speak TLS: an authority that is trusted, one that is not, and none. */
#include "tests/kafka/client.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char plain[256], tls[256], fleet[64];

static void start_broker(void)
{
    if (plain[0] != '\0')
        return;
    broker_tool(plain, sizeof plain, "up %s --tls --parent %d", broker_folder(), (int)getpid());
    broker_tool(tls, sizeof tls, "addresses %s clients", broker_folder());
    use_brokers(plain);
    (void)snprintf(fleet, sizeof fleet, "%s", new_fleet());
    kafka_close(made(fleet), false);
}

static struct kafka *with(const char *settings)
{
    use_brokers(tls);
    struct kafka_options options = options_for(fleet);
    options.settings = settings;
    struct kafka *kafka;
    NEED(kafka_open(&options, &kafka, &why));
    return kafka;
}

static void records_travel_where_the_authority_is_trusted(void)
{
    start_broker();
    char settings[300];
    (void)snprintf(settings, sizeof settings, "security.protocol=ssl\nssl.ca.location=%s/ca.pem\n", broker_folder());
    struct kafka *kafka = with(settings);
    NEED(kafka_ready(kafka, 7, 5000, &why));
    EXPECT(sent(kafka, KAFKA_INTENTS, 0, span_from_text("x"), -1) == KAFKA_DELIVERED);
    struct kafka_reader *reader = reading(kafka, KAFKA_INTENTS, 0, 0);
    struct kafka_event event;
    EXPECT(next_but(reader, 0, 5000, &event) == KAFKA_RECORD && span_equal(event.payload, span_from_text("x")));
    kafka_reader_close(reader, false);
    kafka_close(kafka, false);
}

static void an_unknown_authority_is_told_at_once(void)
{
    start_broker();
    struct kafka *kafka = with("security.protocol=ssl\n");
    uint64_t began = now_ms();
    EXPECT_SAID(kafka_ready(kafka, 7, 10000, &why) == DIBS_BAD_INPUT, why.text);
    EXPECT(now_ms() - began < 5000); /* 20 ms on an idle machine */
    EXPECT_SAID(strstr(why.text, "certificate") != NULL && strstr(why.text, "ssl.ca.location") != NULL, why.text);
    kafka_close(kafka, false);
}

/* It can't be told from a broker that hangs up; the library's guess is in the words. */
static void plain_text_to_a_tls_listener_ends_in_time_with_a_hint(void)
{
    start_broker();
    struct kafka *kafka = with("");
    EXPECT(kafka_ready(kafka, 7, 1500, &why) == DIBS_UNAVAILABLE);
    EXPECT_SAID(strstr(why.text, "SSL") != NULL, why.text);
    kafka_close(kafka, false);
}

static void an_authority_that_is_no_file_is_refused(void)
{
    start_broker();
    use_brokers(tls);
    struct kafka_options options = options_for(fleet);
    options.settings = "security.protocol=ssl\nssl.ca.location=/nowhere/ca.pem\n";
    struct kafka *kafka;
    EXPECT(kafka_open(&options, &kafka, &why) == DIBS_BAD_INPUT && kafka == NULL);
    EXPECT_SAID(strstr(why.text, "ssl.ca.location") != NULL, why.text);
}

int main(int argc, char **argv)
{
    static const struct fact facts[] = {
        {"records travel where the authority is trusted", records_travel_where_the_authority_is_trusted},
        {"an unknown authority is told at once", an_unknown_authority_is_told_at_once},
        {"plain text to a TLS listener ends in time with a hint",
         plain_text_to_a_tls_listener_ends_in_time_with_a_hint},
        {"an authority that is no file is refused", an_authority_that_is_no_file_is_refused},
        {NULL, NULL},
    };
    return run_facts(facts, argc, argv);
}
