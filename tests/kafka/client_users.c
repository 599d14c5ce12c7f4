/* The client and a broker that asks who it is: passwords, permissions, and no secret in any word. */
#include "tests/kafka/client.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PASSWORD "hunter2-is-not-shown"

static char plain[256], sasl[256], config[160];

static void write_config(const char *password, unsigned mode)
{
    (void)snprintf(config, sizeof config, "%s-config", broker_folder());
    (void)unlink(config);
    FILE *file = fopen(config, "w");
    if (file == NULL)
        exit(1);
    (void)fprintf(file,
                  "# a comment\nsecurity.protocol = sasl_plaintext\n\nsasl.mechanism=PLAIN\n"
                  "sasl.username=agent\nsasl.password=%s\n",
                  password);
    (void)fclose(file);
    (void)chmod(config, mode);
}

static void start_broker(void)
{
    if (plain[0] == '\0') {
        broker_tool(plain, sizeof plain, "up %s --parent %d --user admin=boss --user agent=" PASSWORD, broker_folder(),
                    (int)getpid());
        broker_tool(sasl, sizeof sasl, "addresses %s clients", broker_folder());
    }
    write_config(PASSWORD, 0600);
}

static enum dibs_error as_agent(const char *fleet, struct kafka **out)
{
    use_brokers(sasl);
    struct kafka_options options = options_for(fleet);
    options.config_file = config;
    options.role = KAFKA_AGENT;
    options.timeout_ms = 5000;
    return kafka_open(&options, out, &why);
}

static const char *made_by_admin(void)
{
    use_brokers(plain);
    const char *fleet = new_fleet();
    struct kafka *kafka = made(fleet);
    EXPECT(sent(kafka, KAFKA_INTENTS, 0, span_from_text("x"), -1) == KAFKA_DELIVERED);
    EXPECT(sent(kafka, KAFKA_DECISIONS, 0, span_from_text("x"), -1) == KAFKA_DELIVERED);
    kafka_close(kafka, false);
    return fleet;
}

static void allow(const char *fleet, const char *topic, rd_kafka_AclOperation_t operation)
{
    char cause[256], name[256];
    (void)snprintf(name, sizeof name, "%s.%s", fleet, topic);
    rd_kafka_conf_t *conf = rdk.conf_new();
    (void)rdk.conf_set(conf, "bootstrap.servers", plain, cause, sizeof cause);
    rd_kafka_t *rk = rdk.new(RD_KAFKA_PRODUCER, conf, cause, sizeof cause);
    rd_kafka_queue_t *queue = rdk.queue_new(rk);
    rd_kafka_AclBinding_t *acl =
        rd_kafka_AclBinding_new(RD_KAFKA_RESOURCE_TOPIC, name, RD_KAFKA_RESOURCE_PATTERN_LITERAL, "User:agent", "*",
                                operation, RD_KAFKA_ACL_PERMISSION_TYPE_ALLOW, cause, sizeof cause);
    rd_kafka_CreateAcls(rk, &acl, 1, NULL, queue);
    rd_kafka_event_t *event = rdk.queue_poll(queue, 10000);
    EXPECT(event != NULL && rdk.event_error(event) == RD_KAFKA_RESP_ERR_NO_ERROR);
    if (event != NULL)
        rdk.event_destroy(event);
    rd_kafka_AclBinding_destroy(acl);
    rdk.queue_destroy(queue);
    rdk.destroy(rk);
}

static void no_secret(const char *words)
{
    EXPECT_SAID(strstr(words, "hunter2") == NULL, words);
}

/* How long it takes to be told; the quickest of three counts, for the machine may be busy. */
static uint64_t told_after(const char *fleet, bool by_reader)
{
    uint64_t quickest = UINT64_MAX;
    for (int i = 0; i < 3; i++) {
        struct kafka *kafka;
        struct kafka_reader *reader = NULL;
        struct kafka_event event;
        uint64_t began = now_ms();
        NEED(as_agent(fleet, &kafka));
        if (by_reader) { /* that nobody asks anything else */
            reader = reading(kafka, KAFKA_DECISIONS, 0, 0);
            while (kafka_trouble(kafka, &why) == DIBS_OK && now_ms() - began < 10000)
                (void)kafka_reader_next(reader, 20, &event);
            EXPECT(kafka_trouble(kafka, &why) == DIBS_BAD_INPUT);
        } else {
            EXPECT(kafka_ready(kafka, 1u << KAFKA_INTENTS, 10000, &why) == DIBS_BAD_INPUT);
        }
        uint64_t took = now_ms() - began;
        quickest = took < quickest ? took : quickest;
        kafka_reader_close(reader, false);
        kafka_close(kafka, false);
    }
    return quickest;
}

static void a_wrong_password_is_told_within_a_second(void)
{
    start_broker();
    const char *fleet = made_by_admin();
    write_config("hunter2-but-wrong", 0600);
    EXPECT(told_after(fleet, false) < 1000);
    EXPECT_SAID(strstr(why.text, "refuses the login") != NULL && strstr(why.text, "DIBS_KAFKA_CONFIG") != NULL,
                why.text);
    no_secret(why.text);
    EXPECT(told_after(fleet, true) < 1000);
    no_secret(why.text);
    struct kafka *kafka;
    uint64_t first, end;
    struct kafka_findings findings;
    NEED(as_agent(fleet, &kafka));
    EXPECT(kafka_bounds(kafka, KAFKA_INTENTS, 0, &first, &end, &why) == DIBS_BAD_INPUT);
    EXPECT(kafka_check_topics(kafka, &findings, &why) == DIBS_BAD_INPUT);
    no_secret(why.text);
    kafka_close(kafka, false);
}

static void the_right_password_and_permissions_do(void)
{
    start_broker();
    const char *fleet = made_by_admin();
    allow(fleet, "intents", RD_KAFKA_ACL_OPERATION_WRITE);
    allow(fleet, "decisions", RD_KAFKA_ACL_OPERATION_READ);
    struct kafka *kafka;
    NEED(as_agent(fleet, &kafka));
    NEED(kafka_ready(kafka, 1u << KAFKA_INTENTS | 1u << KAFKA_DECISIONS, 5000, &why));
    EXPECT(sent(kafka, KAFKA_INTENTS, 0, span_from_text("x"), -1) == KAFKA_DELIVERED);
    struct kafka_reader *reader = reading(kafka, KAFKA_DECISIONS, 0, 0);
    struct kafka_event event;
    EXPECT(next_but(reader, 0, 5000, &event) == KAFKA_RECORD);
    EXPECT(kafka_trouble(kafka, &why) == DIBS_OK);

    /* what it may not do */
    EXPECT(sent(kafka, KAFKA_DECISIONS, 0, span_from_text("x"), -1) == KAFKA_REFUSED);
    EXPECT_SAID(strstr(sent_words, "uthorization") != NULL || strstr(sent_words, "AUTHORIZATION") != NULL, sent_words);
    NEED(kafka_reader_start(reader, KAFKA_INTENTS, 0, 0, &why));
    EXPECT(next_but(reader, 1u << KAFKA_END | 1u << KAFKA_RECORD, 5000, &event) == KAFKA_TROUBLE);
    EXPECT(event.error == DIBS_BAD_INPUT);
    EXPECT_SAID(strstr(event.words, "does not let this user read") != NULL, event.words);
    allow(fleet, "intents", RD_KAFKA_ACL_OPERATION_READ);
    NEED(kafka_reader_start(reader, KAFKA_INTENTS, 0, 0, &why));
    EXPECT_SAID(next_but(reader, 0, 5000, &event) == KAFKA_RECORD, event.words);
    EXPECT(kafka_delete_before(kafka, KAFKA_INTENTS, 0, 1, &why) == DIBS_BAD_INPUT);
    struct kafka_findings findings;
    EXPECT_SAID(kafka_check_topics(kafka, &findings, &why) == DIBS_BAD_INPUT, why.text);
    kafka_reader_close(reader, false);
    kafka_close(kafka, false);
}

static void what_may_not_be_seen_is_told(void)
{
    start_broker();
    const char *fleet = made_by_admin();
    struct kafka *kafka;
    uint64_t first, end;
    unsigned new = 0;
    uint32_t count;
    NEED(as_agent(fleet, &kafka));
    EXPECT(kafka_ready(kafka, 1u << KAFKA_INTENTS, 5000, &why) == DIBS_BAD_INPUT);
    EXPECT_SAID(strstr(why.text, fleet) != NULL && strstr(why.text, "administrator") != NULL, why.text);
    EXPECT(kafka_partitions(kafka, KAFKA_DECISIONS, &count, &why) == DIBS_BAD_INPUT);
    EXPECT_SAID(kafka_bounds(kafka, KAFKA_INTENTS, 0, &first, &end, &why) == DIBS_BAD_INPUT, why.text);
    EXPECT(sent(kafka, KAFKA_INTENTS, 0, span_from_text("x"), -1) == KAFKA_REFUSED);
    kafka_close(kafka, false);
    NEED(as_agent(new_fleet(), &kafka));
    struct kafka_plan plan = {0};
    EXPECT_SAID(kafka_create_topics(kafka, &plan, &new, &why) == DIBS_BAD_INPUT, why.text);
    EXPECT_SAID(strstr(why.text, "does not let this user create") != NULL, why.text);
    EXPECT(new == 0);
    kafka_close(kafka, false);
}

/* The idempotent producer dies of it. */
static void a_coordinator_without_permission_is_told(void)
{
    start_broker();
    const char *fleet = made_by_admin();
    allow(fleet, "decisions", RD_KAFKA_ACL_OPERATION_DESCRIBE);
    use_brokers(sasl);
    struct kafka_options options = options_for(fleet);
    options.config_file = config;
    struct kafka *kafka;
    NEED(kafka_open(&options, &kafka, &why));
    EXPECT(sent(kafka, KAFKA_DECISIONS, 0, span_from_text("x"), 0) != KAFKA_DELIVERED);
    /* whichever of the two refusals comes first */
    if (kafka_is_fatal(kafka))
        EXPECT_SAID(kafka_trouble(kafka, &why) == DIBS_BAD_INPUT &&
                        strstr(why.text, "Cluster authorization failed") != NULL,
                    why.text);
    else
        EXPECT_SAID(strstr(sent_words, "uthorization") != NULL, sent_words);
    no_secret(sent_words);
    no_secret(why.text);
    kafka_close(kafka, false);
}

static void a_file_that_others_can_read_is_refused(void)
{
    start_broker();
    struct kafka *kafka = NULL;
    for (unsigned mode = 0; mode < 3; mode++) {
        write_config(PASSWORD, (const unsigned[]){0604, 0640, 0620}[mode]);
        EXPECT(as_agent("x", &kafka) == DIBS_BAD_INPUT && kafka == NULL);
        EXPECT_SAID(strstr(why.text, config) != NULL && strstr(why.text, "chmod 600") != NULL, why.text);
        no_secret(why.text);
    }
    FILE *file = fopen(config, "w");
    if (file == NULL)
        exit(1);
    (void)fputs("sasl.username=agent\nsasl.pasword=" PASSWORD "\n", file);
    (void)fclose(file);
    (void)chmod(config, 0600);
    EXPECT(as_agent("x", &kafka) == DIBS_BAD_INPUT);
    EXPECT_SAID(strstr(why.text, "sasl.pasword") != NULL, why.text);
    no_secret(why.text);
    EXPECT((file = fopen(config, "w")) != NULL);
    (void)fputs("socket.timeout.ms=" PASSWORD "\n", file);
    (void)fclose(file);
    EXPECT(as_agent("x", &kafka) == DIBS_BAD_INPUT);
    EXPECT_SAID(strstr(why.text, "socket.timeout.ms") != NULL, why.text);
    no_secret(why.text);
    EXPECT((file = fopen(config, "w")) != NULL);
    (void)fputs("acks=1\n", file);
    (void)fclose(file);
    EXPECT(as_agent("x", &kafka) == DIBS_BAD_INPUT);
    EXPECT_SAID(strstr(why.text, "set by dibs itself") != NULL, why.text);
    (void)unlink(config);
    EXPECT(as_agent("x", &kafka) == DIBS_BAD_INPUT);
    EXPECT_SAID(strstr(why.text, config) != NULL, why.text);
}

int main(int argc, char **argv)
{
    static const struct fact facts[] = {
        {"a wrong password is told within a second", a_wrong_password_is_told_within_a_second},
        {"the right password and permissions do", the_right_password_and_permissions_do},
        {"what may not be seen is told", what_may_not_be_seen_is_told},
        {"a coordinator without permission is told", a_coordinator_without_permission_is_told},
        {"a file that others can read is refused", a_file_that_others_can_read_is_refused},
        {NULL, NULL},
    };
    return run_facts(facts, argc, argv);
}
